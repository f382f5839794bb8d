"""What is told beside a question, and how a stored answer reads: in the reader's language, with fallbacks."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from babel.lists import format_list
from babel.numbers import get_decimal_symbol
from flask_babel import format_decimal, get_locale
from flask_babel import gettext as _

from ranevents.core import countries, files
from ranevents.events import times
from ranevents.events.models import Event
from ranevents.questions import rules
from ranevents.questions.models import Question, QuestionKind, QuestionVersion, Sensitivity


@dataclass(frozen=True)
class Given:
    """An answer that is stored already: what it says, and how its question was worded then."""

    value: Any
    version: QuestionVersion


@dataclass(frozen=True)
class KeptFile:
    """A file that stands for an answer. `secret` names it in a form that is sent again; '' once it is an answer."""

    id: int = field(repr=False)
    name: str
    size: int
    media_type: str
    secret: str = field(default="", repr=False)

    @property
    def told_size(self) -> str:
        """Its size as a reader sees it."""
        if self.size < 1_000_000:
            return str(_("%(number)s kB", number=format_decimal(math.ceil(self.size / 1000))))
        return str(_("%(number)s MB", number=format_decimal(round(self.size / 1_000_000, 1))))


def languages_for(event: Event) -> tuple[str, ...]:
    """In which languages the texts of an event's questions are looked for: the reader's, then the event's first."""
    return (str(get_locale() or rules.LAST_RESORT), *event.languages[:1])


def option_labels(version: QuestionVersion, languages: Sequence[str]) -> dict[str, str]:
    """The options of a version in the reader's language, by their keys."""
    return {one["key"]: rules.in_language(one["labels"], *languages) for one in version.options}


def deciding_labels(version: QuestionVersion, languages: Sequence[str]) -> dict[str, str]:
    """What can be answered to a question that decides about others, by the keys that conditions name."""
    if version.kind is QuestionKind.YES_NO:
        return {"yes": _("Yes"), "no": _("No")}
    return option_labels(version, languages)


def alternatives(labels: Iterable[str]) -> str:
    """Several answers as one phrase: “Yes” or “Perhaps”."""
    return str(format_list([_("“%(label)s”", label=label) for label in labels], "or", locale=get_locale() or "en"))


def decimal(number: str) -> str:
    """A plain decimal with the reader's comma or point, exactly."""
    return number.replace(".", get_decimal_symbol(get_locale() or "en"))


def day(iso: str) -> str:
    """A day as the reader writes it."""
    return _day(date.fromisoformat(iso))


def _day(day: date) -> str:
    return str(times.days(day, day))


def bounds(now: QuestionVersion) -> str:
    """Between what an answer must lie, or which files are taken; '' where nothing is said."""
    if now.kind is QuestionKind.FILE:
        most = files.most_megabytes(now.highest)
        return str(_("A PDF, JPEG, PNG, DOCX, ODT or XLSX file of %(most)s MB at most.", most=most))
    tell = {QuestionKind.NUMBER: decimal, QuestionKind.DATE: day}.get(now.kind)
    if tell is None or not (now.lowest or now.highest):
        return ""
    lowest, highest = (tell(bound) if bound else "" for bound in (now.lowest, now.highest))
    if lowest and highest:
        return str(_("From %(lowest)s to %(highest)s.", lowest=lowest, highest=highest))
    return str(_("%(lowest)s or more.", lowest=lowest) if lowest else _("%(highest)s or less.", highest=highest))


def keeping(question: Question) -> str:
    """How special answers are kept and until when; '' for ordinary ones."""
    if question.now.sensitivity is not Sensitivity.SPECIAL:
        return ""
    until = question.event.last_on + timedelta(days=question.kept_days)
    return str(_("Kept encrypted, seen by this event's editors only, and deleted after %(day)s.", day=_day(until)))


def in_words(value: Any, version: QuestionVersion, languages: Sequence[str]) -> str:
    """A stored answer as its reader sees it, under the wording in which the question was asked."""
    labels: dict[str, str] = option_labels(version, languages) if version.kind.has_options else {}
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, list):
        return "; ".join(str(labels.get(one, one)) for one in value)
    if isinstance(value, KeptFile):
        return value.name
    return labels.get(value, value) if labels else _TOLD.get(version.kind, str)(value)


_TOLD: dict[QuestionKind, Callable[[str], str]] = {
    QuestionKind.NUMBER: decimal,
    QuestionKind.DATE: day,
    QuestionKind.COUNTRY: countries.name_of,
}
