"""What a report about a mail means: for which recipient, whether it came back, and why."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ranevents.mailing.states import Cause

LONGEST_DIAGNOSIS = 500
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)", re.ASCII)
_TYPE = re.compile(r"^\s*[\w-]{1,30}\s*;\s*", re.ASCII)
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]+@[^\s<>()\[\]\"',;:]*|\bwww\.\S+")


class Action(StrEnum):
    """What a server did with a mail (RFC 3464, 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True)
class Fate:
    """What became of a mail on its way to one recipient. `addresses`, in small letters: who that is."""

    action: Action
    status: str
    diagnosis: str
    addresses: frozenset[str]


def fate_of(address: str, fates: Sequence[Fate]) -> Fate | None:
    """What a report says of a mail to an address: that it came back, or is delayed; None for all else.

    Where the address is not named, it was forwarded to others: then what is said of them counts, but only where it is
    the same of all. As long as one of several has got the mail, it has arrived.
    """
    concerned = [fate for fate in fates if address.lower() in fate.addresses] or list(fates)
    if not {fate.action for fate in concerned} <= {Action.FAILED, Action.DELAYED}:
        return None
    return next((fate for fate in concerned if fate.action is Action.DELAYED), concerned[0] if concerned else None)


def status_in(status: str, diagnosis: str) -> str:
    """The status code (RFC 3463): of the two places where servers write it, the one that says more."""
    found = [found[0] for found in map(_STATUS.search, (status, diagnosis)) if found]
    return next((one for one in found if not one.endswith(".0.0")), found[0] if found else "")


def cause_of(status: str) -> Cause:
    """What a status code tells of the cause."""
    found = _STATUS.fullmatch(status)
    if found is None:
        return Cause.OTHER
    subject, detail = int(found[2]), int(found[3])
    if (subject, detail) == (2, 2):
        return Cause.FULL
    if (subject, detail) == (2, 1) or (subject == 1 and detail not in (7, 8)):
        return Cause.ADDRESS
    return Cause.REFUSED if subject == 7 else Cause.OTHER


def diagnosis_in(text: str) -> str:
    """What a server said, as the mail log may show it: one line, without anybody's address."""
    said = "".join(
        " " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text[: 4 * LONGEST_DIAGNOSIS]
    )
    shown = _ADDRESS.sub("…", _TYPE.sub("", said))
    return " ".join(shown.split())[:LONGEST_DIAGNOSIS]
