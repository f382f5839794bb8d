"""Delegations, with quotas, focal points, nominations, requests and credentials; registrations that come with them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

ORIGINS = ("entered", "imported", "substitute", "earlier_event")


def _come_by(*origins: str) -> None:
    """How people may come to a guest list from now on."""
    op.drop_constraint(op.f("ck_guests_guestorigin"), "guests", type_="check")
    told = ", ".join(f"'{origin}'" for origin in origins)
    op.create_check_constraint(op.f("ck_guests_guestorigin"), "guests", f"origin IN ({told})")


def upgrade() -> None:
    _come_by(*ORIGINS, "delegation")
    op.create_table(
        "delegation_capacities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column(
            "standard",
            sa.Enum(
                "head",
                "policy_maker",
                "practitioner",
                "adviser",
                name="standardcapacity",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(standard IS NULL) = (name <> '')", name=op.f("ck_delegation_capacities_is_standard_or_has_a_name")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_delegation_capacities_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation_capacities")),
        sa.UniqueConstraint("event_id", "position", name=op.f("uq_delegation_capacities_event_id_position")),
        sa.UniqueConstraint("event_id", "standard", name=op.f("uq_delegation_capacities_event_id_standard")),
    )
    op.create_table(
        "delegation_reminder_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days_before BETWEEN 1 AND 60", name=op.f("ck_delegation_reminder_rules_days_before")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_delegation_reminder_rules_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation_reminder_rules")),
        sa.UniqueConstraint("event_id", "days_before", name=op.f("uq_delegation_reminder_rules_event_id_days_before")),
    )
    op.create_table(
        "delegation_rules",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asks_for_credentials", sa.Boolean(), nullable=False),
        sa.Column("replaces_late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_delegation_rules_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_delegation_rules")),
    )
    op.create_table(
        "delegations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "country",
                "institution",
                "organisation",
                name="delegationkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "invited",
                "nominating",
                "submitted",
                "confirmed",
                "withdrawn",
                name="delegationstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reopened_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(kind = 'country') = (country <> '')", name=op.f("ck_delegations_a_country_has_a_code")),
        sa.CheckConstraint("(kind = 'country') = (name = '')", name=op.f("ck_delegations_all_else_has_a_name")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_delegations_event_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_delegations_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
        sa.UniqueConstraint("pool_id", name=op.f("uq_delegations_pool_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_delegations_reference")),
    )
    op.create_index(
        "uq_delegations_country", "delegations", ["event_id", "country"], unique=True, postgresql_where="country <> ''"
    )
    op.create_index(
        "uq_delegations_name",
        "delegations",
        ["event_id", sa.literal_column("lower(name)")],
        unique=True,
        postgresql_where="name <> ''",
    )
    op.create_table(
        "credentials",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "accepted",
                "returned",
                name="credentialstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["delegation_id"], ["delegations.id"], name=op.f("fk_credentials_delegation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credentials")),
    )
    op.create_index("ix_credentials_delegation", "credentials", ["delegation_id", "id"], unique=False)
    op.create_table(
        "focal_points",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("link_version", sa.Integer(), nullable=False),
        sa.Column("appointed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["delegation_id"], ["delegations.id"], name=op.f("fk_focal_points_delegation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_focal_points_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_focal_points")),
        sa.UniqueConstraint("reference", name=op.f("uq_focal_points_reference")),
    )
    op.create_index(op.f("ix_focal_points_person_id"), "focal_points", ["person_id"], unique=False)
    op.create_index(
        "uq_focal_points_standing",
        "focal_points",
        ["delegation_id", "person_id"],
        unique=True,
        postgresql_where="ended_at IS NULL",
    )
    op.create_table(
        "nominations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("capacity_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "waiting",
                "named",
                "refused",
                "withdrawn",
                name="nominationstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("submission_id", sa.String(length=64), nullable=False),
        sa.Column("asked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_known", sa.Boolean(), nullable=False),
        sa.Column("plea", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'named') = (registration_id IS NOT NULL)", name=op.f("ck_nominations_who_is_named_is_registered")
        ),
        sa.ForeignKeyConstraint(["capacity_id"], ["delegation_capacities.id"], name=op.f("fk_nominations_capacity_id")),
        sa.ForeignKeyConstraint(["delegation_id"], ["delegations.id"], name=op.f("fk_nominations_delegation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_nominations_person_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registrations.id"], name=op.f("fk_nominations_registration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nominations")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_nominations_registration_id")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_nominations_submission_id")),
    )
    op.create_index(op.f("ix_nominations_capacity_id"), "nominations", ["capacity_id"], unique=False)
    op.create_index("ix_nominations_delegation", "nominations", ["delegation_id", "position", "id"], unique=False)
    op.create_index(op.f("ix_nominations_person_id"), "nominations", ["person_id"], unique=False)
    op.create_table(
        "quotas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("capacity_id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["capacity_id"], ["delegation_capacities.id"], name=op.f("fk_quotas_capacity_id")),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegations.id"], name=op.f("fk_quotas_delegation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_quotas_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotas")),
        sa.UniqueConstraint("delegation_id", "capacity_id", name=op.f("uq_quotas_delegation_id_capacity_id")),
        sa.UniqueConstraint("pool_id", name=op.f("uq_quotas_pool_id")),
    )
    op.create_index(op.f("ix_quotas_capacity_id"), "quotas", ["capacity_id"], unique=False)
    op.create_table(
        "delegation_reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("focal_point_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=80), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["focal_point_id"],
            ["focal_points.id"],
            name=op.f("fk_delegation_reminders_focal_point_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation_reminders")),
        sa.UniqueConstraint("focal_point_id", "occasion", name=op.f("uq_delegation_reminders_focal_point_id_occasion")),
    )
    op.create_table(
        "delegation_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("focal_point_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("message", "change", name="requestkind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "answered",
                "granted",
                "refused",
                name="requeststate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegations.id"], name=op.f("fk_delegation_requests_delegation_id")
        ),
        sa.ForeignKeyConstraint(
            ["focal_point_id"], ["focal_points.id"], name=op.f("fk_delegation_requests_focal_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation_requests")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_delegation_requests_submission_id")),
    )
    op.create_index("ix_delegation_requests_delegation", "delegation_requests", ["delegation_id", "id"], unique=False)
    op.create_index(
        op.f("ix_delegation_requests_focal_point_id"), "delegation_requests", ["focal_point_id"], unique=False
    )
    op.add_column("registrations", sa.Column("delegation_pool_id", sa.Integer(), nullable=True))
    op.add_column("registrations", sa.Column("capacity_pool_id", sa.Integer(), nullable=True))
    op.add_column("registrations", sa.Column("awaits_person", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("registrations", sa.Column("replaces_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_registrations_capacity_pool_id"), "registrations", ["capacity_pool_id"], unique=False)
    op.create_index(op.f("ix_registrations_delegation_pool_id"), "registrations", ["delegation_pool_id"], unique=False)
    op.create_unique_constraint(op.f("uq_registrations_replaces_id"), "registrations", ["replaces_id"])
    op.create_foreign_key(
        op.f("fk_registrations_capacity_pool_id"), "registrations", "pools", ["capacity_pool_id"], ["id"]
    )
    op.create_foreign_key(
        op.f("fk_registrations_delegation_pool_id"), "registrations", "pools", ["delegation_pool_id"], ["id"]
    )
    op.create_foreign_key(
        op.f("fk_registrations_replaces_id"), "registrations", "registrations", ["replaces_id"], ["id"]
    )


def downgrade() -> None:
    op.execute("DELETE FROM guests WHERE origin = 'delegation'")
    _come_by(*ORIGINS)

    op.drop_constraint(op.f("fk_registrations_replaces_id"), "registrations", type_="foreignkey")
    op.drop_constraint(op.f("fk_registrations_delegation_pool_id"), "registrations", type_="foreignkey")
    op.drop_constraint(op.f("fk_registrations_capacity_pool_id"), "registrations", type_="foreignkey")
    op.drop_constraint(op.f("uq_registrations_replaces_id"), "registrations", type_="unique")
    op.drop_index(op.f("ix_registrations_delegation_pool_id"), table_name="registrations")
    op.drop_index(op.f("ix_registrations_capacity_pool_id"), table_name="registrations")
    op.drop_column("registrations", "replaces_id")
    op.drop_column("registrations", "awaits_person")
    op.drop_column("registrations", "capacity_pool_id")
    op.drop_column("registrations", "delegation_pool_id")
    op.drop_index(op.f("ix_delegation_requests_focal_point_id"), table_name="delegation_requests")
    op.drop_index("ix_delegation_requests_delegation", table_name="delegation_requests")
    op.drop_table("delegation_requests")
    op.drop_table("delegation_reminders")
    op.drop_index(op.f("ix_quotas_capacity_id"), table_name="quotas")
    op.drop_table("quotas")
    op.drop_index(op.f("ix_nominations_person_id"), table_name="nominations")
    op.drop_index("ix_nominations_delegation", table_name="nominations")
    op.drop_index(op.f("ix_nominations_capacity_id"), table_name="nominations")
    op.drop_table("nominations")
    op.drop_index("uq_focal_points_standing", table_name="focal_points", postgresql_where="ended_at IS NULL")
    op.drop_index(op.f("ix_focal_points_person_id"), table_name="focal_points")
    op.drop_table("focal_points")
    op.drop_index("ix_credentials_delegation", table_name="credentials")
    op.drop_table("credentials")
    op.drop_index("uq_delegations_name", table_name="delegations", postgresql_where="name <> ''")
    op.drop_index("uq_delegations_country", table_name="delegations", postgresql_where="country <> ''")
    op.drop_table("delegations")
    op.drop_table("delegation_rules")
    op.drop_table("delegation_reminder_rules")
    op.drop_table("delegation_capacities")
