"""What is sent in about people: what the directory is asked for, and who somebody is."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import EmailField, RadioField, StringField
from wtforms.validators import InputRequired

from ranevents.core import countries, names
from ranevents.core.filters import LONGEST_SEARCH, Pair, each, known, yes_no
from ranevents.core.forms import at_most, one_line
from ranevents.directory.people_rules import FILTERS, Column, PeopleAsked
from ranevents.directory.queries import EventName
from ranevents.people.models import Person, Sector, Side
from ranevents.people.service import Particulars
from ranevents.questions.fields import Questionnaire
from ranevents.registrations.forms import LONGEST_NAME, ParticularsForm


def asked(sent: MultiDict[str, str], events: Iterable[EventName]) -> PeopleAsked:
    """What an address asks for; whatever it can't mean is left aside."""
    said = sent.get("sort", "")
    column = {one.value: one for one in Column}.get(said.removeprefix("-"))
    return PeopleAsked(
        events=known(sent, "event", (one.slug for one in events)),
        countries=known(sent, "country", countries.CODES),
        sectors=each(sent, "sector", Sector),
        sides=each(sent, "side", Side),
        address_failed=yes_no(sent, "failed"),
        organisation=one_line(sent.get("organisation", ""))[:LONGEST_SEARCH],
        search=one_line(sent.get("search", ""))[:LONGEST_SEARCH],
        column=column,
        is_descending=column is not None and said.startswith("-"),
    )


def not_understood(sent: MultiDict[str, str], asked: PeopleAsked) -> list[Pair]:
    """The filters in an address that are left out of what is asked for, as they stand there."""
    understood = set(asked.pairs())
    return [
        (name, value)
        for name, value in sent.items(multi=True)
        if value and name in FILTERS and (name, value) not in understood
    ]


class PersonForm(ParticularsForm):
    """Who somebody is, corrected by an organiser: only what stands in the directory."""

    AFTER_QUESTIONS: ClassVar[tuple[str, ...]] = ()

    email = EmailField(
        _l("E-mail address"), [InputRequired(_l("Please enter the e-mail address."))], filters=[one_line]
    )
    organisation = StringField(_l("Organisation"), [at_most(200)], filters=[one_line])
    position = StringField(_l("Position"), [at_most(200)], filters=[one_line])
    side = RadioField(
        _l("Side"),
        [InputRequired(_l("Please choose policy or practice."))],
        choices=lambda: [(one.value, one.label) for one in Side],
    )
    diet = None
    access_needs = None
    is_on_shared_list = None
    allows_photographs = None

    @classmethod
    def of(cls, person: Person) -> Self:
        """The form, filled in with what is stored."""
        shown: dict[str, Any] = {name: getattr(person, name) for name in Particulars.__dataclass_fields__}
        shown |= {"sector": person.sector.value, "side": person.side.value}
        return cls(questionnaire=Questionnaire(()), data=shown)

    def _propose(self, field: StringField, own_script: str) -> None:
        """A spelling that we made follows the name that it spells; one that somebody has given stays."""
        own = self[field.name.removeprefix("latin_")]
        is_ours = names.is_our_spelling(field.object_data, own.object_data, self.country.object_data)
        if is_ours and field.data == field.object_data and own_script != own.object_data:
            field.data = names.latin(own_script, self.country.data or "")[:LONGEST_NAME]
        super()._propose(field, own_script)

    def particulars(self) -> Particulars:
        """Who it is, once the form is valid."""
        told = {name: self[name].data for name in Particulars.__dataclass_fields__}
        return Particulars(**{**told, "sector": Sector(self.sector.data), "side": Side(self.side.data)})
