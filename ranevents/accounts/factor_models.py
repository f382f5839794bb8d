"""Second factors of organisers: an authenticator app, passkeys, recovery codes."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ranevents.accounts import factor_rules
from ranevents.core import errors
from ranevents.core.db import Instant, Key, Line, Model
from ranevents.core.secrets import EncryptedText


class AuthenticatorApp(Model):
    """The app that shows codes. `last_step` is the time step of the last code accepted: none counts twice."""

    __tablename__ = "authenticator_apps"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    secret: Mapped[str] = mapped_column(EncryptedText)
    last_step: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[Instant]


class Passkey(Model):
    """One passkey; `owner_handle` is how authenticators call the account, the same for all its passkeys."""

    __tablename__ = "passkeys"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[Line]
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    owner_handle: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Instant]
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RecoveryCode(Model):
    """A recovery code that was not used yet: only its keyed fingerprint."""

    __tablename__ = "recovery_codes"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)


errors.constraint("uq_passkeys_credential_id", factor_rules.PasskeyIsKnown)
