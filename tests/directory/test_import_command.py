"""The command `ranevents import-people`."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from ranevents.core.db import db
from ranevents.directory import import_commands
from ranevents.directory.import_commands import Asked
from ranevents.directory.import_models import ImportBatch
from ranevents.people.models import Person
from tests import builders
from tests.directory.lists import JEAN, MARIA, WRONG, csv_of


@pytest.fixture
def slug(app: Flask) -> str:
    event = builders.an_event()
    db.session.commit()
    return event.slug


def run(folder: Path, slug: str, content: bytes, *, is_dry_run: bool = False, **asked: object) -> int:
    file = folder / "guests.csv"
    file.write_bytes(content)
    return import_commands.run(file, slug, Asked(**asked), is_dry_run=is_dry_run)  # type: ignore[arg-type]


def number_of_persons() -> int:
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


def test_a_list_is_imported_and_counted(tmp_path: Path, slug: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, slug, csv_of(MARIA, JEAN)) == import_commands.DONE

    assert "2 new, 0 known, 0 updated, 0 left out, 0 wrong; 2 " in capsys.readouterr().out
    assert number_of_persons() == 2


def test_one_wrong_row_keeps_all_out_unless_only_the_good_are_wanted(
    tmp_path: Path, slug: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, slug, csv_of(MARIA, WRONG)) == import_commands.WRONG
    assert number_of_persons() == 0
    assert "line 3, country says 'Atlantis'. We know no such country." in capsys.readouterr().err

    assert run(tmp_path, slug, csv_of(MARIA, WRONG), only_good=True) == import_commands.DONE

    assert number_of_persons() == 1


def test_a_dry_run_leaves_nothing(tmp_path: Path, slug: str) -> None:
    assert run(tmp_path, slug, csv_of(MARIA), is_dry_run=True) == import_commands.DONE

    assert number_of_persons() == 0
    assert db.session.scalar(select(func.count()).select_from(ImportBatch)) == 0


def test_columns_and_values_can_be_said(tmp_path: Path, slug: str) -> None:
    content = csv_of(["Ana Kovač", "ana@example.org"], headings=["Who", "Where to"])
    told = {
        "mapped": ("full_name=Who", "email=Where to"),
        "fixed": ("country=Croatia", "sector=health", "side=practice", "language=English"),
    }

    assert run(tmp_path, slug, content, **told) == import_commands.DONE

    person = db.session.scalars(select(Person)).one()
    assert (person.given_name, person.family_name, person.country, person.language) == ("Ana", "Kovač", "HR", "en")


@pytest.mark.parametrize(
    "asked",
    [{"mapped": ("email=Nowhere",)}, {"fixed": ("country=Atlantis",)}, {"mapped": ("x",)}, {"charset": "no-such"}],
)
def test_what_is_not_understood_is_refused(tmp_path: Path, slug: str, asked: dict[str, object]) -> None:
    assert run(tmp_path, slug, csv_of(MARIA), **asked) == import_commands.MISUSED

    assert number_of_persons() == 0
