"""How long what was kept before an owner changed it: what people were promised who registered by then."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "past_schedules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("special_kept_days", sa.Integer(), nullable=False),
        sa.Column("ended_kept_days", sa.Integer(), nullable=False),
        sa.Column("mails_kept_days", sa.Integer(), nullable=False),
        sa.Column("particulars_kept_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_past_schedules_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_schedules")),
    )
    op.create_index("ix_past_schedules_event", "past_schedules", ["event_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_past_schedules_event", table_name="past_schedules")
    op.drop_table("past_schedules")
