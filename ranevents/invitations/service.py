"""The verbs: every change of a guest list, of an invitation's state, and of the proposal of a substitute.

Each verb locks the invitation and reads it afresh; where places are concerned, the event's pool before it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import insert

from ranevents.core import audit, clock, places, tokens
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import Refused
from ranevents.core.states import take
from ranevents.events.models import Capacity, Event
from ranevents.events.states import EventState
from ranevents.invitations import mails, queries, rules
from ranevents.invitations import refusal_service as refusal
from ranevents.invitations.forgetting_service import forget
from ranevents.invitations.models import Guest, GuestOrigin, Invitation, Reminder
from ranevents.invitations.refusal_service import (
    AnsweredBefore,
    AskedBefore,
    NoSuchDate,
    NotAsking,
    RegisteredBefore,
    SomebodyElse,
    TooLate,
)
from ranevents.invitations.states import LIFE, InvitationState, InvitationStep, SubstituteStep
from ranevents.people import service as people
from ranevents.people.models import Person
from ranevents.registrations import person_service
from ranevents.registrations import queries as registrations
from ranevents.registrations import service as registering
from ranevents.registrations.models import Registration
from ranevents.registrations.service import Answers

REACHABLE = (InvitationState.DRAFT, InvitationState.SENT, InvitationState.EXPIRED)
"""Where the person's address still matters: an answer is awaited, or may be."""

__all__ = [
    "AnsweredBefore",
    "Asked",
    "AskedBefore",
    "NoSuchDate",
    "NotAsking",
    "RegisteredBefore",
    "SomebodyElse",
    "TooLate",
    "accept",
    "add_guest",
    "ask_again",
    "correct_address",
    "decline",
    "draft",
    "expire",
    "extend",
    "follow_address",
    "forget",
    "may_be_answered",
    "may_be_asked_again",
    "note_bounce",
    "remind",
    "revoke",
    "send",
]


@dataclass(frozen=True)
class Asked:
    """As what somebody is asked, and by when the answer is awaited; `send_at`: it goes out by itself then."""

    capacity: Capacity
    answer_by: datetime
    note: str = ""
    allows_substitute: bool = False
    send_at: datetime | None = None


# The guest list


def add_guest(event: Event, person: Person, origin: GuestOrigin) -> Guest:
    """Put somebody on the event's guest list; who stands there already stays as they are. Raises Refused."""
    db.session.flush()
    person_service.lock(person)
    row = {"event_id": event.id, "person_id": person.id, "origin": origin, "added_at": clock.now()}
    db.session.execute(insert(Guest).on_conflict_do_nothing(index_elements=["event_id", "person_id"]), row)
    guest = queries.guest(event, person)
    assert guest is not None
    return guest


# Asking


def draft(event: Event, person: Person, asked: Asked, *, by: Actor) -> Invitation:
    """Prepare to ask somebody, who is on the guest list from now on; nothing is sent yet.

    Raises AskedBefore, RegisteredBefore, NoSuchDate, NotAsking, and Refused for somebody who was erased.
    """
    db.session.flush()
    places.lock([event.pool])
    person_service.lock(person)
    if event.state not in (EventState.DRAFT, EventState.PUBLISHED):
        raise NotAsking
    refusal.refuse_date(event, asked.answer_by)
    refusal.refuse_known(event, person)
    add_guest(event, person, GuestOrigin.ENTERED)
    invitation = Invitation(
        event=event,
        person=person,
        reference=tokens.reference(),
        link_version=1,
        capacity=asked.capacity,
        state=InvitationState.DRAFT,
        answer_by=asked.answer_by,
        send_at=asked.send_at,
        note=asked.note,
        allows_substitute=asked.allows_substitute,
        created_at=clock.now(),
        reason="",
    )
    db.session.add(invitation)
    db.session.flush()
    audit.record(invitation, "draft", by=by)
    return invitation


def send(invitation: Invitation, *, by: Actor) -> None:
    """Ask: the mail goes out. Raises RegisteredBefore, NoSuchDate, NotAsking and Refused."""
    refusal.lock(invitation)
    refusal.refuse_erased(invitation)
    refusal.refuse_unpublished(invitation.event)
    refusal.refuse_date(invitation.event, invitation.answer_by)
    if registrations.live_of(invitation.event, invitation.person) is not None:
        raise RegisteredBefore
    invitation.sent_at, invitation.send_at = clock.now(), None
    take(invitation, InvitationStep.SEND, by=by)


def may_be_asked_again(invitation: Invitation) -> bool:
    """Whether asking once more leads anywhere: whoever accepted and still comes need not be asked."""
    came = invitation.registration
    is_coming = came is not None and came.state.is_live
    return LIFE.allows(invitation.state, InvitationStep.ASK_AGAIN) and not is_coming


def ask_again(invitation: Invitation, until: datetime, *, by: Actor) -> None:
    """Ask once more who has declined, was withdrawn, or accepted and no longer comes; older links no longer open.

    Raises RegisteredBefore for whoever still comes, NoSuchDate also for a date before the one that stood.
    """
    refusal.lock_with_places(invitation)
    refusal.refuse_erased(invitation)
    refusal.refuse_unpublished(invitation.event)
    refusal.refuse_date(invitation.event, until)
    if until < rules.earliest_again(invitation.answer_by, invitation.event.begins_at):
        raise NoSuchDate(str(_l("Please choose a date that is not before the one that stands.")))
    refusal.refuse_known(invitation.event, invitation.person, but=invitation)
    # A row may say accepted only together with what came of it: the two go in one statement.
    with db.session.no_autoflush:
        invitation.registration = None
        invitation.link_version += 1
        invitation.answer_by, invitation.sent_at = until, clock.now()
        invitation.answered_at = invitation.bounced_at = None
        invitation.reason = ""
        take(invitation, InvitationStep.ASK_AGAIN, by=by)


def extend(invitation: Invitation, until: datetime, *, by: Actor) -> None:
    """Give more time for the answer, also after the date. Raises NoSuchDate and Refused."""
    refusal.lock(invitation)
    refusal.refuse_erased(invitation)
    refusal.refuse_unpublished(invitation.event)
    refusal.refuse_date(invitation.event, until)
    if until <= invitation.answer_by:
        raise NoSuchDate(str(_l("Please choose a later date than the one that stands.")))
    invitation.answer_by = until
    take(invitation, InvitationStep.EXTEND, by=by)


def revoke(invitation: Invitation, *, by: Actor, reason: str = "", tell: bool) -> None:
    """Withdraw the invitation; a notice goes out only where it had been sent and `tell` says so."""
    refusal.lock(invitation)
    told = {"is_told": tell and invitation.state is not InvitationState.DRAFT, "reason": reason}
    invitation.send_at = None
    ends_proposal = queries.open_substitute(invitation) is not None
    take(invitation, InvitationStep.REVOKE, by=by, why=reason, ends_proposal=ends_proposal, **told)
    _drop_proposal(invitation, by=by)


def expire(invitation: Invitation, *, at: datetime) -> None:
    """The date has passed without an answer; nothing if one came meanwhile, or there is more time."""
    refusal.lock(invitation)
    if invitation.state is InvitationState.SENT and rules.is_over(at, invitation.answer_by):
        take(invitation, InvitationStep.EXPIRE, by=audit.SYSTEM)


def remind(invitation: Invitation, *, occasion: str, by: Actor) -> bool:
    """Remind who is silent; False where that occasion was used before, or nothing is awaited (any more)."""
    refusal.lock(invitation)
    at = clock.now()
    if not invitation.is_silent or rules.is_over(at, invitation.answer_by) or not refusal.is_asking(invitation.event):
        return False
    once = insert(Reminder).on_conflict_do_nothing(index_elements=["invitation_id", "occasion"]).returning(Reminder.id)
    row = {"invitation_id": invitation.id, "occasion": occasion, "sent_at": at}
    if db.session.execute(once, row).scalar() is None:
        return False
    audit.record(invitation, "remind", by=by)
    mails.reminder(invitation, occasion=occasion)
    return True


def correct_address(invitation: Invitation, email: str, *, by: Actor) -> None:
    """Write to the person at another address from now on, wherever they are known; links are made anew."""
    refusal.lock_with_places(invitation)
    refusal.refuse_erased(invitation)
    if invitation.state not in REACHABLE:
        raise Refused
    if invitation.state is InvitationState.SENT:
        refusal.refuse_unpublished(invitation.event)
    person, old_address = invitation.person, invitation.person.email
    people.move(person, email)
    if email == old_address:
        _write_anew(invitation, by=by)
    else:
        person_service.follow(registrations.known_live(person), ["email"], old_address, by=by)
        follow_address(queries.unanswered_of(person), by=by)


def follow_address(invitations: Iterable[Invitation], *, by: Actor) -> None:
    """The person has another address: older links are void, and what still awaits an answer is sent there again."""
    for invitation in invitations:
        refusal.lock(invitation)
        if invitation.state in REACHABLE and invitation.erased_at is None:
            _write_anew(invitation, by=by)


def _write_anew(invitation: Invitation, *, by: Actor) -> None:
    invitation.link_version += 1
    invitation.bounced_at = None
    db.session.flush()
    audit.record(invitation, "correct_address", by=by)
    if invitation.state is InvitationState.SENT and refusal.is_asking(invitation.event):
        invitation.sent_at = clock.now()
        mails.invitation(invitation)


def note_bounce(invitation: Invitation, *, at: datetime) -> None:
    """Its mail came back: it is not silent any more, and nobody is reminded in vain."""
    refusal.lock(invitation)
    if invitation.bounced_at is None and invitation.erased_at is None:
        invitation.bounced_at = at
        db.session.flush()
        audit.record(invitation, "bounce", by=audit.SYSTEM)


# Answering


def may_be_answered(invitation: Invitation) -> bool:
    """Whether the person can still say yes or no now: pages show their buttons by it."""
    is_over = rules.is_over(clock.now(), invitation.answer_by)
    return invitation.may_be_answered and not is_over and refusal.is_asking(invitation.event)


def accept(invitation: Invitation, answers: Answers, *, submission_id: str, by: Actor) -> Registration:
    """Register exactly this person: a place if one is free, else the waiting list.

    The same form again finds the registration that exists. Raises AnsweredBefore, TooLate, SomebodyElse, Refused and
    what `registrations.service.register_invited` raises.
    """
    refusal.lock_with_places(invitation)
    if (came := invitation.registration) is not None:
        if (came.submission_id, came.submission_digest) == (submission_id, answers.digest()):
            return came
        raise AnsweredBefore
    refusal.refuse_late(invitation)
    refusal.refuse_somebody_else(invitation, answers.particulars)
    old_address = invitation.person.email
    registration = registering.register_invited(
        invitation.event,
        invitation.person,
        answers,
        capacity=invitation.capacity,
        submission_id=submission_id,
        by=by,
    )
    # A row may say accepted only together with what came of it: the two are written in one statement.
    with db.session.no_autoflush:
        invitation.registration, invitation.answered_at = registration, clock.now()
        take(invitation, InvitationStep.ACCEPT, by=by)
    _drop_proposal(invitation, by=by)
    if invitation.person.email != old_address:
        follow_address(queries.unanswered_of(invitation.person), by=by)
    return registration


def decline(invitation: Invitation, *, by: Actor, reason: str = "") -> None:
    """Say no, with a reason if the person likes. Raises TooLate and Refused."""
    refusal.lock(invitation)
    refusal.refuse_late(invitation)
    invitation.reason, invitation.answered_at = reason, clock.now()
    take(invitation, InvitationStep.DECLINE, by=by)


def _drop_proposal(invitation: Invitation, *, by: Actor) -> None:
    """Who comes themselves, or is no longer asked, needs nobody in their place."""
    substitute = queries.open_substitute(invitation)
    if substitute is not None:
        substitute.decided_at = clock.now()
        take(substitute, SubstituteStep.REFUSE, by=by, is_told=False)
