"""The verbs about reminders by rule, and what follows for invitations when their event changes."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from ranevents.core import audit, clock
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import DomainError, Refused
from ranevents.events.models import Event
from ranevents.invitations import refusal_service as refusal
from ranevents.invitations import reminder_queries, service
from ranevents.invitations.models import Invitation, ReminderRule
from ranevents.invitations.states import InvitationState

MOST_RULES = 10


class SameRule(DomainError):
    """There is such a rule."""

    message = _l("There is a reminder so many days before already.")
    field = "days_before"


class TooManyRules(DomainError):
    """Nobody wants more reminders than that."""

    message = _l("There are ten reminders already. Please remove one first.")
    field = "days_before"


class RemindedToday(DomainError):
    """One press too many, or somebody else of the team was quicker."""

    message = _l("This person was reminded less than a day ago, so nothing was sent. Please wait until tomorrow.")


def remind_today(invitation: Invitation, *, by: Actor) -> None:
    """Remind one person by hand, once a day at most. Raises RemindedToday, and Refused where nothing is awaited."""
    refusal.lock(invitation)
    at, last = clock.now(), reminder_queries.last_at(invitation)
    if last is not None and at - last < reminder_queries.PEACE:
        raise RemindedToday
    if not service.remind(invitation, occasion=f"hand:{at.isoformat()}", by=by):
        raise Refused


def add_rule(event: Event, days_before: int, *, by: Actor) -> ReminderRule:
    """Remind the silent so many days before their date. Raises SameRule and TooManyRules."""
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update())
    known = set(db.session.scalars(select(ReminderRule.days_before).where(ReminderRule.event_id == event.id)))
    if days_before in known:
        raise SameRule
    if len(known) >= MOST_RULES:
        raise TooManyRules
    rule = ReminderRule(event_id=event.id, days_before=days_before, created_at=clock.now())
    db.session.add(rule)
    db.session.flush()
    audit.record(event, "add_reminder", by=by, days=days_before)
    return rule


def remove_rule(rule: ReminderRule, *, by: Actor) -> None:
    """Let nobody be reminded by it any more; what was sent by it stays known."""
    audit.record(rule.event, "remove_reminder", by=by, days=rule.days_before)
    db.session.delete(rule)


def hold_back(invitation: Invitation) -> None:
    """Leave a draft that can't go out as it is to the organiser, instead of trying it every minute."""
    invitation.send_at = None
    audit.record(invitation, "hold_back", by=audit.SYSTEM)


def call_off_all(event: Event, *, by: Actor, **_told: Any) -> None:
    """The event does not take place: who was asked and has not answered is told, and no draft goes out."""
    for id in reminder_queries.open_of(event.id):
        call_off(db.session.get_one(Invitation, id), by=by)


def call_off(invitation: Invitation, *, by: Actor) -> None:
    """Withdraw one invitation because its event does not take place; nothing where it has ended meanwhile."""
    refusal.lock(invitation)
    if invitation.state in reminder_queries.OPEN:
        service.revoke(invitation, by=by, reason=invitation.event.cancellation_reason, tell=True)


def cap_dates(event: Event, *, by: Actor, **_told: Any) -> None:
    """The event begins earlier: nobody may answer after its beginning."""
    late = (Invitation.event_id == event.id, Invitation.answer_by > event.begins_at)
    running = Invitation.state.in_((InvitationState.DRAFT, InvitationState.SENT))
    capped = update(Invitation).where(*late, running).values(answer_by=event.begins_at).returning(Invitation.id)
    number = len(db.session.scalars(capped.execution_options(synchronize_session="fetch")).all())
    if number:
        audit.record(event, "cap_answer_dates", by=by, invitations=number)


def number_of_open(event: Event) -> int:
    """How many were asked and have not answered: they would be told if the event were called off."""
    return reminder_queries.number_awaited(event.id)
