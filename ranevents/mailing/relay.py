"""The way to the relay: one SMTP connection (RFC 5321), opened when it is needed and kept until it is closed."""

import re
import select
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import flask_mail
from flask import current_app
from flask_babel import gettext as _

from ranevents.mailing.parcels import Parcel

mail = flask_mail.Mail()

PATIENCE_SECONDS = 1
"""Most relays answer a mail at once; one that takes longer may take minutes."""

_CLOSES = 421
_WANTS_SIGN_IN = frozenset({530, 534, 535, 538})
_TOO_LARGE = 552
_GO_AHEAD = 354
_TAKEN = 250


@dataclass(frozen=True)
class Answer:
    """What the relay said."""

    code: int | None
    text: str


class NotTaken(Exception):
    """The relay did not take a mail."""

    def __init__(self, code: int | None, text: str) -> None:
        self.answer = Answer(code, text)
        super().__init__(code)


class RefusedForGood(NotTaken):
    """This mail will never be taken (5xx about its recipient or content)."""


class RefusedForNow(NotTaken):
    """This mail may be taken later (4xx, or a 5xx that asks us to sign in)."""


class Dropped(NotTaken):
    """The connection was lost, or closed by the relay, in the middle of this mail: it may have been taken."""


class RelayIsOut(NotTaken):
    """The relay takes no mail at all now: it can't be reached, or refuses us before it has heard whom we write to."""


class _Connection(flask_mail.Connection):
    """Flask-Mail's connection, with a timeout, and with the relay's certificate checked."""

    def configure_host(self) -> smtplib.SMTP:
        """Connect, secure the connection and sign in, as the settings ask."""
        relay: Any = self.mail
        settings = current_app.config["SETTINGS"]
        told: dict[str, Any] = {"timeout": settings.mail_timeout_seconds, "local_hostname": _our_name()}
        if relay.use_ssl:
            host: smtplib.SMTP = smtplib.SMTP_SSL(relay.server, relay.port, context=_certificates(), **told)
        else:
            host = smtplib.SMTP(relay.server, relay.port, **told)
        try:
            if relay.use_tls:
                host.starttls(context=_certificates())
            if relay.username and relay.password:
                host.login(relay.username, relay.password)
            host.ehlo_or_helo_if_needed()
        except BaseException:
            host.close()
            raise
        return host


class Line:
    """A line to the relay. Not for several threads at once."""

    def __init__(self) -> None:
        self._connection = _Connection(current_app.extensions["mail"])
        self._host: smtplib.SMTP | None = None
        self._is_fresh = True
        self.taken = 0
        """How many mails the relay has taken from us over this line."""

    def hand_over(
        self, parcel: Parcel, *, begin: Callable[[], None] = lambda: None, wait: Callable[[], None] = lambda: None
    ) -> Answer:
        """Give the relay a mail; its answer when it has taken it. Raises a NotTaken.

        `begin` is called when the relay has taken the recipient, before it gets the content; `wait` where it has not
        answered PATIENCE_SECONDS after that, for it may look through the mail for long. What either raises ends this
        mail and the connection.
        """
        host = self._begun(parcel)
        with self._hanging_up_when_lost():
            code, said = host.rcpt(parcel.recipient)
        if code not in (250, 251):
            raise self._refusal(code, said)
        with self._hanging_up_when_told():
            begin()
        answer = self._give_content(host, parcel, wait)
        self.taken += 1
        return answer

    def close(self) -> None:
        """Say goodbye where somebody still listens."""
        host, self._host = self._host, None
        if host is not None:
            with suppress(OSError, smtplib.SMTPException):
                host.quit()
            host.close()

    def _begun(self, parcel: Parcel) -> smtplib.SMTP:
        """A connection over which the relay has taken our MAIL FROM."""
        try:
            return self._begin(self._connected(), parcel)
        except RelayIsOut:
            if self._is_fresh:
                raise
        # A relay may end a connection after some mails: that says nothing about the next one.
        self.close()
        return self._begin(self._connected(), parcel)

    def _connected(self) -> smtplib.SMTP:
        if self._host is None:
            self._is_fresh = True
            try:
                self._host = self._connection.configure_host()
            except smtplib.SMTPResponseException as error:
                raise RelayIsOut(*_told((error.smtp_code, error.smtp_error))) from None
            except (OSError, smtplib.SMTPException, UnicodeError) as error:
                raise RelayIsOut(None, _unreachable(error)) from None
        return self._host

    def _begin(self, host: smtplib.SMTP, parcel: Parcel) -> smtplib.SMTP:
        """MAIL FROM, the same for every mail: a refusal here concerns us, not the mail, unless it is too large."""
        options = [f"SIZE={len(parcel.content)}"] if host.has_extn("size") else []
        if parcel.needs_smtputf8:
            if not host.has_extn("smtputf8"):
                raise RefusedForGood(None, _("The mail relay takes only addresses in plain Latin letters."))
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        try:
            code, said = host.mail(parcel.sender, options)
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise RelayIsOut(None, _unreachable(error)) from None
        if code == 250:
            self._is_fresh = False
            return host
        if code == _TOO_LARGE:
            raise self._refusal(code, said)
        self.close()
        raise RelayIsOut(*_told((code, said)))

    def _give_content(self, host: smtplib.SMTP, parcel: Parcel, wait: Callable[[], None]) -> Answer:
        """DATA. The answer to the whole mail has a longer time than all others (RFC 5321, 4.5.3.2.6)."""
        settings = current_app.config["SETTINGS"]
        with self._hanging_up_when_lost():
            code, said = host.docmd("DATA")
            if code != _GO_AHEAD:
                raise self._refusal(code, said)
            host.send(_ended_by_a_dot(parcel.content))
            if not _answers_soon(host):
                with self._hanging_up_when_told():
                    wait()
            _wait_at_most(host, settings.mail_answer_seconds)
            code, said = host.getreply()
            _wait_at_most(host, settings.mail_timeout_seconds)
        if code != _TAKEN:
            raise self._refusal(code, said)
        return Answer(*_told((code, said)))

    @contextmanager
    def _hanging_up_when_lost(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:  # smtplib's own errors among them
            self._hang_up()
            raise Dropped(None, _("The connection to the mail relay was lost: %(why)s", why=_reason(error))) from None

    @contextmanager
    def _hanging_up_when_told(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._hang_up()
            raise

    def _refusal(self, code: int, said: bytes | str) -> NotTaken:
        """What an answer after MAIL FROM means: it concerns this mail, whatever it says."""
        kind: type[NotTaken] = RefusedForGood if 500 <= code < 600 else RefusedForNow
        if code == _CLOSES:
            kind = Dropped
            self._hang_up()
        elif code in _WANTS_SIGN_IN:
            # A relay that was set up wrongly should not cost us every mail.
            kind = RefusedForNow
        if self._host is not None:
            with suppress(OSError):
                self._host.rset()
        return kind(*_told((code, said)))

    def _hang_up(self) -> None:
        host, self._host = self._host, None
        if host is not None:
            host.close()


def _ended_by_a_dot(content: bytes) -> bytes:
    """The content as it goes over the wire (RFC 5321, 4.5.2): dots that begin a line doubled, and one at the end."""
    doubled = re.sub(rb"(?m)^\.", b"..", content)
    return doubled + (b"" if doubled.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _answers_soon(host: smtplib.SMTP) -> bool:
    """Whether the relay says something within PATIENCE_SECONDS; what it says is still to be read."""
    if host.sock is None:
        return True  # it is gone, as whoever reads will be told
    waiting = select.poll()
    waiting.register(host.sock, select.POLLIN)
    return bool(waiting.poll(PATIENCE_SECONDS * 1000))


def _wait_at_most(host: smtplib.SMTP, seconds: int) -> None:
    if host.sock is not None:
        host.sock.settimeout(seconds)


def _told(answer: tuple[int, bytes | str]) -> tuple[int, str]:
    code, said = answer
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return code, " ".join(text.replace("\0", "").split())


def _unreachable(error: Exception) -> str:
    return str(_("The mail relay can't be reached: %(why)s", why=_reason(error)))


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).replace(chr(0), '').split())}".removesuffix(": ")


def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()


def _our_name() -> str:
    """How we introduce ourselves: a host's name, or an address in brackets (RFC 5321, 4.1.3)."""
    host = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return f"[{'IPv6:' if address.version == 6 else ''}{address}]"
