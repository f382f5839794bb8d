"""The trail of an event: everything that any room writes into it is told in words."""

import ast
from dataclasses import fields
from enum import StrEnum
from importlib import import_module

from flask import Flask

import ranevents.app  # noqa: F401 - puts the rooms together: every table is known
from ranevents.accounts import trail
from ranevents.accounts.models import Role
from ranevents.core import audit
from ranevents.core.db import Base, db
from ranevents.core.states import Life
from ranevents.events.details import EventDetails
from ranevents.invitations.states import told
from ranevents.people.service import Particulars
from ranevents.questions.details import QuestionDetails, SectionDetails
from ranevents.registrations.service import Answers
from tests import builders
from tests.client import Client
from tests.house.source import Source, sources

TABLES = {mapper.class_.__name__.casefold(): mapper.class_ for mapper in Base.registry.mappers}
TABLES |= {"letter": TABLES["officialletter"], "own": TABLES["owntext"]}
TABLES |= {"focal_point": TABLES["focalpoint"], "request": TABLES["delegationrequest"]}

TOLD = (EventDetails, Particulars, Answers, QuestionDetails, SectionDetails)
"""What is said, field by field, about what the trail tells of."""


def belongs_to_an_event(table: type) -> bool:
    """Or to a person, whose page in the directory tells what was changed."""
    return table.__tablename__ in ("events", "persons") or hasattr(table, "event_id")


def step_in(source: Source, node: ast.expr) -> str:
    """The step that an argument names: a text, or one of an enumeration of steps."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.Attribute), f"{source.name}: {ast.unparse(node)}"
    module = import_module(source.name.removesuffix(".py").replace("/", "."))
    steps: type[StrEnum] = getattr(module, ast.unparse(node.value))
    return str(steps[node.attr])


def recorded() -> set[tuple[str, str]]:
    """Every step that a verb writes into the trail by itself, with the table of the record: `audit.record(event, …)`."""
    found = set()
    for source in sources():
        if source.room == "core":
            continue
        for call in source.nodes(ast.Call):
            if ast.unparse(call.func) == "audit.record":
                table = TABLES[ast.unparse(call.args[0]).rpartition(".")[2]]
                found.add((table, step_in(source, call.args[1])))
    return {(table.__tablename__, step) for table, step in found if belongs_to_an_event(table)}


def lived() -> set[tuple[str, str]]:
    """Every step of every life that leaves its trail."""
    lives: dict[type, Life] = {table: table.life for table in TABLES.values() if hasattr(table, "life")}
    return {
        (table.__tablename__, str(step)) for table, life in lives.items() if life.trail for _state, step in life.moves
    }


def test_every_step_that_any_room_writes_has_words_and_no_words_are_left_over() -> None:
    assert ("events", "edit") in recorded()
    assert ("registrations", "park") in lived()
    assert set(trail.WORDS) == recorded() | lived()


def test_every_step_of_an_invitation_has_words_for_whom_it_concerns() -> None:
    steps = {step for table, step in trail.WORDS if table == "invitations"}

    assert [step for step in steps if not told(step)] == []


def test_every_field_that_an_entry_may_name_has_words_and_no_words_are_left_over() -> None:
    named = {one.name for kind in TOLD for one in fields(kind)}

    assert set(trail.FIELDS) == named - {"particulars"} | {"other_spellings"}


def test_an_entry_says_what_was_changed_in_words(app: Flask) -> None:
    event = builders.an_event()
    registration = builders.a_registration(event)
    message = builders.a_message(event, registration.person)
    audit.record(event, "edit", by=audit.SYSTEM, fields="first_on, contact_address")
    audit.record(registration, "change", by=audit.PERSON, fields="latin_given_name, diet")
    audit.record(message, "send_again", by=audit.SYSTEM, message=7)
    audit.record(event, "forget_special_data", by=audit.SYSTEM, registrations=3)
    owner = builders.a_user(Role.OWNER, event)
    db.session.commit()

    page = Client(app, owner).get(f"/organise/events/{event.slug}/trail")

    assert "Event changed: first day, contact address" in page.text
    assert f"Registration {registration.reference} changed: given name in Latin letters, diet" in page.text
    assert f"Mail {message.id} sent again" in page.text
    assert "Diet and accessibility needs deleted; registrations: 3" in page.text


def test_a_registration_that_is_gone_keeps_its_number_in_the_trail(app: Flask) -> None:
    event = builders.an_event()
    registration = builders.a_registration(event)
    owner = builders.a_user(Role.OWNER, event)
    audit.record(registration, "cancel", by=audit.PERSON)
    db.session.flush()
    id = registration.id
    db.session.delete(registration)
    db.session.commit()

    page = Client(app, owner).get(f"/organise/events/{event.slug}/trail")

    assert f"Registration {id} cancelled" in page.text
