"""The verbs about answers to an event's questions.

An answer names the version of the question that its giver saw. Special ones are stored encrypted, files as uploads.
"""

import json
from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from ranevents.core import audit, clock, places
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import DomainError
from ranevents.questions.fields import KeptFile, Replies, Reply
from ranevents.questions.models import Question, QuestionVersion, Sensitivity
from ranevents.registrations import answer_queries, upload_service
from ranevents.registrations.models import Answer, Registration, Upload


class QuestionsChanged(DomainError):
    """A question was changed in the very moment in which the form was sent."""

    message = _l("The questions have just been changed. Please look through the form and send it again.")


def store_first(registration: Registration, replies: Replies) -> None:
    """Store what a new registration answers; the event is locked. Raises QuestionsChanged and UploadGone."""
    if replies.given:
        _store(registration, replies.given, {})


def store(registration: Registration, replies: Replies) -> bool:
    """Store what was answered anew and remove what is no longer answered; whether anything was different.

    Answers that were left as they were keep the wording to which they were given; so do those to questions that the
    form did not show. The event is locked. Raises QuestionsChanged and UploadGone.
    """
    if not replies.on_form:
        return False
    stored = {one.question_id: one for one in answer_queries.stored(registration)}
    answered = {one.question_id for one in replies.given} | set(replies.untouched)
    gone = [one for id, one in stored.items() if id in replies.on_form and id not in answered]
    _remove(gone)
    _store(registration, replies.given, stored)
    return bool(gone or replies.given)


def _store(registration: Registration, given: Iterable[Reply], stored: dict[int, Answer]) -> None:
    special = special_among(given)
    for reply in given:
        is_file = isinstance(reply.value, KeptFile)
        if is_file:
            upload_service.claim(registration, reply.value, question_id=reply.question_id)
        answer = stored.get(reply.question_id) or _blank(registration, reply)
        replaced = answer.upload_id
        is_secret = not is_file and reply.question_id in special
        answer.version_id, answer.given_at = reply.version_id, clock.now()
        answer.upload_id = reply.value.id if is_file else None
        answer.secret = json.dumps(reply.value) if is_secret else None
        answer.value = None if is_file or is_secret else reply.value
        db.session.add(answer)
        if replaced is not None:
            db.session.flush()
            db.session.execute(delete(Upload).where(Upload.id == replaced))


def _blank(registration: Registration, reply: Reply) -> Answer:
    return Answer(registration_id=registration.id, question_id=reply.question_id)


def special_among(given: Iterable[Reply]) -> set[int]:
    """The ids of those questions whose answers are special, read afresh now that nobody can change a question."""
    shown = {one.question_id: one.version_id for one in given}
    if not shown:
        return set()
    now = (
        select(Question.id, QuestionVersion.id, QuestionVersion.sensitivity)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(Question.id.in_(shown), Question.is_asked, QuestionVersion.number == Question.version)
    )
    found = {id: (version, sensitivity) for id, version, sensitivity in db.session.execute(now)}
    if any(id not in found or found[id][0] != version for id, version in shown.items()):
        raise QuestionsChanged
    return {id for id, (_version, sensitivity) in found.items() if sensitivity is Sensitivity.SPECIAL}


def _remove(answers: list[Answer]) -> None:
    uploads = [one.upload_id for one in answers if one.upload_id is not None]
    for answer in answers:
        db.session.delete(answer)
    db.session.flush()
    if uploads:
        db.session.execute(delete(Upload).where(Upload.id.in_(uploads)))


def seal_answers(question: Question, *, by: Actor, **_told: object) -> None:
    """The question has become special: encrypt every answer to it that was given so far, in the same transaction."""
    places.lock([question.event.pool])
    plain = select(Answer).where(Answer.question_id == question.id, Answer.value.is_not(None))
    answers = db.session.scalars(plain).all()
    for answer in answers:
        answer.secret, answer.value = json.dumps(answer.value), None
    db.session.flush()
    audit.record(question, "seal_answers", by=by, answers=len(answers))
