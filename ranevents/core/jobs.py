"""The queue inside PostgreSQL: jobs deferred in the same transaction as the change that calls for them.

Queues: `prompt` (a person waits for it), `bulk` (many mails), `house` (periodic work). Each has a lane of its own in
every worker, so that none waits for another.

A job that fails is tried again with growing pauses; one that failed for good stays in the table, where `/readyz` and
`ranevents check` see it, until its like has succeeded or `FAILED_KEPT` is over.
"""

import asyncio
import functools
import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import procrastinate
import psycopg
from flask import Flask
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, JobDeferrer, Status
from procrastinate.manager import JobManager
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from procrastinate.tasks import Task
from psycopg_pool import PoolTimeout
from sqlalchemy import text

from ranevents.core.db import db, unit_of_work
from ranevents.core.logs import log

PROMPT, BULK, HOUSE = "prompt", "bulk", "house"
LANES = {PROMPT: 2, BULK: 1, HOUSE: 1}
"""How many jobs of a queue one worker does at a time."""
DELETE_JOBS = "successful"
SECONDS_TO_FINISH = 700
"""How long a worker that was asked to stop may still wait for the relay's answer to the mail in hand."""
SECONDS_UNTIL_ANOTHER_TRY = 2
TRIES = 5
"""A job whose worker died is begun again; after so many times we take the job for the cause."""
PAUSES_SECONDS = (10, 60, 300, 1800, 7200)
"""After each failure of a job; after the last one it has failed for good."""
FAILED_KEPT = timedelta(days=7)
PATIENCE = timedelta(minutes=5)
"""A job that is due for longer waits for a worker in vain; a worker not heard of for as long is gone."""

queue = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
# A running worker gives `queue` an asynchronous connector; what joins a session's transaction stays synchronous.
_in_transaction = JobManager(procrastinate.SyncPsycopgConnector())
_app: Flask | None = None
stopping = threading.Event()
"""Set when the process was asked to stop: a long job ends at the next good moment."""


class _LaterAndLater(BaseRetryStrategy):
    """Tries a job again after each of PAUSES_SECONDS."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again; None when it has failed for good."""
        if job.attempts >= len(PAUSES_SECONDS):
            log.error(
                "job failed for good", job=job.task_name, attempts=job.attempts + 1, error=type(exception).__name__
            )
            return None
        pause = PAUSES_SECONDS[job.attempts]
        log.warning("job failed", job=job.task_name, error=type(exception).__name__, again_in_seconds=pause)
        return RetryDecision(retry_in={"seconds": pause})


def job(name: str, *, on: str, is_periodic: bool = False) -> Callable[[Callable[..., None]], Any]:
    """Declare a job. It runs in an application context; it sees to its own units of work.

    One that fails is tried again later, but for periodic work: that has its next turn.
    """

    def declare(function: Callable[..., None]) -> Any:
        @functools.wraps(function)
        def run(**arguments: Any) -> None:
            if _app is None:
                raise RuntimeError("a job ran outside a worker")
            with _app.app_context():
                function(**arguments)
                if is_periodic or not arguments:
                    _forget_failures(name)

        retry = False if is_periodic else _LaterAndLater()
        return queue.task(name=name, queue=on, pass_context=False, retry=retry)(run)

    return declare


def periodic(name: str, *, cron: str) -> Callable[[Callable[[], None]], Any]:
    """Declare work for every time that `cron` names (in UTC); one worker does it, however many there are."""

    def declare(function: Callable[[], None]) -> Any:
        @job(name, on=HOUSE, is_periodic=True)
        @functools.wraps(function)
        def run(timestamp: int) -> None:  # noqa: ARG001 - the queue passes the planned moment
            function()

        return queue.periodic(cron=cron)(run)

    return declare


def defer(task: Task[..., Any, Any], *, at: datetime | None = None, arguments: Mapping[str, Any] | None = None) -> None:
    """Put a job into the queue within the session's own transaction: after a rollback it was never there.

    It runs at once, or not before `at`.
    """
    raw = db.session.connection().connection.driver_connection
    planned = task.configure(schedule_at=at).job
    JobDeferrer(job=planned, job_manager=_in_transaction, connection=raw).defer(**(arguments or {}))


def is_waiting(task: Task[..., Any, Any], *, by: datetime) -> bool:
    """Whether such a job is in the queue already, not yet begun, to be run at `by` or before."""
    found = text(
        "SELECT 1 FROM procrastinate_jobs WHERE task_name = :name AND status = 'todo'"
        " AND (scheduled_at IS NULL OR scheduled_at <= :by) LIMIT 1"
    )
    return db.session.scalar(found, {"name": task.name, "by": by}) is not None


def failures() -> dict[str, int]:
    """How many jobs have failed for good, by name, and nothing has made up for it."""
    counted = text("SELECT task_name, count(*) FROM procrastinate_jobs WHERE status = 'failed' GROUP BY 1 ORDER BY 1")
    return dict(db.session.execute(counted).all())


def is_overdue() -> bool:
    """Whether a job has waited for a worker longer than it should; by the database's clock, as the queue goes by it."""
    # Only the queue's own notes tell when a job without a planned moment came in; the oldest one says enough.
    found = text(
        "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at < now() - :patience)"
        " OR EXISTS (SELECT 1 FROM procrastinate_events WHERE type = 'deferred' AND at < now() - :patience AND job_id ="
        " (SELECT min(id) FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at IS NULL))"
    )
    return bool(db.session.scalar(found, {"patience": PATIENCE}))


def has_worker() -> bool:
    """Whether some worker has been heard of lately."""
    heard = text("SELECT EXISTS (SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - :patience)")
    return bool(db.session.scalar(heard, {"patience": PATIENCE}))


def forget_old_failures() -> None:
    """Delete what failed, or was broken off, long ago."""
    old = text(
        "DELETE FROM procrastinate_jobs WHERE status IN ('failed', 'aborted', 'cancelled') AND id IN"
        " (SELECT job_id FROM procrastinate_events GROUP BY job_id HAVING max(at) < now() - :kept)"
    )
    db.session.execute(old, {"kept": FAILED_KEPT})


def _forget_failures(name: str) -> None:
    """Work that always does all there is to do has made up for the times when it failed."""
    with unit_of_work():
        db.session.execute(
            text("DELETE FROM procrastinate_jobs WHERE task_name = :name AND status = 'failed'"), {"name": name}
        )


@queue.periodic(cron="* * * * *")
@queue.task(name="core.begin_again", queue=HOUSE)
async def begin_again(timestamp: int) -> None:  # noqa: ARG001 - the queue passes the planned moment
    """Put the jobs of workers that died back into the queue, every minute."""
    for stalled in await queue.job_manager.get_stalled_jobs():
        with suppress(ConnectorException):  # it has ended after all, in this very moment
            if stalled.attempts < TRIES:
                await queue.job_manager.retry_job(stalled)
            else:
                log.error("job given up", job=stalled.task_name, attempts=stalled.attempts)
                await queue.job_manager.finish_job(stalled, Status.FAILED, delete_job=False)
    await queue.connector.execute_query_async(
        "DELETE FROM procrastinate_jobs WHERE task_name = 'core.begin_again' AND status = 'failed'"
    )


def work(app: Flask, *, at_start: Callable[[], None]) -> None:
    """Run jobs until SIGTERM or SIGINT; then finish what is in hand and return.

    `at_start` is run first: it takes up what a worker that died left behind.
    """
    global _app  # noqa: PLW0603 - jobs have no other way to their application
    _app = app
    stopping.clear()
    with app.app_context():
        at_start()
    asyncio.run(_work(app.config["SETTINGS"].database_url))


async def _work(address: str) -> None:
    connector = procrastinate.PsycopgConnector(conninfo=address, min_size=1, max_size=6)
    with queue.replace_connector(connector):
        async with queue.open_async():
            lanes = [asyncio.create_task(_lane(name, at_once)) for name, at_once in LANES.items()]
            _stop_on_signals(lanes)
            log.info("worker runs")
            ended = await asyncio.gather(*lanes, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error
    log.info("worker has stopped")


def _stop_on_signals(lanes: list[asyncio.Task[None]]) -> None:
    def stop() -> None:
        if stopping.is_set():
            return
        log.info("worker stops", finishing="what it holds")
        stopping.set()
        for lane in lanes:
            lane.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)


async def _lane(name: str, at_once: int) -> None:
    """Do the jobs of one queue; where the database goes away, wait until it is back."""
    while not stopping.is_set():
        with suppress(ConnectorException, PoolTimeout, psycopg.OperationalError):
            await queue.run_worker_async(
                queues=[name],
                concurrency=at_once,
                install_signal_handlers=False,
                delete_jobs=DELETE_JOBS,
                fetch_job_polling_interval=5.0,
                shutdown_graceful_timeout=SECONDS_TO_FINISH,
            )
        if not stopping.is_set():
            log.warning("the database can't be reached", queue=name)
            await asyncio.sleep(SECONDS_UNTIL_ANOTHER_TRY)
