"""Signing in and out."""

import time
from datetime import UTC, datetime

import pytest
from flask import Flask

from ranevents.accounts import passwords
from ranevents.accounts.models import User
from ranevents.core.db import db
from tests.accounts.cast import PASSWORD, an_organiser, is_signed_in, sign_in
from tests.client import Client
from tests.conftest import Clock

NOT_RIGHT = "The e-mail address or the password is not right. Please check both."


def test_an_organiser_signs_in_whatever_the_capitals_and_signs_out(client: Client) -> None:
    an_organiser()

    page = sign_in(client, " Elena@Example.ORG ", PASSWORD)

    assert (page.status, page.response.location) == (303, "/organise")
    assert is_signed_in(client)
    user = db.session.query(User).one()
    assert user.last_sign_in_at == datetime(2018, 3, 1, 9, 0, tzinfo=UTC)

    page = client.post("/sign-out")

    assert "You are signed out." in page.text
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("email", "password", "is_active"),
    [
        ("elena@example.org", "three otters by the lake", True),
        ("nobody@example.org", PASSWORD, True),
        ("elena@example.org", PASSWORD, False),
        ("not an address", PASSWORD, True),
        ("elena@example.org\x00", "wrong\x00", True),
    ],
)
def test_every_failure_gets_the_same_answer(client: Client, email: str, password: str, is_active: bool) -> None:
    an_organiser(is_active=is_active)

    page = sign_in(client, email, password)

    assert page.status == 422
    assert NOT_RIGHT in page.text
    assert page.forms[-1]["fields"]["email"] == email.replace("\x00", "")
    assert not is_signed_in(client)


def test_an_account_that_has_not_chosen_a_password_yet_cannot_sign_in(client: Client) -> None:
    an_organiser(password_hash=None)

    page = sign_in(client, "elena@example.org", "nobody's password")

    assert page.status == 422
    assert not is_signed_in(client)


def test_an_unknown_address_costs_the_same_work(client: Client) -> None:
    an_organiser()
    sign_in(client, "nobody@example.org", PASSWORD)

    took = {}
    for email in ("elena@example.org", "nobody@example.org"):
        began = time.process_time()
        sign_in(client, email, "three otters by the lake")
        took[email] = time.process_time() - began

    assert 0.5 < took["elena@example.org"] / took["nobody@example.org"] < 2


def test_a_page_that_needs_an_account_leads_back_after_signing_in(client: Client) -> None:
    an_organiser()

    asked = client.get("/account")
    page = client.submit(asked, email="elena@example.org", password=PASSWORD, follow=False)

    assert asked.heading == "Sign in"
    assert page.response.location == "/account"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        " //evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/\x00/evil.example",
    ],
)
def test_nobody_is_led_to_another_site(client: Client, elsewhere: str) -> None:
    an_organiser()

    page = sign_in(client, "elena@example.org", PASSWORD, next=elsewhere)

    assert page.response.location == "/organise"


def test_a_session_of_before_does_not_survive_signing_in(client: Client) -> None:
    an_organiser()
    client.get("/sign-in")
    with client.http.session_transaction() as session:
        session["planted"] = "by an attacker"
        before = session["csrf_token"]

    sign_in(client, "elena@example.org", PASSWORD)

    with client.http.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before
        assert session.permanent


def test_a_stale_form_keeps_the_address(client: Client) -> None:
    an_organiser()

    page = client.submit(client.get("/sign-in"), email="elena@example.org", password=PASSWORD, csrf_token="stale")

    assert page.status == 422
    assert "please send it again" in page.text
    assert page.forms[-1]["fields"]["email"] == "elena@example.org"


def test_an_old_hash_is_renewed_at_the_next_sign_in(app: Flask, client: Client) -> None:
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    an_organiser(password_hash=old)

    sign_in(client, "elena@example.org", PASSWORD)

    kept = db.session.query(User).one().password_hash
    assert kept is not None
    assert not passwords.is_outdated(kept)
    assert passwords.fits(PASSWORD, kept)


def test_somebody_deactivated_is_out_at_once(client: Client) -> None:
    user = an_organiser()
    sign_in(client, "elena@example.org", PASSWORD)

    user.is_active = False
    db.session.commit()

    assert not is_signed_in(client)


def test_a_made_up_session_is_nobody(client: Client) -> None:
    an_organiser()

    for made_up in ("1", "1.", "1.2", "x.1", "-1.1", "²³.1", "9" * 30 + ".1"):
        with client.http.session_transaction() as session:
            session["_user_id"] = made_up

        assert not is_signed_in(client), made_up


def test_signing_in_needs_no_second_time(client: Client, moment: Clock) -> None:
    an_organiser()
    sign_in(client, "elena@example.org", PASSWORD)

    page = client.get("/sign-in?next=/account", follow=False)

    assert page.response.location == "/account"
