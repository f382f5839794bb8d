"""A real mail server for the tests, which refuses, stalls and drops connections when it is told to."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

Behaviour = Callable[[str], str | None]
"""Given a recipient, what to do: None to take the mail; an answer such as '451 later'; or one of the words below."""

STALL = "stall"
"""Say nothing until the client gives up."""
DROP = "drop"
"""Close the connection at RCPT."""
DROP_AFTER_DATA = "drop after data"
"""Take the mail, then close the connection without an answer."""
STALL_AFTER_DATA = "stall after data"
"""Take the mail, and look through it for `seconds_a_content` before answering."""
REFUSE_DATA = "refuse data: "
"""Followed by the answer that the content gets."""


@dataclass
class Sink:
    """What the mail server took and how it behaves."""

    behaviour: Behaviour = lambda recipient: None
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    """The envelope's sender of each mail that was begun."""
    asked: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    drops_after_data: int = 0
    from_refused: str | None = None
    seconds_a_recipient: float = 0.0
    seconds_a_content: float = 2.0
    port: int = 0

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails, parsed, in the order in which they came."""
        return [BytesParser(policy=policy.default).parsebytes(content) for _to, content in self.taken]  # type: ignore[misc]

    @property
    def recipients(self) -> list[str]:
        return [to for to, _content in self.taken]

    async def on_sender(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.from_refused:
            return self.from_refused
        envelope.mail_from = address
        self.senders.append(address)
        envelope.mail_options.extend(options)
        return "250 OK"

    async def on_recipient(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked[address] += 1
        await asyncio.sleep(self.seconds_a_recipient)
        does = self.behaviour(address)
        envelope.rcpt_tos.append(address)
        envelope.does = does  # type: ignore[attr-defined]
        if does in (None, DROP_AFTER_DATA, STALL_AFTER_DATA) or str(does).startswith(REFUSE_DATA):
            return "250 OK"
        if does == STALL:
            await asyncio.sleep(30)
        if does in (STALL, DROP):
            server.transport.close()
        return str(does) if str(does)[:3].isdigit() else "451 gone"

    async def on_content(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        does: Any = getattr(envelope, "does", None)
        if does and does.startswith(REFUSE_DATA):
            return str(does).removeprefix(REFUSE_DATA)
        assert isinstance(envelope.content, bytes)
        self.taken.append((envelope.rcpt_tos[0], envelope.content))
        if does == DROP_AFTER_DATA:
            self.drops_after_data += 1
            server.transport.close()
        if does == STALL_AFTER_DATA:
            await asyncio.sleep(self.seconds_a_content)
        return f"250 OK, queued as {len(self.taken)}"


class _Handler:
    """What the library asks. It looks at every attribute at each connection: so not the sink itself, whose are costly."""

    def __init__(self, sink: Sink) -> None:
        self.handle_MAIL = lambda *told: sink.on_sender(*told)  # noqa: PLW0108 - a test may change it later
        self.handle_RCPT = sink.on_recipient
        self.handle_DATA = sink.on_content


class _Controller(Controller):
    def __init__(self, sink: Sink, **options: Any) -> None:
        self.sink = sink
        # Without a name of its own the library would ask the network for one, at each connection.
        super().__init__(_Handler(sink), hostname="127.0.0.1", port=0, server_hostname="localhost", **options)

    def factory(self) -> SMTP:
        self.sink.connections += 1
        return super().factory()

    def _trigger_server(self) -> None:
        """The library knocks once at the port it was given; ours is only known afterwards."""
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()


def running(**options: Any) -> tuple[Sink, Controller]:
    """A sink that listens on a free port; `stop()` the controller at the end."""
    sink = Sink()
    controller = _Controller(sink, **options)
    controller.start()
    sink.port = controller.port
    sink.connections = 0
    return sink, controller
