"""One spelling for an organisation."""

from collections.abc import Sequence

from ranevents.core import audit
from ranevents.core.audit import Actor
from ranevents.core.db import written_together
from ranevents.core.errors import Refused
from ranevents.directory import organisation_queries
from ranevents.directory.queries import Sight
from ranevents.people import service as people
from ranevents.people.models import Person
from ranevents.registrations import person_service


def rename(person: Person, name: str, *, sight: Sight, seen_key: str, by: Actor) -> Sequence[Person]:
    """Write the organisation of a person, and of all who have the same, in this way; those whom that touched.

    Only people whom the organiser may change. Raises Refused where the person's organisation has become another one
    than was shown (`seen_key`).
    """
    if person.organisation_key != seen_key:
        raise Refused
    touched = organisation_queries.to_be_renamed(sight, person, name)
    person_service.lock(*touched)
    with written_together():
        for one in touched:
            _belong_to(one, name, by)
    return touched


def _belong_to(person: Person, name: str, by: Actor) -> None:
    people.belong_to(person, name)
    audit.record(person, "change", by=by, fields="organisation")
