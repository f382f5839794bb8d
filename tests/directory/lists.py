"""Lists as organisers bring them: files, and lists that await confirmation."""

import io
from typing import Any

from openpyxl import Workbook

from ranevents.accounts.models import User
from ranevents.directory import import_service
from ranevents.directory.import_models import ImportBatch
from ranevents.events.models import Event

HEADINGS = ["Given name", "Family name", "E-mail", "Organisation", "Country", "Sector", "Side", "Language"]
MARIA = [
    "Мария",
    "Петрова",
    "maria@example.org",
    "Ministry of Interior",
    "BG",
    "Police and law enforcement",
    "Practice",
    "bg",
]
JEAN = ["Jean", "Dupont", "jean@example.org", "Ville de Lyon", "Frankreich", "Local authority", "Politique", "French"]
WRONG = ["Ana", "Kovač", "ana.example.org", "", "Atlantis", "Health care", "Practice", "en"]


GERMAN_HEADINGS = ["Vorname", "Nachname", "E-Mail-Adresse", "Behörde", "Land", "Bereich", "Perspektive", "Sprache"]
"""For pages that are searched for English: what stands in a file is shown as it stands there."""
GERMAN_MARIA = [*MARIA[:5], "Polizei und Strafverfolgung", "Praxis", "bg"]
GERMAN_WRONG = [*WRONG[:5], "Gesundheitswesen", "Praxis", "de"]


def csv_of(*rows: list[str], headings: list[str] | None = None, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """A text file with these rows below the headings."""
    lines = [HEADINGS if headings is None else headings, *rows]
    return "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)


def xlsx_of(*rows: list[Any], title: str = "Guests") -> bytes:
    """A workbook of one sheet with exactly these rows."""
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The workbook as a file."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def a_list(event: Event, user: User | None, *rows: list[str], headings: list[str] = HEADINGS) -> ImportBatch:
    """A list that the organiser has brought, its columns said: one row right, one wrong, one that stands in it twice."""
    content = csv_of(*(rows or (MARIA, WRONG, MARIA)), headings=headings)
    batch = import_service.bring(event, content, name="guests.csv", user_id=user.id if user else None)
    import_service.say_columns(batch, batch.column_of, batch.fixed_values)
    return batch
