"""What the address of a list says; whatever it can't mean is left aside."""

import re
from collections.abc import Iterable

from werkzeug.datastructures import MultiDict

from ranevents.core import countries, languages
from ranevents.core.countries import Group
from ranevents.core.filters import LONGEST_SEARCH, Pair, each, known, yes_no
from ranevents.core.forms import one_line
from ranevents.core.paging import asked_day
from ranevents.events.models import Capacity
from ranevents.people.models import Sector, Side
from ranevents.questions.models import Question, QuestionKind
from ranevents.registrations.list_rules import FILTERS, STATES, Asked, Column, Wish
from ranevents.registrations.states import RegistrationState

_OF_QUESTION = re.compile("q[0-9]+")


def asked(sent: MultiDict[str, str], questions: Iterable[Question], *, may_see_needs: bool) -> Asked:
    """What is asked for. `questions` are those by which this list may be filtered; needs are no reader's business."""
    column, is_descending = _order(sent.get("sort", ""))
    return Asked(
        states=tuple(one for one in each(sent, "state", RegistrationState) if one in STATES),
        capacities=each(sent, "capacity", Capacity),
        countries=known(sent, "country", countries.CODES),
        groups=each(sent, "group", Group),
        sectors=each(sent, "sector", Sector),
        sides=each(sent, "side", Side),
        languages=known(sent, "language", languages.offered()),
        on_list=yes_no(sent, "list"),
        photographs=yes_no(sent, "photographs"),
        needs=yes_no(sent, "needs") if may_see_needs else None,
        first_on=asked_day(sent.get("from")),
        last_on=asked_day(sent.get("to")),
        answers=tuple(wish for one in questions if (wish := _wish(sent, one)).values),
        search=one_line(sent.get("search", ""))[:LONGEST_SEARCH],
        column=column,
        is_descending=is_descending,
    )


def not_understood(sent: MultiDict[str, str], asked: Asked) -> list[Pair]:
    """The filters in an address that are left out of what is asked for, as they stand there."""
    understood = set(asked.pairs())
    return [
        (name, value)
        for name, value in sent.items(multi=True)
        if value and _is_filter(name) and (name, value) not in understood
    ]


def _is_filter(name: str) -> bool:
    """A search is always understood; an order that is not gives the usual one, and leaves nobody out."""
    return name != "search" and (name in FILTERS or _OF_QUESTION.fullmatch(name) is not None)


def choices(question: Question) -> dict[str, str]:
    """What may be wished for of a question's answer: the value in an address, and whether it is a key, yes, or no."""
    if question.now.kind is QuestionKind.YES_NO:
        return {"yes": "yes", "no": "no"}
    if question.now.kind is QuestionKind.COUNTRY:
        return {code: code for code in countries.CODES}
    return {str(option["key"]): str(option["key"]) for option in question.now.options}


def _wish(sent: MultiDict[str, str], question: Question) -> Wish:
    return Wish(question.id, known(sent, f"q{question.id}", choices(question)))


def _order(said: str) -> tuple[Column | None, bool]:
    known = {one.value: one for one in Column}
    column = known.get(said.removeprefix("-"))
    return column, column is not None and said.startswith("-")
