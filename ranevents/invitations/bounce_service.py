"""What it means for an invitation that one of its mails came back."""

import re
from datetime import datetime

from sqlalchemy import func, select

from ranevents.core.db import db
from ranevents.invitations import refusal_service as refusal
from ranevents.invitations import service
from ranevents.invitations.models import Invitation
from ranevents.mailing.models import Message
from ranevents.people.models import Person

_KEY = re.compile(r"invitation:(\d{1,9}):")
"""By which the mails of an invitation are known (mails.py)."""


def note_returned_mail(message: Message, *, at: datetime, **_told: object) -> None:
    """A mail came back: note it with its invitation, if it is of one whose address has not been changed meanwhile."""
    found = _KEY.match(message.key)
    invitation = db.session.get(Invitation, int(found[1])) if found else None
    if invitation is None:
        return
    refusal.lock(invitation)
    is_theirs = (Person.id == invitation.person_id, func.lower(Person.email) == message.to_address.lower())
    if db.session.scalar(select(Person.id).where(*is_theirs)) is not None:
        service.note_bounce(invitation, at=at)
