"""What the overview of an event reads, over the rooms below: a bounded number of statements, however many people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Date, cast, func, select

from ranevents.core import countries, names
from ranevents.core.countries import Group
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.invitations import guest_queries
from ranevents.invitations.guest_lists import FOLLOWED, Figure
from ranevents.overview import rules
from ranevents.overview.rules import Counted, Line, Period
from ranevents.people.models import Person, Sector, Side
from ranevents.registrations.models import Registration
from ranevents.registrations.states import RegistrationState


@dataclass(frozen=True)
class Overview:
    """How an event stands: registrations by state, live ones by country, sector and side, and how they came in."""

    states: Mapping[RegistrationState, int]
    groups: list[Line[Group]]
    countries: list[Line[str]]
    sectors: list[Line[Sector]]
    sides: list[Line[Side]]
    periods: list[Period]
    invitations: list[tuple[Figure, int]]
    """How those who were asked stand; empty where nobody was."""


def overview(event: Event, *, at: datetime) -> Overview:
    """The event's figures at a moment, in three statements."""
    counted = _counted(event)
    states: dict[RegistrationState, int] = {one: 0 for one in RegistrationState if one is not RegistrationState.NEW}
    for one in counted:
        states[one.state] += one.people
    return Overview(
        states=states,
        groups=rules.tally(counted, lambda one: countries.group_of(one.country, event.first_on), in_order=_label),
        countries=rules.tally(counted, lambda one: one.country, in_order=_name),
        sectors=rules.tally(counted, lambda one: Sector(one.sector), in_order=_label),
        sides=rules.tally(counted, lambda one: Side(one.side), in_order=_label),
        periods=rules.periods(_per_day(event), until=min(at.astimezone(event.zone).date(), event.last_on)),
        invitations=_invitations(event),
    )


def _invitations(event: Event) -> list[tuple[Figure, int]]:
    told = guest_queries.counts_by_standing(event)
    found = [(one, sum(told[standing] for standing in one.standings)) for one in FOLLOWED]
    return found if any(number for _figure, number in found) else []


def _label(kind: Group | Sector | Side) -> str:
    return names.alphabetical(kind.label)


def _name(country: str) -> str:
    return names.alphabetical(countries.name_of(country))


def _counted(event: Event) -> list[Counted]:
    kinds = (Person.country, Person.sector, Person.side, Registration.state)
    query = (
        select(*kinds, func.count())
        .join(Registration.person)
        .where(Registration.event_id == event.id, Registration.state != RegistrationState.NEW)
        .group_by(*kinds)
    )
    return [Counted(*row) for row in db.session.execute(query)]


def _per_day(event: Event) -> dict[date, int]:
    """Everybody who ever registered, by the day at the event's place."""
    day = cast(func.timezone(event.time_zone, Registration.registered_at), Date)
    query = select(day, func.count()).where(Registration.event_id == event.id).group_by(day)
    return dict(db.session.execute(query).all())
