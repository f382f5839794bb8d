"""The verbs about an event's guest list."""

import tempfile
from typing import IO

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, literal, select
from sqlalchemy.dialects.postgresql import insert

from ranevents.core import audit, clock, places
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import DomainError, Refused
from ranevents.core.spreadsheets import Kind, write
from ranevents.events import queries as event_queries
from ranevents.events.models import Event
from ranevents.invitations import guest_queries, queries, service
from ranevents.invitations.guest_lists import GuestsAsked
from ranevents.invitations.models import Guest, GuestOrigin, Invitation
from ranevents.people import service as people
from ranevents.people.models import Person
from ranevents.people.service import Particulars
from ranevents.registrations.models import Registration


class InvitedBefore(DomainError):
    """Who has been invited stays on the list: the list tells what came of it."""

    message = _l("This person has been invited, so they stay on the list. You can withdraw the invitation instead.")


def enter(event: Event, particulars: Particulars, *, submission_id: str, by: Actor) -> Guest:
    """Put a new person on the guest list; the same form again finds the guest that it made."""
    db.session.execute(select(Event.id).where(Event.id == event.id).with_for_update(key_share=True))
    known = guest_queries.by_submission(event, submission_id)
    if known is not None:
        return known
    person = people.enter(particulars)
    db.session.flush()
    guest = service.add_guest(event, person, GuestOrigin.ENTERED)
    guest.submission_id = submission_id
    db.session.flush()
    audit.record(event, "add_guest", by=by)
    return guest


def enter_known(event: Event, person: Person, *, by: Actor) -> Guest:
    """Put somebody who is known already on the guest list, as they stand; Refused for who is gone meanwhile."""
    places.lock([event.pool])
    before = queries.guest(event, person)
    guest = service.add_guest(event, person, GuestOrigin.ENTERED)
    if before is None:
        audit.record(event, "add_guest", by=by)
    return guest


def bring(event: Event, source_id: int, *, by: Actor) -> int:
    """Put those who were guests of, or registered at, an earlier event on the list; how many are new.

    Who has been erased since, everywhere or at that event, stays away.
    """
    # The places of both events first, so that nobody merges these people meanwhile; then the people (decision 0002).
    places.lock(event_queries.pools_of([event.id, source_id]))
    is_listed = exists().where(Guest.event_id == source_id, Guest.person_id == Person.id)
    is_registered = exists().where(
        Registration.event_id == source_id, Registration.person_id == Person.id, Registration.erased_at.is_(None)
    )
    known = db.session.scalars(select(Person.id).where(is_listed | is_registered)).all()
    held = [person.id for person in people.hold_all(known)]
    values = select(literal(event.id), Person.id, literal(GuestOrigin.EARLIER_EVENT.value), literal(clock.now()))
    statement = (
        insert(Guest)
        .from_select(["event_id", "person_id", "origin", "added_at"], values.where(Person.id.in_(held)))
        .on_conflict_do_nothing(index_elements=["event_id", "person_id"])
        .returning(Guest.id)
    )
    brought = len(db.session.scalars(statement).all())
    audit.record(event, "bring_guests", by=by, guests=brought)
    return brought


def take_off(guest: Guest, *, by: Actor) -> None:
    """Take somebody off the list who was never invited; who is known for nothing else is forgotten.

    Raises InvitedBefore for anybody else.
    """
    invited = exists().where(Invitation.event_id == guest.event_id, Invitation.person_id == guest.person_id)
    if db.session.scalar(select(invited)):
        raise InvitedBefore
    event, person = guest.event, guest.person
    people.hold(person)
    held = db.session.execute(select(Guest.person_id).where(Guest.id == guest.id)).scalar()
    if held != person.id:  # taken off, or one with somebody else, in the meantime
        raise Refused
    db.session.delete(guest)
    db.session.flush()
    if not queries.is_known(person):
        people.erase(person)
    audit.record(event, "take_off_guest", by=by)


def export(event: Event, asked: GuestsAsked, *, kind: Kind, by: Actor) -> tuple[IO[bytes], str]:
    """Write the list into a file without a name on any disk, and into the trail who took it."""
    head, rows = guest_queries.exported(event, asked)
    content = tempfile.TemporaryFile(prefix="ranevents-export-")  # noqa: SIM115 - the answer closes it
    try:
        number = write(kind, content, event.title, head, rows)
        content.seek(0)
    except BaseException:
        content.close()
        raise
    audit.record(event, "export_guests", by=by, guests=number, kind=kind)
    day = clock.now().astimezone(event.zone).date().isoformat()
    return content, f"{event.slug}-guests-{day}.{kind}"
