"""What is sent in about an event's guest list."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import EmailField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired

from ranevents.core import countries, languages, names, tokens
from ranevents.core.filters import LONGEST_SEARCH, Pair, each, known
from ranevents.core.forms import ChosenForm, CountryField, Form, one_line
from ranevents.core.spreadsheets import Kind
from ranevents.events.fields import line, not_blank
from ranevents.events.models import Event
from ranevents.events.queries import Named
from ranevents.invitations.guest_lists import FILTERS, MOST_AT_ONCE, Column, GuestsAsked, Standing
from ranevents.invitations.models import GuestOrigin
from ranevents.people.models import Person, Sector, Side
from ranevents.people.service import Particulars
from ranevents.questions.fields import Questionnaire
from ranevents.registrations.forms import ParticularsForm


def asked(sent: MultiDict[str, str]) -> GuestsAsked:
    """What an address asks for; whatever it can't mean is left aside."""
    said = sent.get("sort", "")
    column = {one.value: one for one in Column}.get(said.removeprefix("-"))
    return GuestsAsked(
        standings=each(sent, "standing", Standing),
        countries=known(sent, "country", countries.CODES),
        sectors=each(sent, "sector", Sector),
        sides=each(sent, "side", Side),
        origins=each(sent, "origin", GuestOrigin),
        search=one_line(sent.get("search", ""))[:LONGEST_SEARCH],
        column=column,
        is_descending=column is not None and said.startswith("-"),
    )


def not_understood(sent: MultiDict[str, str], asked: GuestsAsked) -> list[Pair]:
    """The filters in an address that are left out of what is asked for, as they stand there."""
    understood = set(asked.pairs())
    return [
        (name, value)
        for name, value in sent.items(multi=True)
        if value and name in FILTERS and (name, value) not in understood
    ]


NEW = "new"
"""The answer that it is none of those who are known."""


class WhoField(RadioField):
    """Whether somebody is one of those who are known already. It asks only where somebody alike was found."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, **options)
        self.flags.told_when_needed = True

    def ask(self, known: Iterable[Person], same: Callable[[str], str], other: str) -> None:
        """Offer each of these, told by `same`, and that it is `other`."""
        self.choices = [(str(one.id), same(_told(one))) for one in known]
        self.choices += [(NEW, other)] if self.choices else []

    def is_open(self, message: str) -> bool:
        """Whether it asks and is not answered: then the message stands beside it."""
        is_answered = not self.choices or self.data in [value for value, _label in self.choices]
        if not is_answered:
            self.errors = [message]
        return not is_answered

    @property
    def chosen_id(self) -> int | None:
        """Who it is of those who were offered; None for somebody else."""
        is_offered = self.data != NEW and self.data in [value for value, _label in self.choices]
        return int(self.data) if is_offered else None


def _told(person: Person) -> str:
    told = (person.listed_name, person.organisation, countries.name_of(person.country), person.email)
    return " · ".join(one for one in told if one)


class GuestForm(ParticularsForm):
    """Somebody whom an organiser puts on the guest list by hand: who it is, and nothing that only they could say."""

    who = WhoField(_l("Is it somebody whom you know already?"))

    AFTER_QUESTIONS: ClassVar[tuple[str, ...]] = ()

    given_name = line(_l("Given name"), InputRequired(_l("Please enter the given name.")), not_blank, most=120)
    family_name = line(_l("Family name"), InputRequired(_l("Please enter the family name.")), not_blank, most=120)
    email = EmailField(
        _l("E-mail address"), [InputRequired(_l("Please enter the e-mail address.")), not_blank], filters=[one_line]
    )
    organisation = line(_l("Organisation"))
    position = line(_l("Position"))
    country = CountryField(_l("Country"), [InputRequired(_l("Please choose the country."))])
    sector = SelectField(
        _l("Sector"),
        [InputRequired(_l("Please choose the sector."))],
        choices=lambda: [("", _("Please choose")), *((one.value, one.label) for one in Sector)],
    )
    side = RadioField(
        _l("Side"),
        [InputRequired(_l("Please choose policy or practice."))],
        choices=lambda: [(one.value, one.label) for one in Side],
    )
    language = SelectField(
        _l("Language of mails"),
        [InputRequired(_l("Please choose a language."))],
        choices=lambda: [(code, languages.own_name(code)) for code in languages.offered()],
    )
    submission_id = HiddenField()
    diet = None
    access_needs = None
    is_on_shared_list = None
    allows_photographs = None

    def __init__(self, *, event: Event) -> None:
        super().__init__(questionnaire=Questionnaire(()))
        if not tokens.is_secret(self.submission_id.data):
            self.submission_id.data = tokens.secret()
        if not self.is_submitted():
            spoken = [code for code in event.languages if code in languages.offered()]
            self.language.data = spoken[0] if spoken else languages.current()

    def ask_who(self, known: Iterable[Person]) -> None:
        """Offer those who are known and may be meant."""
        self.who.ask(
            known, lambda told: _("The same person: %(person)s", person=told), _("Somebody else, who is new here")
        )

    def says_who(self) -> bool:
        """Whether it is clear who is meant, once all else is right."""
        return not self.who.is_open(_("Somebody alike is known already. Please say who it is."))

    @property
    def sort_key(self) -> str:
        """The name as lists sort it, as far as it was given."""
        family = self.latin_family_name.data or self.family_name.data or ""
        return names.sort_key(family, self.latin_given_name.data or self.given_name.data or "")

    def particulars(self) -> Particulars:
        """Who it is, once the form is valid."""
        told = {name: self[name].data for name in Particulars.__dataclass_fields__}
        return Particulars(**{**told, "sector": Sector(self.sector.data), "side": Side(self.side.data)})


class EarlierForm(Form):
    """From which earlier event guests are brought."""

    source = SelectField(_l("Event"), [InputRequired(_l("Please choose an event."))])

    def __init__(self, sources: list[Named]) -> None:
        super().__init__()
        self.source.choices = [("", _("Please choose")), *((one.slug, one.title) for one in sources)]


class ExportForm(Form):
    """As what the list is taken."""

    kind = RadioField(_l("Which kind of file?"), [InputRequired(_l("Please choose a kind of file."))], default="xlsx")

    def __init__(self) -> None:
        super().__init__()
        self.kind.choices = [
            (Kind.XLSX.value, _("Excel workbook (XLSX)")),
            (Kind.CSV.value, _("Text with semicolons (CSV), for other programs")),
        ]


class GuestsForm(ChosenForm):
    """Which guests a deed concerns."""

    MOST = MOST_AT_ONCE
