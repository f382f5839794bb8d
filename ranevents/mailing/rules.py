"""When a message is tried again, and how much of the relay's limit each queue may use."""

from collections.abc import Sequence
from datetime import datetime, timedelta

TRIED_FOR = timedelta(days=2)
SHARE_OF_BULK = 0.8
"""What bulk mail leaves free, so that a confirmation never waits for it."""


def pause_after(tries: int, pauses: Sequence[int], *, tried_for: timedelta) -> timedelta | None:
    """How long to wait after so many tries; `pauses` in seconds, the last one repeats.

    None when the next try would come later than two days after the first: then we give up.
    """
    pause = timedelta(seconds=pauses[min(tries, len(pauses)) - 1])
    return pause if tried_for + pause <= TRIED_FOR else None


def limit_for_bulk(per_minute: int) -> int:
    """How many mails of a minute must have gone for bulk mail to wait for the next one."""
    return max(1, int(per_minute * SHARE_OF_BULK))


def minute_of(at: datetime) -> datetime:
    """The beginning of the minute."""
    return at.replace(second=0, microsecond=0)
