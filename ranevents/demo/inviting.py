"""How the people of the open event were asked, and what came of it: through the verbs and jobs of real life."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from sqlalchemy import exists, select

from ranevents.accounts.models import User
from ranevents.core import clock, tokens
from ranevents.core.audit import PERSON
from ranevents.core.countries import Group
from ranevents.core.db import db
from ranevents.demo import guests, questionnaire, returned
from ranevents.demo.merging import merge_most, particulars_of
from ranevents.demo.people import everybody
from ranevents.directory import import_service
from ranevents.events.models import Capacity, Event
from ranevents.invitations import (
    ask_service,
    guest_queries,
    guest_service,
    jobs,
    letter_service,
    reminder_service,
    service,
    substitute_service,
)
from ranevents.invitations.models import Guest, Invitation, Substitute
from ranevents.invitations.service import Asked
from ranevents.invitations.states import InvitationState
from ranevents.mailing import text_service
from ranevents.overview import balance_service
from ranevents.overview.balance_rules import Dimension
from ranevents.overview.balance_service import AimedAt
from ranevents.people.models import Person, Sector, Side
from ranevents.questions.models import Question
from ranevents.registrations.service import Answers

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
FIRST_DATE, SECOND_DATE = -9 * DAY, 10 * DAY
"""By when the first and the second to be asked are to answer, counted from now."""
AIMS = {
    AimedAt(Dimension.SIDE, Side.POLICY): 40,
    AimedAt(Dimension.SIDE, Side.PRACTICE): 40,
    AimedAt(Dimension.SECTOR, Sector.YOUTH_SOCIAL): 20,
    AimedAt(Dimension.SECTOR, Sector.POLICE): 15,
    AimedAt(Dimension.GROUP, Group.WESTERN_BALKANS): 15,
    AimedAt(Dimension.COUNTRIES): 25,
}
NOTE = "You told us about your work on the street last year; this is the day to show it."
At = Callable[[datetime], AbstractContextManager[None]]
"""Opens one step at its moment; it is committed, and its post delivered."""


class Inviting:
    """The organiser's work on one guest list, step by step up to now."""

    def __init__(self, event: Event, questions: Sequence[Question], *, at: At, by: User) -> None:
        self.event, self.questions = event, questions
        self.at, self.by = at, by.as_actor
        self.user_id = by.id
        self.now = clock.now()

    def through(self) -> None:
        """All of it, in its order."""
        listed, by_hand = self._list()
        self._first(listed[:40])
        self._second(listed[40:70] + by_hand[:6])
        with self.at(self.now - DAY):
            self._ask(listed[70:78], self._asked(SECOND_DATE, send_at=self.now + DAY))
        with self.at(self.now - 20 * HOUR):
            merge_most(self.by)

    def _list(self) -> tuple[list[int], list[int]]:
        """A colleague's spreadsheet, those whom the organiser knows, aims, reminders and words; the guests' ids."""
        with self.at(self.now - 33 * DAY):
            content = guests.on_the_spreadsheet(*questionnaire.CAME_BY_THEMSELVES)
            batch = import_service.bring(self.event, content, name="guests.xlsx", user_id=self.user_id)
            import_service.say_columns(batch, batch.column_of, {})
            import_service.confirm(batch, by=self.by)
            listed = list(
                db.session.scalars(select(Guest.id).where(Guest.event_id == self.event.id).order_by(Guest.id))
            )
        with self.at(self.now - 32 * DAY):
            entered = [
                guest_service.enter(self.event, one, submission_id=tokens.secret(), by=self.by).id
                for one in guests.by_hand()
            ]
            balance_service.set_aims(self.event, AIMS, by=self.by)
            text_service.save(
                self.event, "invitations/invitation", "en", subject=guests.SUBJECT, text=guests.TEXT, seen=0, by=self.by
            )
            for days in (14, 3):
                reminder_service.add_rule(self.event, days, by=self.by)
        return listed, entered

    def _first(self, asked: list[int]) -> None:
        """The first forty, whose date is over: some came late, some not at all."""
        with self.at(self.now - 30 * DAY):
            self._ask(asked[:28], self._asked(FIRST_DATE, allows_substitute=True))
            self._ask(asked[28:34], self._asked(FIRST_DATE, capacity=Capacity.SPEAKER, note=NOTE))
            self._ask(asked[34:], self._asked(FIRST_DATE, capacity=Capacity.FOCAL_POINT))
        sent = self._invitations(asked)
        with self.at(self.now - 30 * DAY + HOUR):
            returned.come_back(sent[5:8])
        self._answer(accepts=sent[10:22], declines=sent[22:26], first=self.now - 29 * DAY)
        with self.at(self.now - 25 * DAY):
            service.correct_address(sent[5], f"office.{sent[5].person.email}", by=self.by)
        self._remind(at=self.now - 22 * DAY)
        with self.at(self.now - 21 * DAY - HOUR):
            proposal = substitute_service.propose(sent[0], guests.COMES_INSTEAD, by=PERSON)
        with self.at(self.now - 21 * DAY):
            instead = substitute_service.approve(proposal, by=self.by)
        self._answer(accepts=[*sent[28:33], instead], declines=[sent[1], sent[34]], first=self.now - 20 * DAY)
        self._remind(at=self.now - 11 * DAY)
        self._answer(accepts=[sent[5], sent[35]], declines=[sent[2]], first=self.now - 10 * DAY)
        self._work(jobs.expire_all_over, at=self.now - 8 * DAY)
        self._letters([one.person for one in sent if one.state is InvitationState.ACCEPTED][:2])
        over = [one for one in sent if one.state is InvitationState.EXPIRED]
        with self.at(self.now - 7 * DAY):
            for one in over[:3]:
                service.extend(one, self._evening(SECOND_DATE), by=self.by)

    def _second(self, asked: list[int]) -> None:
        """Those asked when places were left: their date is to come, so many are silent yet."""
        with self.at(self.now - 16 * DAY):
            self._ask(asked[:26], self._asked(SECOND_DATE, allows_substitute=True))
            self._ask(asked[26:30], self._asked(SECOND_DATE, capacity=Capacity.OBSERVER))
            self._ask(asked[30:], self._asked(SECOND_DATE, capacity=Capacity.SPEAKER, note=NOTE))
        sent = self._invitations(asked)
        with self.at(self.now - 16 * DAY + HOUR):
            returned.come_back(sent[3:5])
        self._answer(accepts=sent[12:19], declines=sent[19:22], first=self.now - 15 * DAY)
        with self.at(self.now - 6 * DAY):
            for one in sent[22:24]:
                service.revoke(one, by=self.by, reason="We have changed the programme.", tell=True)
        self._remind(at=self.now - 3 * DAY)
        self._answer(accepts=sent[32:34], declines=[sent[26]], first=self.now - 3 * DAY + HOUR)
        with self.at(self.now - 2 * DAY):
            for one, proposed in zip(sent[:2], guests.MIGHT_COME_INSTEAD, strict=True):
                substitute_service.propose(one, proposed, by=PERSON)

    def _letters(self, people: Sequence[Person]) -> None:
        """Letters for those who need one to be let go, or let in."""
        with self.at(self.now - 5 * DAY):
            for person in people:
                written = replace(guests.LETTER, first_on=self.event.first_on, last_on=self.event.last_on)
                letter = letter_service.issue(self.event, person, written, submission_id=tokens.secret(), by=self.by)
                letter_service.send(letter, by=self.by)

    def _asked(self, date: timedelta, **told: object) -> Asked:
        asked = Asked(Capacity.PARTICIPANT, self._evening(date))
        return replace(asked, **told)  # type: ignore[arg-type]

    def _evening(self, date: timedelta) -> datetime:
        """The last minute of that day at the event's place."""
        day = (self.now + date).astimezone(self.event.zone)
        return day.replace(hour=23, minute=59, second=0, microsecond=0).astimezone(UTC)

    def _ask(self, ids: Sequence[int], asked: Asked) -> None:
        ask_service.ask(self.event, guest_queries.rows(self.event, ids), asked, by=self.by)

    def _invitations(self, ids: Sequence[int]) -> list[Invitation]:
        rows = guest_queries.rows(self.event, ids)
        return [row.invitation for row in rows if row.invitation is not None]

    def _answer(self, *, accepts: Sequence[Invitation], declines: Sequence[Invitation], first: datetime) -> None:
        """Some hours apart they answer: yes with the form filled in, or no, some with a reason."""
        people = [_answers(one.person, place) for place, one in enumerate(accepts)]
        forms = questionnaire.answered(people, self.questions, self.event)
        with self.at(first + HOUR * (len(accepts) + len(declines))):
            for hours, (one, form) in enumerate(zip(accepts, forms, strict=True)):
                with clock.standing_at(first + hours * HOUR):
                    service.accept(one, form, submission_id=tokens.secret(), by=PERSON)
            for hours, one in enumerate(declines, start=len(accepts)):
                with clock.standing_at(first + hours * HOUR):
                    service.decline(one, reason=guests.REASONS[(hours * 3) % len(guests.REASONS)], by=PERSON)

    def _remind(self, *, at: datetime) -> None:
        """What the workers do every five minutes."""
        self._work(jobs.remind_all_due, at=at)

    def _work(self, job: Callable[[], None], *, at: datetime) -> None:
        """A worker's turn; it commits by itself, and the post is delivered after it."""
        with clock.standing_at(at):
            job()
        with self.at(at):
            pass


def _answers(person: Person, place: int) -> Answers:
    wishes = next(islice(everybody(), place, None))
    return replace(wishes, particulars=particulars_of(person))


def awaiting_answer() -> str:
    """The token of an invitation in English that awaits its answer and allows a substitute; empty if there is none."""
    awaited = (Invitation.state == InvitationState.SENT, Invitation.bounced_at.is_(None))
    to_try = (Invitation.allows_substitute, Invitation.answer_by > clock.now(), Person.language == "en")
    proposed = exists().where(Substitute.invitation_id == Invitation.id)
    found = db.session.scalar(
        select(Invitation).join(Invitation.person).where(*awaited, *to_try, ~proposed).order_by(Invitation.id).limit(1)
    )
    return found.link.sign() if found else ""
