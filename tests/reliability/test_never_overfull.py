"""Places never overflow: many people at once, against the running server."""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ranevents.app import create_app
from ranevents.config import Mode, load
from ranevents.core.db import db
from ranevents.events.queries import by_slug
from ranevents.registrations import queries
from ranevents.registrations.states import RegistrationState
from tests.reliability.site import Site, Visitor, a_site, particulars

pytestmark = [pytest.mark.slow, pytest.mark.alone]
CLIENTS, PLACES, PEOPLE = 32, 50, 1000


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    with a_site(database_url, "never_overfull", tmp_path) as site:
        site.start_web()
        yield site


def check(site: Site) -> tuple[int, str]:
    """What `ranevents check` says."""
    command = [sys.executable, "-m", "ranevents", "check"]
    done = subprocess.run(command, env=site.environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_thousand_people_at_once_get_fifty_places(site: Site) -> None:
    slug = site.make_event(PLACES)
    people = iter(range(PEOPLE))
    lock = threading.Lock()
    began = time.monotonic()

    def client(_number: int) -> list[int]:
        visitor, statuses = Visitor(site.port), []
        while True:
            with lock:
                number = next(people, None)
            if number is None:
                return statuses
            statuses.append(visitor.register(slug, **particulars(number)))

    with ThreadPoolExecutor(CLIENTS) as pool:
        statuses = [status for answers in pool.map(client, range(CLIENTS)) for status in answers]

    took = time.monotonic() - began
    print(f"\n{PEOPLE} registrations from {CLIENTS} clients in {took:.1f} s: {PEOPLE / took:.0f} a second")
    assert statuses == [303] * PEOPLE
    assert site.rows("SELECT state, count(*) FROM registrations GROUP BY state ORDER BY state") == [
        ("confirmed", PLACES),
        ("waitlisted", PEOPLE - PLACES),
    ]
    ranks = [rank for (rank,) in site.rows("SELECT rank FROM registrations WHERE rank IS NOT NULL ORDER BY id")]
    assert ranks == list(range(1, PEOPLE - PLACES + 1)), "in the strict order in which they came"
    assert site.rows("SELECT count(*) FROM messages") == [(PEOPLE,)]
    assert check(site) == (0, check(site)[1])


def test_with_cancellations_going_on_there_are_never_more_than_fifty(site: Site) -> None:
    slug = site.make_event(PLACES)
    people, done = iter(range(300)), threading.Event()
    lock, held = threading.Lock(), []
    links = create_app(load(DATABASE_URL=site.database_url, mode=Mode.TEST, log_level="error"))

    def register(_number: int) -> list[int]:
        visitor, statuses = Visitor(site.port), []
        while True:
            with lock:
                number = next(people, None)
            if number is None:
                return statuses
            statuses.append(visitor.register(slug, **particulars(number)))

    def cancel(seed: int) -> list[int]:
        """Cancel whoever holds a place, or answer an offer, until the others are through."""
        chance, visitor, statuses = random.Random(seed), Visitor(site.port), []
        while not done.is_set():
            with links.app_context():
                event = by_slug(slug)
                assert event is not None
                held_by = queries.in_states(event, [RegistrationState.CONFIRMED, RegistrationState.OFFERED])
                if not held_by:
                    continue
                one = chance.choice(held_by)
                path, is_offered = f"/r/{one.link.sign()}", one.state is RegistrationState.OFFERED
                db.session.remove()
            deed = chance.choice(["accept", "decline"]) if is_offered else "cancel"
            status, page = visitor.ask("GET", f"{path}/cancel")
            if status == 303:  # somebody else was faster, and there is nothing left to cancel
                continue
            token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
            statuses.append(visitor.ask("POST", f"{path}/{deed}", {"csrf_token": token, "reason": ""})[0])
        return statuses

    def watch() -> None:
        while not done.is_set():
            query = "SELECT count(*) FROM registrations WHERE state IN ('confirmed', 'offered')"
            held.append(site.rows(query)[0][0])

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(16) as pool:
        cancellers = [pool.submit(cancel, seed) for seed in range(4)]
        registered = [status for answers in pool.map(register, range(12)) for status in answers]
        done.set()
        cancelled = [status for future in cancellers for status in future.result()]
    watcher.join()

    print(f"\n{len(cancelled)} cancellations and answers meanwhile, {len(held)} looks, at most {max(held)} held")
    assert registered == [303] * 300
    assert set(cancelled) <= {303, 409}, "409: somebody else was faster"
    assert cancelled.count(303) > 10
    assert max(held) == PLACES
    assert check(site)[0] == 0, check(site)[1]
