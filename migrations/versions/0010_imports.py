"""Lists from spreadsheets that await confirmation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "import_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sheet", sa.String(length=200), nullable=False),
        sa.Column("charset", sa.String(length=20), nullable=False),
        sa.Column("headings", postgresql.JSONB(), nullable=False),
        sa.Column("headings_key", sa.String(length=64), nullable=False),
        sa.Column("surprises", postgresql.JSONB(), nullable=False),
        sa.Column("columns", postgresql.JSONB(), nullable=False),
        sa.Column("fixed", postgresql.JSONB(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mapped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_import_batches_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_import_batches_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
    )
    op.create_index(op.f("ix_import_batches_event_id"), "import_batches", ["event_id"], unique=False)
    op.create_index("ix_import_batches_remembered", "import_batches", ["user_id", "headings_key"], unique=False)
    op.create_table(
        "import_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cells", postgresql.JSONB(), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("problems", postgresql.JSONB(), nullable=False),
        sa.Column("is_good", sa.Boolean(), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("sort_key", sa.String(length=250), nullable=False),
        sa.Column("organisation_key", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column(
            "likeness",
            sa.Enum(
                "same",
                "organisation",
                "country",
                "address",
                name="likeness",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("twin", sa.Integer(), nullable=True),
        sa.Column(
            "choice",
            sa.Enum(
                "new",
                "fill",
                "take_over",
                "leave_out",
                name="choice",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("is_decided", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.id"], name=op.f("fk_import_rows_batch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_import_rows_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_rows")),
    )
    op.create_index("ix_import_rows_address", "import_rows", ["batch_id", "email_key"], unique=False)
    op.create_index("ix_import_rows_batch", "import_rows", ["batch_id", "number"], unique=True)
    op.create_index("ix_import_rows_name", "import_rows", ["batch_id", "sort_key"], unique=False)
    op.create_index(op.f("ix_import_rows_person_id"), "import_rows", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_import_rows_person_id"), table_name="import_rows")
    op.drop_index("ix_import_rows_name", table_name="import_rows")
    op.drop_index("ix_import_rows_batch", table_name="import_rows")
    op.drop_index("ix_import_rows_address", table_name="import_rows")
    op.drop_table("import_rows")
    op.drop_index("ix_import_batches_remembered", table_name="import_batches")
    op.drop_index(op.f("ix_import_batches_event_id"), table_name="import_batches")
    op.drop_table("import_batches")
