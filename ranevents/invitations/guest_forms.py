"""What is sent in about an event's guest list."""

from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import EmailField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired

from ranevents.core import countries, languages, tokens
from ranevents.core.filters import LONGEST_SEARCH, Pair, each, known
from ranevents.core.forms import ChosenForm, CountryField, Form, one_line
from ranevents.core.spreadsheets import Kind
from ranevents.events.fields import line, not_blank
from ranevents.events.models import Event
from ranevents.events.queries import Named
from ranevents.invitations.guest_lists import FILTERS, MOST_AT_ONCE, Column, GuestsAsked, Standing
from ranevents.invitations.models import GuestOrigin
from ranevents.people.models import Sector, Side
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


class GuestForm(ParticularsForm):
    """Somebody whom an organiser puts on the guest list by hand: who it is, and nothing that only they could say."""

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
