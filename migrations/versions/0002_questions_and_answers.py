"""The questions of an event, the answers to them, and in which capacity somebody comes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "question_sections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("titles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("introductions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("submission_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_question_sections_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_sections")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_question_sections_submission_id")),
    )
    op.create_index(op.f("ix_question_sections_event_id"), "question_sections", ["event_id"], unique=False)
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_asked", sa.Boolean(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("capacities", postgresql.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("condition_question_id", sa.Integer(), nullable=True),
        sa.Column("condition_values", postgresql.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("kept_days", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(condition_question_id IS NULL) = (cardinality(condition_values) = 0)",
            name=op.f("ck_questions_a_condition_is_whole"),
        ),
        sa.CheckConstraint("condition_question_id <> id", name=op.f("ck_questions_no_condition_on_itself")),
        sa.CheckConstraint("kept_days BETWEEN 1 AND 3650", name=op.f("ck_questions_kept_days")),
        sa.ForeignKeyConstraint(
            ["condition_question_id"], ["questions.id"], name=op.f("fk_questions_condition_question_id")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_questions_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["section_id"], ["question_sections.id"], name=op.f("fk_questions_section_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_questions_submission_id")),
    )
    op.create_index(op.f("ix_questions_condition_question_id"), "questions", ["condition_question_id"], unique=False)
    op.create_index(op.f("ix_questions_event_id"), "questions", ["event_id"], unique=False)
    op.create_index(op.f("ix_questions_section_id"), "questions", ["section_id"], unique=False)
    op.create_table(
        "question_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "short_text",
                "long_text",
                "one_of",
                "several_of",
                "yes_no",
                "number",
                "date",
                "country",
                "file",
                name="questionkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "sensitivity",
            sa.Enum("ordinary", "special", name="sensitivity", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("labels", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("hints", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("purposes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("lowest", sa.String(length=40), nullable=False),
        sa.Column("highest", sa.String(length=40), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_question_versions_question_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_versions")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_question_versions_question_id_number")),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_uploads_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_uploads_question_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_uploads_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("reference", name=op.f("uq_uploads_reference")),
    )
    op.create_index(op.f("ix_uploads_event_id"), "uploads", ["event_id"], unique=False)
    op.create_index(op.f("ix_uploads_question_id"), "uploads", ["question_id"], unique=False)
    op.create_index(op.f("ix_uploads_registration_id"), "uploads", ["registration_id"], unique=False)
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("num_nonnulls(value, secret, upload_id) = 1", name=op.f("ck_answers_one_way_or_another")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_answers_question_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_answers_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_answers_upload_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["version_id"], ["question_versions.id"], name=op.f("fk_answers_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("registration_id", "question_id", name=op.f("uq_answers_registration_id_question_id")),
        sa.UniqueConstraint("upload_id", name=op.f("uq_answers_upload_id")),
    )
    op.create_index(op.f("ix_answers_question_id"), "answers", ["question_id"], unique=False)
    op.create_index(op.f("ix_answers_version_id"), "answers", ["version_id"], unique=False)
    op.add_column(
        "registrations", sa.Column("capacity", sa.String(length=20), server_default="participant", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_registrations_capacity"),
        "registrations",
        "capacity IN ('participant', 'speaker', 'observer', 'focal_point')",
    )


def downgrade() -> None:
    op.drop_column("registrations", "capacity")
    op.drop_index(op.f("ix_answers_version_id"), table_name="answers")
    op.drop_index(op.f("ix_answers_question_id"), table_name="answers")
    op.drop_table("answers")
    op.drop_index(op.f("ix_uploads_registration_id"), table_name="uploads")
    op.drop_index(op.f("ix_uploads_question_id"), table_name="uploads")
    op.drop_index(op.f("ix_uploads_event_id"), table_name="uploads")
    op.drop_table("uploads")
    op.drop_table("question_versions")
    op.drop_index(op.f("ix_questions_section_id"), table_name="questions")
    op.drop_index(op.f("ix_questions_event_id"), table_name="questions")
    op.drop_index(op.f("ix_questions_condition_question_id"), table_name="questions")
    op.drop_table("questions")
    op.drop_index(op.f("ix_question_sections_event_id"), table_name="question_sections")
    op.drop_table("question_sections")
