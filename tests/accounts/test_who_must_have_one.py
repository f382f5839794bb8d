"""Who must have a second factor, and who helps those who have lost theirs."""

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from ranevents.accounts import factor_queries, mails, queries
from ranevents.accounts.factor_models import AuthenticatorApp, Passkey, RecoveryCode
from ranevents.accounts.session_views import SIGNED_IN_BY
from ranevents.cli import main
from ranevents.config import SecondFactorFor
from ranevents.core import audit
from ranevents.core.db import db
from ranevents.core.tokens import Link
from ranevents.events.states import EventState
from tests import builders
from tests.accounts.cast import PASSWORD, an_organiser, is_signed_in, sign_in
from tests.accounts.test_second_factor import elena, letters, set_up
from tests.client import Client
from tests.house.world import World, everything, routes


@pytest.fixture
def administrators_must(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SECOND_FACTOR_FOR", SecondFactorFor.ADMINISTRATORS)


@pytest.mark.usefixtures("administrators_must")
def test_an_administrator_without_a_second_factor_is_led_to_the_set_up_and_then_goes_on(client: Client) -> None:
    an_organiser(is_administrator=True)

    sign_in(client)
    led = client.get("/organise/organisers")
    set_up(client)

    assert (led.heading, led.response.request.path) == ("Second factor", "/account/second-factor")
    assert "Please set one up now" in led.text
    assert client.get("/organise/organisers").heading == "Organisers"


@pytest.mark.slow
@pytest.mark.usefixtures("administrators_must")
def test_until_then_no_other_route_answers(app: Flask) -> None:
    world = World()
    newcomer = builders.a_user(is_administrator=True)
    db.session.commit()
    samples = world.samples(world.own)
    before = everything()

    answers = {}
    for route in routes():
        if (
            route.need in ("public", "personal link")
            or "/second-factor" in route.rule
            or route.rule.endswith("/confirm")
        ):
            continue
        for method in route.methods:
            client = Client(app, newcomer)
            path = route.path(samples)
            page = client.get(path, follow=False) if method == "GET" else client.post(path, follow=False)
            answers[method, route.rule] = (page.status, page.response.location)

    assert len(answers) > 40
    assert set(answers.values()) == {(303, "/account/second-factor")}
    assert everything() == before


@pytest.mark.usefixtures("administrators_must")
def test_until_then_public_pages_are_those_that_strangers_see(app: Flask) -> None:
    draft = builders.an_event(state=EventState.DRAFT)
    newcomer = builders.a_user(is_administrator=True)
    db.session.commit()

    assert Client(app, newcomer).get(f"/events/{draft.slug}").status == 404


@pytest.mark.usefixtures("administrators_must")
def test_other_organisers_may_go_without(client: Client) -> None:
    an_organiser()
    sign_in(client)

    assert client.get("/organise").heading == "Your events"


def test_everybody_must_where_that_is_asked(app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SECOND_FACTOR_FOR", SecondFactorFor.ORGANISERS)
    an_organiser()
    sign_in(client)

    assert client.get("/organise").heading == "Second factor"


@pytest.mark.usefixtures("administrators_must")
def test_where_another_sign_in_vouches_the_second_factor_is_its_business(app: Flask) -> None:
    client = Client(app, an_organiser(is_administrator=True))
    with client.http.session_transaction() as session:
        session[SIGNED_IN_BY] = "oidc"

    client.post("/account/sign-out-everywhere")

    assert client.get("/organise/organisers").heading == "Organisers"


@pytest.mark.usefixtures("administrators_must")
def test_an_invited_administrator_comes_in_by_welcome_password_and_set_up(client: Client) -> None:
    user = an_organiser(password_hash=None, is_administrator=True)
    link = "/welcome/" + Link(mails.INVITATION, str(user.id), user.session_version).sign_for_a_while()

    client.submit(client.get(link), password=PASSWORD, again=PASSWORD)
    sign_in(client)
    set_up(client)

    assert is_signed_in(client)


@pytest.mark.usefixtures("administrators_must")
def test_who_must_have_one_keeps_the_last(client: Client) -> None:
    an_organiser(is_administrator=True)
    sign_in(client)
    set_up(client)

    page = client.submit(client.get("/account/second-factor/app/remove"))

    assert page.status == 422
    assert "Your account must have a second factor." in page.text
    assert len(db.session.scalars(select(AuthenticatorApp)).all()) == 1
    assert len(db.session.scalars(select(RecoveryCode)).all()) == 10


def test_an_administrator_resets_a_colleagues_second_factor(app: Flask) -> None:
    user = elena()
    builders.a_passkey(user)
    administrator = builders.a_user(name="Ana", is_administrator=True)
    db.session.commit()
    colleague = Client(app, user)

    page = Client(app, administrator).post(f"/organise/organisers/{user.id}/reset-second-factor")

    assert "Elena signs in with the password alone now" in page.text
    assert not factor_queries.has_one(user)
    assert db.session.scalars(select(Passkey)).all() == []
    assert not is_signed_in(colleague)
    (entry,) = audit.history(user)
    assert (entry.step, entry.actor_label) == ("reset_second_factor", "Ana")
    assert letters() == ["accounts/second_factor_changed"]
    visitor = Client(app)
    sign_in(visitor)
    assert is_signed_in(visitor)


def test_nobody_resets_their_own_or_what_is_not_there(app: Flask) -> None:
    own = elena(is_administrator=True)
    without = builders.a_user()
    db.session.commit()
    client = Client(app, own)

    answers = [
        client.post(f"/organise/organisers/{user.id}/reset-second-factor", follow=False).status
        for user in (own, without)
    ]

    assert answers == [409, 409]
    assert factor_queries.has_one(own)
    assert letters() == []


def test_the_list_of_organisers_says_who_has_one(app: Flask) -> None:
    elena()
    administrator = builders.a_user(is_administrator=True)
    db.session.commit()

    page = Client(app, administrator).get("/organise/organisers")

    assert "Organiser, second factor" in page.text
    assert page.text.count("Reset second factor") == 1


def reset(database_url: str, monkeypatch: pytest.MonkeyPatch, email: str) -> Result:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("RANEVENTS_LOG_LEVEL", "error")
    return CliRunner().invoke(main, ["reset-second-factor", email])


def test_the_command_helps_an_only_administrator_who_has_lost_everything(
    client: Client, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    elena(is_administrator=True)

    done = reset(database_url, monkeypatch, "ELENA@example.org")

    assert (done.exit_code, done.output) == (
        0,
        "Done: the password alone is enough now, and all sessions of this account have ended.\n",
    )
    db.session.expire_all()
    user = queries.by_email("elena@example.org")
    assert user is not None
    assert [entry.step for entry in audit.history(user)] == ["reset_second_factor"]
    sign_in(client)
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("nobody@example.org", "ranevents: There is no account with this address.\n"),
        ("elena@example.org", "ranevents: This account has no second factor.\n"),
    ],
)
def test_the_command_says_what_is_wrong(
    app: Flask, database_url: str, monkeypatch: pytest.MonkeyPatch, email: str, said: str
) -> None:
    an_organiser()

    done = reset(database_url, monkeypatch, email)

    assert (done.exit_code, done.output) == (2, said)
