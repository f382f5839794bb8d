"""What it means for invitations that people correct who they are, or get another address, behind a registration."""

from typing import Any

from ranevents.core.audit import PERSON, Actor
from ranevents.invitations import queries, refusal_service, service
from ranevents.people.models import Person
from ranevents.people.service import Particulars
from ranevents.registrations.models import Registration


def refuse_anothers_name(registration: Registration, *, typed: Particulars, by: Actor, **_told: Any) -> None:
    """Nobody who came by an invitation makes it somebody else's by themselves; organisers may."""
    if by == PERSON:
        refusal_service.refuse_anothers_name(registration, typed)


def follow_address(person: Person, *, by: Actor, **_told: Any) -> None:
    """The person has another address: what still awaits an answer is sent there, with a link made anew."""
    service.follow_address(queries.unanswered_of(person), by=by)
