"""The questions of an event, the answers to them, and in which capacity somebody comes."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
