"""Mails a second: our worker against bare loops over smtplib, to the same sink, by the sink's own clock."""

import pickle
import smtplib
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import psycopg

from tests.performance import sink
from tests.performance.stage import ROOT, Stage, memory_of

PATIENCE = 120


@dataclass(frozen=True)
class Round:
    """Mails a second of each way to send the same mails, and the (resident, proportional) megabytes of the worker."""

    worker: float
    ready: float
    written: float
    raw: float
    memory: tuple[float, float]


def run(stage: Stage, port: int, count: int) -> Round:
    """Send `count` copies of a real confirmation, once with each."""
    _queue(stage, count)
    parcels = stage.folder / "parcels"
    _python(stage, f"mails.pack_all({str(parcels)!r})")
    raw = _measured(port, count, lambda: _python(stage, f"mails.blast({port}, {str(parcels)!r})"))
    ready = _measured(port, count, lambda: _python(stage, f"mails.send_ready({port}, {str(parcels)!r})"))
    written = _measured(port, count, lambda: _python(stage, f"mails.send_written({port}, {str(parcels)!r})"))
    environment = stage.environment | {"RANEVENTS_MAIL_PORT": str(port)}
    memory = (0.0, 0.0)
    with (stage.folder / "worker.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "ranevents", "worker"], env=environment, cwd=ROOT, stderr=log)
        try:
            worker = _measured(port, count, lambda: None)
            memory = memory_of(process.pid)
        finally:
            process.terminate()
            process.wait()
    return Round(worker, ready, written, raw, memory)


def _queue(stage: Stage, count: int) -> None:
    """So many mails that are due, each with a job of its own, as after so many registrations; and nothing else."""
    with psycopg.connect(stage.database) as connection:
        connection.execute("UPDATE messages SET state = 'cancelled', claim = NULL WHERE state <> 'cancelled'")
        connection.execute("DELETE FROM procrastinate_jobs")
        names = [
            name
            for (name,) in connection.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = 'messages'"
                " AND table_schema = 'public' AND column_name <> 'id'"
            )
        ]
        different = {
            "key": "'bench:' || gen_random_uuid()",
            "message_id": "'<' || gen_random_uuid() || '@events.example.org>'",
            "to_address": "'person' || n || '@example.org'",
            "state": "'queued'",
            "attempts": "0",
            "tried_since": "NULL",
            "sent_at": "NULL",
            "next_attempt_at": "now()",
        }
        columns = ", ".join(f'"{name}"' for name in names)
        values = ", ".join(different.get(name, f'"{name}"') for name in names)
        first = "(SELECT min(id) FROM messages WHERE mail = 'registrations/confirmation')"
        connection.execute(
            f"INSERT INTO messages ({columns}) SELECT {values} FROM messages, generate_series(1, %s) n"  # type: ignore[arg-type]
            f" WHERE id = {first}",
            [count],
        )
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) SELECT 'prompt', 'mailing.deliver_prompt', '{}'"
            " FROM generate_series(1, %s)",
            [count],
        )


def _python(stage: Stage, call: str) -> None:
    """In a process of its own."""
    code = f"from tests.performance import mails; {call}"
    with (stage.folder / "mails.log").open("ab") as log:
        subprocess.run([sys.executable, "-c", code], env=stage.environment, cwd=ROOT, check=True, stderr=log)


def _measured(port: int, count: int, act: object) -> float:
    """From the first mail that the sink took to the last."""
    sink.tell(port, "XANEW")
    act()  # type: ignore[operator]
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        taken, seconds = sink.tell(port, "XTOLD")
        if int(taken) >= count:
            return (int(taken) - 1) / float(seconds)
        time.sleep(0.2)
    raise AssertionError(f"only {taken} of {count} mails came")


def pack_all(path: str) -> None:
    """What our worker would hand over, written down for the others, with what it is made of."""
    from sqlalchemy import select

    from ranevents.app import create_app
    from ranevents.core import clock
    from ranevents.core.db import db
    from ranevents.mailing.models import Message
    from ranevents.mailing.parcels import pack

    with create_app(has_time=True).app_context():
        packed = []
        for message in db.session.scalars(select(Message).where(Message.state == "queued")):
            parcel = pack(message, at=clock.now())
            parts = (message.subject, message.text, message.html, message.calendar or "")
            packed.append((parcel.sender, parcel.recipient, parcel.content, parts))
        Path(path).write_bytes(pickle.dumps(packed))


def send_ready(port: int, path: str) -> None:
    """The bare loop: one connection kept open, every mail ready as bytes."""
    parcels = pickle.loads(Path(path).read_bytes())
    with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as relay:
        for sender, recipient, content, _parts in parcels:
            relay.sendmail(sender, recipient, content)


def send_written(port: int, path: str) -> None:
    """The loop as most people write it: each mail put together from its texts, then sent."""
    parcels = pickle.loads(Path(path).read_bytes())
    with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as relay:
        for sender, recipient, _content, (subject, text, html, calendar) in parcels:
            mail = EmailMessage()
            mail["From"], mail["To"], mail["Subject"] = sender, recipient, subject
            mail.set_content(text)
            mail.add_alternative(html, subtype="html")
            mail.add_alternative(calendar.encode(), maintype="text", subtype="calendar")
            mail.add_attachment(calendar.encode(), maintype="application", subtype="ics", filename="calendar-entry.ics")
            relay.send_message(mail)


def blast(port: int, path: str) -> None:
    """What the sink itself can take: everything written at once, no answer waited for but the last."""
    parcels = pickle.loads(Path(path).read_bytes())
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(
            b"".join(
                f"MAIL FROM:<{sender}>\r\nRCPT TO:<{recipient}>\r\nDATA\r\n".encode() + content + b"\r\n.\r\n"
                for sender, recipient, content, _parts in parcels
            )
        )
        line.sendall(b"QUIT\r\n")
        line.shutdown(socket.SHUT_WR)
        while line.recv(65536):
            pass
