"""An event's guest list: found, sorted and counted, whatever its length. Always through the event."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, literal_column, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased, lazyload

from ranevents.core import countries
from ranevents.core.db import db
from ranevents.core.errors import NotFound
from ranevents.core.paging import ROWS_A_PAGE, Page, page_of
from ranevents.core.spreadsheets import Cell, batches
from ranevents.events.models import Event
from ranevents.invitations.guest_lists import Column, Counted, GuestsAsked, Line, Standing, counts
from ranevents.invitations.models import Guest, Invitation, Substitute
from ranevents.invitations.states import InvitationState, SubstituteState
from ranevents.people import queries as people
from ranevents.people.models import Person, Sector, Side
from ranevents.registrations.models import Registration
from ranevents.registrations.states import LIVE

ROWS_AT_ONCE = 1000


@dataclass(frozen=True)
class Row:
    """A guest with their invitation, if there is one: the one that stands, else the last."""

    guest: Guest
    invitation: Invitation | None
    standing: Standing

    @property
    def person(self) -> Person:
        """Who it is."""
        return self.guest.person


def _standing(one: Any) -> ColumnElement[str]:
    """How it stands with somebody who has this invitation, or none.

    Whoever accepted and was cancelled, rejected or let an offer pass since is no longer coming. A substitute counts
    who was approved since the person was asked last: asked again, they answer for themselves.
    """
    is_coming = exists().where(Registration.id == one.registration_id, Registration.state.in_(LIVE))
    is_replaced = exists().where(
        Substitute.invitation_id == one.id,
        Substitute.state == SubstituteState.APPROVED,
        Substitute.decided_at >= one.sent_at,
    )
    had_said_no = one.state.in_((InvitationState.DECLINED, InvitationState.EXPIRED))
    return case(
        (one.id.is_(None), literal(Standing.NOT_INVITED.value)),
        (and_(one.state == InvitationState.SENT, one.bounced_at.is_not(None)), literal(Standing.BOUNCED.value)),
        (one.state == InvitationState.SENT, literal(Standing.SILENT.value)),
        (and_(one.state == InvitationState.ACCEPTED, ~is_coming), literal(Standing.NO_LONGER_COMING.value)),
        (and_(had_said_no, is_replaced), literal(Standing.SUBSTITUTED.value)),
        else_=one.state.cast(literal("").type),
    )


def standings(invitations: Collection[Invitation]) -> dict[int, Standing]:
    """How each of these invitations stands, by their ids."""
    query = select(Invitation.id, _standing(Invitation)).where(Invitation.id.in_([one.id for one in invitations]))
    return {id: Standing(standing) for id, standing in db.session.execute(query)}


def came_of(substitutes: Collection[Substitute]) -> dict[int, Invitation]:
    """The invitation of each substitute who was approved, by the proposal's id: the one that stands, else the last."""
    asking, theirs = aliased(Invitation), aliased(Invitation)
    query = (
        select(Substitute.id, theirs)
        .join(asking, asking.id == Substitute.invitation_id)
        .join(theirs, and_(theirs.person_id == Substitute.person_id, theirs.event_id == asking.event_id))
        .where(Substitute.id.in_([one.id for one in substitutes]), theirs.erased_at.is_(None))
        .order_by((theirs.state == InvitationState.REVOKED).desc(), theirs.id)
    )
    return dict(db.session.execute(query).all())


class _Last:
    """The invitation of each guest of an event that counts: the one that stands, else the last that was withdrawn."""

    def __init__(self, event: Event) -> None:
        found = (
            select(Invitation)
            .where(Invitation.event_id == event.id)
            .ext(distinct_on(Invitation.person_id))
            .order_by(Invitation.person_id, Invitation.state == InvitationState.REVOKED, Invitation.id.desc())
            .subquery()
        )
        self.invitation = aliased(Invitation, found)
        self.standing = _standing(self.invitation)

    def of(self, event: Event, *columns: Any) -> Select[Any]:
        """Columns of the event's guests, each beside the invitation."""
        return (
            select(*columns)
            .select_from(Guest)
            .join(Person, Person.id == Guest.person_id)
            .outerjoin(self.invitation, self.invitation.person_id == Guest.person_id)
            .where(Guest.event_id == event.id)
        )


def get(event: Event, id: int) -> Guest:
    """One guest of this event; raises NotFound for a foreign or unknown one."""
    found = db.session.scalar(select(Guest).where(Guest.event_id == event.id, Guest.id == id))
    if found is None:
        raise NotFound
    return found


def by_submission(event: Event, submission_id: str) -> Guest | None:
    """The guest of this event whom a form that was sent before has entered."""
    return db.session.scalar(select(Guest).where(Guest.event_id == event.id, Guest.submission_id == submission_id))


def listing(event: Event, asked: GuestsAsked, page: int) -> Page[Row]:
    """One page of the guests that are asked for, in five statements at most."""
    total = count(event, asked)
    number = min(max(1, page), max(1, -(-total // ROWS_A_PAGE)))
    return Page(rows=rows(event, _ids_of_page(event, asked, number)), number=number, total=total)


def count(event: Event, asked: GuestsAsked) -> int:
    """How many are asked for."""
    last = _Last(event)
    found = _narrowed(last.of(event, Guest.id), last, asked)
    return db.session.scalar(select(func.count()).select_from(found.subquery())) or 0


def ids(event: Event, asked: GuestsAsked, *, most: int | None = None) -> list[int]:
    """The ids of all that are asked for, in their order; at most so many."""
    return list(db.session.scalars(_ordered(event, asked).limit(most)))


def ids_of_page(event: Event, asked: GuestsAsked, page: int) -> list[int]:
    """The ids of one page."""
    total = count(event, asked)
    return _ids_of_page(event, asked, min(max(1, page), max(1, -(-total // ROWS_A_PAGE))))


def _ids_of_page(event: Event, asked: GuestsAsked, number: int) -> list[int]:
    query = _ordered(event, asked).limit(ROWS_A_PAGE).offset((number - 1) * ROWS_A_PAGE)
    return list(db.session.scalars(query))


def rows(event: Event, ids: Sequence[int]) -> list[Row]:
    """These guests of the event with their invitations, in this order; without foreign and unknown ones."""
    last = _Last(event)
    query = last.of(event, Guest, last.invitation, last.standing).where(Guest.id.in_(list(ids)))
    query = query.options(lazyload(Guest.event), lazyload(last.invitation.event), lazyload(last.invitation.person))
    found = {guest.id: Row(guest, one, Standing(standing)) for guest, one, standing in db.session.execute(query)}
    return [found[id] for id in ids if id in found]


def persons_of(event: Event, ids: Sequence[int]) -> set[int]:
    """The ids of the persons behind these guests of the event."""
    return set(db.session.scalars(select(Guest.person_id).where(Guest.event_id == event.id, Guest.id.in_(list(ids)))))


def registered(event: Event, person_ids: Iterable[int]) -> set[int]:
    """Those of these persons who are live registered at the event."""
    query = select(Registration.person_id).where(
        Registration.event_id == event.id, Registration.state.in_(LIVE), Registration.person_id.in_(list(person_ids))
    )
    return set(db.session.scalars(query))


def _ordered(event: Event, asked: GuestsAsked) -> Select[Any]:
    last = _Last(event)
    return _narrowed(last.of(event, Guest.id), last, asked).order_by(*_order(last, asked))


def _narrowed(query: Select[Any], last: _Last, asked: GuestsAsked) -> Select[Any]:
    for column, values in (
        (last.standing, asked.standings),
        (Person.country, asked.countries),
        (Person.sector, asked.sectors),
        (Person.side, asked.sides),
        (Guest.origin, asked.origins),
    ):
        if values:
            query = query.where(column.in_(values))
    if asked.search:
        query = query.where(people.found(asked.search))
    return query


def _order(last: _Last, asked: GuestsAsked) -> list[ColumnElement[Any]]:
    first: dict[Column, Callable[[], list[ColumnElement[Any]]]] = {
        Column.NAME: list,
        Column.ORGANISATION: lambda: [Person.organisation_key.expression],
        Column.COUNTRY: lambda: [people.country_order(Person.country)],
        Column.SECTOR: lambda: [people.sector_order(Person.sector)],
        Column.SIDE: lambda: [people.side_order(Person.side)],
        Column.STANDING: lambda: [people.place_in(list(Standing), last.standing)],
        Column.ANSWER_BY: lambda: [func.coalesce(last.invitation.answer_by, literal_column("'infinity'"))],
    }
    order = [*first[asked.order](), people.name_order(), Guest.id.expression]
    return [one.desc() for one in order] if asked.is_descending else order


@dataclass(frozen=True)
class Figures:
    """How the event's invitations stand: in all, and by country, sector and side."""

    in_all: Line
    by_country: list[Line]
    by_sector: list[Line]
    by_side: list[Line]
    substitutes: int


def figures(event: Event) -> Figures:
    """The event's figures, in two statements."""
    counted = _counted(event)
    named = {country.code: country.name for country in countries.all_countries()}
    present = {row[1] for row in counted}
    return Figures(
        in_all=Line("", _("In all"), counts(counted, lambda _row: True), {}),
        by_country=[_line(counted, 1, "country", code, name) for code, name in named.items() if code in present],
        by_sector=[_line(counted, 2, "sector", one.value, one.label) for one in Sector if _has(counted, 2, one)],
        by_side=[_line(counted, 3, "side", one.value, one.label) for one in Side if _has(counted, 3, one)],
        substitutes=substitutes_waiting(event),
    )


def counts_by_standing(event: Event) -> dict[Standing, int]:
    """How many guests stand in each way."""
    last = _Last(event)
    found = last.of(event, last.standing, func.count()).group_by(last.standing)
    told: dict[str, int] = dict(db.session.execute(found).all())
    return {one: told.get(one.value, 0) for one in Standing}


def substitutes_waiting(event: Event) -> int:
    """How many substitutes await the organiser's decision."""
    query = select(func.count(Substitute.id)).join(Invitation, Invitation.id == Substitute.invitation_id)
    return db.session.scalar(_proposed(query, event)) or 0


def proposals(event: Event, page: int) -> Page[Substitute]:
    """A page of the substitutes that await the organiser's decision, the oldest first."""
    query = select(Substitute).join(Invitation, Invitation.id == Substitute.invitation_id).order_by(Substitute.id)
    return page_of(_proposed(query, event), page)


def _proposed(query: Select[Any], event: Event) -> Select[Any]:
    return query.where(Invitation.event_id == event.id, Substitute.state == SubstituteState.PROPOSED)


def _counted(event: Event) -> list[Counted]:
    last = _Last(event)
    columns = (last.standing, Person.country, Person.sector, Person.side)
    found = db.session.execute(last.of(event, *columns, func.count()).group_by(*columns))
    return [(Standing(standing), country, sector, side, number) for standing, country, sector, side, number in found]


def _has(counted: list[Counted], place: int, value: str) -> bool:
    return any(row[place] == value for row in counted)


def _line(counted: list[Counted], place: int, name: str, value: str, label: str) -> Line:
    return Line(value, label, counts(counted, lambda row: row[place] == value), {name: value})


def exported(event: Event, asked: GuestsAsked) -> tuple[list[str], Iterator[Sequence[Cell]]]:
    """The list as a spreadsheet holds it: its head, and rows that are read while they are written."""
    head = [
        _("Invitation"),
        _("Capacity"),
        _("Answer by (%(zone)s)", zone=event.time_zone),
        _("Given name"),
        _("Family name"),
        _("Given name in Latin letters"),
        _("Family name in Latin letters"),
        _("E-mail"),
        _("Organisation"),
        _("Position"),
        _("Country"),
        _("Country code"),
        _("Sector"),
        _("Side"),
        _("Language of mails"),
        _("Origin"),
    ]
    return head, _cells(event, asked)


def _cells(event: Event, asked: GuestsAsked) -> Iterator[Sequence[Cell]]:
    for batch in batches(ids(event, asked), ROWS_AT_ONCE):
        for row in rows(event, batch):
            one, person = row.invitation, row.person
            until = one.answer_by.astimezone(event.zone).replace(tzinfo=None, second=0, microsecond=0) if one else None
            yield [
                row.standing.label,
                one.capacity.label if one else None,
                until,
                person.given_name,
                person.family_name,
                person.latin_given_name,
                person.latin_family_name,
                person.email,
                person.organisation,
                person.position,
                countries.name_of(person.country),
                countries.eu_code(person.country),
                person.sector.label,
                person.side.label,
                person.language,
                row.guest.origin.label,
            ]
