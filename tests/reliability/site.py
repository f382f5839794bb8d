"""A whole site of its own: a database, real web processes, and people who fill in its form over HTTP."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg

from ranevents.app import create_app
from ranevents.config import Mode, load
from ranevents.core.db import db
from tests.builders import an_event

THREADS = 8


def a_free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@dataclass
class Site:
    """The processes of one site, and a way into its database."""

    database_url: str
    folder: Path
    port: int = field(default_factory=a_free_port)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.database_url,
            "RANEVENTS_MODE": "test",
            "RANEVENTS_INSTANCE": str(self.folder),
            "RANEVENTS_BASE_URL": f"http://127.0.0.1:{self.port}",
            "RANEVENTS_BIND": f"127.0.0.1:{self.port}",
            "RANEVENTS_WEB_THREADS": str(THREADS),
            "RANEVENTS_LIMIT_REGISTER": "1000000 per minute",
            "RANEVENTS_LIMIT_PER_ADDRESS": "1000000 per minute",
            "RANEVENTS_LOG_LEVEL": "error",
        }

    def start_web(self) -> subprocess.Popen[bytes]:
        """gunicorn with two processes, as production runs it; returns when it is ready."""
        command = [sys.executable, "-m", "gunicorn", "ranevents.app:create_app()", "--bind", f"127.0.0.1:{self.port}"]
        command += ["--workers", "2", "--threads", str(THREADS), "--log-level", "critical"]
        process = subprocess.Popen(command, env=self.environment, start_new_session=True)
        self.processes.append(process)
        self.wait_until_ready()
        return process

    def wait_until_ready(self, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return
            time.sleep(0.1)
        raise AssertionError("the site did not become ready")

    def stop(self) -> None:
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(query).fetchall()  # type: ignore[arg-type]

    def make_event(self, capacity: int) -> str:
        """An event that is open for registration now; its slug."""
        app = create_app(load(DATABASE_URL=self.database_url, mode=Mode.TEST, log_level="error"))
        with app.app_context():
            from datetime import timedelta

            from ranevents.core import clock

            at = clock.now()
            event = an_event(
                capacity=capacity,
                first_on=(at + timedelta(days=60)).date(),
                last_on=(at + timedelta(days=60)).date(),
                registration_opens_at=at - timedelta(days=1),
                registration_closes_at=at + timedelta(days=30),
            )
            db.session.commit()
            slug = event.slug
            db.session.remove()
            db.engine.dispose()
        return slug


@contextmanager
def a_site(server_url: str, name: str, folder: Path) -> Iterator[Site]:
    """A site with a database of its own on the tests' server."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[arg-type]
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    site = Site(re.sub(r"/ranevents\?", f"/{name}?", server_url), folder)
    subprocess.run([sys.executable, "-m", "ranevents", "init"], env=site.environment, check=True, capture_output=True)
    try:
        yield site
    finally:
        site.stop()


class Visitor:
    """Somebody with a browser of their own: one connection, one cookie."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def open_form(self, slug: str) -> dict[str, str]:
        """The hidden fields of a fresh form."""
        status, page = self.ask("GET", f"/events/{slug}/register")
        assert status == 200, (status, page[:500])
        return dict(re.findall(r'<input id="\w+" name="(\w+)" type="hidden" value="([^"]*)"', page))

    def register(self, slug: str, **fields: str) -> int:
        """Open the form, fill it in, send it; the status of the answer."""
        hidden = self.open_form(slug)
        return self.ask("POST", f"/events/{slug}/register", {**hidden, **fields})[0]

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Cookie": self.cookie} if self.cookie else {}
        body = None
        if fields is not None:
            body = urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            raise
        if answer.headers["Set-Cookie"]:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        return answer.status, text


def particulars(number: int) -> dict[str, str]:
    """What visitor number so-and-so enters."""
    letters = "".join(chr(ord("a") + int(digit)) for digit in str(number))
    return {
        "given_name": "Ana",
        "family_name": f"Kovač{letters}",
        "latin_given_name": "",
        "latin_family_name": "",
        "form_of_address": "",
        "email": f"ana{number}@example.org",
        "organisation": "City of Zagreb",
        "position": "Teacher",
        "country": "HR",
        "sector": "education",
        "side": "practice",
        "language": "en",
        "diet": "vegetarian",
        "access_needs": "",
        "has_read_notice": "y",
    }
