"""Passwords at rest: argon2id (RFC 9106), with the same work for an account that does not exist."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()


def hash_of(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(_bytes(password))


def fits(password: str, kept: str | None) -> bool:
    """Whether this is the password of which `kept` was made; False, after the same work, where nothing is kept."""
    decoy = _decoy()
    try:
        return _hasher.verify(kept or decoy, _bytes(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether `kept` was made with weaker parameters than we use today."""
    return _hasher.check_needs_rehash(kept)


@cache
def _decoy() -> str:
    return _hasher.hash(b"nobody's password")


def _bytes(password: str) -> bytes:
    # The same characters may reach us composed or decomposed, by the keyboard: NIST SP 800-63B, 3.1.1.2.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
