"""Who may be one person under two entries, what would move, and what stands in the way."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, case, func, or_, select, true, union
from sqlalchemy.orm import aliased

from ranevents.core.db import db
from ranevents.core.paging import ROWS_A_PAGE, Page
from ranevents.directory import queries
from ranevents.directory.import_models import ImportBatch, ImportRow
from ranevents.directory.queries import Sight
from ranevents.events.models import Event
from ranevents.invitations.letter_models import OfficialLetter
from ranevents.invitations.models import Guest, Invitation, Substitute
from ranevents.invitations.states import InvitationState
from ranevents.mailing.models import Message
from ranevents.people import queries as people
from ranevents.people.models import Person
from ranevents.registrations.models import Registration
from ranevents.registrations.states import LIVE

MOST_PROPOSED = 20
"""So many entries are proposed for one person."""
_NEIGHBOURS = range(1, 6)
"""So many of those before somebody who is alike are looked at."""
_OPEN = (InvitationState.DRAFT, InvitationState.SENT, InvitationState.EXPIRED)


@dataclass(frozen=True)
class Couple:
    """Two entries that may be one person."""

    one: Person
    other: Person

    @property
    def has_same_address(self) -> bool:
        """Whether mails to both go to the same address."""
        return self.one.email.lower() == self.other.email.lower()

    @property
    def has_same_organisation(self) -> bool:
        """Whether both belong to the same organisation, however spelled."""
        return bool(self.one.organisation_key) and self.one.organisation_key == self.other.organisation_key

    @property
    def has_same_country(self) -> bool:
        """Whether both come from the same country."""
        return self.one.country == self.other.country


class Obstacle(StrEnum):
    """Why two entries can't become one."""

    REGISTERED = "registered"
    INVITED = "invited"
    ANSWERED = "answered"
    REGISTERED_AND_INVITED = "registered_and_invited"


@dataclass(frozen=True)
class Conflict:
    """What stands in the way at one event; `event` is None where the organiser must not know of it."""

    obstacle: Obstacle
    event: queries.EventName | None


@dataclass(frozen=True)
class Moving:
    """How much moves from one entry to the other: in all, and at events that the organiser does not see."""

    registrations: int
    invitations: int
    guests: int
    mails: int
    unseen: int


def events_knowing(person_ids: Collection[int]) -> set[int]:
    """The ids of all events that have to do with these people, be it by a letter, or a row of a list that waits."""
    ids = list(person_ids)
    own = (Registration, Invitation, Guest, OfficialLetter)
    proposed = select(Invitation.event_id).join(Substitute, Substitute.invitation_id == Invitation.id)
    waiting = select(ImportBatch.event_id).join(ImportRow, ImportRow.batch_id == ImportBatch.id)
    found = union(
        *(select(kind.event_id).where(kind.person_id.in_(ids)) for kind in own),
        proposed.where(Substitute.person_id.in_(ids)),
        waiting.where(ImportRow.person_id.in_(ids)),
    )
    return set(db.session.scalars(found))


# Proposals


def couples(sight: Sight, page: int) -> Page[Couple]:
    """One page of likely duplicates among the people whom the organiser may change, in three statements."""
    if not sight.may_edit_some:
        return Page([], 1, 0)
    found = _couples(sight).subquery()
    total = db.session.scalar(select(func.count()).select_from(found)) or 0
    number = min(max(1, page), max(1, -(-total // ROWS_A_PAGE)))
    query = select(found.c.one, found.c.other).join(Person, Person.id == found.c.one)
    query = query.order_by(people.name_order(), found.c.one, found.c.other)
    rows = db.session.execute(query.limit(ROWS_A_PAGE).offset((number - 1) * ROWS_A_PAGE)).all()
    ids = {id for row in rows for id in row}
    known = {person.id: person for person in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
    return Page([Couple(known[one], known[other]) for one, other in rows], number, total)


def _couples(sight: Sight) -> Select[Any]:
    """Neighbours among those who are alike: the same address and a common word in their names, or the same name and
    the same country or organisation. Of many who are alike each stands beside the next, so that there are never more
    couples than people. Beside whom one was told apart from stands the one before.
    """
    seen = (
        select(
            Person.id,
            func.lower(Person.email).label("email"),
            Person.country,
            Person.organisation_key,
            _words(Person.sort_key).label("words"),
        )
        .where(queries.among(sight.edited), Person.email != "")
        .cte("seen")
    )
    word = func.unnest(seen.c.words).table_valued("word").render_derived()
    name = seen.c.words.cast(Text)

    def neighbours(*same: Any) -> Select[Any]:
        before = [func.lag(seen.c.id, nth).over(partition_by=list(same), order_by=seen.c.id) for nth in _NEIGHBOURS]
        return select(seen.c.id.label("other"), *(one.label(f"before_{nth}") for nth, one in enumerate(before, 1)))

    alike = union(
        neighbours(seen.c.email, word.c.word).select_from(seen.join(word, true())),
        neighbours(name, seen.c.country),
        neighbours(name, seen.c.organisation_key).where(seen.c.organisation_key != ""),
    ).subquery()
    told = [(alike.c[f"before_{nth}"], alike.c.other) for nth in _NEIGHBOURS]
    one = case(*((~people.are_told_apart(*pair), pair[0]) for pair in told))
    found = select(one.label("one"), alike.c.other).distinct().subquery()
    return select(found.c.one, found.c.other).where(found.c.one != found.c.other)


def _words(sort_key: Any) -> ColumnElement[Any]:
    """The words of a name in one order: which of them is the family name is often mistaken."""
    word = func.unnest(func.string_to_array(func.replace(sort_key, ",", ""), " ")).table_valued("word").render_derived()
    return select(func.array_agg(word.c.word.distinct())).where(word.c.word != "").correlate(Person).scalar_subquery()


def proposed(sight: Sight, person: Person) -> list[Person]:
    """Whom a person may stand for a second time as: the same name, or the same address."""
    alike = or_(Person.sort_key == person.sort_key, func.lower(Person.email) == person.email.lower())
    query = _others(sight, person).where(alike, ~people.are_told_apart(Person.id, person.id))
    return list(db.session.scalars(query.order_by(people.name_order(), Person.id).limit(MOST_PROPOSED)))


def found(sight: Sight, person: Person, search: str) -> list[Person]:
    """Others whom a search finds."""
    query = _others(sight, person).where(people.found(search))
    return list(db.session.scalars(query.order_by(people.name_order(), Person.id).limit(MOST_PROPOSED)))


def _others(sight: Sight, person: Person) -> Select[Any]:
    return select(Person).where(queries.among(sight.edited), Person.id != person.id)


# What would happen


def are_told_apart(one: Person, other: Person) -> bool:
    """Whether somebody has judged these two to be different people."""
    return bool(db.session.scalar(select(people.are_told_apart(one.id, other.id))))


def moving(sight: Sight, gone: Person) -> Moving:
    """How much would move from an entry, in four statements. What was erased stays: it names no one."""
    unseen, counts = 0, {}
    for kind in (Registration, Invitation, Guest, Message):
        query = select(kind.event_id, func.count()).where(kind.person_id == gone.id).group_by(kind.event_id)
        if hasattr(kind, "erased_at") and kind is not Message:
            query = query.where(kind.erased_at.is_(None))
        rows = db.session.execute(query).all()
        counts[kind] = sum(number for _event, number in rows)
        unseen += sum(number for event_id, number in rows if event_id is not None and not sight.sees(event_id))
    return Moving(counts[Registration], counts[Invitation], counts[Guest], counts[Message], unseen)


def conflicts(sight: Sight | None, kept: Person, gone: Person) -> list[Conflict]:
    """What stands in the way of making two entries one, event by event, in four statements."""
    ids: dict[int, Obstacle] = {}
    for obstacle, query in _obstacles(kept, gone):
        for event_id in db.session.scalars(query):
            ids.setdefault(event_id, obstacle)
    known = select(Event.id, Event.slug, Event.title).where(Event.id.in_(ids)).order_by(Event.first_on, Event.id)
    events = [queries.EventName(*row) for row in db.session.execute(known)]
    return [Conflict(ids[one.id], one if sight is None or sight.sees(one.id) else None) for one in events]


def _obstacles(kept: Person, gone: Person) -> list[tuple[Obstacle, Select[Any]]]:
    stays, moves = aliased(Registration), aliased(Registration)
    asked, also = aliased(Invitation), aliased(Invitation)
    is_live = (stays.state.in_(LIVE), moves.state.in_(LIVE), moves.erased_at.is_(None))
    are_both_registered = (
        select(moves.event_id)
        .join(stays, stays.event_id == moves.event_id)
        .where(stays.person_id == kept.id, moves.person_id == gone.id, *is_live)
    )
    stand = (asked.state != InvitationState.REVOKED, also.state != InvitationState.REVOKED, also.erased_at.is_(None))
    are_both_asked = (
        select(also.event_id)
        .join(asked, asked.event_id == also.event_id)
        .where(asked.person_id == kept.id, also.person_id == gone.id, *stand)
    )
    both = {kept.id, gone.id}
    is_one_registered = (
        select(also.event_id)
        .join(moves, moves.event_id == also.event_id)
        .where(also.person_id.in_(both), moves.person_id.in_(both), also.person_id != moves.person_id)
        .where(also.state.in_(_OPEN), also.erased_at.is_(None), moves.state.in_(LIVE), moves.erased_at.is_(None))
    )
    can_be_withdrawn = or_(asked.state.in_(_OPEN), also.state.in_(_OPEN))
    return [
        (Obstacle.REGISTERED, are_both_registered),
        (Obstacle.INVITED, are_both_asked.where(can_be_withdrawn)),
        (Obstacle.ANSWERED, are_both_asked),
        (Obstacle.REGISTERED_AND_INVITED, is_one_registered),
    ]
