"""Jobs that fail: tried again later and later, and seen when they have failed for good."""

import asyncio
from collections.abc import Iterator

import procrastinate
import pytest
from flask import Flask
from procrastinate.tasks import Task
from sqlalchemy import text

from ranevents.core import jobs
from ranevents.core.db import db, unit_of_work
from tests.client import Client

LATE = "now() - interval '10 minutes'"


@pytest.fixture
def working(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a worker: jobs find their application."""
    monkeypatch.setattr(jobs, "_app", app)


@pytest.fixture
def broken() -> Iterator[list[str]]:
    """What the job `tests.fragile` fails over; once the list is empty it succeeds."""
    yield (reasons := ["planted"])
    reasons.clear()


@pytest.fixture
def fragile(broken: list[str]) -> Iterator["Task[..., None, None]"]:
    def run() -> None:
        if broken:
            raise RuntimeError(broken[0])

    yield jobs.job("tests.fragile", on=jobs.PROMPT)(run)
    jobs.queue.tasks.pop("tests.fragile")


def defer(task: "Task[..., None, None]") -> None:
    with unit_of_work():
        jobs.defer(task)


def work(app: Flask) -> None:
    """Do what is due, as a worker does."""

    async def run() -> None:
        address = app.config["SETTINGS"].database_url
        with jobs.queue.replace_connector(procrastinate.PsycopgConnector(conninfo=address)):
            async with jobs.queue.open_async():
                await jobs.queue.run_worker_async(
                    queues=[jobs.PROMPT], wait=False, install_signal_handlers=False, delete_jobs=jobs.DELETE_JOBS
                )

    asyncio.run(run())


def rows() -> list[tuple[str, int, int | None]]:
    """State, attempts and seconds until the next one, of each such job; a worker plans its periodic work, too."""
    db.session.rollback()
    told = text(
        "SELECT status, attempts, round(extract(epoch FROM scheduled_at - now())) FROM procrastinate_jobs"
        " WHERE task_name = 'tests.fragile' ORDER BY id"
    )
    found = db.session.execute(told)
    return [(state, attempts, None if left is None else int(left)) for state, attempts, left in found]


def make_due() -> None:
    with unit_of_work():
        db.session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now()"))


def test_a_job_that_fails_is_tried_again_with_growing_pauses_and_stays_to_be_seen(
    app: Flask, working: None, fragile: "Task[..., None, None]", client: Client
) -> None:
    defer(fragile)
    pauses = []

    for _nth in jobs.PAUSES_SECONDS:
        work(app)
        [(state, _attempts, left)] = rows()
        assert state == "todo"
        pauses.append(left)
        make_due()
    work(app)

    assert [abs((left or 0) - pause) <= 2 for left, pause in zip(pauses, jobs.PAUSES_SECONDS, strict=True)] == [
        True
    ] * 5
    assert [state for state, _attempts, _left in rows()] == ["failed"]
    assert jobs.failures() == {"tests.fragile": 1}
    assert client.get("/readyz").response.json["jobs"] == "failed"  # type: ignore[index]


def test_work_that_does_all_there_is_to_do_makes_up_for_its_failures(
    app: Flask, working: None, fragile: "Task[..., None, None]", broken: list[str]
) -> None:
    defer(fragile)
    with unit_of_work():
        db.session.execute(text("UPDATE procrastinate_jobs SET attempts = 5"))
    work(app)
    assert jobs.failures() == {"tests.fragile": 1}
    broken.clear()

    defer(fragile)
    work(app)

    assert rows() == []


def test_periodic_work_that_fails_waits_for_its_next_turn(app: Flask) -> None:
    from ranevents.mailing import jobs as mailing_jobs

    assert (mailing_jobs.sweep.retry_strategy, mailing_jobs.deliver_prompt.retry_strategy is None) == (None, False)


def test_old_failures_are_forgotten(app: Flask, working: None, fragile: "Task[..., None, None]") -> None:
    for _nth in range(2):
        defer(fragile)
    with unit_of_work():
        db.session.execute(text("UPDATE procrastinate_jobs SET attempts = 5"))
    work(app)
    with unit_of_work():
        db.session.execute(
            text(
                "UPDATE procrastinate_events SET at = now() - interval '8 days'"
                " WHERE job_id = (SELECT min(id) FROM procrastinate_jobs)"
            )
        )
        jobs.forget_old_failures()

    assert jobs.failures() == {"tests.fragile": 1}


@pytest.mark.parametrize(
    "late",
    [
        f"UPDATE procrastinate_jobs SET scheduled_at = {LATE}",
        f"UPDATE procrastinate_events SET at = {LATE}",
    ],
)
def test_jobs_that_wait_for_a_worker_in_vain_are_told_and_take_no_web_process_away(
    app: Flask, fragile: "Task[..., None, None]", client: Client, late: str
) -> None:
    defer(fragile)
    assert client.get("/readyz").response.json["jobs"] == "ok"  # type: ignore[index]
    with unit_of_work():
        db.session.execute(text(late))

    answer = client.get("/readyz").response

    assert (answer.status_code, answer.json["worker"], answer.json["jobs"]) == (200, "missing", "waiting")  # type: ignore[index]


def test_a_worker_that_is_heard_of_is_told(app: Flask, client: Client) -> None:
    with unit_of_work():
        db.session.execute(text("INSERT INTO procrastinate_workers DEFAULT VALUES"))
    try:
        assert client.get("/readyz").response.json["worker"] == "ok"  # type: ignore[index]
    finally:
        with unit_of_work():
            db.session.execute(text("DELETE FROM procrastinate_workers"))
