"""Exports hold what the list shows, as cells of the right kind, and the trail knows of them."""

import csv
import io
import os
import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from ranevents.accounts.models import User
from ranevents.core.audit import AuditEntry
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.questions.models import QuestionKind, Sensitivity
from ranevents.registrations.models import Registration
from ranevents.registrations.states import RegistrationState
from tests import builders
from tests.client import Client, Page
from tests.registrations.journey import registrations
from tests.registrations.test_list import a_question, answered, named

OFFICE = shutil.which("soffice")
IS_REQUIRED = os.environ.get("RANEVENTS_TEST_REQUIRE_BROWSER") == "1"


def export(client: Client, event: Event, query: str = "", **fields: str) -> Page:
    address = f"/organise/events/{event.slug}/registrations/export{query}"
    client.get(address)
    return client.post(address, follow=False, **{"scope": "team", "kind": "xlsx", **fields})


def sheet(page: Page) -> list[dict[str, object]]:
    """The rows of an XLSX file by their heads."""
    opened = load_workbook(io.BytesIO(page.response.data)).active
    assert opened is not None
    head, *rows = ([cell.value for cell in row] for row in opened.iter_rows())
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def table(page: Page) -> list[list[str]]:
    return list(csv.reader(io.StringIO(page.response.data.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.fixture
def people(event: Event) -> Event:
    event.pool.limit = 10
    cyrillic = {
        "given_name": "Мария",
        "family_name": "Петрова",
        "latin_given_name": "Maria",
        "latin_family_name": "Petrova",
    }
    named(
        event,
        "Petrova",
        **cyrillic,
        position='She said "no";\nthen left',
        of={"diet": "vegan", "is_on_shared_list": True},
    )
    named(
        event,
        "Zorbas",
        organisation="=HYPERLINK(1)",
        country="GR",
        state=RegistrationState.CONFIRMED,
        of={"is_on_shared_list": True},
    )
    named(event, "Novak", position="+420 123", state=RegistrationState.CONFIRMED)
    db.session.commit()
    return event


def test_a_workbook_holds_the_filtered_list_in_its_order(organiser: Client, people: Event) -> None:
    page = export(organiser, people, "?state=confirmed&sort=-name")

    rows = sheet(page)
    assert [row["Family name"] for row in rows] == ["Zorbas", "Novak"]
    assert (rows[0]["Country"], rows[0]["Country code"], rows[0]["Organisation"]) == ("Greece", "EL", "=HYPERLINK(1)")
    assert rows[0]["Registered (Europe/Sofia)"] == datetime(2018, 3, 1, 11, 0)
    assert page.response.headers["Content-Disposition"] == f"attachment; filename={people.slug}-team-2018-03-01.xlsx"
    assert page.response.headers["Cache-Control"] == "no-store"


def test_special_data_are_exported_only_when_ticked(organiser: Client, people: Event) -> None:
    without, with_it = export(organiser, people), export(organiser, people, with_special="y")

    assert "Diet" not in sheet(without)[0]
    assert [row["Diet"] for row in sheet(with_it)] == [None, "vegan", None]


def test_a_reader_gets_no_special_data_even_when_asking(reader: Client, people: Event) -> None:
    page = export(reader, people, with_special="y")

    assert page.status == 200
    assert "Diet" not in sheet(page)[0]
    assert "with_special" not in reader.get(f"/organise/events/{people.slug}/registrations/export").html


def test_participants_get_who_agreed_and_comes_and_nothing_else(organiser: Client, people: Event) -> None:
    page = export(organiser, people, scope="participants", with_special="y")

    assert sheet(page) == [{"Name": "Ana Zorbas", "Organisation": "=HYPERLINK(1)", "Country": "Greece"}]


def test_answers_stand_in_columns_of_their_own(organiser: Client, people: Event) -> None:
    number = a_question(people, QuestionKind.NUMBER, labels={"en": "How many?"})
    several = a_question(people, QuestionKind.SEVERAL_OF, labels={"en": "Which?"})
    secret = a_question(people, QuestionKind.SHORT_TEXT, labels={"en": "Health"}, sensitivity=Sensitivity.SPECIAL)
    answered(registrations(people)[0], number, "12.50")
    answered(registrations_kept(people)[0], several, ["first", "second"])
    answered(registrations_kept(people)[0], secret, secret='"asthma"')
    db.session.commit()

    ordinary, special = sheet(export(organiser, people)), sheet(export(organiser, people, with_special="y"))

    assert [(row["How many?"], row["Which?"]) for row in ordinary if row["Family name"] == "Петрова"] == [
        (12.5, "The first one; The second one")
    ]
    assert "Health" not in ordinary[0]
    assert [row["Health"] for row in special if row["Family name"] == "Петрова"] == ["asthma"]


def test_questions_stand_in_the_order_of_the_form(organiser: Client, people: Event) -> None:
    late, early = builders.a_section(people, position=2), builders.a_section(people, position=1)
    for section, label in ((late, "Second?"), (early, "First?")):
        builders.a_question(people, QuestionKind.YES_NO, section=section, labels={"en": label})
    db.session.commit()

    head, *_rows = table(export(organiser, people, kind="csv"))
    page = organiser.get(f"/organise/events/{people.slug}/registrations").text

    assert head[-2:] == ["First?", "Second?"]
    assert page.index("First?") < page.index("Second?")


def registrations_kept(event: Event) -> list[Registration]:
    """As `registrations`, without forgetting what is not committed yet."""
    return list(
        db.session.scalars(select(Registration).where(Registration.event_id == event.id).order_by(Registration.id))
    )


def test_the_trail_says_who_exported_how_many(organiser: Client, editor: User, people: Event) -> None:
    export(organiser, people, "?state=confirmed", kind="csv")

    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.step == "export")).one()
    told = {"registrations": "2", "scope": "team", "kind": "csv", "columns": "18", "special": "no"}
    assert (entry.event_id, entry.actor_id, entry.details) == (people.id, editor.id, told)


def test_text_is_what_excel_opens_and_no_formula(organiser: Client, people: Event) -> None:
    page = export(organiser, people, kind="csv")

    head, *rows = table(page)
    by_name = {row[head.index("Family name")]: row for row in rows}
    assert page.response.data.startswith(b"\xef\xbb\xbfReference;State;")
    assert by_name["Zorbas"][head.index("Organisation")] == "'=HYPERLINK(1)"
    assert by_name["Novak"][head.index("Position")] == "'+420 123"
    assert by_name["Петрова"][head.index("Position")] == 'She said "no";\nthen left'


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None and not IS_REQUIRED, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_libreoffice_opens_an_export_with_the_same_cells(
    organiser: Client, people: Event, tmp_path: Path, kind: str
) -> None:
    named(people, "Παπαδόπουλος", given_name="Θεόδωρος", organisation="@SUM(1+1)", position="-2+3; _x000D_")
    db.session.commit()
    expected = table(export(organiser, people, kind="csv"))
    given = tmp_path / f"given.{kind}"
    given.write_bytes(export(organiser, people, kind=kind).response.data)

    opened = through_libreoffice(given, tmp_path)

    is_workbook = kind == "xlsx"
    assert opened == [[cell.removeprefix("'") if is_workbook else cell for cell in row] for row in expected]


def through_libreoffice(given: Path, folder: Path) -> list[list[str]]:
    """The cells of a file as LibreOffice shows them, read from the CSV that it makes of it."""
    # Separator, quote and UTF-8 (76); from a CSV, each column is read as text, as Excel does with an import.
    reading = ["--infilter=CSV:59,34,76,1"] if given.suffix == ".csv" else []
    written = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false"
    command = [
        OFFICE or "soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", *reading,
        "--convert-to", written, "--outdir", f"{folder}/out", str(given),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    text = (folder / "out" / "given.csv").read_text(encoding="utf-8-sig")
    # It shows the seconds of a moment, too.
    return [
        [re.sub(r"(\d\d:\d\d):00$", r"\1", one) for one in row] for row in csv.reader(io.StringIO(text), delimiter=";")
    ]


def test_an_export_of_nobody_is_a_head_alone(app: Flask, organiser: Client, event: Event) -> None:
    assert len(table(export(organiser, event, kind="csv"))) == 1
