"""What guards single sign-on: a provider that is away or lies, answers that are old, forged, or somebody else's."""

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.oidc.core.grants import OpenIDCode
from canaille.oidc.provider import UserInfoEndpoint
from flask import Flask
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from ranevents.accounts import provider as our_provider
from ranevents.accounts.models import User
from ranevents.core.db import db
from tests.accounts.cast import PASSWORD, an_organiser, is_signed_in, sign_in
from tests.accounts.conftest import Settle
from tests.accounts.provider import BACK, START, Person, Provider, come_in, here, leave
from tests.client import Client
from tests.conftest import Clock

pytestmark = pytest.mark.slow

CANNOT_BE_USED = "could not be used"


@pytest.fixture
def elena(provider: Provider) -> Person:
    """Somebody who may come in."""
    provider.person(groups=("ran-organisers",))
    return Person()


def state_of(address: str) -> str:
    """The state that the browser was sent to the provider with."""
    return parse_qs(urlsplit(address).query)["state"][0]


def nobody_came_in(client: Client) -> bool:
    return not is_signed_in(client) and db.session.query(User).count() == 0


def test_an_answer_is_good_once(client: Client, elena: Person) -> None:
    back = here(elena.sign_in(leave(client)))
    client.get(back)
    client.submit(client.get("/account"), form=0)

    page = client.get(back)

    assert page.status == 409
    assert CANNOT_BE_USED in page.text
    assert not is_signed_in(client)


def test_an_answer_is_good_in_the_browser_that_asked(app: Flask, client: Client, elena: Person) -> None:
    back = here(elena.sign_in(leave(client)))
    other = Client(app)
    leave(other)

    page = other.get(back)

    assert page.status == 409
    assert nobody_came_in(other)


def test_a_cookie_of_before_does_not_make_an_answer_good_again(app: Flask, client: Client, elena: Person) -> None:
    address = leave(client)
    before = client.http.get_cookie("session")
    back = here(elena.sign_in(address))
    client.get(back)
    thief = Client(app)
    assert before is not None
    thief.http.set_cookie("session", before.value)

    page = thief.get(back)

    assert page.status == 400
    assert not is_signed_in(thief)


@pytest.mark.parametrize(
    "asked", ["", "?code=x", "?state=x", "?code=x&state=x", "?error=&state=", "?code=%00&state=%00"]
)
def test_a_made_up_answer_is_none(client: Client, elena: Person, asked: str) -> None:
    leave(client)

    page = client.get(BACK + asked)

    assert page.status == 409
    assert nobody_came_in(client)


def test_links_on_other_sites_and_an_absent_provider_keep_no_network_out(
    app: Flask, client: Client, elena: Person, closed: str, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "LIMIT_SIGN_IN", "3 per 15 minutes")
    issuer = app.config["SETTINGS"].oidc_issuer
    settle(oidc_issuer=closed)
    assert [client.get(START).status for _ in range(4)] == [503] * 4
    settle(oidc_issuer=issuer)
    asked = ("?code=x&state=x", "?error=x", "?error=access_denied&state=x", "")
    assert [client.get(BACK + one).status for one in asked] == [409] * 4

    assert come_in(client, elena).status == 303


def test_codes_that_the_provider_did_not_give_are_not_tried_for_ever(
    app: Flask, client: Client, elena: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "LIMIT_SIGN_IN", "3 per 15 minutes")

    tried = []
    for _ in range(4):
        state = state_of(leave(client))
        tried.append(client.get(f"{BACK}?code=x&state={state}").status)

    assert tried == [400, 400, 400, 429]


def test_a_code_that_the_provider_did_not_give_is_refused(client: Client, elena: Person) -> None:
    back = here(elena.sign_in(leave(client)))

    page = client.get(back.replace("code=", "code=x"))

    assert page.status == 400
    assert nobody_came_in(client)


@pytest.mark.parametrize("kept", ["nonce", "code_verifier"])
def test_a_code_that_was_meant_for_another_sign_in_is_refused(client: Client, elena: Person, kept: str) -> None:
    """An answer planted into another browser's state: the nonce is that of the token, the verifier that of the code."""
    back = here(elena.sign_in(leave(client)))
    with client.http.session_transaction() as session:
        (state,) = [key for key in session if key.startswith("_state_")]
        session[state]["data"][kept] = "another" * 8
        session.modified = True

    page = client.get(back)

    assert page.status == 400
    assert CANNOT_BE_USED in page.text
    assert nobody_came_in(client)


def test_a_token_that_is_over_is_refused(client: Client, elena: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OpenIDCode, "DEFAULT_EXPIRES_IN", -600)

    page = come_in(client, elena)

    assert page.status == 400
    assert nobody_came_in(client)


@pytest.mark.parametrize("claim", ["iss", "aud"])
def test_a_token_for_another_or_of_another_is_refused(
    client: Client, elena: Person, monkeypatch: pytest.MonkeyPatch, claim: str
) -> None:
    honest = OpenIDCode.get_compatible_claims

    def lying(*given: Any, **more: Any) -> dict[str, Any]:
        return {**honest(*given, **more), claim: "https://other.example"}

    monkeypatch.setattr(OpenIDCode, "get_compatible_claims", lying)

    page = come_in(client, elena)

    assert page.status == 400
    assert nobody_came_in(client)


def test_what_the_provider_adds_must_be_about_the_same_person(
    client: Client, elena: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        UserInfoEndpoint, "generate_user_info", lambda *_: {"sub": "boss", "email": "elena@example.org"}
    )

    page = come_in(client, elena)

    assert page.status == 400
    assert nobody_came_in(client)


def test_an_address_that_is_only_added_is_not_checked_because_another_was(
    client: Client, elena: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = an_organiser(email="boss@example.org")
    honest = OpenIDCode.get_compatible_claims
    added = {"sub": "elena", "email": boss.email, "groups": ["ran-organisers"]}

    def checked(*given: Any, **more: Any) -> dict[str, Any]:
        return {**honest(*given, **more), "sub": "elena", "email": "elena@example.org", "email_verified": True}

    monkeypatch.setattr(OpenIDCode, "get_compatible_claims", checked)
    monkeypatch.setattr(UserInfoEndpoint, "generate_user_info", lambda *_: added)

    page = come_in(client, elena)

    assert page.status == 403
    assert "does not confirm that your e-mail address is yours" in page.text
    assert not is_signed_in(client)


def test_a_token_that_another_key_has_signed_is_refused(client: Client, elena: Person) -> None:
    address = leave(client)
    ours = our_provider._ours()
    real = ours.fetch_jwk_set()["keys"][0]
    false = RSAKey.generate_key(2048, {"kid": real["kid"]})
    ours.server_metadata["jwks"] = KeySet([false]).as_dict(private=False)

    page = client.get(here(elena.sign_in(address)))

    assert page.status == 400
    assert nobody_came_in(client)


def test_keys_that_the_provider_has_changed_are_fetched_anew(client: Client, elena: Person) -> None:
    address = leave(client)
    ours = our_provider._ours()
    ours.server_metadata["jwks"] = KeySet([RSAKey.generate_key(2048, {"kid": "of-yesterday"})]).as_dict(private=False)

    page = client.get(here(elena.sign_in(address)), follow=False)

    assert page.status == 303


def test_neither_no_signature_nor_one_with_our_secret_is_ever_accepted(app: Flask, provider: Provider) -> None:
    told = our_provider._ours().load_server_metadata()["id_token_signing_alg_values_supported"]

    assert "RS256" in told
    assert not {one for one in told if one == "none" or one.startswith("HS")}


def test_a_provider_that_signs_with_a_shared_secret_only_is_none_of_ours(client: Client, settle: Settle) -> None:
    server = make_server("127.0.0.1", 0, Response())
    issuer = f"http://127.0.0.1:{server.port}"
    signs = {"issuer": issuer, "authorization_endpoint": issuer, "id_token_signing_alg_values_supported": ["HS256"]}
    server.app = Response(json.dumps(signs))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settle(oidc_issuer=issuer)

    statuses = [client.get(START, follow=False).status for _ in range(2)]
    server.shutdown()

    assert statuses == [400, 400]


def test_a_provider_that_announces_another_issuer_is_none_of_ours(
    client: Client, provider: Provider, settle: Settle
) -> None:
    settle(oidc_issuer=provider.issuer.replace("127.0.0.1", "localhost"))

    page = client.get(START)

    assert page.status == 400
    assert client.get(START).status == 400, "nor is it the second time"


def test_who_ends_it_at_the_provider_is_told_so(client: Client, elena: Person) -> None:
    state = state_of(leave(client))

    page = client.get(f"{BACK}?state={state}&error=access_denied&error_description=%3Cb%3Eno")

    assert page.status == 403
    assert "You were not signed in at your organisation" in page.text
    assert "<b>no" not in page.html


@pytest.fixture
def silent() -> Iterator[str]:
    """An address where somebody listens and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def closed() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_a_provider_that_is_away_is_told_of_and_a_password_still_opens(
    client: Client, closed: str, settle: Settle, moment: Clock
) -> None:
    an_organiser()
    settle(oidc_issuer=closed)

    page = client.get(START)

    assert page.status == 503
    assert "does not answer at the moment" in page.text
    assert 'href="/sign-in"' in page.html
    sign_in(client, "elena@example.org", PASSWORD)
    assert is_signed_in(client)


@pytest.mark.parametrize("gone", ["token_endpoint", "jwks_uri", "userinfo_endpoint"])
def test_a_provider_that_went_away_on_the_way_back_is_told_of(
    client: Client, elena: Person, closed: str, gone: str
) -> None:
    back = here(elena.sign_in(leave(client)))
    our_provider._ours().server_metadata[gone] = f"{closed}/gone"

    page = client.get(back)

    assert page.status == 503
    assert nobody_came_in(client)


@pytest.mark.parametrize("told", ["rubbish", "[]", "{}", '{"issuer": "ISSUER"}', '{"issuer": "ISSUER", "jwks_uri": 7}'])
def test_a_provider_that_says_nothing_sensible_is_told_of(client: Client, settle: Settle, told: str) -> None:
    server = make_server("127.0.0.1", 0, Response(told.replace("ISSUER", "http://127.0.0.1"), mimetype="text/plain"))
    issuer = f"http://127.0.0.1:{server.port}"
    server.app = Response(told.replace("ISSUER", issuer))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settle(oidc_issuer=issuer)

    page = client.get(START)
    server.shutdown()

    assert page.status in (400, 503)
    assert page.heading == "You are not signed in"


def test_nobody_waits_long_for_a_provider_that_never_answers_nor_twice(
    client: Client, silent: str, settle: Settle, monkeypatch: pytest.MonkeyPatch, moment: Clock
) -> None:
    monkeypatch.setattr(our_provider, "SECONDS_FOR_AN_ANSWER", 0.5)
    settle(oidc_issuer=silent)
    began = time.monotonic()

    assert [client.get(START).status for _ in range(5)] == [503] * 5

    assert time.monotonic() - began < 3
    moment.move(seconds=our_provider.SECONDS_LEFT_ALONE)
    began = time.monotonic()
    assert client.get(START).status == 503
    assert time.monotonic() - began >= 0.5, "it is asked again after a while"


def test_what_the_provider_says_of_itself_is_asked_for_again_after_an_hour(
    client: Client, elena: Person, moment: Clock
) -> None:
    leave(client)
    ours = our_provider._ours()
    ours.server_metadata["authorization_endpoint"] = "https://moved.example"
    assert leave(client).startswith("https://moved.example")

    moment.move(seconds=our_provider.SECONDS_GOOD)

    assert not leave(client).startswith("https://moved.example")


def test_the_log_tells_what_went_wrong_and_of_nobody(
    client: Client, elena: Person, provider: Provider, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="ranevents")
    provider.put_into("elena")
    come_in(client, elena)
    monkeypatch.setattr(OpenIDCode, "DEFAULT_EXPIRES_IN", -600)
    come_in(client, elena)
    client.get(f"{BACK}?state={state_of(leave(client))}&error=elena%40example.org%0a")

    told = json.dumps([str(record.msg) for record in caplog.records if record.name.startswith("ranevents")])
    assert "single sign-on: not to be trusted" in told
    assert "ExpiredTokenError" in told
    assert "elenaexampleorg" in told
    for secret in ("elena@", "elena@example", "Elena", "ran-organisers", "code="):
        assert secret not in told
