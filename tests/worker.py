"""Real `ranevents worker` processes on a database of their own, for tests that stop and kill them."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from tests.conftest import ROOT


@dataclass
class Workshop:
    """A database with our tables, and the environment that workers on it need."""

    database_url: str
    instance: Path
    settings: dict[str, str] = field(default_factory=dict)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("RANEVENTS_")}
        return {
            **ours,
            "DATABASE_URL": self.database_url,
            "RANEVENTS_MODE": "test",
            "RANEVENTS_INSTANCE": str(self.instance),
            "RANEVENTS_LOG_LEVEL": "info",
            **self.settings,
        }

    def run(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "ranevents", *arguments]
        subprocess.run(command, env=self.environment, cwd=ROOT, check=True, capture_output=True)

    def start(self) -> subprocess.Popen[bytes]:
        """One more worker; its log goes to a file of its own."""
        log = (self.instance / f"worker-{len(self.workers)}.log").open("wb")
        command = [sys.executable, "-m", "ranevents", "worker"]
        worker = subprocess.Popen(command, env=self.environment, cwd=ROOT, stderr=log)
        self.workers.append(worker)
        return worker

    def has_sent(self, worker: subprocess.Popen[bytes]) -> bool:
        """Whether the worker has handed over a mail by now."""
        return b"mail attempt" in (self.instance / f"worker-{self.workers.index(worker)}.log").read_bytes()

    def logs(self) -> str:
        return "".join(path.read_text() for path in sorted(self.instance.glob("worker-*.log")))

    def close(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait()


def open_workshop(server: str, name: str, instance: Path, **settings: str) -> Workshop:
    """A new database on the tests' server, with our tables in it."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    workshop = Workshop(url, instance, settings)
    workshop.run("init")
    return workshop
