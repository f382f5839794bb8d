"""An event's questions as fields of a form: what may be typed, and what it says."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.questions import queries
from ranevents.questions.fields import AskingForm, Given, Questionnaire
from ranevents.questions.models import Question, QuestionKind
from tests.builders import a_question, a_wording, an_event


@pytest.fixture
def event(app: Flask) -> Event:
    return an_event()


def sent(app: Flask, event: Event, typed: dict[str, Any], given: dict[int, Given] | None = None) -> AskingForm:
    with app.test_request_context(method="POST", data=MultiDict(typed)):
        form = AskingForm(
            questionnaire=Questionnaire.of(event, queries.form_of(event), given=given or {}), meta={"csrf": False}
        )
        form.validate()
        return form


def values(form: AskingForm) -> dict[int, Any]:
    return {one.question_id: one.value for one in form.replies().given}


def name(question: Question) -> str:
    return f"question-{question.id}"


EVERY_KIND = [
    (QuestionKind.SHORT_TEXT, {}, " Ana  Kovač ", "Ana Kovač"),
    (QuestionKind.LONG_TEXT, {}, "one\r\ntwo\n", "one\ntwo"),
    (QuestionKind.ONE_OF, {"options": ["A", "B"]}, "b", "b"),
    (QuestionKind.ONE_OF, {"options": list("ABCDEFGHIJ")}, "j", "j"),
    (QuestionKind.SEVERAL_OF, {"options": ["A", "B", "C"]}, ["c", "a"], ["a", "c"]),
    (QuestionKind.YES_NO, {}, "no", False),
    (QuestionKind.NUMBER, {"decimals": 2, "lowest": "0", "highest": "10"}, "2,50", "2.50"),
    (QuestionKind.DATE, {"lowest": "2018-04-01", "highest": "2018-04-05"}, "2018-04-03", "2018-04-03"),
    (QuestionKind.COUNTRY, {}, "BG", "BG"),
]


@pytest.mark.parametrize(("kind", "words", "typed", "value"), EVERY_KIND)
def test_each_kind_of_answer_is_read(
    app: Flask, event: Event, kind: QuestionKind, words: dict[str, Any], typed: Any, value: Any
) -> None:
    question = a_question(event, kind, is_required=True, **words)

    form = sent(app, event, {name(question): typed})

    assert form.errors == {}
    assert values(form) == {question.id: value}


@pytest.mark.parametrize(
    ("kind", "words", "typed", "error"),
    [
        (QuestionKind.SHORT_TEXT, {}, "x" * 301, "Please use 300 characters at most."),
        (QuestionKind.LONG_TEXT, {}, "x" * 5001, "Please use 5000 characters at most."),
        (QuestionKind.ONE_OF, {"options": ["A", "B"]}, "z", "Please choose among what is offered."),
        (QuestionKind.SEVERAL_OF, {"options": ["A", "B"]}, ["a", "z"], "Please choose among what is offered."),
        (QuestionKind.NUMBER, {}, "x", "Please enter a whole number, in digits."),
        (QuestionKind.NUMBER, {}, "1.5", "Please enter a whole number, in digits."),
        (QuestionKind.NUMBER, {"decimals": 1}, "x", "Please enter a number in digits, such as 12.5."),
        (QuestionKind.NUMBER, {"decimals": 1}, "1.55", "Please give at most 1 decimal place."),
        (QuestionKind.NUMBER, {"lowest": "1"}, "0", "Please enter a number of at least 1."),
        (QuestionKind.NUMBER, {"highest": "3"}, "4", "Please enter a number of at most 3."),
        (QuestionKind.DATE, {}, "2018-02-30", "Please give a day that exists, such as 2018-04-04."),
        (QuestionKind.DATE, {"lowest": "2018-04-01"}, "2018-03-31", "Please choose 1 April 2018 or a later day."),
        (QuestionKind.DATE, {"highest": "2018-04-01"}, "2018-04-02", "Please choose 1 April 2018 or an earlier day."),
        (QuestionKind.COUNTRY, {}, "ZZ", "Please choose among what is offered."),
    ],
)
def test_what_is_no_answer_is_refused_with_words(
    app: Flask, event: Event, kind: QuestionKind, words: dict[str, Any], typed: Any, error: str
) -> None:
    question = a_question(event, kind, **words)

    assert sent(app, event, {name(question): typed}).errors == {name(question): [error]}


@pytest.mark.parametrize(("kind", "words", "typed", "value"), EVERY_KIND)
def test_only_a_required_question_must_be_answered(
    app: Flask, event: Event, kind: QuestionKind, words: dict[str, Any], typed: Any, value: Any
) -> None:
    required = a_question(event, kind, is_required=True, **words)
    a_question(event, kind, is_required=False, **words)

    assert sent(app, event, {}).errors == {name(required): ["Please answer this question."]}


@pytest.mark.parametrize("kind", [kind for kind in QuestionKind if kind is not QuestionKind.SEVERAL_OF])
def test_what_a_browser_sends_for_an_empty_field_is_no_answer(app: Flask, event: Event, kind: QuestionKind) -> None:
    question = a_question(event, kind, options=["A", "B"] if kind.has_options else [])

    form = sent(app, event, {name(question): ""})

    assert form.errors == {}
    assert values(form) == {}


def hotel(event: Event) -> tuple[Question, Question]:
    wants = a_question(event, QuestionKind.YES_NO, labels={"en": "Do you need a hotel?"})
    nights = a_question(event, QuestionKind.NUMBER, is_required=True, only_if=(wants, ["yes"]))
    return wants, nights


def test_a_question_is_required_only_where_it_is_asked(app: Flask, event: Event) -> None:
    wants, nights = hotel(event)

    assert sent(app, event, {name(wants): "no"}).errors == {}
    assert sent(app, event, {}).errors == {}
    assert sent(app, event, {name(wants): "yes"}).errors == {name(nights): ["Please answer this question."]}
    assert values(sent(app, event, {name(wants): "yes", name(nights): "2"})) == {wants.id: True, nights.id: "2"}


def test_an_answer_to_what_is_not_asked_is_told_and_still_there(app: Flask, event: Event) -> None:
    wants, nights = hotel(event)

    form = sent(app, event, {name(wants): "no", name(nights): "many"})

    assert form.errors == {
        name(nights): [
            "This is only asked if you answered “Yes” to “Do you need a hotel?”. Please leave it empty, or change "
            "that answer."
        ]
    }
    assert form[name(nights)].data == "many"


def test_a_question_that_changed_while_the_form_was_open_is_checked_again(app: Flask, event: Event) -> None:
    question = a_question(event)
    same = a_question(event)
    shown = f"{question.id}:1 {same.id}:1"
    a_wording(question, QuestionKind.SHORT_TEXT, labels={"en": "Quite different"})

    form = sent(app, event, {"questions_shown": shown, name(question): "typed", name(same): "typed"})

    assert form.errors == {
        name(question): ["This question has changed in the meantime. Please check your answer and send it again."]
    }
    assert form["questions_shown"].data == f"{question.id}:2 {same.id}:1"
    again = {"questions_shown": form["questions_shown"].data, name(question): "typed"}
    assert sent(app, event, again).errors == {}


@pytest.mark.parametrize("told", ["", "x", "1:x 2 :", "9" * 40 + ":1", "1:" + "٣", "\x00:\x00", "1:1:1"])
def test_what_the_form_says_it_was_shown_with_may_be_anything(app: Flask, event: Event, told: str) -> None:
    question = a_question(event)

    assert values(sent(app, event, {"questions_shown": told, name(question): "typed"})) in ({}, {question.id: "typed"})


def test_what_was_chosen_once_may_stay_though_it_is_offered_no_longer(app: Flask, event: Event) -> None:
    question = a_question(event, QuestionKind.SEVERAL_OF, options=["A", "B"])
    given = {question.id: Given(["a", "b"], question.now)}
    a_wording(question, QuestionKind.SEVERAL_OF, options=["B", "C"])

    same = sent(app, event, {name(question): ["b", "a"]}, given)
    more = sent(app, event, {name(question): ["b", "a", "c"]}, given)
    other = sent(app, event, {name(question): ["b", "c"]}, given)

    assert (same.errors, same.replies().untouched) == ({}, (question.id,))
    assert more.errors == {
        name(question): [
            "Please leave your answer as it was, or choose only among what is offered now: A (no longer offered)."
        ]
    }
    assert values(other) == {question.id: ["b", "c"]}


def test_an_answer_to_another_kind_of_question_stays_unless_there_is_a_new_one(app: Flask, event: Event) -> None:
    question = a_question(event, QuestionKind.SHORT_TEXT, is_required=True)
    given = {question.id: Given("by train", question.now)}
    a_wording(question, QuestionKind.ONE_OF, options=["Train", "Car"])

    left = sent(app, event, {}, given)
    anew = sent(app, event, {name(question): "train"}, given)

    assert (left.errors, left.replies().untouched) == ({}, (question.id,))
    assert "Your answer so far: “by train”" in left[name(question)].description
    assert values(anew) == {question.id: "train"}


def test_a_stored_answer_is_shown_and_sent_back_as_it_was(app: Flask, event: Event) -> None:
    for kind, words, _typed, value in EVERY_KIND:
        question = a_question(event, kind, **words)
        given = {question.id: Given(value, question.now)}
        with app.test_request_context():
            form = AskingForm(questionnaire=Questionnaire.of(event, queries.form_of(event), given=given))
            field = form[name(question)]
            typed = (
                field.data
                if isinstance(field.data, list)
                else field._value()
                if hasattr(field, "_value")
                else field.data
            )
        assert sent(app, event, {name(question): typed}, given).replies().untouched == (question.id,), kind
        db.session.rollback()
        event = an_event()


def test_a_form_without_questions_is_like_any_other(app: Flask, event: Event) -> None:
    form = sent(app, event, {})

    assert [field.name for field in form] == []
