"""What pages, mails and other rooms read of events."""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload, lazyload, undefer

from ranevents.core.db import db
from ranevents.core.paging import Page, page_of
from ranevents.core.places import Pool
from ranevents.core.shown import face_by
from ranevents.events import rules
from ranevents.events.models import Event, Series
from ranevents.events.states import EventState

PAST_A_PAGE = 20


def by_slug(slug: str) -> Event | None:
    """The event of that address, in whatever state; addresses are small letters, people also type great ones."""
    if "\x00" in slug:
        return None
    return db.session.scalar(_BY_SLUG, {"slug": slug.lower()})


# Few pages tell of the series' topics and of the notice: those that do read them when they get there.
# A statement that stands ready takes half the time of one that is put together for each page.
_BY_SLUG = (
    select(Event)
    .where(Event.slug == bindparam("slug"))
    .options(joinedload(Event.series).lazyload(Series.topics), lazyload(Event.notices), undefer(Event.notice_version))
)


# PostgreSQL notes in `xmin` which transaction wrote a row: event and series have a new one after any change at all.
_FACE = """
    SELECT events.xmin::text, series.xmin::text, pools.held < pools."limit" FROM events
    JOIN series ON series.id = events.series_id JOIN pools ON pools.id = events.pool_id WHERE events.slug = %s
"""


def face(slug: str) -> Hashable | None:
    """What the public page of the event with exactly that address hangs on; None where there is none."""
    return face_by(_FACE, slug)


def is_public(event: Event) -> bool:
    """Whether everybody may know of the event: it was published once."""
    return event.state is not EventState.DRAFT and event.published_at is not None


def by_submission(submission_id: str | None) -> Event | None:
    """The event that a form has made already; None where it came without an id."""
    return db.session.scalar(select(Event).where(Event.submission_id == submission_id)) if submission_id else None


def free_slug(proposed: str) -> str:
    """The proposed address, or the next one like it that no event has."""
    alike = select(Event.slug).where(Event.slug.startswith(proposed, autoescape=True))
    return rules.first_free(proposed, set(db.session.scalars(alike)))


def _for_lists() -> Select[Event]:
    """Events with what a list shows of them, and without what it doesn't."""
    return select(Event).options(joinedload(Event.series).lazyload(Series.topics), lazyload(Event.notices))


def _public() -> Select[Event]:
    return _for_lists().where(Event.state != EventState.DRAFT, Event.published_at.is_not(None))


@dataclass(frozen=True)
class SeriesOfEvents:
    """A series with those of its events that a list shows."""

    series: Series
    events: list[Event]


def upcoming(at: datetime) -> list[SeriesOfEvents]:
    """The public events that are not over, by series: the series whose event comes next first."""
    soon = _public().where(Event.last_on >= at.date() - timedelta(days=1)).order_by(Event.first_on, Event.id)
    grouped: dict[int, SeriesOfEvents] = {}
    for event in db.session.scalars(soon):
        if event.ends_at > at:
            grouped.setdefault(event.series_id, SeriesOfEvents(event.series, [])).events.append(event)
    return list(grouped.values())


def past(number: int, *, besides: Collection[SeriesOfEvents]) -> Page[Event]:
    """Page `number` of the public events, the latest first, without those that are upcoming."""
    shown = [event.id for group in besides for event in group.events]
    others = _public().where(Event.id.not_in(shown)).order_by(Event.first_on.desc(), Event.id.desc())
    return page_of(others, number, size=PAST_A_PAGE)


def of_organiser(number: int, *, ids: Collection[int] | None) -> Page[Event]:
    """Page `number` of the events with these ids (None: of all events), the latest first."""
    query: Select[Any] = _for_lists().order_by(Event.first_on.desc(), Event.id.desc())
    return page_of(query if ids is None else query.where(Event.id.in_(ids)), number)


@dataclass(frozen=True)
class Named:
    """An event as a field offers it."""

    id: int
    slug: str
    title: str


def pools_of(event_ids: Iterable[int]) -> list[Pool]:
    """The places of these events, to be locked."""
    query = select(Pool).join(Event, Event.pool_id == Pool.id).where(Event.id.in_(list(event_ids)))
    return list(db.session.scalars(query))


def named(*, ids: Collection[int] | None) -> list[Named]:
    """All events with these ids (None: all events) by their names, the latest first."""
    query = select(Event.id, Event.slug, Event.title).order_by(Event.first_on.desc(), Event.id.desc())
    found = db.session.execute(query if ids is None else query.where(Event.id.in_(ids)))
    return [Named(id, slug, title) for id, slug, title in found]


@dataclass(frozen=True)
class SeriesLine:
    """A series and the number of its events."""

    series: Series
    events: int


def all_series() -> list[SeriesLine]:
    """Every series with the number of its events, by name."""
    counted = (
        select(Series, func.count(Event.id))
        .outerjoin(Event, Event.series_id == Series.id)
        .group_by(Series.id)
        .order_by(func.lower(Series.name), Series.id)
    )
    return [SeriesLine(series, events) for series, events in db.session.execute(counted)]


def names_of_series() -> list[tuple[int, str]]:
    """Id and name of every series, by name: what a select offers."""
    return [
        (id, name)
        for id, name in db.session.execute(select(Series.id, Series.name).order_by(func.lower(Series.name), Series.id))
    ]


def series_by_submission(submission_id: str | None) -> Series | None:
    """The series that a form has made already; None where it came without an id."""
    return db.session.scalar(select(Series).where(Series.submission_id == submission_id)) if submission_id else None


def series_by_id(id: int) -> Series | None:
    """The series of that id."""
    return db.session.get(Series, id)
