"""Delivery: when a change calls for it, and every minute for what is due again or was left behind."""

from datetime import timedelta

from sqlalchemy import delete

from ranevents.core import clock, jobs, limits
from ranevents.core.db import db, unit_of_work
from ranevents.mailing import delivery, queries
from ranevents.mailing.models import MailQueue, SendingAllowance

ALLOWANCES_KEPT = timedelta(days=1)


@jobs.job("mailing.deliver_prompt", on=jobs.PROMPT)
def deliver_prompt() -> None:
    """Send what somebody waits for."""
    _deliver(MailQueue.PROMPT)


@jobs.job("mailing.deliver_bulk", on=jobs.BULK)
def deliver_bulk() -> None:
    """Send bulk mail."""
    _deliver(MailQueue.BULK)


TASKS = {MailQueue.PROMPT: deliver_prompt, MailQueue.BULK: deliver_bulk}


def _deliver(queue: MailQueue) -> None:
    ending = delivery.drain(queue)
    with unit_of_work():
        at = delivery.come_back_at(queue, ending)
        if at is not None and not jobs.is_waiting(TASKS[queue], by=at):
            jobs.defer(TASKS[queue], at=at)


def take_up() -> None:
    """Have everything sent that is due: retries, and what a worker that died left behind."""
    with unit_of_work():
        at = clock.now()
        for queue in queries.queues_with_due(at):
            if not jobs.is_waiting(TASKS[queue], by=at):
                jobs.defer(TASKS[queue])


@jobs.periodic("mailing.sweep", cron="* * * * *")
def sweep() -> None:
    """Take up what is due, every minute."""
    take_up()


@jobs.periodic("mailing.tidy", cron="17 3 * * *")
def tidy() -> None:
    """Forget the counters of minutes and windows that are over, and jobs that failed long ago, every night."""
    with unit_of_work():
        jobs.forget_old_failures()
        limits.forget_ended()
        db.session.execute(delete(SendingAllowance).where(SendingAllowance.minute < clock.now() - ALLOWANCES_KEPT))
