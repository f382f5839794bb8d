"""Whatever stands in a table: no page fails, what is imported is what was cleaned, and once more changes nothing."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ranevents.core import sheets
from ranevents.core.audit import SYSTEM
from ranevents.core.db import db, unit_of_work
from ranevents.core.files import BadFile
from ranevents.directory import import_service
from ranevents.directory.import_models import ImportRow
from ranevents.people.models import Person
from tests import builders
from tests.database import empty_database
from tests.directory.lists import HEADINGS, xlsx_of

pytestmark = pytest.mark.slow

WORDS = ["", "Мария", "maria@example.org", "Ana Kovač", "BG", "Frankreich", "Police and law enforcement", "Practice", "en",
         "=1+1", "Élodie@example.org", "élodie@example.org", "PETROVA Maria", "x" * 250, "\u202eabc", "A;B\n\"C"]  # fmt: skip
LEGAL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
CELLS = st.one_of(st.sampled_from(WORDS), LEGAL)
GOOD = st.tuples(
    st.sampled_from(["Мария", "Ana", "Élodie"]), st.sampled_from(["Петрова", "Kovač", "Dupont"]),
    st.sampled_from(["a@example.org", "A@example.org", "É@example.org", "é@example.org"]),
    st.sampled_from(["", "Ministry", "NGO"]), st.sampled_from(["BG", "FR", "Croatia"]), st.just("Health care"),
    st.just("Practice"), st.just("en"),
).map(list)  # fmt: skip
ROWS = st.lists(st.one_of(GOOD, st.lists(CELLS, max_size=9)), max_size=8)


def bring(event: object, content: bytes) -> tuple[dict[str, int], list[dict[str, str]]]:
    with unit_of_work():
        batch = import_service.bring(event, content, name="x.xlsx", user_id=None)  # type: ignore[arg-type]
        import_service.say_columns(batch, batch.column_of, {})
        rows = db.session.scalars(
            select(ImportRow).where(ImportRow.is_good, ImportRow.choice == "new").order_by(ImportRow.number)
        )
        new = [dict(row.details) for row in rows]
        return import_service.confirm(batch, by=SYSTEM), new


@given(rows=ROWS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_table_is_taken_as_it_was_cleaned_and_only_once(app: Flask, rows: list[list[str]]) -> None:
    empty_database()
    event = builders.an_event()
    db.session.commit()
    content = xlsx_of(HEADINGS, *rows)
    try:
        counts, cleaned = bring(event, content)
    except (BadFile, import_service.NothingToTake):
        return

    persons = list(db.session.scalars(select(Person).order_by(Person.id)))
    assert [
        {name: str(getattr(one, name)) for name in told} for one, told in zip(persons, cleaned, strict=True)
    ] == cleaned
    before = [tuple(row) for row in db.session.execute(select(Person.__table__).order_by(Person.id))]
    again, _cleaned = bring(event, content)
    assert (again["new"], again["changed"], again["added"]) == (0, 0, 0)
    assert [tuple(row) for row in db.session.execute(select(Person.__table__).order_by(Person.id))] == before
    assert counts["new"] == len(persons)


@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused(app: Flask, content: bytes) -> None:
    try:
        for number, row in sheets.read(content).rows:
            assert number > 0
            assert row
    except BadFile:
        return
