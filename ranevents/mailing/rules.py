"""When a message is tried again, and how much of the relay's limit each queue may use."""

from collections.abc import Sequence
from datetime import datetime, timedelta

TRIED_FOR = timedelta(days=2)
SHARE_OF_BULK = 0.8
"""What bulk mail leaves free, so that a confirmation never waits for it."""


def pause_after(attempts: int, pauses: Sequence[int]) -> timedelta | None:
    """How long to wait after so many attempts; `pauses` in seconds, the last one repeats.

    None when the next attempt would come later than two days after the first: then we give up.
    """
    waited = sum(pauses[: attempts - 1]) + pauses[-1] * max(0, attempts - 1 - len(pauses))
    pause = pauses[min(attempts, len(pauses)) - 1]
    return timedelta(seconds=pause) if timedelta(seconds=waited + pause) <= TRIED_FOR else None


def limit_for_bulk(per_minute: int) -> int:
    """How many mails of a minute must have gone for bulk mail to wait for the next one."""
    return max(1, int(per_minute * SHARE_OF_BULK))


def minute_of(at: datetime) -> datetime:
    """The beginning of the minute."""
    return at.replace(second=0, microsecond=0)
