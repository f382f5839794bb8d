"""The address to which each mail comes back: the mailbox's own, and in it which mail it was, signed (VERP).

`bounces+<sign>@events.example.org`; the sign is 24 letters of base32, which servers may write small or large: the
message's key, four bytes, and 88 bits of a keyed hash over it.
"""

import re
from base64 import b32decode, b32encode
from collections.abc import Iterable
from hmac import compare_digest

from flask import current_app

from ranevents.core import tokens

_PURPOSE = "bounce"
_BYTES_OF_KEY = 4
_BYTES_OF_HASH = 11


def sender_of(message_id: int) -> str:
    """The envelope's sender for a message: its own where mails can come back, else the address that all have."""
    settings = current_app.config["SETTINGS"]
    if not settings.bounce_address:
        return str(settings.mail_from)
    local, _, domain = settings.bounce_address.rpartition("@")
    hash_ = _hash(tokens.fingerprint(*_signed(message_id)))
    sign = b32encode(message_id.to_bytes(_BYTES_OF_KEY) + hash_).decode().lower()
    return f"{local}+{sign}@{domain}"


def message_named_in(texts: Iterable[str]) -> int | None:
    """The message whose address stands in one of the texts; None where there is no such address that we signed."""
    address = current_app.config["SETTINGS"].bounce_address
    if not address:
        return None
    local, _, domain = address.rpartition("@")
    ours = re.compile(
        rf"{re.escape(local)}\+([a-z2-7]{{24}})@{re.escape(domain)}(?![\w.-]*\w)", re.IGNORECASE | re.ASCII
    )
    signs = (found[1] for text in texts for found in ours.finditer(text))
    return next((key for key in map(_key_in, signs) if key is not None), None)


def _key_in(sign: str) -> int | None:
    said = b32decode(sign, casefold=True)
    key, hash_ = int.from_bytes(said[:_BYTES_OF_KEY]), said[_BYTES_OF_KEY:]
    known = map(_hash, tokens.known_fingerprints(*_signed(key)))
    return key if any(compare_digest(hash_, one) for one in known) else None


def _signed(message_id: int) -> tuple[str, str]:
    return _PURPOSE, str(message_id)


def _hash(fingerprint: str) -> bytes:
    return bytes.fromhex(fingerprint)[:_BYTES_OF_HASH]
