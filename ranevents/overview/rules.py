"""Figures of an event: counted values in, lines of tables and periods of a plot out."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from ranevents.registrations.states import HOLDING, RegistrationState

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Counted:
    """How many people of one country, sector and side stand in one state."""

    country: str
    sector: str
    side: str
    state: RegistrationState
    people: int


@dataclass(frozen=True)
class Line(Generic[Kind]):
    """One line of a table: how many hold a place, await a decision, wait for a place."""

    kind: Kind
    held: int
    pending: int
    waiting: int

    @property
    def people(self) -> int:
        """All whom the organiser has to reckon with."""
        return self.held + self.pending + self.waiting


def tally(
    counted: Iterable[Counted], kind_of: Callable[[Counted], Kind], *, in_order: Callable[[Kind], str]
) -> list[Line[Kind]]:
    """The live registrations by kind: the most people first; of equal kinds, the first by `in_order`."""
    sums: dict[Kind, Counter[str]] = {}
    for one in counted:
        if one.state.is_live:
            sums.setdefault(kind_of(one), Counter())[_column(one.state)] += one.people
    lines = [Line(kind, count["held"], count["pending"], count["waiting"]) for kind, count in sums.items()]
    return sorted(lines, key=lambda line: (-line.people, in_order(line.kind)))


def _column(state: RegistrationState) -> str:
    if state in HOLDING:
        return "held"
    return "pending" if state is RegistrationState.PENDING else "waiting"


class Step(StrEnum):
    """How long the periods of the plot are."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Period:
    """The days from `first_on` to `last_on`: how many registered in them, and how many by their end."""

    first_on: date
    last_on: date
    new: int
    so_far: int


LONGEST = ((62, Step.DAY), (62 * 7, Step.WEEK))
"""Up to so many days, the plot goes by these; beyond, by months."""


def step_for(first_on: date, last_on: date) -> Step:
    """The length of period that shows these days well."""
    days = (last_on - first_on).days + 1
    return next((step for most, step in LONGEST if days <= most), Step.MONTH)


def periods(per_day: Mapping[date, int], *, until: date) -> list[Period]:
    """All days from the first registration to `until` (or the last registration), also those on which nobody came."""
    if not per_day:
        return []
    first, last = min(per_day), max(until, *per_day)
    found: list[Period] = []
    begins, so_far = first, 0
    step = step_for(first, last)
    ordered = sorted(per_day.items())
    while begins <= last:
        ends = min(_end_of(begins, step), last)
        new = _between(ordered, begins, ends)
        so_far += new
        found.append(Period(begins, ends, new, so_far))
        begins = ends + timedelta(days=1)
    return found


def _between(ordered: Sequence[tuple[date, int]], first: date, last: date) -> int:
    return sum(people for day, people in ordered if first <= day <= last)


def _end_of(day: date, step: Step) -> date:
    if step is Step.DAY:
        return day
    if step is Step.WEEK:
        return day + timedelta(days=6 - day.weekday())
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
