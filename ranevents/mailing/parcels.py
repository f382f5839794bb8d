"""A message made ready for the relay: its links signed, its parts put together (RFC 5322, MIME, RFC 6047)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import encoders
from email.charset import BASE64, QP, Charset
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.message import Message as Part
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP, compat32
from email.utils import format_datetime
from typing import Any

from email_validator import EmailNotValidError, ValidatedEmail, validate_email
from flask import current_app
from flask_babel import gettext as _

from ranevents.core import tokens
from ranevents.core.tokens import Link
from ranevents.mailing import bounce_addresses, wordings
from ranevents.mailing.models import Attachment, Message


class _Headers(HeaderRegistry):
    """The library's kinds of headers, each made once: it would make a class for every header of every mail."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type] = {}

    def __getitem__(self, name: str) -> type:
        kind = self._made.get(name.lower())
        if kind is None:
            kind = self._made[name.lower()] = super().__getitem__(name)
        return kind


# Every relay takes lines of seven-bit letters; only addresses may ask for more (SMTPUTF8, RFC 6531).
_HEADERS = SMTP.clone(cte_type="7bit", header_factory=_Headers())
# Below them stand only headers that we write ourselves, in plain letters: nothing of them need be read and folded.
_BODY = compat32.clone(linesep="\r\n")


class CannotBeWritten(Exception):
    """No mail can be made of the message; the text says why, for the organiser."""


@dataclass(frozen=True)
class Parcel:
    """What the relay is given. `secrets` are the texts that no log and no table may hold."""

    sender: str
    recipient: str
    content: bytes = field(repr=False)
    needs_smtputf8: bool = False
    secrets: tuple[str, ...] = field(default=(), repr=False)


def pack(message: Message, files: Sequence[Attachment] = (), *, at: datetime) -> Parcel:
    """The mail of a message with the files that go with it, dated `at`. Raises CannotBeWritten."""
    if any(file.content is None for file in files):
        raise CannotBeWritten(_("a file that belongs to it is no longer kept"))
    to = _recipient(message.to_address)
    addresses = {mark: _address_of(link) for mark, link in message.links.items()}
    try:
        headers = _headers(message, to, at).as_bytes()
        content = headers.removesuffix(b"\r\n") + _body(message, addresses, files).as_bytes(policy=_BODY)
    except (ValueError, TypeError, LookupError) as error:
        raise CannotBeWritten(type(error).__name__) from None
    return Parcel(
        sender=bounce_addresses.sender_of(message.id),
        recipient=_plain(to),
        content=content,
        needs_smtputf8=to.smtputf8,
        secrets=tuple(addresses.values()),
    )


def _recipient(address: str) -> ValidatedEmail:
    try:
        return validate_email(address, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise CannotBeWritten(str(error)) from None


def _plain(to: ValidatedEmail) -> str:
    return f"{to.local_part}@{to.ascii_domain}"


def _address_of(link: dict[str, Any]) -> str:
    signer = Link(link["purpose"], link["record"], link["version"])
    token = signer.sign_for_a_while() if link["for_a_while"] else signer.sign()
    return f"{current_app.config['BASE_URL']}{link['path']}{token}"


def _headers(message: Message, to: ValidatedEmail, at: datetime) -> EmailMessage:
    settings = current_app.config["SETTINGS"]
    mail = EmailMessage(policy=_HEADERS.clone(utf8=to.smtputf8))
    mail["From"] = Address(_one_line(settings.mail_from_name), *_halves(settings.mail_from))
    mail["To"] = Address(_one_line(message.to_name), to.local_part, to.ascii_domain)
    answers_to = _answers_to(message.reply_to, in_any_letters=to.smtputf8)
    if answers_to is not None:
        mail["Reply-To"] = answers_to
    mail["Subject"] = _one_line(message.subject)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message.message_id
    # RFC 3834: holiday notices and other machines do not answer.
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def _answers_to(address: str, *, in_any_letters: bool) -> Address | None:
    """Where answers go; None where the header can't hold the address: better no such header than no mail."""
    try:
        found = validate_email(address, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return None
    return None if found.smtputf8 and not in_any_letters else Address("", *_halves(_plain(found)))


def _body(message: Message, addresses: dict[str, str], files: Sequence[Attachment]) -> Part:
    """Text, HTML and calendar entry as alternatives; the entry also as a file, for programs that only show files."""
    beside = [_file(one.content or b"", one.media_type, one.name) for one in files]
    ways: list[Part] = [_words(wordings.fill(message.text, addresses), "plain")]
    if message.html:
        ways.append(_words(wordings.fill(message.html, addresses), "html"))
    if message.calendar:
        entry = wordings.fill(message.calendar, addresses).encode()
        ways.append(_data(entry, "text", "calendar", method=message.calendar_method or "PUBLISH", charset="utf-8"))
        beside.insert(0, _file(entry, "application/ics", "calendar-entry.ics"))
    words = _together("alternative", ways) if len(ways) > 1 else ways[0]
    return _together("mixed", [words, *beside]) if beside else words


def _file(content: bytes, media_type: str, name: str) -> Part:
    part = _data(content, *media_type.split("/", 1))
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


def _words(text: str, subtype: str) -> Part:
    """Text, so that lines stay short: in a form that people can read where most of its letters are Latin ones."""
    is_mostly_latin = len(text.encode()) < len(text) * 7 / 6
    return MIMEText(text, subtype, _READABLE if is_mostly_latin else _SHORTER)  # type: ignore[arg-type]


def _letters(encoding: int) -> Charset:
    letters = Charset("utf-8")
    letters.body_encoding = encoding
    return letters


_READABLE, _SHORTER = _letters(QP), _letters(BASE64)


def _data(content: bytes, kind: str, subtype: str, **parameters: Any) -> Part:
    part = MIMEBase(kind, subtype, **parameters)
    part.set_payload(content)
    encoders.encode_base64(part)
    return part


def _together(how: str, parts: list[Part]) -> Part:
    return MIMEMultipart(how, boundary=f"=_{tokens.uid()}", _subparts=parts)


def _halves(address: str) -> tuple[str, str]:
    local, _, domain = address.rpartition("@")
    return local, domain


def _one_line(text: str) -> str:
    return " ".join(text.split())
