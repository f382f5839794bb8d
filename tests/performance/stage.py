"""What is measured: a site as production runs it, and the yardsticks under the same server with the same settings."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
from psycopg import sql

from ranevents import cli, config
from ranevents.core import embedded
from tests.reliability.site import a_free_port

ROOT = Path(__file__).parents[2]
OURS = "ranevents.app:create_app()"
PASSWORD = "seven grey geese over the Danube"
ORGANISER = "organiser@example.org"


@dataclass(frozen=True)
class Server:
    """One application under gunicorn."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    def memory(self) -> list[tuple[float, float]]:
        """(resident, proportional) megabytes of each web process, without gunicorn's own master."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [memory_of(int(child)) for child in children]


def memory_of(process: int) -> tuple[float, float]:
    """(resident, proportional) megabytes of a process: the second counts shared pages by halves, thirds …"""
    told = dict(line.split(":") for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:])
    return tuple(int(told[name].split()[0]) / 1024 for name in ("Rss", "Pss"))  # type: ignore[return-value]


@dataclass(frozen=True)
class Stage:
    """All that stands ready to be measured."""

    database: str
    folder: Path
    environment: dict[str, str]
    ours: Server
    bare: Server
    yardstick: Server
    open_event: str
    small_event: str
    large_event: str


@contextmanager
def set_up(small: int, large: int) -> Iterator[Stage]:
    """Start everything, and fill an event with few registrations and one with many."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ranevents-bench-")))
        server = embedded.start(folder, "ranevents")
        yardsticks = _database(server, "yardstick")
        environment = _environment(server, folder)
        subprocess.run([sys.executable, "-m", "ranevents", "init"], env=environment, check=True, capture_output=True)
        _organiser(environment)
        slugs = _events(environment)
        fill(server, slugs[1], small)
        fill(server, slugs[2], large)
        of_yardstick = {"YARDSTICK_DATABASE": yardsticks.replace("postgresql:", "postgresql+psycopg:", 1)}
        code = f"from tests.performance import yardstick; yardstick.make_tables({yardsticks!r})"
        subprocess.run([sys.executable, "-c", code], env=os.environ | of_yardstick, cwd=ROOT, check=True)

        def start(name: str, application: str, more: dict[str, str]) -> Server:
            return stack.enter_context(_gunicorn(name, application, environment | more, folder))

        yield Stage(
            server,
            folder,
            environment,
            start("ranevents", OURS, {}),
            start("bare", "tests.performance.bare:app", {}),
            start("yardstick", "tests.performance.yardstick:app", of_yardstick),
            *slugs,
        )


def _database(server: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return server.replace("/ranevents?", f"/{name}?")


def _environment(database: str, folder: Path) -> dict[str, str]:
    """Settings of production, with limits that many forms from one address don't reach."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("RANEVENTS_")}
    return ours | {
        "DATABASE_URL": database,
        "RANEVENTS_MODE": "production",
        "RANEVENTS_INSTANCE": str(folder / "files"),
        "RANEVENTS_BASE_URL": "https://events.example.org",
        "RANEVENTS_MAIL_FROM": "events@example.org",
        "RANEVENTS_SECRET_KEY": config.new_secret(),
        "RANEVENTS_ENCRYPTION_KEYS": config.new_key(),
        "RANEVENTS_LIMIT_REGISTER": "1000000 per minute",
        "RANEVENTS_MAIL_PER_MINUTE": "1000000",
    }


def _organiser(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "ranevents", "create-organiser", ORGANISER, "Olga"]
    command += ["--password-from-stdin"]
    subprocess.run(command, env=environment, input=PASSWORD.encode(), check=True, capture_output=True)


@contextmanager
def _gunicorn(name: str, application: str, environment: dict[str, str], folder: Path) -> Iterator[Server]:
    """The application under the very command that serves ours; no process is replaced meanwhile."""
    port = a_free_port()
    settings = config.Settings(bind=f"127.0.0.1:{port}")
    command = [application if one == OURS else one for one in cli.gunicorn(settings)] + ["--max-requests", "0"]
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=log, stdout=log)
    try:
        _wait_for(port)
        yield Server(name, port, process)
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    import socket

    for _ in range(1200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError("a server did not start")


def _events(environment: dict[str, str]) -> tuple[str, ...]:
    """Three events: one to register for, two to be filled; each holds one registration that the others are copied of."""
    code = "from tests.performance import stage; stage.make_events()"
    told = subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return tuple(told.stdout.decode().split())


def make_events() -> None:
    """In a process of its own, with the site's settings."""
    from sqlalchemy import select

    from ranevents.accounts.models import Membership, Role, User
    from ranevents.app import create_app
    from ranevents.core import clock
    from ranevents.core.db import db, unit_of_work
    from tests.builders import a_registration, an_event

    with create_app(has_time=True).app_context(), unit_of_work():
        at = clock.now()
        organiser = db.session.scalars(select(User).where(User.email == ORGANISER)).one()
        for _ in range(3):
            event = an_event(
                capacity=10_000_000,
                first_on=(at + timedelta(days=60)).date(),
                last_on=(at + timedelta(days=61)).date(),
                registration_opens_at=at - timedelta(days=1),
                registration_closes_at=at + timedelta(days=30),
            )
            a_registration(event)
            db.session.add(Membership(user_id=organiser.id, event_id=event.id, role=Role.EDITOR))
            print(event.slug)


def fill(database: str, slug: str, count: int) -> None:
    """Copy the event's one registration and its person until there are `count`, with names and states of many kinds."""
    with psycopg.connect(database) as connection:
        found = connection.execute(
            "SELECT r.id, r.person_id, r.event_id FROM registrations r JOIN events e ON e.id = r.event_id"
            " WHERE e.slug = %s",
            [slug],
        ).fetchone()
        assert found is not None
        registration, person, event = found
        first = f"{event}000000"
        _copy(
            connection,
            "persons",
            person,
            count - 1,
            {
                "id": f"{first} + n",
                "email": "'person' || n || '@example.org'",
                "latin_family_name": "initcap(translate((n * 7919 %% 100003)::text, '0123456789', 'aeioubdklm'))",
                "sort_key": "translate((n * 7919 %% 100003)::text, '0123456789', 'aeioubdklm') || ', maria'",
                "search_words": (
                    "translate((n * 7919 %% 100003)::text, '0123456789', 'aeioubdklm') || ' maria petrova person' || n"
                ),
            },
        )
        _copy(
            connection,
            "registrations",
            registration,
            count - 1,
            {
                "id": f"{first} + n",
                "person_id": f"{first} + n",
                "reference": f"'{event}' || lpad(n::text, 8, '0')",
                "submission_id": f"md5('{first}' || n)",
                "uid": "gen_random_uuid()::text",
                "state": "(ARRAY['confirmed', 'confirmed', 'pending', 'cancelled'])[n %% 4 + 1]",
            },
        )
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) persons, registrations")


def _copy(connection: psycopg.Connection, table: str, id: int, count: int, different: dict[str, str]) -> None:
    """Whatever columns the table has: only what must differ is told."""
    names = [
        name
        for (name,) in connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'"
            " AND table_schema = 'public'",
            [table],
        )
    ]
    values = ", ".join(different.get(name, f'"{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    connection.execute(
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table}, generate_series(1, %s) n WHERE id = %s",  # type: ignore[arg-type]
        [count, id],
    )
