"""What somebody has typed instead of what the file says: what of it is a correction, and how long it holds."""

from collections.abc import Mapping, Sequence

from ranevents.core import names
from ranevents.directory.import_rules import OF_A_PERSON, Cleaned, Field

LATIN = {Field.LATIN_GIVEN_NAME: Field.GIVEN_NAME, Field.LATIN_FAMILY_NAME: Field.FAMILY_NAME}
"""Which name each of these spells."""
_IN_FULL_NAME = (Field.GIVEN_NAME, Field.FAMILY_NAME, Field.FORM_OF_ADDRESS)


def said(columns: Mapping[Field, int], cells: Sequence[str]) -> dict[Field, str]:
    """What the cells of a row say, by field."""
    return {one: cells[column] for one, column in columns.items() if column < len(cells)}


def corrected(told: Mapping[Field, str], corrections: Mapping[Field, str]) -> dict[Field, str]:
    """What is to be read: what the file says, and what was typed in its place."""
    texts = {**told, **corrections}
    if Field.GIVEN_NAME in corrections and Field.FAMILY_NAME in corrections:
        texts.pop(Field.FULL_NAME, None)
    return texts


def with_latin_renewed(
    texts: Mapping[Field, str], shown: Mapping[Field, str], given: Mapping[Field, str]
) -> dict[Field, str]:
    """The texts that were sent; a spelling that we proposed is empty where its name has changed.

    `shown`: what the form was filled in with; `given`: what the file, or somebody by hand, has said.
    """
    renewed = dict(texts)
    for latin, own in LATIN.items():
        is_ours = not given.get(latin) and names.is_our_spelling(shown[latin], shown[own], shown[Field.COUNTRY])
        if is_ours and texts[latin] == shown[latin]:
            renewed[latin] = ""
    return renewed


def corrections(
    told: Mapping[Field, str], as_read: Cleaned, texts: Mapping[Field, str], cleaned: Cleaned
) -> dict[Field, str]:
    """What of the texts, all of which fit, is not as the file says it (`told`, `as_read`)."""
    found: dict[Field, str] = {
        one: cleaned.details[one]
        for one in OF_A_PERSON
        if one not in LATIN and (cleaned.details[one] != as_read.details[one] or one in as_read.problems)
    }
    for latin in LATIN:
        if texts[latin] and texts[latin] != as_read.details[latin]:
            found[latin] = texts[latin]
        elif told.get(latin) and not texts[latin]:
            found[latin] = ""
    if told.get(Field.FULL_NAME) and any(one in found for one in _IN_FULL_NAME):
        found |= {one: cleaned.details[one] for one in _IN_FULL_NAME}
    return found


def still_hold(
    corrections: Mapping[Field, str], before: Mapping[Field, int], after: Mapping[Field, int]
) -> dict[Field, str]:
    """Those corrections that stay when columns are said anew: their field is read from the same place."""
    return {one: text for one, text in corrections.items() if _sources(one, before) == _sources(one, after)}


def _sources(one: Field, columns: Mapping[Field, int]) -> tuple[int | None, ...]:
    whole = columns.get(Field.FULL_NAME) if one in _IN_FULL_NAME else None
    return columns.get(one), whole
