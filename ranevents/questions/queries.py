"""What pages and other rooms read of an event's questions; always through the event."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import column, func, select, table
from sqlalchemy.orm import joinedload, lazyload

from ranevents.core.db import db
from ranevents.core.errors import NotFound
from ranevents.core.paging import Page, page_of
from ranevents.events.models import Event, Series
from ranevents.questions.models import Question, Section

_ANSWERS = table("answers", column("question_id"))
"""The answers, which a room above keeps: here they are only counted, by the name of their table."""

IN_FORM_ORDER = (Section.position, Section.id, Question.position, Question.id)
"""The order of the form, for questions that are joined with their sections."""


@dataclass(frozen=True)
class Part:
    """A section of the form with its questions, in their order."""

    section: Section
    questions: list[Question]


def form_of(event: Event, *, afresh: bool = False) -> list[Part]:
    """The event's sections with the questions that are asked today, in their order.

    One statement where there are no sections, two where there are some, however many. `afresh`: as the database has
    them now, whatever was read before.
    """
    options = {"populate_existing": afresh}
    sections = db.session.scalars(
        select(Section)
        .where(Section.event_id == event.id)
        .order_by(Section.position, Section.id)
        .execution_options(**options)
    ).all()
    if not sections:
        return []
    asked = db.session.scalars(
        select(Question)
        .where(Question.event_id == event.id, Question.is_asked)
        .order_by(Question.position, Question.id)
        .options(lazyload(Question.event), lazyload(Question.section))
        .execution_options(**options)
    ).all()
    return [Part(section, [one for one in asked if one.section_id == section.id]) for section in sections]


def get(event: Event, id: int) -> Question:
    """One question of this event; raises NotFound for a foreign or unknown one."""
    found = db.session.scalar(select(Question).where(Question.event_id == event.id, Question.id == id))
    if found is None:
        raise NotFound
    return found


def section(event: Event, id: int) -> Section:
    """One section of this event's form; raises NotFound for a foreign or unknown one."""
    found = db.session.scalar(select(Section).where(Section.event_id == event.id, Section.id == id))
    if found is None:
        raise NotFound
    return found


def taken_out(event: Event) -> list[Question]:
    """The questions that are no longer asked, but were answered once; as the database has them now."""
    found = select(Question).where(Question.event_id == event.id, ~Question.is_asked).order_by(Question.id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def numbers_of_answers(event: Event) -> dict[int, int]:
    """How many answers each of the event's questions has, by its id; those without any are left out."""
    counted = (
        select(_ANSWERS.c.question_id, func.count())
        .join(Question, Question.id == _ANSWERS.c.question_id)
        .where(Question.event_id == event.id)
        .group_by(_ANSWERS.c.question_id)
    )
    return dict(db.session.execute(counted).all())


def number_of_answers(question: Question) -> int:
    """How many answers the question has."""
    counted = select(func.count()).select_from(_ANSWERS).where(_ANSWERS.c.question_id == question.id)
    return db.session.scalar(counted) or 0


def by_submission(kind: type[Question] | type[Section], submission_id: str | None) -> Any | None:
    """The question or section that a form has made already; None where it came without an id."""
    if not submission_id:
        return None
    return db.session.scalar(select(kind).where(kind.submission_id == submission_id))


def events_with_questions(number: int, *, besides: Event, ids: Collection[int] | None) -> Page[Event]:
    """Page `number` of the other events that ask something, of these ids (None: of all), the latest first."""
    asking = select(Question.event_id).where(Question.is_asked, Question.event_id != besides.id)
    query = (
        select(Event)
        .options(joinedload(Event.series).lazyload(Series.topics), lazyload(Event.notices))
        .where(Event.id.in_(asking))
        .order_by(Event.first_on.desc(), Event.id.desc())
    )
    return page_of(query if ids is None else query.where(Event.id.in_(ids)), number)
