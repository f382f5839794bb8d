"""Special data at rest: encrypted with rotating keys (Fernet: AES-128-CBC with HMAC-SHA256)."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import current_app
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class EncryptedText(TypeDecorator[str]):
    """A text column that only we can read: the first key encrypts, every configured key decrypts."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Encrypt on the way into the database; an empty text is kept as nothing at all."""
        return _cipher().encrypt(value.encode()) if value else None

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Decrypt on the way out. Raises cryptography.fernet.InvalidToken where no configured key fits."""
        return _cipher().decrypt(bytes(value)).decode() if value else ""


class EncryptedBytes(TypeDecorator[bytes]):
    """The same for a file's content; an empty file is kept as one, unlike an empty text."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Encrypt on the way into the database."""
        return None if value is None else _cipher().encrypt(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Decrypt on the way out. Raises cryptography.fernet.InvalidToken where no configured key fits."""
        return None if value is None else _cipher().decrypt(bytes(value))


ENCRYPTED = (EncryptedText, EncryptedBytes)
"""The types of columns whose values are encrypted anew when the key changes."""


def sealed(text: str) -> str:
    """A text that may lie in a cookie: only we can read it."""
    return _cipher().encrypt(text.encode()).decode()


def unsealed(seal: str) -> str:
    """The text that was sealed; empty for anything that we did not seal, or under a key that is gone."""
    try:
        return _cipher().decrypt(seal.encode()).decode()
    except InvalidToken:
        return ""


def rotated(value: bytes) -> bytes:
    """The same secret under the newest key."""
    return _cipher().rotate(value)


def is_key(text: str) -> bool:
    """Whether `text` is a key that this module can use (32 bytes, URL-safe base64)."""
    try:
        Fernet(text)
    except (ValueError, TypeError):
        return False
    return True


def _cipher() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in current_app.config["ENCRYPTION_KEYS"]])
