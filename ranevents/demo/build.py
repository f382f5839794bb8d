"""The demo's world: what happened up to now, in its order, through the same verbs as in real life.

Each step happens at its own moment: the clock is moved there, the step is committed, the post is delivered.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from ranevents.accounts.models import User
from ranevents.core import clock, tokens
from ranevents.core.audit import PERSON
from ranevents.core.db import unit_of_work
from ranevents.demo import programme, questionnaire, team
from ranevents.demo.inviting import Inviting
from ranevents.demo.people import everybody
from ranevents.demo.programme import Plan, ToCome
from ranevents.events import service as events
from ranevents.events.models import Event, Series
from ranevents.registrations import queries, service
from ranevents.registrations.models import Registration
from ranevents.registrations.service import Answers
from ranevents.registrations.states import RegistrationState

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTES_APART = timedelta(minutes=3)
WAVE = 6
NO_ROOM_THIS_TIME = "The workshop is for people who evaluate programmes; the summary will be open to all."


def build(password: str, *, deliver: Callable[[], None], say: Callable[[str], None]) -> None:
    """Build everything up to this moment on an empty database.

    `password` is that of all the demo's accounts; `deliver` is called after each step, at the step's moment, and sends
    what it posted; `say` gets one line about each part.
    """
    Builder(password, deliver, say).build()


class Builder:
    """Builds the world: who acts, and how a step is taken at its moment."""

    def __init__(self, password: str, deliver: Callable[[], None], say: Callable[[str], None]) -> None:
        self.deliver = deliver
        self.say = say
        self.now = clock.now()
        with self.at(datetime(2017, 11, 6, 8, tzinfo=UTC)):
            self.owner: User = team.make(password)

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """One step at its moment, or one wave by its end: committed, its post delivered."""
        with clock.standing_at(moment):
            with unit_of_work():
                yield
            self.deliver()

    def build(self) -> None:
        """Everything, the oldest first."""
        with self.at(datetime(2017, 11, 7, 9, tzinfo=UTC)):
            series = team.series(2018, by=self.owner)
        for number, plan in enumerate(programme.PAST):
            self._past(plan, series, _some(plan.capacity + 2, skip=number * 19))
        ahead = programme.to_come(self.now.date())
        with self.at(self.now - 200 * DAY):
            series = team.series(ahead.open.first_on.year, by=self.owner)
        self._ahead(ahead, series)

    def _ahead(self, ahead: ToCome, series: Series) -> None:
        """What is to come; last the open event, so that its mails lie on top in the post box."""
        self.say(f"{ahead.draft.city}: a draft")
        with self.at(self.now - 20 * DAY):
            team.event(ahead.draft, series.id, by=self.owner)
        self._published(ahead.opening_later, series, at=self.now - 18 * DAY)
        self._with_approval(ahead.with_approval, series)
        self._full(ahead.full, series)
        event = self._published(ahead.open, series, at=ahead.open.opens_at - 7 * DAY)
        with self.at(ahead.open.opens_at - 6 * DAY):
            questions = questionnaire.ask(event)
        Inviting(event, questions, at=self.at, by=self.owner).through()
        people = questionnaire.answered(_came_by_themselves(), questions, event)
        self._register(event, people, self.now - 6 * DAY, self.now - 3 * HOUR)

    def _past(self, plan: Plan, series: Series, people: Sequence[Answers]) -> None:
        """One more registered than there are places; two cancel, two from the waiting list come in; it took place."""
        event = self._published(plan, series, at=plan.opens_at - 14 * DAY)
        came = self._register(event, people, plan.opens_at + HOUR, plan.closes_at - 9 * DAY)
        for number in (3, 11):
            with self.at(plan.closes_at - 8 * DAY + number * HOUR):
                service.cancel(came[number], by=PERSON)
        for offered in queries.in_states(event, [RegistrationState.OFFERED]):
            with self.at(plan.closes_at - 7 * DAY):
                service.accept(offered, by=PERSON)
        with self.at(event.ends_at + DAY):
            events.finish(event, by=self.owner.as_actor)

    def _full(self, plan: Plan, series: Series) -> None:
        """Full, with a waiting list on which things move: offers accepted, declined, lapsed, and three that stand."""
        event = self._published(plan, series, at=plan.opens_at - 7 * DAY)
        came = self._register(event, _some(84), self.now - 40 * DAY, self.now - 8 * DAY)
        confirmed, waiting = came[: plan.capacity], came[plan.capacity :]
        ago = self.now.__sub__
        self._cancel(confirmed[:2], at=ago(7 * DAY))
        with self.at(ago(6 * DAY)):
            service.accept(waiting[0], by=PERSON)
        with self.at(ago(4 * DAY - HOUR)):
            service.lapse(waiting[1], at=clock.now())
        with self.at(ago(2 * DAY)):
            service.decline(waiting[2], by=PERSON)
        with self.at(ago(1 * DAY)):
            service.accept(waiting[3], by=PERSON)
        self._cancel(confirmed[20:23], at=ago(20 * HOUR))
        self._cancel(waiting[-2:-1], at=ago(5 * HOUR))

    def _with_approval(self, plan: Plan, series: Series) -> None:
        """Some approved, two refused with a reason, the rest waiting for the organiser."""
        event = self._published(plan, series, at=plan.opens_at - 5 * DAY)
        came = self._register(event, _some(30, skip=70), self.now - 12 * DAY, self.now - 2 * HOUR)
        for number, registration in enumerate(came[:14]):
            with self.at(self.now - 30 * HOUR + number * timedelta(minutes=4)):
                if number in (4, 9):
                    service.reject(registration, by=self.owner.as_actor, reason=NO_ROOM_THIS_TIME)
                else:
                    service.approve(registration, by=self.owner.as_actor)

    def _published(self, plan: Plan, series: Series, *, at: datetime) -> Event:
        self.say(f"{plan.city}, {plan.first_on:%B %Y}: {plan.title}")
        with self.at(at - 20 * DAY):
            event = team.event(plan, series.id, by=self.owner)
        with self.at(at):
            events.publish(event, by=self.owner.as_actor)
        return event

    def _register(self, event: Event, people: Sequence[Answers], first: datetime, last: datetime) -> list[Registration]:
        """All of them between two moments; they come in waves, some minutes apart, as people do after a reminder."""
        came: list[Registration] = []
        waves = [people[begin : begin + WAVE] for begin in range(0, len(people), WAVE)]
        for number, wave in enumerate(waves):
            begins = first + number * (last - first) / len(waves)
            with self.at(begins + len(wave) * MINUTES_APART):
                for place, answers in enumerate(wave):
                    with clock.standing_at(begins + place * MINUTES_APART):
                        came.append(service.register(event, answers, submission_id=tokens.secret(), by=PERSON))
        return came

    def _cancel(self, registrations: Sequence[Registration], *, at: datetime) -> None:
        for number, registration in enumerate(registrations):
            with self.at(at + number * timedelta(minutes=11)):
                service.cancel(registration, by=PERSON)


def _came_by_themselves() -> list[Answers]:
    count, skip = questionnaire.CAME_BY_THEMSELVES
    return _some(count, skip=skip)


def _some(count: int, *, skip: int = 0) -> list[Answers]:
    """So many of the people, beginning further on in the circle each time."""
    people = everybody()
    return [people[(skip + number) % len(people)] for number in range(count)]
