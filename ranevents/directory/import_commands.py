"""The command `ranevents import-people`: the same verbs as the pages, with a progress bar."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from ranevents.core.audit import SYSTEM
from ranevents.core.db import unit_of_work
from ranevents.core.errors import DomainError
from ranevents.core.names import fold
from ranevents.directory import import_queries, import_service, import_words
from ranevents.directory.correction_rules import said
from ranevents.directory.import_models import ImportBatch, ImportRow
from ranevents.directory.import_queries import Show
from ranevents.directory.import_rules import FIXED, NEEDED, Field, Problem, Progress
from ranevents.events import queries as event_queries

DONE, WRONG, MISUSED = 0, 1, 2
"""Exit codes: all is well; some rows are wrong; the command can't be understood."""


@dataclass(frozen=True)
class Asked:
    """What stands on the command line beside file and event."""

    mapped: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    sheet: str = ""
    charset: str = ""
    only_good: bool = False


class Misused(Exception):
    """The command line can't be understood; the text says why."""


class _OnlyLooked(Exception):
    """A dry run is over: nothing of it stays."""


def run(file: Path, slug: str, asked: Asked, *, is_dry_run: bool) -> int:
    """Bring the file onto the event's guest list; the exit code.

    Without --only-good one wrong row keeps all others out. Nothing stays of a dry run.
    """
    code = DONE
    try:
        with unit_of_work():
            code = _bring(file, slug, asked)
            if is_dry_run:
                raise _OnlyLooked
    except _OnlyLooked:
        click.echo("Nothing was changed: this was a dry run.")
    except (DomainError, Misused, OSError, LookupError) as error:
        click.echo(f"ranevents: {error}", err=True)
        return MISUSED
    return code


def _bring(file: Path, slug: str, asked: Asked) -> int:
    event = event_queries.by_slug(slug)
    if event is None:
        raise Misused(f"There is no event {slug}.")
    content = file.read_bytes()
    batch = import_service.bring(event, content, name=file.name, user_id=None, charset=asked.charset, sheet=asked.sheet)
    total = import_queries.number_of_rows(batch)
    columns, fixed = _columns(batch, asked.mapped), _fixed(asked.fixed)
    _refuse_missing(columns, fixed)
    with _bar(total, "Reading") as progress:
        import_service.say_columns(batch, columns, fixed, progress=progress)
    wrong = _tell_wrong(batch)
    if wrong and not asked.only_good:
        import_service.give_up(batch)
        click.echo(f"{wrong} of {total} rows are wrong, so nobody was imported. Correct them, or use --only-good.")
        return WRONG
    _tell_alike(batch)
    with _bar(total - wrong, "Importing") as progress:
        counts = import_service.confirm(batch, by=SYSTEM, progress=progress)
    told = (
        "{new} new, {known} known, {changed} updated, {left_out} left out, {wrong} wrong; {added} onto the guest list"
    )
    click.echo(told.format(**counts))
    return DONE


def _columns(batch: ImportBatch, mapped: tuple[str, ...]) -> dict[Field, int]:
    """What the headings say, and what the command line says instead; a column holds one thing."""
    headings = [fold(heading) for heading in batch.headings]
    columns: dict[Field, int] = {}
    for one in mapped:
        name, heading = _parted(one)
        if fold(heading) not in headings:
            raise Misused(f"There is no column {heading}. The columns are: {', '.join(batch.headings)}")
        at = headings.index(fold(heading))
        if at in columns.values():
            raise Misused(f"The column {heading} is said to hold two things. Give --map once for it.")
        columns[name] = at
    guessed = {one: at for one, at in batch.column_of.items() if at not in columns.values()}
    return guessed | columns


def _fixed(given: tuple[str, ...]) -> dict[Field, str]:
    fixed = {}
    for one in given:
        name, text = _parted(one)
        value = import_words.vocabulary().meaning(name, text) if name in FIXED else None
        if value is None:
            raise Misused(f"{name} can't be set to {text} for all rows. What can be set: {', '.join(FIXED)}")
        fixed[name] = value
    return fixed


def _parted(given: str) -> tuple[Field, str]:
    name, is_given, text = given.partition("=")
    if not is_given or name not in list(Field):
        raise Misused(f"{given} is not understood. Write FIELD=…, with one of: {', '.join(Field)}")
    return Field(name), text


def _refuse_missing(columns: dict[Field, int], fixed: dict[Field, str]) -> None:
    names = {Field.GIVEN_NAME, Field.FAMILY_NAME} if Field.FULL_NAME in columns else set()
    missing = [name for name in NEEDED if name not in {*columns, *fixed, *names}]
    if missing:
        raise Misused(f"Nothing says: {', '.join(missing)}. Use --map FIELD=COLUMN or --set FIELD=VALUE.")


def _tell_wrong(batch: ImportBatch) -> int:
    """Print what is wrong with which row and cell; how many rows are wrong."""
    count = 0
    for rows in import_queries.in_batches(batch, ImportRow.is_good.is_(False)):
        for row in rows:
            count += 1
            for name, problem in row.problems.items():
                click.echo(_wrong(batch, row, Field(name), Problem(problem)), err=True)
    return count


def _wrong(batch: ImportBatch, row: ImportRow, name: Field, problem: Problem) -> str:
    """Names and addresses stand in the file at this line: a log of the command should not have them."""
    text = said(batch.column_of, row.cells).get(name, "") if name in FIXED else ""
    told = f" says {import_words.quoted(text)!r}." if text.strip() else ":"
    return f"line {row.number}, {name}{told} {problem.label(name)}"


def _tell_alike(batch: ImportBatch) -> None:
    alike = import_queries.figures(batch)[Show.ALIKE]
    if alike:
        click.echo(f"{alike} rows are like people who are known, or like another row; each goes the way proposed:")
    for rows in import_queries.in_batches(batch, ImportRow.likeness.is_not(None)):
        for row in rows:
            like = f"line {row.twin}" if row.twin else "somebody who is known"
            click.echo(f"line {row.number} is like {like} ({row.likeness}): {row.choice}")


@contextmanager
def _bar(length: int, label: str) -> Iterator[Progress]:
    with click.progressbar(length=length, label=label) as bar:
        yield bar.update
