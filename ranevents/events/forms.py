"""What organisers send in about events and series."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import Email, InputRequired, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput

from ranevents.core import names, tokens
from ranevents.core.errors import DomainError
from ranevents.core.forms import CountryField, Form, at_most, one_line, refusals_on
from ranevents.events import languages, queries, rules, times, zones
from ranevents.events.details import EventDetails, Format, SeriesDetails
from ranevents.events.fields import (
    DayField,
    LocalTimeField,
    NumberField,
    SubmissionField,
    VersionField,
    in_our_years,
    line,
    local_time,
    not_blank,
    slug_line,
    text,
)
from ranevents.events.models import Event, Series
from ranevents.events.service import EditedMeanwhile

MOST_TOPICS = 100
DEFAULT_NOTICE = _l(
    "We, the organisers of this event, use what you tell us to prepare and hold it: to decide on registrations, to "
    "write to you, to make badges and lists, and to see to food and access.\n\n"
    "Only the event's team sees your data. Your name, organisation and country are shown to other participants only "
    "if you agree.\n\n"
    "We delete what you tell us about diet and access needs soon after the event, and everything else when it is no "
    "longer needed for reporting on the event.\n\n"
    "You may see, correct or have deleted what we hold about you, and take back what you agreed to, at any time: write "
    "to the contact address of the event. You may also complain to your data protection authority."
)


def _choose(message: Any) -> dict[str, Any]:
    """What a select says to a value that it does not offer."""
    return {"invalid_value_message": message, "invalid_choice_message": message}


@contextmanager
def conflicts_on(form: Any, record: Event | Series) -> Iterator[None]:
    """Run the verb that saves; where somebody else saved meanwhile, say what differs and let the editor decide."""
    with refusals_on(form):
        try:
            yield
        except EditedMeanwhile as error:
            form.version.data = record.version
            raise DomainError(_conflict(form, record, error)) from error


def _conflict(form: Any, record: Any, error: EditedMeanwhile) -> str:
    differing = record.details.differences(form.details())
    message: str = _(
        "%(what)s What you typed is still here and not saved yet. It differs from theirs in: %(fields)s. Save "
        "again to put yours in place of theirs.",
        what=str(error),
        fields=", ".join(str(form[name].label.text) for name in differing if name in form) or _("nothing"),
    )
    return message


class EventForm(Form):
    """Everything that is said about an event. `event` is the one that is edited; None for a new one."""

    event: Event | None = None

    submission_id = SubmissionField()
    version = VersionField()
    series_id = SelectField(
        _l("Series"),
        [InputRequired(_l("Please choose a series."))],
        coerce=int,
        **_choose(_l("Please choose a series.")),
    )
    title = line(_l("Title"), InputRequired(_l("Please give the event a title.")), not_blank)
    slug = slug_line(
        _l(
            "The end of the page's address, such as sofia-2018. Left empty, it is made of title and city. "
            "It is fixed once the event is published."
        )
    )
    theme = line(_l("Theme"), most=500, description=_l("One sentence: what the event is about."))
    description = text(_l("Description"), description=_l("Leave an empty line between paragraphs."))
    host = line(_l("Host"), description=_l("Who invites, such as a ministry or a presidency."))
    format = RadioField(
        _l("Format"),
        [InputRequired(_l("Please choose where people meet."))],
        **_choose(_l("Please choose where people meet.")),
        default=Format.ON_SITE.value,
    )
    city = line(_l("City"))
    country = CountryField(
        _l("Country"), [InputRequired(_l("Please choose a country."))], **_choose(_l("Please choose a country."))
    )
    venue = line(_l("Venue"), most=500, description=_l("Building and street, as people need it to find the way."))
    time_zone = SelectField(
        _l("Time zone"),
        **_choose(_l("Please choose a time zone.")),
        description=_l("Left open, it is the country's own, where it has only one."),
    )
    first_on = DayField(_l("First day"), [InputRequired(_l("Please give the first day.")), in_our_years])
    last_on = DayField(_l("Last day"), [InputRequired(_l("Please give the last day.")), in_our_years])
    capacity = NumberField(
        _l("Places"),
        [
            InputRequired(_l("Please say how many places there are.")),
            NumberRange(1, rules.MOST_PLACES, _l("Please give a number of places from %(min)s to %(max)s.")),
        ],
    )
    is_by_invitation = BooleanField(_l("By invitation"))
    is_by_delegation = BooleanField(_l("By delegation"))
    is_open = BooleanField(_l("Open: everybody may register"))
    needs_approval = BooleanField(
        _l("Each registration needs approval"), description=_l("You decide on each one before it gets a place.")
    )
    offer_hours = NumberField(
        _l("Hours to take an offered place"),
        [
            InputRequired(_l("Please say how long an offer stands.")),
            NumberRange(1, rules.MOST_OFFER_HOURS, _l("Please give a number of hours from %(min)s to %(max)s.")),
        ],
        description=_l("How long somebody on the waiting list has to accept a place that has become free."),
    )
    registration_opens_at = local_time(
        _l("Registration opens"), _l("Please say when registration opens."), _l("Local time at the event.")
    )
    registration_closes_at = local_time(
        _l("Registration closes"), _l("Please say when registration closes."), _l("Local time at the event.")
    )
    languages = SelectMultipleField(
        _l("Languages"),
        option_widget=CheckboxInput(),
        description=_l("Those that are spoken or interpreted."),
        **_choose(_l("Please choose among these languages.")),
    )
    contact_address = EmailField(
        _l("Contact address"),
        [Optional(), Email(_l("Please give an e-mail address such as name@example.org.")), at_most(254)],
        filters=[one_line],
        description=_l("Shown on the event's page; answers to mails go there."),
    )
    privacy_notice = text(
        _l("Privacy notice"),
        description=_l(
            "What people agree to when they register. A changed text is a new version; each consent keeps its own."
        ),
    )
    tells = BooleanField(
        _l("Tell everybody who is registered"),
        description=_l("By e-mail, when title, days, place or time zone change."),
    )

    def __init__(self, event: Event | None = None) -> None:
        self.event = event
        series = queries.names_of_series()
        super().__init__(
            data=_shown(event) if event else _blank(newest=max((id for id, _name in series), default=None))
        )
        self.series_id.choices = [SelectChoice(str(id), name) for id, name in series]
        self.format.choices = [SelectChoice(one.value, one.label) for one in Format]
        self.time_zone.choices = _zones(event.time_zone if event else None)
        self.languages.choices = _languages()
        if event and event.published_at:
            del self.slug
            for name in rules.needed(event.format):
                self[name].flags.required = True

    @classmethod
    def label_of(cls, name: str) -> str:
        """What the form calls one of the fields."""
        label: Any = getattr(cls, name).args[0]
        return str(label)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, then what they say together."""
        if not super().validate(extra_validators):
            return False
        if not self.time_zone.data:
            self.time_zone.data = zones.of_country(self.country.data)
        if not self.time_zone.data:
            self.time_zone.errors = [_("This country has several time zones. Please choose one.")]
            return False
        return self._times_exist() and self._is_without_faults()

    def _times_exist(self) -> bool:
        for field in (self.registration_opens_at, self.registration_closes_at):
            with refusals_on(self):
                self._instant(field)
        return not self.errors

    def _is_without_faults(self) -> bool:
        is_published = bool(self.event and self.event.published_at)
        for fault in rules.faults(self.details(), is_published=is_published):
            self[fault.field].errors = [*self[fault.field].errors, fault.message]
        return not self.errors

    def _instant(self, field: LocalTimeField) -> datetime:
        """What the field says, in UTC; what was not touched stays exactly as it is stored."""
        zone = ZoneInfo(self.time_zone.data)
        stored: datetime | None = getattr(self.event, field.name, None)
        if stored is not None and times.local_of(stored, zone) == field.data:
            return stored.astimezone(UTC)
        try:
            return times.instant_of(field.data, zone)
        except times.NoSuchTime as error:
            raise times.NoSuchTime(field=field.name) from error

    def details(self) -> EventDetails:
        """What was sent in; the form must be valid."""
        taken = {name for name in EventDetails.__dataclass_fields__ if name in self}
        values = {name: self[name].data for name in taken}
        return EventDetails(
            **{
                "slug": self.event.slug if self.event else "",
                **values,
                "format": Format(self.format.data),
                "languages": tuple(code for code in languages.CODES if code in (self.languages.data or ())),
                "registration_opens_at": self._instant(self.registration_opens_at),
                "registration_closes_at": self._instant(self.registration_closes_at),
            }
        )

    def remarks(self) -> list[str]:
        """What the organiser should know about what was saved."""
        zone = ZoneInfo(self.time_zone.data)
        return [
            _(
                "%(field)s: the clocks are put back that night and the hour comes twice. We took the first of the two.",
                field=field.label.text,
            )
            for field in (self.registration_opens_at, self.registration_closes_at)
            if times.comes_twice(field.data, zone)
        ]


def _shown(event: Event) -> dict[str, Any]:
    return {
        **asdict(event.details),
        "languages": list(event.languages),
        "format": event.format.value,
        "registration_opens_at": times.local_of(event.registration_opens_at, event.zone),
        "registration_closes_at": times.local_of(event.registration_closes_at, event.zone),
        "version": event.version,
        "tells": True,
    }


def _shown_of_series(series: Series) -> dict[str, Any]:
    return {**asdict(series.details), "topics": "\n".join(series.details.topics), "version": series.version}


def _blank(*, newest: int | None) -> dict[str, Any]:
    return {
        "series_id": newest,
        "submission_id": tokens.secret(),
        "is_open": True,
        "offer_hours": 48,
        "languages": ["en"],
        "privacy_notice": str(DEFAULT_NOTICE),
    }


def _languages() -> list[SelectChoice]:
    offered = [(code, languages.name_of(code)) for code in languages.CODES]
    in_order = sorted(offered, key=lambda one: names.alphabetical(one[1]))
    return [SelectChoice(code, name[:1].upper() + name[1:]) for code, name in in_order]


def _zones(current: str | None) -> list[SelectChoice]:
    regions = zones.by_region()
    listed = {zone for found in regions.values() for zone in found}
    others = sorted({zones.UTC, *([current] if current else [])} - listed)
    return [
        SelectChoice("", _("The country's own")),
        *(
            SelectChoice(zone, zone.replace("_", " "), optgroup=region)
            for region, found in {**regions, _("Other"): others}.items()
            for zone in found
        ),
    ]


class CancelForm(Form):
    """Why an event is called off."""

    reason = text(
        _l("Reason"),
        InputRequired(_l("Please say why: people will read it.")),
        not_blank,
        most=2000,
        description=_l("Shown on the event's page and in the mail to everybody who is registered."),
    )


class SeriesForm(Form):
    """Everything that is said about a series. `series` is the one that is edited; None for a new one."""

    series: Series | None = None

    submission_id = SubmissionField()
    version = VersionField()
    name = line(_l("Name"), InputRequired(_l("Please give the series a name.")), not_blank)
    slug = slug_line(_l("Left empty, it is made of the name."))
    purpose = text(_l("Purpose"), most=5000)
    topics = text(
        _l("Topics"),
        description=_l("One topic a line, in their order. A topic that you rename or move stays the same topic."),
    )

    def __init__(self, series: Series | None = None) -> None:
        self.series = series
        super().__init__(data=_shown_of_series(series) if series else {"submission_id": tokens.secret()})

    def validate_topics(self, field: Any) -> None:
        """Refuse too many, too long, and doubled topics."""
        lines = self._lines()
        if len(lines) > MOST_TOPICS:
            raise ValidationError(_("Please name at most %(most)s topics.", most=MOST_TOPICS))
        if any(len(line) > 200 for line in lines):
            raise ValidationError(_("Please keep each topic to 200 characters."))
        doubled = next((line for line in lines if lines.count(line) > 1), None)
        if doubled:
            raise ValidationError(_("This topic stands here twice: %(topic)s", topic=doubled))

    def details(self) -> SeriesDetails:
        """What was sent in; the form must be valid."""
        return SeriesDetails(
            name=self.name.data, slug=self.slug.data, purpose=self.purpose.data, topics=tuple(self._lines())
        )

    def _lines(self) -> list[str]:
        return [line for line in (one_line(line) for line in (self.topics.data or "").split("\n")) if line]
