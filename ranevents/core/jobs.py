"""The queue inside PostgreSQL: jobs deferred in the same transaction as the change that calls for them.

Queues: `prompt` (a person waits for it), `bulk` (many mails), `house` (periodic work).
"""

import asyncio
import functools
import signal
import threading
from collections.abc import Callable
from typing import Any

import procrastinate
from flask import Flask
from procrastinate.tasks import Task

from ranevents.core.db import db
from ranevents.core.logs import log

PROMPT, BULK, HOUSE = "prompt", "bulk", "house"
SECONDS_TO_FINISH = 60

queue = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
_app: Flask | None = None
stopping = threading.Event()
"""Set when the process was asked to stop: a long job ends at the next good moment."""


def job(name: str, *, on: str) -> Callable[[Callable[..., None]], Any]:
    """Declare a job. It runs in an application context; it sees to its own units of work."""

    def declare(function: Callable[..., None]) -> Any:
        @functools.wraps(function)
        def run(**arguments: Any) -> None:
            if _app is None:
                raise RuntimeError("a job ran outside a worker")
            with _app.app_context():
                function(**arguments)

        return queue.task(name=name, queue=on, pass_context=False)(run)

    return declare


def periodic(name: str, *, cron: str) -> Callable[[Callable[[], None]], Any]:
    """Declare work for every time that `cron` names (in UTC); one worker does it, however many there are."""

    def declare(function: Callable[[], None]) -> Any:
        @job(name, on=HOUSE)
        @functools.wraps(function)
        def run(timestamp: int) -> None:  # noqa: ARG001 - the queue passes the planned moment
            function()

        return queue.periodic(cron=cron)(run)

    return declare


def defer(task: Task[..., Any, Any], **options: Any) -> None:
    """Put a job into the queue within the session's own transaction: after a rollback it was never there."""
    raw = db.session.connection().connection.driver_connection
    arguments = options.pop("arguments", {})
    task.configure(connection=raw, **options).defer(**arguments)


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
    loop = asyncio.get_running_loop()
    connector = procrastinate.PsycopgConnector(conninfo=address, min_size=1, max_size=6)
    with queue.replace_connector(connector):
        async with queue.open_async():
            lanes = [_lane([PROMPT, HOUSE], 3), _lane([BULK], 1)]
            tasks = [asyncio.create_task(lane) for lane in lanes]

            def stop() -> None:
                log.info("worker stops", finishing="what it holds")
                stopping.set()
                for task in tasks:
                    task.cancel()

            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, stop)
            log.info("worker runs")
            await asyncio.gather(*tasks, return_exceptions=True)
            for task in tasks:
                if not task.cancelled() and (error := task.exception()):
                    raise error


async def _lane(queues: list[str], concurrency: int) -> None:
    await queue.run_worker_async(
        queues=queues,
        concurrency=concurrency,
        install_signal_handlers=False,
        delete_jobs="always",
        fetch_job_polling_interval=5.0,
        shutdown_graceful_timeout=SECONDS_TO_FINISH,
    )
