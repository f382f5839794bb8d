"""The drain: due messages are handed to the relay one by one, each outcome committed before the next.

A worker that dies repeats at most the message it was handing over: whoever takes up its lease sends that message
again, with the same Message-ID. No transaction is open while we talk to the relay.
"""

from contextlib import closing
from datetime import datetime, timedelta
from enum import Enum

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert

from ranevents.config import Settings
from ranevents.core import clock, jobs, tokens
from ranevents.core.audit import SYSTEM
from ranevents.core.db import db, unit_of_work
from ranevents.core.logs import log
from ranevents.core.states import take
from ranevents.mailing import rules, wordings
from ranevents.mailing.models import Delivery, MailQueue, Message, SendingAllowance
from ranevents.mailing.parcels import CannotBeWritten, Parcel, pack
from ranevents.mailing.relay import Answer, Dropped, Line, NotTaken, RefusedForGood, RelayIsOut
from ranevents.mailing.states import MessageState, MessageStep

MESSAGES_A_JOB = 200
"""After so many a job ends, so that another worker may have the next ones."""
DROPS_IN_A_ROW = 2
DUE_STATES = (MessageState.QUEUED, MessageState.SENDING)
SOON = timedelta(minutes=1)
"""Later than this, the sweep of every minute finds what is due."""


class Ending(Enum):
    """Why a drain came to its end."""

    NOTHING_DUE = "nothing due"
    MORE_TO_DO = "more to do"
    LIMIT_REACHED = "limit of this minute reached"
    RELAY_IS_OUT = "relay takes nothing"


class LimitReached(Exception):
    """This minute's mails have been sent."""


def drain(queue: MailQueue, *, at_most: int = MESSAGES_A_JOB) -> Ending:
    """Send what is due in a queue, oldest first, until nothing is, the limit is reached, or the relay is out."""
    drops = 0
    with closing(Line()) as line:
        for _nth in range(at_most):
            if jobs.stopping.is_set():
                break
            try:
                message = claim(queue)
            except LimitReached:
                return Ending.LIMIT_REACHED
            if message is None:
                return Ending.NOTHING_DUE
            trouble = _send(message, line)
            drops = drops + 1 if isinstance(trouble, Dropped) else 0
            if trouble is not None and (trouble.ends_all or drops == DROPS_IN_A_ROW):
                log.warning("mail relay takes nothing", queue=queue.value, code=trouble.answer.code)
                return Ending.RELAY_IS_OUT
    return Ending.MORE_TO_DO


def come_back_at(queue: MailQueue, ending: Ending) -> datetime | None:
    """When the next drain of the queue should begin; None where the sweep will do."""
    at = clock.now()
    if ending is Ending.MORE_TO_DO:
        return at
    if ending is Ending.LIMIT_REACHED:
        return rules.minute_of(at) + timedelta(minutes=1)
    if ending is Ending.RELAY_IS_OUT:
        return at + timedelta(seconds=_settings().mail_pauses_seconds[0])
    waiting = select(Message.next_attempt_at).where(Message.queue == queue, Message.state.in_(DUE_STATES))
    first = db.session.scalar(waiting.order_by(Message.next_attempt_at).limit(1))
    return max(first, at) if first is not None and first <= at + SOON else None


def claim(queue: MailQueue) -> Message | None:
    """Take the next due message of a queue, for as long as its lease; committed, and detached from the session.

    None where nothing is due. Raises LimitReached.
    """
    with unit_of_work():
        at = clock.now()
        message = db.session.scalar(_next_due(queue, at))
        if message is None:
            return None
        _count(queue, at)
        message.claim = tokens.uid()
        message.attempts += 1
        message.next_attempt_at = at + timedelta(seconds=_settings().mail_lease_seconds)
        take(message, MessageStep.CLAIM, by=SYSTEM)
        db.session.expunge(message)
    return message


def _next_due(queue: MailQueue, at: datetime) -> Select[Message]:
    due = select(Message).where(Message.queue == queue, Message.state.in_(DUE_STATES), Message.next_attempt_at <= at)
    return due.order_by(Message.id).limit(1).with_for_update(skip_locked=True)


def _count(queue: MailQueue, at: datetime) -> None:
    """Use one of this minute's mails, which all workers share. Raises LimitReached."""
    per_minute = _settings().mail_per_minute
    limit = per_minute if queue is MailQueue.PROMPT else rules.limit_for_bulk(per_minute)
    one = insert(SendingAllowance).values(minute=rules.minute_of(at), used=1)
    counted = one.on_conflict_do_update(
        index_elements=[SendingAllowance.minute],
        set_={"used": SendingAllowance.used + 1},
        where=SendingAllowance.used < limit,
    ).returning(SendingAllowance.used)
    if db.session.scalar(counted) is None:
        raise LimitReached


def _send(message: Message, line: Line) -> NotTaken | None:
    """Hand one claimed message over and write down what came of it; the trouble, if there was any."""
    try:
        if _pause_before(message.attempts) is None:
            raise RefusedForGood(None, _("Each worker that tried to send this mail ended while doing so."))
        parcel = _packed(message)
    except RefusedForGood as trouble:
        _settle(message, MessageStep.GIVE_UP, trouble.answer)
        return None
    try:
        answer = _without_secrets(line.hand_over(parcel), parcel)
    except NotTaken as trouble:
        _settle_trouble(message, trouble, _without_secrets(trouble.answer, parcel))
        return trouble
    _settle(message, MessageStep.DELIVER, answer)
    return None


def _pause_before(attempt: int) -> timedelta | None:
    """The pause that led to this attempt; None where there should have been none."""
    return rules.pause_after(max(1, attempt - 1), _settings().mail_pauses_seconds)


def _packed(message: Message) -> Parcel:
    try:
        return pack(message, at=clock.now())
    except CannotBeWritten as error:
        raise RefusedForGood(None, _("This mail could not be written: %(reason)s", reason=str(error))) from None
    except Exception as error:  # noqa: BLE001 - whatever is wrong with this one, the others must go
        log.error("mail could not be written", message=message.id, error=type(error).__name__)
        reason = type(error).__name__
        raise RefusedForGood(None, _("This mail could not be written: %(reason)s", reason=reason)) from None


def _settle_trouble(message: Message, trouble: NotTaken, answer: Answer) -> None:
    pauses = _settings().mail_pauses_seconds
    if isinstance(trouble, RelayIsOut):
        # The relay's trouble is not the message's: it keeps its attempts.
        _settle(message, MessageStep.POSTPONE, answer, pause=timedelta(seconds=pauses[0]), counts=False)
        return
    pause = None if isinstance(trouble, RefusedForGood) else rules.pause_after(message.attempts, pauses)
    _settle(message, MessageStep.GIVE_UP if pause is None else MessageStep.POSTPONE, answer, pause=pause)


def _settle(
    message: Message, step: MessageStep, answer: Answer, *, pause: timedelta | None = None, counts: bool = True
) -> None:
    """Commit what came of an attempt, if the message is still ours."""
    at = clock.now()
    with unit_of_work():
        ours = select(Message).where(Message.id == message.id, Message.claim == message.claim).with_for_update()
        held = db.session.scalar(ours)
        if held is None or held.state is not MessageState.SENDING:
            log.warning("lease of a mail was over", message=message.id, step=step.value)
            return
        held.claim = None
        held.attempts -= 0 if counts else 1
        held.next_attempt_at = at + (pause or timedelta(0))
        held.sent_at = at if step is MessageStep.DELIVER else None
        held.last_error = "" if step is MessageStep.DELIVER else answer.text
        take(held, step, by=SYSTEM)
        db.session.add(Delivery(message_id=held.id, at=at, outcome=held.state, code=answer.code, answer=answer.text))
        log.info("mail attempt", message=held.id, queue=held.queue.value, outcome=held.state.value, code=answer.code)


def _without_secrets(answer: Answer, parcel: Parcel) -> Answer:
    return Answer(answer.code, wordings.without_addresses(answer.text, parcel.secrets)[:1000])


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
