"""Bringing a list from a spreadsheet onto an event's guest list."""

import io
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select

from ranevents.accounts.models import Role, User
from ranevents.core.audit import SYSTEM, AuditEntry
from ranevents.core.db import db, unit_of_work
from ranevents.core.errors import DomainError, NotFound
from ranevents.directory import import_row_service, import_service
from ranevents.directory.import_jobs import forget_lists_over
from ranevents.directory.import_models import ImportBatch, ImportRow
from ranevents.directory.import_rules import Field
from ranevents.events.models import Event
from ranevents.invitations.models import Guest
from ranevents.people import service as people
from ranevents.people.models import Person, Sector, Side
from tests import builders
from tests.client import Client, Page
from tests.conftest import Clock
from tests.directory.lists import HEADINGS, JEAN, MARIA, WRONG, a_list, csv_of, saved, xlsx_of
from tests.statements import count_statements


@pytest.fixture
def event(app: Flask) -> Event:
    return builders.an_event()


@pytest.fixture
def editor(event: Event) -> User:
    return builders.a_user(Role.EDITOR, event)


@pytest.fixture
def organiser(app: Flask, event: Event, editor: User) -> Client:
    db.session.commit()
    return Client(app, editor)


def bring(client: Client, event: Event, content: bytes, name: str = "guests.csv", **more: str) -> Page:
    sent = {"file": (io.BytesIO(content), name), "charset": "", **more}
    return client.post(f"/organise/events/{event.slug}/guests/import", **sent)


def press(client: Client, page: Page, action: str, **fields: str) -> Page:
    """Send the form of the page whose address ends so ('' for the page's own), or press its button that leads there."""
    button = re.search(rf'formaction="([^"]*{action})"', page.html) if action else None
    if button:
        rows = next(one for one in page.forms if "/choices" in one["action"] or one["action"] == button[1])
        rows["action"] = button[1]
    at = next(
        number
        for number, form in enumerate(page.forms)
        if form["method"] == "post"
        and (form["action"].partition("?")[0].endswith(action) if action else not form["action"])
    )
    return client.submit(page, form=at, **fields)


def checked(client: Client, event: Event, content: bytes, name: str = "guests.csv", **columns: str) -> Page:
    """Bring a file, and agree to what its columns seem to be."""
    page = bring(client, event, content, name)
    assert page.heading == "What the columns hold", page.text
    return press(client, page, "", **columns)


def confirmed(client: Client, event: Event, content: bytes, name: str = "guests.csv", **columns: str) -> Page:
    page = checked(client, event, content, name, **columns)
    assert page.heading == "Check the list", page.text
    return press(client, page, "/confirm")


def names() -> list[str]:
    return [person.full_name for person in persons()]


def persons() -> list[Person]:
    return list(db.session.scalars(select(Person).order_by(Person.id)))


def kept() -> list[tuple[object, ...]]:
    """All that the database has of persons."""
    return [tuple(row) for row in db.session.execute(select(Person.__table__).order_by(Person.id))]


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def figures(page: Page) -> dict[str, int]:
    """The figures of a page by their words."""
    found = re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page.html)
    return {name: int(number) for name, number in found}


def test_a_list_comes_onto_the_guest_list_only_after_it_is_confirmed(event: Event, organiser: Client) -> None:
    page = checked(organiser, event, csv_of(MARIA, JEAN))
    assert (names(), count(Guest)) == ([], 0)

    page = press(organiser, page, "/confirm")

    assert page.heading == "The list is imported"
    maria, jean = persons()
    assert (maria.full_name, maria.latin_name, maria.country) == ("Мария Петрова", "Maria Petrova", "BG")
    assert (jean.country, jean.sector, jean.side, jean.language) == ("FR", Sector.LOCAL_AUTHORITY, Side.POLICY, "fr")
    guests = list(db.session.scalars(select(Guest).order_by(Guest.person_id)))
    assert [(guest.event_id, guest.person_id, guest.origin) for guest in guests] == [
        (event.id, maria.id, "imported"), (event.id, jean.id, "imported"),
    ]  # fmt: skip
    assert count(ImportRow) == 0


def test_the_same_list_brought_again_changes_nothing(event: Event, organiser: Client) -> None:
    confirmed(organiser, event, csv_of(MARIA, JEAN, MARIA))
    before = kept()

    page = confirmed(organiser, event, csv_of(MARIA, JEAN, MARIA))

    assert figures(page) == {
        "New persons": 0, "Known, and as in the list": 2, "Known, and updated": 0, "Left out": 1,
        "Not taken, as something was wrong": 0,
    }  # fmt: skip
    assert "Nothing was different" in page.text
    assert (kept(), count(Guest)) == (before, 2)


def test_confirming_twice_imports_once(event: Event, organiser: Client) -> None:
    page = checked(organiser, event, csv_of(MARIA))
    press(organiser, page, "/confirm")

    again = press(organiser, page, "/confirm")

    assert again.heading == "The list is imported"
    assert names() == ["Мария Петрова"]


def test_two_copies_of_one_list_import_each_person_once(event: Event, organiser: Client) -> None:
    one = checked(organiser, event, csv_of(MARIA, JEAN))
    other = checked(organiser, event, csv_of(MARIA, JEAN))
    press(organiser, one, "/confirm")

    page = press(organiser, other, "/confirm")

    assert figures(page)["Known, and as in the list"] == 2
    assert len(names()) == 2


def test_a_row_that_is_wrong_says_what_to_do_and_is_corrected_in_the_page(event: Event, organiser: Client) -> None:
    page = checked(organiser, event, csv_of(MARIA, WRONG))
    assert (
        "E-mail address: “ana.example.org”. This is no e-mail address. It should look like name@example.org."
        in page.text
    )
    assert (
        "Country: “Atlantis”. We know no such country. Please write its name or its code, such as BG, or choose it from"
        in page.text
    )
    row = db.session.scalars(select(ImportRow).where(ImportRow.is_good.is_(False))).one()

    page = organiser.get(f"/organise/events/{event.slug}/guests/import/{row.batch_id}/rows/{row.id}")
    assert "The file says: Atlantis" in page.text
    page = press(organiser, page, "", country="HR")
    assert page.status == 422
    page = press(organiser, page, "", email="ana@example.org")

    assert "Line 3 is corrected. There is nothing left to correct." in page.text
    press(organiser, page, "/confirm")
    assert names() == ["Мария Петрова", "Ana Kovač"]


def test_only_the_good_rows_are_taken_and_the_report_tells_of_the_others(event: Event, organiser: Client) -> None:
    page = confirmed(organiser, event, csv_of(MARIA, WRONG))

    assert figures(page)["Not taken, as something was wrong"] == 1
    assert names() == ["Мария Петрова"]


def test_a_list_without_a_good_row_is_not_confirmed(app: Flask, event: Event, editor: User, organiser: Client) -> None:
    batch = a_list(event, editor, WRONG)
    db.session.commit()

    page = organiser.post(f"/organise/events/{event.slug}/guests/import/{batch.id}/confirm")

    assert page.status == 409
    assert "There is no row that can be taken." in page.text


def test_rows_can_be_left_out(event: Event, organiser: Client) -> None:
    page = checked(organiser, event, csv_of(MARIA, JEAN))
    jean = db.session.scalars(select(ImportRow).where(ImportRow.number == 3)).one()

    page = press(organiser, page, "/choices", **{f"choice-{jean.id}": "leave_out"})
    press(organiser, page, "/confirm")

    assert names() == ["Мария Петрова"]


def known_person(event: Event, **given: str) -> Person:
    person = builders.a_person(**{
        "given_name": "Мария", "family_name": "Петрова", "latin_given_name": "Maria", "latin_family_name": "Petrova",
        "email": "maria@example.org", "organisation": "Ministry of Interior", "country": "BG", "position": "", **given,
    })  # fmt: skip
    db.session.add(Guest(event_id=event.id, person_id=person.id, origin="entered", added_at=person.created_at))
    db.session.commit()
    return person


WITH_POSITION = [*HEADINGS, "Position"]
LIKENESSES = [
    ({}, "same", "fill"),
    ({"email": "MARIA@example.org"}, "same", "fill"),
    ({"latin_given_name": "Maria Ivanova", "given_name": "Мария Иванова"}, "same", "fill"),
    ({"email": "other@example.org"}, "organisation", "fill"),
    ({"email": "other@example.org", "organisation": "Elsewhere"}, "country", "new"),
    ({"latin_given_name": "Ivan", "latin_family_name": "Ivanov"}, "address", "new"),
    ({"email": "other@example.org", "latin_family_name": "Ivanova"}, None, "new"),
]


@pytest.mark.parametrize(("given", "likeness", "choice"), LIKENESSES)
def test_who_may_be_known_is_found(
    event: Event, editor: User, given: dict[str, str], likeness: str | None, choice: str
) -> None:
    person = known_person(event, **given)

    a_list(event, editor, MARIA)

    row = db.session.scalars(select(ImportRow)).one()
    assert (row.likeness, row.person_id, row.choice) == (likeness, person.id if likeness else None, choice)


def test_people_of_other_teams_are_nobody_that_a_list_could_find(event: Event, editor: User) -> None:
    known_person(builders.an_event())
    builders.a_registration(builders.an_event(), builders.a_person(email="maria@example.org"))

    a_list(event, editor, MARIA)

    assert db.session.scalars(select(ImportRow)).one().likeness is None


def test_people_of_other_events_that_the_organiser_edits_are_found(event: Event, editor: User) -> None:
    other = builders.an_event()
    builders.a_user(Role.OWNER, other)
    person = known_person(other)
    db.session.add(builders.Membership(user_id=editor.id, event_id=other.id, role=Role.EDITOR))
    db.session.flush()

    a_list(event, editor, MARIA)

    assert db.session.scalars(select(ImportRow)).one().person_id == person.id


def test_the_same_person_gets_only_what_was_empty(event: Event, organiser: Client) -> None:
    person = known_person(event, organisation="Council of Europe")

    page = confirmed(organiser, event, csv_of([*MARIA, "Head of unit"], headings=WITH_POSITION))

    db.session.refresh(person)
    assert (person.organisation, person.position) == ("Council of Europe", "Head of unit")
    assert figures(page)["Known, and updated"] == 1


def test_what_the_file_says_is_taken_over_where_somebody_decides_so_but_for_the_address(
    event: Event, organiser: Client
) -> None:
    person = known_person(event, email="old@example.org", position="Clerk", sector=Sector.POLICE)
    page = checked(organiser, event, csv_of([*MARIA, "Head of unit"], headings=WITH_POSITION))
    row = db.session.scalars(select(ImportRow)).one()

    page = press(organiser, page, "/choices", **{f"choice-{row.id}": "take_over"})
    press(organiser, page, "/confirm")

    db.session.refresh(person)
    assert (person.position, person.email) == ("Head of unit", "old@example.org")


def test_one_value_for_all_rows_replaces_nobodys_own(event: Event, organiser: Client) -> None:
    person = known_person(event, sector=Sector.HEALTH)
    headings, row = HEADINGS[:5] + HEADINGS[6:], MARIA[:5] + MARIA[6:]
    page = checked(organiser, event, csv_of(row, headings=headings), fixed_sector="police")
    staged = db.session.scalars(select(ImportRow)).one()

    page = press(organiser, page, "/choices", **{f"choice-{staged.id}": "take_over"})
    press(organiser, page, "/confirm")

    db.session.refresh(person)
    assert person.sector is Sector.HEALTH


def test_whoever_was_erased_meanwhile_is_left_out(event: Event, editor: User, organiser: Client) -> None:
    person = known_person(event)
    page = checked(organiser, event, csv_of(MARIA, JEAN))
    row = db.session.scalars(select(ImportRow).where(ImportRow.person_id == person.id)).one()
    page = press(organiser, page, "/choices", **{f"choice-{row.id}": "take_over"})
    people.erase(db.session.get_one(Person, person.id))
    db.session.commit()

    page = press(organiser, page, "/confirm")

    assert (figures(page)["Left out"], figures(page)["New persons"]) == (1, 1)


def test_what_columns_hold_is_remembered_for_the_same_headings(event: Event, organiser: Client) -> None:
    odd = ["A1", "A2", "A3"]
    page = bring(organiser, event, csv_of(["Ana", "Kovač", "ana@example.org"], headings=odd))
    told = {"given_name": "0", "family_name": "1", "email": "2", "fixed_country": "HR", "fixed_sector": "health",
            "fixed_side": "practice", "fixed_language": "en"}  # fmt: skip
    press(organiser, page, "", **told)

    page = bring(organiser, event, csv_of(["Jean", "Dupont", "jean@example.org"], headings=odd))

    page = press(organiser, page, "")
    assert page.heading == "Check the list"
    assert figures(page)["New persons"] == 1


def test_a_column_that_is_needed_is_asked_for(event: Event, organiser: Client) -> None:
    page = bring(organiser, event, csv_of(["Ana"], headings=["Given name"]))

    page = press(organiser, page, "")

    assert page.status == 422
    assert "Please say which column holds it." in page.text
    assert "Please say which column holds it, or choose one value for all rows." in page.text


def test_only_what_may_be_missing_is_called_optional(event: Event, organiser: Client) -> None:
    page = bring(organiser, event, csv_of(MARIA))

    optional = re.findall(r"<label[^>]*>([^<]+?) <span class=.optional.>", page.html)
    assert optional == [
        "Given name in Latin letters", "Family name in Latin letters", "Form of address", "Organisation", "Position",
    ]  # fmt: skip


CODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251"]


@pytest.mark.parametrize("encoding", CODINGS)
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_text_is_read_however_it_was_saved(event: Event, organiser: Client, encoding: str, delimiter: str) -> None:
    confirmed(organiser, event, csv_of(MARIA, delimiter=delimiter, encoding=encoding))

    assert names() == ["Мария Петрова"]


def test_line_ends_and_delimiters_within_quotation_marks_belong_to_the_cell(event: Event, organiser: Client) -> None:
    quoted = [*MARIA[:3], '"Ministry of\r\nInterior; ""Unit 5"""', *MARIA[4:]]

    confirmed(organiser, event, csv_of(quoted, JEAN))

    assert [person.organisation for person in persons()] == ['Ministry of Interior; "Unit 5"', "Ville de Lyon"]


def test_a_workbook_is_read_with_its_titles_merged_cells_and_formulas(event: Event, organiser: Client) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["Guests of the conference"])
    sheet.merge_cells("A1:H1")
    sheet.append(HEADINGS)
    sheet.append(MARIA)
    sheet.append(["Jean", "Dupont", "jean@example.org", "", "", "Health care", "Practice", "fr"])
    sheet.merge_cells("D3:D4")
    sheet.merge_cells("E3:E4")
    sheet.append(["=A3", "Kovač", "ana@example.org", "", "HR", "Health care", "Practice", "en"])
    sheet.row_dimensions[4].hidden = True

    page = bring(organiser, event, saved(book), "guests.xlsx")

    assert "1 row above the headings was left aside." in page.text
    assert "2 cells were merged over several rows: what they say was repeated in each of them." in page.text
    assert "1 hidden row is read like the others." in page.text
    assert "1 formula has no stored result and is read as empty." in page.text
    page = press(organiser, page, "")
    assert "Given name: It is missing. Please fill it in." in page.text
    press(organiser, page, "/confirm")
    assert [(one.organisation, one.country) for one in persons()] == [("Ministry of Interior", "BG")] * 2


def test_of_several_sheets_one_is_chosen(event: Event, organiser: Client) -> None:
    book = Workbook()
    book.active.append(["Nothing"])
    for title, row in (("Guests", MARIA), ("Others", JEAN)):
        sheet = book.create_sheet(title)
        sheet.append(HEADINGS)
        sheet.append(row)
    book.create_sheet("Secret").sheet_state = "hidden"

    page = bring(organiser, event, saved(book), "guests.xlsx")

    assert page.heading == "Choose a sheet"
    assert "Secret" not in page.text
    page = press(organiser, page, "", sheet="Others")
    page = press(organiser, page, "")
    press(organiser, page, "/confirm")
    assert names() == ["Jean Dupont"]


REFUSED: list[tuple[str, Callable[[], bytes], str]] = [
    ("empty.csv", lambda: b"", "This file is empty."),
    ("blank.csv", lambda: b"\r\n\r\n", "This file is empty."),
    ("heads.csv", csv_of, "There is nobody in this table"),
    ("heads.xlsx", lambda: xlsx_of(HEADINGS), "There is nobody in this table"),
    ("none.xlsx", xlsx_of, "There is nobody in this table"),
    ("wide.csv", lambda: csv_of(["x"] * 501, headings=["y"] * 501), "more than 500 columns"),
    ("long.csv", lambda: csv_of(*[["x"]] * 10_001, headings=["Name"]), "more than 10000 rows"),
    ("quote.csv", lambda: csv_of(['"x' + "y" * 200_000], headings=["Name"]), "a quotation mark may be missing"),
    ("picture.csv", lambda: b"\x89PNG\r\n\x1a\n" + b"x" * 100, "This is no table that we can read."),
    ("archive.xlsx", lambda: b"PK\x03\x04" + b"x" * 100, "damaged or locked"),
    ("large.csv", lambda: b"x" * (10 * 1024 * 1024 + 1), "too large"),
]


@pytest.mark.parametrize(("name", "content", "told"), REFUSED, ids=[one[0] for one in REFUSED])
def test_what_is_no_list_is_refused_with_what_to_do(
    event: Event, organiser: Client, name: str, content: Callable[[], bytes], told: str
) -> None:
    page = bring(organiser, event, content(), name)

    assert page.status == 422, page.text
    assert told in page.text
    assert (count(ImportBatch), count(ImportRow)) == (0, 0)


def test_a_form_without_a_file_asks_for_one(event: Event, organiser: Client) -> None:
    page = organiser.post(f"/organise/events/{event.slug}/guests/import", charset="")

    assert page.status == 422
    assert "Please choose a file." in page.text


def test_three_hundred_columns_are_read(event: Event, organiser: Client) -> None:
    headings = [*(f"Column {number}" for number in range(292)), *HEADINGS]

    confirmed(organiser, event, csv_of([*["x"] * 292, *MARIA], headings=headings))

    assert names() == ["Мария Петрова"]


def test_what_deceives_the_eye_is_taken_out_and_formulas_stay_texts(event: Event, organiser: Client) -> None:
    row = ["Ma\u202eria\0", "Petro\u200bva", "maria@example.org", "=HYPERLINK(1)", *MARIA[4:]]

    confirmed(organiser, event, csv_of(row))

    (person,) = persons()
    assert (person.full_name, person.organisation) == ("Maria Petrova", "=HYPERLINK(1)")


def test_only_the_organiser_who_brought_a_list_sees_it(app: Flask, event: Event, editor: User) -> None:
    batch = a_list(event, editor)
    colleague = builders.a_user(Role.OWNER, event)
    db.session.commit()
    address = f"/organise/events/{event.slug}/guests/import"

    assert Client(app, editor).get(f"{address}/{batch.id}").status == 200
    assert Client(app, colleague).get(f"{address}/{batch.id}").status == 404
    assert "guests.csv" not in Client(app, colleague).get(address).text


def test_what_nobody_confirms_goes_after_seven_days(event: Event, editor: User, moment: Clock) -> None:
    a_list(event, editor)
    db.session.commit()
    moment.move(days=6, hours=23)
    assert forget_lists_over() == 0

    moment.move(hours=1)

    assert forget_lists_over() == 1
    assert (count(ImportBatch), count(ImportRow)) == (0, 0)


def test_nothing_personal_is_left_of_a_confirmed_list(event: Event, organiser: Client) -> None:
    confirmed(organiser, event, csv_of(MARIA))

    batch = db.session.scalars(select(ImportBatch)).one()
    assert (batch.name, batch.headings, batch.content, count(ImportRow)) == ("", [], None, 0)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.step == "import_people")).one()
    assert entry.details == {"new": "1", "known": "0", "changed": "0"}


def test_a_list_can_be_given_up(event: Event, organiser: Client) -> None:
    page = checked(organiser, event, csv_of(MARIA))

    page = press(organiser, page, "/give-up")

    assert "The list is deleted. Nobody was imported." in page.text
    assert count(ImportRow) == 0


@pytest.mark.parametrize("show", ["all", "alike"])
def test_a_page_of_rows_takes_as_many_statements_for_ten_as_for_a_thousand(
    app: Flask, event: Event, editor: User, show: str
) -> None:
    asked = []
    for number in (10, 1000):
        rows = [[f"Maria {one}", *MARIA[1:2], f"m{one // 2}@example.org", *MARIA[3:]] for one in range(number)]
        batch = a_list(event, editor, *rows)
        db.session.commit()
        client = Client(app, editor)
        with count_statements() as sent:
            assert client.get(f"/organise/events/{event.slug}/guests/import/{batch.id}?show={show}").status == 200
        asked.append(len(sent))

    assert asked[0] == asked[1] <= 12


def at_the_same_time(app: Flask, deeds: Sequence[Callable[[ImportBatch], object]], id: int) -> list[str]:
    """Do these with a list in transactions that all have read it before the first of them does anything."""
    all_have_read = threading.Barrier(len(deeds))

    def do(deed: Callable[[ImportBatch], object]) -> str:
        with app.app_context():
            try:
                with unit_of_work():
                    batch = db.session.get_one(ImportBatch, id)
                    assert batch.content is not None or batch.headings
                    all_have_read.wait(20)
                    deed(batch)
            except DomainError as refused:
                return type(refused).__name__
        return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def test_a_double_click_on_choose_sheet_keeps_each_row_once(app: Flask, event: Event, editor: User) -> None:
    book = Workbook()
    book.active.append(HEADINGS)
    for row in (MARIA, JEAN):
        book.active.append(row)
    book.create_sheet("Others")
    content = saved(book)
    batch = import_service.bring(event, content, name="guests.xlsx", user_id=editor.id)
    id, sheet = batch.id, book.active.title
    db.session.commit()

    done = at_the_same_time(app, [lambda one: import_service.stage(one, content, sheet=sheet)] * 2, id)

    db.session.rollback()
    assert done == ["done", "done"]
    assert sorted(db.session.scalars(select(ImportRow.number))) == [2, 3]


def test_saying_columns_while_the_list_is_confirmed_is_done_before_or_not_at_all(
    app: Flask, event: Event, editor: User
) -> None:
    id = a_list(event, editor, MARIA, JEAN).id
    db.session.commit()

    done = at_the_same_time(
        app,
        [
            lambda one: import_service.confirm(one, by=SYSTEM),
            lambda one: import_service.say_columns(one, one.column_of, one.fixed_values),
            lambda one: import_service.confirm(one, by=SYSTEM),
        ],
        id,
    )

    db.session.rollback()
    assert done == ["done"] * 3
    assert sorted(names()) == ["Jean Dupont", "Мария Петрова"]


def test_a_list_that_was_deleted_meanwhile_is_not_found(app: Flask, event: Event, editor: User) -> None:
    batch = a_list(event, editor)
    import_service.forget(batch.id)

    with pytest.raises(NotFound):
        import_service.confirm(batch, by=SYSTEM)


def told_of_maria() -> dict[Field, str]:
    row = db.session.scalars(select(ImportRow).where(ImportRow.number == 2)).one()
    return {Field(name): value for name, value in row.details.items()}


def test_correcting_rows_looks_for_doubles_once_when_the_last_is_right(event: Event, editor: User) -> None:
    wrong = [[f"Ana {one}", "Kovač", "wrong", *MARIA[3:]] for one in range(2)]
    batch = a_list(event, editor, MARIA, *wrong)
    first, second = db.session.scalars(select(ImportRow).where(~ImportRow.is_good).order_by(ImportRow.number))
    told = told_of_maria()

    with count_statements() as sent:
        import_row_service.correct_row(batch, first, told)
    assert len([one for one in sent if one.startswith("UPDATE import_rows")]) == 1
    assert (len(sent) <= 12, batch.is_stale, first.likeness) == (True, True, None), len(sent)
    import_row_service.correct_row(batch, second, told)

    assert (batch.is_stale, first.twin, second.twin) == (False, 2, 2)


def test_the_rows_are_shown_with_doubles_that_a_correction_made(
    app: Flask, event: Event, editor: User, organiser: Client
) -> None:
    batch = a_list(event, editor, MARIA, WRONG, [*WRONG[:1], "Other", *WRONG[2:]])
    row = db.session.scalars(select(ImportRow).where(ImportRow.number == 3)).one()
    told = told_of_maria()
    import_row_service.correct_row(batch, row, told)
    db.session.commit()

    page = organiser.get(f"/organise/events/{event.slug}/guests/import/{batch.id}?show=alike")

    assert "There are no such rows." not in page.text
    assert "maria@example.org" in page.text


def test_what_is_chosen_on_the_page_counts_when_it_is_confirmed(event: Event, organiser: Client) -> None:
    page = checked(organiser, event, csv_of(MARIA, JEAN))
    first = next(name for form in page.forms for name in form["fields"] if name.startswith("choice-"))

    done = press(organiser, page, "/confirm", **{first: "leave_out"})

    assert "1 person came onto the guest list." in done.text
