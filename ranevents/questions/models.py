"""The questions of an event, and every wording in which each of them was ever asked.

A question keeps its identity for life. What it says (kind, words, options, sensitivity) stands in its versions: rows
that are only added. An answer names the version that its giver saw, so that no later change can falsify it.
"""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ranevents.core import errors
from ranevents.core.db import Instant, Key, Model
from ranevents.core.errors import Refused
from ranevents.events.models import Event
from ranevents.questions.details import (
    Condition,
    Option,
    QuestionDetails,
    QuestionKind,
    SectionDetails,
    Sensitivity,
    Texts,
)

__all__ = ["Question", "QuestionKind", "QuestionVersion", "Section", "Sensitivity", "Texts"]


class Section(Model):
    """A part of an event's form: a heading, perhaps some words, and the questions below it in their order.

    `submission_id` came with the form that made it: the same form sent twice is one section.
    """

    __tablename__ = "question_sections"

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    titles: Mapped[Texts] = mapped_column(JSONB)
    introductions: Mapped[Texts] = mapped_column(JSONB)
    submission_id: Mapped[str | None] = mapped_column(String(64), unique=True)

    @property
    def details(self) -> SectionDetails:
        """What is said about the section, as plain values."""
        return SectionDetails(self.titles, self.introductions)


class Question(Model):
    """One question of an event: where it stands, whom it is asked, and what it says today (`now`).

    `capacities`: only those who come as one of them are asked; empty for everybody. It is asked only where the answer
    to `condition_question_id` (an earlier question) is one of `condition_values` (keys of options; 'yes' or 'no').
    `is_asked` is False for one that was taken out of the form after people had answered it: the answers stay.
    `submission_id` serves as a section's does.
    """

    __tablename__ = "questions"
    __table_args__ = (
        CheckConstraint("kept_days BETWEEN 1 AND 3650", name="kept_days"),
        CheckConstraint(
            "(condition_question_id IS NULL) = (cardinality(condition_values) = 0)", name="a_condition_is_whole"
        ),
        CheckConstraint("condition_question_id <> id", name="no_condition_on_itself"),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("question_sections.id"), index=True)
    position: Mapped[int]
    """Its number within the section, from 1."""
    is_asked: Mapped[bool] = mapped_column(default=True)
    is_required: Mapped[bool]
    capacities: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    condition_question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"), index=True)
    condition_values: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    kept_days: Mapped[int]
    """How many days after the event's end its answers are kept."""
    version: Mapped[int] = mapped_column(default=1)
    """The number of the version that holds today."""
    submission_id: Mapped[str | None] = mapped_column(String(64), unique=True)

    event: Mapped[Event] = relationship(lazy="joined")
    section: Mapped[Section] = relationship(lazy="joined")
    now: Mapped["QuestionVersion"] = relationship(
        primaryjoin="and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version)",
        foreign_keys="[QuestionVersion.question_id, QuestionVersion.number]",
        viewonly=True,
        uselist=False,
        lazy="joined",
    )

    @property
    def condition(self) -> Condition | None:
        """When it is asked; None: always."""
        if self.condition_question_id is None:
            return None
        return Condition(self.condition_question_id, tuple(self.condition_values))

    @property
    def details(self) -> QuestionDetails:
        """What is said about the question today, as plain values."""
        return QuestionDetails(
            kind=self.now.kind,
            labels=self.now.labels,
            hints=self.now.hints,
            purposes=self.now.purposes,
            options=tuple(Option(one["key"], one["labels"]) for one in self.now.options),
            lowest=self.now.lowest,
            highest=self.now.highest,
            decimals=self.now.decimals,
            is_required=self.is_required,
            capacities=tuple(self.capacities),
            condition=self.condition,
            sensitivity=self.now.sensitivity,
            kept_days=self.kept_days,
        )


class QuestionVersion(Model):
    """What a question said from some moment on: only ever added.

    `options`: a list of {"key": …, "labels": {language: text}}, for kinds that have them. `lowest`, `highest`: bounds
    of a number (plain decimals) or a date (ISO 8601), as texts; '' for none; `highest` of a file is its largest size in
    megabytes. `decimals`: places after the point.
    """

    __tablename__ = "question_versions"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    id: Mapped[Key]
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[QuestionKind]
    sensitivity: Mapped[Sensitivity]
    labels: Mapped[Texts] = mapped_column(JSONB)
    hints: Mapped[Texts] = mapped_column(JSONB)
    purposes: Mapped[Texts] = mapped_column(JSONB)
    """Why it is asked: shown to those who are asked."""
    options: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    lowest: Mapped[str] = mapped_column(String(40))
    highest: Mapped[str] = mapped_column(String(40))
    decimals: Mapped[int]
    created_at: Mapped[Instant]


errors.constraint(
    "fk_answers_question_id",
    lambda: Refused(str(_l("The form has just been changed. Please look at it again."))),
)
errors.constraint("uq_questions_submission_id", errors.NotUnique)
errors.constraint("uq_question_sections_submission_id", errors.NotUnique)
