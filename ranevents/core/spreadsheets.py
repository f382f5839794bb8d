"""Tables for spreadsheet programs: XLSX and CSV with the same cells, of any number of rows in little memory.

No cell is ever a formula. A text that looks like one stays a text in XLSX; in CSV, where programs guess, an apostrophe
stands before it (OWASP, 'CSV Injection').
"""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import IO, Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

Cell = str | int | Decimal | date | datetime | None
LONGEST_TEXT = 32_767
"""What a cell of XLSX holds at most, in UTF-16 units."""
DIGITS_OF_EXCEL = 15
"""More digits than that become others in a spreadsheet's numbers."""
_FORMULA = re.compile(r"[\s\0\ufeff\u200b]*[=+\-@\t\r\n＝＋－＠|%]|[\t\r\n]")
_WIDEST = 60


class Kind(StrEnum):
    """The two files that we write."""

    XLSX = "xlsx"
    CSV = "csv"

    @property
    def media_type(self) -> str:
        """Its type as browsers know it."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.CSV: "text/csv; charset=utf-8",
}


def write(kind: Kind, target: IO[bytes], title: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write a table; how many rows it has below its head. `title` names the sheet where there is one."""
    if kind is Kind.XLSX:
        return _write_xlsx(target, title, head, rows)
    return _write_csv(target, head, rows)


def sheet_name(title: str) -> str:
    """A title as the name of a sheet: 31 units at most, without what spreadsheet programs refuse there."""
    allowed = " ".join(re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).split())
    name = _cut(allowed, 31).strip(" '")
    return name if name and name.lower() != "history" else "Sheet 1"


def as_csv(cell: Cell) -> str:
    """What stands in a CSV file for a cell."""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal | int):
        return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
    text = (cell or "").replace("\0", "")
    return f"'{text}" if _FORMULA.match(text) else text


def _write_csv(target: IO[bytes], head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    count = 0
    words = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", errors="replace")
    # Excel reads semicolons wherever the comma is the decimal sign: in nearly all of Europe.
    writer = csv.writer(words, delimiter=";", lineterminator="\r\n")
    writer.writerow([as_csv(cell) for cell in head])
    for row in rows:
        writer.writerow([as_csv(cell) for cell in row])
        count += 1
    words.detach()  # which writes what is left, and leaves the file open
    return count


def _write_xlsx(target: IO[bytes], title: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    # Its rows wait in files of their own until the book is closed; they go with the folder, whatever happens.
    with tempfile.TemporaryDirectory(prefix="ranevents-export-") as folder:
        book = xlsxwriter.Workbook(
            target, {"constant_memory": True, "tmpdir": folder, "default_date_format": "yyyy-mm-dd"}
        )
        sheet = book.add_worksheet(sheet_name(title))
        sheet.freeze_panes(1, 0)
        formats: dict[type, Any] = {
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        _set_widths(sheet, head)
        bold = book.add_format({"bold": True})
        for column, text in enumerate(head):
            sheet.write_string(0, column, _cut(text, LONGEST_TEXT), bold)
        count = 0
        for count, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                _write_cell(sheet, count, column, cell, formats)
        book.close()
    return count


def _write_cell(sheet: Worksheet, row: int, column: int, cell: Cell, formats: dict[type, Any]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, date):
        if cell.year < 1900:
            sheet.write_string(row, column, as_csv(cell))
        else:
            sheet.write_datetime(row, column, cell, formats[type(cell)])
    elif isinstance(cell, str):
        sheet.write_string(row, column, _cut(cell, LONGEST_TEXT))
    elif len(Decimal(cell).as_tuple().digits) > DIGITS_OF_EXCEL:
        sheet.write_string(row, column, as_csv(cell))
    else:
        sheet.write_number(row, column, cell)


def _set_widths(sheet: Worksheet, head: Sequence[str]) -> None:
    for column, text in enumerate(head):
        sheet.set_column(column, column, min(_WIDEST, max(14, len(text) + 2)))


def _cut(text: str, units: int) -> str:
    """No more than so many UTF-16 units of it, in which spreadsheet programs count."""
    if len(text) * 2 <= units:
        return text
    return text.encode("utf-16-le", "replace")[: units * 2].decode("utf-16-le", "ignore")


def batches(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """The ids in their order, so many at a time."""
    return (ids[start : start + size] for start in range(0, len(ids), size))
