"""Accounts that an organisation's own sign-in vouches for."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
