"""What people do in these tests: register, open their link, press buttons; and what the database then says."""

import re
from typing import Any

from sqlalchemy import select

from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.mailing.models import Message
from ranevents.registrations.models import Registration
from ranevents.registrations.states import RegistrationState
from tests.client import Client, Page


def register(client: Client, event: Event, **fields: Any) -> Page:
    """Fill in the form and send it."""
    page = client.get(f"/events/{event.slug}/register")
    return client.submit(page, **fields)


def registrations(event: Event) -> list[Registration]:
    """All of the event's, in the order in which they came, read afresh."""
    db.session.rollback()
    db.session.expire_all()
    return list(
        db.session.scalars(select(Registration).where(Registration.event_id == event.id).order_by(Registration.id))
    )


def states(event: Event) -> list[RegistrationState]:
    return [registration.state for registration in registrations(event)]


def mails(event: Event) -> list[tuple[str, str]]:
    """(address, which mail) of everything posted about the event, in order."""
    db.session.rollback()
    query = select(Message).where(Message.event_id == event.id).order_by(Message.id)
    return [(message.to_address, message.mail.split("/")[1]) for message in db.session.scalars(query)]


def last_mail(event: Event) -> Message:
    db.session.rollback()
    message = db.session.scalar(
        select(Message).where(Message.event_id == event.id).order_by(Message.id.desc()).limit(1)
    )
    assert message is not None
    return message


def path_of(registration: Registration) -> str:
    """The address behind the personal link."""
    return f"/r/{registration.link.sign()}"


def reference_in(text: str) -> str:
    found = re.search(r"Your reference: (\w+)", text)
    assert found
    return found[1]
