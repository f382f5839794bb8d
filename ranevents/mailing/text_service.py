"""Putting a mail into own words, and taking the standard text again."""

from typing import Any

from flask_babel import lazy_gettext as _l

from ranevents.core import audit, clock
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import DomainError, constraint
from ranevents.mailing import text_queries, text_rules, wordings
from ranevents.mailing.text_models import OwnText
from ranevents.mailing.text_rules import Words


class ChangedMeanwhile(DomainError):
    """Somebody else has saved this text since it was opened."""

    message = _l(
        "Somebody else has changed this text since you opened it. Yours is still here and was not saved: look at theirs"
        " below, then save again if yours should hold."
    )


constraint("uq_own_texts_event_id_mail_language_version", ChangedMeanwhile)


def standard(mail: str, language: str) -> Words:
    """What a mail says where nobody has put it into their own words, with its placeholders."""
    return wordings.standard(mail, language, text_rules.editable()[mail].placeholders)


def save(event: Any, mail: str, language: str, *, subject: str, text: str, seen: int, by: Actor) -> OwnText | None:
    """Let these words hold from the next mail on. `seen` is the newest version that the author knew.

    None, and no version, where they hold already. The words of the standard text are the standard text, which goes on
    with whatever we mend in it. Raises ChangedMeanwhile where there is a newer version.
    """
    words, usual = Words(subject, text), standard(mail, language)
    before = text_queries.versions(event.id, mail, language)
    holds = usual if not before or before[0].is_standard else before[0].words
    if words == holds and seen == (before[0].version if before else 0):
        return None
    if words == usual:
        return take_standard(event, mail, language, seen=seen, by=by)
    own = _add(event, mail, language, seen=seen, by=by, subject=subject, text=text)
    audit.record(own, "save", by=by, version=own.version, language=language)
    return own


def take_standard(event: Any, mail: str, language: str, *, seen: int, by: Actor) -> OwnText:
    """Let the standard text hold again. Raises ChangedMeanwhile."""
    own = _add(event, mail, language, seen=seen, by=by)
    audit.record(own, "take_standard", by=by, language=language)
    return own


def _add(event: Any, mail: str, language: str, *, seen: int, by: Actor, subject: str = "", text: str = "") -> OwnText:
    before = text_queries.versions(event.id, mail, language)
    newest = before[0].version if before else 0
    if newest != seen:
        raise ChangedMeanwhile
    own = OwnText(
        event_id=event.id,
        mail=mail,
        language=language,
        version=newest + 1,
        is_standard=not text,
        subject=subject,
        text=text,
        written_at=clock.now(),
        author=by.label,
    )
    db.session.add(own)
    db.session.flush()
    return own
