"""The questions of an event, and every wording in which each of them was ever asked.

A question keeps its identity for life. What it says (kind, words, options, sensitivity) stands in its versions: rows
that are only added. An answer names the version that its giver saw, so that no later change can falsify it.
"""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ranevents.core.db import Instant, Key, Model
from ranevents.events.models import Event

Texts = dict[str, str]
"""One text in several languages, by their codes (ISO 639-1)."""


class QuestionKind(StrEnum):
    """What kind of answer a question takes."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    ONE_OF = "one_of"
    SEVERAL_OF = "several_of"
    YES_NO = "yes_no"
    NUMBER = "number"
    DATE = "date"
    COUNTRY = "country"
    FILE = "file"

    @property
    def label(self) -> str:
        """The kind as an organiser sees it."""
        return str(_KINDS[self])

    @property
    def has_options(self) -> bool:
        """Whether the organiser writes down what can be answered."""
        return self in (QuestionKind.ONE_OF, QuestionKind.SEVERAL_OF)

    @property
    def may_decide(self) -> bool:
        """Whether another question may be asked depending on the answer to such a one."""
        return self.has_options or self is QuestionKind.YES_NO


_KINDS = {
    QuestionKind.SHORT_TEXT: _l("Short text"),
    QuestionKind.LONG_TEXT: _l("Long text"),
    QuestionKind.ONE_OF: _l("One of several"),
    QuestionKind.SEVERAL_OF: _l("Several of several"),
    QuestionKind.YES_NO: _l("Yes or no"),
    QuestionKind.NUMBER: _l("Number"),
    QuestionKind.DATE: _l("Date"),
    QuestionKind.COUNTRY: _l("Country"),
    QuestionKind.FILE: _l("File"),
}


class Sensitivity(StrEnum):
    """How much an answer gives away: special ones (health, belief and the like) are encrypted and go soon."""

    ORDINARY = "ordinary"
    SPECIAL = "special"

    @property
    def label(self) -> str:
        """The sensitivity as an organiser sees it."""
        return str({Sensitivity.ORDINARY: _l("Ordinary"), Sensitivity.SPECIAL: _l("Special")}[self])


class Section(Model):
    """A part of an event's form: a heading, perhaps some words, and the questions below it in their order."""

    __tablename__ = "question_sections"

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    titles: Mapped[Texts] = mapped_column(JSONB)
    introductions: Mapped[Texts] = mapped_column(JSONB)


class Question(Model):
    """One question of an event: where it stands, whom it is asked, and what it says today (`now`).

    `capacities`: only those who come as one of them are asked; empty for everybody. It is asked only where the answer
    to `condition_question_id` (an earlier question) is one of `condition_values` (keys of options; 'yes' or 'no').
    `is_asked` is False for one that was taken out of the form after people had answered it: the answers stay.
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

    event: Mapped[Event] = relationship(lazy="joined")
    section: Mapped[Section] = relationship(lazy="joined")
    now: Mapped["QuestionVersion"] = relationship(
        primaryjoin="and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version)",
        foreign_keys="[QuestionVersion.question_id, QuestionVersion.number]",
        viewonly=True,
        uselist=False,
        lazy="joined",
    )


class QuestionVersion(Model):
    """What a question said from some moment on: only ever added.

    `options`: a list of {"key": …, "labels": {language: text}}, for kinds that have them. `lowest`, `highest`: bounds
    of a number (plain decimals) or a date (ISO 8601), as texts; '' for none. `decimals`: places after the point.
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
