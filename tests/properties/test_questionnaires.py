"""Any questionnaire, answered in any way: what comes back from the database is exactly what was given, and asked."""

from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from werkzeug.datastructures import MultiDict

from ranevents.core import countries
from ranevents.core.db import db
from ranevents.core.forms import one_line, several_lines
from ranevents.core.rotation import rotate
from ranevents.events.models import Event
from ranevents.questions import queries, rules
from ranevents.questions.fields import AskingForm, Questionnaire
from ranevents.questions.models import Question, QuestionKind, Sensitivity
from ranevents.registrations import answer_queries, answer_service
from ranevents.registrations.models import Answer, Registration
from tests import builders
from tests.client import Client
from tests.registrations.conftest import MARIA
from tests.registrations.journey import registrations

pytestmark = pytest.mark.slow

OPTIONS = list("ABCDEFGHIJ")
KEYS = [one.lower() for one in OPTIONS]
EXAMPLES = 300
lines = st.text(max_size=200).map(one_line).filter(lambda typed: 0 < len(typed) <= 300)
texts = st.text(max_size=400).map(several_lines).filter(bool)
numbers = st.decimals(min_value=-(10**12), max_value=10**12, places=4).map(lambda number: f"{number:f}")
SENT = {
    QuestionKind.SHORT_TEXT: lines,
    QuestionKind.LONG_TEXT: texts,
    QuestionKind.ONE_OF: st.sampled_from(KEYS),
    QuestionKind.SEVERAL_OF: st.lists(st.sampled_from(KEYS), min_size=1, unique=True).map(sorted),
    QuestionKind.YES_NO: st.booleans(),
    QuestionKind.NUMBER: numbers.map(rules.plain_decimal),
    QuestionKind.DATE: st.dates().map(lambda day: day.isoformat()),
    QuestionKind.COUNTRY: st.sampled_from(sorted(countries.CODES)),
}
"""What may be answered to each kind, as it is stored."""
in_any_way = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def typed(value: Any) -> Any:
    """A value as a form sends it."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def form(app: Flask, event: Event, sent: dict[str, Any], given: dict[int, Any] | None = None) -> AskingForm:
    with app.test_request_context(method="POST", data=MultiDict(sent)):
        made = AskingForm(
            questionnaire=Questionnaire.of(event, queries.form_of(event), given=given or {}), meta={"csrf": False}
        )
        made.validate()
        return made


def name(question: Question) -> str:
    return f"question-{question.id}"


@pytest.fixture
def event(app: Flask) -> Event:
    return builders.an_event(capacity=10_000)


@pytest.fixture
def of_every_kind(event: Event) -> list[Question]:
    """One question of each kind, every second of them special."""
    return [
        builders.a_question(
            event, kind, options=OPTIONS if kind.has_options else [], decimals=4, sensitivity=sensitivity
        )
        for kind in SENT
        for sensitivity in Sensitivity
    ]


def test_three_hundred_answers_of_all_kinds_come_back_exactly_as_given_and_under_a_new_key(
    app: Flask, event: Event, of_every_kind: list[Question], monkeypatch: pytest.MonkeyPatch
) -> None:
    stored: dict[int, dict[int, Any]] = {}

    @settings(in_any_way, max_examples=EXAMPLES // len(SENT))
    @given(values=st.tuples(*(SENT[one.now.kind] for one in of_every_kind)))
    def answer(values: tuple[Any, ...]) -> None:
        registration = builders.a_registration(event)
        sent = form(app, event, {name(one): typed(value) for one, value in zip(of_every_kind, values, strict=True)})

        assert sent.errors == {}
        answer_service.store_first(registration, sent.replies())
        db.session.commit()
        stored[registration.id] = {one.id: value for one, value in zip(of_every_kind, values, strict=True)}

    answer()
    assert sum(map(len, stored.values())) >= EXAMPLES
    assert read(event) == stored
    _sent_back_unchanged(app, event, stored)

    before = set(db.session.scalars(text("SELECT secret FROM answers WHERE secret IS NOT NULL")))
    new = Fernet.generate_key().decode()
    monkeypatch.setitem(app.config, "ENCRYPTION_KEYS", [new, *app.config["ENCRYPTION_KEYS"]])
    list(rotate())
    monkeypatch.setitem(app.config, "ENCRYPTION_KEYS", [new])

    assert before.isdisjoint(db.session.scalars(text("SELECT secret FROM answers WHERE secret IS NOT NULL")))
    assert read(event) == stored


def read(event: Event) -> dict[int, dict[int, Any]]:
    """Every answer, as the pages read it: of each registration, by its question."""
    db.session.rollback()
    db.session.expire_all()
    return {
        one.id: {id: given.value for id, given in answer_queries.given_by(one).items()}
        for one in db.session.scalars(select(Registration).where(Registration.event_id == event.id))
    }


def _sent_back_unchanged(app: Flask, event: Event, stored: dict[int, dict[int, Any]]) -> None:
    """The form, filled in with what is stored and sent as it is, changes nothing."""
    for id in list(stored)[:10]:
        given = answer_queries.given_by(db.session.get_one(Registration, id))
        with app.test_request_context():
            shown = AskingForm(questionnaire=Questionnaire.of(event, queries.form_of(event), given=given))
            sent = {
                f"question-{one}": field._value() if hasattr(field, "_value") else field.data
                for one, field in shown.question_fields.items()
            }
        back = form(app, event, sent, given)
        assert (back.errors, back.replies().given) == ({}, ())


DECIDING = [QuestionKind.YES_NO, QuestionKind.ONE_OF, QuestionKind.SEVERAL_OF]


@st.composite
def questionnaires(draw: st.DrawFn) -> list[tuple[QuestionKind, int | None, list[str], bool, list[str]]]:
    """Questions in their order: kind, the place of the deciding one, with which answers, whether required, of whom."""
    made: list[tuple[QuestionKind, int | None, list[str], bool, list[str]]] = []
    for _number in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from([*DECIDING, *DECIDING, QuestionKind.SHORT_TEXT, QuestionKind.NUMBER]))
        before = [place for place, one in enumerate(made) if one[0] in DECIDING]
        deciding = draw(st.none() | st.sampled_from(before)) if before else None
        values: list[str] = []
        if deciding is not None:
            keys = ["yes", "no"] if made[deciding][0] is QuestionKind.YES_NO else ["a", "b", "c"]
            values = draw(st.lists(st.sampled_from(keys), min_size=1, unique=True))
        of_whom = draw(st.sampled_from([[], [], [], ["speaker"], ["participant"]]))
        made.append((kind, deciding, values, draw(st.booleans()), of_whom))
    return made


def test_what_is_stored_is_exactly_what_was_asked(app: Flask, client: Client) -> None:
    """Whatever hangs on whatever: a form in which just the asked questions are answered is taken, and no other."""

    @settings(in_any_way, max_examples=40)
    @given(data=st.data())
    def attempt(data: st.DataObject) -> None:
        event = builders.an_event()
        questions: list[Question] = []
        for kind, deciding, values, is_required, of_whom in data.draw(questionnaires()):
            only_if = (questions[deciding], values) if deciding is not None else (None, [])
            options = ["A", "B", "C"] if kind.has_options else []
            more = {"only_if": only_if, "is_required": is_required, "capacities": of_whom, "options": options}
            questions.append(builders.a_question(event, kind, **more))
        db.session.commit()
        few = {**SENT, QuestionKind.ONE_OF: st.sampled_from("abc"), QuestionKind.NUMBER: st.sampled_from(["1", "22"])}
        few[QuestionKind.SEVERAL_OF] = st.lists(st.sampled_from("abc"), min_size=1, unique=True).map(sorted)
        answers = {one.id: data.draw(few[one.now.kind] | st.none()) for one in questions}
        asked = {one.id for one in expected(questions, answers)}
        said = {id: value for id, value in answers.items() if value is not None}

        page = client.get(f"/events/{event.slug}/register")
        sent = {f"question-{id}": typed(value) for id, value in said.items() if f'name="question-{id}"' in page.html}
        done = client.submit(page, **MARIA, **sent)

        shown = {one.id for one in questions if f'name="question-{one.id}"' in page.html}
        wanting = {one.id for one in questions if one.id in asked and one.is_required and one.id not in said}
        too_much = {id for id in said if id in shown and id not in asked}
        assert shown == {one.id for one in rules.for_capacity(questions, "participant")}
        assert (done.status == 422) == bool(wanting or too_much)
        if done.status == 200:
            [registration] = registrations(event)
            found = db.session.scalars(select(Answer).where(Answer.registration_id == registration.id))
            assert {one.question_id: one.value for one in found} == {id: said[id] for id in asked & set(said)}

    attempt()


def expected(questions: list[Question], answers: dict[int, Any]) -> list[Question]:
    """Who is asked what, written down a second time: each question asks its deciding one."""
    by_id = {one.id: one for one in questions}

    def is_asked(one: Question) -> bool:
        if one.capacities and "participant" not in one.capacities:
            return False
        if one.condition_question_id is None:
            return True
        answer = typed(answers[one.condition_question_id])
        chosen = answer if isinstance(answer, list) else [answer]
        return is_asked(by_id[one.condition_question_id]) and any(value in one.condition_values for value in chosen)

    return [one for one in questions if is_asked(one)]


NASTY = [
    "\x00", "a\x00b", "\r\n.\r\n", "{{ 7*7 }}", "%(name)s %s", "<b>x</b>", "\u202e\ufeff", "x" * 6000, "-1", "1e400",
    "NaN", "Infinity", "1,2,3", "2018-02-30", "0000-00-00", "99999-01-01", "yes", "a", "BG", "[]", " ", "9" * 400,
]  # fmt: skip


def test_bad_answers_of_every_kind_end_in_words_and_stay_in_the_form(
    app: Flask, client: Client, event: Event, of_every_kind: list[Question]
) -> None:
    builders.a_question(event, QuestionKind.FILE)
    db.session.commit()
    page = client.get(f"/events/{event.slug}/register")
    written = {QuestionKind.SHORT_TEXT: one_line, QuestionKind.LONG_TEXT: several_lines, QuestionKind.NUMBER: one_line}

    @settings(in_any_way, max_examples=40)
    @given(
        sent=st.fixed_dictionaries({name(one): st.sampled_from(NASTY) | st.text(max_size=50) for one in of_every_kind})
    )
    def attempt(sent: dict[str, str]) -> None:
        answer = client.submit(page, **{**MARIA, "given_name": ""}, **sent)

        assert answer.status == 422
        fields = answer.forms[-1]["fields"]
        for one in of_every_kind:
            clean = written.get(one.now.kind)
            assert clean is None or clean(fields[name(one)]) == clean(sent[name(one)])

    attempt()
