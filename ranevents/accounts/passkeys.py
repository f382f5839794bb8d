"""Passkeys (WebAuthn): what a browser is asked, and whether what it answers is true.

Every answer must come from a person whom the authenticator itself has recognised (user verification): so a passkey
alone stands for both factors.
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import webauthn
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from webauthn.helpers import base64url_to_bytes, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from ranevents.accounts.factor_rules import PasskeyRefused

LONGEST_ID = 1023
"""How many bytes a passkey's name for itself may have (WebAuthn level 3, 7.1)."""

_MALFORMED = (
    WebAuthnException,
    InvalidSignature,
    UnsupportedAlgorithm,
    struct.error,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What the library and those below it raise at an answer that no authenticator gave."""


@dataclass(frozen=True)
class Site:
    """Us, as browsers and authenticators know us."""

    origin: str
    host: str
    name: str

    @property
    def has_name(self) -> bool:
        """Whether passkeys are possible: they are bound to a name, a bare network address is none."""
        try:
            ip_address(self.host)
        except ValueError:
            return True
        return False


@dataclass(frozen=True)
class Owner:
    """Whose passkey it will be, as the authenticator shows it; `handle` is 32 bytes in hexadecimal."""

    handle: str
    email: str
    name: str


@dataclass(frozen=True)
class NewPasskey:
    """What is kept of a passkey."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def site(base_url: str, name: str) -> Site:
    """The site at that address; a browser leaves out the port that the scheme implies."""
    parts = urlsplit(base_url.lower())
    host = parts.hostname or ""
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    shown = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, usual) else f":{parts.port}"
    return Site(origin=f"{parts.scheme}://{shown}{port}", host=host, name=name)


def to_be_made(site: Site, owner: Owner, challenge: str, known: Sequence[bytes]) -> str:
    """What the browser is asked when a passkey is made (JSON); it refuses an authenticator that holds a `known` one."""
    return options_to_json(
        webauthn.generate_registration_options(
            rp_id=site.host,
            rp_name=site.name,
            user_id=bytes.fromhex(owner.handle),
            user_name=owner.email,
            user_display_name=owner.name,
            challenge=bytes.fromhex(challenge),
            timeout=300_000,
            exclude_credentials=_described(known),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
        )
    )


def to_be_shown(site: Site, challenge: str, allowed: Sequence[bytes] = ()) -> str:
    """What the browser is asked when a passkey is used (JSON): one of the `allowed`, else any that it has for us."""
    return options_to_json(
        webauthn.generate_authentication_options(
            rp_id=site.host,
            challenge=bytes.fromhex(challenge),
            timeout=300_000,
            allow_credentials=_described(allowed),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def made(site: Site, challenge: str, answer: str) -> NewPasskey:
    """The passkey that was made by this answer of the browser (JSON). Raises PasskeyRefused."""
    try:
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=bytes.fromhex(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _MALFORMED as error:
        raise PasskeyRefused from error
    if len(found.credential_id) > LONGEST_ID:
        raise PasskeyRefused
    return NewPasskey(found.credential_id, found.credential_public_key, found.sign_count)


def named_in(answer: str) -> tuple[bytes, str | None]:
    """Which passkey the answer claims to come from, and its owner's handle where it tells. Raises PasskeyRefused."""
    try:
        told: Any = json.loads(answer)
        handle = told["response"].get("userHandle")
        return base64url_to_bytes(told["id"]), base64url_to_bytes(handle).hex() if handle else None
    except _MALFORMED as error:
        raise PasskeyRefused from error


def shown(site: Site, challenge: str, answer: str, *, public_key: bytes, sign_count: int) -> int:
    """The passkey's new sign count, if the answer proves that it is there. Raises PasskeyRefused.

    A count that does not rise tells of a copy (WebAuthn level 3, 7.2); passkeys that are synchronised count nothing.
    """
    try:
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=bytes.fromhex(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except _MALFORMED as error:
        raise PasskeyRefused from error
    return found.new_sign_count


def _described(credentials: Sequence[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one) for one in credentials]
