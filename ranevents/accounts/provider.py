"""The provider that vouches for organisers, spoken to in OpenID Connect through Authlib.

Authorization code with PKCE, state and nonce. What the provider says of itself is fetched when it is first needed and
again after an hour; while it is away, nothing here waits for it twice in a row.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from flask import current_app, request, session
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from ranevents.accounts import single_sign_on_rules as rules
from ranevents.accounts.single_sign_on_rules import Claims
from ranevents.config import Settings
from ranevents.core import clock, logs

SECONDS_FOR_AN_ANSWER = 5
SECONDS_GOOD = 3600
SECONDS_LEFT_ALONE = 10
"""For how long a provider that did not answer is not asked again: its absence must not keep our threads busy."""

TABS_AT_ONCE = 3
"""How many sign-ins may be under way in one browser: each takes a place in the session's cookie, which has 4 KB."""

_PUBLIC_KEYS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
)
"""Signatures that only the provider can make: neither 'none' nor one with a secret that is shared."""

_NAME = "organisation"
_STATE = f"_state_{_NAME}_"
_RUBBISH = (AuthlibBaseError, JoseError, RuntimeError, ValueError, TypeError, KeyError, AttributeError)
"""What reading an answer ends in that is no answer."""

# At the level of debugging, Authlib tells the secrets of the one who signs in.
logging.getLogger("authlib").setLevel(logging.INFO)


class Provider(FlaskOAuth2App):
    """One provider, as this process knows it."""

    _read_at = 0.0
    _away_at = 0.0

    def load_server_metadata(self) -> dict[str, Any]:
        """What the provider says of itself. Raises ProviderAway, and ValueError where it is another one."""
        now = clock.now().timestamp()
        known: dict[str, Any] = self.server_metadata
        if "_loaded_at" in known and abs(now - self._read_at) < SECONDS_GOOD:
            return known
        if abs(now - self._away_at) < SECONDS_LEFT_ALONE:
            raise rules.ProviderAway
        for stale in ("_loaded_at", "jwks"):
            known.pop(stale, None)
        try:
            super().load_server_metadata()
        except RequestException:
            self._away_at = now
            raise
        self._check(known)
        self._read_at = now
        return known

    def _check(self, told: dict[str, Any]) -> None:
        expected = current_app.config["SETTINGS"].oidc_issuer
        if str(told.get("issuer")).rstrip("/") != expected.rstrip("/"):
            told.pop("_loaded_at", None)
            raise ValueError("the provider announces another issuer than RANEVENTS_OIDC_ISSUER")
        announced = told.get("id_token_signing_alg_values_supported") or ["RS256"]
        told["id_token_signing_alg_values_supported"] = [one for one in announced if one in _PUBLIC_KEYS]
        if not told["id_token_signing_alg_values_supported"]:
            told.pop("_loaded_at", None)  # no names would mean any to the library
            raise ValueError("the provider signs in no way that only it can")


@cache
def _provider(issuer: str, client_id: str, client_secret: str, scopes: str) -> Provider:
    return Provider(
        FlaskIntegration(_NAME),
        name=_NAME,
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": scopes,
            "code_challenge_method": "S256",
            "default_timeout": SECONDS_FOR_AN_ANSWER,
        },
    )


def forget() -> None:
    """Ask the provider anew for what it says of itself, as a process that has just started does."""
    _provider.cache_clear()


def _ours() -> Provider:
    settings = _settings()
    if not settings.has_sign_on:
        raise rules.NotSetUp
    return _provider(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, settings.oidc_scopes)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def leave_for_provider(come_back_to: str) -> Response:
    """Send the browser to the provider, which sends it back. Raises SignOnRefused."""
    with _understood():
        _forget_abandoned()
        away: Response = _ours().authorize_redirect(come_back_to)
        return away


def sign_out_address(come_back_to: str) -> str | None:
    """Where the provider ends its own session, if it says so; it may send the browser back to us."""
    with _understood():
        ours = _ours()
        if not ours.load_server_metadata().get("end_session_endpoint"):
            return None
        return str(ours.create_logout_url(come_back_to, client_id=ours.client_id)["url"])


def claims_of_this_request() -> Claims:
    """What the provider says of the person who comes back from it, once. Raises SignOnRefused."""
    with _understood():
        ours, settings = _ours(), _settings()
        if f"{_STATE}{request.args.get('state')}" not in session:
            raise rules.NotBegunHere
        issuer = str(ours.load_server_metadata()["issuer"])
        if request.args.get("iss", issuer) != issuer:
            raise rules.NotVouchedFor
        token = ours.authorize_access_token(
            claims_options={
                "iss": {"essential": True, "value": issuer},
                "aud": {"essential": True, "value": ours.client_id},
            }
        )
        said = dict(token["userinfo"])
        more = _more_about(ours, token, said["sub"])
        if more.get("email", said.get("email")) != said.get("email"):
            said.pop("email_verified", None)  # that was said of another address
        said |= more
        return rules.read_claims(
            said, issuer=issuer, claim=settings.oidc_roles_claim, trusts_addresses=settings.oidc_trusts_addresses
        )


def _more_about(ours: Provider, token: dict[str, Any], subject: str) -> dict[str, Any]:
    """What many providers only say when asked once more; it must speak of the same person (Core, section 5.3.2)."""
    if not ours.load_server_metadata().get("userinfo_endpoint"):
        return {}
    more = dict(ours.userinfo(token=token))
    if more.get("sub") != subject:
        raise rules.NotVouchedFor
    return more


@contextmanager
def _understood() -> Iterator[None]:
    """Tell apart who is away, who said no, and what can't be trusted; the log says what it was, and of nobody."""
    try:
        yield
    except rules.SignOnRefused:
        raise
    except RequestException as error:
        logs.log.warning("single sign-on: the provider is away", kind=type(error).__name__)
        raise rules.ProviderAway from error
    except OAuthError as error:
        logs.log.warning("single sign-on: refused", kind=_code(error))
        is_no = error.error in ("access_denied", "login_required", "consent_required", "interaction_required")
        raise (rules.GivenUp if is_no else rules.NotVouchedFor) from error
    except _RUBBISH as error:
        logs.log.warning("single sign-on: not to be trusted", kind=type(error).__name__, why=str(error)[:200])
        raise rules.NotVouchedFor from error


def _code(error: OAuthError) -> str:
    """The error's name in the protocol. It may come from anybody, in an address: only what such a name can hold."""
    return "".join(sign for sign in str(error.error)[:40] if sign.isalnum() or sign == "_")


def _forget_abandoned() -> None:
    """Sign-ins that were begun and never ended: the oldest make room."""
    begun = sorted((key for key in session if key.startswith(_STATE)), key=lambda key: float(session[key]["exp"]))
    for key in begun[: max(0, len(begun) - TABS_AT_ONCE + 1)]:
        session.pop(key)
