"""The purge: of each kind of data the records whose time is over, a batch at a time, with a report of each."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import delete, update

from ranevents.core import audit, clock, places
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.invitations import letter_service as letters
from ranevents.mailing import service as post_office
from ranevents.people.models import Person
from ranevents.privacy import erasure_service, queries
from ranevents.privacy.models import Purge
from ranevents.privacy.rules import DataKind
from ranevents.privacy.service import forget_answers
from ranevents.registrations.models import Answer, Circular, Registration, Upload

Clear = Callable[[Event, Sequence[int]], int]


def take_batch(event: Event, kind: DataKind, ids: Sequence[int], *, run: str) -> int:
    """Let these records of an event go, and write down how many went."""
    places.lock([event.pool])
    count = CLEAR[kind](event, ids)
    _report(run, event.id, kind, count)
    return count


def take_uploads(ids: Sequence[int], *, run: str) -> int:
    """Let files go whose form was never sent."""
    unsent = delete(Upload).where(Upload.id.in_(ids), Upload.registration_id.is_(None))
    count = int(db.session.execute(unsent).rowcount)  # type: ignore[attr-defined]
    _report(run, None, DataKind.UPLOADS, count)
    return count


def take_mails_to_organisers(ids: Sequence[int], *, run: str) -> int:
    """Let go what organisers were written about their accounts."""
    count = post_office.forget_ended(ids)
    _report(run, None, DataKind.ORGANISERS_MAILS, count)
    return count


def _special(event: Event, ids: Sequence[int]) -> int:
    forget = update(Registration).where(Registration.id.in_(ids)).values(diet=None, access_needs=None)
    count = int(db.session.execute(forget).rowcount)  # type: ignore[attr-defined]
    audit.record(event, "forget_special_data", by=audit.SYSTEM, registrations=count)
    return count


def _letters(event: Event, ids: Sequence[int]) -> int:
    count = letters.forget_contents(event, ids)
    audit.record(event, "forget_letters", by=audit.SYSTEM, letters=count)
    return count


def _answers(event: Event, ids: Sequence[int]) -> int:
    count = forget_answers(Answer.id.in_(ids))
    audit.record(event, "forget_answers", by=audit.SYSTEM, answers=count)
    return count


def _mails(event: Event, ids: Sequence[int]) -> int:
    count = post_office.forget_ended(ids)
    audit.record(event, "forget_mails", by=audit.SYSTEM, mails=count)
    return count


def _circulars(event: Event, ids: Sequence[int]) -> int:
    """What was written to many may speak of one: its words go with those of the mails."""
    forget = update(Circular).where(Circular.id.in_(ids)).values(subject="", text="")
    count = int(db.session.execute(forget).rowcount)  # type: ignore[attr-defined]
    audit.record(event, "forget_mails", by=audit.SYSTEM, mails=count)
    return count


def _registrations(event: Event, ids: Sequence[int]) -> int:
    for id in ids:
        erasure_service.expire(db.session.get_one(Registration, id))
    audit.record(event, "forget_persons", by=audit.SYSTEM, registrations=len(ids))
    return len(ids)


def _guests(event: Event, ids: Sequence[int]) -> int:
    for id in ids:
        erasure_service.expire_guest(event, db.session.get_one(Person, id))
    audit.record(event, "forget_guests", by=audit.SYSTEM, guests=len(ids))
    return len(ids)


CLEAR: Mapping[DataKind, Clear] = {
    DataKind.SPECIAL: _special,
    DataKind.LETTERS: _letters,
    DataKind.ANSWERS: _answers,
    DataKind.MAILS: _mails,
    DataKind.CIRCULARS: _circulars,
    DataKind.ENDED: _registrations,
    DataKind.PARTICULARS: _registrations,
    DataKind.GUESTS: _guests,
}


def _report(run: str, event_id: int | None, kind: DataKind, count: int) -> None:
    report = queries.report_of(run, event_id, kind)
    if report is None:
        report = Purge(run=run, at=clock.now(), event_id=event_id, kind=kind, count=0)
        db.session.add(report)
    report.count += count
