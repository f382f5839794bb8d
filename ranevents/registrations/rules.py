"""Pure decisions about registrations: values in, values out, the moment passed as `at`."""

from datetime import datetime, timedelta

LINK_GRACE = timedelta(days=90)
"""How long after the event a personal link still opens."""


def offer_deadline(at: datetime, hours: int, begins_at: datetime) -> datetime:
    """Until when an offered place is kept: so many hours, but never beyond the event's beginning."""
    return min(at + timedelta(hours=hours), begins_at)


def may_still_offer(at: datetime, begins_at: datetime) -> bool:
    """Whether a place that becomes free is offered to those who wait; on the day itself the desk decides."""
    return at < begins_at


def link_is_over(at: datetime, ends_at: datetime) -> bool:
    """Whether a personal link has expired."""
    return at >= ends_at + LINK_GRACE
