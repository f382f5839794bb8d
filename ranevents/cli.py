"""The `ranevents` command."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

import click

from ranevents import config
from ranevents.core import embedded

if TYPE_CHECKING:
    from ranevents.mailing.bounce_service import Taken


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


def _ready_settings() -> config.Settings:
    """The settings, once the database has answered and has its tables."""
    settings = _settings()
    if not _has_tables(settings):
        _fail("The database has no tables of this version yet. Run: ranevents init")
    return settings


def _has_tables(settings: config.Settings) -> bool:
    from sqlalchemy import create_engine
    from sqlalchemy.exc import OperationalError
    from sqlalchemy.pool import NullPool

    from ranevents.core import health

    engine = create_engine(settings.sqlalchemy_url, poolclass=NullPool, connect_args={"connect_timeout": 10})
    try:
        with engine.connect() as connection:
            return health.has_tables_of(str(config.resources("migrations")), connection)
    except OperationalError as error:
        host = urlsplit(settings.database_url).hostname or "on this machine"
        _fail(f"The database in DATABASE_URL ({host}) can't be reached{_why(str(error.orig))}")


def _why(told: str) -> str:
    """The reason in our words: the driver's may repeat parts of the address, which holds the password."""
    reasons = {
        "refused": ": nothing listens there.",
        "No such file": ": nothing listens there.",
        "resolve": ": there is no such host.",
        "timeout": ": it does not answer.",
        "password": ": it refuses the user or the password.",
        'role "': ": it refuses the user or the password.",
        "pg_hba": ": it lets nobody in from here with this user.",
        'database "': ": it has no database of that name.",
        "starting up": ": it is just starting, try again in a moment.",
    }
    return next((reason for sign, reason in reasons.items() if sign in told), ".")


@contextmanager
def _application() -> Iterator[Any]:
    from ranevents.app import create_app

    app = create_app(_ready_settings(), has_time=True)
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
def init() -> None:
    """Make the database's tables, or bring them up to this version."""
    import flask_migrate
    from sqlalchemy.exc import ProgrammingError

    from ranevents.app import create_app

    settings = _settings()
    _has_tables(settings)
    try:
        with create_app(settings, has_time=True).app_context():
            flask_migrate.upgrade()
    except ProgrammingError as error:
        _fail(f"The tables can't be made: {str(error.orig).splitlines()[0]}")
    click.echo("The database is ready.")


@main.command("create-organiser")
@click.argument("email")
@click.argument("name")
@click.option("--administrator", is_flag=True, help="May do everything at every event, and look after the accounts.")
@click.option("--password-from-stdin", is_flag=True, help="Read the password from standard input, one line.")
def create_organiser(email: str, name: str, administrator: bool, password_from_stdin: bool) -> None:
    """Make an account that can sign in at once; asks for its password."""
    with _application():
        password = _password_from(from_stdin=password_from_stdin)
        _create_organiser(email.strip(), name.strip(), password, is_administrator=administrator)
    click.echo(f"{name} can sign in as {email}.")


def _password_from(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt="The same again"))


def _create_organiser(email: str, name: str, password: str, *, is_administrator: bool) -> None:
    from email_validator import EmailNotValidError, validate_email

    from ranevents.accounts import service
    from ranevents.core.audit import SYSTEM
    from ranevents.core.db import unit_of_work
    from ranevents.core.errors import DomainError

    if not name or len(name) > 200:
        _fail("The name must have between 1 and 200 characters.")
    try:
        validate_email(email, check_deliverability=False)
        with unit_of_work():
            service.create_organiser(email, name, password=password, is_administrator=is_administrator, by=SYSTEM)
    except EmailNotValidError as error:
        _fail(f"This is not an e-mail address: {error}")
    except DomainError as error:
        _fail(str(error))


@main.command("reset-second-factor")
@click.argument("email")
@_in_application
def reset_second_factor(email: str) -> None:
    """Take all second factors from an account whose owner has lost them; the password alone is enough then."""
    from ranevents.accounts import factor_service, queries
    from ranevents.core.audit import SYSTEM
    from ranevents.core.db import unit_of_work
    from ranevents.core.errors import DomainError

    user = queries.by_email(email.strip())
    if user is None:
        _fail("There is no account with this address.")
    try:
        with unit_of_work():
            factor_service.reset(user, by=SYSTEM)
    except DomainError:
        _fail("This account has no second factor.")
    click.echo("Done: the password alone is enough now, and all sessions of this account have ended.")


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

    jobs.work(create_app(_ready_settings(), has_time=True), at_start=take_up)


@main.command()
def web() -> None:
    """Serve the pages, until SIGTERM."""
    has_own_database = not os.environ.get("DATABASE_URL")
    settings = _ready_settings()
    _say_where(settings)
    command = gunicorn(settings)
    if has_own_database:  # whoever started the built-in server must live to stop it
        sys.exit(supervise([command]))
    os.execv(command[0], command)  # noqa: S606 - our own


@main.command()
def run() -> None:
    """Run web and worker together, on one machine, until SIGTERM."""
    settings = _ready_settings()
    _say_where(settings)
    sys.exit(supervise([gunicorn(settings), [sys.executable, "-m", "ranevents", "worker"]]))


def _say_where(settings: config.Settings) -> None:
    click.echo(f"Pages: {settings.base_url}/   (listening on {settings.bind}; Ctrl-C stops)")


@main.command()
@click.option("--fresh", is_flag=True, help="Begin anew: forget what was tried out so far.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("instance/demo"), show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Where the pages are.")
@click.option("--mail-port", type=click.IntRange(1, 65535), default=1025, show_default=True)
def demo(fresh: bool, folder: Path, port: int, mail_port: int) -> None:
    """Try everything out: invented people, a post box of its own, and nothing of the environment's settings."""
    from ranevents.app import create_app
    from ranevents.demo import start

    # A SIGTERM while the world is being built ends us as an error would: the database server is stopped, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with start.alone_in(folder.resolve()):
            tools = start.Tools(create_app, _deliver, click.echo)
            settings = start.prepare(folder.resolve(), tools, port=port, mail_port=mail_port, fresh=fresh)
            commands = [start.sink(settings), gunicorn(settings), [sys.executable, "-m", "ranevents", "worker"]]
            sys.exit(supervise(commands))
    except (start.CannotStart, config.BadSettings, embedded.NotInstalled) as error:
        _fail(str(error))


def _deliver() -> None:
    from ranevents.mailing.delivery import drain
    from ranevents.mailing.models import MailQueue

    for queue in MailQueue:
        drain(queue)


@main.command()
@_in_application
def check() -> None:
    """Count every place, rank, offer and mail again, and look for work left undone; exit code 1 where there is any."""
    from ranevents.core import clock, jobs
    from ranevents.delegations import check as delegations
    from ranevents.invitations import check as invitations
    from ranevents.mailing import queries as mails
    from ranevents.registrations.check import differences

    at = clock.now()
    found = [*differences(at), *invitations.differences(), *delegations.differences(), *mails.stuck(at)]
    found += [f"jobs: {count} of {name} failed for good" for name, count in jobs.failures().items()]
    click.echo("\n".join(found) if found else "agrees")
    if undelivered := mails.undelivered_count():
        click.echo(f"note: {undelivered} mails could not be delivered; the mail logs say which, and why")
    sys.exit(1 if found else 0)


@main.command()
@click.option("--preview", is_flag=True, help="Only tell what would go now.")
@_in_application
def purge(preview: bool) -> None:
    """Let go the data whose time is over, as a worker does every night."""
    from ranevents.privacy import jobs

    told = jobs.preview() if preview else jobs.purge_all()
    lines = [f"{slug or '(no event)'}: {kind.value} {count}" for (slug, kind), count in told.items()]
    click.echo("\n".join(lines) if lines else "nothing is due")


@main.command("take-bounce")
def take_bounce() -> None:
    """Take in one mail from standard input, as a mail server pipes it: a report that one of our mails came back.

    Whatever the mail is, the exit code is 0; where we can't look at it now, 75: the mail server tries again (sysexits).
    """
    content = _beginning_of_stdin()
    try:
        with _application():
            came_of_it = _taken_in(content)
    except SystemExit:
        sys.exit(os.EX_TEMPFAIL)
    except Exception as error:  # noqa: BLE001 - any other code would have the mail server throw the report away
        click.echo(f"ranevents: {type(error).__name__}", err=True)
        sys.exit(os.EX_TEMPFAIL)
    click.echo(came_of_it.value)
    sys.exit(os.EX_TEMPFAIL if came_of_it is came_of_it.TOO_EARLY else os.EX_OK)


def _beginning_of_stdin() -> bytes:
    """What is needed of a mail; the rest is read and dropped, or the mail server would take it for a failure."""
    from ranevents.mailing.bounce_reports import BYTES_READ

    content = sys.stdin.buffer.read(BYTES_READ)
    while sys.stdin.buffer.read(BYTES_READ):
        pass
    return content


def _taken_in(content: bytes) -> "Taken":
    from ranevents.core.db import unit_of_work
    from ranevents.mailing import bounce_service

    with unit_of_work():
        return bounce_service.take_in(content)


@main.command("import-people")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--event", "slug", required=True, help="The event whose guest list they come onto: its address.")
@click.option("--map", "mapped", multiple=True, metavar="FIELD=COLUMN", help="Which column holds what: its heading.")
@click.option("--set", "fixed", multiple=True, metavar="FIELD=VALUE", help="What holds where the file says nothing.")
@click.option("--sheet", default="", help="Which sheet of a workbook; else the first.")
@click.option("--charset", default="", help="What a CSV file is written in, such as cp1251; else it is guessed.")
@click.option("--only-good", is_flag=True, help="Take the good rows even where others are wrong.")
@click.option("--dry-run", is_flag=True, help="Only tell what would happen.")
@_in_application
def import_people(file: Path, slug: str, dry_run: bool, **asked: Any) -> None:
    """Bring a list of people from a spreadsheet (XLSX or CSV) onto an event's guest list."""
    from ranevents.directory import import_commands

    sys.exit(import_commands.run(file, slug, import_commands.Asked(**asked), is_dry_run=dry_run))


@main.command("rotate-keys")
@_in_application
def rotate_keys() -> None:
    """Encrypt every special answer anew under the first of RANEVENTS_ENCRYPTION_KEYS."""
    from cryptography.fernet import InvalidToken

    from ranevents.core import rotation

    done = 0
    try:
        for count in rotation.rotate():
            done += count
            click.echo(f"{done} encrypted anew", nl=True)
    except InvalidToken:
        _fail("an answer fits none of RANEVENTS_ENCRYPTION_KEYS; name the key that it was encrypted with, too")
    click.echo(f"All {done} answers are under the newest key. Older keys are no longer needed.")


def gunicorn(settings: config.Settings) -> list[str]:
    """The command that serves the pages. No access log: addresses may hold personal links; we write our own lines."""
    return [
        sys.executable, "-m", "gunicorn", "ranevents.app:create_app()",
        "--bind", settings.bind,
        "--workers", str(settings.web_processes),
        "--threads", str(settings.web_threads),
        "--graceful-timeout", "30",
        # The most that gunicorn knows: an address that is too long for it gets a bare page instead of ours.
        "--limit-request-line", "8190",
        "--max-requests", "20000", "--max-requests-jitter", "2000",
        "--log-level", "warning", "--logger-class", "ranevents.server.Lines",
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
