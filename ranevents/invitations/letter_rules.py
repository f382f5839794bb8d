"""Pure decisions about letters: how their references are written, and whether one still holds."""

import re
from datetime import datetime
from enum import StrEnum

REFERENCE_LENGTH = 12
_GROUP = 4


class Standing(StrEnum):
    """What may be told to anybody about a letter."""

    HOLDS = "holds"
    WITHDRAWN = "withdrawn"
    NO_LONGER_HOLDS = "no_longer_holds"


def standing(*, is_withdrawn: bool, is_expected: bool, ends_at: datetime, at: datetime) -> Standing:
    """How it stands with a letter; whether the person is still expected matters only until the event is over."""
    if is_withdrawn:
        return Standing.WITHDRAWN
    return Standing.HOLDS if is_expected or at >= ends_at else Standing.NO_LONGER_HOLDS


def printed(reference: str) -> str:
    """The reference in groups, as it stands on paper: ABCD-EFGH-JKLM."""
    return "-".join(reference[at : at + _GROUP] for at in range(0, len(reference), _GROUP))


def read_reference(typed: str) -> str:
    """A reference as we keep it, however it was typed: small letters, spaces and hyphens don't matter."""
    return re.sub(r"[^0-9A-Z]", "", typed.upper())[: 2 * REFERENCE_LENGTH]


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: an empty line begins a new one."""
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
