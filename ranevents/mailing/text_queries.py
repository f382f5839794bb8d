"""What is read of organisers' own texts."""

from sqlalchemy import bindparam, select
from sqlalchemy import event as events_of
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, SessionTransaction

from ranevents.core.db import db
from ranevents.mailing.text_models import OwnText

_KNOWN = "own texts"


def newest(event_id: int) -> dict[tuple[str, str], OwnText]:
    """The version that holds of each of an event's own texts, by mail and language."""
    of_each = select(OwnText).ext(distinct_on(OwnText.mail, OwnText.language)).where(OwnText.event_id == event_id)
    found = db.session.scalars(of_each.order_by(OwnText.mail, OwnText.language, OwnText.version.desc()))
    return {(one.mail, one.language): one for one in found}


def in_force(event_id: int, mail: str, language: str) -> OwnText | None:
    """The event's own text for a mail in a language; None where the standard text holds.

    Read once in a transaction, however many mails it posts.
    """
    known: dict[tuple[int, str, str], OwnText | None] = db.session.info.setdefault(_KNOWN, {})
    asked = (event_id, mail, language)
    if asked not in known:
        known[asked] = db.session.scalar(_NEWEST, {"event": event_id, "mail": mail, "language": language})
    own = known[asked]
    return None if own is None or own.is_standard else own


_NEWEST = (
    select(OwnText)
    .where(
        OwnText.event_id == bindparam("event"),
        OwnText.mail == bindparam("mail"),
        OwnText.language == bindparam("language"),
    )
    .order_by(OwnText.version.desc())
    .limit(1)
)


def versions(event_id: int, mail: str, language: str) -> list[OwnText]:
    """Every version of one text, the newest first."""
    of_one = select(OwnText).where(OwnText.event_id == event_id, OwnText.mail == mail, OwnText.language == language)
    return list(db.session.scalars(of_one.order_by(OwnText.version.desc())))


@events_of.listens_for(Session, "after_transaction_end")
def _forget(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_KNOWN, None)
