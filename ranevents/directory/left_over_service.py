"""The rows of a confirmed list that could not be taken, as a workbook like the file that was brought."""

import io
from collections.abc import Iterator

from flask_babel import gettext as _

from ranevents.core.spreadsheets import Kind, write
from ranevents.directory import import_queries, import_words
from ranevents.directory.import_models import ImportBatch, ImportRow


def workbook(batch: ImportBatch) -> io.BytesIO:
    """The rows under the file's own headings, and behind them a column that says what is wrong with each."""
    content = io.BytesIO()
    write(Kind.XLSX, content, _("Left over"), [*_headings(batch), _("What is wrong")], _rows(batch))
    content.seek(0)
    return content


def name_of(batch: ImportBatch) -> str:
    """The file's name, after that of the one that was brought."""
    stem = batch.name.rpartition(".")[0] or batch.name
    return str(_("%(name)s (left over).xlsx", name=stem))


def _headings(batch: ImportBatch) -> list[str]:
    """The file's own, without the column that we added when its rows were left over before."""
    headings = list(batch.headings)
    if headings and import_words.says_what_is_wrong(headings[-1]):
        headings.pop()
    return headings


def _rows(batch: ImportBatch) -> Iterator[list[str]]:
    columns, width = batch.column_of, len(_headings(batch))
    for some in import_queries.in_batches(batch, *import_queries.left_over()):
        for row in some:
            wrong = " ".join(told for _field, told in import_words.remarks(row, columns))
            yield [*_cells(row, width, batch), wrong]


def _cells(row: ImportRow, width: int, batch: ImportBatch) -> list[str]:
    """What the file says, with the corrections that were made."""
    cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
    for field, text in row.typed.items():
        column = batch.column_of.get(field)
        if column is not None and column < width:
            cells[column] = text
    return cells
