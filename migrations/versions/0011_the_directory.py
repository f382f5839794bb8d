"""Other spellings of a person's name."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("persons", sa.Column("other_spellings", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("persons", "other_spellings")
