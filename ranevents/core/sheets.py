"""Tables that people send in: XLSX and CSV as rows of texts, one after the other, in little memory.

Of a workbook the values are read that were stored beside the formulas; nothing is computed. What might surprise
somebody (hidden rows, merged cells, formulas without a value) is counted, so that it can be told.
"""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from ranevents.core import charsets, files
from ranevents.core.files import BadFile

MOST_MEGABYTES = 10
MOST_ROWS = 10_000
MOST_COLUMNS = 500
MOST_CELLS = 500_000
LONGEST_CELL = 1000
"""Longer texts are cut: nothing that we take from a table is as long."""
DELIMITERS = (";", ",", "\t", "|")
_MOST_MERGED = 20_000
_CSV = "csv"
_XLSX = "xlsx"
_ROWS_TO_TELL_BY = 50
_MOST_EMPTY_ROWS = 100_000
"""Formatted rows without a value that a sheet may have below and between those that we read."""


@dataclass
class Surprises:
    """What was found in a table that its owner may not expect, with how often."""

    hidden_rows: int = 0
    merged: int = 0
    formulas_without_value: int = 0
    cut: int = 0


@dataclass
class Table:
    """One table: its rows with their numbers in the file, from the first that is not empty."""

    rows: Iterator[tuple[int, list[str]]]
    surprises: Surprises = field(default_factory=Surprises)
    charset: str = ""
    """What a text file is read in: one of charsets.OFFERED."""


def kind_of(content: bytes) -> str:
    """Whether it is a workbook or text, by its content. Raises BadFile for what we don't take."""
    if not content.strip(b"\0 \r\n\t"):
        raise BadFile(_("This file is empty. Please choose another."))
    if len(content) > MOST_MEGABYTES * files.MEGABYTE:
        raise BadFile(
            _("This file is too large: %(most)s MB at most. Please choose a smaller one.", most=MOST_MEGABYTES)
        )
    if content[:2] == b"PK":
        files.media_type("table.xlsx", content, most=MOST_MEGABYTES)
        return _XLSX
    if content.startswith((b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"GIF8", b"\x1f\x8b")):
        raise BadFile(_("This is no table that we can read. Please save it as XLSX or CSV, and choose that file."))
    return _CSV


def sheets(content: bytes) -> list[str]:
    """The names of a workbook's sheets that are shown; one without a name for a text file. Raises BadFile."""
    if kind_of(content) == _CSV:
        return [""]
    with _opened(content) as book:
        return [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.sheetnames[:1]


def read(content: bytes, *, sheet: str = "", charset: str = "") -> Table:
    """The rows of a table, empty ones left out. Raises BadFile, also while the rows are read.

    `sheet`: which one of a workbook; else the first that is shown. `charset`: see core/charsets.
    """
    surprises, read_in = Surprises(), ""
    if kind_of(content) == _CSV:
        read_in = charsets.plain(charsets.of(content, charset))
        rows = _rows_of_text(content, charset)
    else:
        rows = _rows_of_book(content, sheet or sheets(content)[0], surprises)
    return Table(_within_limits(rows, surprises), surprises, read_in)


def _within_limits(rows: Iterator[tuple[int, list[str]]], surprises: Surprises) -> Iterator[tuple[int, list[str]]]:
    read = cells = empty = 0
    for number, row in rows:
        while row and not row[-1].strip():
            row.pop()
        if not row:
            empty += 1
            if empty > _MOST_EMPTY_ROWS:
                raise BadFile(_("This table has too many empty rows. Please delete them below the last person."))
            continue
        read, cells = read + 1, cells + len(row)
        _check_size(read, len(row), cells)
        surprises.cut += sum(len(cell) > LONGEST_CELL for cell in row)
        yield number, [cell[:LONGEST_CELL] for cell in row]


def _check_size(rows: int, columns: int, cells: int) -> None:
    if rows > MOST_ROWS + 1:
        raise BadFile(
            _(
                "This table has more than %(most)s rows. Please split it, and bring one part after the other.",
                most=MOST_ROWS,
            )
        )
    if columns > MOST_COLUMNS:
        raise BadFile(
            _("This table has more than %(most)s columns. Please leave only those about people.", most=MOST_COLUMNS)
        )
    if cells > MOST_CELLS:
        raise BadFile(
            _("This table has more than %(most)s cells. Please leave only the columns about people.", most=MOST_CELLS)
        )


def _rows_of_text(content: bytes, charset: str) -> Iterator[tuple[int, list[str]]]:
    try:
        text = charsets.decode(content, charset)
    except UnicodeDecodeError as error:
        raise not_in_these_letters() from error
    text = text.removeprefix("\ufeff")
    text, delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(
            _("Line %(number)s can't be read: a quotation mark may be missing near it.", number=reader.line_num)
        ) from error


def not_in_these_letters() -> BadFile:
    """The refusal of bytes that are no text in the letters that were chosen."""
    return BadFile(_("This file can't be read in the letters that were chosen. Please choose others, or let us guess."))


def _delimiter(text: str) -> tuple[str, str]:
    """The text without the line by which Excel names its delimiter, and what parts its cells."""
    named = re.match(r"sep=([;,\t|])\r?\n", text, re.I)
    if named:
        return text[named.end() :], named[1]
    beginning = text[:50_000]
    return text, max(DELIMITERS, key=lambda one: _order(beginning, one))


def _order(text: str, delimiter: str) -> tuple[int, int]:
    """How many of the first rows have the same number of cells (of two at least), and how many that is."""
    widths: Counter[int] = Counter()
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(row):
                widths[len(row)] += 1
            if widths.total() == _ROWS_TO_TELL_BY:
                break
    except csv.Error:
        return (0, 0)
    del widths[1]
    return max(((count, width) for width, count in widths.items()), default=(0, 0))


class _opened:  # noqa: N801 - it reads as what it does
    def __init__(self, content: bytes) -> None:
        self.content = content

    def __enter__(self) -> Any:
        try:
            self.book = load_workbook(io.BytesIO(self.content), read_only=True, data_only=True, keep_links=False)
        except Exception as error:
            raise _damaged() from error
        return self.book

    def __exit__(self, *_error: Any) -> None:
        self.book.close()


def _damaged() -> BadFile:
    return BadFile(_("This workbook can't be read. Please open it, save it anew as XLSX, and choose it again."))


def _rows_of_book(content: bytes, name: str, surprises: Surprises) -> Iterator[tuple[int, list[str]]]:
    with _opened(content) as book:
        sheet = book[name] if name in book.sheetnames else None
        if not isinstance(sheet, ReadOnlyWorksheet):
            raise _damaged()
        hidden, merged = _look_through(sheet, surprises)
        sheet.reset_dimensions()  # a wrong one would hide rows
        rows = iter(sheet.iter_rows())
        held: dict[int, tuple[int, str]] = {}
        while True:
            try:
                cells = next(rows, None)
            except Exception as error:
                raise _damaged() from error
            if cells is None:
                return
            number = next((cell.row for cell in cells if getattr(cell, "row", None)), None)
            if number is None:
                yield 0, []
                continue
            row = [_as_text(cell.value) for cell in cells]
            _repeat(row, number, merged, held)
            surprises.hidden_rows += number in hidden and any(row)
            yield number, row


def _repeat(row: list[str], number: int, merged: dict[tuple[int, int], int], held: dict[int, tuple[int, str]]) -> None:
    """What is merged over several rows stands in the first of them; it is meant for each."""
    for column in list(held):
        last, text = held[column]
        if number > last:
            del held[column]
            continue
        row += [""] * (column + 1 - len(row))
        row[column] = row[column] or text
    for column, text in enumerate(row):
        if text and (number, column) in merged:
            held[column] = merged[number, column], text


_PART = re.compile(
    rb"<(?:\w+:)?row\b(?P<row>[^>]*)>|<(?:\w+:)?mergeCell\b[^>]*\bref=\"(?P<merged>[A-Z0-9:]{1,30})\""
    rb"|(?P<formula><(?:\w+:)?f\b[^>]*/>|</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


def _look_through(sheet: Any, surprises: Surprises) -> tuple[set[int], dict[tuple[int, int], int]]:
    """The numbers of hidden rows, and of what is merged over rows its first cell and its last row.

    The library tells neither where it reads in little memory, and merged cells stand behind all rows.
    """
    hidden: set[int] = set()
    merged: dict[tuple[int, int], int] = {}
    try:
        with sheet.parent._archive.open(sheet._worksheet_path) as file:
            for found in _parts(file):
                if found["row"] is not None:
                    _note_hidden(found["row"], hidden)
                elif found["merged"] and len(merged) < _MOST_MERGED:
                    _note_merged(found["merged"].decode(), merged)
                elif found["formula"]:
                    surprises.formulas_without_value += 1
    except (KeyError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise _damaged() from error
    surprises.merged = len(merged)
    return hidden, merged


def _parts(file: Any) -> Iterator[re.Match[bytes]]:
    left = b""
    while chunk := file.read(files.MEGABYTE):
        text = left + chunk
        last = 0
        for found in _PART.finditer(text):
            last = found.end()
            yield found
        left = text[max(last, len(text) - 2000) :]


def _note_hidden(said: bytes, hidden: set[int]) -> None:
    if re.search(rb"\bhidden=\"(1|true)\"", said):
        number = re.search(rb"\br=\"(\d{1,7})\"", said)
        if number:
            hidden.add(int(number[1]))


def _note_merged(reference: str, merged: dict[tuple[int, int], int]) -> None:
    left, top, _right, bottom = range_boundaries(reference)
    if left and top and bottom and bottom > top:
        merged[top, left - 1] = bottom


def _as_text(value: Any) -> str:
    """A cell as somebody would write it: no time where there is none, no point after a whole number."""
    if value is None or (isinstance(value, str) and re.fullmatch(r"#(N/A|[A-Z0-9/]+[!?])", value)):
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
