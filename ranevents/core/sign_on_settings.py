"""The settings of single sign-on (OpenID Connect): all of them optional, none of them by halves."""

import re
from ipaddress import ip_address
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from pydantic import field_validator, model_validator
from pydantic_settings import BaseSettings

from ranevents.core.listed import Listed
from ranevents.core.room import EVENT_RANKS

EVERYBODY = "*"
ROLES = tuple(need.name.lower() for need in EVENT_RANKS)
"""The roles at an event, weakest first, as settings name them."""

_NEEDED = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
_EVENT_ROLE = re.compile(rf"(?P<value>.+):(?P<role>{'|'.join(ROLES)}):(?P<where>(?:series/)?[a-z0-9-]+)")


class EventRole(NamedTuple):
    """Whoever has `value` in the claim has `role` at the event, or at all events of 'series/…', of that address."""

    value: str
    role: str
    where: str


def event_role(text: str) -> EventRole:
    """What one entry of RANEVENTS_OIDC_EVENT_ROLES means. The claim's value may hold colons itself."""
    found = _EVENT_ROLE.fullmatch(text)
    if found is None:
        raise ValueError(f"must look like ran-desk:desk:sofia-2018; the roles are {', '.join(ROLES)}")
    return EventRole(found["value"], found["role"], found["where"])


class SignOnSettings(BaseSettings):
    """Who vouches for organisers, and what their claims are worth here. Without an issuer there is none of it."""

    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = ""
    oidc_scopes: str = "openid profile email"
    oidc_roles_claim: str = "groups"
    oidc_administrators: Listed = []
    oidc_organisers: Listed = []
    oidc_event_roles: Listed = []
    oidc_trusts_addresses: bool = False
    oidc_only: bool = False

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer_is_protected(cls, value: str) -> str:
        parts = urlsplit(value)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(parts.hostname or ""))
        if value and (not is_safe or not parts.hostname or parts.query or parts.fragment):
            raise ValueError("must look like https://login.example.org, as the provider itself announces it")
        return value

    @field_validator("oidc_scopes")
    @classmethod
    def _scopes_ask_for_an_identity(cls, value: str) -> str:
        if "openid" not in value.split():
            raise ValueError("must contain openid, as in: openid profile email")
        return value

    @field_validator("oidc_administrators")
    @classmethod
    def _not_everybody_administers(cls, value: list[str]) -> list[str]:
        if EVERYBODY in value:
            raise ValueError("must name values of the claim: nobody wants everybody to be an administrator")
        return value

    @field_validator("oidc_event_roles")
    @classmethod
    def _event_roles_are_readable(cls, value: list[str]) -> list[str]:
        for text in value:
            event_role(text)
        return value

    @model_validator(mode="after")
    def _sign_on_is_whole_or_absent(self) -> Self:
        given = [name for name in SignOnSettings.model_fields if getattr(self, name) != _DEFAULTS[name]]
        missing = [name for name in _NEEDED if name not in given]
        if given and missing:
            raise ValueError(
                f"RANEVENTS_{missing[0].upper()} is missing: single sign-on needs it beside"
                f" RANEVENTS_{given[0].upper()}; see 'Single sign-on' in the README"
            )
        return self

    @property
    def has_sign_on(self) -> bool:
        """Whether organisers may sign in at their organisation's provider."""
        return bool(self.oidc_issuer)


_DEFAULTS = {name: field.default for name, field in SignOnSettings.model_fields.items()}


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
