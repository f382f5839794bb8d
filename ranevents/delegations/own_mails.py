"""The mails of this room that organisers may put into their own words."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from ranevents.core import tokens
from ranevents.delegations import queries
from ranevents.delegations.mails import letter
from ranevents.delegations.models import Delegation, DelegationKind, FocalPoint
from ranevents.delegations.states import DelegationState
from ranevents.events.models import Event
from ranevents.mailing.outbox import EVENT_PLACEHOLDERS, PERSON_PLACEHOLDERS, Editable, Letter
from ranevents.people.models import Person

_PLACEHOLDERS = {
    **PERSON_PLACEHOLDERS,
    **EVENT_PLACEHOLDERS,
    "delegation": _l("the name of the delegation"),
    "deadline": _l("until when the delegation can be composed"),
    "quota": _l("how many it may be, in all and per capacity"),
}


def _examples(mail: str) -> Callable[[Any, str, int], Sequence[Letter]]:
    """How the mail reads to focal points; to somebody invented where there is none."""

    def letters(event: Event, language: str, most: int) -> list[Letter]:
        found: Iterable[FocalPoint] = list(queries.standing_focal_points(event))[:most] or [_nobody(event, language)]
        return [letter(one, mail, "example", language=language) for one in found]

    return letters


def _nobody(event: Event, language: str) -> FocalPoint:
    person = Person(
        id=0, given_name="Elena", family_name="Dimitrova", form_of_address="Ms", email="elena@example.org",
        language=language,
    )  # fmt: skip
    delegation = Delegation(
        id=0, event=event, kind=DelegationKind.COUNTRY, country="BG", name="", pool=event.pool, quotas=[],
        state=DelegationState.INVITED, deadline_at=event.begins_at,
    )  # fmt: skip
    return FocalPoint(id=0, delegation=delegation, person=person, reference=tokens.reference(), link_version=1)


EDITABLE = {
    "delegations/asked": Editable(_l("Focal point asked to name the delegation"), _PLACEHOLDERS, _examples("asked")),
    "delegations/reminder": Editable(_l("Focal point reminded"), _PLACEHOLDERS, _examples("reminder")),
}
"""The mails of this room that organisers may put into their own words."""
