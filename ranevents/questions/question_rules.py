"""Pure decisions about composing: what a question may say, what answers have fixed, and in which order things stand."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _

from ranevents.questions import rules
from ranevents.questions.details import Option, QuestionDetails, QuestionKind, SectionDetails, Sensitivity, Texts

MOST_QUESTIONS = 100
MOST_SECTIONS = 30
FEWEST_OPTIONS, MOST_OPTIONS = 2, 60
MOST_DECIMALS = 6
MOST_MEGABYTES, USUAL_MEGABYTES = 10, 5
MOST_KEPT_DAYS: Mapping[Sensitivity, int] = {Sensitivity.ORDINARY: 3650, Sensitivity.SPECIAL: 30}
USUAL_KEPT_DAYS: Mapping[Sensitivity, int] = {Sensitivity.ORDINARY: 365, Sensitivity.SPECIAL: 30}
YES_OR_NO = ("yes", "no")

Row = TypeVar("Row")
Asked = TypeVar("Asked", bound=rules.Asks)


class Direction(StrEnum):
    """Which way something is moved."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field, and what to do."""

    field: str
    message: str


def faults(details: QuestionDetails) -> Iterator[Fault]:
    """What keeps these details from being a question."""
    if not any(details.labels.values()):
        yield Fault("labels", _("Please write the question in at least one language."))
    if details.kind.has_options:
        yield from _faults_of_options(details.options)
    yield from _faults_of_bounds(details)
    if details.condition and not details.condition.values:
        yield Fault("condition", _("Please choose the answers on which this question is asked."))
    if details.sensitivity is Sensitivity.SPECIAL and not any(details.purposes.values()):
        yield Fault("purposes", _("Please say why you ask for special data: people read it beside the question."))
    most = MOST_KEPT_DAYS[details.sensitivity]
    if not 1 <= details.kept_days <= most:
        yield Fault("kept_days", _("Please give a number of days from 1 to %(most)s.", most=most))


def _faults_of_options(options: Sequence[Option]) -> Iterator[Fault]:
    if len(options) < FEWEST_OPTIONS:
        yield Fault("options", _("Please give at least two answers to choose from."))
    if len(options) > MOST_OPTIONS:
        yield Fault("options", _("Please give %(most)s answers to choose from at most.", most=MOST_OPTIONS))
    written = [(code, text) for one in options for code, text in one.labels.items()]
    times = Counter((code, text.casefold()) for code, text in written)
    twice = next((text for code, text in reversed(written) if times[code, text.casefold()] > 1), None)
    if twice is not None:
        yield Fault("options", _("“%(answer)s” stands here twice. Please tell the answers apart.", answer=twice))


def _faults_of_bounds(details: QuestionDetails) -> Iterator[Fault]:
    lowest, highest = details.lowest, details.highest
    if details.kind is QuestionKind.NUMBER:
        if not 0 <= details.decimals <= MOST_DECIMALS:
            yield Fault("decimals", _("Please give a number from 0 to %(most)s.", most=MOST_DECIMALS))
        for name, bound in (("lowest", lowest), ("highest", highest)):
            if rules.decimal_places(bound) > details.decimals:
                yield Fault(name, _("This has more digits after the point than an answer may have."))
        if lowest and highest and Decimal(lowest) > Decimal(highest):
            yield Fault("highest", _("Please give a number that is not below the lowest."))
    if details.kind is QuestionKind.DATE and lowest and highest and lowest > highest:
        yield Fault("highest", _("Please give a day that is not before the earliest."))
    if details.kind is QuestionKind.FILE and not 1 <= int(highest or USUAL_MEGABYTES) <= MOST_MEGABYTES:
        yield Fault("highest", _("Please give a number of megabytes from 1 to %(most)s.", most=MOST_MEGABYTES))


def broken_promises(before: QuestionDetails, after: QuestionDetails) -> Iterator[Fault]:
    """What may not be changed any more once somebody has answered."""
    if after.kind is not before.kind:
        yield Fault(
            "kind",
            _(
                "People have answered this question, so its kind stays. To ask in another way, take it out of the "
                "form and add a new one: the answers are kept."
            ),
        )
    if before.sensitivity is Sensitivity.SPECIAL and after.sensitivity is not Sensitivity.SPECIAL:
        yield Fault("sensitivity", _("People have answered, trusting that their answers are treated as special data."))
    if after.kept_days > before.kept_days:
        yield Fault(
            "kept_days",
            _(
                "People have answered, trusting that their answers are kept for %(days)s days. You can only "
                "shorten this.",
                days=before.kept_days,
            ),
        )


def values_of(kind: QuestionKind, options: Iterable[Option]) -> tuple[str, ...]:
    """Which answers of such a question others may depend on."""
    if kind is QuestionKind.YES_NO:
        return YES_OR_NO
    return tuple(one.key for one in options) if kind.has_options else ()


def depending_on(order: Iterable[Asked], id: int) -> list[Asked]:
    """The questions that are asked depending on the answer to that one."""
    return [one for one in order if one.condition_question_id == id]


def too_early(order: Iterable[Asked]) -> Asked | None:
    """The first question that stands before the one it depends on; None where all is in order."""
    before: set[Any] = set()
    for one in order:
        if one.condition_question_id is not None and one.condition_question_id not in before:
            return one
        before.add(one.id)
    return None


def moved(sections: Sequence[Sequence[Row]], row: Row, direction: Direction) -> list[list[Row]]:
    """The rows of all sections after one of them has gone a step up or down; at an edge into the next section.

    At the very beginning or end everything stays as it is.
    """
    after = [list(section) for section in sections]
    number = next(i for i, section in enumerate(after) if row in section)
    place = after[number].index(row)
    step = -1 if direction is Direction.UP else 1
    if 0 <= place + step < len(after[number]):
        after[number][place], after[number][place + step] = after[number][place + step], row
    elif 0 <= number + step < len(after):
        after[number].remove(row)
        after[number + step].insert(0 if direction is Direction.DOWN else len(after[number + step]), row)
    return after


def composing_languages(own: str, offered: Iterable[str], written: Iterable[Texts] = ()) -> tuple[str, ...]:
    """In which languages an organiser writes: their own first, then all others that pages can be in.

    And any in which something is written already: nobody changes a text beside another that they don't see.
    """
    already = sorted({code for texts in written for code, text in texts.items() if text})
    return tuple(dict.fromkeys([own, *offered, *already]))


def written_in(details: QuestionDetails | SectionDetails) -> Iterator[Texts]:
    """Every text of a question or a section."""
    if isinstance(details, SectionDetails):
        yield from (details.titles, details.introductions)
    else:
        yield from (details.labels, details.hints, details.purposes)
        yield from (option.labels for option in details.options)


def missing_in(details: QuestionDetails | SectionDetails, languages: Iterable[str]) -> list[str]:
    """In which of these languages readers would see the question, an answer or the title in another language."""
    if isinstance(details, SectionDetails):
        needed = [details.titles]
    else:
        needed = [details.labels, *(option.labels for option in details.options)]
    return [code for code in languages if any(not texts.get(code) for texts in needed)]


def language_of(texts: Texts, *languages: str) -> str:
    """In which language `rules.in_language` shows the text."""
    written = (code for code in (*languages, rules.LAST_RESORT, *sorted(texts)) if texts.get(code))
    return next(written, rules.LAST_RESORT)


def language_name(code: str) -> str:
    """The language's name in the reader's language; an unknown code as it is."""
    return str(Locale.parse(str(get_locale() or rules.LAST_RESORT)).languages.get(code, code))
