"""Special data at rest: nobody reads it from the table, and keys can be changed."""

from io import BytesIO

import pytest
from cryptography.fernet import Fernet, InvalidToken
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select, text

from ranevents.core import rotation, secrets
from ranevents.core.db import db
from ranevents.directory import import_service
from ranevents.mailing.models import Attachment
from ranevents.questions.models import QuestionKind
from ranevents.registrations.models import Registration
from tests import builders

DIET = "Keine Nüsse, χωρίς γλουτένη"


def stored() -> bytes:
    """What a backup of the table holds."""
    return bytes(db.session.scalar(text("SELECT diet FROM registrations")) or b"")


def a_registration() -> Registration:
    registration = builders.a_registration(builders.an_event(), diet=DIET)
    db.session.commit()
    return registration


def read_afresh(registration: Registration) -> str:
    db.session.expire_all()
    return registration.diet


def test_the_table_holds_a_cipher_and_the_reader_the_words(app: Flask) -> None:
    registration = a_registration()

    assert stored()[:2] == b"gA"
    assert DIET.encode() not in stored()
    assert read_afresh(registration) == DIET


def test_nothing_said_is_nothing_stored(app: Flask) -> None:
    registration = builders.a_registration(builders.an_event(), diet="")
    db.session.commit()

    assert stored() == b""
    assert read_afresh(registration) == ""


def test_a_new_key_writes_and_old_keys_still_read(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    registration = a_registration()
    new = Fernet.generate_key().decode()
    monkeypatch.setitem(app.config, "ENCRYPTION_KEYS", [new, *app.config["ENCRYPTION_KEYS"]])

    assert read_afresh(registration) == DIET
    registration.diet = "Vegan"
    db.session.commit()

    assert Fernet(new).decrypt(stored()) == b"Vegan"


def test_after_the_rotation_the_old_key_is_no_longer_needed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    registration = a_registration()
    new = Fernet.generate_key().decode()
    monkeypatch.setitem(app.config, "ENCRYPTION_KEYS", [new, *app.config["ENCRYPTION_KEYS"]])

    assert sum(rotation.rotate()) == 1

    monkeypatch.setitem(app.config, "ENCRYPTION_KEYS", [new])
    assert read_afresh(registration) == DIET


ENCRYPTED = [
    (table, column)
    for table in db.metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, secrets.ENCRYPTED)
]


def a_workbook() -> bytes:
    """Two sheets: it is kept until one of them is chosen."""
    book, content = Workbook(), BytesIO()
    book.active.append(["Name", "E-mail"])
    book.create_sheet("Others").append(["Name"])
    book.save(content)
    return content.getvalue()


def test_a_rotation_reaches_every_column_that_is_encrypted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    registration = builders.a_registration(builders.an_event(), diet=DIET, access_needs="step-free")
    builders.an_answer(registration, builders.a_question(registration.event), "special", secret=True)
    passport = builders.a_question(registration.event, QuestionKind.FILE)
    for _number in range(rotation.FILES_A_BATCH + 1):
        builders.an_upload(passport)
    builders.an_erasure(registration)
    builders.an_app(builders.a_user())
    builders.a_letter(registration.event, registration.person)
    message = builders.a_message(registration.event, registration.person)
    db.session.add(Attachment(message_id=message.id, name="letter.pdf", media_type="application/pdf", content=b"%PDF-"))
    import_service.bring(registration.event, a_workbook(), name="two.xlsx", user_id=builders.a_user().id)
    db.session.commit()
    before = [db.session.scalars(select(column)).all() for _table, column in ENCRYPTED]
    new = Fernet.generate_key().decode()
    monkeypatch.setitem(app.config, "ENCRYPTION_KEYS", [new, *app.config["ENCRYPTION_KEYS"]])

    batches = list(rotation.rotate())

    monkeypatch.setitem(app.config, "ENCRYPTION_KEYS", [new])
    assert all(before)
    assert [db.session.scalars(select(column)).all() for _table, column in ENCRYPTED] == before
    assert sum(batches) == sum(
        db.session.scalar(select(func.count(column)).select_from(table)) or 0 for table, column in ENCRYPTED
    )
    assert rotation.FILES_A_BATCH in batches


def test_without_its_key_a_secret_stays_one(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    registration = a_registration()
    monkeypatch.setitem(app.config, "ENCRYPTION_KEYS", [Fernet.generate_key().decode()])

    with pytest.raises(InvalidToken):
        read_afresh(registration)


@pytest.mark.parametrize(("key", "expected"), [("A" * 43 + "=", True), ("short", False), ("", False)])
def test_a_key_is_told_from_something_else(key: str, expected: bool) -> None:
    assert secrets.is_key(key) is expected
