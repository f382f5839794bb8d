"""What is held about somebody, behind their personal link: page, file, withdrawal, and the wish to be forgotten."""

import json
import re
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask

from ranevents.accounts.models import Role
from ranevents.core import audit
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.mailing.models import Message
from ranevents.privacy.models import Erasure
from ranevents.privacy.states import ErasureState
from ranevents.questions.models import QuestionKind, Sensitivity
from ranevents.registrations import queries
from ranevents.registrations.models import Answer, ConsentKind, Registration, Upload
from ranevents.registrations.states import RegistrationState
from tests.builders import a_message, a_question, a_registration, a_user, an_answer, an_erasure, an_event, an_upload
from tests.client import Client
from tests.conftest import Clock
from tests.registrations.conftest import MARIA
from tests.registrations.journey import mails, path_of, register, registrations
from tests.statements import count_statements


def mine(event: Event, **given: object) -> Registration:
    registration = a_registration(event, **given)
    db.session.commit()
    return registration


def document(client: Client, registration: Registration) -> dict[str, object]:
    answer = client.http.get(f"{path_of(registration)}/data.json")
    assert answer.status_code == 200
    found: dict[str, object] = json.loads(answer.get_data(as_text=True))
    return found


def test_the_file_tells_all_that_was_sent_in(client: Client, event: Event) -> None:
    register(client, event, **{**MARIA, "access_needs": "step-free", "is_on_shared_list": "y"})
    [registration] = registrations(event)

    told = document(client, registration)

    person = {name: MARIA[name] for name in MARIA if name not in ("diet", "access_needs", "has_read_notice")}
    assert told["format"] == "ranevents-personal-data/1"
    assert told["person"] == {**person, "other_spellings": []}
    assert told["special"] == {"diet": "vegetarian", "access_needs": "step-free"}
    assert told["registration"] == {
        "reference": registration.reference, "state": "confirmed", "capacity": "participant", "rank": None,
        "offered_until": None, "registered_at": "2018-03-01T09:00:00Z", "is_on_shared_list": True,
        "allows_photographs": False,
    }  # fmt: skip
    assert told["consents"] == [
        {"kind": kind, "is_given": given, "notice_version": 1, "at": "2018-03-01T09:00:00Z"}
        for kind, given in (("shared_list", True), ("photographs", False), ("privacy_notice", True))
    ]
    assert [(one["to"], one["subject"], one["state"]) for one in told["mails"]] == [  # type: ignore[attr-defined]
        ("maria@example.org", f"You have a place: {event.title}", "queued")
    ]
    assert [(one["step"], one["who"]) for one in told["history"]] == [("confirm", "You")]  # type: ignore[attr-defined]
    assert [(one["kind"], one["until"]) for one in told["kept"]] == [  # type: ignore[attr-defined]
        ("special", "2018-05-04"),
        ("mails", "2018-10-01"),
        ("particulars", "2019-04-04"),
    ]


def test_the_file_holds_answers_special_ones_and_files_with_their_links(client: Client, event: Event) -> None:
    registration = mine(event)
    options = [{"key": "a", "labels": {"en": "Tram"}}, {"key": "b", "labels": {"en": "Train"}}]
    question = a_question(event, QuestionKind.SEVERAL_OF, labels={"en": "How do you travel?"}, purposes={"en": "Maps."})
    question.now.options = options
    an_answer(registration, question, ["a", "b"])
    an_answer(registration, a_question(event, sensitivity=Sensitivity.SPECIAL), "Insulin in the fridge", secret=True)
    upload = an_upload(a_question(event, QuestionKind.FILE), registration, name="Писмо.pdf")
    db.session.commit()

    told = document(client, registration)

    answers: list[dict[str, object]] = told["answers"]  # type: ignore[assignment]
    assert [(one["value"], one["shown"], one["is_special"]) for one in answers] == [
        (["a", "b"], "Tram; Train", False),
        ("Insulin in the fridge", "Insulin in the fridge", True),
        (None, "Писмо.pdf", False),
    ]
    assert (answers[0]["question"], answers[0]["purpose"]) == ("How do you travel?", "Maps.")
    [file] = told["files"]  # type: ignore[misc]
    sent = client.http.get(str(file["address"]).partition("8000")[2])
    assert (file["name"], file["size"], sent.data) == ("Писмо.pdf", 9, upload.content)
    assert sent.headers["Content-Disposition"].startswith("attachment")


def test_the_file_is_handed_over_as_one_and_never_kept_on_the_way(client: Client, event: Event) -> None:
    answer = client.http.get(f"{path_of(mine(event))}/data.json")

    assert answer.headers["Content-Disposition"] == f'attachment; filename="{event.slug}-personal-data.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content_type == "application/json; charset=utf-8"


def test_organisers_are_not_named(organiser: Client, client: Client, event: Event) -> None:
    registration = mine(event, state=RegistrationState.PENDING)
    organiser.post(f"/organise/events/{event.slug}/registrations/{registration.id}/approve")

    page, file = client.get(f"{path_of(registration)}/data"), document(client, registration)

    assert "Place confirmed · The organisers" in page.text
    assert "Elena Editor" not in page.html + json.dumps(file)


def test_somebody_elses_file_is_not_found(client: Client, event: Event) -> None:
    upload, other = an_upload(a_question(event, QuestionKind.FILE), mine(event)), mine(event)
    db.session.commit()

    assert client.get(f"{path_of(other)}/files/{upload.id}").status == 404


@pytest.mark.parametrize(
    ("what", "column"), [("shared_list", "is_on_shared_list"), ("photographs", "allows_photographs")]
)
def test_a_consent_is_withdrawn_by_one_button(client: Client, event: Event, what: str, column: str) -> None:
    registration = mine(event, is_on_shared_list=True, allows_photographs=True)
    page = client.get(f"{path_of(registration)}/data")
    number = next(i for i, form in enumerate(page.forms) if form["fields"].get("what") == what)

    answer = client.submit(page, form=number)

    [after] = registrations(event)
    assert "from now on this holds everywhere" in answer.text
    assert getattr(after, column) is False
    assert after.is_on_shared_list is not after.allows_photographs
    assert [(one.kind, one.is_given) for one in queries.consents(after)] == [(ConsentKind(what), False)]
    assert [entry.step for entry in audit.history(after)] == ["withdraw"]
    assert mails(event) == []


def test_withdrawing_twice_notes_it_once(client: Client, event: Event) -> None:
    registration = mine(event, is_on_shared_list=True)

    for _time in range(2):
        client.post(f"{path_of(registration)}/data/withdraw", what="shared_list")

    assert len(queries.consents(registrations(event)[0])) == 1


def test_what_was_said_about_special_needs_is_deleted_at_once(client: Client, event: Event) -> None:
    registration = mine(event, diet="vegan", access_needs="step-free", submission_digest="x")
    an_answer(registration, a_question(event, sensitivity=Sensitivity.SPECIAL), "Insulin", secret=True)
    an_answer(registration, a_question(event), "By train")
    db.session.commit()

    client.post(f"{path_of(registration)}/data/withdraw", what="special_data")

    [after] = registrations(event)
    assert (after.diet, after.access_needs, after.submission_digest) == ("", "", "")
    assert [one.value for one in db.session.scalars(db.select(Answer))] == ["By train"]
    assert [(one.kind, one.is_given) for one in queries.consents(after)] == [(ConsentKind.SPECIAL_DATA, False)]


def test_giving_special_data_again_after_a_withdrawal_is_a_consent_again(client: Client, event: Event) -> None:
    registration = mine(event, diet="vegan")
    db.session.commit()
    client.post(f"{path_of(registration)}/data/withdraw", what="special_data")

    client.submit(client.get(f"{path_of(registration)}/change"), diet="Halal")

    [after] = registrations(event)
    given = [one.is_given for one in queries.consents(after) if one.kind is ConsentKind.SPECIAL_DATA]
    assert given == [False, True]


@pytest.mark.parametrize("state", [RegistrationState.CANCELLED, RegistrationState.REJECTED])
def test_a_consent_is_withdrawn_after_the_end_too(
    client: Client, event: Event, state: RegistrationState, moment: Clock
) -> None:
    registration = mine(event, state=state, is_on_shared_list=True)
    moment.at = datetime(2018, 5, 1, tzinfo=UTC)

    client.post(f"{path_of(registration)}/data/withdraw", what="shared_list")

    assert registrations(event)[0].is_on_shared_list is False


@pytest.mark.parametrize("what", ["", "everything", "privacy_notice", "x" * 500])
def test_a_button_that_names_nothing_of_ours_changes_nothing(client: Client, event: Event, what: str) -> None:
    registration = mine(event, is_on_shared_list=True)

    assert client.post(f"{path_of(registration)}/data/withdraw", what=what).status == 409
    assert registrations(event)[0].is_on_shared_list is True


def test_asking_to_be_erased_is_acknowledged_and_told_to_those_who_answer(client: Client, event: Event) -> None:
    registration = mine(event)

    page = client.submit(client.get(f"{path_of(registration)}/data/erasure"), reason="I feel watched.")

    [erasure] = db.session.scalars(db.select(Erasure))
    assert "We answer by 1 April 2018." in page.text
    assert (erasure.state, erasure.reason) == (ErasureState.REQUESTED, "I feel watched.")
    assert mails(event) == [
        (registration.person.email, "erasure_asked"),
        ("secretariat@example.org", "erasure_to_answer"),
    ]
    texts = db.session.scalars(db.text("SELECT text || html || subject || to_name FROM messages ORDER BY id")).all()
    assert "by 1 April 2018" in texts[0]
    assert not [said for said in ("Мария", "Petrova", "watched", registration.reference) if said in texts[1]]
    assert f"/organise/events/{event.slug}/privacy" in texts[1]


@pytest.mark.parametrize(
    ("languages", "expected"), [(["bg", "en"], "en"), (["bg", "fr"], "de"), (["bg"], "de"), (["en"], "en")]
)
def test_those_who_answer_are_written_to_in_a_language_they_read(
    client: Client, event: Event, languages: list[str], expected: str
) -> None:
    """English where the event has it, else what the first owner who may sign in reads."""
    event.languages = languages
    a_user(Role.OWNER, event, name="Anna", language="bg", is_active=False)
    a_user(Role.OWNER, event, name="Berta", language="de")
    a_user(Role.EDITOR, event, name="Aaron", language="fr")
    registration = mine(event)

    client.submit(client.get(f"{path_of(registration)}/data/erasure"))

    told = db.select(Message.language).where(Message.mail == "privacy/erasure_to_answer")
    assert db.session.scalars(told).all() == [expected]


def test_i_read_my_mails_and_in_which_language_they_come_but_no_link(client: Client, event: Event) -> None:
    register(client, event, **MARIA)
    [registration] = registrations(event)
    [message] = db.session.scalars(db.select(Message))

    page = client.get(f"{path_of(registration)}/data")
    [told] = document(client, registration)["mails"]  # type: ignore[misc]

    assert "Language of mails English" in page.text
    assert "Language of mails English" in client.get(path_of(registration)).text
    assert "personal-link:" in message.text
    assert "personal-link:" not in page.html + told["text"]
    assert "[personal link]" in page.text
    assert (told["language"], told["text"].split()) == ("en", shown_in(page.html))


def shown_in(html: str) -> list[str]:
    """The words of the only mail on the page."""
    found = re.search(r'<pre class="mail-text" lang="en">(.*?)</pre>', html, re.DOTALL)
    return unescape(found[1]).split() if found else []


def test_asking_twice_is_one_request(client: Client, event: Event) -> None:
    registration = mine(event)
    form = client.get(f"{path_of(registration)}/data/erasure")
    client.submit(form)

    again = client.submit(form, reason="Please!")
    later = client.get(f"{path_of(registration)}/data/erasure")

    assert again.status == 422
    assert "We have your request already" in again.text
    assert later.heading == "What we hold about you"
    assert len(db.session.scalars(db.select(Erasure)).all()) == 1


def test_the_request_is_taken_back(client: Client, event: Event) -> None:
    registration = mine(event)
    an_erasure(registration)
    db.session.commit()

    page = client.get(f"{path_of(registration)}/data")
    after = client.submit(page, form=next(i for i, one in enumerate(page.forms) if "erasure" in one["action"]))

    assert "Your request is withdrawn" in after.text
    assert [one.state for one in db.session.scalars(db.select(Erasure))] == [ErasureState.WITHDRAWN]
    assert registrations(event)[0].erased_at is None


def test_the_page_takes_the_same_statements_whatever_is_held(client: Client, event: Event) -> None:
    registration = mine(event)
    path = f"{path_of(registration)}/data"

    def statements() -> int:
        client.get(path)
        with count_statements() as sent:
            client.get(path)
        return len(sent)

    an_upload(a_question(event, QuestionKind.FILE), registration)
    a_message(event, registration.person)
    db.session.commit()
    few = statements()
    for _one in range(20):
        an_upload(a_question(event, QuestionKind.FILE), registration)
        an_answer(registration, a_question(event, sensitivity=Sensitivity.SPECIAL), "Insulin", secret=True)
        a_message(event, registration.person)
        an_erasure(registration, state=ErasureState.WITHDRAWN)
    db.session.commit()

    assert len(db.session.scalars(db.select(Upload)).all()) == 21
    assert statements() == few


def test_a_link_that_is_over_says_to_whom_to_turn(client: Client, app: Flask, moment: Clock) -> None:
    registration = mine(an_event())
    moment.move(days=200)

    page = client.get(f"{path_of(registration)}/data")

    assert page.status == 404
    assert "a wish to see, correct or erase what we still hold about you? Write to secretariat@example.org" in page.text
