"""Whatever stands in a cell comes back from the file as it was, and nothing in it is ever a formula."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from ranevents.core import spreadsheets
from ranevents.core.spreadsheets import Cell, Kind

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "\n=1",
    "=HYPERLINK(1)",
]
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=60)


def written(kind: Kind, *rows: list[Cell], title: str = "List") -> bytes:
    target = io.BytesIO()
    spreadsheets.write(kind, target, title, ["Head"], rows)
    return target.getvalue()


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def read_xlsx(content: bytes) -> list[list[object]]:
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [[_read(cell.value) for cell in row] for row in sheet.iter_rows()]


def _read(value: object) -> object:
    """As openpyxl reads texts from the table that they share, but not where they stand in their cells."""
    return value.replace("x005F_", "") if isinstance(value, str) else value


@settings(max_examples=200, deadline=None)
@given(text=TEXTS)
@example(text="_x000D_")
@example(text='He said "yes"; then\nleft')
@example(text="Ђорђевић Παπαδόπουλος")
def test_any_text_survives_both_formats(text: str) -> None:
    from_xlsx = read_xlsx(written(Kind.XLSX, [text, "end"]))[1][0]
    from_csv = read_csv(written(Kind.CSV, [text, "end"]))[1][0]

    assert (from_xlsx or "") == text
    assert from_csv.removeprefix("'") == text.removeprefix("'")
    assert len(from_csv) - len(text) in (0, 1)


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_is_a_text(text: str) -> None:
    sheet = load_workbook(io.BytesIO(written(Kind.XLSX, [text]))).active
    assert sheet is not None

    [[from_csv]] = read_csv(written(Kind.CSV, [text]))[1:]

    assert sheet["A2"].data_type in ("s", "inlineStr")
    assert from_csv == f"'{text}"


def test_telephone_numbers_stay_readable_and_numbers_are_numbers() -> None:
    row: list[Cell] = ["+359 2 123", Decimal("-12.50"), 3, date(2018, 4, 4), datetime(2018, 3, 1, 9, 30)]

    assert read_csv(written(Kind.CSV, row))[1] == ["'+359 2 123", "-12.50", "3", "2018-04-04", "2018-03-01 09:30"]
    assert read_xlsx(written(Kind.XLSX, row))[1] == [
        "+359 2 123", -12.5, 3, datetime(2018, 4, 4), datetime(2018, 3, 1, 9, 30),
    ]  # fmt: skip


def test_a_number_that_a_spreadsheet_would_round_is_kept_as_text() -> None:
    assert read_xlsx(written(Kind.XLSX, [Decimal("12345678901234567890")]))[1] == ["12345678901234567890"]


def test_a_file_of_text_is_what_excel_opens() -> None:
    content = written(Kind.CSV, ["a", "b"])

    assert content == b"\xef\xbb\xbfHead\r\na;b\r\n"


@settings(max_examples=100, deadline=None)
@given(title=st.text(max_size=60))
@example(title="History")
@example(title="'quoted'")
@example(title="[a]:b/c\\d?*")
@example(title="🧑" * 40)
def test_any_title_names_a_sheet(title: str) -> None:
    content = written(Kind.XLSX, ["a"], title=title.encode("utf-8", "ignore").decode())

    assert read_xlsx(content)[1] == ["a"]
