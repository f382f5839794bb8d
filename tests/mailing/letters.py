"""Letters with visible defaults, and a shortcut to what became of them."""

from typing import Any

from sqlalchemy import select

from ranevents.core import tokens
from ranevents.core.db import db, unit_of_work
from ranevents.core.tokens import Link
from ranevents.mailing import outbox
from ranevents.mailing.models import Message
from ranevents.mailing.outbox import Letter, PersonalLink


def post(address: str = "maria@example.org", **given: Any) -> Message:
    """A letter to Мария Петрова with a personal link, posted and committed."""
    key = given.pop("key", f"test:{tokens.uid()}")
    name = given.get("to_name", "Мария Петрова")
    letter = Letter(
        **{
            "mail": "tests/note",
            "key": key,
            "to_name": name,
            "to_address": address,
            "language": "en",
            "context": {"name": name, **given.pop("context", {})},
            "links": {"mine": PersonalLink("/r/", Link("registration", "42", 1))},
            **given,
        }
    )
    with unit_of_work():
        outbox.post(letter)
    return stored(key)


def stored(key: str) -> Message:
    """The message of that key as the database has it now."""
    db.session.expire_all()
    return db.session.scalars(select(Message).where(Message.key == key)).one()


def outcome(message: Message) -> tuple[str, int, str]:
    """State, attempts and last error, as the database has them now."""
    db.session.expire_all()
    found = db.session.get_one(Message, message.id)
    return found.state.value, found.attempts, found.last_error
