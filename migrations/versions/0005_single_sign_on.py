"""Accounts that an organisation's own sign-in vouches for."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

BY_CLAIM = (("users", "is_administrator_by_claim"), ("memberships", "is_by_claim"))


def upgrade() -> None:
    op.create_table(
        "identities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_identities_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identities_issuer_subject")),
        sa.UniqueConstraint("user_id", "issuer", name=op.f("uq_identities_user_id_issuer")),
    )
    for table, column in BY_CLAIM:
        # Whatever stands there so far was given by hand.
        op.add_column(table, sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))
        op.alter_column(table, column, server_default=None)


def downgrade() -> None:
    for table, column in BY_CLAIM:
        op.drop_column(table, column)
    op.drop_table("identities")
