"""Another language on the answer to a form: nothing typed is lost, and nothing is done with it."""

import pytest
from flask import Flask
from sqlalchemy import select

from ranevents.accounts.models import Role
from ranevents.core.db import db
from ranevents.registrations.models import Registration
from ranevents.registrations.states import RegistrationState
from tests import builders
from tests.accounts.cast import PASSWORD, an_organiser
from tests.client import Client
from tests.core.test_languages import language_of
from tests.registrations.conftest import MARIA


def test_a_form_sent_for_another_language_is_shown_again_and_saves_nothing(client: Client) -> None:
    event = builders.an_event()
    db.session.commit()
    form = client.get(f"/events/{event.slug}/register").forms[-1]["fields"]
    complete = {**form, **MARIA}

    shown = client.post(f"/events/{event.slug}/register?lang=bg", **complete, change_language="bg")
    after_the_first = db.session.scalars(select(Registration)).all()
    sent = client.submit(shown, follow=False)

    assert (shown.status, language_of(shown), after_the_first) == (200, "bg", [])
    assert sent.status == 303
    assert [one.person.given_name for one in db.session.scalars(select(Registration))] == ["Мария"]


def test_a_button_that_was_made_to_ask_for_a_language_saves_nothing_either(app: Flask) -> None:
    event = builders.an_event()
    pending = builders.a_registration(event, state=RegistrationState.PENDING)
    organiser = Client(app, builders.a_user(Role.OWNER, event))
    db.session.commit()
    path = f"/organise/events/{event.slug}/registrations/{pending.id}"

    organiser.post(f"{path}/approve?lang=fr", change_language="fr")

    db.session.expire_all()
    assert pending.state is RegistrationState.PENDING


def test_changing_the_language_is_no_attempt_to_sign_in(
    client: Client, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "LIMIT_SIGN_IN", "3 per 15 minutes")
    form = client.get("/sign-in").forms[-1]["fields"] | {"email": "nobody@example.org", "password": ""}

    answers = [client.post("/sign-in?lang=fr", **form, change_language="fr").status for _ in range(5)]
    tries = [client.post("/sign-in", **form).status for _ in range(5)]

    assert answers == [422] * 5
    assert tries == [422, 422, 422, 429, 429]


def test_who_has_given_a_password_is_not_signed_in_by_another_language(client: Client) -> None:
    an_organiser()
    db.session.commit()
    form = client.get("/sign-in").forms[-1]["fields"]
    right = {**form, "email": "elena@example.org", "password": PASSWORD}

    shown = client.post("/sign-in?lang=de", **right, change_language="de")

    assert (shown.status, language_of(shown)) == (200, "de")
    assert 'value="elena@example.org"' in shown.html
    assert PASSWORD not in shown.html
    assert client.get("/organise", follow=False).status == 303
