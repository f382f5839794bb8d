"""The verbs about files that people send in: kept as soon as they arrive, claimed by the registration they are for."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from ranevents.core import clock, tokens
from ranevents.core.db import db
from ranevents.core.errors import DomainError
from ranevents.questions.fields import KeptFile
from ranevents.questions.models import Question
from ranevents.registrations.answer_queries import UPLOAD_PURPOSE
from ranevents.registrations.models import Registration, Upload


class UploadGone(DomainError):
    """The file is not there any more, or belongs to another registration already."""

    message = _l("We no longer have this file, or it came with a registration that was sent before. Choose it again.")


def keep(question: Question, *, name: str, media_type: str, content: bytes) -> KeptFile:
    """Keep a file that arrived with a form, whatever else is wrong with that form; it belongs to no one yet.

    What is given back holds the secret by which the form finds it again.
    """
    secret = tokens.secret()
    upload = Upload(
        event_id=question.event_id,
        question_id=question.id,
        reference=tokens.fingerprint(UPLOAD_PURPOSE, secret),
        name=name,
        media_type=media_type,
        size=len(content),
        content=content,
        created_at=clock.now(),
    )
    db.session.add(upload)
    db.session.flush()
    return KeptFile(upload.id, name, len(content), media_type, secret)


def claim(registration: Registration, file: KeptFile, *, question_id: int) -> None:
    """The file belongs to this registration from now on. Raises UploadGone."""
    free = Upload.registration_id.is_(None) & (Upload.id == file.id) & (Upload.question_id == question_id)
    claimed = db.session.execute(update(Upload).where(free).values(registration_id=registration.id))
    if not claimed.rowcount:  # type: ignore[attr-defined]
        raise UploadGone(field=f"question-{question_id}")
