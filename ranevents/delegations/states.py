"""The life of a delegation, of a nomination, of what a focal point asks for, and of a letter of credentials."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from ranevents.core.states import Life


class DelegationState(StrEnum):
    """Where a delegation stands."""

    INVITED = "invited"
    NOMINATING = "nominating"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state as a reader sees it."""
        return str(_DELEGATIONS[self])


_DELEGATIONS = {
    DelegationState.INVITED: _l("Nobody named yet"),
    DelegationState.NOMINATING: _l("Being composed"),
    DelegationState.SUBMITTED: _l("Submitted"),
    DelegationState.CONFIRMED: lazy_pgettext("delegation", "Confirmed"),
    DelegationState.WITHDRAWN: lazy_pgettext("delegation", "Withdrawn"),
}


class DelegationStep(StrEnum):
    """What may happen to a delegation."""

    NAME = "name"
    SUBMIT = "submit"
    CONFIRM = "confirm"
    RETURN = "return"
    WITHDRAW = "withdraw"
    RESUME = "resume"

    @property
    def told(self) -> str:
        """The step as the history tells it."""
        return str(_TOLD[self])


_TOLD = {
    DelegationStep.NAME: _l("First member named"),
    DelegationStep.SUBMIT: _l("Delegation submitted"),
    DelegationStep.CONFIRM: _l("Delegation confirmed"),
    DelegationStep.RETURN: _l("Returned to the focal point"),
    DelegationStep.WITHDRAW: _l("Delegation withdrawn"),
    DelegationStep.RESUME: _l("Delegation taken up again"),
}

_D, _T = DelegationState, DelegationStep
LIFE = Life(
    name="delegation",
    moves={
        (_D.INVITED, _T.NAME): _D.NOMINATING,
        (_D.NOMINATING, _T.SUBMIT): _D.SUBMITTED,
        (_D.SUBMITTED, _T.CONFIRM): _D.CONFIRMED,
        (_D.SUBMITTED, _T.RETURN): _D.NOMINATING,
        (_D.CONFIRMED, _T.RETURN): _D.NOMINATING,
        **{(state, _T.WITHDRAW): _D.WITHDRAWN for state in (_D.INVITED, _D.NOMINATING, _D.SUBMITTED, _D.CONFIRMED)},
        (_D.WITHDRAWN, _T.RESUME): _D.INVITED,
    },
    silent=frozenset({_T.NAME}),
)


class NominationState(StrEnum):
    """Where a nomination stands; of one that is named, the registration says more."""

    NEW = "new"
    WAITING = "waiting"
    NAMED = "named"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state as a reader sees it."""
        return str(_NOMINATIONS[self])


_NOMINATIONS = {
    NominationState.NEW: _l("New"),
    NominationState.WAITING: _l("Waits for the organiser"),
    NominationState.NAMED: _l("Named"),
    NominationState.REFUSED: lazy_pgettext("nomination", "Not accepted"),
    NominationState.WITHDRAWN: lazy_pgettext("nomination", "Withdrawn"),
}


class NominationStep(StrEnum):
    """What may happen to a nomination."""

    NAME = "name"
    QUEUE = "queue"
    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


_N, _S = NominationState, NominationStep
NOMINATION_LIFE = Life(
    name="nomination",
    moves={
        (_N.NEW, _S.NAME): _N.NAMED,
        (_N.NEW, _S.QUEUE): _N.WAITING,
        (_N.WAITING, _S.GRANT): _N.NAMED,
        (_N.WAITING, _S.NAME): _N.NAMED,
        (_N.WAITING, _S.REFUSE): _N.REFUSED,
        (_N.WAITING, _S.WITHDRAW): _N.WITHDRAWN,
    },
    # The person has the mail of their registration; a wish is told to the organiser.
    silent=frozenset({_S.NAME, _S.WITHDRAW}),
)


class RequestState(StrEnum):
    """Where stands what a focal point wrote to the organiser."""

    OPEN = "open"
    ANSWERED = "answered"
    GRANTED = "granted"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """The state as a reader sees it."""
        return str(_REQUESTS[self])


_REQUESTS = {
    RequestState.OPEN: lazy_pgettext("request", "Open"),
    RequestState.ANSWERED: lazy_pgettext("request", "Answered"),
    RequestState.GRANTED: lazy_pgettext("request", "Granted"),
    RequestState.REFUSED: lazy_pgettext("request", "Not granted"),
}


class RequestStep(StrEnum):
    """What an organiser may do with it."""

    ANSWER = "answer"
    GRANT = "grant"
    REFUSE = "refuse"


REQUEST_LIFE = Life(
    name="request",
    moves={
        (RequestState.OPEN, RequestStep.ANSWER): RequestState.ANSWERED,
        (RequestState.OPEN, RequestStep.GRANT): RequestState.GRANTED,
        (RequestState.OPEN, RequestStep.REFUSE): RequestState.REFUSED,
    },
)


class CredentialState(StrEnum):
    """Where a letter of credentials stands."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    RETURNED = "returned"

    @property
    def label(self) -> str:
        """The state as a reader sees it."""
        return str(_CREDENTIALS[self])


_CREDENTIALS = {
    CredentialState.RECEIVED: _l("Received"),
    CredentialState.ACCEPTED: lazy_pgettext("credentials", "Accepted"),
    CredentialState.RETURNED: lazy_pgettext("credentials", "Returned"),
}


class CredentialStep(StrEnum):
    """What an organiser may do with it."""

    ACCEPT = "accept"
    RETURN = "return"


CREDENTIAL_LIFE = Life(
    name="credential",
    moves={
        (CredentialState.RECEIVED, CredentialStep.ACCEPT): CredentialState.ACCEPTED,
        (CredentialState.RECEIVED, CredentialStep.RETURN): CredentialState.RETURNED,
        (CredentialState.ACCEPTED, CredentialStep.RETURN): CredentialState.RETURNED,
    },
)
