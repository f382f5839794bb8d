"""`ranevents web`: gunicorn as production runs it, and what it writes."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import pytest
from flask import Flask

from ranevents.app import create_app
from ranevents.cli import gunicorn
from ranevents.config import load
from ranevents.core.tokens import Link
from tests.conftest import ROOT
from tests.reliability.site import a_free_port


def broken() -> Any:
    """An application that fails where no page of ours can help."""
    app = create_app()

    def answer(environ: Any, start_response: Any) -> Any:
        if environ["PATH_INFO"].startswith("/r/"):
            raise RuntimeError(f"planted: {environ['PATH_INFO']}")
        return app(environ, start_response)

    return answer


@contextmanager
def serving(
    command: list[str], environment: dict[str, str], told: Path, said: IO[str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    with told.open("wb") as stream:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=stream)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


def status(port: int, path: str, host: str) -> int:
    """Ask until the server listens."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", path, headers={"Host": host})
            return connection.getresponse().status
        time.sleep(0.1)
    raise AssertionError("the server does not listen")


@pytest.mark.slow
@pytest.mark.parametrize("is_broken", [False, True], ids=["as it is", "broken"])
def test_no_line_of_the_server_holds_a_personal_link(
    app: Flask, database_url: str, tmp_path: Path, *, is_broken: bool
) -> None:
    port, token = a_free_port(), Link("registration", "9Z5HBVQHGH", 1).sign()
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "RANEVENTS_MODE": "test",
        "RANEVENTS_BIND": f"127.0.0.1:{port}",
        "RANEVENTS_WEB_PROCESSES": "1",
        "PYTHONWARNINGS": "ignore",
    }
    command = [sys.executable, "-m", "ranevents", "web"]
    if is_broken:
        served = gunicorn(load(DATABASE_URL=database_url, bind=f"127.0.0.1:{port}", web_processes=1))
        command = [one.replace("ranevents.app:create_app()", "tests.core.test_server:broken()") for one in served]

    with serving(command, environment, tmp_path / "told"):
        answers = [status(port, path, "elsewhere.example") for path in ("/healthz", f"/r/{token}")]

    lines = [json.loads(line) for line in (tmp_path / "told").read_text().splitlines()]
    assert answers == [200, 500 if is_broken else 400]
    assert token[:12] not in json.dumps(lines)
    events = {line["event"] for line in lines}
    assert ("Error handling request GET /r/[token]" in events) == is_broken, events
