"""The gate: the only one who sets a state, leaves the trail and has the mail written."""

from enum import StrEnum
from typing import Any

import pytest
from flask import Flask

from ranevents.core import audit
from ranevents.core.db import db
from ranevents.core.errors import Refused
from ranevents.core.states import Life, take
from ranevents.events.models import Event
from ranevents.events.states import EventState, EventStep
from tests import builders
from tests.conftest import MORNING

OWNER = audit.Actor(audit.ActorKind.ORGANISER, "Olga Owner", 7)


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"


class Push(StrEnum):
    CLOSE = "close"
    OPEN = "open"


def test_a_step_sets_the_state_and_leaves_who_when_why_in_the_trail(app: Flask) -> None:
    event = builders.an_event()

    take(event, EventStep.CANCEL, by=OWNER, why="The hall burnt down.")
    db.session.flush()

    assert event.state is EventState.CANCELLED
    assert [_told(entry) for entry in audit.history(event)] == [
        (
            "events",
            event.id,
            "cancel",
            "organiser",
            7,
            "Olga Owner",
            "The hall burnt down.",
            MORNING,
            "published",
            "cancelled",
        )
    ]


def _told(entry: audit.AuditEntry) -> tuple[Any, ...]:
    return (
        entry.record_type, entry.record_id, entry.step, entry.actor_kind, entry.actor_id, entry.actor_label, entry.why,
        entry.at, entry.details["before"], entry.details["after"],
    )  # fmt: skip


def test_a_step_that_the_table_does_not_have_changes_nothing(app: Flask) -> None:
    event = builders.an_event(state=EventState.FINISHED)

    with pytest.raises(Refused):
        take(event, EventStep.CANCEL, by=OWNER)

    assert event.state is EventState.FINISHED
    assert audit.history(event) == []


def test_a_step_has_its_mail_written_with_what_the_verb_tells(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[Any, ...]] = []
    life = Life("event", {(EventState.PUBLISHED, EventStep.CANCEL): EventState.CANCELLED})
    life.mail(EventStep.CANCEL)(lambda event, **told: written.append((event.state, told)))
    monkeypatch.setattr(Event, "life", life)

    take(builders.an_event(), EventStep.CANCEL, by=OWNER, reason="snow")

    assert written == [(EventState.CANCELLED, {"reason": "snow"})]


def test_a_step_with_neither_mail_nor_silence_is_a_mistake_that_shows(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Event, "life", Life("event", {(EventState.PUBLISHED, EventStep.CANCEL): EventState.CANCELLED}))

    with pytest.raises(KeyError):
        take(builders.an_event(), EventStep.CANCEL, by=OWNER)


def test_buttons_come_from_the_same_table() -> None:
    life = Life("door", {(Door.OPEN, Push.CLOSE): Door.SHUT})

    allowed = {(state, push) for state in Door for push in Push if life.allows(state, push)}

    assert allowed == {(Door.OPEN, Push.CLOSE)}
