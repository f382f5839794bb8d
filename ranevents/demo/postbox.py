"""The mails that the local mail server kept, as the post box shows them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from icalendar import Calendar

from ranevents.core.errors import NotFound
from ranevents.core.paging import ROWS_A_PAGE, Page

_NAME = re.compile(r"\d{8}T\d{12}-[0-9A-Z]{6}")
_WORD = r"=\?[^?\s]+\?[BbQq]\?[^?\s]*\?="
_ENCODED_WORDS = re.compile(rf"{_WORD}(?:\s+{_WORD})*")


@dataclass(frozen=True)
class CalendarEntry:
    """What a calendar would make of a mail's entry."""

    method: str
    title: str
    begins: Any
    ends: Any
    place: str
    uid: str
    sequence: int


@dataclass(frozen=True)
class Mail:
    """One mail, parsed."""

    name: str
    parsed: EmailMessage

    @property
    def headers(self) -> list[tuple[str, str]]:
        """All headers, in their order, decoded."""
        return [(name, _decoded(value)) for name, value in self.parsed.raw_items()]

    @property
    def to(self) -> str:
        """The recipient, with the name."""
        return self._header("To")

    @property
    def subject(self) -> str:
        """The subject; a dash where there is none."""
        return self._header("Subject") or "–"

    @property
    def at(self) -> datetime | None:
        """When it was written, in UTC."""
        date: Any = self.parsed.get("Date")
        at: datetime | None = getattr(date, "datetime", None)
        return at and at.astimezone(UTC)

    @property
    def text(self) -> str:
        """The body as plain text."""
        return self._body("plain")

    @property
    def html(self) -> str:
        """The body as HTML; empty where there is none."""
        return self._body("html")

    @property
    def calendar(self) -> CalendarEntry | None:
        """The calendar entry that the mail carries."""
        part = next((part for part in self.parsed.walk() if part.get_content_type() == "text/calendar"), None)
        if part is None:
            return None
        payload: Any = part.get_payload(decode=True)
        calendar: Any = Calendar.from_ical(payload)
        event = calendar.walk("VEVENT")[0]
        return CalendarEntry(
            method=str(calendar["METHOD"]),
            title=str(event["SUMMARY"]),
            begins=event.decoded("DTSTART"),
            ends=event.decoded("DTEND"),
            place=str(event.get("LOCATION", "")),
            uid=str(event["UID"]),
            sequence=int(event["SEQUENCE"]),
        )

    def _header(self, name: str) -> str:
        return next((value for one, value in self.headers if one.casefold() == name.casefold()), "")

    def _body(self, kind: str) -> str:
        part = self.parsed.get_body((kind,))
        return str(part.get_content()) if part is not None else ""


def _decoded(raw: Any) -> str:
    """A header as it was meant: white space between encoded words that follow each other is no text (RFC 2047, 6.2).

    The standard library's own header objects keep that space in the names of long addresses.
    """
    text = "".join(str(raw).splitlines()).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return _ENCODED_WORDS.sub(_meant, text)


def _meant(words: re.Match[str]) -> str:
    try:
        return str(make_header(decode_header(words[0])))
    except (HeaderParseError, LookupError, UnicodeError):
        return words[0]


def newest(folder: Path, *, search: str, page: int) -> Page[Mail]:
    """Page `page` of the mails whose recipient's name or address holds `search`, newest first."""
    paths = sorted(folder.glob("*.eml"), reverse=True)
    if search:
        paths = [path for path in paths if search.casefold() in _read(path, headers_only=True).to.casefold()]
    number = min(max(1, page), Page[Mail]([], 1, len(paths)).last)
    shown = paths[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE]
    return Page([_read(path, headers_only=True) for path in shown], number, len(paths))


def get(folder: Path, name: str) -> Mail:
    """One mail with its parts. Raises NotFound for anything but the name of a mail that is there."""
    return _read(path_of(folder, name), headers_only=False)


def path_of(folder: Path, name: str) -> Path:
    """The file of a mail. Raises NotFound; a name that leads out of the folder is none."""
    path = folder / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFound
    return path


def _read(path: Path, *, headers_only: bool) -> Mail:
    with path.open("rb") as file:
        parsed = BytesParser(policy=policy.default).parse(file, headersonly=headers_only)
    return Mail(name=path.stem, parsed=parsed)
