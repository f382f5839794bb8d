"""What the balance of an event reads: a bounded number of statements, however many people."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from ranevents.core import countries, languages
from ranevents.core.countries import Group
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.invitations.models import Invitation
from ranevents.invitations.states import InvitationState
from ranevents.overview.balance_rules import Dimension, Mix, mix
from ranevents.overview.models import Aim
from ranevents.people.models import Person, Sector, Side
from ranevents.questions import queries as questions
from ranevents.questions import rules as wording
from ranevents.questions.models import Question, QuestionKind, Sensitivity
from ranevents.registrations.models import Answer, Registration
from ranevents.registrations.states import LIVE


@dataclass(frozen=True)
class People:
    """How many people of one country, sector and side there are."""

    country: str
    sector: str
    side: str
    number: int


@dataclass(frozen=True)
class Balance:
    """How an event's people stand against its aims.

    `countries` counts those of whoever has accepted, `countries_expected` those of the asked, too; `least_countries` is
    the aim for the first, None without one.
    """

    accepted: int
    asked: int
    mixes: list[Mix]
    countries: int
    countries_expected: int
    least_countries: int | None

    @property
    def has_aims(self) -> bool:
        """Whether anything is aimed at."""
        return self.least_countries is not None or any(one.has_aims for one in self.mixes)


def aims(event: Event) -> list[Aim]:
    """All aims of an event."""
    return list(db.session.scalars(select(Aim).where(Aim.event_id == event.id).order_by(Aim.id)))


def countable_questions(event: Event) -> list[Question]:
    """The questions whose answers may be aimed at: one of several, and nothing special."""
    asked = [question for part in questions.form_of(event) for question in part.questions]
    return [one for one in asked if one.now.kind is QuestionKind.ONE_OF and one.now.sensitivity is Sensitivity.ORDINARY]


def words_of(question: Question, event: Event) -> str:
    """What the question asks, in the reader's language."""
    return wording.in_language(question.now.labels, languages.current(), *event.languages)


def words_of_options(question: Question, event: Event) -> dict[str, str]:
    """Its answers by their keys, in the reader's language."""
    spoken = (languages.current(), *event.languages)
    return {one["key"]: wording.in_language(one["labels"], *spoken) for one in question.now.options}


def balance(event: Event) -> Balance:
    """How everybody who has accepted, and everybody who is asked and has not answered, stand against the aims."""
    wanted = aims(event)
    accepted, asked = _accepted(event), _asked(event)
    people = (accepted, asked)
    mixes = [
        _mix(Dimension.SIDE, people, wanted, lambda one: Side(one.side)),
        _mix(Dimension.SECTOR, people, wanted, lambda one: Sector(one.sector)),
        _mix(Dimension.GROUP, people, wanted, lambda one: countries.group_of(one.country, event.first_on)),
    ]
    named = {aim.question_id for aim in wanted if aim.question_id}
    if named:
        given = _given(event, named)
        mixes += [_answers(event, one, given, wanted) for one in countable_questions(event) if one.id in named]
    return Balance(
        accepted=sum(one.number for one in accepted),
        asked=sum(one.number for one in asked),
        mixes=mixes,
        countries=len({one.country for one in accepted}),
        countries_expected=len({one.country for one in (*accepted, *asked)}),
        least_countries=next((aim.least for aim in wanted if aim.of is Dimension.COUNTRIES), None),
    )


def _mix(
    of: Dimension,
    people: tuple[list[People], list[People]],
    wanted: Iterable[Aim],
    kind_of: Callable[[People], Side | Sector | Group],
) -> Mix:
    kinds: dict[Dimension, type[Side | Sector | Group]]
    kinds = {Dimension.SIDE: Side, Dimension.SECTOR: Sector, Dimension.GROUP: Group}
    accepted, asked = (_counted(some, kind_of) for some in people)
    least = {aim.kind: aim.least for aim in wanted if aim.of is of}
    return mix(of.label, accepted, asked, least, label_of=lambda kind: kinds[of](kind).label)


def _counted(people: Iterable[People], kind_of: Callable[[People], Side | Sector | Group]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for one in people:
        counted[kind_of(one).value] += one.number
    return counted


def _given(event: Event, question_ids: Collection[int]) -> dict[tuple[int, str], int]:
    """How many have given each answer to these questions, in one statement."""
    query = (
        select(Answer.question_id, Answer.value, func.count())
        .join(Registration, Registration.id == Answer.registration_id)
        .where(Answer.question_id.in_(question_ids), Registration.event_id == event.id, Registration.state.in_(LIVE))
        .group_by(Answer.question_id, Answer.value)
    )
    return {(question_id, key): number for question_id, key, number in db.session.execute(query)}


def _answers(event: Event, question: Question, given: Mapping[tuple[int, str], int], wanted: Iterable[Aim]) -> Mix:
    """Only those who answered are counted: nobody who is merely asked has."""
    words = words_of_options(question, event)
    counted = {key: given[question.id, key] for key in words if (question.id, key) in given}
    least = {aim.kind: aim.least for aim in wanted if aim.question_id == question.id and aim.kind in words}
    return mix(words_of(question, event), counted, {}, least, label_of=lambda key: words[key])


def _accepted(event: Event) -> list[People]:
    """Whoever has a place, awaits a decision or waits for one."""
    kinds = (Person.country, Person.sector, Person.side)
    query = select(*kinds, func.count()).join(Registration, Registration.person_id == Person.id)
    live = query.where(Registration.event_id == event.id, Registration.state.in_(LIVE)).group_by(*kinds)
    return [People(*row) for row in db.session.execute(live)]


def _asked(event: Event) -> list[People]:
    """Whoever is invited and has not answered, and whose mail did not come back."""
    kinds = (Person.country, Person.sector, Person.side)
    query = select(*kinds, func.count()).join(Invitation, Invitation.person_id == Person.id)
    silent = query.where(
        Invitation.event_id == event.id,
        Invitation.state == InvitationState.SENT,
        Invitation.bounced_at.is_(None),
    )
    return [People(*row) for row in db.session.execute(silent.group_by(*kinds))]
