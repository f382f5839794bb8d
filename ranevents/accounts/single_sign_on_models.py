"""Who an organiser is at the provider of an organisation."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ranevents.accounts import single_sign_on_rules as rules
from ranevents.accounts.models import User
from ranevents.core import errors
from ranevents.core.db import Instant, Key, Model


class Identity(Model):
    """An account's other name: (issuer, subject), which never changes, as an e-mail address may."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("user_id", "issuer"))

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(rules.LONGEST_SUBJECT))
    linked_at: Mapped[Instant]

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


errors.constraint("uq_identities_issuer_subject", rules.AtTheSameTime)
errors.constraint("uq_identities_user_id_issuer", rules.AtTheSameTime)
