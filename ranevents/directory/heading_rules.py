"""Which column of a spreadsheet is what, by its heading in any language of Europe."""

from collections.abc import Sequence

from ranevents.core import names
from ranevents.directory.heading_words import HEADINGS
from ranevents.directory.import_rules import Field

_ONLY_A_NAME = {"name", "navn", "naam", "namn", "nimi", "nev"}
"""Headings that say no more: a whole name, or what the column beside it leaves."""


def _known_headings() -> dict[str, Field]:
    """The field by each heading, folded; lines end headings, too. What would say two things says none."""
    known: dict[str, set[Field]] = {}
    for one, headings in HEADINGS.items():
        for heading in (part for line in headings.strip().splitlines() for part in line.split("|")):
            known.setdefault(names.fold(heading), set()).add(one)
    return {heading: fields.pop() for heading, fields in known.items() if len(fields) == 1}


_KNOWN_HEADINGS = _known_headings()
_TELLING = [(f" {known} ", one) for known, one in _KNOWN_HEADINGS.items() if len(known) > 3]
_BY_LENGTH = sorted(_TELLING, key=lambda one: -len(one[0]))


def guess(headings: Sequence[str]) -> dict[Field, int]:
    """Which column is probably what: the first whose heading says exactly that, else the first that says it too."""
    folded = [names.fold(heading) for heading in headings]
    found = _exactly(folded)
    for column, heading in enumerate(folded):
        if column in found.values():
            continue
        told = next((one for known, one in _BY_LENGTH if known in f" {heading} "), None)
        if told is not None:
            found.setdefault(told, column)
    if Field.FULL_NAME in found:
        _settle_names(folded, found)
    return found


def _exactly(folded: Sequence[str]) -> dict[Field, int]:
    found: dict[Field, int] = {}
    for column, heading in enumerate(folded):
        one = _KNOWN_HEADINGS.get(heading)
        if one is not None:
            found.setdefault(one, column)
    return found


def _settle_names(folded: Sequence[str], found: dict[Field, int]) -> None:
    """Beside a column of given names, one that says only 'name' holds family names, and the other way round."""
    if folded[found[Field.FULL_NAME]] not in _ONLY_A_NAME:
        return
    missing = {Field.GIVEN_NAME, Field.FAMILY_NAME} - found.keys()
    if len(missing) == 1:
        found[missing.pop()] = found.pop(Field.FULL_NAME)


def heading_row(rows: Sequence[tuple[int, list[str]]]) -> int:
    """Which of the first rows holds the headings: the one that tells most columns; a title may stand above it.

    Words of a person may be a heading's, too ('Ministry of Interior'): exact ones weigh more.
    """
    told = [len(guess(row)) + len(_exactly([names.fold(cell) for cell in row])) for _number, row in rows]
    best = max(told, default=0)
    return told.index(best) if best > 1 else 0
