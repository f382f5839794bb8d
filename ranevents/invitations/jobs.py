"""What runs periodically: planned invitations go out, reminders by rule are written, dates pass.

Each invitation is a unit of work of its own: it can't stop the others, and a worker that dies leaves whole ones.
"""

from collections.abc import Callable, Iterable
from typing import Any

from ranevents.accounts.models import User
from ranevents.core import audit, clock, jobs
from ranevents.core.audit import Actor
from ranevents.core.db import db, unit_of_work
from ranevents.core.errors import DomainError
from ranevents.core.logs import log
from ranevents.events.models import Event
from ranevents.invitations import reminder_queries, reminder_service, service
from ranevents.invitations.guest_lists import SENT_AT_ONCE
from ranevents.invitations.models import Invitation


@jobs.periodic("invitations.send_planned", cron="* * * * *")
def send_planned() -> None:
    """Every minute."""
    send_all_planned()


@jobs.job("invitations.send_now", on=jobs.BULK)
def send_now() -> None:
    """What was planned for at once, because it is much."""
    send_all_planned()


@jobs.job("invitations.remind_chosen", on=jobs.BULK)
def remind_chosen(ids: list[int], occasion: str, user_id: int | None) -> None:
    """Remind these by hand: each once for this occasion, so that begun again it goes on where it stopped."""
    by = _actor(user_id)

    def verb(id: int) -> None:
        service.remind(db.session.get_one(Invitation, id), occasion=occasion, by=by)

    _all_or_again(_each(ids, verb))


def call_off_all(event: Event, *, by: Actor, **_told: Any) -> None:
    """The event does not take place: see to what is still open, at once or, where it is much, by a job.

    Until the job has come to somebody, a cancelled event takes no answer of theirs and sends them nothing anyway.
    """
    if len(reminder_queries.open_of(event.id)) > SENT_AT_ONCE:
        jobs.defer(call_off, arguments={"event_id": event.id, "user_id": by.id})
    else:
        reminder_service.call_off_all(event, by=by)


@jobs.job("invitations.call_off", on=jobs.BULK)
def call_off(event_id: int, user_id: int | None) -> None:
    """The event does not take place: withdraw what is still open, and tell who was asked; begun again, the rest."""
    by = _actor(user_id)
    ids = reminder_queries.open_of(event_id)
    _all_or_again(_each(ids, lambda id: reminder_service.call_off(db.session.get_one(Invitation, id), by=by)))


def _actor(user_id: int | None) -> Actor:
    """The organiser who asked for it; the system, where nobody did who still has an account."""
    with unit_of_work():
        user = db.session.get(User, user_id) if user_id else None
        return user.as_actor if user else audit.SYSTEM


def _all_or_again(went_well: bool) -> None:
    """Let the queue try a job again that left somebody out: what it has done is not done twice."""
    if not went_well:
        raise RuntimeError("somebody was left out")


@jobs.periodic("invitations.expire", cron="* * * * *")
def expire() -> None:
    """Every minute."""
    expire_all_over()


@jobs.periodic("invitations.remind", cron="*/5 * * * *")
def remind() -> None:
    """Every five minutes."""
    remind_all_due()


def send_all_planned() -> None:
    """Send each draft whose time has come; one that can't go out is left to the organiser."""
    at = clock.now()
    while _each(ids := reminder_queries.planned(at), _send) and len(ids) == reminder_queries.AT_ONCE:
        pass


def _send(id: int) -> None:
    invitation = reminder_queries.take_planned(id, clock.now())
    if invitation is None:
        return
    try:
        with db.session.begin_nested():
            service.send(invitation, by=audit.SYSTEM)
    except DomainError as refusal:
        log.warning("a planned invitation could not be sent", invitation=id, why=type(refusal).__name__)
        db.session.refresh(invitation)
        reminder_service.hold_back(invitation)


def remind_all_due() -> None:
    """Remind each silent one for whom a rule's day has come: once for each rule and date, whoever asks how often."""
    _each(reminder_queries.to_remind(clock.now()), _remind)


def _remind(id: int) -> None:
    found = reminder_queries.take_to_remind(id, clock.now())
    if found is not None:
        invitation, occasion = found
        service.remind(invitation, occasion=occasion, by=audit.SYSTEM)


def expire_all_over() -> None:
    """End the wait for those who have not answered by their date."""
    at = clock.now()
    _each(reminder_queries.over(at), lambda id: service.expire(db.session.get_one(Invitation, id), at=at))


def _each(ids: Iterable[int], verb: Callable[[int], None]) -> bool:
    """Do it for each; whether all went well."""
    went_well = True
    for id in ids:
        if jobs.stopping.is_set():
            return False
        try:
            with unit_of_work():
                verb(id)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with this one, the others wait
            went_well = False
            log.error("an invitation could not be seen to", invitation=id, exc_info=error)
    return went_well
