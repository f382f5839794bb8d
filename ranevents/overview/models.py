"""What mix of people the organiser aims at."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ranevents.core.db import Key, Model
from ranevents.overview.balance_rules import Dimension


class Aim(Model):
    """One aim of an event: at least so many per cent of its people are of one kind, or at least so many countries.

    `kind` is a side, a sector, a group of countries, or the key of an answer to the question `question_id`; empty where
    `of` is the number of countries.
    """

    __tablename__ = "aims"
    __table_args__ = (
        Index("uq_aims_kind", "event_id", "of", "kind", "question_id", unique=True, postgresql_nulls_not_distinct=True),
        CheckConstraint("least >= 1 AND (of = 'countries' OR least <= 99)", name="least"),
        CheckConstraint("(of = 'question') = (question_id IS NOT NULL)", name="a_question_is_named"),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    of: Mapped[Dimension]
    kind: Mapped[str] = mapped_column(String(60))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)
    least: Mapped[int]
