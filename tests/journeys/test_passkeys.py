"""Passkeys in a real browser, with an authenticator that Chromium plays; and what the server says to forged answers."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, CDPSession, Page, expect
from sqlalchemy import select

from ranevents.accounts.factor_models import Passkey
from ranevents.accounts.models import User
from ranevents.config import SecondFactorFor
from ranevents.core import audit, clock
from ranevents.core.db import db
from tests import builders
from tests.accounts.cast import PASSWORD, an_organiser
from tests.client import Client
from tests.conftest import Clock
from tests.journeys.browser import NARROW, WIDE, check_page, keep, leave_by, window
from tests.journeys.browser import sign_in as be_signed_in

PLAYED = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def site(app: Flask, live: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The running application under a name: passkeys are not for bare network addresses."""
    address = live.replace("127.0.0.1", "localhost")
    monkeypatch.setitem(app.config, "BASE_URL", address)
    return address


@contextmanager
def authenticator(page: Page, **given: Any) -> Iterator[tuple[CDPSession, str]]:
    """An authenticator for this window, and its name for Chromium."""
    talk = page.context.new_cdp_session(page)
    talk.send("WebAuthn.enable")
    made = talk.send("WebAuthn.addVirtualAuthenticator", {"options": {**PLAYED, **given}})
    yield talk, made["authenticatorId"]


def add_passkey(page: Page, name: str = "Office laptop") -> None:
    page.goto("/account/second-factor/passkeys/new")
    page.get_by_label("Name of the passkey").fill(name)
    page.get_by_role("button", name="Make the passkey").click()


def signed_in_window(page: Page, app: Flask, user: User) -> None:
    be_signed_in(page, app, user)
    (cookie,) = page.context.cookies()
    page.context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "domain": "localhost", "path": "/"}])


def test_a_passkey_is_made_shows_recovery_codes_and_signs_in_alone(browser: Browser, app: Flask, site: str) -> None:
    user = an_organiser()
    with window(browser, site) as page, authenticator(page):
        signed_in_window(page, app, user)

        add_passkey(page)
        page.get_by_role("heading", name="Your recovery codes").wait_for()
        expect(page.locator("ol code")).to_have_count(10)
        keep(page, "recovery codes after a passkey")
        page.get_by_role("link", name="go on").click()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url("**/organise")

    db.session.expire_all()
    (passkey,) = db.session.scalars(select(Passkey))
    assert (passkey.name, passkey.user_id, passkey.last_used_at) == ("Office laptop", user.id, clock.now())
    assert passkey.sign_count > 0
    assert user.last_sign_in_at == clock.now()
    assert [entry.step for entry in audit.history(user)] == ["add_passkey"]


def test_to_load_the_page_of_recovery_codes_once_more_says_that_the_passkey_is_set_up(
    browser: Browser, app: Flask, site: str
) -> None:
    user = an_organiser()
    with window(browser, site) as page, authenticator(page):
        signed_in_window(page, app, user)
        add_passkey(page)
        page.get_by_role("heading", name="Your recovery codes").wait_for()

        page.reload()

        page.get_by_role("heading", name="Make new recovery codes").wait_for()
        expect(page.get_by_role("status")).to_contain_text("Your passkey is set up already.")
        keep(page, "recovery codes loaded once more")
    assert [entry.step for entry in audit.history(user)] == ["add_passkey"]


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_after_the_password_a_passkey_is_the_second_step(
    browser: Browser, app: Flask, site: str, size: dict[str, int]
) -> None:
    user = an_organiser()
    with window(browser, site, size=size) as page, authenticator(page):
        signed_in_window(page, app, user)
        add_passkey(page)
        page.get_by_role("heading", name="Your recovery codes").wait_for()
        leave_by(page, "Sign out")

        page.goto("/sign-in?next=/account")
        page.get_by_label("E-mail address").fill("elena@example.org")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("heading", name="Second step").wait_for()
        keep(page, f"second step by passkey {size['width']}")
        check_page(page)
        page.get_by_role("button", name="Use a passkey").click()

        page.wait_for_url("**/account")
        expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def test_the_same_authenticator_makes_no_second_passkey_for_the_account_and_the_page_says_so(
    browser: Browser, app: Flask, site: str
) -> None:
    user = an_organiser()
    with window(browser, site) as page, authenticator(page):
        signed_in_window(page, app, user)
        add_passkey(page)
        page.get_by_role("heading", name="Your recovery codes").wait_for()

        add_passkey(page, "The same again")

        page.get_by_text("The passkey was not used").wait_for()
        check_page(page)
    assert len(db.session.scalars(select(Passkey)).all()) == 1


def test_several_passkeys_have_names_and_one_is_removed(browser: Browser, app: Flask, site: str) -> None:
    user = an_organiser()
    with window(browser, site) as page:
        signed_in_window(page, app, user)
        for name in ("Laptop", "Blue key"):
            with authenticator(page, transport="internal" if name == "Laptop" else "usb") as (talk, number):
                add_passkey(page, name)
                page.get_by_role(
                    "heading", name="Your recovery codes" if name == "Laptop" else "Second factor"
                ).wait_for()
                talk.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": number})

        page.get_by_role("link", name="Remove Laptop").click()
        page.get_by_role("button", name="Remove").click()

        page.get_by_text("The passkey is removed: Laptop").wait_for()
        expect(page.get_by_role("rowheader")).to_have_text(["Blue key"])


def test_an_authenticator_that_does_not_recognise_its_holder_is_refused(
    browser: Browser, app: Flask, site: str
) -> None:
    user = an_organiser()
    with window(browser, site) as page, authenticator(page, isUserVerified=False):
        signed_in_window(page, app, user)

        add_passkey(page)

        page.get_by_text("The passkey was not used").wait_for()
    assert db.session.scalars(select(Passkey)).all() == []


def test_an_account_that_is_shut_is_not_opened_by_its_passkey(browser: Browser, app: Flask, site: str) -> None:
    user = an_organiser()
    with window(browser, site) as page, authenticator(page):
        signed_in_window(page, app, user)
        add_passkey(page)
        page.get_by_role("heading", name="Your recovery codes").wait_for()
        leave_by(page, "Sign out")
        user.is_active = False
        db.session.commit()

        page.get_by_role("button", name="Sign in with a passkey").click()

        page.get_by_text("This passkey was not accepted.").wait_for()
        check_page(page)


# ---- Answers that no page of ours sent ----


def of_base64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def to_base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    """A passkey whose owner can sign anything: what an attacker with a copy, or on another site, would have."""

    def __init__(self, user: User) -> None:
        from cryptography.hazmat.primitives.asymmetric import ec
        from webauthn.helpers import encode_cbor

        self.private = ec.generate_private_key(ec.SECP256R1())
        numbers = self.private.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32), numbers.y.to_bytes(32)
        public = encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        self.row = builders.a_passkey(user, public_key=public, sign_count=5)
        self.handle, self.name = self.row.owner_handle, self.row.credential_id
        db.session.commit()

    def answer(
        self,
        challenge: str,
        *,
        origin: str = "http://localhost",
        host: str = "localhost",
        count: int = 6,
        flags: int = 0b101,
        kind: str = "webauthn.get",
        handle: str | None = None,
    ) -> dict[str, Any]:
        from hashlib import sha256

        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec

        told = json.dumps({"type": kind, "challenge": challenge, "origin": origin}).encode()
        data = sha256(host.encode()).digest() + bytes([flags]) + count.to_bytes(4)
        signature = self.private.sign(data + sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        return {
            "id": to_base64(self.name),
            "rawId": to_base64(self.name),
            "type": "public-key",
            "response": {
                "clientDataJSON": to_base64(told),
                "authenticatorData": to_base64(data),
                "signature": to_base64(signature),
                "userHandle": to_base64(bytes.fromhex(handle or self.handle)),
            },
        }


@pytest.fixture
def named(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "BASE_URL", "http://localhost")


def challenge_of(client: Client) -> str:
    client.get("/sign-in")
    with client.http.session_transaction() as session:
        return to_base64(bytes.fromhex(session["passkey_sign-in"][0]))


def send(client: Client, answer: dict[str, Any] | str) -> tuple[int, bool]:
    """Sign in with this answer: the status, and whether one is in."""
    typed = answer if isinstance(answer, str) else json.dumps(answer)
    status = client.post("/sign-in/passkey", follow=False, passkey=typed).status
    return status, client.get("/account", follow=False).status == 200


@pytest.mark.usefixtures("named")
def test_a_true_answer_lets_in(client: Client) -> None:
    key = Key(an_organiser())

    assert send(client, key.answer(challenge_of(client))) == (303, True)


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize(
    "forged",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:8000"},
        {"host": "evil.example"},
        {"count": 5},
        {"count": 0},
        {"flags": 0b001},
        {"flags": 0b100},
        {"kind": "webauthn.create"},
        {"handle": "00" * 32},
    ],
    ids=str,
)
def test_an_answer_for_another_site_by_a_copy_or_without_its_holder_is_refused(
    client: Client, forged: dict[str, Any]
) -> None:
    key = Key(an_organiser())

    assert send(client, key.answer(challenge_of(client), **forged)) == (422, False)
    assert key.row.sign_count == 5


@pytest.mark.usefixtures("named")
def test_an_answer_is_good_once_even_with_the_cookie_of_then(client: Client, app: Flask) -> None:
    key = Key(an_organiser())
    key.row.sign_count = 0  # a synchronised passkey: its count tells nothing
    db.session.commit()
    answer = key.answer(challenge_of(client), count=0)
    cookie = client.http.get_cookie("session")
    assert cookie is not None

    first = send(client, answer)
    thief = Client(app)
    thief.http.set_cookie("session", cookie.value)
    thief.last = None
    with thief.http.session_transaction() as session:
        assert "passkey_sign-in" in session
    again = send(thief, answer)

    assert (first, again) == ((303, True), (422, False))


@pytest.mark.usefixtures("named")
def test_an_answer_to_what_was_asked_of_somebody_else_is_refused(client: Client, app: Flask) -> None:
    key = Key(an_organiser())
    challenge = challenge_of(Client(app))
    challenge_of(client)

    assert send(client, key.answer(challenge)) == (422, False)


@pytest.mark.usefixtures("named")
def test_what_was_asked_an_hour_ago_is_not_answered_now(client: Client, moment: Clock) -> None:
    key = Key(an_organiser())
    challenge = challenge_of(client)
    page = client.last

    moment.move(hours=1)
    assert page is not None
    status = client.http.post(
        "/sign-in/passkey",
        data={**page.forms[-1]["fields"], "passkey": json.dumps(key.answer(challenge))},
    ).status_code

    assert status == 422


@pytest.mark.usefixtures("named")
def test_the_passkey_of_another_account_is_no_second_factor(client: Client) -> None:
    builders.an_app(an_organiser())
    key = Key(an_organiser(email="boris@example.org"))
    client.submit(client.get("/sign-in"), email="elena@example.org", password=PASSWORD)
    client.get("/sign-in/second-factor")
    builders.a_passkey(db.session.scalars(select(User).where(User.email == "elena@example.org")).one())
    db.session.commit()
    page = client.get("/sign-in/second-factor")
    with client.http.session_transaction() as session:
        challenge = to_base64(bytes.fromhex(session["passkey_sign-in"][0]))

    page = client.submit(page, passkey=json.dumps(key.answer(challenge)), follow=False)

    assert page.status == 422
    assert "This passkey was not accepted." in page.text


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize(
    "nonsense",
    [
        "", "{", "[]", "null", "1", '"x"', "{}", '{"id": 1}', '{"id": "x", "response": []}', '{"id": "x", "response": {}}',
        '{"id": "\\ud800", "response": {"userHandle": 5}}', '{"id": "é", "response": {"userHandle": "é"}}', "[" * 9000,
    ],
    ids=lambda text: text[:30],
)  # fmt: skip
def test_nonsense_is_refused(client: Client, nonsense: str) -> None:
    an_organiser()
    challenge_of(client)

    assert send(client, nonsense) == (422, False)


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature", "userHandle"])
@pytest.mark.parametrize("instead", ["", "AA", "é", "-" * 50, "_" * 4000, None, 5, {}, []], ids=str)
def test_a_part_that_is_nonsense_is_refused(client: Client, part: str, instead: Any) -> None:
    key = Key(an_organiser())
    answer = key.answer(challenge_of(client))
    answer["response"][part] = instead

    status, is_in = send(client, answer)

    # Who is not told of an owner asks the passkey's own row.
    is_unnamed = part == "userHandle" and instead in ("", None)
    assert (status, is_in) == ((303, True) if is_unnamed else (422, False))


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize("made", ["", "{", "[]", '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}'])
def test_what_no_authenticator_made_becomes_no_passkey(app: Flask, made: str) -> None:
    client = Client(app, an_organiser())

    page = client.submit(client.get("/account/second-factor/passkeys/new"), name="Forged", passkey=made)

    assert page.status == 422
    assert page.forms[-1]["fields"]["name"] == "Forged"
    assert db.session.scalars(select(Passkey)).all() == []


def made(challenge: str, name: bytes) -> str:
    """What a browser answers whose authenticator has made a passkey of that name."""
    from hashlib import sha256

    from cryptography.hazmat.primitives.asymmetric import ec
    from webauthn.helpers import encode_cbor

    numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    public = encode_cbor({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
    data = sha256(b"localhost").digest() + bytes([0b1000101]) + bytes(4)
    data += bytes(16) + len(name).to_bytes(2) + name + public
    told = json.dumps({"type": "webauthn.create", "challenge": challenge, "origin": "http://localhost"}).encode()
    attested = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
    response = {"clientDataJSON": to_base64(told), "attestationObject": to_base64(attested)}
    said = {"id": to_base64(name), "rawId": to_base64(name), "type": "public-key", "response": response}
    return json.dumps(said)


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize(("length", "status"), [(1023, 200), (1024, 422), (3000, 422)])
def test_a_passkey_with_a_name_as_long_as_none_has_is_refused(app: Flask, length: int, status: int) -> None:
    from secrets import token_bytes

    client = Client(app, an_organiser())
    page = client.get("/account/second-factor/passkeys/new")
    with client.http.session_transaction() as session:
        challenge = to_base64(bytes.fromhex(session["passkey_add"][0]))

    page = client.submit(page, name="Key", passkey=made(challenge, token_bytes(length)))

    assert page.status == status


@pytest.mark.usefixtures("named")
def test_two_browsers_that_make_a_first_passkey_at_once_call_the_account_alike(app: Flask) -> None:
    import re
    from html import unescape

    user = an_organiser()
    pages = [Client(app, user).get("/account/second-factor/passkeys/new").html for _ in range(2)]

    asked = [json.loads(unescape(found[1])) for page in pages if (found := re.search('data-asked="([^"]+)"', page))]

    assert asked[0]["challenge"] != asked[1]["challenge"]
    assert asked[0]["user"]["id"] == asked[1]["user"]["id"]


@pytest.mark.usefixtures("named")
def test_who_must_have_one_keeps_the_last_passkey(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SECOND_FACTOR_FOR", SecondFactorFor.ADMINISTRATORS)
    user = an_organiser(is_administrator=True)
    passkey = builders.a_passkey(user)
    db.session.commit()
    client = Client(app, user)

    page = client.submit(client.get(f"/account/second-factor/passkeys/{passkey.id}/remove"))

    assert page.status == 422
    assert "Your account must have a second factor." in page.text
    assert len(db.session.scalars(select(Passkey)).all()) == 1


def test_under_a_bare_address_no_passkeys_are_offered(client: Client, app: Flask) -> None:
    user = an_organiser()

    assert "passkey" not in client.get("/sign-in").html
    assert "Here they are not possible" in Client(app, user).get("/account/second-factor").text
