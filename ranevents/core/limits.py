"""Rate limits that hold across all web processes: the counters stand in PostgreSQL.

A storage for the library `limits`. It uses connections of its own, outside the request's transaction: an attempt
counts even when the request it came with is rolled back. The table is UNLOGGED: fast, and empty after a crash of the
database server, which is harmless here.
"""

import math
from collections.abc import Callable
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from flask import current_app, g
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse
from limits.storage import Storage
from sqlalchemy import String, bindparam, case, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.dml import ReturningInsert

from ranevents.core import clock, tokens
from ranevents.core.db import Instant, Model, at_once, db
from ranevents.core.forms import one_line


class RateCounter(Model):
    """How often something was tried since its window began."""

    __tablename__ = "rate_counters"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    key: Mapped[str] = mapped_column(String(300), primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[Instant] = mapped_column(index=True)


def _counting() -> ReturningInsert[tuple[int]]:
    at, amount = bindparam("at", type_=RateCounter.ends_at.type), bindparam("amount", type_=RateCounter.count.type)
    fresh = insert(RateCounter).values(key=bindparam("of"), count=amount, ends_at=bindparam("until"))
    is_over = RateCounter.ends_at <= at
    return fresh.on_conflict_do_update(
        index_elements=[RateCounter.key],
        set_={
            "count": case((is_over, amount), else_=RateCounter.count + amount),
            "ends_at": case((is_over, fresh.excluded.ends_at), else_=RateCounter.ends_at),
        },
    ).returning(RateCounter.count)


_COUNT = _counting()
"""Made once: it is sent with every form, and putting it together takes longer than the database does."""


class DatabaseStorage(Storage):
    """Fixed windows in the table `rate_counters`."""

    STORAGE_SCHEME = ["ranevents-database"]  # noqa: RUF012 - so the library declares it

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions, **options)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What this storage may raise."""
        return Exception

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count `amount` more; the window begins with its first count and lasts `expiry` seconds."""
        at = clock.now()
        told = {"of": key[:300], "amount": amount, "at": at, "until": at + timedelta(seconds=expiry)}
        return int(self._run(lambda connection: connection.execute(_COUNT, told).scalar_one()))

    def get(self, key: str) -> int:
        """The count of the window that is running, else 0."""
        found = select(RateCounter.count).where(RateCounter.key == key[:300], RateCounter.ends_at > clock.now())
        return self._run(lambda connection: connection.execute(found).scalar()) or 0

    def get_expiry(self, key: str) -> float:
        """When the running window ends, in seconds since the epoch."""
        found = select(RateCounter.ends_at).where(RateCounter.key == key[:300])
        return float((self._run(lambda connection: connection.execute(found).scalar()) or clock.now()).timestamp())

    def check(self) -> bool:
        """Whether the database answers."""
        return bool(self._run(lambda connection: connection.execute(select(1)).scalar()))

    def reset(self) -> int | None:
        """Forget every count."""
        return int(self._run(lambda connection: connection.execute(delete(RateCounter)).rowcount))

    def clear(self, key: str) -> None:
        """Forget one count."""
        self._run(lambda connection: connection.execute(delete(RateCounter).where(RateCounter.key == key[:300])))

    def _run(self, act: Callable[[Connection], Any]) -> Any:
        with at_once().connect() as connection:
            return act(connection)


def forget_ended() -> int:
    """Delete the counters whose windows are over; how many there were."""
    ended = delete(RateCounter).where(RateCounter.ends_at <= clock.now())
    return int(db.session.execute(ended).rowcount)  # type: ignore[attr-defined]


def network() -> str:
    """From where this request comes: an IPv4 address, or the /64 of an IPv6 address.

    A /64 is what one household or one server is given (RFC 6177): each has 2^64 addresses to try from.
    """
    told = get_remote_address()
    try:
        address = ip_address(told)
    except ValueError:  # a socket's path, or what a proxy calls unknown
        return told
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or ip_network((int(address), 64), strict=False))


limiter = Limiter(
    key_func=network,
    storage_uri="ranevents-database://",
    strategy="fixed-window",
    headers_enabled=True,
    retry_after="http-date",
    enabled=True,
)


def allowed(name: str) -> Callable[[], str]:
    """The configured limit called `name` (a setting such as '10 per 15 minutes'), read when it is needed."""
    return lambda: str(current_app.config[name])


def has_failed(response: Any) -> bool:
    """A whole team may sign in from one network at once: only attempts that fail count.

    What came without our token was not looked at, and may come from any site that one of the team visits; what was
    sent for another language tried nothing.
    """
    is_attempt = not (g.get("came_without_token") or g.get("was_not_acted_upon"))
    return bool(response.status_code >= 400) and is_attempt


def is_over(setting: str, *about: str, amount: int = 1) -> bool:
    """Count one attempt about something (the network, an e-mail address); whether the configured limit is passed.

    `amount`: what counts for more than one, such as the megabytes of a file.

    The counters keep a fingerprint, the same one however an address is written.
    """
    asked = tokens.fingerprint(*(one_line(one).lower() for one in about))
    return not limiter.limiter.hit(parse(str(current_app.config[setting])), setting, asked, cost=amount)


def is_used(*what: str, seconds: int) -> bool:
    """Whether something that is good for one use was used within the last seconds; from now on it was.

    It counts even when the request that used it is rolled back.
    """
    return bool(limiter.storage.incr(f"used/{tokens.fingerprint(*what)}", seconds) > 1)


def forget(*about: str) -> None:
    """Forget, in this transaction, every count about something: not even a fingerprint is left of an address."""
    asked = tokens.fingerprint(*(one_line(one).lower() for one in about))
    db.session.execute(delete(RateCounter).where(RateCounter.key.contains(asked, autoescape=True)))


def minutes_to_wait() -> int:
    """In how many minutes the limit that refused this request lets it through again; at least one."""
    refused = limiter.current_limit
    seconds = refused.reset_at - clock.now().timestamp() if refused else 0
    return max(1, math.ceil(seconds / 60))
