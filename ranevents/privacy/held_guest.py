"""What is held about somebody as a guest of an event: the guest list, invitations, reminders, substitutes."""

from dataclasses import dataclass
from typing import Any

from ranevents.events.models import Event
from ranevents.invitations import letter_queries, queries
from ranevents.invitations.letter_models import OfficialLetter
from ranevents.invitations.models import Guest, Invitation, Reminder, Substitute
from ranevents.invitations.states import told
from ranevents.mailing import queries as mails
from ranevents.mailing.models import Message
from ranevents.people.models import Person
from ranevents.privacy.happened import Happened, history


@dataclass(frozen=True)
class HeldGuest:
    """Everything; `substitutes` are those whom the person proposed, `proposals` those by which they came themselves."""

    event: Event
    person: Person
    guest: Guest | None
    invitations: list[Invitation]
    reminders: list[Reminder]
    substitutes: list[Substitute]
    proposals: list[Substitute]
    history: list[Happened]
    messages: list[Message]
    letters: list[OfficialLetter]

    @property
    def is_anything(self) -> bool:
        """Whether the person is known as a guest at all, or was written a letter."""
        return self.guest is not None or bool(self.invitations or self.letters)


def about(event: Event, person: Person) -> HeldGuest:
    """All that is held about a guest of the event; a bounded number of statements."""
    invitations = [one for one in queries.invitations_of(event, person) if not one.erased_at]
    return HeldGuest(
        event=event,
        person=person,
        guest=queries.guest(event, person),
        invitations=invitations,
        reminders=queries.reminders_of(invitations),
        substitutes=queries.substitutes_by(invitations),
        proposals=queries.substitutes_for(event, person),
        history=[line for one in invitations for line in history(one, told)],
        messages=mails_to(event, person),
        letters=letter_queries.of_person(event, person),
    )


def mails_to(event: Event, person: Person) -> list[Message]:
    """The mails about the event to the person that still say something."""
    return [one for one in mails.of_person(event, person.id) if not one.erased_at]


LETTER = ("kind", "language", "reference", "issued_at", "sent_at", "withdrawn_at", "forgotten_at")
NAMED = ("given_name", "family_name", "email", "organisation", "position")


def document(held: HeldGuest) -> dict[str, Any]:
    """The same as plain values, for the file."""
    guest = held.guest
    return {
        "guest_list": {"origin": guest.origin, "added_at": guest.added_at} if guest else None,
        "invitations": [_told_invitation(one) for one in held.invitations],
        "invitation_reminders": [one.sent_at for one in held.reminders],
        "proposed_substitutes": [_told_substitute(one) for one in held.substitutes],
        "proposed_as_substitute": [_told_substitute(one) for one in held.proposals],
        "letters": [_values(one, *LETTER) for one in held.letters],
        "invitation_history": [_values(one, "at", "step", "what", "who", "why") for one in held.history],
    }


def _told_invitation(one: Invitation) -> dict[str, Any]:
    told = ("state", "capacity", "answer_by", "note", "allows_substitute", "created_at", "sent_at", "answered_at")
    return _values(one, *told, "bounced_at", "reason")


def _told_substitute(one: Substitute) -> dict[str, Any]:
    return _values(one, "state", *NAMED, "proposed_at", "decided_at")


def _values(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
