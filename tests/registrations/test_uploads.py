"""Files as answers: kept while the form is refused, stored encrypted, seen by few."""

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from ranevents.accounts.models import Role
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.privacy.jobs import purge_all
from ranevents.questions.models import Question, QuestionKind, Sensitivity
from ranevents.registrations.models import Answer, Upload
from tests.builders import a_question, a_registration, a_user, an_event, an_upload
from tests.client import Client, Page
from tests.conftest import Clock
from tests.registrations.conftest import MARIA, somebody
from tests.registrations.journey import path_of, registrations

PDF = b"%PDF-1.7\nthe passport of Maria\nstartxref\n0\n%%EOF"


@pytest.fixture
def passport(event: Event) -> Question:
    question = a_question(event, QuestionKind.FILE, is_required=True, highest="1", labels={"en": "Passport"})
    db.session.commit()
    return question


def name(question: Question) -> str:
    return f"question-{question.id}"


def file(content: bytes = PDF, called: str = "passport.pdf") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), called


def form(client: Client, event: Event) -> Page:
    return client.get(f"/events/{event.slug}/register")


def uploads() -> list[Upload]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Upload).order_by(Upload.id)))


def test_a_file_is_stored_encrypted_and_belongs_to_its_registration(
    client: Client, event: Event, passport: Question
) -> None:
    page = form(client, event)
    assert 'enctype="multipart/form-data"' in page.html

    assert client.submit(page, **MARIA, **{name(passport): file()}).status == 200

    [registration] = registrations(event)
    [upload] = uploads()
    assert (upload.registration_id, upload.name, upload.media_type, upload.size, upload.content) == (
        registration.id, "passport.pdf", "application/pdf", len(PDF), PDF,
    )  # fmt: skip
    assert b"Maria" not in bytes(db.session.scalar(text("SELECT content FROM uploads")))
    assert b"passport" not in bytes(db.session.scalar(text("SELECT name FROM uploads")))
    assert db.session.scalars(select(Answer.upload_id)).all() == [upload.id]


@pytest.mark.parametrize(
    "called",
    [
        'a"b;c.pdf', "паспорт.pdf", "../../etc/passwd.pdf", "C:\\x\\a.pdf", "a\u202efdp.pdf", "x" * 400 + ".pdf", ".pdf",
        "=1+1.pdf", "{{ 7*7 }}.pdf", "a%0d%0aX-Evil: 1.pdf", "\x00.pdf",
    ],
)  # fmt: skip
def test_whatever_a_file_is_called_nothing_breaks(
    client: Client, organiser: Client, event: Event, passport: Question, called: str
) -> None:
    sent = client.submit(form(client, event), **MARIA, **{name(passport): file(called=called)})

    assert sent.status in (200, 422)
    for upload in uploads():
        answer = organiser.http.get(f"/organise/events/{event.slug}/files/{upload.id}")
        told = answer.headers["Content-Disposition"]
        assert (answer.status_code, answer.data, told.startswith("attachment; filename=")) == (200, PDF, True)
        assert "X-Evil" not in answer.headers
        assert not {"/", "\\", "\0", "\u202e"} & set(upload.name)
        assert len(upload.name) <= 120


@pytest.mark.parametrize("secret", ["\x00", "x" * 6000, "\u202e", "é", "' OR 1=1", "0" * 64])
def test_whatever_a_form_says_about_a_kept_file_it_finds_none(
    client: Client, event: Event, passport: Question, secret: str
) -> None:
    page = client.submit(form(client, event), **MARIA, **{f"{name(passport)}-kept": secret})

    assert page.status == 422
    assert "Please answer this question." in page.text


def test_a_form_that_is_refused_for_another_reason_keeps_the_file(
    client: Client, event: Event, passport: Question
) -> None:
    page = client.submit(form(client, event), **{**MARIA, "given_name": ""}, **{name(passport): file()})

    assert page.status == 422
    assert "passport.pdf, 1 kB: kept. Choose another to replace it." in page.text
    assert [one.registration_id for one in uploads()] == [None]

    assert client.submit(page, given_name="Мария", has_read_notice="y", **{name(passport): None}).status == 200

    [registration] = registrations(event)
    assert [one.registration_id for one in uploads()] == [registration.id]


def test_a_stale_page_keeps_the_file_too(client: Client, event: Event, passport: Question) -> None:
    page = client.submit(form(client, event), **MARIA, **{name(passport): file(), "csrf_token": "stale"})

    assert page.status == 422
    assert "passport.pdf, 1 kB: kept." in page.text


def test_a_kept_file_can_be_replaced_or_removed(client: Client, event: Event, passport: Question) -> None:
    kept = client.submit(form(client, event), **{**MARIA, "given_name": ""}, **{name(passport): file()})
    other = client.submit(kept, **{name(passport): file(called="card.pdf")})
    removed = client.submit(kept, **{f"{name(passport)}-remove": "y", "given_name": "Мария", name(passport): None})

    assert "card.pdf, 1 kB: kept." in other.text
    assert "Passport: Please answer this question." in removed.text


def test_a_secret_of_another_question_or_nobody_finds_no_file(client: Client, event: Event, passport: Question) -> None:
    kept = client.submit(form(client, event), **{**MARIA, "given_name": ""}, **{name(passport): file()})
    secret = kept.forms[-1]["fields"][f"{name(passport)}-kept"]
    another = an_event()
    theirs = a_question(another, QuestionKind.FILE, is_required=True)
    db.session.commit()

    page = form(client, another)
    stolen = client.submit(page, **somebody(1), **{f"{name(theirs)}-kept": secret, name(theirs): None})
    guessed = client.submit(kept, given_name="A", **{f"{name(passport)}-kept": "x" * 64, name(passport): None})

    assert "Please answer this question." in stolen.text
    assert "Please answer this question." in guessed.text


def test_a_file_belongs_to_one_registration_only(client: Client, event: Event, passport: Question) -> None:
    kept = client.submit(form(client, event), **{**MARIA, "given_name": ""}, **{name(passport): file()})
    right = {"given_name": "Мария", "has_read_notice": "y", name(passport): None}
    client.submit(kept, **right)
    again = client.submit(kept, **right)
    other = client.submit(kept, **{**right, "submission_id": "f" * 64, "email": "other@example.org"})

    assert again.status == 200
    assert "Passport: We no longer have this file" in other.text
    assert len(registrations(event)) == 1


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (file(b"<html>", "page.pdf"), "This file can't be taken."),
        (file(b"", "empty.pdf"), "This file is empty."),
        (file(PDF + bytes(1024 * 1024), "large.pdf"), "This file is too large: 1 MB at most."),
        (file(PDF, "passport.exe"), "This file can't be taken."),
    ],
)
def test_a_file_that_is_not_taken_is_told_beside_its_question(
    client: Client, event: Event, passport: Question, sent: Any, told: str
) -> None:
    page = client.submit(form(client, event), **MARIA, **{name(passport): sent})

    assert page.status == 422
    assert f"Passport: {told}" in page.text
    assert uploads() == []


def test_a_form_that_is_far_too_large_gets_a_clear_page(client: Client, event: Event, passport: Question) -> None:
    page = client.submit(form(client, event), **MARIA, **{name(passport): file(PDF + bytes(4 * 1024 * 1024))})

    assert (page.status, page.heading) == (413, "Too much at once")
    assert "choose smaller files" in page.text


def test_a_form_without_a_question_for_a_file_takes_none(client: Client, event: Event) -> None:
    question = a_question(event)
    db.session.commit()

    client.submit(form(client, event), **MARIA, **{name(question): file()})

    assert uploads() == []


def test_a_network_can_send_only_so_much(
    app: Flask, client: Client, event: Event, passport: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "LIMIT_UPLOADS", "2 per day")
    wrong = {**MARIA, "given_name": ""}

    pages = [client.submit(form(client, event), **wrong, **{name(passport): file()}) for _one in range(3)]

    assert ["Many files came from your network" in page.text for page in pages] == [False, False, True]
    assert len(uploads()) == 2


def test_the_limit_of_forms_holds_before_a_file_is_stored(
    app: Flask, client: Client, event: Event, passport: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "LIMIT_REGISTER", "1 per minute")
    wrong = {**MARIA, "given_name": ""}

    for _one in range(3):
        page = client.submit(form(client, event), **wrong, **{name(passport): file()})

    assert "Too many forms came from your network." in page.text
    assert len(uploads()) == 1


def test_files_of_forms_that_were_never_completed_go_after_a_day(
    client: Client, event: Event, passport: Question, moment: Clock
) -> None:
    client.submit(form(client, event), **{**MARIA, "given_name": ""}, **{name(passport): file()})
    client.submit(form(client, event), **somebody(1), **{name(passport): file(called="claimed.pdf")})

    moment.move(hours=23)
    purge_all()
    assert len(uploads()) == 2
    moment.move(hours=2)
    purge_all()

    assert [one.name for one in uploads()] == ["claimed.pdf"]


def test_only_editors_and_the_person_get_the_file_and_only_to_save_it(
    app: Flask, client: Client, event: Event, organiser: Client, reader: Client, passport: Question
) -> None:
    mine, other = a_registration(event), a_registration(event)
    upload = an_upload(passport, mine, name="Паспорт.pdf", content=PDF)
    loose = an_upload(passport)
    stranger = Client(app, a_user(Role.OWNER, an_event()))
    db.session.commit()
    here = f"/organise/events/{event.slug}/files/{upload.id}"

    got = [organiser.get(here), client.get(f"{path_of(mine)}/files/{upload.id}")]
    asked = [reader.get(here).status, stranger.get(here).status, client.get(here, follow=False).status]
    asked += [client.get(f"{path_of(other)}/files/{upload.id}").status]
    asked += [organiser.get(here.replace(str(upload.id), str(loose.id))).status]

    assert [page.response.data for page in got] == [PDF, PDF]
    for page in got:
        headers = page.response.headers
        assert headers["Content-Disposition"].startswith("attachment; filename=_______.pdf; filename*=UTF-8''%D0%9F")
        assert headers["Content-Disposition"].isascii()
        assert headers["Content-Type"] == "application/pdf"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert headers["Cache-Control"] == "no-store"
    assert asked == [403, 404, 303, 404, 404]


def test_the_pages_name_the_file_and_link_to_it_where_one_may_open_it(
    client: Client, event: Event, organiser: Client, reader: Client, passport: Question
) -> None:
    registration = a_registration(event)
    upload = an_upload(passport, registration)
    secret = a_question(event, QuestionKind.FILE, sensitivity=Sensitivity.SPECIAL, labels={"en": "Certificate"})
    an_upload(secret, registration, name="health.pdf")
    db.session.commit()
    path = f"/organise/events/{event.slug}/registrations/{registration.id}"

    assert f'/files/{upload.id}">passport.pdf</a> (1 kB)' in client.get(path_of(registration)).html
    assert f'/files/{upload.id}">passport.pdf</a> (1 kB)' in organiser.get(path).html
    assert "Passport passport.pdf" in reader.get(path).text
    assert "/files/" not in reader.get(path).html
    assert "health.pdf" not in reader.get(path).html


def test_a_change_keeps_replaces_or_removes_the_file(client: Client, event: Event, passport: Question) -> None:
    passport.is_required = False
    registration = a_registration(event)
    first = an_upload(passport, registration).id
    db.session.commit()
    change = f"{path_of(registration)}/change"

    client.submit(client.get(change), **{name(passport): None}, organisation="New")
    kept = [one.id for one in uploads()]
    client.submit(client.get(change), **{name(passport): file(called="new.pdf")})
    replaced = [one.name for one in uploads()]
    client.submit(client.get(change), **{f"{name(passport)}-remove": "y", name(passport): None})

    assert (kept, replaced, uploads()) == ([first], ["new.pdf"], [])
    assert db.session.scalars(select(Answer)).all() == []
