"""The list answers: filters that combine, an order that can be chosen, all of it in the address."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select, text

from ranevents.core import clock
from ranevents.core.db import db
from ranevents.events.models import Capacity, Event
from ranevents.people.models import Sector, Side
from ranevents.questions.models import Question, QuestionKind, QuestionVersion, Section, Sensitivity
from ranevents.registrations import check, list_queries, queries
from ranevents.registrations.list_rules import Asked, Column
from ranevents.registrations.models import Answer, Registration
from ranevents.registrations.states import RegistrationState
from tests.builders import a_person, a_registration, an_event
from tests.client import Client, Page
from tests.registrations.journey import registrations
from tests.registrations.test_statements import many, statements

PENDING, CONFIRMED, WAITLISTED = RegistrationState.PENDING, RegistrationState.CONFIRMED, RegistrationState.WAITLISTED


def pages(event: Event) -> str:
    return f"/organise/events/{event.slug}/registrations"


def named(
    event: Event, family: str, *, state: RegistrationState = PENDING, of: dict[str, Any] | None = None, **given: Any
) -> Registration:
    """Somebody who is told from the others by the family name."""
    own = {"family_name": family, "latin_family_name": family, "given_name": "Ana", "latin_given_name": "Ana"}
    return a_registration(event, a_person(**{**own, **(given)}), state=state, **(of or {}))


def listed(page: Page) -> list[str]:
    """The family names in the list, from above."""
    return re.findall(r'<th scope="row"><a [^>]*>([^,<]+),', page.html)


def a_question(event: Event, kind: QuestionKind, **given: Any) -> Question:
    """A question of the event with two options, in a section of its own."""
    section = Section(event_id=event.id, position=1, titles={"en": "More"}, introductions={})
    db.session.add(section)
    db.session.flush()
    question = Question(
        event_id=event.id,
        section_id=section.id,
        position=1,
        is_required=False,
        capacities=[],
        condition_values=[],
        kept_days=30,
    )
    db.session.add(question)
    db.session.flush()
    options = [{"key": key, "labels": {"en": f"The {key} one"}} for key in ("first", "second")]
    version = {
        "question_id": question.id, "number": 1, "kind": kind, "sensitivity": Sensitivity.ORDINARY,
        "labels": {"en": "Which workshop?"}, "hints": {}, "purposes": {}, "options": options if kind.has_options else [],
        "lowest": "", "highest": "", "decimals": 0, "created_at": clock.now(),
    }  # fmt: skip
    db.session.add(QuestionVersion(**{**version, **given}))
    db.session.commit()
    return question


def answered(registration: Registration, question: Question, value: Any = None, secret: str | None = None) -> None:
    version = db.session.scalars(select(QuestionVersion).where(QuestionVersion.question_id == question.id)).one()
    db.session.add(
        Answer(
            registration_id=registration.id,
            question_id=question.id,
            version_id=version.id,
            value=value,
            secret=secret,
            given_at=clock.now(),
        )
    )
    db.session.flush()


@pytest.fixture
def people(event: Event) -> Event:
    """Four people who differ in everything that the list may be filtered by."""
    event.pool.limit = 10
    named(
        event,
        "Albrecht",
        country="DE",
        sector=Sector.POLICE,
        side=Side.POLICY,
        language="en",
        of={"capacity": Capacity.SPEAKER},
    )
    named(event, "Berisha", country="XK", state=CONFIRMED, of={"is_on_shared_list": True, "diet": "vegan"})
    named(event, "Costa", country="PT", state=WAITLISTED, of={"allows_photographs": True})
    named(event, "Dimova", country="BG", of={"registered_at": datetime(2018, 1, 10, 12, tzinfo=UTC)})
    db.session.commit()
    return event


def test_a_list_whose_filters_are_understood_says_nothing_of_them(organiser: Client, people: Event) -> None:
    page = organiser.get(f"{pages(people)}?state=pending&country=&search=albrecht&to=2018-03-01&utm=x&sort=shoes")

    assert "Not understood" not in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Albrecht", "Berisha", "Costa", "Dimova"]),
        ("state=pending", ["Albrecht", "Dimova"]),
        ("state=pending&state=waitlisted", ["Albrecht", "Costa", "Dimova"]),
        ("capacity=speaker", ["Albrecht"]),
        ("country=DE&country=PT", ["Albrecht", "Costa"]),
        ("group=eu", ["Albrecht", "Costa", "Dimova"]),
        ("group=western_balkans&group=other", ["Berisha"]),
        ("sector=police", ["Albrecht"]),
        ("side=policy", ["Albrecht"]),
        ("language=en&side=practice", ["Berisha", "Costa", "Dimova"]),
        ("list=yes", ["Berisha"]),
        ("list=no", ["Albrecht", "Costa", "Dimova"]),
        ("photographs=yes", ["Costa"]),
        ("needs=yes", ["Berisha"]),
        ("needs=no", ["Albrecht", "Costa", "Dimova"]),
        ("to=2018-01-10", ["Dimova"]),
        ("from=2018-01-11", ["Albrecht", "Berisha", "Costa"]),
        ("group=eu&state=pending&search=dim", ["Dimova"]),
        ("group=nonsense&state=x&country=ZZZ&from=yesterday&to=2018-02-30&needs=perhaps&sort=shoes&q1=x", ["Albrecht", "Berisha", "Costa", "Dimova"]),
    ],
)  # fmt: skip
def test_filters_combine(organiser: Client, people: Event, query: str, found: list[str]) -> None:
    page = organiser.get(f"{pages(people)}?{query}")

    assert listed(page) == found


def test_the_european_union_is_the_one_of_the_events_date(organiser: Client, people: Event) -> None:
    named(people, "Evans", country="GB")
    db.session.commit()

    in_2018 = listed(organiser.get(f"{pages(people)}?group=eu"))
    people.first_on, people.last_on = people.first_on.replace(year=2021), people.last_on.replace(year=2021)
    db.session.commit()

    assert "Evans" in in_2018
    assert "Evans" not in listed(organiser.get(f"{pages(people)}?group=eu"))


def test_a_reader_cannot_find_out_who_has_needs(reader: Client, people: Event) -> None:
    page = reader.get(f"{pages(people)}?needs=yes")

    assert listed(page) == ["Albrecht", "Berisha", "Costa", "Dimova"]
    assert "accessibility needs" not in page.text


def test_each_filter_in_force_can_be_removed_by_its_chip(organiser: Client, people: Event) -> None:
    page = organiser.get(f"{pages(people)}?state=pending&country=DE&search=alb")

    chips = {
        " ".join(re.sub("<[^>]+>", "", label).split()): address.replace("&amp;", "&")
        for address, label in re.findall(r'<a class="chip" href="([^"]+)">(.*?)</a>', page.html)
    }
    assert list(chips) == [
        "Search: alb ×(remove this filter)",
        "State: Awaiting approval ×(remove this filter)",
        "Country: Germany ×(remove this filter)",
    ]
    assert chips["Country: Germany ×(remove this filter)"] == f"{pages(people)}?search=alb&state=pending"


@pytest.mark.parametrize(
    ("kind", "value", "wished"),
    [
        (QuestionKind.ONE_OF, "first", "first"),
        (QuestionKind.SEVERAL_OF, ["first", "second"], "second"),
        (QuestionKind.YES_NO, True, "yes"),
        (QuestionKind.YES_NO, False, "no"),
        (QuestionKind.COUNTRY, "BG", "BG"),
    ],
)
def test_the_list_is_filtered_by_the_answers_to_questions(
    organiser: Client, people: Event, kind: QuestionKind, value: Any, wished: str
) -> None:
    question = a_question(people, kind)
    answered(registrations(people)[2], question, value)
    db.session.commit()

    page = organiser.get(f"{pages(people)}?q{question.id}={wished}")

    assert listed(page) == ["Costa"]
    assert "Which workshop?:" in page.text


def test_nobody_can_filter_by_special_answers(organiser: Client, people: Event) -> None:
    question = a_question(people, QuestionKind.YES_NO, sensitivity=Sensitivity.SPECIAL)
    answered(registrations(people)[2], question, secret="true")
    db.session.commit()

    page = organiser.get(f"{pages(people)}?q{question.id}=yes")

    assert len(listed(page)) == 4
    assert "Which workshop?" not in page.text


@pytest.mark.parametrize(
    ("sort", "first", "heading"),
    [
        ("name", "Albrecht", 'aria-sort="ascending"'),
        ("-name", "Dimova", 'aria-sort="descending"'),
        ("country", "Dimova", 'aria-sort="ascending"'),
        ("-country", "Costa", 'aria-sort="descending"'),
        ("registered", "Dimova", 'aria-sort="ascending"'),
        ("state", "Albrecht", 'aria-sort="ascending"'),
        ("sector", "Albrecht", 'aria-sort="ascending"'),
        ("side", "Albrecht", 'aria-sort="ascending"'),
        ("-side", "Dimova", 'aria-sort="descending"'),
        ("rank", "Costa", 'aria-sort="ascending"'),
        ("organisation", "Albrecht", 'aria-sort="ascending"'),
    ],
)
def test_the_heads_of_columns_sort(organiser: Client, people: Event, sort: str, first: str, heading: str) -> None:
    page = organiser.get(f"{pages(people)}?sort={sort}")

    assert listed(page)[0] == first
    assert page.html.count("aria-sort") == 1
    assert heading in page.html


def test_bulgarian_readers_find_names_in_cyrillic_first_and_in_their_alphabet(app: Flask, event: Event) -> None:
    for family in ("Яковлев", "Đorđević", "Щерев", "Ђорђевић", "Андреев", "Йорданов", "Иванов", "Zimmer"):
        named(event, family)
    db.session.commit()
    figures = queries.figures(event)

    with force_locale("bg"):
        found = [one.person.family_name for one in list_queries.listing(event, Asked(), 1, figures=figures).rows]

    assert found == ["Андреев", "Ђорђевић", "Иванов", "Йорданов", "Щерев", "Яковлев", "Đorđević", "Zimmer"]


def test_countries_are_sorted_by_their_names_in_the_readers_language(app: Flask, event: Event) -> None:
    for family, country in (("A", "ES"), ("B", "DE"), ("C", "AT")):
        named(event, family, country=country)
    db.session.commit()
    orders = {}

    for language in ("en", "de"):
        with force_locale(language):
            ids = list_queries.ids(event, Asked(column=Column.COUNTRY))
            orders[language] = [db.session.get_one(Registration, id).person.country for id in ids]

    assert orders == {"en": ["AT", "DE", "ES"], "de": ["DE", "AT", "ES"]}


def test_every_page_of_a_long_list_is_reached_and_nobody_is_on_two(organiser: Client, event: Event) -> None:
    event.pool.limit = 200
    for number in range(120):
        named(event, f"N{number:03}")
    db.session.commit()

    shown = [listed(organiser.get(f"{pages(event)}?page={number}")) for number in (1, 2, 3, 99)]

    assert [len(one) for one in shown] == [50, 50, 20, 20]
    assert [name for one in shown[:3] for name in one] == [f"N{number:03}" for number in range(120)]
    assert shown[3] == shown[2]


def test_one_walks_through_the_filtered_list_from_page_to_page(organiser: Client, people: Event) -> None:
    page = organiser.get(f"{pages(people)}?group=eu&sort=-name")
    walked = []

    address = re.search(r'<th scope="row"><a href="([^"]+)"', page.html)
    while address:
        page = organiser.get(address[1].replace("&amp;", "&"))
        walked.append(page.text.partition("Name in Latin letters ")[2].split()[1])
        address = re.search(r'<a href="([^"]+)" rel="next"', page.html)

    assert walked == ["Dimova", "Costa", "Albrecht"]


def test_the_copies_follow_when_a_person_changes_by_whatever_way(app: Flask, people: Event) -> None:
    person = registrations(people)[0].person
    person.latin_family_name, person.country = "Zappa", "IT"
    person.index_name()
    db.session.commit()
    db.session.execute(text("UPDATE persons SET sector = 'health' WHERE id = :id"), {"id": person.id})
    db.session.commit()

    one = registrations(people)[0]

    assert (one.name_key, one.country, one.sector) == ("zappa, ana", "IT", "health")


def test_the_counts_follow_every_change(app: Flask, people: Event) -> None:
    before = queries.figures(people)
    db.session.execute(text("UPDATE registrations SET state = 'rejected' WHERE state = 'pending'"))
    db.session.execute(text("DELETE FROM registrations WHERE state = 'waitlisted'"))
    elsewhere = an_event()
    a_registration(elsewhere)
    db.session.commit()

    after = queries.figures(people)

    assert (before[PENDING], before[WAITLISTED], before[RegistrationState.REJECTED]) == (2, 1, 0)
    assert (after[PENDING], after[WAITLISTED], after[RegistrationState.REJECTED]) == (0, 0, 2)
    assert queries.figures(elsewhere)[CONFIRMED] == 1


def test_a_wrong_count_is_found_by_the_check(app: Flask, people: Event) -> None:
    db.session.execute(text("UPDATE registration_counts SET number = 7 WHERE state = 'pending'"))
    db.session.commit()

    found = [line for line in check.differences(clock.now()) if "counted" in line]
    db.session.rollback()

    assert found == [f"{people.slug}: 7 registrations are counted in a state, 2 stand in it"]


def test_filtered_and_sorted_lists_take_the_same_statements_for_ten_and_for_a_thousand(
    organiser: Client, event: Event
) -> None:
    question = a_question(event, QuestionKind.ONE_OF)
    asked = ("?sort=-country", "?group=eu&side=practice&sort=state", f"?q{question.id}=first", "?search=petrova&page=1")
    many(event, 10)
    few = [statements(organiser, pages(event) + query) for query in asked]

    many(event, 990)

    assert [statements(organiser, pages(event) + query) for query in asked] == few
