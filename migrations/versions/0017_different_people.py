"""Pairs of entries that somebody has judged to be two people."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "different_people",
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_different_people_is_in_order")),
        sa.ForeignKeyConstraint(["one_id"], ["persons.id"], name=op.f("fk_different_people_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["persons.id"], name=op.f("fk_different_people_other_id")),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_different_people")),
    )
    op.create_index(op.f("ix_different_people_other_id"), "different_people", ["other_id"], unique=False)


def downgrade() -> None:
    op.drop_table("different_people")
