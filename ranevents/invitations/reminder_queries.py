"""What the jobs of this room read: what is due by now, and the rules of reminders."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, exists, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on

from ranevents.core.db import db
from ranevents.core.errors import NotFound
from ranevents.events.models import Event
from ranevents.events.states import EventState
from ranevents.invitations.models import Invitation, Reminder, ReminderRule
from ranevents.invitations.states import InvitationState

OPEN = (InvitationState.DRAFT, InvitationState.SENT)
"""Where an invitation ends when its event does not take place."""
PEACE = timedelta(hours=24)
"""How long nobody is reminded by rule after the invitation or a reminder."""
AT_ONCE = 1000
"""How many one turn of a job takes up; the next turn takes the rest."""


def rules(event: Event) -> list[ReminderRule]:
    """The event's rules, the earliest reminder first."""
    query = select(ReminderRule).where(ReminderRule.event_id == event.id).order_by(ReminderRule.days_before.desc())
    return list(db.session.scalars(query))


def rule(event: Event, id: int) -> ReminderRule:
    """One rule of this event; raises NotFound for a foreign or unknown one."""
    found = db.session.scalar(select(ReminderRule).where(ReminderRule.event_id == event.id, ReminderRule.id == id))
    if found is None:
        raise NotFound
    return found


def last_at(invitation: Invitation) -> datetime | None:
    """When the person was last reminded of the invitation, by whatever way."""
    return db.session.scalar(select(func.max(Reminder.sent_at)).where(Reminder.invitation_id == invitation.id))


def planned(at: datetime) -> list[int]:
    """The ids of the drafts whose time to go out has come, the longest due first."""
    due = select(Invitation.id).where(_is_planned(at)).order_by(Invitation.send_at, Invitation.id)
    return list(db.session.scalars(due.limit(AT_ONCE)))


def take_planned(id: int, at: datetime) -> Invitation | None:
    """That draft, locked; None where another worker has it, or its time has not come (any more)."""
    return _taken(select(Invitation).where(Invitation.id == id, _is_planned(at)))


def _is_planned(at: datetime) -> ColumnElement[bool]:
    return (Invitation.state == InvitationState.DRAFT) & (Invitation.send_at <= at)


def over(at: datetime) -> list[int]:
    """The ids of the invitations that nobody has answered by their date."""
    late = select(Invitation.id).where(Invitation.state == InvitationState.SENT, Invitation.answer_by < at)
    return list(db.session.scalars(late.order_by(Invitation.answer_by).limit(AT_ONCE)))


def open_of(event_id: int) -> list[int]:
    """The ids of the event's invitations that are prepared or await an answer."""
    query = select(Invitation.id).where(Invitation.event_id == event_id, Invitation.state.in_(OPEN))
    return list(db.session.scalars(query.order_by(Invitation.id)))


def number_awaited(event_id: int) -> int:
    """How many were asked and have not answered."""
    query = select(func.count()).where(Invitation.event_id == event_id, Invitation.state == InvitationState.SENT)
    return db.session.scalar(query) or 0


def to_remind(at: datetime) -> list[int]:
    """The ids of the silent invitations for which a rule's day has come, and which it has not reminded yet."""
    return [id for id, _occasion in db.session.execute(_due(at).limit(AT_ONCE))]


def take_to_remind(id: int, at: datetime) -> tuple[Invitation, str] | None:
    """That invitation, locked, and the occasion; None where another worker has it, or nothing is due (any more)."""
    if (invitation := _taken(select(Invitation).where(Invitation.id == id))) is None:
        return None
    # Read again now that nobody else can remind: what was true before the lock may be over.
    row = db.session.execute(_due(at, only=id)).one_or_none()
    return None if row is None else (invitation, row[1])


def _taken(query: Select[Any]) -> Invitation | None:
    held = query.with_for_update(skip_locked=True, of=Invitation).execution_options(populate_existing=True)
    found: Invitation | None = db.session.scalar(held)
    return found


def _due(at: datetime, only: int | None = None) -> Select[Any]:
    """Each silent invitation with the rule that is due for it: of several whose day has come, only the last.

    A rule whose day was over when the invitation went out says nothing to it. Whoever is asked again, or at another
    address, is reminded again: the occasion is that of one link.
    """
    until = func.to_char(func.timezone("UTC", Invitation.answer_by), "YYYY-MM-DD")
    begins = Invitation.answer_by - ReminderRule.days_before * literal(timedelta(days=1))
    rule = (
        select(Invitation.id, Invitation.link_version, ReminderRule.days_before, until.label("until"))
        .join(ReminderRule, ReminderRule.event_id == Invitation.event_id)
        .join(Event, Event.id == Invitation.event_id)
        .where(
            Invitation.state == InvitationState.SENT,
            Invitation.bounced_at.is_(None),
            Invitation.erased_at.is_(None),
            Invitation.answer_by > at,
            Event.state == EventState.PUBLISHED,
            begins <= at,
            begins > Invitation.sent_at,
        )
        .ext(distinct_on(Invitation.id))
        .order_by(Invitation.id, ReminderRule.days_before)
    )
    if only is not None:
        rule = rule.where(Invitation.id == only)
    due = rule.subquery()
    occasion = func.concat_ws(
        ":", "rule", cast(due.c.days_before, String), due.c.until, cast(due.c.link_version, String)
    )
    of_it = Reminder.invitation_id == due.c.id
    is_reminded = exists().where(of_it, (Reminder.occasion == occasion) | (Reminder.sent_at > at - PEACE))
    was_sent = exists().where(Invitation.id == due.c.id, Invitation.sent_at > at - PEACE)
    return select(due.c.id, occasion).where(~is_reminded, ~was_sent).order_by(due.c.id)
