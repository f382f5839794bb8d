"""Long lists, a page at a time."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select

from ranevents.core.db import db

Row = TypeVar("Row")
ROWS_A_PAGE = 50


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list: its rows, its number (from 1), and how many rows there are in all."""

    rows: list[Row]
    number: int
    total: int
    size: int = ROWS_A_PAGE

    @property
    def last(self) -> int:
        """The number of the last page; 1 for an empty list."""
        return max(1, -(-self.total // self.size))


def asked_page(typed: str | None) -> int:
    """The page that an address asks for (`?page=`); 1 for anything that is no number. It may be out of range."""
    return int(typed[:9]) if typed and re.fullmatch("[0-9]+", typed) else 1


def asked_day(typed: str | None) -> date | None:
    """The day that an address asks for (`?from=2018-03-01`); None for anything that is none, or of another age."""
    if not typed or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", typed):
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None


def page_of(query: Select[Any], number: int, *, size: int = ROWS_A_PAGE) -> Page[Row]:
    """Read page `number` of an ordered query, in two statements; out-of-range numbers give the nearest page."""
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    last = max(1, -(-total // size))
    number = min(max(1, number), last)
    rows = list(db.session.scalars(query.limit(size).offset((number - 1) * size)).unique())
    return Page(rows=rows, number=number, total=total, size=size)
