"""What an organiser says about a question or a section: plain values, as the composer's pages hand them over."""

import hashlib
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Self

from flask_babel import lazy_gettext as _l

Texts = dict[str, str]
"""One text in several languages, by their codes (ISO 639-1)."""


class QuestionKind(StrEnum):
    """What kind of answer a question takes."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    ONE_OF = "one_of"
    SEVERAL_OF = "several_of"
    YES_NO = "yes_no"
    NUMBER = "number"
    DATE = "date"
    COUNTRY = "country"
    FILE = "file"

    @property
    def label(self) -> str:
        """The kind as an organiser sees it."""
        return str(_KINDS[self])

    @property
    def has_options(self) -> bool:
        """Whether the organiser writes down what can be answered."""
        return self in (QuestionKind.ONE_OF, QuestionKind.SEVERAL_OF)

    @property
    def may_decide(self) -> bool:
        """Whether another question may be asked depending on the answer to such a one."""
        return self.has_options or self is QuestionKind.YES_NO


_KINDS = {
    QuestionKind.SHORT_TEXT: _l("Short text"),
    QuestionKind.LONG_TEXT: _l("Long text"),
    QuestionKind.ONE_OF: _l("One of several"),
    QuestionKind.SEVERAL_OF: _l("Several of several"),
    QuestionKind.YES_NO: _l("Yes or no"),
    QuestionKind.NUMBER: _l("Number"),
    QuestionKind.DATE: _l("Date"),
    QuestionKind.COUNTRY: _l("Country"),
    QuestionKind.FILE: _l("File"),
}


class Sensitivity(StrEnum):
    """How much an answer gives away: special ones (health, belief and the like) are encrypted and go soon."""

    ORDINARY = "ordinary"
    SPECIAL = "special"

    @property
    def label(self) -> str:
        """The sensitivity as an organiser sees it."""
        return str({Sensitivity.ORDINARY: _l("Ordinary"), Sensitivity.SPECIAL: _l("Special")}[self])


@dataclass(frozen=True)
class Option:
    """One of the answers that a question offers; `key` is what is stored: '' for one that has none yet."""

    key: str
    labels: Texts


@dataclass(frozen=True)
class Condition:
    """When a question is asked: where the answer to another is one of `values` (keys of options; 'yes' or 'no')."""

    question_id: int
    values: tuple[str, ...]


@dataclass(frozen=True)
class _Details:
    def differences(self, other: Self) -> list[str]:
        """The names of the fields in which the two differ, in the order in which they stand here."""
        return [one.name for one in fields(self) if getattr(self, one.name) != getattr(other, one.name)]

    @property
    def fingerprint(self) -> str:
        """What an editor saw: it differs as soon as somebody else has said something else."""
        said = [_in_order(getattr(self, one.name)) for one in fields(self)]
        return hashlib.sha256(repr(said).encode()).hexdigest()


def _in_order(value: object) -> object:
    """Texts in the order of their languages: the database gives them back in another than they were written."""
    if isinstance(value, dict):
        return sorted(value.items())
    if isinstance(value, tuple):
        return [_in_order(one) for one in value]
    return (value.key, _in_order(value.labels)) if isinstance(value, Option) else value


@dataclass(frozen=True)
class QuestionDetails(_Details):
    """Everything that is said about a question, save where it stands.

    `lowest`, `highest`: bounds of a number (plain decimals) or a date (ISO 8601), as texts, '' for none; `highest` of a
    file is its largest size in megabytes. `capacities`: empty for everybody.
    """

    kind: QuestionKind
    labels: Texts
    hints: Texts
    purposes: Texts
    options: tuple[Option, ...]
    lowest: str
    highest: str
    decimals: int
    is_required: bool
    capacities: tuple[str, ...]
    condition: Condition | None
    sensitivity: Sensitivity
    kept_days: int


WORDING = frozenset(("kind", "labels", "hints", "purposes", "options", "lowest", "highest", "decimals", "sensitivity"))
"""What an answer was an answer to: a change of one of these is a new version of the question."""


@dataclass(frozen=True)
class SectionDetails(_Details):
    """Everything that is said about a section."""

    titles: Texts
    introductions: Texts
