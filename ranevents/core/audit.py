"""The audit trail: who did what to which record, when, why.

Entries are only ever added; but the reasons given about a record go with what else is personal in it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, insert, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ranevents.core import clock
from ranevents.core.db import Instant, Key, Model, db, write


class ActorKind(StrEnum):
    """Who may act."""

    ORGANISER = "organiser"
    PERSON = "person"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Who acts. `label` is what the trail shows: an organiser's name, or words such as 'by personal link'.

    A person's name never stands in the trail: it must be able to outlive the personal data.
    """

    kind: ActorKind
    label: str
    id: int | None = None


SYSTEM = Actor(ActorKind.SYSTEM, "system")
PERSON = Actor(ActorKind.PERSON, "participant")


class AuditEntry(Model):
    """One line of the trail. `event_id` is kept without a foreign key: the trail outlives what it tells of."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_record", "record_type", "record_id"),
        Index("ix_audit_entries_event", "event_id", "id"),
        Index("ix_audit_entries_event_actor", "event_id", "actor_kind", "actor_id"),
    )

    id: Mapped[Key]
    at: Mapped[Instant]
    event_id: Mapped[int | None]
    record_type: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int]
    step: Mapped[str] = mapped_column(String(40))
    actor_kind: Mapped[ActorKind]
    actor_id: Mapped[int | None]
    actor_label: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(String(2000))
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)


# Straight into the table: an entry is only ever added, no session need keep it.
_WRITE = insert(AuditEntry.__table__)  # type: ignore[arg-type]


def record(subject: Any, step: str, *, by: Actor, why: str = "", **details: Any) -> None:
    """Write one entry about `subject` (a row with `id`). `details` are plain values without personal data."""
    table = subject.__tablename__
    event_id = subject.id if table == "events" else getattr(subject, "event_id", None)
    write(
        _WRITE,
        {
            "at": clock.now(),
            "event_id": event_id,
            "record_type": table,
            "record_id": subject.id,
            "step": str(step),
            "actor_kind": by.kind,
            "actor_id": by.id,
            "actor_label": by.label,
            "why": why,
            "details": {name: str(value) for name, value in details.items()},
        },
    )


def history(subject: Any) -> list[AuditEntry]:
    """All entries about one record, oldest first."""
    return list(
        db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.record_type == subject.__tablename__, AuditEntry.record_id == subject.id)
            .order_by(AuditEntry.id)
        )
    )


def blank_reasons(subject: Any) -> None:
    """Forget why things were done to one record: a reason may speak of the person. What was done, and when, stays."""
    told = (AuditEntry.record_type == subject.__tablename__, AuditEntry.record_id == subject.id, AuditEntry.why != "")
    db.session.execute(update(AuditEntry).where(*told).values(why=""))
