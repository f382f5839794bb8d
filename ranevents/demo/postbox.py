"""The mails that the local mail server kept, as the post box shows them."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from icalendar import Calendar

from ranevents.core.errors import NotFound

_NAME = re.compile(r"\d{8}T\d{12}-[0-9A-Z]{6}")


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
        return [(name, str(value)) for name, value in self.parsed.items()]

    @property
    def to(self) -> str:
        """The recipient, with the name."""
        return str(self.parsed.get("To", ""))

    @property
    def subject(self) -> str:
        """The subject; a dash where there is none."""
        return str(self.parsed.get("Subject", "")) or "–"

    @property
    def at(self) -> datetime | None:
        """When it was written."""
        date: Any = self.parsed.get("Date")
        return getattr(date, "datetime", None)

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

    def _body(self, kind: str) -> str:
        part = self.parsed.get_body((kind,))
        return str(part.get_content()) if part is not None else ""


def newest(folder: Path, *, search: str, at_most: int) -> list[Mail]:
    """The newest mails whose recipient's name or address holds `search`, newest first."""
    found: list[Mail] = []
    for path in sorted(folder.glob("*.eml"), reverse=True):
        mail = _read(path, headers_only=True)
        if search.casefold() in mail.to.casefold():
            found.append(mail)
        if len(found) == at_most:
            break
    return found


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
