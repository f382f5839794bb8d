"""Pure decisions about invitations: values in, values out, the moment passed as `at`."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from ranevents.core import names

SUBSTITUTES_TIME = timedelta(days=7)
"""How long a substitute has for the answer where the first date is over, or nearly."""
_SHORT = 3
"""Words of fewer letters, such as de or van, are shared by people who have nothing else in common."""


def is_over(at: datetime, answer_by: datetime) -> bool:
    """Whether an answer comes too late: the date's last instant still counts."""
    return at > answer_by


def substitutes_date(at: datetime, answer_by: datetime, begins_at: datetime) -> datetime:
    """By when somebody who comes in another's place is to answer: there is always some time, until the event begins."""
    return min(max(answer_by, at + SUBSTITUTES_TIME), begins_at)


def is_somebody_else(known: Iterable[str], typed: Iterable[str]) -> bool:
    """Whether a name, in all its parts and spellings, has nothing in common with that of the person who was asked.

    A corrected letter, another script, a new family name or two names that change places are no other person.
    """
    before, now = _telling(known), _telling(typed)
    return bool(before and now) and not before & now


def is_like(known: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two names, each given and family, share a word in both their parts, in any spelling."""
    return all(_telling([one]) & _telling([another]) for one, another in zip(known, other, strict=True))


def _telling(parts: Iterable[str]) -> set[str]:
    words = {word for part in parts for word in names.search_words(part).split()}
    return {word for word in words if len(word) >= _SHORT} or words
