"""The verbs about a delegation as a whole, from submitting to withdrawing, and about what its focal points ask."""

from datetime import datetime

from ranevents.core import audit, clock
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import Refused
from ranevents.core.states import take
from ranevents.delegations import queries, request_mails
from ranevents.delegations import refusal_service as refusal
from ranevents.delegations.models import Delegation, FocalPoint
from ranevents.delegations.request_models import DelegationRequest, RequestKind
from ranevents.delegations.states import (
    LIFE,
    DelegationStep,
    NominationStep,
    RequestState,
    RequestStep,
)
from ranevents.registrations import service as registering
from ranevents.registrations.states import RegistrationState


def submit(delegation: Delegation, *, by: Actor) -> None:
    """Say that the delegation is complete: the organiser confirms it. Raises DeadlinePassed, NotNaming and Refused."""
    refusal.lock(delegation)
    refusal.refuse_closed(delegation, by=by)
    delegation.submitted_at = clock.now()
    take(delegation, DelegationStep.SUBMIT, by=by)


def confirm(delegation: Delegation, *, by: Actor) -> None:
    """Accept the delegation as it is: whoever still awaits approval gets a place, or a rank on the waiting list."""
    refusal.lock(delegation)
    refusal.refuse_closed(delegation, by=by)
    take(delegation, DelegationStep.CONFIRM, by=by)
    approve_all(delegation, by=by)


def approve_all(delegation: Delegation, *, by: Actor) -> int:
    """Approve every member who awaits it, in the delegation's order; how many."""
    refusal.lock(delegation)
    members = [one.registration for one in queries.members(delegation) if one.registration is not None]
    pending = [one for one in members if one.state is RegistrationState.PENDING and one.erased_at is None]
    line = registering.hold(delegation.event, pending)
    for registration in pending:
        registering.approve_held(registration, line, by=by)
    return len(pending)


def give_back(delegation: Delegation, *, by: Actor, reason: str = "") -> None:
    """Return the delegation to its focal points, who are told why. Raises Refused."""
    refusal.lock(delegation)
    take(delegation, DelegationStep.RETURN, by=by, why=reason, reason=reason)


def withdraw(delegation: Delegation, *, by: Actor, reason: str = "") -> None:
    """Nobody comes for it: every registration is cancelled, every wish withdrawn. Raises Refused and EventOver."""
    refusal.lock(delegation)
    registering.refuse_after(delegation.event)
    take(delegation, DelegationStep.WITHDRAW, by=by, why=reason, reason=reason)
    for nomination in queries.wishes(delegation):
        take(nomination, NominationStep.WITHDRAW, by=by)
    for nomination in queries.members(delegation):
        if nomination.registration is not None:
            registering.cancel(nomination.registration, by=by, reason=reason)


def resume(delegation: Delegation, *, by: Actor) -> None:
    """Let a delegation that was withdrawn be composed anew. Raises Refused."""
    refusal.lock(delegation)
    take(delegation, DelegationStep.RESUME, by=by)


def may(delegation: Delegation, step: DelegationStep) -> bool:
    """Whether the table has this step now: pages show their buttons by it."""
    return LIFE.allows(delegation.state, step)


# What focal points write


def write(focal_point: FocalPoint, kind: RequestKind, text: str, *, submission_id: str, by: Actor) -> DelegationRequest:
    """Leave a message to the organiser, or ask for a change. The same form again finds what it made. Raises Refused."""
    delegation = focal_point.delegation
    refusal.lock(delegation)
    known = queries.request_of_submission(submission_id)
    if known is not None:
        if known.delegation_id != delegation.id:
            raise Refused
        return known
    request = DelegationRequest(
        delegation=delegation,
        focal_point=focal_point,
        kind=kind,
        state=RequestState.OPEN,
        text=text,
        submission_id=submission_id,
        asked_at=clock.now(),
    )
    db.session.add(request)
    db.session.flush()
    audit.record(request, "write", by=by, kind=kind.value)
    request_mails.request_received(request)
    return request


def answer(request: DelegationRequest, text: str, *, by: Actor) -> None:
    """Answer a message; the focal point reads it in a mail and on the page. Raises Refused."""
    _decide(request, RequestStep.ANSWER, text, by=by)


def grant(request: DelegationRequest, until: datetime, text: str = "", *, by: Actor) -> None:
    """Open the delegation again until then. Raises NoSuchDate and Refused."""
    refusal.lock(request.delegation)
    refusal.refuse_date(request.delegation, until)
    request.delegation.reopened_until = until
    _decide(request, RequestStep.GRANT, text, by=by)


def refuse(request: DelegationRequest, text: str = "", *, by: Actor) -> None:
    """Don't open it again; the focal point reads why. Raises Refused."""
    _decide(request, RequestStep.REFUSE, text, by=by)


def _decide(request: DelegationRequest, step: RequestStep, text: str, *, by: Actor) -> None:
    refusal.lock(request.delegation)
    db.session.refresh(request, ["state"])
    request.answer, request.decided_at = text, clock.now()
    take(request, step, by=by)
