"""The verbs about people in the directory."""

from ranevents.core import audit
from ranevents.core.audit import Actor
from ranevents.invitations import queries as invitations
from ranevents.invitations import service as inviting
from ranevents.people import service as people
from ranevents.people.models import Person
from ranevents.people.service import Particulars
from ranevents.registrations import person_service


def correct(person: Person, particulars: Particulars, *, by: Actor) -> list[str]:
    """Correct who somebody is, wherever they are known; the names of what changed.

    A new address gets every personal link made anew: of registrations, and of invitations that await an answer.
    """
    changed = person_service.correct(person, particulars, by=by)
    if changed:
        audit.record(person, "change", by=by, fields=", ".join(changed))
    if "email" in changed:
        inviting.follow_address(invitations.unanswered_of(person), by=by)
    return changed


def take_spelling_away(person: Person, spelling: str, *, by: Actor) -> None:
    """Let searches find the person by this other spelling of the name no more; nothing where they don't anyway.

    Raises Refused where the person is gone.
    """
    person_service.lock(person)
    spellings = person.other_spellings.split("\n")
    if spelling not in spellings:
        return
    people.also_find_by(person, "\n".join(one for one in spellings if one != spelling))
    audit.record(person, "change", by=by, fields="other_spellings")
