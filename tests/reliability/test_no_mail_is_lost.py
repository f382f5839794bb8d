"""Workers are killed, the relay refuses, stalls and hangs up: every mail is sent or visibly failed, none is lost."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from ranevents.app import create_app
from ranevents.config import Mode, load
from ranevents.core.db import db, unit_of_work
from ranevents.mailing import outbox
from ranevents.mailing.models import MailQueue
from ranevents.mailing.outbox import Letter
from tests.mailing.conftest import with_wordings
from tests.sink import DROP, DROP_AFTER_DATA, STALL, Sink, running
from tests.worker import Workshop, open_workshop

MAILS, KILLS = 2_000, 20
QUEUES = (MailQueue.PROMPT, MailQueue.BULK)

pytestmark = [pytest.mark.slow, pytest.mark.alone]


@pytest.fixture
def relay() -> Iterator[Sink]:
    sink, controller = running()
    yield sink
    controller.stop()


@pytest.fixture
def workshop(database_url: str, tmp_path: Path, relay: Sink) -> Iterator[Workshop]:
    workshop = open_workshop(
        database_url,
        "no_mail_is_lost",
        tmp_path,
        RANEVENTS_MAIL_PORT=str(relay.port),
        RANEVENTS_MAIL_PER_MINUTE="1000000",
        RANEVENTS_MAIL_TIMEOUT_SECONDS="1",
        RANEVENTS_MAIL_ANSWER_SECONDS="5",
        RANEVENTS_MAIL_LEASE_SECONDS="18",
        RANEVENTS_MAIL_PAUSES_SECONDS="1",
    )
    yield workshop
    workshop.close()


def post_mails(workshop: Workshop, number: int) -> None:
    app = create_app(
        load(DATABASE_URL=workshop.database_url, mode=Mode.TEST, instance=workshop.instance, log_level="error")
    )
    with_wordings(app)
    with app.app_context():
        for start in range(0, number, 200):
            with unit_of_work():
                for nth in range(start, min(start + 200, number)):
                    outbox.post(
                        Letter(
                            mail="tests/note",
                            key=f"mail:{nth}",
                            to_name="Ana",
                            to_address=f"mail{nth}@example.org",
                            language="en",
                            queue=QUEUES[nth % 2],
                        )
                    )
        db.session.remove()
        db.engine.dispose()


def states(workshop: Workshop) -> dict[str, int]:
    with psycopg.connect(workshop.database_url) as connection:
        return dict(connection.execute("SELECT state, count(*) FROM messages GROUP BY state").fetchall())


def wait(until: Callable[[], bool], seconds: float) -> None:
    """Look again and again until it is so."""
    ends = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.05)


def awkward(relay: Sink) -> None:
    """One mail in ten is refused at first, one in fifty for good; some stall, some lose the connection."""

    def does(recipient: str) -> str | None:
        nth = int(recipient.removeprefix("mail").partition("@")[0])
        if nth % 50 == 7:
            return "550 no such mailbox"
        first = relay.asked[recipient] == 1
        odd = {1: "451 later"}.get(nth % 10) or {3: DROP, 103: DROP_AFTER_DATA, 203: STALL}.get(nth % 400)
        return odd if first else None

    relay.behaviour = does


def test_no_mail_is_lost(workshop: Workshop, relay: Sink, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(7)
    post_mails(workshop, MAILS)
    awkward(relay)

    relay.seconds_a_recipient = 0.08
    workers = [workshop.start(), workshop.start()]
    for _kill in range(KILLS):
        victim = workers.pop(0)
        wait(lambda victim=victim: workshop.has_sent(victim), 120)
        time.sleep(chance.uniform(0, 0.3))
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        workers.append(workshop.start())
    left_after_last_kill = states(workshop)["queued"]
    relay.seconds_a_recipient = 0
    wait(lambda: not states(workshop).keys() & {"queued", "sending"}, 120)
    for worker in workers:
        worker.terminate()
    assert [worker.wait(60) for worker in workers] == [0, 0]

    assert left_after_last_kill > 0, "the last kills found nothing to interrupt"
    for_good = {f"mail{nth}@example.org" for nth in range(MAILS) if nth % 50 == 7}
    assert states(workshop) == {"sent": MAILS - len(for_good), "failed": len(for_good)}
    assert set(relay.recipients) == {f"mail{nth}@example.org" for nth in range(MAILS)} - for_good
    times_each = Counter((to, mail["Message-ID"]) for to, mail in zip(relay.recipients, relay.mails, strict=True))
    assert len(times_each) == MAILS - len(for_good), "a repeat came with another Message-ID"
    repeats = sum(times_each.values()) - len(times_each)
    with capsys.disabled():
        print(f"\n{MAILS} mails, {KILLS} kills, {relay.drops_after_data} answers lost: {repeats} repeats")
    assert repeats <= KILLS + relay.drops_after_data


def test_a_worker_that_is_asked_to_stop_finishes_the_mail_it_holds(workshop: Workshop, relay: Sink) -> None:
    post_mails(workshop, 300)
    relay.seconds_a_recipient = 0.02
    worker = workshop.start()
    wait(lambda: len(relay.taken) > 3, 60)

    worker.terminate()

    assert worker.wait(60) == 0
    found = states(workshop)
    assert found["sent"] == len(relay.taken) < 300
    assert found == {"sent": len(relay.taken), "queued": 300 - len(relay.taken)}
    assert "personal-link" not in workshop.logs()


def test_a_worker_waits_for_a_database_that_went_away(workshop: Workshop, relay: Sink) -> None:
    worker = workshop.start()
    wait(lambda: "worker runs" in workshop.logs(), 60)
    with psycopg.connect(workshop.database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    post_mails(workshop, 10)

    wait(lambda: states(workshop) == {"sent": 10}, 60)
    assert worker.poll() is None
