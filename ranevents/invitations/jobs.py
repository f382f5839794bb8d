"""What runs periodically: planned invitations go out, reminders by rule are written, dates pass.

Each invitation is a unit of work of its own: it can't stop the others, and a worker that dies leaves whole ones.
"""

from collections.abc import Callable, Iterable

from ranevents.core import audit, clock, jobs
from ranevents.core.db import db, unit_of_work
from ranevents.core.errors import DomainError
from ranevents.core.logs import log
from ranevents.invitations import reminder_queries, reminder_service, service
from ranevents.invitations.models import Invitation


@jobs.periodic("invitations.send_planned", cron="* * * * *")
def send_planned() -> None:
    """Every minute."""
    send_all_planned()


@jobs.job("invitations.send_now", on=jobs.BULK)
def send_now() -> None:
    """What was planned for at once, because it is much."""
    send_all_planned()


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
