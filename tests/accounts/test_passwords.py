"""What a password must be; changing it, forgetting it, choosing the first one."""

from typing import Any

import pytest
from flask import Flask

from ranevents.accounts import mails, passwords, rules
from ranevents.accounts.models import User
from ranevents.core import audit
from ranevents.core.db import db
from ranevents.core.tokens import Link
from ranevents.mailing.models import Message
from tests.accounts.cast import ANOTHER, PASSWORD, an_organiser, is_signed_in, sign_in
from tests.client import Client
from tests.conftest import Clock
from tests.queue import work_off


def letters() -> list[tuple[str, str]]:
    """The mails in the queue: which one, to whom."""
    return [(one.mail, one.to_address) for one in db.session.scalars(db.select(Message).order_by(Message.id))]


def link_in(mail: str) -> str:
    """The address behind the mail's link, as the worker fills it in."""
    message = db.session.scalars(db.select(Message).where(Message.mail == mail).order_by(Message.id.desc())).first()
    assert message is not None
    (stored,) = message.links.values()
    (mark,) = message.links
    assert mark in message.text
    assert mark in message.html
    link = Link(stored["purpose"], stored["record"], stored["version"])
    return stored["path"] + link.sign_for_a_while()


def steps(user: User) -> list[str]:
    return [entry.step for entry in audit.history(user)]


@pytest.mark.parametrize(
    "password",
    [
        "short one",
        "elevensigns",
        "x" * 201,
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "123456789012",
        "210987654321",
        "Password1234!",
        "P a s s w o r d 2018",
        "qwertyuiop12345",
        "elena.petrova@example.org",
        "Elena.Petrova1",
        "elenapetrova2018",
        "PETROVA-STOEVA Elena",
    ],
)
def test_a_password_that_anybody_would_try_is_refused(password: str) -> None:
    with pytest.raises(rules.WeakPassword):
        rules.check_password(password, email="elena.petrova@example.org", name="Petrova-Stoeva Elena")


@pytest.mark.parametrize(
    "password", [PASSWORD, "тринадесет видри", "x7#Kq9!mZ2$w", "passwords are for otters", "  spaces count "]
)
def test_a_long_password_needs_no_special_signs(password: str) -> None:
    rules.check_password(password, email="elena@example.org", name="")


def test_a_password_fits_however_the_keyboard_composes_it() -> None:
    assert passwords.fits("cafe\u0301 au lait ce matin", passwords.hash_of("caf\u00e9 au lait ce matin"))


def test_changing_the_password_ends_all_other_sessions_and_is_told_by_mail(app: Flask, client: Client) -> None:
    user = an_organiser()
    other = Client(app)
    sign_in(other)
    sign_in(client)

    page = client.submit(client.get("/account/password"), old_password=PASSWORD, password=ANOTHER, again=ANOTHER)

    assert page.heading == "Your account"
    assert "Your password is changed." in page.text
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert sign_in(other).status == 422
    assert sign_in(other, password=ANOTHER).status == 303
    assert letters() == [("accounts/password_changed", "elena@example.org")]
    assert steps(user) == ["change_password"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"old_password": "wrong"}, "Present password: This is not your present password."),
        ({"password": "too short", "again": "too short"}, "New password: Please use at least 12 characters"),
        ({"again": "seven herons on the lake"}, "The two passwords differ."),
        ({"old_password": ""}, "Present password: Please enter your present password."),
    ],
)
def test_a_change_that_is_refused_changes_nothing(client: Client, fields: dict[str, Any], said: str) -> None:
    user = an_organiser()
    sign_in(client)

    page = client.submit(
        client.get("/account/password"), **{"old_password": PASSWORD, "password": ANOTHER, "again": ANOTHER, **fields}
    )

    assert page.status == 422
    assert said in page.text
    assert sign_in(client).status == 303
    assert steps(user) == []


def test_signing_out_everywhere_leaves_only_this_session(app: Flask, client: Client) -> None:
    an_organiser()
    other = Client(app)
    sign_in(other)
    sign_in(client)

    page = client.submit(client.get("/account"))

    assert "Wherever else you were signed in, you are signed out." in page.text
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_the_name_is_changed_on_the_account_page(client: Client) -> None:
    user = an_organiser()
    sign_in(client)

    page = client.submit(client.get("/account"), form=-2, name="  Елена\x00  Петрова ")

    db.session.refresh(user)
    assert (page.status, user.name) == (200, "Елена Петрова")
    assert client.submit(page, form=-2, name=" ").status == 422


def test_a_forgotten_password_is_set_anew(app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    user = an_organiser()
    other = Client(app)
    sign_in(other)

    asked = client.submit(client.get("/forgotten"), email="Elena@example.org")
    assert asked.heading == "Please look into your mail"
    assert work_off(app, monkeypatch, "accounts") == 1
    link = link_in("accounts/forgotten")
    form = client.get(link)
    assert form.response.headers["Referrer-Policy"] == "no-referrer"
    assert form.response.headers["Cache-Control"] == "no-store"
    assert is_signed_in(other), "opening the link changes nothing"
    done = client.submit(form, password=ANOTHER, again=ANOTHER)

    assert done.heading == "Sign in"
    assert not is_signed_in(other)
    assert sign_in(client, password=ANOTHER).status == 303
    assert letters() == [
        ("accounts/forgotten", "elena@example.org"),
        ("accounts/password_changed", "elena@example.org"),
    ]
    assert steps(user) == ["reset_password"]
    assert client.get(link).status == 404, "the link is for one use"


@pytest.mark.parametrize(
    ("email", "is_active"), [("nobody@example.org", True), ("elena@example.org", False), ("elena@example.org", True)]
)
def test_asking_tells_nobody_which_addresses_exist(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch, email: str, is_active: bool
) -> None:
    an_organiser(is_active=is_active)

    page = client.submit(client.get("/forgotten"), email=email)

    assert "If an organiser has this address, a mail with a link is on its way." in page.text
    assert work_off(app, monkeypatch, "accounts") == 1
    assert len(letters()) == (email == "elena@example.org" and is_active)


def test_a_link_is_good_for_an_hour(client: Client, moment: Clock) -> None:
    user = an_organiser()
    link = "/reset/" + Link(mails.RESET, str(user.id), user.session_version).sign_for_a_while()

    moment.move(minutes=60)
    assert client.get(link).status == 200
    moment.move(seconds=1)
    page = client.get(link)

    assert (page.status, page.heading) == (404, "This link does not work any more")


def test_a_link_of_another_kind_sets_no_password(client: Client) -> None:
    user = an_organiser()
    version = user.session_version
    others = [
        Link(mails.RESET, str(user.id), version).sign(),
        Link("registration", str(user.id), version).sign_for_a_while(),
        Link(mails.INVITATION, str(user.id), version).sign_for_a_while(),
        Link(mails.RESET, str(user.id), version - 1).sign_for_a_while(),
        Link(mails.RESET, "7777", version).sign_for_a_while(),
        Link(mails.RESET, "x\x00", version).sign_for_a_while(),
        "nonsense",
        "%00",
    ]

    answers = [client.get(f"/reset/{token}").status for token in others]

    assert answers == [404] * len(others)


def test_a_refused_new_password_leaves_the_link_usable(client: Client) -> None:
    user = an_organiser()
    link = "/reset/" + Link(mails.RESET, str(user.id), user.session_version).sign_for_a_while()

    page = client.submit(client.get(link), password="elena@example.org", again="elena@example.org")

    assert page.status == 422
    assert client.submit(client.get(link), password=ANOTHER, again=ANOTHER).heading == "Sign in"


def test_guessing_links_has_its_limit(app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "LIMIT_UNKNOWN_LINKS", "2 per minute")

    assert [client.get("/reset/guess").status for _ in range(3)] == [404, 404, 429]
