"""How the demo starts: a folder, ports and keys of its own; whatever the environment says is left aside."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from http.client import HTTPConnection
from pathlib import Path

import flask_migrate
import psycopg
from flask import Flask

from ranevents import config
from ranevents.config import Mode, Settings
from ranevents.core import clock, embedded, tokens
from ranevents.core.db import db
from ranevents.demo import build, inviting, welcome

DATABASE = "ranevents"
PORTS_TRIED = 100
Say = Callable[[str], None]


class CannotStart(Exception):
    """The demo can't start; the text says why, and what to do."""


@dataclass(frozen=True)
class Tools:
    """What the command line lends: the application, the post office's delivery, and a voice."""

    create_app: Callable[[Settings], Flask]
    deliver: Callable[[], None]
    say: Say


@dataclass(frozen=True)
class Keys:
    """What is made once at random and kept, so that links in mails and encrypted answers stay good."""

    secret_key: str
    encryption_key: str
    password: str


def prepare(folder: Path, tools: Tools, *, port: int, mail_port: int, fresh: bool) -> Settings:
    """Make everything ready in this folder, and hand the settings on to the processes that are started next.

    Where to look is said as soon as the pages are served. Raises CannotStart.
    """
    forget_environment()
    keys = kept_keys(folder)
    ports = [_free(wanted, tools.say) for wanted in (port, mail_port)]
    if fresh or built_on(folder) is None:
        forget_world(folder)
    settings = settings_for(folder, keys, web_port=ports[0], mail_port=ports[1])
    invited = ensure_world(settings, keys, tools)
    tell_environment(settings)
    when_ready(ports[0], lambda: tools.say(welcome.text(settings.base_url, keys.password, built_on(folder), invited)))
    return settings


def _free(wanted: int, say: Say) -> int:
    port = free_port(wanted)
    if port != wanted:
        say(f"Port {wanted} is taken; the demo uses {port}.")
    return port


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder: two demos must not share one. Raises CannotStart."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"A demo runs in {folder} already. Use that one, or name another folder: ranevents demo --folder …"
            ) from None
        yield


def kept_keys(folder: Path) -> Keys:
    """The keys of this folder's demo, made at the first start; only the folder's owner may read them."""
    file = folder / "keys.json"
    if not file.exists():
        password = "-".join(tokens.reference(4) for _ in range(4))
        keys = Keys(config.new_secret(), config.new_key(), password)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            json.dump(keys.__dict__, opened)
    return Keys(**json.loads(file.read_text()))


def free_port(wanted: int) -> int:
    """The first free port on this machine, from the wanted one on. Raises CannotStart."""
    for port in range(wanted, min(wanted + PORTS_TRIED, 65536)):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise CannotStart(f"No port from {wanted} to {wanted + PORTS_TRIED - 1} is free.")


def forget_environment() -> None:
    """Leave aside every setting of ours: a demo must never touch a real database or a real mail relay."""
    for name in [name for name in os.environ if name.startswith("RANEVENTS_")] + ["DATABASE_URL"]:
        os.environ.pop(name, None)


def settings_for(folder: Path, keys: Keys, *, web_port: int, mail_port: int) -> Settings:
    """The demo's settings; its database server is started with them."""
    return config.load(
        mode=Mode.DEMO,
        DATABASE_URL=embedded.start(folder, DATABASE),
        instance=folder,
        secret_key=keys.secret_key,
        encryption_keys=[keys.encryption_key],
        base_url=f"http://localhost:{web_port}",  # a bare address can have no passkeys
        bind=f"127.0.0.1:{web_port}",
        web_processes=1,
        web_threads=8,
        mail_port=mail_port,
        mail_from="events@ranevents.example.org",
        mail_per_minute=100_000,
        log_level="warning",
        log_format="text",
    )


def tell_environment(settings: Settings) -> None:
    """Hand the settings on to the processes that are started from here."""
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        text = ",".join(value) if isinstance(value, list) else str(value)
        os.environ["DATABASE_URL" if name == "database_url" else f"RANEVENTS_{name.upper()}"] = text


def sink(settings: Settings) -> list[str]:
    """The command that keeps the local post box."""
    folder = settings.instance / "demo-mails"
    return [sys.executable, "-m", "ranevents.demo.sink", str(settings.mail_port), str(folder)]


def forget_world(folder: Path) -> None:
    """Throw away what an earlier demo left in this folder, or left half built: its data and mails, not its keys."""
    (folder / "built-on").unlink(missing_ok=True)
    shutil.rmtree(folder / "demo-mails", ignore_errors=True)
    server = embedded.start(folder, "postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{DATABASE}"')
        # Nothing here is worth waiting for the disk: a crash loses the last moments, never the order of things.
        connection.execute(f'ALTER DATABASE "{DATABASE}" SET synchronous_commit = off')


def built_on(folder: Path) -> date | None:
    """The day on which this folder's world was built; None where there is none, or only half of one."""
    file = folder / "built-on"
    return date.fromisoformat(file.read_text()) if file.exists() else None


def ensure_world(settings: Settings, keys: Keys, tools: Tools) -> str:
    """Bring the database up to this version, and build the world where there is none yet.

    Returns the token of somebody's invitation that awaits its answer; empty where there is none.
    """
    with tools.create_app(settings).app_context():
        flask_migrate.upgrade()
        if built_on(settings.instance) is None:
            tools.say("Building a world to look at; all of its people are invented.")
            with _running(sink(settings), settings.mail_port):
                build.build(keys.password, deliver=tools.deliver, say=lambda line: tools.say(f"  {line}"))
            (settings.instance / "built-on").write_text(clock.now().date().isoformat())
        invited = inviting.awaiting_answer()
        db.session.remove()
        db.engine.dispose()
    return invited


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    with subprocess.Popen(command, start_new_session=True) as process:  # noqa: S603 - our own
        try:
            _wait_for(port)
            yield
        finally:
            process.terminate()


def _wait_for(port: int, *, seconds: float = 20) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise CannotStart(f"Nothing answers on port {port} after {seconds:.0f} seconds.")


def when_ready(port: int, act: Callable[[], None]) -> None:
    """Do something as soon as the pages are served, without waiting for it here."""

    def watch() -> None:
        while not _is_ready(port):
            time.sleep(0.1)
        act()

    threading.Thread(target=watch, daemon=True).start()


def _is_ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
