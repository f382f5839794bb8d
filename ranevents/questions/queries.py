"""What pages and other rooms read of an event's questions; always through the event."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from ranevents.core.db import db
from ranevents.core.errors import NotFound
from ranevents.events.models import Event
from ranevents.questions.models import Question, Section


@dataclass(frozen=True)
class Part:
    """A section of the form with its questions, in their order."""

    section: Section
    questions: list[Question]


def form_of(event: Event) -> list[Part]:
    """The event's sections with the questions that are asked today, in their order.

    One statement where there are no sections, two where there are some, however many.
    """
    sections = db.session.scalars(
        select(Section).where(Section.event_id == event.id).order_by(Section.position, Section.id)
    ).all()
    if not sections:
        return []
    asked = db.session.scalars(
        select(Question)
        .where(Question.event_id == event.id, Question.is_asked)
        .order_by(Question.position)
        .options(lazyload(Question.event), lazyload(Question.section))
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
