"""The built-in database: it stops with the last process that uses it, whatever became of those before."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.conftest import ROOT

START = "import sys; from pathlib import Path; from ranevents.core import embedded; embedded.start(Path(sys.argv[1]))"
KILLED = f"{START}; import os, signal; os.kill(os.getpid(), signal.SIGKILL)"


def run(code: str, instance: Path) -> int:
    return subprocess.run([sys.executable, "-c", code, str(instance)], cwd=ROOT, check=False).returncode


def servers(instance: Path) -> list[psutil.Process]:
    folder = str(instance / "postgresql")
    return [one for one in psutil.process_iter(["cmdline"]) if folder in (one.info["cmdline"] or [])]


@pytest.fixture
def instance() -> Iterator[Path]:
    """Not below pytest's folder: as root, the database server runs as somebody who can't enter it."""
    folder = Path(tempfile.mkdtemp(prefix="ranevents-embedded-"))
    yield folder
    shutil.rmtree(folder)


@pytest.mark.slow
def test_the_server_stops_with_the_last_user_even_after_one_was_killed(instance: Path) -> None:
    assert run(KILLED, instance) == -9
    assert len(servers(instance)) == 1

    assert run(START, instance) == 0

    assert servers(instance) == []
