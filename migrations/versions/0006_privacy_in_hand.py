"""What is kept how long, wishes to be forgotten, what the purge has done; marks on what was erased."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

KEPT_DAYS = {
    "special_kept_days": "30",
    "ended_kept_days": "90",
    "mails_kept_days": "180",
    "particulars_kept_days": "365",
}
CONSENTS = "kind IN ('privacy_notice', 'shared_list', 'photographs'{more})"


def upgrade() -> None:
    for column, days in KEPT_DAYS.items():
        op.add_column("events", sa.Column(column, sa.Integer(), server_default=days, nullable=False))
    op.create_check_constraint(
        op.f("ck_events_kept_days"),
        "events",
        "least(special_kept_days, ended_kept_days, mails_kept_days, particulars_kept_days) >= 1 AND "
        "greatest(special_kept_days, ended_kept_days, mails_kept_days, particulars_kept_days) <= 3650",
    )
    for table in ("persons", "registrations", "messages"):
        op.add_column(table, sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("is_last", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.drop_constraint(op.f("ck_consents_consentkind"), "consents", type_="check")
    op.create_check_constraint(op.f("ck_consents_consentkind"), "consents", CONSENTS.format(more=", 'special_data'"))
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "done",
                "declined",
                "withdrawn",
                name="erasurestate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_erasures_event_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_erasures_registration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_event_id"), "erasures", ["event_id"], unique=False)
    op.create_index(op.f("ix_erasures_registration_id"), "erasures", ["registration_id"], unique=False)
    op.create_index(
        "uq_erasures_open",
        "erasures",
        ["registration_id"],
        unique=True,
        postgresql_where="state = 'requested'",
    )
    op.create_table(
        "purges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "special",
                "answers",
                "ended",
                "mails",
                "circulars",
                "particulars",
                "uploads",
                "organisers_mails",
                name="datakind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_purges_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purges")),
    )
    op.create_index("ix_purges_event", "purges", ["event_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_purges_event", table_name="purges")
    op.drop_table("purges")
    op.drop_index("uq_erasures_open", table_name="erasures")
    op.drop_index(op.f("ix_erasures_registration_id"), table_name="erasures")
    op.drop_index(op.f("ix_erasures_event_id"), table_name="erasures")
    op.drop_table("erasures")
    op.execute("DELETE FROM consents WHERE kind = 'special_data'")
    op.drop_constraint(op.f("ck_consents_consentkind"), "consents", type_="check")
    op.create_check_constraint(op.f("ck_consents_consentkind"), "consents", CONSENTS.format(more=""))
    op.drop_column("messages", "is_last")
    for table in ("messages", "registrations", "persons"):
        op.drop_column(table, "erased_at")
    op.drop_constraint(op.f("ck_events_kept_days"), "events", type_="check")
    for column in KEPT_DAYS:
        op.drop_column("events", column)
