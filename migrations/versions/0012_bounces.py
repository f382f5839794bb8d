"""Mails that come back: the status codes that reports name."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("report_status", sa.String(length=12), nullable=True))


def downgrade() -> None:
    op.drop_column("deliveries", "report_status")
