"""Randomness and signed links; the only caller of either.

A link's token is signed, not stored: (purpose, record, the record's link version). Raising the version revokes every
link given out before. What the database keeps of a link can't be used without the secret key.
"""

import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app
from itsdangerous import BadData, TimestampSigner, URLSafeSerializer, URLSafeTimedSerializer

from ranevents.core import clock

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
"""Without 0/O, 1/I and U: a reference is read aloud on the telephone."""

REFERENCE_LENGTH = 10

_source: Callable[[int], bytes] = secrets.token_bytes


def use(source: Callable[[int], bytes] | None) -> None:
    """Take randomness from `source` from now on; None gives the system's back."""
    global _source  # noqa: PLW0603 - one source for the process is the point
    _source = source or secrets.token_bytes


def reference(length: int = REFERENCE_LENGTH) -> str:
    """A random name for a record that people can read out; about 49 bits at the usual length."""
    return "".join(ALPHABET[_below(len(ALPHABET))] for _ in range(length))


def uid() -> str:
    """A random UUID (RFC 9562, version 4)."""
    return str(UUID(bytes=_source(16), version=4))


def secret() -> str:
    """A secret of 256 bits, safe in an address."""
    return _source(32).hex()


def is_secret(text: str | None) -> bool:
    """Whether the text has the shape of what `secret` makes: what a form sends back may be anything."""
    return re.fullmatch("[0-9a-f]{64}", text or "") is not None


def fingerprint(*parts: str) -> str:
    """A keyed hash (HMAC-SHA256) by which two texts can be compared without keeping them."""
    return _fingerprint(current_app.config["SECRET_KEY"], parts)


def known_fingerprints(*parts: str) -> list[str]:
    """The fingerprints that a text may have been kept under: of the secret key, and of older ones that still count."""
    keys = [current_app.config["SECRET_KEY"], *(current_app.config.get("SECRET_KEY_FALLBACKS") or [])]
    return [_fingerprint(key, parts) for key in keys]


def _fingerprint(key: str, parts: tuple[str, ...]) -> str:
    return hmac.new(key.encode(), "\x1f".join(parts).encode(), "sha256").hexdigest()


def _below(limit: int) -> int:
    while True:
        value = _source(1)[0]
        if value < 256 - 256 % limit:
            return value % limit


@dataclass(frozen=True)
class Link:
    """What a personal link says: what it is for, which record, and that record's link version."""

    purpose: str
    record: str
    version: int

    def sign(self) -> str:
        """The token for the address. Needs an application context."""
        return str(_signer(self.purpose, timed=False).dumps([self.record, self.version]))

    def sign_for_a_while(self) -> str:
        """A token that `read_recent` can tell the age of."""
        return str(_signer(self.purpose, timed=True).dumps([self.record, self.version]))


class UnknownLink(Exception):
    """The token is not one of ours, or no longer."""


def read(purpose: str, token: str) -> Link:
    """What the token says; raises UnknownLink for anything that we did not sign for this purpose."""
    return _read(purpose, token, timed=False, max_age=None)


def read_recent(purpose: str, token: str, *, seconds: int) -> Link:
    """The same for a token made by `sign_for_a_while`; raises UnknownLink when it is older than `seconds`."""
    return _read(purpose, token, timed=True, max_age=seconds)


def _read(purpose: str, token: str, *, timed: bool, max_age: int | None) -> Link:
    try:
        signer = _signer(purpose, timed=timed)
        record, version = signer.loads(token, max_age=max_age) if timed else signer.loads(token)
    except (BadData, ValueError, TypeError) as error:
        raise UnknownLink from error
    if not isinstance(record, str) or not isinstance(version, int):
        raise UnknownLink
    return Link(purpose, record, version)


class _DatedSigner(TimestampSigner):
    """Dates a signature by the house's clock."""

    def get_timestamp(self) -> int:
        """Whole seconds since the epoch."""
        return int(clock.now().timestamp())


def _signer(purpose: str, *, timed: bool) -> Any:
    fallbacks = current_app.config.get("SECRET_KEY_FALLBACKS") or []
    keys = [*reversed(fallbacks), current_app.config["SECRET_KEY"]]
    salt = f"ranevents-link-{purpose}"
    if timed:
        return URLSafeTimedSerializer(keys, salt=salt, signer=_DatedSigner)
    return URLSafeSerializer(keys, salt=salt)
