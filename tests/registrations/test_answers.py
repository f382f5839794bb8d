"""Being asked an event's own questions, and answering them."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from ranevents.accounts.models import User
from ranevents.core.db import db, unit_of_work
from ranevents.core.rotation import rotate
from ranevents.events.models import Capacity, Event
from ranevents.questions.models import Question, QuestionKind, Sensitivity
from ranevents.registrations import answer_service
from ranevents.registrations.models import Answer, Registration
from tests.builders import a_question, a_registration, a_section, a_wording, an_answer
from tests.client import Client
from tests.registrations.conftest import MARIA
from tests.registrations.journey import last_mail, path_of, register, registrations
from tests.statements import count_statements


def name(question: Question) -> str:
    return f"question-{question.id}"


def answers(registration: Registration) -> dict[int, Any]:
    db.session.rollback()
    db.session.expire_all()
    found = db.session.scalars(select(Answer).where(Answer.registration_id == registration.id))
    return {one.question_id: json.loads(one.secret) if one.secret else one.value for one in found}


@pytest.fixture
def hotel(event: Event) -> tuple[Question, Question]:
    """Whether a hotel is needed, and for how many nights: asked, and required, only where it is."""
    section = a_section(event)
    wants = a_question(event, QuestionKind.YES_NO, section=section, labels={"en": "Do you need a hotel?"})
    nights = a_question(
        event, QuestionKind.NUMBER, section=section, is_required=True, only_if=(wants, ["yes"]),
        labels={"en": "How many nights?", "fr": "Combien de nuits ?"}, purposes={"en": "to book rooms"},
    )  # fmt: skip
    db.session.commit()
    return wants, nights


def test_what_was_answered_is_stored_with_the_wording_that_was_shown(
    client: Client, event: Event, hotel: tuple[Question, Question]
) -> None:
    wants, nights = hotel

    assert register(client, event, **MARIA, **{name(wants): "yes", name(nights): "2"}).status == 200

    [registration] = registrations(event)
    assert answers(registration) == {wants.id: True, nights.id: "2"}
    found = db.session.scalars(select(Answer).order_by(Answer.id)).all()
    assert [one.version for one in found] == [wants.now, nights.now]


def test_the_form_says_why_and_when_a_question_is_asked(
    client: Client, event: Event, hotel: tuple[Question, Question]
) -> None:
    page = client.get(f"/events/{event.slug}/register")

    assert "Only if you answered “Yes” to “Do you need a hotel?”. Why we ask: to book rooms" in page.text


def test_an_error_beside_a_question_keeps_everything(
    client: Client, event: Event, hotel: tuple[Question, Question]
) -> None:
    wants, nights = hotel

    page = register(client, event, **MARIA, **{name(wants): "yes", name(nights): "some"})

    assert page.status == 422
    assert "How many nights: Please enter a whole number, in digits." in page.text
    fields = page.forms[-1]["fields"]
    assert (fields[name(wants)], fields[name(nights)], fields["email"]) == ("yes", "some", "maria@example.org")
    assert registrations(event) == []


def test_the_same_form_sent_twice_is_one_registration_and_a_changed_one_is_told(
    client: Client, event: Event, hotel: tuple[Question, Question]
) -> None:
    wants, nights = hotel
    page = client.get(f"/events/{event.slug}/register")

    client.submit(page, **MARIA, **{name(wants): "yes", name(nights): "2"})
    same = client.submit(page, **MARIA, **{name(wants): "yes", name(nights): "2"})
    other = client.submit(page, **MARIA, **{name(wants): "yes", name(nights): "3"})

    assert same.status == 200
    assert "You have sent this form before" in other.text
    assert len(registrations(event)) == 1


def test_a_special_answer_is_encrypted_and_shown_to_its_giver_and_to_editors_only(
    app: Flask, client: Client, event: Event, organiser: Client, reader: Client
) -> None:
    question = a_question(
        event, QuestionKind.LONG_TEXT, sensitivity=Sensitivity.SPECIAL, kept_days=30, labels={"en": "Medicines"}
    )
    db.session.commit()

    page = client.get(f"/events/{event.slug}/register")
    client.submit(page, **MARIA, **{name(question): "insulin\nat noon"})

    [registration] = registrations(event)
    path = f"/organise/events/{event.slug}/registrations/{registration.id}"
    assert "Kept encrypted, seen by this event's editors only, and deleted after 4 May 2018." in page.text
    assert answers(registration) == {question.id: "insulin\nat noon"}
    assert b"insulin" not in bytes(db.session.scalar(text("SELECT secret FROM answers")))
    assert db.session.scalar(text("SELECT value FROM answers")) is None
    assert "Medicines insulin at noon" in client.get(path_of(registration)).text
    assert "Medicines insulin at noon" in organiser.get(path).text
    assert "Medicines Seen by this event's editors only" in reader.get(path).text
    assert "insulin" not in last_mail(event).text


def test_all_ordinary_answers_are_shown_to_every_reader_and_never_mailed(
    client: Client, event: Event, reader: Client, hotel: tuple[Question, Question]
) -> None:
    wants, nights = hotel
    register(client, event, **MARIA, **{name(wants): "yes", name(nights): "4321"})

    [registration] = registrations(event)

    page = reader.get(f"/organise/events/{event.slug}/registrations/{registration.id}")
    assert "Do you need a hotel? Yes How many nights? 4321" in page.text
    assert "4321" not in last_mail(event).text


def test_answers_are_shown_under_the_wording_to_which_they_were_given(
    client: Client, event: Event, hotel: tuple[Question, Question]
) -> None:
    wants, nights = hotel
    register(client, event, **MARIA, **{name(wants): "yes", name(nights): "2"})
    a_wording(nights, QuestionKind.SHORT_TEXT, labels={"en": "When do you arrive?"})
    db.session.commit()
    [registration] = registrations(event)

    mine = client.get(path_of(registration))
    form = client.get(f"{path_of(registration)}/change")

    assert "How many nights? 2" in mine.text
    assert "Your answer so far: “2”. It stays as it is if you leave this empty." in form.text
    client.submit(form)
    assert answers(registration) == {wants.id: True, nights.id: "2"}


def test_changing_one_answer_removes_what_is_no_longer_asked_and_the_page_says_so(
    client: Client, event: Event, hotel: tuple[Question, Question]
) -> None:
    wants, nights = hotel
    register(client, event, **MARIA, **{name(wants): "yes", name(nights): "2"})
    [registration] = registrations(event)

    form = client.get(f"{path_of(registration)}/change")
    assert form.forms[-1]["fields"][name(nights)] == "2"
    assert "Only if you answered “Yes” to “Do you need a hotel?”; else your answer here is deleted." in form.text
    done = client.submit(form, **{name(wants): "no"})

    assert "Your changes are saved." in done.text
    assert answers(registration) == {wants.id: False}


def test_answers_to_what_is_asked_no_longer_are_kept_untouched(
    client: Client, event: Event, hotel: tuple[Question, Question]
) -> None:
    wants, nights = hotel
    register(client, event, **MARIA, **{name(wants): "yes", name(nights): "2"})
    nights.is_asked = False
    db.session.commit()
    [registration] = registrations(event)

    client.submit(client.get(f"{path_of(registration)}/change"), **{name(wants): "no"})

    assert answers(registration) == {wants.id: False, nights.id: "2"}
    assert "How many nights? 2" in client.get(path_of(registration)).text


def test_a_question_that_came_back_while_the_form_was_open_keeps_its_answer(
    client: Client, event: Event, hotel: tuple[Question, Question]
) -> None:
    wants, nights = hotel
    several = a_question(event, QuestionKind.SEVERAL_OF, options=["Bus", "Train"])
    day = a_question(event, QuestionKind.DATE)
    db.session.commit()
    given = {name(wants): "yes", name(nights): "2", name(several): ["bus"], name(day): "2018-04-03"}
    register(client, event, **MARIA, **given)
    [registration] = registrations(event)
    before = answers(registration)
    for one in (wants, nights, several, day):
        one.is_asked = False
    db.session.commit()
    page = client.get(f"{path_of(registration)}/change")
    for one in (wants, nights, several, day):
        one.is_asked = True
    db.session.commit()

    refused = client.submit(page, given_name="")
    saved = client.submit(refused, given_name="Mara")

    assert (refused.status, saved.status) == (422, 200)
    assert answers(registration) == before


def test_nothing_different_is_nothing_changed(client: Client, event: Event, hotel: tuple[Question, Question]) -> None:
    wants, nights = hotel
    register(client, event, **MARIA, **{name(wants): "yes", name(nights): "2"})
    [registration] = registrations(event)
    before = db.session.scalars(select(Answer.given_at)).all()

    done = client.submit(client.get(f"{path_of(registration)}/change"))

    assert "Nothing was different" in done.text
    assert db.session.scalars(select(Answer.given_at)).all() == before


def test_a_question_that_changes_while_the_form_is_open_is_shown_anew(
    client: Client, event: Event, hotel: tuple[Question, Question]
) -> None:
    wants, nights = hotel
    page = client.get(f"/events/{event.slug}/register")
    a_wording(nights, QuestionKind.NUMBER, labels={"en": "How many days?"})
    db.session.commit()

    again = client.submit(page, **MARIA, **{name(wants): "yes", name(nights): "2"})

    assert "How many days: This question has changed in the meantime." in again.text
    assert again.forms[-1]["fields"][name(nights)] == "2"
    assert client.submit(again, has_read_notice="y").status == 200
    assert answers(registrations(event)[0]) == {wants.id: True, nights.id: "2"}


def test_the_organiser_says_as_what_somebody_comes_and_the_questions_follow(
    client: Client, event: Event, organiser: Client, hotel: tuple[Question, Question]
) -> None:
    a_question(event, capacities=["speaker"], labels={"en": "Title of your talk"})
    registration = a_registration(event)
    db.session.commit()
    before = client.get(f"{path_of(registration)}/change").text

    page = organiser.get(f"/organise/events/{event.slug}/registrations/{registration.id}")
    done = organiser.submit(page, form=_form(page, "/capacity"), capacity="speaker")

    assert "Мария Петрова comes as: Speaker." in done.text
    assert "comes in another capacity · Elena Editor" in done.text
    assert "Title of your talk" not in before
    assert "Title of your talk" in client.get(f"{path_of(registration)}/change").text
    db.session.refresh(registration)
    assert registration.capacity is Capacity.SPEAKER


def _form(page: Any, ending: str) -> int:
    return next(number for number, form in enumerate(page.forms) if form["action"].endswith(ending))


def test_only_a_known_capacity_is_taken(event: Event, organiser: Client) -> None:
    registration = a_registration(event)
    db.session.commit()

    organiser.post(f"/organise/events/{event.slug}/registrations/{registration.id}/capacity", capacity="king")

    db.session.refresh(registration)
    assert registration.capacity is Capacity.PARTICIPANT


def test_making_a_question_special_encrypts_what_was_answered_before(
    app: Flask, client: Client, event: Event, editor: User, hotel: tuple[Question, Question]
) -> None:
    wants, nights = hotel
    register(client, event, **MARIA, **{name(wants): "yes", name(nights): "2"})
    [registration] = registrations(event)

    with unit_of_work():
        answer_service.seal_answers(nights, by=editor.as_actor)

    stored = db.session.execute(text("SELECT question_id, value, secret IS NULL FROM answers ORDER BY id")).all()
    assert [tuple(one) for one in stored] == [(wants.id, True, True), (nights.id, None, False)]
    assert answers(registration) == {wants.id: True, nights.id: "2"}


def test_a_new_key_encrypts_every_special_answer_anew(
    app: Flask, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cryptography.fernet import Fernet

    question = a_question(event, sensitivity=Sensitivity.SPECIAL)
    for number in range(5):
        an_answer(_registration(event), question, f"{number}", secret=True)
    db.session.commit()
    before = set(db.session.scalars(text("SELECT secret FROM answers")))
    new = Fernet.generate_key().decode()

    monkeypatch.setitem(app.config, "ENCRYPTION_KEYS", [new, *app.config["ENCRYPTION_KEYS"]])
    list(rotate())
    monkeypatch.setitem(app.config, "ENCRYPTION_KEYS", [new])

    db.session.expire_all()
    assert sorted(json.loads(one.secret or "") for one in db.session.scalars(select(Answer))) == list("01234")
    assert before.isdisjoint(db.session.scalars(text("SELECT secret FROM answers")))


def _registration(event: Event) -> Registration:
    event.pool.limit += 1
    db.session.flush()
    return a_registration(event)


def test_however_many_questions_the_pages_take_the_same_statements(
    client: Client, organiser: Client, event: Event
) -> None:
    registration = _registration(event)
    db.session.commit()
    pages = {
        "form": (client, f"/events/{event.slug}/register"),
        "mine": (client, path_of(registration)),
        "change": (client, f"{path_of(registration)}/change"),
        "organiser's": (organiser, f"/organise/events/{event.slug}/registrations/{registration.id}"),
    }

    def statements() -> dict[str, int]:
        return {page: _statements(*where) for page, where in pages.items()}

    none = statements()
    for _one in range(10):
        an_answer(registration, a_question(event), "so")
    db.session.commit()
    ten = statements()
    for _one in range(40):
        an_answer(registration, a_question(event), "so")
    db.session.commit()

    assert statements() == ten
    # The questions themselves, where there are sections that may have some.
    assert ten == {page: number + (page in ("form", "change")) for page, number in none.items()}


def _statements(browser: Client, path: str) -> int:
    db.session.remove()
    with count_statements() as counted:
        assert browser.get(path).status == 200
    return len(counted)
