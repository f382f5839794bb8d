"""ranevents check, ranevents rotate-keys."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import text, update

from ranevents import config
from ranevents.cli import main
from ranevents.core.db import db
from ranevents.core.places import Pool
from ranevents.registrations.states import RegistrationState
from tests import builders

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("RANEVENTS_LOG_LEVEL", "error")

    def run(*arguments: str, keys: str = "") -> Result:
        monkeypatch.setenv("RANEVENTS_ENCRYPTION_KEYS", keys)
        return CliRunner().invoke(main, arguments)

    return run


def a_registration_with_its_mail(**given: str) -> None:
    """The mail's key alone counts here."""
    event = builders.an_event(slug="sofia", capacity=3)
    registration = builders.a_registration(event, state=RegistrationState.REJECTED, **given)
    row = {"key": f"registration:{registration.id}:rejected"}
    db.session.execute(
        text(
            "INSERT INTO messages (key, mail, queue, to_name, to_address, search_words, reply_to, language, subject,"
            " text, html, links, message_id, state, attempts, held_up, created_at, next_attempt_at, last_error) VALUES"
            " (:key, 'registrations/refusal', 'prompt', '', '', '', '', 'en', '', '', '', '{}', '<1@x>', 'sent', 1, 0,"
            " now(), now(), '')"
        ),
        row,
    )
    db.session.commit()


def test_an_empty_database_agrees(run: Run) -> None:
    done = run("check")

    assert (done.exit_code, done.output) == (0, "agrees\n")


def test_every_difference_is_a_line_and_the_exit_code_tells(run: Run) -> None:
    a_registration_with_its_mail()
    db.session.execute(update(Pool).values(held=2))
    db.session.commit()

    done = run("check")

    assert (done.exit_code, done.output) == (
        1,
        "sofia: the pool says 2 places are held, 0 registrations hold one\n",
    )


def test_keys_are_rotated_and_the_old_one_can_go(run: Run, app: Flask) -> None:
    old, new = app.config["ENCRYPTION_KEYS"][0], config.new_key()
    a_registration_with_its_mail(diet="Vegan", access_needs="A ramp")

    done = run("rotate-keys", keys=f"{new},{old}")

    assert done.exit_code == 0
    assert done.output.splitlines()[-1] == "All 2 answers are under the newest key. Older keys are no longer needed."
    stored = db.session.execute(text("SELECT diet, access_needs FROM registrations")).one()
    assert [Fernet(new).decrypt(bytes(value)) for value in stored] == [b"Vegan", b"A ramp"]


def test_a_key_that_is_not_named_is_asked_for(run: Run) -> None:
    a_registration_with_its_mail(diet="Vegan")

    done = run("rotate-keys", keys=config.new_key())

    assert done.exit_code == 2
    assert "fits none of RANEVENTS_ENCRYPTION_KEYS" in done.output


def test_jobs_that_failed_for_good_are_told(run: Run) -> None:
    db.session.execute(
        text(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
            " VALUES ('prompt', 'registrations.send_links', 'failed')"
        )
    )
    db.session.commit()

    done = run("check")

    assert (done.exit_code, done.output) == (1, "jobs: 1 of registrations.send_links failed for good\n")
