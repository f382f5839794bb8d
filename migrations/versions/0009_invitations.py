"""Guests, invitations, reminders and substitutes; addresses that failed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

KINDS = ("special", "answers", "ended", "mails", "circulars", "particulars", "uploads", "organisers_mails")
"""What the purge told of so far."""


def _tell_of(*kinds: str) -> None:
    """What the purge may tell of from now on."""
    op.drop_constraint(op.f("ck_purges_datakind"), "purges", type_="check")
    told = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f("ck_purges_datakind"), "purges", f"kind IN ({told})")


def upgrade() -> None:
    op.create_table(
        "guests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "entered",
                "imported",
                "substitute",
                "earlier_event",
                name="guestorigin",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submission_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_guests_event_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_guests_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guests")),
        sa.UniqueConstraint("event_id", "person_id", name=op.f("uq_guests_event_id_person_id")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_guests_submission_id")),
    )
    op.create_index(op.f("ix_guests_person_id"), "guests", ["person_id"], unique=False)
    op.create_table(
        "reminder_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days_before BETWEEN 1 AND 60", name=op.f("ck_reminder_rules_days_before")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_reminder_rules_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_rules")),
        sa.UniqueConstraint("event_id", "days_before", name=op.f("uq_reminder_rules_event_id_days_before")),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("link_version", sa.Integer(), nullable=False),
        sa.Column(
            "capacity",
            sa.Enum(
                "participant",
                "speaker",
                "observer",
                "focal_point",
                name="capacity",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "sent",
                "accepted",
                "declined",
                "expired",
                "revoked",
                name="invitationstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("allows_substitute", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'accepted') = (registration_id IS NOT NULL)",
            name=op.f("ck_invitations_who_accepts_is_registered"),
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_invitations_event_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_invitations_person_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_invitations_registration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("reference", name=op.f("uq_invitations_reference")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_invitations_registration_id")),
    )
    op.create_index(
        "ix_invitations_due",
        "invitations",
        ["send_at"],
        unique=False,
        postgresql_where="state = 'draft' AND send_at IS NOT NULL",
    )
    op.create_index("ix_invitations_event_state", "invitations", ["event_id", "state", "id"], unique=False)
    op.create_index(op.f("ix_invitations_person_id"), "invitations", ["person_id"], unique=False)
    op.create_index(
        "ix_invitations_running", "invitations", ["answer_by"], unique=False, postgresql_where="state = 'sent'"
    )
    op.create_index(
        "uq_invitations_standing_person",
        "invitations",
        ["event_id", "person_id"],
        unique=True,
        postgresql_where="state <> 'revoked'",
    )
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=80), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitations.id"], name=op.f("fk_reminders_invitation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("invitation_id", "occasion", name=op.f("uq_reminders_invitation_id_occasion")),
    )
    op.create_table(
        "substitutes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "approved",
                "refused",
                name="substitutestate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("given_name", sa.String(length=200), nullable=False),
        sa.Column("family_name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("position", sa.String(length=200), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitations.id"], name=op.f("fk_substitutes_invitation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_substitutes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitutes")),
    )
    op.create_index(op.f("ix_substitutes_invitation_id"), "substitutes", ["invitation_id"], unique=False)
    op.create_index(op.f("ix_substitutes_person_id"), "substitutes", ["person_id"], unique=False)
    op.create_index(
        "uq_substitutes_open", "substitutes", ["invitation_id"], unique=True, postgresql_where="state = 'proposed'"
    )
    _tell_of(*KINDS[:6], "guests", *KINDS[6:])
    op.add_column("persons", sa.Column("address_failed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("persons", "address_failed_at")
    op.execute("DELETE FROM purges WHERE kind = 'guests'")
    _tell_of(*KINDS)
    op.drop_index("uq_substitutes_open", table_name="substitutes", postgresql_where="state = 'proposed'")
    op.drop_index(op.f("ix_substitutes_person_id"), table_name="substitutes")
    op.drop_index(op.f("ix_substitutes_invitation_id"), table_name="substitutes")
    op.drop_table("substitutes")
    op.drop_table("reminders")
    op.drop_index("uq_invitations_standing_person", table_name="invitations", postgresql_where="state <> 'revoked'")
    op.drop_index("ix_invitations_running", table_name="invitations", postgresql_where="state = 'sent'")
    op.drop_index(op.f("ix_invitations_person_id"), table_name="invitations")
    op.drop_index("ix_invitations_event_state", table_name="invitations")
    op.drop_index(
        "ix_invitations_due", table_name="invitations", postgresql_where="state = 'draft' AND send_at IS NOT NULL"
    )
    op.drop_table("invitations")
    op.drop_table("reminder_rules")
    op.drop_index(op.f("ix_guests_person_id"), table_name="guests")
    op.drop_table("guests")
