"""Pure decisions about questions: in which words, who is asked what, and what a typed number says."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol, TypeVar

LAST_RESORT = "en"
"""The language of a text for readers in whose language it was not written."""
LONGEST_NUMBER = 30
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_SPACES = re.compile(r"\s+")


class Asks(Protocol):
    """A question, as far as it decides who is asked it (see models.Question)."""

    id: Any
    capacities: Any
    condition_question_id: Any
    condition_values: Any


Q = TypeVar("Q", bound=Asks)


def in_language(texts: Mapping[str, str], *languages: str) -> str:
    """A text in the first of these languages in which it was written, else in English, else in any; '' for none."""
    written = (texts[one] for one in (*languages, LAST_RESORT, *sorted(texts)) if texts.get(one))
    return next(written, "")


def for_capacity(questions: Iterable[Q], capacity: str) -> list[Q]:
    """The questions that may be asked of those who come in this capacity, in their order.

    A question whose deciding question is never asked of them is none of theirs either. A deciding question stands
    before those that it decides about.
    """
    found: list[Q] = []
    ids: set[int] = set()
    for question in questions:
        is_theirs = not question.capacities or capacity in question.capacities
        if is_theirs and (question.condition_question_id is None or question.condition_question_id in ids):
            found.append(question)
            ids.add(question.id)
    return found


def asked(questions: Sequence[Q], capacity: str, answers: Mapping[int, Any]) -> list[Q]:
    """Which of the questions are asked, given the answers (by the id of their question), in their order.

    A question whose deciding question is itself not asked is not asked, whatever that one's answer.
    """
    found: list[Q] = []
    ids: set[int] = set()
    for question in for_capacity(questions, capacity):
        deciding = question.condition_question_id
        if deciding is None or (deciding in ids and meets(answers.get(deciding), question.condition_values)):
            found.append(question)
            ids.add(question.id)
    return found


def meets(answer: Any, values: Iterable[str]) -> bool:
    """Whether an answer to a deciding question is one of these: keys of options, or 'yes' and 'no'."""
    given = answer if isinstance(answer, list | tuple) else [_key(answer)]
    return not set(values).isdisjoint(given)


def _key(answer: Any) -> Any:
    return {True: "yes", False: "no"}[answer] if isinstance(answer, bool) else answer


def plain_decimal(typed: str) -> str:
    """A typed number as plain decimal text, exactly: '1 250,50' is '1250.50'. Comma and point both begin decimals.

    Raises ValueError for what is no number, or is longer than LONGEST_NUMBER.
    """
    text = _SPACES.sub("", typed).replace("\u2212", "-")
    if not _NUMBER.fullmatch(text) or len(text) > LONGEST_NUMBER:
        raise ValueError("no number")
    number = Decimal(text.replace(",", "."))
    return f"{abs(number) if number == 0 else number:f}"


def decimal_places(number: str) -> int:
    """How many digits stand after the point of a plain decimal."""
    return len(number.partition(".")[2])
