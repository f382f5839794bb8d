"""The `ranevents` command."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, NoReturn

import click

from ranevents import config
from ranevents.core import embedded


def _fail(message: str) -> NoReturn:
    click.echo(f"ranevents: {message}", err=True)
    sys.exit(2)


def _settings(**given: Any) -> config.Settings:
    try:
        settings = config.load(**given)
        if not settings.database_url:
            settings.database_url = embedded.start(settings.instance)
            os.environ["DATABASE_URL"] = settings.database_url
    except (config.BadSettings, embedded.NotInstalled) as error:
        _fail(str(error))
    return settings


@contextmanager
def _application() -> Iterator[Any]:
    from ranevents.app import create_app

    app = create_app(_settings())
    with app.app_context():
        yield app


def _in_application(function: Callable[..., None]) -> Callable[..., None]:
    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        with _application():
            function(*args, **kwargs)

    return run


@click.group()
@click.version_option(package_name="ranevents")
def main() -> None:
    """Run Policy and Practice Events, from the first invitation to the published summary."""


@main.command()
@_in_application
def init() -> None:
    """Make the database's tables, or bring them up to this version."""
    import flask_migrate

    flask_migrate.upgrade()
    click.echo("The database is ready.")


@main.command("new-secret")
def new_secret() -> None:
    """Print a value for RANEVENTS_SECRET_KEY."""
    click.echo(config.new_secret())


@main.command("new-key")
def new_key() -> None:
    """Print a value for RANEVENTS_ENCRYPTION_KEYS."""
    click.echo(config.new_key())


@main.command()
def worker() -> None:
    """Send the mails and do the periodic work, until SIGTERM; run as many as you like."""
    from ranevents.app import create_app
    from ranevents.core import jobs
    from ranevents.mailing.jobs import take_up

    jobs.work(create_app(_settings()), at_start=take_up)


@main.command()
def run() -> None:
    """Run web and worker together, on one machine, until SIGTERM."""
    settings = _settings()
    sys.exit(supervise([gunicorn(settings), [sys.executable, "-m", "ranevents", "worker"]]))


def gunicorn(settings: config.Settings) -> list[str]:
    """The command that serves the pages. No access log: addresses may hold personal links; we write our own lines."""
    return [
        sys.executable, "-m", "gunicorn", "ranevents.app:create_app()",
        "--bind", settings.bind,
        "--workers", str(settings.web_processes),
        "--threads", str(settings.web_threads),
        "--graceful-timeout", "30",
        "--max-requests", "20000", "--max-requests-jitter", "2000",
        "--log-level", "warning",
    ]  # fmt: skip


def supervise(commands: list[list[str]]) -> int:
    """Run the commands side by side; when one ends, or we are told to stop, stop them all and wait for them.

    The exit code is 0 after SIGTERM or SIGINT, else that of the command that ended first.
    """
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    running = [subprocess.Popen(command, start_new_session=True) for command in commands]  # noqa: S603 - our own
    while not asked.wait(0.3) and all(process.poll() is None for process in running):
        pass
    ended = next((process.returncode for process in running if process.poll() is not None), 0)
    for process in running:
        if process.poll() is None:
            process.terminate()
    for process in running:
        process.wait()
    return 0 if asked.is_set() else ended or 1
