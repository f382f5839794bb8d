"""Asking many: for whom it is possible, and each through the verb for one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace

from flask_babel import gettext as _
from sqlalchemy import insert

from ranevents.core import audit, clock, places, tokens
from ranevents.core.audit import Actor
from ranevents.core.db import db, written_together
from ranevents.core.errors import DomainError
from ranevents.events.models import Event
from ranevents.events.states import EventState
from ranevents.invitations import guest_queries, refusal_service, service
from ranevents.invitations.guest_lists import SENT_AT_ONCE, Standing
from ranevents.invitations.guest_queries import Row
from ranevents.invitations.models import Invitation
from ranevents.invitations.service import Asked
from ranevents.invitations.states import InvitationState
from ranevents.people import service as people

MAY_BE_ASKED = (Standing.NOT_INVITED, Standing.REVOKED)


@dataclass(frozen=True)
class Problem:
    """Somebody, and what stands against asking or reminding them."""

    row: Row
    why: str


@dataclass(frozen=True)
class Parting:
    """Whom a deed is possible for, whom not, and what should be looked at before."""

    able: list[Row]
    unable: list[Problem] = field(default_factory=list)
    doubtful: list[Problem] = field(default_factory=list)


def part(event: Event, rows: Sequence[Row]) -> Parting:
    """Part those who can be asked from those who can't; an address that several share is worth a look."""
    registered = guest_queries.registered(event, [row.person.id for row in rows])
    found = Parting([])
    for row in rows:
        why = _obstacle(row, is_registered=row.person.id in registered)
        if why:
            found.unable.append(Problem(row, why))
        else:
            found.able.append(row)
    shared = Counter(row.person.email.lower() for row in found.able)
    found.doubtful.extend(
        Problem(row, _("Several of those chosen have this address: each gets a mail of their own there."))
        for row in found.able
        if shared[row.person.email.lower()] > 1
    )
    return found


def _obstacle(row: Row, *, is_registered: bool) -> str:
    if row.person.erased_at or not row.person.email:
        return str(_("There is no address."))
    if row.standing not in MAY_BE_ASKED:
        return str(_("Has been invited already: %(state)s.", state=row.standing.label))
    if is_registered:
        return str(_("Is registered already."))
    if row.person.address_failed_at:
        return str(_("Mail to this address came back. Please correct the address first."))
    return ""


@dataclass(frozen=True)
class Outcome:
    """How many were asked, who was not, and whether the mails are left to a job."""

    done: int
    failed: list[Problem]
    is_left_to_job: bool


def ask(event: Event, rows: Sequence[Row], asked: Asked, *, by: Actor) -> Outcome:
    """Ask each of them: at once, or at the time that is said; many are planned for now and left to a job.

    What a rule refuses for one person is left undone and told; the rest is done. Raises NotAsking where the event
    invites nobody now, and NoSuchDate.
    """
    if asked.send_at is None:
        refusal_service.refuse_unpublished(event)
    is_left = asked.send_at is None and len(rows) > SENT_AT_ONCE
    if is_left or asked.send_at is not None:
        at = asked.send_at or clock.now()
        return Outcome(_plan(event, rows, replace(asked, send_at=at), by=by), [], is_left)
    parting, failed = part(event, rows), []
    for row in parting.able:
        try:
            with db.session.begin_nested():
                service.send(service.draft(event, row.person, asked, by=by), by=by)
        except DomainError as refusal:
            failed.append(Problem(row, str(refusal)))
    return Outcome(len(parting.able) - len(failed), failed, is_left)


def _plan(event: Event, rows: Sequence[Row], asked: Asked, *, by: Actor) -> int:
    """What `service.draft` does, for many in a few statements; how many drafts there are now."""
    places.lock([event.pool])
    if event.state not in (EventState.DRAFT, EventState.PUBLISHED):
        raise refusal_service.NotAsking
    refusal_service.refuse_date(event, asked.answer_by)
    # Looked at again under the locks: somebody may have been asked, registered, erased or merged since the page was
    # shown. Who merges people of this event waits for its places (decision 0002).
    ids = [row.guest.id for row in rows]
    held = {person.id for person in people.hold_all(guest_queries.persons_of(event, ids))}
    able = [row for row in part(event, guest_queries.rows(event, ids)).able if row.person.id in held]
    if not able:
        return 0
    common = {**asdict(asked), "event_id": event.id, "state": InvitationState.DRAFT, "created_at": clock.now()}
    values = [{**common, "person_id": row.person.id, "reference": tokens.reference(), **_BLANK} for row in able]
    statement = insert(Invitation).values(values).returning(Invitation.id)
    drafted = db.session.scalars(statement).all()
    with written_together():
        for id in drafted:
            invitation = _Drafted(id, event.id)
            audit.record(invitation, "draft", by=by)
    return len(drafted)


_BLANK = {"link_version": 1, "reason": ""}


@dataclass(frozen=True)
class _Drafted:
    """A draft, as far as the trail needs it."""

    id: int
    event_id: int
    __tablename__ = Invitation.__tablename__


def part_to_remind(rows: Sequence[Row]) -> Parting:
    """Part those who have not answered yet from all others."""
    found = Parting([])
    for row in rows:
        if row.standing is Standing.SILENT:
            found.able.append(row)
        else:
            found.unable.append(Problem(row, row.standing.label))
    return found


def remind(rows: Sequence[Row], *, occasion: str, by: Actor) -> int:
    """Remind each of them who is still silent; how many were."""
    # By id, as everywhere (decision 0002): two who remind the same people in other orders never wait for each other.
    in_order = sorted(silent(rows), key=lambda one: one.id)
    return sum(service.remind(one, occasion=occasion, by=by) for one in in_order)


def silent(rows: Sequence[Row]) -> list[Invitation]:
    """The invitations of those who can be reminded."""
    return [row.invitation for row in part_to_remind(rows).able if row.invitation is not None]
