"""Web processes are killed while people register: each answered registration exists with its mail, none without."""

import http.client
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.reliability.site import Site, Visitor, a_site, particulars
from tests.reliability.test_never_overfull import check

pytestmark = [pytest.mark.slow, pytest.mark.alone]
KILLS, CLIENTS, SECONDS_BETWEEN = 15, 8, 0.7


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    with a_site(database_url, "no_half_registration", tmp_path) as site:
        yield site


def test_killed_web_processes_leave_no_half_registration(site: Site) -> None:
    master = psutil.Process(site.start_web().pid)
    slug = site.make_event(capacity=60)
    answered: list[str] = []
    done = threading.Event()

    def client(number: int) -> int:
        """Register one person after another; who gets no answer is left alone, as a person who gives up."""
        visitor, count = Visitor(site.port), number * 10_000
        lost = 0
        while not done.is_set():
            count += 1
            fields = particulars(count)
            try:
                if visitor.register(slug, **fields) == 303:
                    answered.append(fields["email"])
            except (OSError, http.client.HTTPException, AssertionError):
                lost += 1
                visitor = Visitor(site.port)
        return lost

    chance = random.Random(4)
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(client, number) for number in range(1, CLIENTS + 1)]
        for _kill in range(KILLS):
            time.sleep(SECONDS_BETWEEN)
            with suppress(IndexError, psutil.NoSuchProcess, ProcessLookupError):
                os.kill(chance.choice(master.children()).pid, signal.SIGKILL)
        time.sleep(2)
        done.set()
        lost = sum(one.result() for one in clients)

    stored = {email for (email,) in site.rows("SELECT email FROM registrations JOIN persons ON persons.id = person_id")}
    without = site.rows(
        "SELECT id FROM registrations r WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.person_id = r.person_id)"
        " OR NOT EXISTS (SELECT 1 FROM audit_entries a WHERE a.record_type = 'registrations' AND a.record_id = r.id)"
        " OR (SELECT count(*) FROM consents c WHERE c.registration_id = r.id) <> 3"
    )
    strangers = site.rows(
        "SELECT id FROM persons p WHERE NOT EXISTS (SELECT 1 FROM registrations WHERE person_id = p.id)"
    )
    print(f"\n{KILLS} kills, {len(answered)} answered, {lost} requests lost, {len(stored)} stored")
    assert lost > 0, "the kills must have hit something"
    assert set(answered) - stored == set()
    assert (without, strangers) == ([], [])
    assert check(site)[0] == 0, check(site)[1]
