"""What is held and until when; what is due to go; who wishes to be forgotten. Always a bounded number of statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Date, Select, cast, exists, func, or_, select, union
from sqlalchemy.orm import joinedload, undefer_group

from ranevents.core.db import db
from ranevents.core.errors import NotFound
from ranevents.events.models import Event
from ranevents.invitations.letter_models import OfficialLetter
from ranevents.invitations.models import Guest, Invitation
from ranevents.mailing.models import Message
from ranevents.mailing.states import ENDED, MessageState
from ranevents.people.models import Person
from ranevents.privacy import rules
from ranevents.privacy.models import Erasure, PastSchedule, Purge
from ranevents.privacy.rules import PERIODS, DataKind
from ranevents.privacy.states import ErasureState
from ranevents.questions.models import Question
from ranevents.registrations.models import Answer, Circular, Registration, Upload
from ranevents.registrations.states import RegistrationState

RUNS_SHOWN = 50


@dataclass(frozen=True)
class Going:
    """So many records of a kind go in the night of a day."""

    kind: DataKind
    on: date
    count: int
    is_due: bool


@dataclass(frozen=True)
class Sooner:
    """What would go sooner than until now."""

    going: Going
    before: date


# Wishes to be forgotten


def erasure(event: Event, id: int) -> Erasure:
    """One wish of this event; raises NotFound for a foreign or unknown one."""
    query = select(Erasure).where(Erasure.event_id == event.id, Erasure.id == id)
    found = db.session.scalar(query.options(joinedload(Erasure.registration)))
    if found is None:
        raise NotFound
    return found


def open_erasures(event: Event) -> list[Erasure]:
    """The wishes that await an answer, those first that have waited longest."""
    query = select(Erasure).where(Erasure.event_id == event.id, Erasure.state == ErasureState.REQUESTED)
    whole = query.options(joinedload(Erasure.registration), undefer_group("special"))
    return list(db.session.scalars(whole.order_by(Erasure.answer_by, Erasure.id)))


def number_of_answered(event: Event) -> Mapping[ErasureState, int]:
    """How many wishes came to which end."""
    query = select(Erasure.state, func.count()).where(Erasure.event_id == event.id).group_by(Erasure.state)
    return {state: count for state, count in db.session.execute(query) if state is not ErasureState.REQUESTED}


def erasures_of(registration: Registration) -> list[Erasure]:
    """All wishes about one registration, the newest first."""
    query = select(Erasure).where(Erasure.registration_id == registration.id)
    return list(db.session.scalars(query.options(undefer_group("special")).order_by(Erasure.id.desc())))


def unsent_calendar_entry(registration: Registration) -> str | None:
    """What would take the event out of the person's calendar, and has not gone out yet."""
    query = select(Message.calendar).where(
        Message.event_id == registration.event_id,
        Message.person_id == registration.person_id,
        Message.state == MessageState.QUEUED,
        Message.calendar_method == "CANCEL",
    )
    return db.session.scalar(query.order_by(Message.id.desc()).limit(1))


def addresses_of(event: Event, person: Person) -> set[str]:
    """The person's address, and those to which mails about the event went before."""
    mails = select(Message.to_address).where(
        Message.event_id == event.id, Message.person_id == person.id, Message.erased_at.is_(None)
    )
    return {person.email, *db.session.scalars(mails.distinct())}


def is_registered(event: Event, person: Person) -> bool:
    """Whether a registration of the person at the event is still kept."""
    mine = (Registration.event_id == event.id, Registration.person_id == person.id, Registration.erased_at.is_(None))
    return db.session.scalar(select(Registration.id).where(*mine).limit(1)) is not None


def _only_asked() -> CompoundSelect[int, int]:
    """Who stands on which guest list or was invited, and has no registration there that is kept."""
    pairs = []
    for table, conditions in ((Guest, ()), (Invitation, (Invitation.erased_at.is_(None),))):
        is_registered = exists().where(
            Registration.event_id == table.event_id,
            Registration.person_id == table.person_id,
            Registration.erased_at.is_(None),
        )
        pairs.append(select(table.event_id, table.person_id).where(*conditions, ~is_registered))
    return union(*pairs)


# How long what is kept


def kept_days(event: Event) -> dict[DataKind, int]:
    """How many days after the event each kind is kept that its owner sets a time for."""
    return {kind: getattr(event, period.column) for kind, period in PERIODS.items()}


def promised(event: Event) -> dict[DataKind, int]:
    """The shortest time for each kind that stood when anybody registered who is still kept; nothing where nobody is."""
    stood_then = (
        select(func.min(PastSchedule.id))
        .where(PastSchedule.event_id == event.id, PastSchedule.ended_at >= Registration.registered_at)
        .correlate(Registration)
        .scalar_subquery()
    )
    kept = select(stood_then).distinct().where(Registration.event_id == event.id, Registration.erased_at.is_(None))
    ids = set(db.session.scalars(kept))
    past = db.session.scalars(select(PastSchedule).where(PastSchedule.id.in_(ids - {None})))
    told = [*past, *([event] if None in ids else [])]
    return {kind: min(getattr(one, period.column) for one in told) for kind, period in PERIODS.items()} if told else {}


def sooner(event: Event, wanted: Mapping[DataKind, int], *, at: datetime) -> list[Sooner]:
    """What is held now and would go sooner if each kind were kept for so many days."""
    today, found = at.astimezone(event.zone).date(), []
    days = {
        **wanted,
        DataKind.LETTERS: wanted[DataKind.SPECIAL],
        DataKind.CIRCULARS: wanted[DataKind.MAILS],
        DataKind.GUESTS: wanted[DataKind.PARTICULARS],
    }
    for going in ahead(event, at=at):
        on = rules.kept_until(event.last_on, days[going.kind] + 1) if going.kind in days else going.on
        if on < going.on:
            found.append(Sooner(Going(going.kind, on, going.count, on <= today), before=going.on))
    return found


def ahead(event: Event, *, at: datetime) -> list[Going]:
    """What goes when, of all that is held about this event's people; what goes first comes first."""
    today, found = at.astimezone(event.zone).date(), []
    for kind, (ids, day) in _held().items():
        dated = ids.where(Event.id == event.id).add_columns(day.label("day")).subquery()
        counted = select(dated.c.day, func.count()).group_by(dated.c.day)
        found += [Going(kind, on, count, on <= today) for on, count in db.session.execute(counted)]
    return sorted(found, key=lambda going: (going.on, list(DataKind).index(going.kind)))


def due(at: datetime) -> list[tuple[str, int, DataKind, int]]:
    """What goes at that moment or should have gone before: the event's address and id, the kind, how many records."""
    found = []
    for kind, (ids, day) in _held().items():
        dated = ids.where(_has_come(day, at)).subquery()
        counted = (
            select(Event.slug, Event.id, func.count())
            .join(dated, dated.c.event_id == Event.id)
            .group_by(Event.slug, Event.id)
        )
        found += [(slug, id, kind, count) for slug, id, count in db.session.execute(counted)]
    return sorted(found, key=lambda one: (one[0], list(DataKind).index(one[2])))


def batch(event_id: int, kind: DataKind, at: datetime, *, size: int) -> list[int]:
    """The ids of the next records that are due."""
    ids, day = _held()[kind]
    due_now = ids.where(Event.id == event_id, _has_come(day, at)).subquery()
    return list(db.session.scalars(select(due_now.c.id).order_by(due_now.c.id).limit(size)))


def _held() -> dict[DataKind, tuple[Select[int, int], ColumnElement[date]]]:
    """Of each kind: its records (event_id, id), and the day in whose night each goes."""
    has_ended = Message.state.in_(ENDED)
    has_place = Registration.state == RegistrationState.CONFIRMED
    is_known = Registration.erased_at.is_(None)
    special = or_(Registration.diet.is_not(None), Registration.access_needs.is_not(None))
    answers = select(Event.id.label("event_id"), Answer.id.label("id"))
    answers = answers.join(Question, Question.id == Answer.question_id).join(Event, Event.id == Question.event_id)
    mails = select(Event.id.label("event_id"), Message.id.label("id")).join(Event, Event.id == Message.event_id)
    letters = select(Event.id.label("event_id"), OfficialLetter.id.label("id"))
    letters = letters.join(Event, Event.id == OfficialLetter.event_id)
    circulars = select(Event.id.label("event_id"), Circular.id.label("id")).join(Event, Event.id == Circular.event_id)
    asked = _only_asked().subquery()
    guests = select(Event.id.label("event_id"), asked.c.person_id.label("id")).join(asked, asked.c.event_id == Event.id)
    return {
        DataKind.SPECIAL: (_of_registrations(special), _day(Event.special_kept_days)),
        DataKind.LETTERS: (letters.where(OfficialLetter.forgotten_at.is_(None)), _day(Event.special_kept_days)),
        DataKind.ANSWERS: (answers, _day(Question.kept_days)),
        DataKind.ENDED: (_of_registrations(is_known, ~has_place), _day(Event.ended_kept_days)),
        DataKind.MAILS: (mails.where(Message.erased_at.is_(None), has_ended), _day(Event.mails_kept_days)),
        DataKind.CIRCULARS: (circulars.where(Circular.text != ""), _day(Event.mails_kept_days)),
        DataKind.PARTICULARS: (_of_registrations(is_known, has_place), _day(Event.particulars_kept_days)),
        DataKind.GUESTS: (guests, _day(Event.particulars_kept_days)),
    }


def _of_registrations(*conditions: ColumnElement[bool]) -> Select[int, int]:
    query = select(Event.id.label("event_id"), Registration.id.label("id"))
    return query.join(Event, Event.id == Registration.event_id).where(*conditions)


def _day(days: Any) -> ColumnElement[date]:
    day: ColumnElement[date] = rules.goes_on(Event.last_on, days)
    return day


def _has_come(day: ColumnElement[date], at: datetime) -> ColumnElement[bool]:
    """Whether a day has begun where the event is: people were promised the event's days, not those of Greenwich."""
    return day <= cast(func.timezone(Event.time_zone, at), Date)


def unfinished_uploads(before: datetime, *, size: int) -> list[int]:
    """Files whose form was never sent, from before that moment."""
    query = select(Upload.id).where(Upload.registration_id.is_(None), Upload.created_at < before)
    return list(db.session.scalars(query.order_by(Upload.id).limit(size)))


def mails_to_organisers(before: datetime, *, size: int) -> list[int]:
    """Mails about no event that were written before that moment and are no longer on their way."""
    query = select(Message.id).where(
        Message.event_id.is_(None), Message.created_at < before, Message.erased_at.is_(None), Message.state.in_(ENDED)
    )
    return list(db.session.scalars(query.order_by(Message.id).limit(size)))


def gone(event: Event) -> list[Purge]:
    """What the purge has taken of this event, newest first."""
    query = select(Purge).where(Purge.event_id == event.id).order_by(Purge.id.desc())
    return list(db.session.scalars(query.limit(RUNS_SHOWN)))


def report_of(run: str, event_id: int | None, kind: DataKind) -> Purge | None:
    """What a run has noted so far of an event's kind of data."""
    is_event = Purge.event_id == event_id if event_id is not None else Purge.event_id.is_(None)
    return db.session.scalar(select(Purge).where(Purge.run == run, is_event, Purge.kind == kind))
