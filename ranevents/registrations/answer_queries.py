"""What pages read of answers and files; always through the registration or the event."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, lazyload, undefer, undefer_group

from ranevents.core import tokens
from ranevents.core.db import db
from ranevents.core.errors import NotFound
from ranevents.events.models import Event
from ranevents.questions import rules
from ranevents.questions.fields import Given, KeptFile, in_words, languages_for
from ranevents.questions.models import Question, QuestionVersion, Section, Sensitivity
from ranevents.questions.queries import IN_FORM_ORDER
from ranevents.registrations.models import Answer, Registration, Upload

UPLOAD_PURPOSE = "upload"


@dataclass(frozen=True)
class Told:
    """One answer with the wording to which it was given; `value` is None where it is special and not to be read."""

    question: Question
    version: QuestionVersion
    value: Any
    is_special: bool
    languages: tuple[str, ...]

    @property
    def label(self) -> str:
        """What was asked, in the reader's language."""
        return rules.in_language(self.version.labels, *self.languages)

    @property
    def is_readable(self) -> bool:
        """Whether the reader may see it."""
        return self.value is not None

    @property
    def words(self) -> str:
        """What was answered, in the reader's language."""
        return in_words(self.value, self.version, self.languages)

    @property
    def file(self) -> KeptFile | None:
        """The file, where the answer is one."""
        return self.value if isinstance(self.value, KeptFile) else None


def stored(registration: Registration) -> list[Answer]:
    """The rows of all answers of the registration; nothing is decrypted."""
    return list(db.session.scalars(select(Answer).where(Answer.registration_id == registration.id)))


def answers_of(registration: Registration, *, with_special: bool) -> list[Told]:
    """Every answer, in the order of the form; special ones are only read, and decrypted, where it is asked for.

    One statement.
    """
    query = (
        select(Answer)
        .join(Question, Question.id == Answer.question_id)
        .join(Section, Section.id == Question.section_id)
        .where(Answer.registration_id == registration.id)
        .order_by(*IN_FORM_ORDER)
        .options(joinedload(Answer.question).options(lazyload(Question.event), lazyload(Question.section)))
    )
    if with_special:
        query = query.options(undefer_group("special"))
    languages = languages_for(registration.event)
    return [_told(answer, languages, with_special=with_special) for answer in db.session.scalars(query)]


def _told(answer: Answer, languages: tuple[str, ...], *, with_special: bool) -> Told:
    is_secret = answer.value is None and answer.upload_id is None
    is_special = is_secret or Sensitivity.SPECIAL in (answer.version.sensitivity, answer.question.now.sensitivity)
    value = None if is_special and not with_special else _value(answer)
    return Told(answer.question, answer.version, value, is_special, languages)


def _value(answer: Answer) -> Any:
    if answer.upload is not None:
        upload = answer.upload
        return KeptFile(upload.id, upload.name, upload.size, upload.media_type)
    return answer.value if answer.value is not None else json.loads(answer.secret or "null")


def given_by(registration: Registration) -> dict[int, Given]:
    """All answers as a form is filled in with them, by the id of their question."""
    told = answers_of(registration, with_special=True)
    return {one.question.id: Given(one.value, one.version) for one in told}


def kept_file(question: Question, secret: str) -> KeptFile | None:
    """The file that a form kept for this question; None where there is none (any more)."""
    reference = tokens.fingerprint(UPLOAD_PURPOSE, secret)
    found = db.session.scalar(select(Upload).where(Upload.reference == reference, Upload.question_id == question.id))
    return KeptFile(found.id, found.name, found.size, found.media_type, secret) if found else None


def file_at(event: Event, id: int) -> Upload:
    """A file with its content that was sent in with a registration for this event. Raises NotFound."""
    return _file(Upload.event_id == event.id, Upload.registration_id.is_not(None), Upload.id == id)


def file_of(registration: Registration, id: int) -> Upload:
    """A file with its content that was sent in with this registration. Raises NotFound."""
    return _file(Upload.registration_id == registration.id, Upload.id == id)


def _file(*conditions: Any) -> Upload:
    found = db.session.scalar(select(Upload).where(*conditions).options(undefer(Upload.content)))
    if found is None:
        raise NotFound
    return found
