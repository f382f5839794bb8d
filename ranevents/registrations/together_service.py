"""The verbs for many registrations at once: each through the verb for one, and mails written to many."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from ranevents.core import audit, clock
from ranevents.core.audit import Actor
from ranevents.core.db import db, written_together
from ranevents.core.errors import DomainError
from ranevents.events.models import Event
from ranevents.registrations import list_queries, mails, refusal_service, service
from ranevents.registrations.models import Circular, Registration
from ranevents.registrations.together_rules import Deed, part


class SentBefore(DomainError):
    """The same form came a second time, with other words."""

    message = _l(
        "You have sent this mail before, and what you changed since was sent to nobody. To send this as one more mail, "
        "press the button again."
    )


@dataclass(frozen=True)
class Failure:
    """For whom it was not done, and why."""

    registration: Registration
    reason: str


@dataclass(frozen=True)
class Outcome:
    """With whom it was done, and with whom not."""

    done: list[Registration]
    failed: list[Failure]


def approve(event: Event, registrations: Sequence[Registration], *, by: Actor) -> Outcome:
    """Approve each that can be, in the order in which they stand here."""
    line = refusal_service.hold(event, registrations)
    return _each(registrations, lambda one: service.approve_held(one, line, by=by))


def reject(event: Event, registrations: Sequence[Registration], *, by: Actor, reason: str) -> Outcome:
    """Refuse each that can be; `reason` stands in every mail."""
    refusal_service.hold(event, registrations)
    return _each(registrations, lambda one: service.reject_held(one, by=by, reason=reason))


def _each(registrations: Iterable[Registration], verb: Callable[[Registration], None]) -> Outcome:
    """What a rule refuses for one person is left undone and told; the rest is done, and written together."""
    outcome = Outcome([], [])
    with written_together():
        for one in registrations:
            try:
                verb(one)
            except DomainError as refusal:
                outcome.failed.append(Failure(one, str(refusal)))
            else:
                outcome.done.append(one)
    return outcome


@dataclass(frozen=True)
class Words:
    """What an organiser writes to many."""

    subject: str
    text: str


def send(event: Event, ids: Sequence[int], words: Words, *, submission_id: str, by: Actor) -> Circular:
    """Write to each of these registrations. The same form again finds the circular that exists, and writes nothing.

    A long one is left to a job (see Circular.is_written_at_once). Raises SentBefore where the words are others.
    """
    known = db.session.scalar(select(Circular).where(Circular.submission_id == submission_id))
    if known is not None:
        return _unchanged(known, event, words)
    recipients = [one.id for one in part(Deed.MAIL, list_queries.get_many(event, ids)).able]
    circular = Circular(
        event_id=event.id,
        submission_id=submission_id,
        subject=words.subject,
        text=words.text,
        sent_by=by.label,
        sent_at=clock.now(),
        recipients=len(recipients),
    )
    db.session.add(circular)
    db.session.flush()
    audit.record(circular, "send", by=by, recipients=len(recipients))
    if circular.is_written_at_once:
        write(circular, event, recipients)
    return circular


def _unchanged(known: Circular, event: Event, words: Words) -> Circular:
    if (known.event_id, known.subject, known.text) != (event.id, words.subject, words.text):
        raise SentBefore
    return known


def write(circular: Circular, event: Event, ids: Iterable[int]) -> None:
    """Post the letter to each of these; who has one of this circular gets no second."""
    for registration in part(Deed.MAIL, list_queries.get_many(event, ids)).able:
        mails.circular(registration, circular)
