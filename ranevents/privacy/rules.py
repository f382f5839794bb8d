"""Pure decisions about how long what is kept, and by when a wish must be answered."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

UNFINISHED_UPLOADS_KEPT = timedelta(days=1)
ORGANISERS_MAILS_KEPT = timedelta(days=180)
"""How long what organisers were written about their accounts is kept."""


class DataKind(StrEnum):
    """What is kept for a time of its own, in the order in which it usually goes."""

    SPECIAL = "special"
    LETTERS = "letters"
    ANSWERS = "answers"
    ENDED = "ended"
    MAILS = "mails"
    CIRCULARS = "circulars"
    PARTICULARS = "particulars"
    GUESTS = "guests"
    UPLOADS = "uploads"
    ORGANISERS_MAILS = "organisers_mails"

    @property
    def label(self) -> str:
        """What it is, as a reader sees it."""
        return str(_LABELS[self])

    @property
    def purpose(self) -> str:
        """What it is kept for, and by what right."""
        return str(_PURPOSES[self])


_LABELS = {
    DataKind.SPECIAL: _l("Diet and accessibility needs"),
    DataKind.LETTERS: _l("Letters of invitation"),
    DataKind.ANSWERS: _l("Answers to the event's own questions, with their files"),
    DataKind.ENDED: _l("Registrations without a place in the end"),
    DataKind.MAILS: _l("The content of mails"),
    DataKind.CIRCULARS: _l("Mails to many"),
    DataKind.PARTICULARS: _l("Particulars of those who had a place"),
    DataKind.GUESTS: _l("Guests and invited people who never registered"),
    DataKind.UPLOADS: _l("Files of forms that were never sent"),
    DataKind.ORGANISERS_MAILS: _l("The content of mails to organisers about their accounts"),
}
_PURPOSES = {
    DataKind.SPECIAL: _l(
        "For catering, and so that everybody can take part; held because it was told by choice (GDPR, Article 9(2)(a))."
    ),
    DataKind.LETTERS: _l(
        "So that a letter can be sent or printed again while a visa is being asked for (GDPR, Article 6(1)(e) or (f))."
    ),
    DataKind.ANSWERS: _l("For what each question says. Each has a time of its own."),
    DataKind.ENDED: _l("To answer questions about who could not come, and why (GDPR, Article 6(1)(e) or (f))."),
    DataKind.MAILS: _l("To see what was told to whom, should it be in doubt (GDPR, Article 6(1)(e) or (f))."),
    DataKind.CIRCULARS: _l("To see what many were told, should it be in doubt."),
    DataKind.PARTICULARS: _l(
        "To run the event and account for it afterwards (GDPR, Article 6(1)(e) or (f); the privacy notice says more)."
    ),
    DataKind.GUESTS: _l("To invite people to the event and account for it afterwards (GDPR, Article 6(1)(e) or (f))."),
    DataKind.UPLOADS: _l("So that a form that is sent again need not be given its files again."),
    DataKind.ORGANISERS_MAILS: _l("To see what organisers were told, should it be in doubt."),
}


@dataclass(frozen=True)
class Period:
    """How many days after the event a kind of data may be kept: the column that says so, and the bounds."""

    column: str
    least: int
    most: int


PERIODS: Mapping[DataKind, Period] = {
    DataKind.SPECIAL: Period("special_kept_days", 1, 90),
    DataKind.ENDED: Period("ended_kept_days", 1, 365),
    DataKind.MAILS: Period("mails_kept_days", 1, 365),
    DataKind.PARTICULARS: Period("particulars_kept_days", 1, 1095),
}
"""The times that an event's owner sets. Questions have their own."""


def kept_until(last_on: date, days: int) -> date:
    """The last day on which something is kept, so many days after the event's last day."""
    return last_on + timedelta(days=days)


def goes_on(last_on: Any, days: Any) -> Any:
    """The day in whose night it goes: dates and numbers, or columns of them."""
    return last_on + days + 1


def answer_by(asked_on: date) -> date:
    """The last day for the answer to a person's wish: one month later (GDPR, Article 12(3)).

    Where that month has no such day, its last one (Regulation 1182/71, Article 3(2)(c)).
    """
    year, month = divmod(asked_on.year * 12 + asked_on.month, 12)
    return date(year, month + 1, min(asked_on.day, calendar.monthrange(year, month + 1)[1]))


def broken_promises(
    before: Mapping[DataKind, int], promised: Mapping[DataKind, int], wanted: Mapping[DataKind, int]
) -> list[DataKind]:
    """What would be kept longer than before, and longer than somebody was promised."""
    return [kind for kind, days in wanted.items() if days > before[kind] and days > promised.get(kind, days)]
