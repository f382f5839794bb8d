"""Making two entries of one person one. Never by itself, and never undone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select, update

from ranevents.core import audit, clock, places
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import DomainError, Refused
from ranevents.delegations.models import FocalPoint, Nomination
from ranevents.directory import merge_queries
from ranevents.directory.import_models import ImportRow
from ranevents.events import queries as event_queries
from ranevents.invitations import queries as invitations
from ranevents.invitations import service as inviting
from ranevents.invitations.letter_models import OfficialLetter
from ranevents.invitations.models import Guest, Invitation, Substitute
from ranevents.mailing.models import Message
from ranevents.people import service as people
from ranevents.people.models import DifferentPeople, Person
from ranevents.people.service import Particulars
from ranevents.registrations import person_service
from ranevents.registrations import queries as registrations
from ranevents.registrations.models import Registration

MOVED: tuple[Any, ...] = (
    Registration,
    Invitation,
    Guest,
    Message,
    OfficialLetter,
    Substitute,
    ImportRow,
    FocalPoint,
    Nomination,
)
"""What points to a person, and to the kept one afterwards; but what was erased stays: it names no one."""
FORGOTTEN = (DifferentPeople,)
"""What goes with an entry that is merged into another."""


class CannotMerge(DomainError):
    """Both are registered or invited at one event, or have become so meanwhile."""

    message = _l("These two can't be merged as they are: see below what stands in the way.")


class BeingRead(DomainError):
    """A list in which one of the two stands is being read."""

    message = _l("A list in which one of the two stands is being read just now. Please try again in a minute.")


def merge(kept: Person, gone: Person, particulars: Particulars, *, keeps_spellings: bool, by: Actor) -> None:
    """Make two entries one: all that belongs to `gone` belongs to `kept`, which has these particulars; `gone` is blank.

    `keeps_spellings`: searches find the one by the names of both. Whoever's address changes by it gets new personal
    links there. Raises CannotMerge, and Refused where one of the two is gone already.
    """
    _lock(kept, gone)
    if merge_queries.conflicts(None, kept, gone):
        raise CannotMerge
    followers = [_followers(one) for one in (kept, gone)]
    spellings = _spellings(kept, gone, particulars) if keeps_spellings else ""
    failed_at = _failed_at((kept, gone), particulars.email)
    _move(gone, kept)
    changed = people.correct(kept, particulars)
    kept.address_failed_at = failed_at
    people.also_find_by(kept, spellings)
    people.erase(gone)
    db.session.flush()
    for address, registered, invited in followers:
        _follow(address, registered, invited, particulars.email, by=by)
    person = kept
    audit.record(person, "merge", by=by, merged=gone.id, fields=", ".join(changed))


def tell_apart(one: Person, other: Person, *, by: Actor) -> None:
    """Remember that these are two people, so that nobody is asked again; they can still be merged.

    Raises Refused where one of the two is gone.
    """
    person_service.lock(one, other)
    people.tell_apart(one, other)
    for person, another in ((one, other), (other, one)):
        audit.record(person, "tell_apart", by=by, other=another.id)


def _lock(kept: Person, gone: Person) -> None:
    """The places of all events that know one of them, then the two: always in this order (decision 0002).

    Whoever asks, brings or writes to people of an event holds its places, and so can't be in the midst of it. Raises
    Refused where another event has come to know them meanwhile.
    """
    db.session.flush()
    ids = [kept.id, gone.id]
    events = merge_queries.events_knowing(ids)
    places.lock(event_queries.pools_of(events))
    person_service.lock(kept, gone)
    if not merge_queries.events_knowing(ids) <= events:
        raise Refused


def _followers(person: Person) -> tuple[str, list[Registration], list[Invitation]]:
    return person.email, registrations.known_live(person), invitations.unanswered_of(person)


def _failed_at(both: Sequence[Person], address: str) -> datetime | None:
    """When a mail to the address that stays came back."""
    return next((one.address_failed_at for one in both if one.email == address and one.address_failed_at), None)


def _spellings(kept: Person, gone: Person, particulars: Particulars) -> str:
    """The names by which either was known, but for those that stand in the particulars anyway."""
    now = {
        f"{particulars.given_name} {particulars.family_name}",
        f"{particulars.latin_given_name} {particulars.latin_family_name}",
    }
    known = [*kept.other_spellings.split("\n"), *gone.other_spellings.split("\n")]
    known += [name for one in (kept, gone) for name in (one.full_name, one.latin_name)]
    return "\n".join(dict.fromkeys(name for name in known if name and name not in now))


def _move(gone: Person, kept: Person) -> None:
    """Let everything point to the kept one. Who stands on a guest list twice stands there once."""
    lists = select(Guest.event_id).where(Guest.person_id == kept.id)
    db.session.execute(delete(Guest).where(Guest.person_id == gone.id, Guest.event_id.in_(lists)))
    _compose_once(gone, kept)
    _hold_rows(gone)
    for kind in MOVED:
        moved: Any = update(kind).where(kind.person_id == gone.id)
        if kind in (Registration, Invitation):
            moved = moved.where(kind.erased_at.is_(None))
        db.session.execute(moved.values(person_id=kept.id))
    db.session.expire_all()


def _hold_rows(gone: Person) -> None:
    """Whoever reads a list anew holds its rows, for some time: a merge that holds places does not wait for that."""
    theirs = select(ImportRow.id).where(ImportRow.person_id == gone.id)
    held = db.session.scalars(theirs.with_for_update(skip_locked=True)).all()
    if len(held) < len(db.session.scalars(theirs).all()):
        raise BeingRead


def _compose_once(gone: Person, kept: Person) -> None:
    """Who composes a delegation twice composes it once, by the link of the entry that stays."""
    theirs = select(FocalPoint.delegation_id).where(FocalPoint.person_id == kept.id, FocalPoint.ended_at.is_(None))
    twice = (
        FocalPoint.person_id == gone.id,
        FocalPoint.ended_at.is_(None),
        FocalPoint.delegation_id.in_(theirs.scalar_subquery()),
    )
    db.session.execute(update(FocalPoint).where(*twice).values(ended_at=clock.now()))


def _follow(
    address: str, registered: Sequence[Registration], invited: Sequence[Invitation], now: str, *, by: Actor
) -> None:
    """Whose address is another one now gets new personal links there."""
    if address.lower() == now.lower():
        return
    person_service.follow(registered, ["email"], address, by=by)
    inviting.follow_address(invited, by=by)
