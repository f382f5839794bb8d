"""What mix of people an event aims at."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "aims",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column(
            "of",
            sa.Enum(
                "side",
                "sector",
                "group",
                "countries",
                "question",
                name="dimension",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.CheckConstraint("(of = 'question') = (question_id IS NOT NULL)", name=op.f("ck_aims_a_question_is_named")),
        sa.CheckConstraint("least >= 1 AND (of = 'countries' OR least <= 99)", name=op.f("ck_aims_least")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_aims_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_aims_question_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aims")),
    )
    op.create_index(op.f("ix_aims_question_id"), "aims", ["question_id"], unique=False)
    op.create_index(
        "uq_aims_kind",
        "aims",
        ["event_id", "of", "kind", "question_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    op.drop_table("aims")
