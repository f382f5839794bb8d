"""How the people of an event stand against the mix that is aimed at."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Dimension(StrEnum):
    """By what people are counted."""

    SIDE = "side"
    SECTOR = "sector"
    GROUP = "group"
    COUNTRIES = "countries"
    QUESTION = "question"

    @property
    def label(self) -> str:
        """The dimension as a reader sees it; a question has its own words."""
        return str(_DIMENSIONS[self])


_DIMENSIONS = {
    Dimension.SIDE: _l("Policy and practice"),
    Dimension.SECTOR: _l("Sectors"),
    Dimension.GROUP: _l("Groups of countries"),
    Dimension.COUNTRIES: _l("Countries"),
    Dimension.QUESTION: _l("Answers to a question"),
}


@dataclass(frozen=True)
class Part:
    """One kind of people: how many have accepted, how many are asked and silent, and what is aimed at.

    Shares are per cent of all who are counted in the same mix; None where that is nobody. `least` is None without an
    aim.
    """

    label: str
    accepted: int
    asked: int
    share: float | None
    expected_share: float | None
    least: int | None

    @property
    def expected(self) -> int:
        """How many there are if everybody who is asked says yes."""
        return self.accepted + self.asked

    @property
    def is_reached(self) -> bool | None:
        """Whether those who have accepted meet the aim; None where there is none, or nobody yet."""
        return None if self.least is None or self.share is None else self.share >= self.least


@dataclass(frozen=True)
class Mix:
    """The people of an event by one dimension."""

    title: str
    parts: list[Part]
    still_needed: dict[str, int]
    """How many more of a kind must accept, nobody else coming, until its aim is met; by label, only where any are."""

    @property
    def has_aims(self) -> bool:
        """Whether anything is aimed at."""
        return any(part.least is not None for part in self.parts)


def mix(
    title: str,
    accepted: Mapping[str, int],
    asked: Mapping[str, int],
    aims: Mapping[str, int],
    *,
    label_of: Callable[[str], str],
) -> Mix:
    """The mix of all kinds that somebody is of, or that are aimed at; those with the most people first."""
    everybody, reckoned = sum(accepted.values()), sum(accepted.values()) + sum(asked.values())
    kinds = sorted(
        {*accepted, *asked, *aims}, key=lambda kind: (-accepted.get(kind, 0) - asked.get(kind, 0), label_of(kind))
    )
    parts = [
        Part(
            label=label_of(kind),
            accepted=accepted.get(kind, 0),
            asked=asked.get(kind, 0),
            share=_per_cent(accepted.get(kind, 0), everybody),
            expected_share=_per_cent(accepted.get(kind, 0) + asked.get(kind, 0), reckoned),
            least=aims.get(kind),
        )
        for kind in kinds
    ]
    needed = {part.label: more_needed(part.accepted, everybody, part.least) for part in parts if part.least}
    return Mix(title, parts, {label: number for label, number in needed.items() if number})


def _per_cent(some: int, everybody: int) -> float | None:
    return 100 * some / everybody if everybody else None


def more_needed(some: int, everybody: int, least: int) -> int:
    """How many more of a kind it takes until they are at least so many per cent (below 100), nobody else coming."""
    if not everybody:
        return 1
    return max(0, math.ceil((least * everybody - 100 * some) / (100 - least)))
