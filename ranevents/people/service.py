"""The verbs about persons."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm.attributes import flag_modified

from ranevents.core import clock
from ranevents.core.db import db
from ranevents.mailing.models import Message
from ranevents.people.models import DifferentPeople, Person, Sector, Side

NAMING = (
    "given_name", "family_name", "latin_given_name", "latin_family_name", "form_of_address", "email", "organisation",
    "position", "sort_key", "own_sort_key", "organisation_key", "search_words",
    "other_spellings",
)  # fmt: skip
"""What tells who somebody is."""


@dataclass(frozen=True)
class Particulars:
    """What a person says of themselves on a form."""

    given_name: str
    family_name: str
    latin_given_name: str
    latin_family_name: str
    form_of_address: str
    email: str
    organisation: str
    position: str
    country: str
    sector: Sector
    side: Side
    language: str


def enter(particulars: Particulars) -> Person:
    """A new person. Whether somebody alike is known already is for an organiser to decide, not for a form."""
    person = Person(**asdict(particulars), created_at=clock.now())
    person.index_name()
    db.session.add(person)
    return person


def correct(person: Person, particulars: Particulars) -> list[str]:
    """Set the person's particulars; the names of those that changed."""
    changed = [name for name, value in asdict(particulars).items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, getattr(particulars, name))
    if "email" in changed:
        _trust_address(person)
    person.index_name()
    return changed


def move(person: Person, email: str) -> None:
    """Mails to the person go to another address from now on: whatever failed, failed at the old one."""
    person.email = email
    _trust_address(person)
    person.index_name()


def hold(person: Person) -> None:
    """Nobody else corrects, merges, erases or asks this person until the transaction ends; they are read afresh.

    It comes after the places of events and before invitations: always in this order (decision 0002). Rows that only
    refer to the person, such as mails, may still be written meanwhile: who writes them may hold an invitation.
    """
    db.session.flush()
    db.session.refresh(person, with_for_update={"of": Person, "key_share": True})


def hold_all(ids: Collection[int]) -> list[Person]:
    """The same for many, in the order of their ids; without those who are gone by then."""
    db.session.flush()
    asked = select(Person).where(Person.id.in_(list(ids)), Person.erased_at.is_(None)).order_by(Person.id)
    held = asked.with_for_update(of=Person, key_share=True).execution_options(populate_existing=True)
    return list(db.session.scalars(held)) if ids else []


def note_returned_mail(message: Message, *, at: datetime, **_told: object) -> None:
    """A mail to somebody came back: note it with the person, unless the address has been changed meanwhile."""
    is_theirs = (Person.id == message.person_id, func.lower(Person.email) == message.to_address.lower())
    marked = update(Person).where(*is_theirs, Person.erased_at.is_(None)).values(address_failed_at=at)
    db.session.execute(marked)


def _trust_address(person: Person) -> None:
    """Whatever failed, failed at another address.

    It is written even where it was empty when we looked: a mail to the old address may come back in this moment.
    """
    person.address_failed_at = None
    flag_modified(person, "address_failed_at")


def belong_to(person: Person, organisation: str) -> None:
    """Write the name of the person's organisation in this way."""
    person.organisation = organisation
    person.index_name()


def also_find_by(person: Person, spellings: str) -> None:
    """Let searches find the person by these other names, too: a line each."""
    person.other_spellings = spellings
    person.index_name()


def tell_apart(one: Person, other: Person) -> None:
    """Remember that these two are two people, until either is erased; doing it again changes nothing."""
    first, second = sorted((one.id, other.id))
    judged = insert(DifferentPeople).values(one_id=first, other_id=second, judged_at=clock.now())
    db.session.execute(judged.on_conflict_do_nothing())


def erase(person: Person) -> None:
    """Forget who it was. Country, sector and side stay: they name no one, and the figures need them."""
    theirs = or_(DifferentPeople.one_id == person.id, DifferentPeople.other_id == person.id)
    db.session.execute(delete(DifferentPeople).where(theirs))
    for name in NAMING:
        setattr(person, name, "")
    person.address_failed_at = None
    person.erased_at = clock.now()
