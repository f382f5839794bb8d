"""What is written about requests of focal points, and about letters of credentials."""

from collections.abc import Sequence

from flask_babel import gettext as _

from ranevents.delegations.mails import notice, said, tell, tell_organisers
from ranevents.delegations.request_models import Credential, DelegationRequest
from ranevents.delegations.states import CREDENTIAL_LIFE, REQUEST_LIFE, CredentialStep, RequestStep
from ranevents.events import times


def request_received(request: DelegationRequest) -> None:
    """To the organisers: a focal point has written."""
    tell_organisers(request.delegation, f"request:{request.submission_id}", _("A focal point has written to you."))


@REQUEST_LIFE.mail(RequestStep.ANSWER)
@REQUEST_LIFE.mail(RequestStep.GRANT)
@REQUEST_LIFE.mail(RequestStep.REFUSE)
def request_decided(request: DelegationRequest) -> None:
    """To who wrote: the organisers' answer."""
    delegation = request.delegation

    def say() -> tuple[str, Sequence[str]]:
        opened = times.instant(delegation.reopened_until, delegation.event.zone) if delegation.reopened_until else ""
        words = {
            "answered": _("The organisers have answered your message."),
            "granted": _("You can change your delegation again until %(until)s.", until=opened),
            "refused": _("The organisers could not grant the change that you asked for."),
        }
        return (
            _("About your delegation: %(delegation)s", delegation=delegation.title),
            [words[request.state.value], *said(request.answer)],
        )

    if request.focal_point.ended_at is None:
        notice(request.focal_point, f"request:{request.id}", say)


@CREDENTIAL_LIFE.mail(CredentialStep.ACCEPT)
def credential_accepted(credential: Credential) -> None:
    """The letter is in order."""

    def say() -> tuple[str, Sequence[str]]:
        return (
            _("Letter of credentials accepted"),
            [_("The letter of credentials of your delegation is in order. Thank you.")],
        )

    tell(credential.delegation, f"credential:{credential.id}:accepted", say)


@CREDENTIAL_LIFE.mail(CredentialStep.RETURN)
def credential_returned(credential: Credential) -> None:
    """Please send another letter."""

    def say() -> tuple[str, Sequence[str]]:
        return (
            _("Please send another letter of credentials"),
            [
                _("The organisers could not accept the letter of credentials of your delegation."),
                *said(credential.reason),
                _("Please upload another one through your personal link."),
            ],
        )

    tell(credential.delegation, f"credential:{credential.id}:returned", say)
