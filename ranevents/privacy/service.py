"""The verbs: withdraw what was agreed to, wish to be forgotten, answer the wish, set how long what is kept.

Each locks the event's pool first, as those of registrations do.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import aliased

from ranevents.core import audit, clock, places
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import DomainError, Refused
from ranevents.core.states import take
from ranevents.events.models import Event
from ranevents.privacy import mails, queries, rules
from ranevents.privacy.models import Erasure, PastSchedule
from ranevents.privacy.rules import PERIODS, DataKind
from ranevents.privacy.states import ErasureState, ErasureStep
from ranevents.questions.models import Question, QuestionVersion, Sensitivity
from ranevents.registrations import queries as registrations
from ranevents.registrations.models import Answer, Consent, ConsentKind, Registration, Upload


class Withdrawal(StrEnum):
    """What a person may take back, each by one button."""

    SHARED_LIST = "shared_list"
    PHOTOGRAPHS = "photographs"
    SPECIAL_DATA = "special_data"


FLAGS = {Withdrawal.SHARED_LIST: "is_on_shared_list", Withdrawal.PHOTOGRAPHS: "allows_photographs"}


class AskedAlready(Refused):
    """The person's wish awaits its answer already."""

    message = _l("We have your request already, and answer it as soon as we can.")


class PromisedShorter(DomainError):
    """Somebody was promised that data go earlier."""

    def __init__(self, kind: DataKind, days: int) -> None:
        message = ngettext(
            "Somebody who has registered was promised that this goes %(num)d day after the event. It can't be kept"
            " longer than that.",
            "Somebody who has registered was promised that this goes %(num)d days after the event. It can't be kept"
            " longer than that.",
            days,
        )
        super().__init__(message, field=PERIODS[kind].column)


def withdraw(registration: Registration, what: Withdrawal, *, by: Actor) -> None:
    """Take back a consent, or delete at once what was said about special needs; whatever the registration's state.

    Lists, exports and figures read the same columns and rows, so it holds everywhere at once. Nothing is mailed. What
    was withdrawn already, or never given, stays as it is.
    """
    lock(registration)
    if what is Withdrawal.SPECIAL_DATA:
        was_given = _delete_special(registration)
    else:
        was_given = bool(getattr(registration, FLAGS[what]))
        setattr(registration, FLAGS[what], False)
    if was_given:
        _note_withdrawn(registration, ConsentKind(what.value))
        audit.record(registration, "withdraw", by=by, what=what.value)


def _delete_special(registration: Registration) -> bool:
    was_given = bool(registration.diet or registration.access_needs)
    registration.diet = registration.access_needs = ""
    # A form that is sent again is no longer compared with what was said in it.
    registration.submission_digest = "" if was_given else registration.submission_digest
    said, said_today = aliased(QuestionVersion), aliased(QuestionVersion)
    special = (
        select(Question.id)
        .join(said_today, (said_today.question_id == Question.id) & (said_today.number == Question.version))
        .join(said, said.question_id == Question.id)
        .where(said.id == Answer.version_id)
        .where(or_(said.sensitivity == Sensitivity.SPECIAL, said_today.sensitivity == Sensitivity.SPECIAL))
    )
    is_special = Answer.question_id.in_(special.correlate(Answer).scalar_subquery())
    return forget_answers(Answer.registration_id == registration.id, is_special) > 0 or was_given


def forget_answers(*conditions: object) -> int:
    """Delete answers, and the files that some of them are; how many answers."""
    found = db.session.execute(select(Answer.id, Answer.upload_id).where(*conditions)).all()  # type: ignore[arg-type]
    db.session.execute(delete(Answer).where(Answer.id.in_([id for id, _upload in found])))
    db.session.execute(delete(Upload).where(Upload.id.in_([upload for _id, upload in found if upload is not None])))
    return len(found)


def _note_withdrawn(registration: Registration, kind: ConsentKind) -> None:
    given = registrations.consents(registration)
    version = max((one.notice_version for one in given), default=registration.event.notice_version)
    db.session.add(
        Consent(registration_id=registration.id, kind=kind, is_given=False, notice_version=version, at=clock.now())
    )


def ask(registration: Registration, *, reason: str, by: Actor) -> Erasure:
    """Wish to be forgotten: the person gets a receipt, the organisers are told. Raises AskedAlready."""
    lock(registration)
    if registration.erased_at:
        raise Refused
    if any(one.is_open for one in queries.erasures_of(registration)):
        raise AskedAlready
    at = clock.now()
    erasure = Erasure(
        event_id=registration.event_id,
        registration=registration,
        state=ErasureState.REQUESTED,
        reason=reason,
        answer="",
        asked_at=at,
        answer_by=rules.answer_by(at.astimezone(registration.event.zone).date()),
    )
    db.session.add(erasure)
    db.session.flush()
    audit.record(erasure, "ask", by=by)
    mails.asked(erasure)
    mails.to_answer(erasure)
    return erasure


def keep_after_all(registration: Registration, *, by: Actor) -> None:
    """The person takes the wish back. Raises Refused where none awaits an answer."""
    lock(registration)
    erasure = next((one for one in queries.erasures_of(registration) if one.is_open), None)
    if erasure is None:
        raise Refused
    _end(erasure, ErasureStep.WITHDRAW, by=by)


def decline(erasure: Erasure, *, answer: str, by: Actor) -> None:
    """Decline the wish, for a reason that the person will read. Raises Refused where it awaits no answer."""
    lock(erasure.registration)
    db.session.refresh(erasure)
    erasure.answer = answer
    _end(erasure, ErasureStep.DECLINE, by=by, why=answer, answer=answer)


def _end(erasure: Erasure, step: ErasureStep, *, by: Actor, why: str = "", **told: object) -> None:
    erasure.ended_at = clock.now()
    take(erasure, step, by=by, why=why, **told)


def refuse_broken_promises(event: Event, wanted: Mapping[DataKind, int]) -> None:
    """Raise PromisedShorter where something would be kept longer than somebody was promised who registered."""
    promised = queries.promised(event)
    for kind in rules.broken_promises(queries.kept_days(event), promised, wanted):
        raise PromisedShorter(kind, promised[kind])


def set_schedule(event: Event, wanted: Mapping[DataKind, int], *, by: Actor) -> bool:
    """Set how many days after the event each kind is kept; whether anything changed. Raises PromisedShorter."""
    places.lock([event.pool])
    db.session.refresh(event)
    refuse_broken_promises(event, wanted)
    before = {period.column: getattr(event, period.column) for period in PERIODS.values()}
    after = {PERIODS[kind].column: days for kind, days in wanted.items()}
    if after == before:
        return False
    db.session.add(PastSchedule(event_id=event.id, ended_at=clock.now(), **before))
    for column, days in after.items():
        setattr(event, column, days)
    told: dict[str, Any] = {kind.value: days for kind, days in wanted.items()}
    audit.record(event, "set_schedule", by=by, **told)
    return True


def lock(registration: Registration) -> None:
    """Nobody else changes this registration until the transaction ends; it is read afresh."""
    db.session.flush()
    places.lock(registration.pools)
    db.session.refresh(registration)
