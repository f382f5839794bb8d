"""Signing in with a second factor, and looking after it."""

import re
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, text

from ranevents.accounts import factor_queries, mails
from ranevents.accounts.factor_models import AuthenticatorApp, Passkey, RecoveryCode
from ranevents.accounts.models import User
from ranevents.core import audit, clock
from ranevents.core.db import db
from ranevents.core.tokens import Link
from ranevents.mailing.models import Message
from tests import builders
from tests.accounts.cast import ANOTHER, PASSWORD, an_organiser, is_signed_in, sign_in
from tests.builders import SECRET
from tests.client import Client, Page
from tests.conftest import Clock
from tests.house.world import routes

NOT_RIGHT = "This code is not right, or was used already."


def elena(**given: Any) -> User:
    """Elena, who has a password and an authenticator app."""
    user = an_organiser(**given)
    builders.an_app(user)
    db.session.commit()
    return user


def code(*, steps: int = 0, secret: str = SECRET) -> str:
    """What the app shows so many steps from now."""
    return pyotp.TOTP(secret).at(clock.now(), counter_offset=steps)


def enter(client: Client, typed: str, page: str = "/sign-in/second-factor", **fields: str) -> Page:
    name = "recovery_code" if page.endswith("recovery-code") else "code"
    return client.submit(client.get(page), follow=False, **{name: typed, **fields})


def set_up(client: Client) -> list[str]:
    """Set up an app; the recovery codes that are shown."""
    page = client.get("/account/second-factor/app")
    (key,) = re.findall(r"<code>([A-Z2-7 ]+)</code>", page.html)
    return recovery_codes(client.submit(page, code=code(secret=key.replace(" ", ""))))


def recovery_codes(page: Page) -> list[str]:
    return re.findall(r"<code>([0-9A-Z]{5}-[0-9A-Z]{5})</code>", page.html)


def letters() -> list[str]:
    return list(db.session.scalars(select(Message.mail).order_by(Message.id)))


def steps(user: User) -> list[str]:
    return [entry.step for entry in audit.history(user)]


# ---- Signing in ----


def test_after_the_password_the_app_is_asked_and_only_then_one_is_in(client: Client) -> None:
    user = elena()

    first = sign_in(client, next="/account")
    was_in = is_signed_in(client)
    second = enter(client, code())

    assert (first.response.location, was_in) == ("/sign-in/second-factor", False)
    assert (second.status, second.response.location) == (303, "/account")
    assert is_signed_in(client)
    assert user.last_sign_in_at == clock.now()


def test_half_way_opens_nothing_that_needs_an_account(client: Client) -> None:
    elena(is_administrator=True)
    event = builders.an_event()
    db.session.commit()
    sign_in(client)

    opened = {}
    for route in routes():
        if route.need not in ("public", "personal link") and not {"id", "number"} & {
            argument.rpartition("/")[2] for argument in route.arguments
        }:
            path = re.sub(r"<[^>]+>", event.slug, route.rule)
            for method in route.methods:
                page = client.get(path, follow=False) if method == "GET" else client.post(path, follow=False)
                opened[method, path] = (page.status, (page.response.location or "").partition("?")[0])

    assert len(opened) > 20
    assert set(opened.values()) == {(303, "/sign-in")}


def test_half_way_ends_after_ten_minutes_and_says_so(client: Client, moment: Clock) -> None:
    elena()
    sign_in(client)
    page = client.get("/sign-in/second-factor")

    moment.move(minutes=10)
    page = client.submit(page, code=code())

    assert page.heading == "Sign in"
    assert "Please enter your password again" in page.text
    assert not is_signed_in(client)


@pytest.mark.parametrize("change", [{"session_version": 2}, {"is_active": False}])
def test_half_way_ends_with_a_new_password_or_when_the_account_is_shut(client: Client, change: dict[str, Any]) -> None:
    user = elena()
    sign_in(client)
    for name, value in change.items():
        setattr(user, name, value)
    db.session.commit()

    page = client.get("/sign-in/second-factor", follow=False)

    assert page.response.location == "/sign-in"


def test_nothing_of_the_session_before_survives_either_step(client: Client) -> None:
    elena()
    client.get("/sign-in")
    with client.http.session_transaction() as session:
        session["planted"] = "by an attacker"
        before = session["csrf_token"]

    sign_in(client)
    with client.http.session_transaction() as session:
        between = dict(session)
    enter(client, code())

    with client.http.session_transaction() as session:
        assert "planted" not in between
        assert "_user_id" not in between
        assert {"half_way", "planted"} & set(session) == set()
        assert before not in (between.get("csrf_token"), session.get("csrf_token"))


def test_a_code_is_good_for_one_sign_in(app: Flask, client: Client) -> None:
    elena()
    used = code()
    sign_in(client)
    enter(client, used)
    other = Client(app)
    sign_in(other)

    page = enter(other, used)

    assert page.status == 422
    assert NOT_RIGHT in page.text
    assert not is_signed_in(other)


def test_an_older_code_does_not_come_after_a_newer_one(app: Flask, client: Client) -> None:
    elena()
    sign_in(client)
    enter(client, code(steps=1))
    other = Client(app)
    sign_in(other)

    assert enter(other, code()).status == 422


@pytest.mark.parametrize("typed", ["000000", "12", "", "abcdef", "１２３４５６", "\x00", "9" * 300, "ABCDE-FGHJK"])
def test_whatever_is_no_code_lets_nobody_in_and_is_still_there(client: Client, typed: str) -> None:
    elena()
    sign_in(client)

    page = enter(client, typed)

    assert page.status == 422
    assert page.forms[-1]["fields"]["code"] == typed.replace("\x00", "")
    assert not is_signed_in(client)


def test_the_fourth_wrong_code_must_wait_on_whichever_page_and_from_wherever(
    app: Flask, monkeypatch: pytest.MonkeyPatch, moment: Clock
) -> None:
    monkeypatch.setitem(app.config, "LIMIT_SIGN_IN", "3 per 15 minutes")
    elena()

    def attempt(number: int, page: str, typed: str) -> int:
        client = Client(app)
        client.http.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        sign_in(client)
        return enter(client, typed, page).status

    app_page, recovery_page = "/sign-in/second-factor", "/sign-in/recovery-code"
    tried = [attempt(1, app_page, "000000"), attempt(2, recovery_page, "x"), attempt(3, app_page, "000001")]

    assert tried == [422] * 3
    assert attempt(4, app_page, code()) == 429
    assert attempt(5, recovery_page, "y") == 429

    moment.move(minutes=15)

    assert attempt(6, app_page, code()) == 303


def test_wrong_codes_are_counted_on_when_sessions_end(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "LIMIT_SIGN_IN", "3 per 15 minutes")
    user = elena()
    statuses = []

    for number in range(4):
        user.session_version += 1  # as a new password by mail does
        db.session.commit()
        visitor = Client(app)
        visitor.http.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        sign_in(visitor)
        statuses.append(enter(visitor, "000000").status)

    assert statuses == [422, 422, 422, 429]


def test_the_second_step_follows_on_a_machine_whose_clock_is_a_little_behind(client: Client, moment: Clock) -> None:
    elena()
    sign_in(client)

    moment.move(seconds=-2)

    assert client.get("/sign-in/second-factor").heading == "Second step"


def test_a_password_set_anew_by_mail_does_not_get_round_the_second_factor(client: Client) -> None:
    user = elena()
    link = "/reset/" + Link(mails.RESET, str(user.id), user.session_version).sign_for_a_while()

    client.submit(client.get(link), password=ANOTHER, again=ANOTHER)
    page = sign_in(client, password=ANOTHER)

    assert page.response.location == "/sign-in/second-factor"
    assert not is_signed_in(client)


# ---- Recovery codes ----


def test_a_first_factor_brings_ten_recovery_codes_which_are_shown_once(app: Flask, client: Client) -> None:
    user = an_organiser()
    elsewhere = Client(app, user)
    sign_in(client)

    codes = set_up(client)

    assert len(set(codes)) == 10
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere), "a session that a password alone began is over"
    assert not recovery_codes(client.get("/account/second-factor"))
    assert "You have 10 recovery codes left." in client.get("/account").text
    assert steps(user) == ["set_up_app"]
    assert letters() == ["accounts/second_factor_changed"]


def test_to_load_the_page_of_recovery_codes_once_more_says_that_the_app_is_set_up(client: Client) -> None:
    user = an_organiser()
    sign_in(client)
    page = client.get("/account/second-factor/app")
    (key,) = re.findall(r"<code>([A-Z2-7 ]+)</code>", page.html)
    sent = {**page.forms[-1]["fields"], "code": code(secret=key.replace(" ", ""))}
    client.http.post("/account/second-factor/app", data=sent)

    again = client._page(client.http.post("/account/second-factor/app", data=sent, follow_redirects=True))

    assert again.heading == "Make new recovery codes"
    assert "Your authenticator app is set up already." in again.text
    assert "You have 10 recovery codes left." in again.text
    assert steps(user) == ["set_up_app"]
    assert len(recovery_codes(client.submit(again))) == 10


def test_a_recovery_code_lets_in_once_however_it_is_typed_and_is_told(app: Flask, client: Client) -> None:
    user = an_organiser()
    sign_in(client)
    first = set_up(client)[0]
    typed = f" {first.lower().replace('-', ' ')} "

    answers = []
    for visitor in (Client(app), Client(app)):
        sign_in(visitor)
        answers.append((enter(visitor, typed, "/sign-in/recovery-code").status, is_signed_in(visitor)))

    assert answers == [(303, True), (422, False)]
    assert factor_queries.factors_of(user).recovery_codes == 9
    assert steps(user) == ["set_up_app", "use_recovery_code"]
    assert letters() == ["accounts/second_factor_changed"] * 2


def test_a_recovery_code_is_nobody_elses(app: Flask, client: Client) -> None:
    an_organiser()
    sign_in(client)
    codes = set_up(client)
    builders.an_app(an_organiser(email="boris@example.org"))
    db.session.commit()
    boris = Client(app)
    sign_in(boris, "boris@example.org")

    assert enter(boris, codes[0], "/sign-in/recovery-code").status == 422


def test_neither_codes_nor_the_key_stand_in_the_database_in_clear(client: Client) -> None:
    an_organiser()
    sign_in(client)
    key = re.findall(r"<code>([A-Z2-7 ]+)</code>", client.get("/account/second-factor/app").html)[0].replace(" ", "")

    codes = set_up(client)
    db.session.expire_all()

    assert db.session.scalars(select(AuthenticatorApp.secret)).one() == key, "it is there, for us to read"
    everything = ""
    for name in [*db.metadata.tables, "procrastinate_jobs"]:
        rows = db.session.execute(text(f"SELECT row_to_json(one)::text FROM {name} AS one"))
        everything += "\n".join(row[0] for row in rows)
    assert len(everything) > 1000
    for secret in [key, key.encode().hex(), *codes, *(one.replace("-", "") for one in codes)]:
        assert secret not in everything


def test_the_key_in_the_making_cannot_be_read_off_the_cookie_and_stays_the_same_after_a_wrong_code(
    client: Client,
) -> None:
    an_organiser()
    sign_in(client)
    page = client.get("/account/second-factor/app")
    key = re.findall(r"<code>([A-Z2-7 ]+)</code>", page.html)[0]

    again = client.submit(page, code="000000")

    assert again.status == 422
    assert key in again.html
    with client.http.session_transaction() as session:
        assert key.replace(" ", "") not in str(dict(session))


def test_new_recovery_codes_end_the_old_ones(app: Flask, client: Client) -> None:
    user = an_organiser()
    sign_in(client)
    old = set_up(client)

    new = recovery_codes(client.submit(client.get("/account/second-factor/recovery-codes")))

    assert len(set(new)) == 10
    assert not set(new) & set(old)
    tried = []
    for one in (old[0], new[0]):
        visitor = Client(app)
        sign_in(visitor)
        tried.append(enter(visitor, one, "/sign-in/recovery-code").status)
    assert tried == [422, 303]
    assert "make_recovery_codes" in steps(user)


def test_recovery_codes_outlive_a_change_of_the_secret_key(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_organiser()
    sign_in(client)
    codes = set_up(client)

    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [app.config["SECRET_KEY"]])
    monkeypatch.setitem(app.config, "SECRET_KEY", "another")
    visitor = Client(app)
    sign_in(visitor)

    assert enter(visitor, codes[0], "/sign-in/recovery-code").status == 303


# ---- Looking after it ----


def test_an_app_that_was_not_confirmed_does_not_count(client: Client) -> None:
    an_organiser()
    sign_in(client)
    client.submit(client.get("/account/second-factor/app"), code="000000")
    client.post("/sign-out")

    sign_in(client)

    assert is_signed_in(client)


def test_the_first_code_is_not_good_for_signing_in_too(app: Flask, client: Client) -> None:
    an_organiser()
    sign_in(client)
    set_up(client)
    db.session.expire_all()
    key = db.session.scalars(select(AuthenticatorApp.secret)).one()
    visitor = Client(app)
    sign_in(visitor)

    assert enter(visitor, code(secret=key)).status == 422


def test_another_phone_takes_the_place_of_the_first_and_codes_stay(client: Client) -> None:
    user = an_organiser()
    sign_in(client)
    set_up(client)
    before = set(db.session.scalars(select(RecoveryCode.fingerprint)))

    shown_again = set_up(client)

    assert shown_again == []
    assert len(db.session.scalars(select(AuthenticatorApp)).all()) == 1
    assert set(db.session.scalars(select(RecoveryCode.fingerprint))) == before
    assert steps(user) == ["set_up_app", "set_up_app"]


def test_removing_the_last_factor_ends_recovery_codes_too_and_the_password_is_enough(client: Client) -> None:
    user = an_organiser()
    sign_in(client)
    set_up(client)

    page = client.submit(client.get("/account/second-factor/app/remove"))

    assert "The authenticator app is removed." in page.text
    assert db.session.scalars(select(RecoveryCode)).all() == []
    assert steps(user) == ["set_up_app", "remove_app"]
    assert letters() == ["accounts/second_factor_changed"] * 2
    client.post("/sign-out")
    sign_in(client)
    assert is_signed_in(client)


def test_where_there_is_no_app_none_is_removed_nor_told_of(client: Client) -> None:
    user = an_organiser()
    sign_in(client)

    page = client.submit(client.get("/account/second-factor/app/remove"))

    assert (page.status, steps(user), letters()) == (422, [], [])


def test_a_passkey_is_removed_by_its_owner_only(app: Flask, client: Client) -> None:
    user = elena()
    passkey, foreign = builders.a_passkey(user), builders.a_passkey(builders.a_user())
    db.session.commit()
    visitor = Client(app, user)

    refused = visitor.get(f"/account/second-factor/passkeys/{foreign.id}/remove").status
    page = visitor.submit(visitor.get(f"/account/second-factor/passkeys/{passkey.id}/remove"))

    assert refused == 404
    assert "The passkey is removed: Office laptop" in page.text
    assert db.session.scalars(select(Passkey.id)).all() == [foreign.id]
    assert steps(user) == ["remove_passkey"]


PAGES_OF_CHANGE = [
    "/account/second-factor/app",
    "/account/second-factor/app/remove",
    "/account/second-factor/passkeys/new",
    "/account/second-factor/recovery-codes",
]


@pytest.mark.parametrize("path", PAGES_OF_CHANGE)
def test_after_a_quarter_of_an_hour_changes_ask_for_the_password_again(
    client: Client, moment: Clock, path: str
) -> None:
    elena()
    sign_in(client)
    enter(client, code())
    assert client.get(path, follow=False).status == 200
    moment.move(minutes=15)

    asked = client.get(path)
    wrong = client.submit(asked, password="not this one")
    sent = client.post(path, follow=False)
    right = client.submit(client.get(path), password=PASSWORD, follow=False)

    assert (asked.heading, wrong.status) == ("Is it you?", 422)
    assert sent.response.location == f"/account/confirm?next={path}"
    assert right.response.location == path
    assert client.get(path, follow=False).status == 200


def test_without_a_password_the_app_confirms(app: Flask, moment: Clock) -> None:
    client = Client(app, elena(password_hash=None))
    moment.move(minutes=15)
    asked = client.get("/account/second-factor/app/remove")

    page = client.submit(asked, code=code(), follow=False)

    assert page.response.location == "/account/second-factor/app/remove"


def test_who_has_neither_password_nor_app_is_not_asked_for_one(app: Flask, moment: Clock) -> None:
    client = Client(app, an_organiser(password_hash=None))
    moment.move(minutes=15)

    page = client.get("/account/confirm")

    assert "Please sign out and in again instead." in page.text
    assert "Go on" not in page.text
    assert "password" not in page.forms[-1]["fields"]


def test_signing_out_everywhere_else_is_no_proof(client: Client, moment: Clock) -> None:
    an_organiser()
    sign_in(client)
    moment.move(minutes=15)

    client.post("/account/sign-out-everywhere")

    assert client.get("/account/second-factor/app").heading == "Is it you?"


def test_the_key_fits_whatever_is_typed_where_nothing_can_be_scanned(client: Client) -> None:
    an_organiser()
    sign_in(client)

    page = client.get("/account/second-factor/app")

    (shown,) = re.findall(r"<code>([A-Z2-7 ]+)</code>", page.html)
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", shown)
    assert f"secret={shown.replace(' ', '')}&amp;issuer=Policy" in page.html
    assert 'src="data:image/svg+xml' in page.html


def test_nothing_that_opens_the_account_is_logged(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    import logging

    from ranevents.core import logs

    root = logging.getLogger()
    before = root.handlers, root.level
    logs.configure("debug", "json")
    an_organiser()
    sign_in(client)
    codes = set_up(client)
    client.post("/sign-out")
    sign_in(client)
    enter(client, "000000")
    enter(client, codes[0], "/sign-in/recovery-code")
    written = capsys.readouterr().err
    root.handlers, level = before
    root.setLevel(level)

    assert "/sign-in/recovery-code" in written
    db.session.expire_all()
    key = db.session.scalars(select(AuthenticatorApp.secret)).one()
    for secret in [PASSWORD, key, *codes]:
        assert secret not in written
