"""Correcting who somebody is, apart from any one event: what follows for each of their registrations."""

from collections.abc import Iterable

from ranevents.core import audit, clock, consequences
from ranevents.core.audit import Actor
from ranevents.core.errors import Refused
from ranevents.people import service as people
from ranevents.people.models import Person
from ranevents.people.service import Particulars
from ranevents.registrations import mails, queries
from ranevents.registrations.models import Registration
from ranevents.registrations.states import Happening


def lock(*persons: Person) -> None:
    """Nobody else corrects or merges these people until the transaction ends; they are read afresh.

    Raises Refused for somebody who is gone: erased, or merged into somebody else.
    """
    for person in sorted(persons, key=lambda one: one.id):
        people.hold(person)
        if person.erased_at:
            raise Refused


def correct(person: Person, particulars: Particulars, *, by: Actor) -> list[str]:
    """Set a person's particulars, for all their registrations; the names of those that changed.

    A new address gets every personal link made anew, and the old address is told.
    """
    lock(person)
    old_address = person.email
    changed = people.correct(person, particulars)
    if changed:
        follow(queries.known_live(person), changed, old_address, by=by)
    return changed


def follow(registrations: Iterable[Registration], changed: list[str], old_address: str, *, by: Actor) -> None:
    """The person of these registrations was corrected: each trail says so, and where it must be links are made anew."""
    for registration in registrations:
        audit.record(registration, "change", by=by, fields=", ".join(changed))
        if "email" in changed:
            renew_link(registration, old_address)


def hold(registration: Registration, typed: Particulars, *, by: Actor) -> None:
    """Lock the person of a registration that is about to be corrected; other rooms may refuse what was typed."""
    lock(registration.person)
    consequences.follow(Happening.CORRECTING, registration, typed=typed, by=by)


def readdress(registration: Registration, old_address: str, *, by: Actor) -> None:
    """The person of a registration has another address: every link of theirs is made anew, of whatever event."""
    renew_link(registration, old_address)
    person = registration.person
    follow(queries.known_live(person, but=registration), ["email"], old_address, by=by)
    consequences.follow(Happening.READDRESSED, person, by=by)


def renew_link(registration: Registration, old_address: str) -> None:
    """The address is another one: it gets a new personal link, the old one is told, and its link no longer opens.

    Of an event that is over nobody is written to any more.
    """
    registration.link_version += 1
    if clock.now() < registration.event.ends_at:
        mails.address_changed(registration, old_address)
        mails.link(registration, f"address:{registration.link_version}")
