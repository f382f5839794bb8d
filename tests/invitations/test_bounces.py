"""Invitations whose mail came back."""

import pytest
from flask import Flask
from sqlalchemy import select

from ranevents.core.audit import SYSTEM
from ranevents.core.db import db, unit_of_work
from ranevents.events.models import Event
from ranevents.invitations import service
from ranevents.invitations.models import Invitation
from ranevents.invitations.states import InvitationState
from ranevents.mailing import bounce_service
from ranevents.mailing.delivery import drain
from ranevents.mailing.models import MailQueue, Message
from tests.builders import an_event, an_invitation
from tests.conftest import Clock
from tests.mailing.returned import sample
from tests.sink import Sink


@pytest.fixture
def event(app: Flask, sink: Sink) -> Event:
    with unit_of_work():
        return an_event(is_by_invitation=True)


def sent_invitation(event: Event) -> tuple[Invitation, Message]:
    """An invitation that went out, and its mail."""
    with unit_of_work():
        invitation = an_invitation(event, state=InvitationState.DRAFT)
        service.send(invitation, by=SYSTEM)
    for queue in MailQueue:
        drain(queue)
    db.session.expire_all()
    mail = db.session.scalars(select(Message).where(Message.key.startswith(f"invitation:{invitation.id}:"))).one()
    return invitation, mail


def come_back(content: bytes) -> None:
    with unit_of_work():
        bounce_service.take_in(content)
    db.session.expire_all()


def test_an_invitation_whose_mail_came_back_is_marked_and_nobody_is_reminded(event: Event, moment: Clock) -> None:
    invitation, mail = sent_invitation(event)
    other, _its_mail = sent_invitation(event)
    moment.move(hours=1)

    come_back(sample("postfix-unknown-user", mail))

    assert invitation.bounced_at == moment.at
    assert invitation.person.address_failed_at == moment.at
    assert (other.bounced_at, other.person.address_failed_at) == (None, None)
    assert not service.remind(invitation, occasion="hand:1", by=SYSTEM)


def test_a_late_report_about_the_old_address_says_nothing_about_the_new_one(event: Event) -> None:
    invitation, mail = sent_invitation(event)
    content = sample("postfix-unknown-user", mail)
    with unit_of_work():
        service.correct_address(invitation, "right@example.org", by=SYSTEM)

    come_back(content)

    assert (invitation.bounced_at, invitation.person.address_failed_at) == (None, None)


def test_a_corrected_address_has_not_failed(event: Event) -> None:
    invitation, mail = sent_invitation(event)
    come_back(sample("postfix-unknown-user", mail))

    with unit_of_work():
        service.correct_address(invitation, "right@example.org", by=SYSTEM)

    db.session.expire_all()
    assert (invitation.bounced_at, invitation.person.address_failed_at) == (None, None)
