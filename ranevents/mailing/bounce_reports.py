"""Reading reports about mails that are delayed or came back (RFC 3464, in a multipart/report of RFC 6522; RFC 6533).

What stands in them was written by anybody. Nothing is taken from it but which of our mails it is about, and what became
of that; all else is left alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message as Part

from ranevents.mailing import bounce_rules
from ranevents.mailing.bounce_rules import Action, Fate

BYTES_READ = 256 * 1024
"""A report stands at the beginning of a mail, before what is returned of ours."""
MOST_RECIPIENTS = 50
MOST_PARTS = 100
"""The library takes long over parts within parts within parts."""

_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_RETURNED_TYPES = (
    "message/rfc822", "message/global", "text/rfc822-headers", "text/rfc822-header", "message/global-headers",
)  # fmt: skip
_ARRIVED_AT = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "To", "Apparently-To")
_LEFT_FROM = ("Return-Path", "X-Envelope-From", "Envelope-From")


class NotAReport(Exception):
    """The mail is no report that can be read: an answer by a person, a holiday notice, a broken one, or anything."""


@dataclass(frozen=True)
class Report:
    """What a report says of a mail. `addresses` are headers that may hold the address to which it came back."""

    fates: tuple[Fate, ...]
    addresses: tuple[str, ...]
    message_ids: tuple[str, ...]


def read(content: bytes) -> Report:
    """The report that stands in a mail. Raises NotAReport, whatever the bytes are."""
    content = content[:BYTES_READ]
    if content.lower().count(b"content-type:") > MOST_PARTS:
        raise NotAReport
    try:
        return _read(message_from_bytes(content))
    except NotAReport:
        raise
    except Exception as error:
        raise NotAReport from error


def _read(mail: Part) -> Report:
    kind = str(mail.get_param("report-type", "delivery-status")).lower()
    if mail.get_content_type() != "multipart/report" or kind != "delivery-status" or not mail.is_multipart():
        raise NotAReport
    parts = list(_children(mail))
    told = next((part for part in parts if part.get_content_type() in _STATUS_TYPES), None)
    fates = tuple(_fates(told)) if told else ()
    if not fates:
        raise NotAReport
    returned = next((headers for headers in map(_returned, parts) if headers is not None), None)
    return Report(
        fates=fates,
        addresses=(*_values(mail, _ARRIVED_AT), *(_values(returned, _LEFT_FROM) if returned else ())),
        message_ids=tuple(_values(returned, ("Message-ID",))[:1]) if returned else (),
    )


def _fates(part: Part) -> Iterator[Fate]:
    for fields in _groups(part)[:MOST_RECIPIENTS]:
        action = _first_word(_field(fields, "Action"))
        if action not in list(Action):
            continue
        diagnosis = _field(fields, "Diagnostic-Code")
        yield Fate(
            action=Action(action),
            status=bounce_rules.status_in(_field(fields, "Status"), diagnosis),
            diagnosis=bounce_rules.diagnosis_in(diagnosis),
            addresses=frozenset(filter(None, (_address(fields, name) for name in ("Original", "Final")))),
        )


def _groups(part: Part) -> list[Part]:
    """The groups of fields in a report: of the mail as a whole, then of each recipient."""
    groups = list(_children(part))
    if part.get_content_type() == _STATUS_TYPES[0] or not groups:
        return groups
    # The library takes the newer type for a mail, whose text are the groups after the first.
    text = str(groups[0].get_payload()).replace("\r\n", "\n")
    return [groups[0], *(message_from_string(group) for group in text.split("\n\n")[:MOST_RECIPIENTS])]


def _returned(part: Part) -> Part | None:
    """The headers of our mail, where this part returns them."""
    kind = part.get_content_type()
    if kind not in _RETURNED_TYPES:
        return None
    if part.is_multipart():
        return next(_children(part), None)
    content = part.get_payload(decode=True)
    return message_from_bytes(content) if isinstance(content, bytes) else None


def _children(part: Part) -> Iterator[Part]:
    children = part.get_payload()
    yield from (child for child in children if isinstance(child, Part)) if isinstance(children, list) else ()


def _values(part: Part, names: tuple[str, ...]) -> list[str]:
    return [" ".join(str(value).split())[:1000] for name in names for value in part.get_all(name, [])]


def _field(fields: Part, name: str) -> str:
    return str(fields.get(name, ""))


def _first_word(text: str) -> str:
    return next(iter(text.split(maxsplit=1)), "").rstrip(";").lower()


def _address(fields: Part, whose: str) -> str:
    """The address of a field such as 'Final-Recipient: rfc822; ana@example.org' (RFC 3464, 2.3.1)."""
    return _field(fields, f"{whose}-Recipient").rpartition(";")[2].strip().strip("<>").lower()
