"""Whether a personal link that was given out still opens something: a question that lower rooms ask of higher ones.

Which room answers for which purpose is said by the one table in `ranevents/app.py`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from ranevents.core.tokens import Link, UnknownLink


class Opens(Protocol):
    """A room's answer for its own links."""

    def __call__(self, link: Link, *, at: datetime) -> bool:
        """Whether the link opens something at that moment."""


class LinkOver(UnknownLink):
    """A link that we gave out for this event once, and that no longer opens: a newer one exists, or it has expired."""

    def __init__(self, event: Any) -> None:
        super().__init__()
        self.event = event


class LinkErased(UnknownLink):
    """A link that we gave out once, to something that is held no more: it was erased. Whose it was nobody knows."""


_rooms: Mapping[str, Opens] = {}


def declare(rooms: Mapping[str, Opens]) -> None:
    """Set the table: who answers for links of which purpose."""
    global _rooms  # noqa: PLW0603 - one table for the process is the point
    _rooms = rooms


def opens(link: Link, *, at: datetime) -> bool:
    """Whether the link still opens something, and may be mailed again; never for a purpose that nobody answers for."""
    answer = _rooms.get(link.purpose)
    return answer is not None and answer(link, at=at)
