"""What is read of letters: an event's, a person's, and the one that somebody holds in their hand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ranevents.core.db import db
from ranevents.core.errors import NotFound
from ranevents.core.paging import Page, page_of
from ranevents.events.models import Event
from ranevents.events.states import EventState
from ranevents.invitations import queries
from ranevents.invitations.letter_models import OfficialLetter
from ranevents.invitations.letter_rules import REFERENCE_LENGTH, Standing, read_reference, standing
from ranevents.invitations.states import InvitationState
from ranevents.people.models import Person
from ranevents.registrations import queries as registrations


@dataclass(frozen=True)
class Checked:
    """What anybody may learn of a letter: nothing about the person."""

    event: Event
    standing: Standing
    issued_at: datetime
    withdrawn_at: datetime | None


def get(event: Event, id: int) -> OfficialLetter:
    """One letter of this event; raises NotFound for a foreign or unknown one."""
    found = db.session.scalar(
        select(OfficialLetter).where(OfficialLetter.event_id == event.id, OfficialLetter.id == id)
    )
    if found is None:
        raise NotFound
    return found


def get_own(event: Event, person: Person, id: int) -> OfficialLetter:
    """One letter that this person was sent and that still holds; raises NotFound for every other."""
    found = get(event, id)
    if found.person_id != person.id or not found.may_be_taken:
        raise NotFound
    return found


def content(letter: OfficialLetter) -> bytes:
    """The PDF; raises NotFound where it is kept no longer."""
    kept = db.session.scalar(select(OfficialLetter.content).where(OfficialLetter.id == letter.id))
    if kept is None:
        raise NotFound
    return kept


def listing(event: Event, page: int) -> Page[OfficialLetter]:
    """The letters of an event, the newest first."""
    return page_of(
        select(OfficialLetter).where(OfficialLetter.event_id == event.id).order_by(OfficialLetter.id.desc()), page
    )


def of_person(event: Event, person: Person) -> list[OfficialLetter]:
    """The letters to one person about the event, oldest first."""
    theirs = (OfficialLetter.event_id == event.id, OfficialLetter.person_id == person.id)
    return list(db.session.scalars(select(OfficialLetter).where(*theirs).order_by(OfficialLetter.id)))


def to_be_taken(event: Event, person: Person) -> list[OfficialLetter]:
    """Those that were sent to the person and still hold, oldest first: what may be taken again."""
    return [one for one in of_person(event, person) if one.may_be_taken]


def by_submission(submission_id: str) -> OfficialLetter | None:
    """The letter that a form has made already."""
    return db.session.scalar(select(OfficialLetter).where(OfficialLetter.submission_id == submission_id))


def last_of(event: Event) -> OfficialLetter | None:
    """The event's newest letter."""
    query = select(OfficialLetter).where(OfficialLetter.event_id == event.id)
    return db.session.scalar(query.order_by(OfficialLetter.id.desc()).limit(1))


def expected(event: Event, person_id: int) -> Person:
    """Somebody to whom a letter may be written; raises NotFound for everybody else."""
    person = db.session.get(Person, person_id)
    if person is None or not is_expected(event, person):
        raise NotFound
    return person


def is_expected(event: Event, person: Person) -> bool:
    """Whether the person may come: is asked and has not declined, or is registered; and the event takes place."""
    if event.state is EventState.CANCELLED or person.erased_at:
        return False
    invitation = queries.standing(event, person)
    is_asked = invitation is not None and invitation.state in (InvitationState.SENT, InvitationState.ACCEPTED)
    return is_asked or registrations.live_of(event, person) is not None


def check(typed: str, *, at: datetime) -> Checked | None:
    """What may be told of the letter with that reference, however it was typed; None for none of ours."""
    reference = read_reference(typed)
    if len(reference) != REFERENCE_LENGTH:
        return None
    letter = db.session.scalar(select(OfficialLetter).where(OfficialLetter.reference == reference))
    return None if letter is None else _checked(letter, at)


def _checked(letter: OfficialLetter, at: datetime) -> Checked:
    stands = standing(
        is_withdrawn=letter.withdrawn_at is not None,
        is_expected=is_expected(letter.event, letter.person),
        ends_at=letter.event.ends_at,
        at=at,
    )
    return Checked(letter.event, stands, letter.issued_at, letter.withdrawn_at)
