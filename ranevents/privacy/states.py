"""The life of a person's wish to be forgotten."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l

from ranevents.core.states import Life


class ErasureState(StrEnum):
    """Where the wish stands."""

    REQUESTED = "requested"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state as a reader sees it."""
        return str(_LABELS[self])


_LABELS = {
    ErasureState.REQUESTED: _l("Awaits an answer"),
    ErasureState.DONE: _l("Erased"),
    ErasureState.DECLINED: _l("Declined"),
    ErasureState.WITHDRAWN: _l("Withdrawn"),
}


class ErasureStep(StrEnum):
    """What may happen to it."""

    ERASE = "erase"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


LIFE = Life(
    name="erasure",
    moves={
        (ErasureState.REQUESTED, ErasureStep.ERASE): ErasureState.DONE,
        (ErasureState.REQUESTED, ErasureStep.DECLINE): ErasureState.DECLINED,
        (ErasureState.REQUESTED, ErasureStep.WITHDRAW): ErasureState.WITHDRAWN,
    },
    # Erasing writes its last mail while there still is an address, with or without a request; the page tells of both.
    silent=frozenset({ErasureStep.ERASE, ErasureStep.WITHDRAW}),
)
