"""What is sent in to merge two entries: whose value stays, of each field in which they differ."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.validators import InputRequired, ValidationError

from ranevents.core import countries, languages, tokens
from ranevents.core.errors import Refused
from ranevents.core.forms import Form
from ranevents.people.models import Person, Sector, Side
from ranevents.people.service import Particulars

_CHOOSE = [InputRequired(_l("Please choose which of the two stays."))]


class MergeForm(Form):
    """One choice for each field that differs: that of the `kept` entry, or that of the one that goes."""

    given_name = RadioField(_l("Given name"), _CHOOSE)
    family_name = RadioField(_l("Family name"), _CHOOSE)
    latin_given_name = RadioField(_l("Given name in Latin letters"), _CHOOSE)
    latin_family_name = RadioField(_l("Family name in Latin letters"), _CHOOSE)
    form_of_address = RadioField(_l("Form of address"), _CHOOSE)
    email = RadioField(_l("E-mail address"), _CHOOSE)
    organisation = RadioField(_l("Organisation"), _CHOOSE)
    position = RadioField(_l("Position"), _CHOOSE)
    country = RadioField(_l("Country"), _CHOOSE)
    sector = RadioField(_l("Sector"), _CHOOSE)
    side = RadioField(_l("Side"), _CHOOSE)
    language = RadioField(_l("Language of mails"), _CHOOSE)
    keeps_spellings = BooleanField(
        _l("Let searches find this person by the other spelling of the name, too"), default=True
    )
    seen = HiddenField()

    def __init__(self, kept: Person, gone: Person) -> None:
        self.kept, self.gone = kept, gone
        differing = [name for name in Particulars.__dataclass_fields__ if getattr(kept, name) != getattr(gone, name)]
        first = {name: "kept" if getattr(kept, name) else "gone" for name in differing}
        super().__init__(data={**first, "seen": _mark(kept, gone), "keeps_spellings": True})
        self.same = [name for name in Particulars.__dataclass_fields__ if name not in differing]
        for name in self.same:
            del self[name]
        for name in differing:
            self[name].choices = [("kept", shown(kept, name)), ("gone", shown(gone, name))]
        if not self.names_differ:
            del self.keeps_spellings

    def validate_seen(self, field: HiddenField) -> None:
        """Refuse where either entry is no longer what was shown; the page shows what it is now."""
        if field.data != _mark(self.kept, self.gone):
            field.data = _mark(self.kept, self.gone)
            raise ValidationError(str(Refused.message))

    @property
    def names_differ(self) -> bool:
        """Whether the two have different names."""
        return (self.kept.full_name, self.kept.latin_name) != (self.gone.full_name, self.gone.latin_name)

    @property
    def choices(self) -> list[Any]:
        """The fields in which the two differ, in their order."""
        return [self[name] for name in Particulars.__dataclass_fields__ if name in self]

    @property
    def said_by_both(self) -> list[tuple[str, str]]:
        """What both entries say: the field, and its value."""
        labels = {name: unbound.args[0] for name, unbound in _fields().items()}
        return [(str(labels[name]), shown(self.kept, name)) for name in self.same if getattr(self.kept, name)]

    def particulars(self) -> Particulars:
        """What is said of the person from now on."""
        chosen = {
            name: getattr(self.gone if name in self and self[name].data == "gone" else self.kept, name)
            for name in Particulars.__dataclass_fields__
        }
        return Particulars(**chosen)


def _fields() -> dict[str, Any]:
    return {name: getattr(MergeForm, name) for name in Particulars.__dataclass_fields__}


def _mark(kept: Person, gone: Person) -> str:
    """By which a pair that was changed since it was shown is told."""
    return tokens.fingerprint(
        *(str(getattr(one, name)) for one in (kept, gone) for name in ("id", *Particulars.__dataclass_fields__))
    )


def shown(person: Person, name: str) -> str:
    """A field of a person as a reader sees it."""
    value = getattr(person, name)
    if isinstance(value, Sector | Side):
        return value.label
    if name == "country":
        return countries.name_of(value)
    return languages.own_name(value) if name == "language" else value or "–"
