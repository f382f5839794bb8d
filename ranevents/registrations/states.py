"""The life of a registration, exactly as the domain tells it (docs/domain.md)."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from ranevents.core.states import Life


class RegistrationState(StrEnum):
    """Where a registration stands."""

    NEW = "new"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"

    @property
    def label(self) -> str:
        """The state as a reader sees it."""
        return str(_LABELS[self])

    @property
    def holds_place(self) -> bool:
        """Whether a place is held for it."""
        return self in HOLDING

    @property
    def is_live(self) -> bool:
        """Whether it still holds, waits for, or hopes for a place."""
        return self in LIVE


_LABELS = {
    RegistrationState.NEW: _l("New"),
    RegistrationState.PENDING: _l("Awaiting approval"),
    RegistrationState.CONFIRMED: _l("Confirmed"),
    RegistrationState.WAITLISTED: _l("On the waiting list"),
    RegistrationState.OFFERED: _l("Place offered"),
    RegistrationState.REJECTED: _l("Not accepted"),
    RegistrationState.CANCELLED: lazy_pgettext("registration", "Cancelled"),
    RegistrationState.LAPSED: _l("Offer lapsed"),
}
HOLDING = frozenset({RegistrationState.CONFIRMED, RegistrationState.OFFERED})
LIVE = HOLDING | {RegistrationState.PENDING, RegistrationState.WAITLISTED}


class Happening(StrEnum):
    """What other rooms may have to act upon."""

    CORRECTING = "registration about to be corrected"
    READDRESSED = "person has another address"
    ENDED = "registration has ended"
    SUBSTITUTED = "place was passed on"


class RegistrationStep(StrEnum):
    """What may happen to a registration."""

    CONFIRM = "confirm"
    RECEIVE = "receive"
    PARK = "park"
    REJECT = "reject"
    OFFER = "offer"
    ACCEPT = "accept"
    DECLINE = "decline"
    LAPSE = "lapse"
    CANCEL = "cancel"
    CALL_OFF = "call_off"
    ASK = "ask"
    SUBSTITUTE = "substitute"
    TAKE_OVER = "take_over"

    @property
    def told(self) -> str:
        """The step as the history tells it."""
        return str(_TOLD[self])


_TOLD = {
    RegistrationStep.CONFIRM: _l("Place confirmed"),
    RegistrationStep.RECEIVE: _l("Registered: awaits approval"),
    RegistrationStep.PARK: _l("Put on the waiting list"),
    RegistrationStep.REJECT: _l("Rejected"),
    RegistrationStep.OFFER: _l("Place offered"),
    RegistrationStep.ACCEPT: _l("Offer accepted"),
    RegistrationStep.DECLINE: _l("Offer declined"),
    RegistrationStep.LAPSE: _l("Offer lapsed"),
    RegistrationStep.CANCEL: lazy_pgettext("registration", "Cancelled"),
    RegistrationStep.CALL_OFF: _l("Cancelled with the event"),
    RegistrationStep.ASK: _l("Named, and asked to fill in the form"),
    RegistrationStep.SUBSTITUTE: _l("Replaced by somebody else"),
    RegistrationStep.TAKE_OVER: _l("Took over a place"),
}


def told(step: str) -> str:
    """An entry of the history as a reader sees it: a step, or a correction of what was sent in."""
    return RegistrationStep(step).told if step in set(RegistrationStep) else str(_BESIDE[step])


_BESIDE = {
    "change": _l("Particulars changed"),
    "come_as": _l("Comes in another capacity"),
    "complete": _l("Form filled in by the person"),
    "withdraw": _l("A consent withdrawn"),
    "erase": _l("Personal data erased"),
}
"""What else may stand in the history: nothing that moves it."""


LIFE = Life(
    name="registration",
    moves={
        (RegistrationState.NEW, RegistrationStep.CONFIRM): RegistrationState.CONFIRMED,
        (RegistrationState.NEW, RegistrationStep.RECEIVE): RegistrationState.PENDING,
        (RegistrationState.NEW, RegistrationStep.PARK): RegistrationState.WAITLISTED,
        (RegistrationState.PENDING, RegistrationStep.CONFIRM): RegistrationState.CONFIRMED,
        (RegistrationState.PENDING, RegistrationStep.PARK): RegistrationState.WAITLISTED,
        (RegistrationState.PENDING, RegistrationStep.REJECT): RegistrationState.REJECTED,
        (RegistrationState.WAITLISTED, RegistrationStep.REJECT): RegistrationState.REJECTED,
        (RegistrationState.WAITLISTED, RegistrationStep.OFFER): RegistrationState.OFFERED,
        (RegistrationState.OFFERED, RegistrationStep.ACCEPT): RegistrationState.CONFIRMED,
        (RegistrationState.OFFERED, RegistrationStep.DECLINE): RegistrationState.CANCELLED,
        (RegistrationState.OFFERED, RegistrationStep.LAPSE): RegistrationState.LAPSED,
        (RegistrationState.NEW, RegistrationStep.ASK): RegistrationState.OFFERED,
        (RegistrationState.NEW, RegistrationStep.TAKE_OVER): RegistrationState.CONFIRMED,
        **{(state, RegistrationStep.SUBSTITUTE): RegistrationState.CANCELLED for state in LIVE},
        **{(state, RegistrationStep.CANCEL): RegistrationState.CANCELLED for state in LIVE},
        **{(state, RegistrationStep.CALL_OFF): RegistrationState.CANCELLED for state in LIVE},
    },
)
