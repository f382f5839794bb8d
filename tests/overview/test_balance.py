"""How the mix of people stands against what the organiser aims at."""

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from ranevents.accounts.models import Role
from ranevents.core import clock, tokens
from ranevents.core.db import db
from ranevents.events.models import Capacity
from ranevents.invitations.models import Invitation
from ranevents.invitations.states import InvitationState
from ranevents.overview.balance_rules import Dimension, more_needed
from ranevents.overview.models import Aim
from ranevents.people.models import Sector, Side
from ranevents.questions.models import Question, QuestionKind, Sensitivity
from ranevents.registrations.states import RegistrationState
from tests import builders
from tests.client import Client
from tests.statements import count_statements


@pytest.fixture
def event(app: Flask) -> builders.Event:
    return builders.an_event(capacity=50)


@pytest.fixture
def editor(app: Flask, event: builders.Event) -> Client:
    client = Client(app, builders.a_user(Role.EDITOR, event))
    db.session.commit()
    return client


def path(event: builders.Event, more: str = "") -> str:
    db.session.commit()
    return f"/organise/events/{event.slug}/overview/balance{more}"


def accepted(event: builders.Event, state: RegistrationState = RegistrationState.CONFIRMED, **person: object) -> None:
    builders.a_registration(event, builders.a_person(**person), state=state)


def invited(event: builders.Event, state: InvitationState = InvitationState.SENT, **person: object) -> Invitation:
    invitation = Invitation(
        event=event,
        person=builders.a_person(**person),
        reference=tokens.reference(),
        link_version=1,
        capacity=Capacity.PARTICIPANT,
        state=state,
        answer_by=clock.now() + timedelta(days=7),
        note="",
        allows_substitute=False,
        created_at=clock.now(),
        reason="",
    )
    db.session.add(invitation)
    db.session.flush()
    return invitation


def test_without_people_and_aims_it_says_so(editor: Client, event: builders.Event) -> None:
    assert "Nobody has accepted or been asked yet" in editor.get(path(event)).text


def test_aims_are_set_and_held_against_the_mix(editor: Client, event: builders.Event) -> None:
    for _nth in range(3):
        accepted(event, side=Side.POLICY, country="FR", sector=Sector.POLICY)
    accepted(event, side=Side.PRACTICE, country="RS", sector=Sector.POLICE)
    accepted(event, RegistrationState.CANCELLED, side=Side.PRACTICE)
    for state in (InvitationState.SENT, InvitationState.DECLINED, InvitationState.DRAFT, InvitationState.EXPIRED):
        invited(event, state, side=Side.PRACTICE, country="BG", sector=Sector.EDUCATION)
    invited(event, side=Side.PRACTICE, country="DE").bounced_at = clock.now()

    page = editor.submit(
        editor.get(path(event, "/aims")), **{"side-practice": "50", "sector-health": "10", "countries": "5"}
    )

    assert "Saved." in page.text
    assert "Have accepted 4 Asked, no answer yet 1" in page.text
    assert "Countries of those who accepted 2 (aim: 5) Countries, with those asked 3" in page.text
    assert "Practice: 2 more would reach the aim" in page.text
    assert "Policy 3 75% 3 60% – Practice 1 25% 2 40% 50% not reached" in page.text
    assert "Health care 0 0% 0 0% 10% not reached" in page.text
    trail = Client(editor.http.application, builders.a_user(Role.OWNER, event))
    assert "Aims for the mix of people set: 3" in trail.get(f"/organise/events/{event.slug}/trail").text


def test_empty_fields_take_aims_back(editor: Client, event: builders.Event) -> None:
    editor.submit(editor.get(path(event, "/aims")), **{"side-practice": "50"})
    form = editor.get(path(event, "/aims"))
    assert form.forms[-1]["fields"]["side-practice"] == "50"

    page = editor.submit(form, **{"side-practice": ""})

    assert "Saved." in page.text
    assert "nothing is aimed at" in page.text
    assert "Nothing was different" in editor.submit(editor.get(path(event, "/aims"))).text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"side-practice": "fifty"}, "Please give a whole number, in digits."),
        ({"side-practice": "101"}, "Please give a number from 0 to 99."),
        ({"side-practice": "60", "side-policy": "50"}, "Together these are more than 100 per cent."),
        ({"countries": "0"}, "Please give a number from 1 to 250."),
        ({"countries": "9" * 5000}, "Please"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    editor: Client, event: builders.Event, typed: dict[str, str], told: str
) -> None:
    page = editor.submit(editor.get(path(event, "/aims")), **typed)

    assert page.status == 422
    assert told in page.text
    for name, value in typed.items():
        assert page.forms[-1]["fields"][name] == value


def test_answers_to_a_question_count_where_they_are_aimed_at(editor: Client, event: builders.Event) -> None:
    asked = builders.a_question(event, QuestionKind.ONE_OF, labels={"en": "Gender"}, options=["Woman", "Man"])
    builders.a_question(
        event, QuestionKind.ONE_OF, labels={"en": "Faith"}, options=["A"], sensitivity=Sensitivity.SPECIAL
    )
    for answer in ("woman", "man", "man"):
        registration = builders.a_registration(event, state=RegistrationState.CONFIRMED)
        builders.an_answer(registration, asked, answer)
    assert "Gender" not in editor.get(path(event)).text

    form = editor.get(path(event, "/aims"))
    assert "Faith" not in form.text
    page = editor.submit(form, **{f"question-{asked.id}-woman": "40"})

    assert "Man 2 67% 2 67% – Woman 1 33% 1 33% 40% not reached" in page.text


def test_it_takes_as_many_statements_for_many_people_as_for_few(editor: Client, event: builders.Event) -> None:
    counts = []
    for number in (2, 40):
        for nth in range(number):
            accepted(event, RegistrationState.PENDING, country=("BG", "FR", "DE")[nth % 3])
            invited(event, country=("BG", "FR", "DE")[nth % 3])
        address = path(event)
        editor.get(address)
        with count_statements() as counted:
            editor.get(address)
        counts.append(len(counted))

    assert counts[0] == counts[1]


def test_a_reader_sees_the_balance_and_no_way_to_change_the_aims(app: Flask, event: builders.Event) -> None:
    reader = Client(app, builders.a_user(Role.READER, event))

    assert "/overview/balance/aims" not in reader.get(path(event)).html
    assert reader.get(path(event, "/aims")).status == 403


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 99))
def test_so_many_more_reach_the_aim_and_one_less_does_not(some: int, others: int, least: int) -> None:
    everybody = some + others

    def reached(more: int) -> bool:
        return everybody + more > 0 and 100 * (some + more) >= least * (everybody + more)

    needed = more_needed(some, everybody, least)

    assert reached(needed)
    assert needed == 0 or not reached(needed - 1)


def test_who_accepted_and_no_longer_comes_is_in_no_mix(editor: Client, event: builders.Event) -> None:
    gone = builders.a_registration(event, state=RegistrationState.CANCELLED)
    builders.an_invitation(event, gone.person, state=InvitationState.ACCEPTED, registration=gone)
    invited(event)

    page = editor.get(path(event))

    assert "Have accepted 0 Asked, no answer yet 1" in page.text


def test_many_questions_aimed_at_take_the_same_statements_as_one(editor: Client, event: builders.Event) -> None:
    asked: list[Question] = []
    first = 0
    for number in (1, 4):
        while len(asked) < number:
            question = builders.a_question(event, QuestionKind.ONE_OF, options=["Prevention", "Policing"])
            asked.append(question)
            key = question.now.options[0]["key"]
            db.session.add(Aim(event_id=event.id, of=Dimension.QUESTION, kind=key, question_id=question.id, least=10))
        db.session.commit()
        db.session.expire_all()
        with count_statements() as sent:
            assert editor.get(path(event)).status == 200
        first = first or len(sent)

    assert len(sent) == first
