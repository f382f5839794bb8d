"""What the directory shows to whom.

A person is seen by the teams of those events at whose guest list they stand, or to which they are invited or
registered, and by administrators; by nobody else. Somebody whom none of one's events knows is not found.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import joinedload, lazyload

from ranevents.accounts import queries as accounts
from ranevents.accounts.models import User
from ranevents.core import names
from ranevents.core.db import db
from ranevents.core.errors import NotFound
from ranevents.core.paging import Page, page_of
from ranevents.core.room import Need
from ranevents.directory.people_rules import Column, PeopleAsked
from ranevents.events.models import Event, Series
from ranevents.invitations import guest_queries
from ranevents.invitations.guest_lists import Standing
from ranevents.invitations.models import Guest, Invitation
from ranevents.invitations.queries import known_at
from ranevents.mailing.models import Message
from ranevents.people import queries as people
from ranevents.people.models import Person
from ranevents.registrations.models import Registration


@dataclass(frozen=True)
class Sight:
    """Whose people an organiser sees, and whose they may change: those of these events. None: everybody's."""

    seen: frozenset[int] | None
    edited: frozenset[int] | None

    def sees(self, event_id: int) -> bool:
        """Whether an event is among those."""
        return self.seen is None or event_id in self.seen

    @property
    def may_edit_some(self) -> bool:
        """Whether there is any event whose people may be changed."""
        return self.edited is None or bool(self.edited)


@dataclass(frozen=True)
class EventName:
    """An event as filters and lists name it."""

    id: int
    slug: str
    title: str


@dataclass
class Attendance:
    """What a person has to do with one event: registrations and invitations, the newest first; the guest list.

    `standings` tells how each invitation stands, by its id.
    """

    event: Event
    registrations: list[Registration] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)
    guest: Guest | None = None
    standings: dict[int, Standing] = field(default_factory=dict)


def sight_of(user: User) -> Sight:
    """What an organiser may see and change."""
    if user.is_administrator:
        return Sight(None, None)
    roles = accounts.memberships_of(user)
    return Sight(frozenset(roles), frozenset(id for id, role in roles.items() if role.satisfies(Need.EDITOR)))


def among(event_ids: Collection[int] | None) -> ColumnElement[bool]:
    """That a person is somebody whom these events know; without events: anybody who was not erased."""
    is_somebody = Person.erased_at.is_(None)
    return is_somebody if event_ids is None else is_somebody & Person.id.in_(known_at(event_ids))


def get(sight: Sight, id: int) -> Person:
    """One person; raises NotFound for whoever is none of the organiser's business."""
    found = db.session.scalar(select(Person).where(Person.id == id, among(sight.seen)))
    if found is None:
        raise NotFound
    return found


def editable(sight: Sight, ids: Collection[int]) -> set[int]:
    """Those of these people whom the organiser may change."""
    if not sight.may_edit_some:
        return set()
    return set(db.session.scalars(select(Person.id).where(Person.id.in_(list(ids)), among(sight.edited))))


def may_edit(sight: Sight, person: Person) -> bool:
    """Whether the organiser may change what stands about a person."""
    return bool(editable(sight, [person.id]))


def events_seen(sight: Sight) -> list[EventName]:
    """The events by which the directory may be filtered, the latest first."""
    query = select(Event.id, Event.slug, Event.title).where(_is_seen(Event.id, sight))
    return [EventName(*row) for row in db.session.execute(query.order_by(Event.first_on.desc(), Event.id.desc()))]


def listing(sight: Sight, asked: PeopleAsked, events: Iterable[EventName], page: int) -> Page[Person]:
    """One page of the people who are asked for, in two statements. `events` are those that the organiser sees."""
    query = select(Person).where(among(sight.seen), *_wanted(asked, events))
    return page_of(query.order_by(*_order(asked)), page)


def history(sight: Sight, person: Person) -> list[Attendance]:
    """What a person has to do with events, as far as the organiser sees them, the latest event first."""
    registrations = _theirs(Registration, person, sight).where(Registration.erased_at.is_(None))
    invitations = _theirs(Invitation, person, sight).where(Invitation.erased_at.is_(None))
    rows: dict[Any, Sequence[Any]] = {
        kind: db.session.scalars(query.options(lazyload(kind.event), lazyload(kind.person))).all()
        for kind, query in (
            (Registration, registrations), (Invitation, invitations), (Guest, _theirs(Guest, person, sight))
        )
    }  # fmt: skip
    found = {event.id: Attendance(event) for event in _events({row.event_id for some in rows.values() for row in some})}
    for registration in rows[Registration]:
        found[registration.event_id].registrations.append(registration)
    standings = guest_queries.standings(rows[Invitation])
    for invitation in rows[Invitation]:
        found[invitation.event_id].invitations.append(invitation)
        found[invitation.event_id].standings[invitation.id] = standings[invitation.id]
    for guest in rows[Guest]:
        found[guest.event_id].guest = guest
    return sorted(found.values(), key=lambda one: (one.event.first_on, one.event.id), reverse=True)


def mails(sight: Sight, person: Person, page: int) -> Page[Message]:
    """One page of what a person was sent about events that the organiser sees, the newest first."""
    query = select(Message).where(
        Message.person_id == person.id, Message.event_id.is_not(None), _is_seen(Message.event_id, sight)
    )
    return page_of(query.order_by(Message.id.desc()), page)


def _is_seen(event_id: Any, sight: Sight) -> ColumnElement[bool]:
    return true() if sight.seen is None else event_id.in_(list(sight.seen))


def _theirs(kind: Any, person: Person, sight: Sight) -> Select[Any]:
    return select(kind).where(kind.person_id == person.id, _is_seen(kind.event_id, sight)).order_by(kind.id.desc())


def _events(ids: set[int]) -> list[Event]:
    query = select(Event).where(Event.id.in_(ids))
    return list(
        db.session.scalars(query.options(joinedload(Event.series).lazyload(Series.topics), lazyload(Event.notices)))
    )


def _wanted(asked: PeopleAsked, events: Iterable[EventName]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for column, values in (
        (Person.country, asked.countries),
        (Person.sector, asked.sectors),
        (Person.side, asked.sides),
    ):
        if values:
            conditions.append(column.in_(values))
    if asked.events:
        conditions.append(Person.id.in_(known_at([one.id for one in events if one.slug in asked.events])))
    if asked.organisation:
        conditions.append(Person.organisation_key == names.fold(asked.organisation)[:200])
    if asked.address_failed is not None:
        failed = Person.address_failed_at.is_not(None)
        conditions.append(failed if asked.address_failed else ~failed)
    if asked.search:
        conditions.append(people.found(asked.search))
    return conditions


def _order(asked: PeopleAsked) -> list[ColumnElement[Any]]:
    """What the list is sorted by, ties broken by name and id; all the same way round."""
    name = people.name_order()
    first: dict[Column, Callable[[], list[ColumnElement[Any]]]] = {
        Column.NAME: lambda: [],
        Column.ORGANISATION: lambda: [Person.organisation_key.collate("C")],
        Column.COUNTRY: lambda: [people.country_order(Person.country)],
        Column.SECTOR: lambda: [people.sector_order(Person.sector)],
        Column.SIDE: lambda: [people.side_order(Person.side)],
    }
    order = [*first[asked.order](), name, Person.id.expression]
    return [one.desc() for one in order] if asked.is_descending else order
