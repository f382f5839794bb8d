"""The way to the relay: one SMTP connection (RFC 5321), opened when it is needed and kept until it is closed."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import flask_mail
from flask import current_app

from ranevents.mailing.parcels import Parcel

mail = flask_mail.Mail()

_CLOSES = 421
_WANTS_SIGN_IN = frozenset({530, 534, 535, 538})
_TOO_LARGE = 552


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

    @property
    def ends_all(self) -> bool:
        """Whether other mails would fare no better now."""
        return isinstance(self, RelayIsOut) or self.answer.code == _CLOSES


class RefusedForGood(NotTaken):
    """This mail will never be taken (5xx about its recipient or content)."""


class RefusedForNow(NotTaken):
    """This mail may be taken later (4xx)."""


class Dropped(NotTaken):
    """The connection was lost in the middle of this mail: whether it was taken is not known."""


class RelayIsOut(NotTaken):
    """The relay takes no mail at all now: it can't be reached, is closing, or refuses us as a sender."""


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

    def hand_over(self, parcel: Parcel) -> Answer:
        """Give the relay a mail; its answer when it has taken it. Raises a NotTaken."""
        try:
            return self._try(parcel)
        except RelayIsOut:
            if self._is_fresh:
                raise
        # A relay may end a connection after some mails: that says nothing about the next one.
        self.close()
        return self._try(parcel)

    def close(self) -> None:
        """Say goodbye where somebody still listens."""
        host, self._host = self._host, None
        if host is not None:
            with suppress(OSError, smtplib.SMTPException):
                host.quit()
            host.close()

    def _try(self, parcel: Parcel) -> Answer:
        host = self._connected()
        self._begin(host, parcel)
        try:
            code, said = host.rcpt(parcel.recipient)
            if code not in (250, 251):
                raise self._refusal(code, said)
            answer = Answer(*_told(host.data(parcel.content)))
        except smtplib.SMTPDataError as error:
            raise self._refusal(error.smtp_code, error.smtp_error) from None
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            self._hang_up()
            raise Dropped(None, _reason(error)) from None
        if answer.code != 250:
            raise self._refusal(answer.code or 0, answer.text)
        return answer

    def _connected(self) -> smtplib.SMTP:
        if self._host is None:
            self._is_fresh = True
            try:
                self._host = self._connection.configure_host()
            except smtplib.SMTPResponseException as error:
                raise RelayIsOut(*_told((error.smtp_code, error.smtp_error))) from None
            except (OSError, smtplib.SMTPException, UnicodeError) as error:
                raise RelayIsOut(None, _reason(error)) from None
        return self._host

    def _begin(self, host: smtplib.SMTP, parcel: Parcel) -> None:
        """MAIL FROM, the same for every mail: a refusal here concerns us, not the mail, unless it is too large."""
        options = [f"SIZE={len(parcel.content)}"] if host.has_extn("size") else []
        if parcel.needs_smtputf8:
            if not host.has_extn("smtputf8"):
                raise RefusedForGood(None, "The relay takes only addresses in plain Latin letters.")
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        try:
            code, said = host.mail(parcel.sender, options)
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise RelayIsOut(None, _reason(error)) from None
        if code == 250:
            self._is_fresh = False
            return
        if code == _TOO_LARGE:
            raise self._refusal(code, said)
        self.close()
        raise RelayIsOut(*_told((code, said)))

    def _refusal(self, code: int, said: bytes | str) -> NotTaken:
        kind: type[NotTaken] = RefusedForGood if 500 <= code < 600 else RefusedForNow
        if code == _CLOSES:
            kind = Dropped
        elif code in _WANTS_SIGN_IN:
            kind = RelayIsOut
        if kind in (Dropped, RelayIsOut):
            self._hang_up()
        elif self._host is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._host.rset()
        return kind(*_told((code, said)))

    def _hang_up(self) -> None:
        host, self._host = self._host, None
        if host is not None:
            host.close()


def _told(answer: tuple[int, bytes | str]) -> tuple[int, str]:
    code, said = answer
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return code, " ".join(text.replace("\0", "").split())


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
