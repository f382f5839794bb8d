"""Pure decisions about delegations."""

from collections.abc import Sequence
from datetime import datetime, timedelta

GRACE = timedelta(days=14)
"""How long after the event a focal point still finds the delegation's page."""
LARGEST_DELEGATION = 200


def link_is_over(at: datetime, ends_at: datetime) -> bool:
    """Whether a focal point's link no longer opens at a moment."""
    return at >= ends_at + GRACE


def is_full(standing: int, limit: int | None) -> bool:
    """Whether so many members fill a quota; without one nothing is full."""
    return limit is not None and standing >= limit


def in_order(ids: Sequence[int], moved: int, by: int) -> list[int]:
    """The ids with one of them moved up (-1) or down (+1); at an end it stays where it is."""
    order = list(ids)
    at = order.index(moved)
    to = min(max(at + by, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    return order


def answer_until(at: datetime, asked: datetime, begins_at: datetime) -> datetime:
    """Until when a place is kept for somebody who was asked: not beyond the beginning of the event."""
    return max(at, min(asked, begins_at))
