"""The life of an invitation, and that of a substitute whom an invited person proposes (docs/domain.md)."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from ranevents.core.states import Life


class InvitationState(StrEnum):
    """Where an invitation stands."""

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        """The state as a reader sees it."""
        return str(_LABELS[self])

    @property
    def is_answered(self) -> bool:
        """Whether the person has said yes or no."""
        return self in (InvitationState.ACCEPTED, InvitationState.DECLINED)


_LABELS = {
    InvitationState.DRAFT: _l("Not sent yet"),
    InvitationState.SENT: _l("No answer yet"),
    InvitationState.ACCEPTED: lazy_pgettext("invitation", "Accepted"),
    InvitationState.DECLINED: lazy_pgettext("invitation", "Declined"),
    InvitationState.EXPIRED: _l("Date has passed"),
    InvitationState.REVOKED: lazy_pgettext("invitation", "Withdrawn"),
}


class InvitationStep(StrEnum):
    """What may happen to an invitation."""

    SEND = "send"
    ACCEPT = "accept"
    DECLINE = "decline"
    REPLACE = "replace"
    EXPIRE = "expire"
    EXTEND = "extend"
    REVOKE = "revoke"
    ASK_AGAIN = "ask_again"

    @property
    def told(self) -> str:
        """The step as the history tells it."""
        return str(_TOLD[self])


_TOLD = {
    InvitationStep.SEND: _l("Invitation sent"),
    InvitationStep.ACCEPT: _l("Invitation accepted"),
    InvitationStep.DECLINE: _l("Invitation declined"),
    InvitationStep.REPLACE: _l("Replaced by a substitute"),
    InvitationStep.EXPIRE: _l("No answer by the date"),
    InvitationStep.EXTEND: _l("More time given"),
    InvitationStep.REVOKE: _l("Invitation withdrawn"),
    InvitationStep.ASK_AGAIN: _l("Asked again"),
}


def told(step: str) -> str:
    """An entry of the history as a reader sees it: a step, or what else happened to an invitation."""
    return InvitationStep(step).told if step in set(InvitationStep) else str(_BESIDE[step])


_BESIDE = {
    "draft": _l("Invitation prepared"),
    "remind": _l("Reminder sent"),
    "hold_back": _l("Could not go out at its time"),
    "correct_address": _l("E-mail address corrected"),
    "bounce": _l("The mail came back"),
    "propose_substitute": _l("A substitute proposed"),
    "erase": _l("Personal data erased"),
}
"""What else may stand in the history: nothing that moves it."""

_S, _T = InvitationState, InvitationStep
LIFE = Life(
    name="invitation",
    moves={
        (_S.DRAFT, _T.SEND): _S.SENT,
        (_S.SENT, _T.ACCEPT): _S.ACCEPTED,
        (_S.SENT, _T.DECLINE): _S.DECLINED,
        # Somebody comes in their place: they have said no, but are counted apart.
        (_S.SENT, _T.REPLACE): _S.DECLINED,
        (_S.SENT, _T.EXPIRE): _S.EXPIRED,
        (_S.SENT, _T.EXTEND): _S.SENT,
        (_S.EXPIRED, _T.EXTEND): _S.SENT,
        (_S.DRAFT, _T.REVOKE): _S.REVOKED,
        (_S.SENT, _T.REVOKE): _S.REVOKED,
        (_S.EXPIRED, _T.REVOKE): _S.REVOKED,
        (_S.DECLINED, _T.ASK_AGAIN): _S.SENT,
        (_S.REVOKED, _T.ASK_AGAIN): _S.SENT,
        # Only where what came of it has ended.
        (_S.ACCEPTED, _T.ASK_AGAIN): _S.SENT,
    },
    # Who accepts gets the mail of their registration; who is replaced, that of their proposal.
    silent=frozenset({_T.ACCEPT, _T.EXPIRE, _T.REPLACE}),
)


class SubstituteState(StrEnum):
    """Where the proposal of a substitute stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """The state as a reader sees it."""
        return str(_SUBSTITUTES[self])


_SUBSTITUTES = {
    SubstituteState.PROPOSED: _l("Proposed"),
    SubstituteState.APPROVED: _l("Approved"),
    SubstituteState.REFUSED: _l("Not accepted"),
}


class SubstituteStep(StrEnum):
    """What an organiser may do with the proposal of a substitute."""

    APPROVE = "approve"
    REFUSE = "refuse"


SUBSTITUTE_LIFE = Life(
    name="substitute",
    moves={
        (SubstituteState.PROPOSED, SubstituteStep.APPROVE): SubstituteState.APPROVED,
        (SubstituteState.PROPOSED, SubstituteStep.REFUSE): SubstituteState.REFUSED,
    },
)
