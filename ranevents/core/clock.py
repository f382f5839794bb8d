"""The only caller of the clock, so that tests can set and move it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """The present instant, in UTC."""
    return _source()


def use(source: Callable[[], datetime] | None) -> None:
    """Take the time from `source` from now on; None gives the system's clock back."""
    global _source  # noqa: PLW0603 - one clock for the process is the point
    _source = source or _system


@contextmanager
def standing_at(instant: datetime) -> Iterator[None]:
    """The clock stands still at `instant` meanwhile; then it goes on as before."""
    before = _source
    use(lambda: instant)
    try:
        yield
    finally:
        use(before)
