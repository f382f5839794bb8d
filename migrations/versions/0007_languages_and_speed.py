"""What the choice of languages and the measured speed ask of the tables."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
