"""`ranevents demo`, as a new user starts it: on a new folder, whatever the environment says."""

import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil
import pytest

from tests.conftest import ROOT

HOSTILE = {
    "RANEVENTS_MODE": "production",
    "DATABASE_URL": "postgresql://nobody@nowhere.invalid/production",
    "RANEVENTS_MAIL_SERVER": "relay.invalid",
    "RANEVENTS_BASE_URL": "https://events.example.org",
}
RETURNED = "note: 5 mails could not be delivered; the mail logs say which, and why"
SECONDS = 180


def start(folder: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-u", "-m", "ranevents", "demo", "--folder", str(folder), *options]
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **HOSTILE}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@dataclass
class Demo:
    """A demo that is up: what it said, and every process that belongs to it."""

    process: subprocess.Popen[str]
    said: list[str]
    family: list[psutil.Process]

    @property
    def text(self) -> str:
        return "\n".join(self.said)

    def after(self, label: str) -> str:
        """The first word behind a label of the welcome."""
        return next(
            line.split()[-1 if label == "Sign in" else len(label.split())] for line in self.said if label in line
        )

    def stop(self) -> int:
        self.process.terminate()
        code = self.process.wait(timeout=60)
        psutil.wait_procs(self.family, timeout=60)
        return code


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Demo]:
    process = start(folder, *options)
    try:
        said = []
        for line in process.stdout or ():
            said.append(line.rstrip("\n"))
            if "Ctrl-C" in line:
                break
        family = psutil.Process(process.pid).children(recursive=True) + [
            one for one in psutil.process_iter(["cmdline"]) if str(folder / "postgresql") in (one.info["cmdline"] or [])
        ]
        yield Demo(process, said, family)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=60)


def page(address: str) -> tuple[int, str]:
    try:
        with urlopen(address, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, ""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not below pytest's folder: as root, the database server runs as somebody who can't enter it."""
    folder = Path(tempfile.mkdtemp(prefix="ranevents-demo-"))
    yield folder
    shutil.rmtree(folder)


@pytest.mark.slow
def test_a_new_folder_becomes_a_world_that_stops_without_a_trace_and_the_second_start_keeps_it(folder: Path) -> None:
    _becomes_a_world_that_stops_without_a_trace(folder)

    _keeps_the_data_and_the_books_agree(folder)


def _becomes_a_world_that_stops_without_a_trace(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with running(folder, "--port", str(port), "--mail-port", str(port + 200)) as demo:
            told = re.match(rf"Port {port} is taken; the demo uses (\d+)", demo.said[0])
            assert told, demo.said[0]
            assert int(told[1]) in range(port + 1, port + 20), "the next one that nobody has"
            assert "Every person and organisation in it is invented" in demo.text
            calendar, open_event = demo.after("Calendar"), demo.after("Open event")
            assert page(f"{calendar}readyz")[0] == 200
            assert "One town, many hands" in page(calendar)[1]
            assert "Register" in page(open_event)[1]
            assert "You have a place: Doors that stay open" in page(demo.after("Post box"))[1]
            assert "Accept the invitation" in page(demo.after("An invitation"))[1]
            assert len(list((folder / "demo-mails").glob("*.eml"))) > 250
            assert stat.S_IMODE((folder / "keys.json").stat().st_mode) == 0o600
            second = start(folder)
            assert second.wait(timeout=120) == 2
            assert f"A demo runs in {folder} already" in (second.communicate()[0])
            assert len(demo.family) >= 5
            assert demo.stop() == 0
            assert [one for one in demo.family if one.is_running()] == []


def _keeps_the_data_and_the_books_agree(folder: Path) -> None:
    mails = sorted((folder / "demo-mails").glob("*.eml"))
    with running(folder, "--port", "18700", "--mail-port", "18900") as demo:
        assert "Building" not in demo.text
        assert sorted((folder / "demo-mails").glob("*.eml")) == mails
        environment = {**os.environ, "RANEVENTS_INSTANCE": str(folder)}
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, "-m", "ranevents", "check"]
        checked = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert (checked.stdout, checked.returncode) == (f"agrees\n{RETURNED}\n", 0)
        assert demo.stop() == 0
