"""An organiser with a bad list: what is wrong is told with what stands there, and nothing that was mended is lost."""

import io
from datetime import timedelta

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from ranevents.accounts.models import Role, User
from ranevents.core.audit import SYSTEM
from ranevents.core.db import db
from ranevents.directory import import_queries, import_row_service, import_rules, import_service, import_words
from ranevents.directory.import_jobs import forget_lists_over
from ranevents.directory.import_models import ImportBatch, ImportRow
from ranevents.directory.import_rules import Field
from ranevents.events.models import Event
from ranevents.people.models import Person
from ranevents.privacy import erasure_service
from tests import builders
from tests.client import Client, Page
from tests.conftest import Clock
from tests.directory.lists import HEADINGS, JEAN, MARIA, WRONG, a_list, csv_of, saved
from tests.directory.test_import import bring, checked, confirmed, figures, known_person, names, press


@pytest.fixture
def editor(event: Event) -> User:
    return builders.a_user(Role.EDITOR, event)


@pytest.fixture
def organiser(app: Flask, editor: User) -> Client:
    db.session.commit()
    return Client(app, editor)


def row_of(line: int) -> ImportRow:
    db.session.expire_all()
    return db.session.scalars(select(ImportRow).where(ImportRow.number == line)).one()


def address(event: Event, row: ImportRow) -> str:
    return f"/organise/events/{event.slug}/guests/import/{row.batch_id}"


def correct(organiser: Client, event: Event, line: int, **fields: str) -> Page:
    row = row_of(line)
    page = organiser.get(f"{address(event, row)}/rows/{row.id}")
    return press(organiser, page, "", **fields)


def say_again(organiser: Client, event: Event, line: int, **columns: str) -> Page:
    page = organiser.get(f"{address(event, row_of(line))}/columns")
    return press(organiser, page, "", **columns)


def test_corrections_stay_when_the_columns_are_said_again(event: Event, organiser: Client) -> None:
    checked(organiser, event, csv_of(MARIA, WRONG))
    correct(organiser, event, 3, country="HR", email="ana@example.org", position="Head of unit")

    page = say_again(organiser, event, 3, organisation="")

    row = row_of(3)
    assert "gone" not in page.text
    assert (row.is_good, row.says("country"), row.says("email"), row.says("position")) == (
        True, "HR", "ana@example.org", "Head of unit",
    )  # fmt: skip


def test_a_correction_goes_with_its_column_and_that_is_said(event: Event, organiser: Client) -> None:
    headings = [*HEADINGS, "Second e-mail"]
    checked(organiser, event, csv_of([*MARIA, "other@example.org"], headings=headings), email="2")
    correct(organiser, event, 2, email="new@example.org", position="Clerk")
    page = organiser.get(f"{address(event, row_of(2))}/columns")
    assert "You have corrected 1 row." in page.text

    page = say_again(organiser, event, 2, email="8")

    assert "1 correction is gone, as its column holds something else now." in page.text
    assert (row_of(2).says("email"), row_of(2).says("position")) == ("other@example.org", "Clerk")


def test_parts_of_a_whole_name_stay_as_they_were_corrected(event: Event, organiser: Client) -> None:
    headings = ["Name", *HEADINGS[2:]]
    checked(organiser, event, csv_of(["Dr. Anna Maria Berg", *MARIA[2:]], headings=headings))
    correct(organiser, event, 2, given_name="Anna", family_name="Maria Berg", form_of_address="")

    say_again(organiser, event, 2)

    row = row_of(2)
    assert [row.says(one) for one in ("form_of_address", "given_name", "family_name")] == ["", "Anna", "Maria Berg"]


def test_a_row_that_is_left_out_stays_so_when_the_columns_are_said_again(event: Event, organiser: Client) -> None:
    page = checked(organiser, event, csv_of(MARIA, JEAN))
    press(organiser, page, "/choices", **{f"choice-{row_of(3).id}": "leave_out"})

    say_again(organiser, event, 3, organisation="")

    assert row_of(3).choice == "leave_out"


def test_a_spelling_that_we_made_follows_the_name_and_one_that_was_given_stays(event: Event, organiser: Client) -> None:
    checked(organiser, event, csv_of(MARIA))
    correct(organiser, event, 2, given_name="Марияна", latin_family_name="Petroff")
    assert (row_of(2).says("latin_given_name"), row_of(2).says("latin_family_name")) == ("Mariyana", "Petroff")

    correct(organiser, event, 2, given_name="Мара", family_name="Петрова-Илиева")

    assert (row_of(2).says("latin_given_name"), row_of(2).says("latin_family_name")) == ("Mara", "Petroff")


@pytest.mark.parametrize(("given", "expected"), [("Maria", "Mariyana"), ("Mariah", "Mariah")])
def test_a_known_persons_spelling_is_renewed_only_if_it_was_made(
    event: Event, organiser: Client, given: str, expected: str
) -> None:
    person = known_person(event, latin_given_name=given)
    page = checked(organiser, event, csv_of(["Марияна", *MARIA[1:]]))

    page = press(organiser, page, "/choices", **{f"choice-{row_of(2).id}": "take_over"})
    press(organiser, page, "/confirm")

    db.session.refresh(person)
    assert (person.given_name, person.latin_given_name) == ("Марияна", expected)


def test_the_wrong_value_is_quoted_with_all_that_would_deceive_the_eye(event: Event, organiser: Client) -> None:
    odd = [*WRONG[:4], "Atl\u202eantis\u200b", *WRONG[5:]]

    page = checked(organiser, event, csv_of(MARIA, odd, [*MARIA[:3], "x" * 300, *MARIA[4:]]))

    assert "Country: “Atl[U+202E]antis[U+200B]”. We know no such country." in page.text
    assert f"Organisation: “{'x' * 59}…”. It is too long: 200 characters at most." in page.text
    assert "\u202e" not in page.html


def test_a_column_is_said_for_one_field_only(event: Event, organiser: Client) -> None:
    page = bring(organiser, event, csv_of(MARIA))

    page = press(organiser, page, "", position="3")

    assert page.status == 422
    assert "Position: This column is already chosen for “Organisation”." in page.text


def the_workbook(organiser: Client, event: Event, batch: ImportBatch) -> bytes:
    """What is fetched of a confirmed list."""
    return organiser.post(f"/organise/events/{event.slug}/guests/import/{batch.id}/left-over").response.data


def the_list() -> ImportBatch:
    db.session.expire_all()
    return db.session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first() or pytest.fail("no list")


def test_what_could_not_be_taken_is_fetched_mended_and_brought_again(event: Event, organiser: Client) -> None:
    headings = ["Vorname", "Nachname", "Adresse elektronisch?", *HEADINGS[3:], "Notes"]
    left_out = ["Left", "Out", "bad", *MARIA[3:]]
    page = checked(organiser, event, csv_of(MARIA, [*WRONG, "=1+1"], left_out, headings=headings), email="2")
    page = press(organiser, page, "/choices", **{f"choice-{row_of(4).id}": "leave_out"})
    page = press(organiser, page, "/confirm")
    assert "1 row could not be taken." in page.text
    assert "Country: “Atlantis”. We know no such country." in page.text
    assert (
        "rows that could not be taken are left over"
        in organiser.get(f"/organise/events/{event.slug}/guests/import").text
    )

    book = load_workbook(io.BytesIO(the_workbook(organiser, event, the_list())))

    told = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert told[0] == [*headings, "What is wrong"]
    assert [row[:3] for row in told[1:]] == [["Ana", "Kovač", "ana.example.org"]]
    assert told[1][-2:][0] == "=1+1"
    assert "E-mail address: “ana.example.org”. This is no e-mail address." in told[1][-1]
    book.active["C2"], book.active["E2"] = "ana@example.org", "Croatia"
    page = bring(organiser, event, saved(book), "mended.xlsx")
    page = press(organiser, page, "")
    assert (page.heading, figures(page)["New persons"]) == ("Check the list", 1)
    press(organiser, page, "/confirm")
    assert names() == ["Мария Петрова", "Ana Kovač"]


def test_what_is_left_over_goes_after_seven_days_or_at_once_if_it_is_wished(
    event: Event, organiser: Client, moment: Clock
) -> None:
    for _time in range(2):
        page = confirmed(organiser, event, csv_of(MARIA, WRONG))
    page = press(organiser, page, "/give-up")
    assert "The rows that were left over are deleted." in page.text
    assert len(list(db.session.scalars(select(ImportRow)))) == 1

    moment.move(days=7)

    assert forget_lists_over() == 1
    assert forget_lists_over() == 0
    assert list(db.session.scalars(select(ImportRow))) == []
    assert {(one.name, tuple(one.headings)) for one in db.session.scalars(select(ImportBatch))} == {("", ())}


@pytest.mark.parametrize(
    "cell",
    [
        "ana@example.org",
        "Ana@example.org, ana@home.org",
        "Ana Kovač <ana@example.org>",
        "mailto:ana@example.org",
        "\u00a0ana@example.org.",
    ],
)
def test_an_erasure_reaches_what_is_left_over(app: Flask, event: Event, editor: User, cell: str) -> None:
    person = builders.a_person(email="ana@example.org")
    builders.a_guest(event, person)
    import_service.confirm(a_list(event, editor, JEAN, ["Ana", "Kovač", cell, *WRONG[3:]]), by=SYSTEM)
    assert "@example.org" in row_of(3).cells[2]

    erasure_service.erase_guest(event, person, by=SYSTEM)

    assert list(db.session.scalars(select(ImportRow))) == []


def test_a_file_that_waits_for_its_sheet_is_gone_within_the_hour(
    event: Event, organiser: Client, moment: Clock
) -> None:
    book = Workbook()
    book.active.append(HEADINGS)
    book.create_sheet("Others")
    bring(organiser, event, saved(book), "guests.xlsx")
    moment.move(minutes=30)
    assert forget_lists_over() == 0

    moment.move(minutes=20)

    assert forget_lists_over() == 1
    assert list(db.session.scalars(select(ImportBatch))) == []


def test_whoever_is_on_the_list_already_needs_no_decision(event: Event, organiser: Client) -> None:
    confirmed(organiser, event, csv_of(MARIA, JEAN))

    page = checked(organiser, event, csv_of(MARIA, [*JEAN[:3], "Another office", *JEAN[4:]]))

    assert (figures(page)["Already here, nothing to change"], figures(page)["Known already"]) == (1, 1)
    assert "On the guest list already, as the file says." in page.text
    assert f"choice-{row_of(2).id}" not in page.html
    assert (row_of(2).is_here, row_of(3).is_here) == (True, False)


def test_a_list_of_those_who_are_here_is_finished(event: Event, organiser: Client) -> None:
    confirmed(organiser, event, csv_of(MARIA))

    page = checked(organiser, event, csv_of(MARIA))

    assert "Finish: there is nothing to import" in page.text
    assert "Nothing was different" in press(organiser, page, "/confirm").text


def test_whoever_is_known_elsewhere_only_is_not_here(event: Event, editor: User) -> None:
    other = builders.an_event()
    db.session.add(builders.Membership(user_id=editor.id, event_id=other.id, role=Role.EDITOR))
    known_person(other, sector="police", side="practice", language="bg")

    a_list(event, editor, MARIA)

    assert (row_of(2).likeness, row_of(2).is_here) == ("same", False)


SPOKEN = [
    ("cp1252", "François", "Müller", "Western European (Windows-1252)"),
    ("cp1251", "Мария", "Щерева", "Cyrillic (Windows-1251)"),
    ("cp1250", "Łukasz", "Dvořák", "Central European (Windows-1250)"),
    ("cp1253", "Γιώργος", "Παπαδόπουλος", "Greek (Windows-1253)"),
    ("utf-8", "Γιώργος", "Dvořák", "UTF-8"),
    ("utf-16", "Γιώργος", "Dvořák", "UTF-16 (“Unicode text” of Excel)"),
]


@pytest.mark.parametrize(("encoding", "given", "family", "told"), SPOKEN)
def test_the_letters_of_a_file_are_told(
    event: Event, organiser: Client, encoding: str, given: str, family: str, told: str
) -> None:
    page = bring(organiser, event, csv_of([given, family, *MARIA[2:]], encoding=encoding))

    assert f"This file was read as {told}." in page.text
    assert (given in page.text, family in page.text) == (True, True)


def test_other_letters_can_be_chosen_without_bringing_the_file_again(event: Event, organiser: Client) -> None:
    row = ["Łukasz", "Żółć", *MARIA[2:]]
    page = bring(organiser, event, csv_of(row, encoding="cp1250"), charset="cp1252")
    assert "Łukasz" not in page.text

    page = press(organiser, page, "/letters", charset="cp1250")

    assert ("Łukasz" in page.text, "Żółć" in page.text) == (True, True)
    assert "This file was read as Central European (Windows-1250)." in page.text
    press(organiser, press(organiser, page, ""), "/confirm")
    assert names() == ["Łukasz Żółć"]


def test_letters_that_do_not_fit_change_nothing(event: Event, organiser: Client) -> None:
    page = bring(organiser, event, csv_of(["Ťuk", "Ž", *MARIA[2:]], encoding="cp1250"), charset="cp1250")

    page = press(organiser, page, "/letters", charset="cp1252")

    assert "can't be read in the letters that were chosen" in page.text
    assert "Ťuk" in page.text


def test_a_person_corrected_by_hand_gets_a_spelling_anew_unless_one_was_given(event: Event, organiser: Client) -> None:
    person = known_person(event, latin_family_name="Petroff")
    page = organiser.get(f"/organise/people/{person.id}/change")

    press(organiser, page, "", given_name="Марияна", family_name="Илиева")

    db.session.refresh(person)
    assert (person.latin_given_name, person.latin_family_name) == ("Mariyana", "Petroff")


def test_rows_are_read_with_their_corrections_by_the_verb_too(event: Event, editor: User) -> None:
    batch = a_list(event, editor, MARIA)
    told = {Field(name): text for name, text in row_of(2).details.items()}

    import_row_service.correct_row(batch, row_of(2), {**told, Field.LANGUAGE: "de"})

    assert row_of(2).corrections == {"language": "de"}
    assert db.session.scalars(select(Person)).first() is None


@pytest.mark.parametrize("cell", ["mariana@example.org", "ana@example.org.uk", "x.ana@example.org"])
def test_an_erasure_takes_nobody_elses_row(app: Flask, event: Event, editor: User, cell: str) -> None:
    person = builders.a_person(email="ana@example.org")
    builders.a_guest(event, person)
    import_service.confirm(a_list(event, editor, JEAN, ["Ana", "Kovač", cell, *WRONG[3:]]), by=SYSTEM)

    erasure_service.erase_guest(event, person, by=SYSTEM)

    assert row_of(3).cells[2] == cell


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Democratic Republic of the Congo", "CD"),
        ("République démocratique du Congo", "CD"),
        ("Demokratische Republik Kongo", "CD"),
        ("Republic of the Congo", "CG"),
        ("Republic of China", "TW"),
        ("Federal Republic of Germany", "DE"),
    ],
)
def test_a_state_is_not_taken_for_another_of_a_like_name(app: Flask, written: str, code: str) -> None:
    assert import_words.vocabulary().meaning(import_rules.Field.COUNTRY, written) == code


def test_a_list_that_somebody_takes_up_in_the_last_moment_stays(event: Event, editor: User, moment: Clock) -> None:
    batch = a_list(event, editor, JEAN)
    moment.move(days=1)
    before = moment.at - timedelta(days=7)

    assert not import_queries.is_still_over(batch.id, before, unread_before=before)
    assert import_queries.is_still_over(batch.id, moment.at, unread_before=before)
