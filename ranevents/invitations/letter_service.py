"""The verbs of letters: issue, send, withdraw, forget. Each locks the event's pool first, as those of erasure do."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from ranevents.core import audit, clock, places, tokens
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import Refused
from ranevents.events.models import Event
from ranevents.invitations import letter_mails, letter_queries
from ranevents.invitations.letter_mails import Written
from ranevents.invitations.letter_models import OfficialLetter
from ranevents.invitations.letter_rules import REFERENCE_LENGTH
from ranevents.mailing import service as post_office
from ranevents.people.models import Person


class NotExpected(Refused):
    """The person is neither asked nor registered any more."""

    message = _l("No letter can be issued: this person is neither invited nor registered (any more).")


def issue(event: Event, person: Person, written: Written, *, submission_id: str, by: Actor) -> OfficialLetter:
    """Make a letter; nothing is sent yet. The same form again finds the letter that exists.

    Raises NotExpected and papers.CannotBeSet.
    """
    places.lock([event.pool])
    before = letter_queries.by_submission(submission_id)
    if before is not None:
        return letter_queries.get(event, before.id)
    if not letter_queries.is_expected(event, person):
        raise NotExpected
    letter = OfficialLetter(
        event=event,
        person=person,
        reference=tokens.reference(REFERENCE_LENGTH),
        submission_id=submission_id,
        kind=written.kind,
        language=written.language,
        place=written.place,
        signatory=written.signatory,
        function=written.function,
        issued_at=clock.now(),
    )
    with db.session.no_autoflush:
        letter.content = letter_mails.as_pdf(letter, written)
    db.session.add(letter)
    db.session.flush()
    audit.record(letter, "issue", by=by)
    return letter


def send(letter: OfficialLetter, *, by: Actor) -> None:
    """Send it to the person, attached to a mail; once. Raises Refused."""
    _lock(letter)
    if not letter.can_be_sent or not letter_queries.is_expected(letter.event, letter.person):
        raise Refused
    letter.sent_at = clock.now()
    letter_mails.send(letter, letter_queries.content(letter))
    db.session.flush()
    audit.record(letter, "send", by=by)


def withdraw(letter: OfficialLetter, *, by: Actor) -> None:
    """It no longer holds, and whoever checks it learns so. Raises Refused for one that was withdrawn already."""
    _lock(letter)
    if letter.withdrawn_at is not None:
        raise Refused
    letter.withdrawn_at = clock.now()
    db.session.flush()
    audit.record(letter, "withdraw", by=by)


def forget(event: Event, person: Person, *, by: Actor) -> None:
    """The person is erased: the PDFs go. What was issued for an event still to come holds no longer (decision 0024)."""
    at = clock.now()
    for letter in letter_queries.of_person(event, person):
        if letter.withdrawn_at is None and at < event.ends_at:
            letter.withdrawn_at = at
            audit.record(letter, "withdraw", by=by)
    db.session.flush()
    _forget([letter.id for letter in letter_queries.of_person(event, person)])


def forget_contents(event: Event, ids: Iterable[int]) -> int:
    """Their time is over: these PDFs go, and so do their copies that went with mails; how many letters."""
    letters = [letter_queries.get(event, id) for id in ids]
    _forget([letter.id for letter in letters])
    post_office.forget_files({letter.person_id for letter in letters}, about_event_id=event.id)
    return len(letters)


def _forget(ids: Iterable[int]) -> None:
    gone = {"content": None, "forgotten_at": clock.now(), "place": "", "signatory": "", "function": ""}
    kept = (OfficialLetter.id.in_(ids), OfficialLetter.forgotten_at.is_(None))
    db.session.execute(update(OfficialLetter).where(*kept).values(gone))


def _lock(letter: OfficialLetter) -> None:
    """Nobody else changes this letter until the transaction ends; it is read afresh."""
    places.lock([letter.event.pool])
    db.session.refresh(letter)
