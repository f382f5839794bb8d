"""What pages, mails and other rooms read of registrations; always through the event."""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, func, literal, select
from sqlalchemy.orm import lazyload, selectinload

from ranevents.core import names, tokens
from ranevents.core.db import db
from ranevents.core.errors import NotFound
from ranevents.core.links import LinkErased, LinkOver
from ranevents.core.shown import face_by
from ranevents.events.models import Event
from ranevents.people.models import Person
from ranevents.registrations import rules
from ranevents.registrations.models import LINK_PURPOSE, Consent, Registration, RegistrationCount
from ranevents.registrations.states import LIVE, RegistrationState


def get(event: Event, id: int) -> Registration:
    """One registration of this event; raises NotFound for a foreign or unknown one."""
    found = db.session.scalar(select(Registration).where(Registration.event_id == event.id, Registration.id == id))
    if found is None:
        raise NotFound
    return found


def by_link(token: str, *, at: datetime) -> Registration:
    """The registration that a personal link belongs to.

    Raises tokens.UnknownLink for a link that we did not give out, LinkOver for one that was revoked or has expired,
    LinkErased where all that is personal went: the record then has another reference.
    """
    link = tokens.read(LINK_PURPOSE, token)
    found = db.session.scalar(select(Registration).where(Registration.reference == link.record))
    if found is None:
        raise LinkErased
    if found.link_version != link.version or rules.link_is_over(at, found.event.ends_at):
        raise LinkOver(found.event)
    return found


def link_opens(link: tokens.Link, *, at: datetime) -> bool:
    """Whether a personal link still opens its registration: not revoked, not over."""
    found = db.session.scalar(select(Registration).where(Registration.reference == link.record))
    return found is not None and found.link_version == link.version and not rules.link_is_over(at, found.event.ends_at)


_FACE = """
    SELECT events.xmin::text, series.xmin::text, pools.held < pools."limit",
        (SELECT max(id) FROM privacy_notices WHERE event_id = events.id),
        (SELECT string_agg(concat_ws(':', id, xmin), ',' ORDER BY id) FROM question_sections
            WHERE event_id = events.id),
        (SELECT string_agg(concat_ws(':', id, xmin), ',' ORDER BY id) FROM questions
            WHERE event_id = events.id)
    FROM events
    JOIN series ON series.id = events.series_id JOIN pools ON pools.id = events.pool_id WHERE events.slug = %s
"""


def face(slug: str) -> Hashable | None:
    """What the blank form of the event with exactly that address hangs on; None where there is none.

    A question's versions never change: another one holds when its own row says so.
    """
    return face_by(_FACE, slug)


def sent_before(
    event: Event, submission_id: str, email: str, latin_name: str
) -> tuple[Registration | None, Registration | None]:
    """The registration that came with this very form; and a live one at this event of the same address and name.

    Both together tell a twin: a secretariat registers several people with one address.
    """
    told = {"submission_id": submission_id, "event_id": event.id, "email": email.lower()}
    known = twin = None
    for id, is_known, given_name, family_name in db.session.execute(_SENT_BEFORE, told):
        if is_known:
            known = db.session.get(Registration, id)
        elif twin is None and _same_name(f"{given_name} {family_name}", latin_name):
            twin = db.session.get(Registration, id)
    return known, twin


def _same_name(one: str, other: str) -> bool:
    return sorted(names.fold(one).split()) == sorted(names.fold(other).split())


def live_with_address(event: Event, email: str) -> list[int]:
    """The ids of the live registrations at this event that were made with an address."""
    query = select(Registration.id).join(Registration.person).where(Registration.event_id == event.id)
    return list(
        db.session.scalars(query.where(func.lower(Person.email) == email.lower(), Registration.state.in_(LIVE)))
    )


def live_of(event: Event, person: Person) -> Registration | None:
    """The live registration of exactly this person at the event, if there is one."""
    mine = (Registration.event_id == event.id, Registration.person_id == person.id, Registration.state.in_(LIVE))
    return db.session.scalar(select(Registration).where(*mine))


def known_live(person: Person, *, but: Registration | None = None) -> list[Registration]:
    """All live registrations of a person, at whatever event, but one; in the order in which they came."""
    query = select(Registration).where(
        Registration.person_id == person.id, Registration.state.in_(LIVE), Registration.erased_at.is_(None)
    )
    return [one for one in db.session.scalars(query.order_by(Registration.id)) if one is not but]


def in_states(event: Event, states: Iterable[RegistrationState]) -> list[Registration]:
    """All registrations of the event in these states, in the order in which they came."""
    return list(db.session.scalars(_of(event).where(Registration.state.in_(states)).order_by(Registration.id)))


def examples(event: Event, language: str, most: int) -> list[Registration]:
    """The newest live registrations, at most so many: those who read the language, if any do."""
    live = _of(event).where(Registration.state.in_(LIVE)).order_by(Registration.id.desc()).limit(most)
    spoken = list(db.session.scalars(live.where(Registration.person.has(Person.language == language))))
    return spoken or list(db.session.scalars(live))


def number_of_live(event: Event) -> int:
    """How many registrations hold, wait for, or hope for a place."""
    return sum(count for state, count in figures(event).items() if state.is_live)


def next_waiting(event: Event, *, after: int = 0) -> Registration | None:
    """Who is next to be offered a place, behind a rank."""
    waiting = (Registration.state == RegistrationState.WAITLISTED, Registration.rank > after)
    return db.session.scalar(_of(event).where(*waiting).order_by(Registration.rank).limit(1))


def somebody_waits(event: Event) -> bool:
    """Whether the waiting list is not empty."""
    return db.session.scalar(_WAITING, {"event_id": event.id}) is not None


@dataclass
class Line:
    """How many wait at an event that is held; where it is not known, the database is asked each time."""

    event: Event
    length: int | None = None

    def is_empty(self) -> bool:
        """Whether nobody waits."""
        if self.event.pool.last_rank == 0:
            return True
        return not (somebody_waits(self.event) if self.length is None else self.length)

    def grow(self) -> int | None:
        """One more waits, behind all others: at this position, where it is known."""
        if self.length is not None:
            self.length += 1
        return self.length


# What every form asks stands ready: putting a statement together takes longer than sending it.
_WAITING = (
    select(Registration.id)
    .where(Registration.event_id == bindparam("event_id"), Registration.state == RegistrationState.WAITLISTED)
    .limit(1)
)
_SENT_BEFORE = (
    select(Registration.id, literal(value=True), literal(""), literal(""))
    .where(Registration.submission_id == bindparam("submission_id"))
    .union_all(
        select(Registration.id, literal(value=False), Person.latin_given_name, Person.latin_family_name)
        .join(Registration.person)
        .where(
            Registration.event_id == bindparam("event_id"),
            func.lower(Person.email) == bindparam("email"),
            Registration.state.in_(LIVE),
        )
    )
    .order_by("id")
)


def number_waiting(event: Event) -> int:
    """How many wait for a place."""
    waiting = (Registration.event_id == event.id, Registration.state == RegistrationState.WAITLISTED)
    return db.session.scalar(select(func.count()).where(*waiting)) or 0


def read_afresh(registrations: Iterable[Registration]) -> None:
    """Read again, all at once, what may have changed since these were read."""
    ids = [one.id for one in registrations]
    pools = (selectinload(Registration.delegation_pool), selectinload(Registration.capacity_pool))
    query = select(Registration).where(Registration.id.in_(ids)).options(lazyload(Registration.event), *pools)
    db.session.scalars(query.execution_options(populate_existing=True)).all()


def position(registration: Registration) -> int:
    """The place on the waiting list, from 1."""
    ahead = select(func.count()).where(
        Registration.event_id == registration.event_id,
        Registration.state == RegistrationState.WAITLISTED,
        Registration.rank <= registration.rank,
    )
    return db.session.scalar(ahead) or 0


def offers_over(at: datetime) -> list[int]:
    """The ids of all offers whose deadline has passed, oldest deadline first."""
    return list(
        db.session.scalars(
            select(Registration.id)
            .where(Registration.state == RegistrationState.OFFERED, Registration.offered_until <= at)
            .order_by(Registration.offered_until, Registration.id)
        )
    )


def references(ids: Collection[int]) -> dict[int, str]:
    """The references of these registrations, as far as they exist."""
    query = select(Registration.id, Registration.reference).where(Registration.id.in_(ids))
    return dict(db.session.execute(query).all())


def figures(event: Event) -> dict[RegistrationState, int]:
    """How many registrations stand in each state."""
    counted = select(RegistrationCount.state, RegistrationCount.number).where(RegistrationCount.event_id == event.id)
    found: dict[str, int] = dict(db.session.execute(counted).all())
    return {state: found.get(state, 0) for state in RegistrationState if state is not RegistrationState.NEW}


def consents(registration: Registration) -> list[Consent]:
    """Every consent given, refused or withdrawn, oldest first."""
    return list(
        db.session.scalars(select(Consent).where(Consent.registration_id == registration.id).order_by(Consent.id))
    )


def _of(event: Event) -> Select[Registration]:
    return select(Registration).join(Registration.person).where(Registration.event_id == event.id)
