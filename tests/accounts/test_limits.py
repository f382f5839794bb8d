"""Too many attempts: counted in the database, across all processes."""

import subprocess
import sys
from datetime import timedelta

import pytest
from flask import Flask
from limits import parse

from ranevents.app import create_app
from ranevents.core import clock
from ranevents.core.db import db
from ranevents.core.limits import RateCounter, forget_ended, is_over, limiter, network
from tests.accounts.cast import PASSWORD, an_organiser, is_signed_in, sign_in
from tests.client import Client, Page
from tests.conftest import MORNING, Clock


@pytest.fixture
def three_attempts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "LIMIT_SIGN_IN", "3 per 15 minutes")


def try_from(app: Flask, address: str, email: str, password: str = "wrong") -> Page:
    client = Client(app)
    client.http.environ_base["REMOTE_ADDR"] = address
    return sign_in(client, email, password)


@pytest.mark.usefixtures("three_attempts")
def test_the_fourth_attempt_from_one_network_must_wait_and_is_told_how_long(app: Flask, moment: Clock) -> None:
    an_organiser()
    for number in range(3):
        assert try_from(app, "192.0.2.1", f"guess{number}@example.org").status == 422
    moment.move(minutes=5)

    page = try_from(app, "192.0.2.1", "elena@example.org", PASSWORD)

    assert page.status == 429
    assert page.heading == "Too many attempts"
    assert "Please wait 11 minutes, then try again." in page.text
    assert page.response.headers["Retry-After"] == "Thu, 01 Mar 2018 09:15:01 GMT"
    assert try_from(app, "192.0.2.2", "elena@example.org", PASSWORD).status == 303


@pytest.mark.usefixtures("three_attempts")
@pytest.mark.parametrize("email", ["elena@example.org", "nobody@example.org"])
def test_the_fourth_attempt_at_one_address_must_wait_wherever_it_comes_from(app: Flask, email: str) -> None:
    an_organiser()
    for number, spelling in enumerate((email, email.upper(), f" {email} ")):
        assert try_from(app, f"192.0.2.{number}", spelling).status == 422

    assert try_from(app, "192.0.2.9", email, PASSWORD).status == 429
    assert try_from(app, "192.0.2.9", "other@example.org").status == 422


@pytest.mark.usefixtures("three_attempts")
def test_an_address_with_control_characters_in_it_counts_as_the_same(app: Flask) -> None:
    an_organiser()
    for number, spelling in enumerate(("elena\x01@example.org", "elena@\x7fexample.org", "\x00 elena@example.org")):
        assert try_from(app, f"192.0.2.{number}", spelling).status == 422

    assert try_from(app, "192.0.2.9", "elena\x02@example.org", PASSWORD).status == 429


@pytest.mark.usefixtures("three_attempts")
def test_all_addresses_of_one_household_count_as_one(app: Flask) -> None:
    tried = [try_from(app, f"2001:db8:1:2::{number}", f"guess{number}@example.org").status for number in range(4)]

    assert tried == [422, 422, 422, 429]
    assert try_from(app, "2001:db8:1:3::1", "other@example.org").status == 422


@pytest.mark.usefixtures("three_attempts")
def test_the_window_ends(app: Flask, moment: Clock) -> None:
    an_organiser()
    for number in range(4):
        try_from(app, f"192.0.2.{number}", "elena@example.org")

    moment.move(minutes=15)

    assert try_from(app, "192.0.2.9", "elena@example.org", PASSWORD).status == 303


@pytest.mark.usefixtures("three_attempts")
def test_a_whole_team_signs_in_from_one_network(app: Flask) -> None:
    for number in range(5):
        an_organiser(email=f"desk{number}@example.org")

    answers = [try_from(app, "192.0.2.1", f"desk{number}@example.org", PASSWORD).status for number in range(5)]

    assert answers == [303] * 5


@pytest.mark.usefixtures("three_attempts")
def test_the_counters_hold_no_address(app: Flask) -> None:
    try_from(app, "192.0.2.1", "elena@example.org")

    keys = db.session.scalars(db.select(RateCounter.key)).all()

    assert len(keys) == 2
    assert not [key for key in keys if "elena" in key.lower()]


@pytest.mark.usefixtures("three_attempts")
def test_asking_for_links_has_its_limit_too(client: Client) -> None:
    statuses = [
        client.submit(client.get("/forgotten"), email="elena@example.org", follow=False).status for _ in range(4)
    ]

    assert statuses == [303, 303, 303, 429]


@pytest.mark.usefixtures("three_attempts")
def test_guessing_the_present_password_has_its_limit(client: Client) -> None:
    an_organiser()
    sign_in(client)

    statuses = [
        client.submit(
            client.get("/account/password"), old_password="wrong", password="a whole new one", again="a whole new one"
        ).status
        for _ in range(4)
    ]

    assert statuses == [422, 422, 422, 429]
    assert is_signed_in(client)


@pytest.mark.usefixtures("three_attempts")
def test_guessing_the_present_password_from_many_networks_has_its_limit_too(client: Client) -> None:
    an_organiser()
    sign_in(client)

    statuses = []
    for number in range(4):
        client.http.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        page = client.get("/account/password")
        typed = {"old_password": "wrong", "password": "a whole new one", "again": "a whole new one"}
        statuses.append(client.submit(page, **typed).status)

    assert statuses == [422, 422, 422, 429]


@pytest.mark.usefixtures("three_attempts")
def test_forms_that_another_site_sends_do_not_keep_a_network_out(app: Flask, client: Client) -> None:
    an_organiser()
    sent = {"email": "elena@example.org", "password": PASSWORD}
    statuses = [client.http.post("/sign-in", data=sent).status_code for _ in range(4)]
    statuses += [client.http.post("/sign-in/passkey", data=sent).status_code for _ in range(4)]

    assert statuses == [422] * 4 + [400] * 4
    assert not is_signed_in(client)
    assert sign_in(Client(app)).status == 303


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
    ],
)
def test_a_network_is_what_one_visitor_is_given(app: Flask, remote: str, expected: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": remote}):
        assert network() == expected


def test_attempts_about_an_address_are_counted_however_it_is_written_and_never_in_clear(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "LIMIT_PER_ADDRESS", "2 per hour")

    over = [
        is_over("LIMIT_PER_ADDRESS", address)
        for address in ("maria@example.org", " MARIA@example.org", "maria\x01@example.org", "ana@example.org")
    ]

    assert over == [False, False, True, False]
    assert "maria" not in str(db.session.scalars(db.select(RateCounter.key)).all()).lower()


def test_two_applications_share_one_count(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    other = create_app(app.config["SETTINGS"])
    for one in (app, other):
        monkeypatch.setitem(one.config, "LIMIT_SIGN_IN", "3 per 15 minutes")

    statuses = [
        try_from(one, "192.0.2.1", f"{number}@example.org").status for number, one in enumerate((app, other) * 2)
    ]

    assert statuses == [422, 422, 422, 429]


def test_another_process_shares_the_count_even_when_all_count_at_once(app: Flask, database_url: str) -> None:
    program = """if True:
        import sys
        from limits import parse
        from ranevents.app import create_app
        from ranevents.config import load
        from ranevents.core.limits import limiter
        app = create_app(load(DATABASE_URL=sys.argv[1], mode="test", log_level="error"))
        with app.app_context():
            print(sum(limiter.limiter.hit(parse("50 per 15 minutes"), "shared") for _ in range(40)))
    """
    clock.use(None)
    command = [sys.executable, "-c", program, database_url]

    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    admitted = [int(process.communicate(timeout=60)[0]) for process in running]

    assert sum(admitted) == 50
    assert not limiter.limiter.hit(parse("50 per 15 minutes"), "shared")


def test_a_storage_counts_and_forgets(app: Flask, moment: Clock) -> None:
    storage = limiter.storage

    counts = [storage.incr("door", 60), storage.incr("door", 60, amount=2), storage.get("door"), storage.get("other")]
    ends = storage.get_expiry("door")

    assert counts == [1, 3, 3, 0]
    assert ends == (MORNING + timedelta(seconds=60)).timestamp()
    assert storage.check()

    moment.move(seconds=60)
    storage.incr("window", 60)

    assert storage.get("door") == 0
    assert storage.incr("door", 30) == 1
    assert storage.get_expiry("door") == (MORNING + timedelta(seconds=90)).timestamp()

    moment.move(seconds=30)

    assert forget_ended() == 1
    db.session.commit()
    storage.clear("window")
    assert storage.incr("window", 60) == 1
    assert storage.reset() == 1
