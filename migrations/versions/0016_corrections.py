"""Rows of a list keep what was corrected by hand, and whether there is anything to do about them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    # Rows live for a week at most: what was corrected before is read from the file once more.
    op.add_column("import_rows", sa.Column("corrections", postgresql.JSONB(), nullable=False, server_default="{}"))
    op.add_column("import_rows", sa.Column("is_here", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("import_rows", "corrections", server_default=None)
    op.alter_column("import_rows", "is_here", server_default=None)


def downgrade() -> None:
    op.drop_column("import_rows", "is_here")
    op.drop_column("import_rows", "corrections")
