"""The verbs about consents: rows are only added, with the version of the notice that they were given to."""

from typing import TYPE_CHECKING

from sqlalchemy import insert

from ranevents.core import clock
from ranevents.core.db import db
from ranevents.registrations import answer_service, queries
from ranevents.registrations.models import Consent, ConsentKind, Registration

if TYPE_CHECKING:
    from ranevents.registrations.service import Answers


def note(registration: Registration, answers: "Answers", *, is_first: bool) -> None:
    """Write down what the form says of consents, as far as it differs from what stands (nothing, if `is_first`)."""
    given = {ConsentKind.SHARED_LIST: answers.is_on_shared_list, ConsentKind.PHOTOGRAPHS: answers.allows_photographs}
    if is_first:
        given[ConsentKind.PRIVACY_NOTICE] = True
    consents = [] if is_first else queries.consents(registration)
    before = {consent.kind: consent.is_given for consent in consents}
    if before.get(ConsentKind.SPECIAL_DATA) is False and _says_special_things(answers):
        given[ConsentKind.SPECIAL_DATA] = True
    version = (
        registration.event.notice_version
        if is_first
        else max((consent.notice_version for consent in consents), default=registration.event.notice_version)
    )
    at = clock.now()
    rows = [
        {"registration_id": registration.id, "kind": kind, "is_given": is_given, "notice_version": version, "at": at}
        for kind, is_given in given.items()
        if is_given is not None and before.get(kind) is not is_given
    ]
    if rows:
        db.session.execute(insert(Consent.__table__), rows)  # type: ignore[arg-type]


def _says_special_things(answers: "Answers") -> bool:
    """Whether a person's own form says something about special needs; what an organiser corrects is no consent."""
    is_own = answers.is_on_shared_list is not None
    return is_own and bool(answers.diet or answers.access_needs or answer_service.special_among(answers.replies.given))
