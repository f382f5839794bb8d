"""Long lists, a page at a time."""

import pytest
from flask import Flask
from sqlalchemy import select

from ranevents.core.db import db
from ranevents.core.paging import Page, asked_page, page_of
from ranevents.people.models import Person
from tests import builders


@pytest.mark.parametrize(
    ("asked", "number", "rows"), [(1, 1, [1, 2]), (3, 3, [5]), (0, 1, [1, 2]), (-7, 1, [1, 2]), (99, 3, [5])]
)
def test_a_number_out_of_range_gives_the_nearest_page(app: Flask, asked: int, number: int, rows: list[int]) -> None:
    ids = [builders.a_person().id for _person in range(5)]

    page: Page[Person] = page_of(select(Person).order_by(Person.id), asked, size=2)

    assert (page.number, page.last, page.total) == (number, 3, 5)
    assert [ids.index(person.id) + 1 for person in page.rows] == rows


def test_an_empty_list_has_one_page(app: Flask) -> None:
    page: Page[Person] = page_of(select(Person).order_by(Person.id), 4)

    assert (page.rows, page.number, page.last, page.total) == ([], 1, 1, 0)
    assert db.session.scalar(select(Person)) is None


@pytest.mark.parametrize(
    ("typed", "asked"),
    [(None, 1), ("", 1), ("3", 3), ("-5", 1), ("x", 1), ("1_0", 1), ("٣", 1), ("9" * 5000, 999_999_999)],
)
def test_what_stands_in_the_address_is_a_number_or_the_first_page(typed: str | None, asked: int) -> None:
    assert asked_page(typed) == asked
