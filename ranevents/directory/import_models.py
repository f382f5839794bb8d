"""Lists that were brought and await confirmation: the file, and its rows as they would be taken.

Nobody has confirmed these data: rows go at the confirmation, but for those that could not be taken, which their
organiser may still fetch; and everything goes after a week.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, DateTime, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ranevents.core.db import Instant, Key, Line, Model
from ranevents.core.secrets import EncryptedBytes
from ranevents.directory.import_rules import Choice, Field, Likeness
from ranevents.events.models import Event
from ranevents.people.models import Person


class ImportBatch(Model):
    """One list on its way onto an event's guest list, seen only by the organiser who brought it.

    `content` is kept while somebody has to choose a sheet. `headings_key` is a fingerprint of the headings, by which
    `columns` (of each field the column) and `fixed` values are remembered for the next list like it. `counts` tell what
    came of it once it is finished; then nothing else is left, but name and headings as long as there are rows that
    could not be taken. `user_id` is empty where a command brought it. `charset`: what a text file was read in.
    """

    __tablename__ = "import_batches"
    __table_args__ = (Index("ix_import_batches_remembered", "user_id", "headings_key"),)

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[Line]
    content: Mapped[bytes | None] = mapped_column(EncryptedBytes, deferred=True)
    sheet: Mapped[Line]
    charset: Mapped[str] = mapped_column(String(20))
    headings: Mapped[list[str]] = mapped_column(JSONB)
    headings_key: Mapped[str] = mapped_column(String(64))
    surprises: Mapped[dict[str, int]] = mapped_column(JSONB)
    columns: Mapped[dict[str, int]] = mapped_column(JSONB)
    fixed: Mapped[dict[str, str]] = mapped_column(JSONB)
    counts: Mapped[dict[str, int]] = mapped_column(JSONB)
    created_at: Mapped[Instant]
    mapped_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When the columns were said, and the rows read as persons."""
    is_stale: Mapped[bool] = mapped_column(Boolean)
    """Whether rows have changed since doubles were looked for."""
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    event: Mapped[Event] = relationship(lazy="joined")

    @property
    def column_of(self) -> dict[Field, int]:
        """Which column holds what."""
        return {Field(name): column for name, column in self.columns.items()}

    @property
    def told_fields(self) -> set[Field]:
        """The fields of which the file itself speaks: values for all rows replace nobody's own."""
        told = set(self.column_of)
        return told | {Field.GIVEN_NAME, Field.FAMILY_NAME} if Field.FULL_NAME in told else told

    @property
    def fixed_values(self) -> dict[Field, str]:
        """What holds for all rows in which the file says nothing."""
        return {Field(name): value for name, value in self.fixed.items()}


class ImportRow(Model):
    """A line of the file: its cells as they came, and the person as it would be taken.

    `details` are the values by field, `problems` what is wrong with which; `corrections` what was typed instead of what
    the cells say. The keys are what doubles are found by. `is_here`: who it is stands on the guest list already, and
    the file says nothing else of them.

    `likeness` says why it may be `person` (who is known), or who stands in line `twin` of the same file. `choice` says
    what becomes of it; `is_decided` where somebody has said so.
    """

    __tablename__ = "import_rows"
    __table_args__ = (
        Index("ix_import_rows_batch", "batch_id", "number", unique=True),
        Index("ix_import_rows_address", "batch_id", "email_key"),
        Index("ix_import_rows_name", "batch_id", "sort_key"),
    )

    id: Mapped[Key]
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id", ondelete="CASCADE"))
    number: Mapped[int]
    cells: Mapped[list[str]] = mapped_column(JSONB)
    corrections: Mapped[dict[str, str]] = mapped_column(JSONB)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    problems: Mapped[dict[str, str]] = mapped_column(JSONB)
    is_good: Mapped[bool] = mapped_column(Boolean)
    email_key: Mapped[str] = mapped_column(String(320))
    sort_key: Mapped[str] = mapped_column(String(250))
    organisation_key: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    likeness: Mapped[Likeness | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id", ondelete="SET NULL"), index=True)
    twin: Mapped[int | None]
    choice: Mapped[Choice]
    is_decided: Mapped[bool] = mapped_column(Boolean)
    is_here: Mapped[bool] = mapped_column(Boolean)

    person: Mapped[Person | None] = relationship(lazy="joined")

    @property
    def typed(self) -> dict[Field, str]:
        """What was typed instead of what the cells say."""
        return {Field(name): text for name, text in self.corrections.items()}

    def says(self, field: Field | str) -> str:
        """What it has in a field; empty where it says nothing, or nothing that we understand."""
        return str(self.details.get(str(field), ""))
