"""What an export holds: which columns, and what stands in them for an answer."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ranevents.core import countries
from ranevents.core.spreadsheets import Cell


class Scope(StrEnum):
    """For whom an export is made."""

    TEAM = "team"
    PARTICIPANTS = "participants"

    @property
    def label(self) -> str:
        """The scope as the page offers it."""
        return str(_SCOPES[self])


_SCOPES = {
    Scope.TEAM: _l("List for the team: all particulars and answers"),
    Scope.PARTICIPANTS: _l(
        "List for participants: name, organisation and country of those who have a place and agreed"
    ),
}


def yes_no(value: bool) -> str:
    """Yes or no, in the reader's words."""
    return str(_("yes") if value else _("no"))


def as_cell(value: Any, kind: str, options: Mapping[str, str]) -> Cell:
    """An answer as a cell: numbers and dates as such, several choices joined, keys and codes in the reader's words."""
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, list):
        return "; ".join(options.get(str(one), str(one)) for one in value)
    text = str(value)
    if kind == "number":
        return _number(text)
    if kind == "date":
        return _day(text)
    if kind == "country":
        return countries.name_of(text)
    return options.get(text, text)


def _number(text: str) -> Cell:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return number if number.is_finite() else text


def _day(text: str) -> Cell:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
