"""What organisers do in these tests, and what the database then says."""

from typing import Any

from sqlalchemy import select

from ranevents.core import clock
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.questions import queries
from ranevents.questions.models import Question, QuestionVersion
from ranevents.registrations.answer_models import Answer
from ranevents.registrations.models import Registration
from tests.builders import a_registration
from tests.client import Client, Page


def path(event: Event, *parts: object) -> str:
    """An address of the composer."""
    return "/".join([f"/organise/events/{event.slug}/questions", *map(str, parts)])


def answer(question: Question, value: Any, registration: Registration | None = None) -> Answer:
    """Somebody has answered."""
    given = Answer(
        registration_id=(registration or a_registration(question.event)).id,
        question_id=question.id,
        version_id=question.now.id,
        value=value,
        secret=None,
        upload_id=None,
        given_at=clock.now(),
    )
    db.session.add(given)
    db.session.commit()
    return given


def form_of(event: Event) -> list[tuple[str, list[str]]]:
    """The form as the database has it: each section's title and the wording of its questions."""
    db.session.rollback()
    db.session.expire_all()
    return [
        (_any(part.section.titles), [_any(one.now.labels) for one in part.questions]) for part in queries.form_of(event)
    ]


def question(event: Event, label: str) -> Question:
    """The question that reads like this in some language."""
    db.session.rollback()
    db.session.expire_all()
    found = db.session.scalars(select(Question).where(Question.event_id == event.id))
    return next(one for one in found if label in one.now.labels.values())


def versions(one: Question) -> list[QuestionVersion]:
    """All that the question ever said."""
    db.session.rollback()
    found = select(QuestionVersion).where(QuestionVersion.question_id == one.id).order_by(QuestionVersion.number)
    return list(db.session.scalars(found))


def edit(client: Client, one: Question, **fields: Any) -> Page:
    """Open the question's page, fill in some fields, save."""
    page = client.get(path(one.event, one.id))
    return client.submit(page, form=_main_form(page), **fields)


def _main_form(page: Page) -> int:
    return next(number for number, form in enumerate(page.forms) if "seen" in form["fields"])


def _any(texts: dict[str, str]) -> str:
    return texts.get("en") or next(iter(texts.values()), "")
