"""ranevents purge."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from ranevents.cli import main
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.registrations.models import Registration
from ranevents.registrations.states import RegistrationState
from tests.builders import a_registration
from tests.conftest import Clock

Purge = Callable[..., Result]


@pytest.fixture
def purge(app: Flask, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Purge:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("RANEVENTS_LOG_LEVEL", "error")
    return lambda *options: CliRunner().invoke(main, ["purge", *options])


def kept_names() -> list[str]:
    db.session.rollback()
    return [one.person.full_name for one in db.session.scalars(db.select(Registration)) if not one.erased_at]


def test_nothing_is_due_before_its_time(purge: Purge, event: Event) -> None:
    a_registration(event)
    db.session.commit()

    done = purge()

    assert (done.exit_code, done.output) == (0, "nothing is due\n")


def test_a_preview_tells_what_the_purge_then_takes_and_counts_everybody_once(
    purge: Purge, event: Event, moment: Clock
) -> None:
    for state in (RegistrationState.CONFIRMED, RegistrationState.CONFIRMED, RegistrationState.CANCELLED):
        a_registration(event, state=state)
    db.session.commit()
    moment.move(days=700)

    preview = purge("--preview")
    untouched = len(kept_names())
    done = purge()

    assert (preview.exit_code, done.exit_code) == (0, 0)
    assert preview.output == f"{event.slug}: ended 1\n{event.slug}: particulars 2\n"
    assert untouched == 3
    assert done.output == preview.output
    assert kept_names() == []
