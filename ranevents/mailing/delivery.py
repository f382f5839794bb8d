"""The drain: due messages are handed to the relay one by one, each outcome committed before the next.

A worker that dies repeats at most the message it was handing over: whoever takes up its lease sends that message
again, with the same Message-ID. No transaction is open while we talk to the relay.
"""

from contextlib import closing
from datetime import datetime, timedelta
from enum import Enum
from functools import partial

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Select, select, text, update
from sqlalchemy.dialects.postgresql import insert

from ranevents.config import Settings
from ranevents.core import clock, jobs, tokens
from ranevents.core.audit import SYSTEM
from ranevents.core.db import db, unit_of_work
from ranevents.core.logs import log
from ranevents.core.states import take
from ranevents.mailing import rules, service, wordings
from ranevents.mailing.models import Delivery, MailQueue, Message, SendingAllowance
from ranevents.mailing.parcels import CannotBeWritten, Parcel, pack
from ranevents.mailing.relay import Answer, Dropped, Line, NotTaken, RefusedForGood, RelayIsOut
from ranevents.mailing.states import ENDED, MessageState, MessageStep

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


class LeaseIsOver(Exception):
    """Another worker has taken the message up."""


def drain(queue: MailQueue, *, at_most: int = MESSAGES_A_JOB) -> Ending:
    """Send what is due in a queue, longest due first, until nothing is, the limit is reached, or the relay is out."""
    drops = 0
    _give_up_abandoned(queue)
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
            if trouble is not None and (isinstance(trouble, RelayIsOut) or drops == DROPS_IN_A_ROW):
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
        _need_not_outlive_a_crash()
        at = clock.now()
        message = db.session.scalar(_next_due(queue, at))
        if message is None:
            return None
        _count(queue, at)
        message.claim = tokens.uid()
        message.attempts += 1
        message.tried_since = message.tried_since or at
        message.next_attempt_at = at + timedelta(seconds=_settings().mail_lease_seconds)
        take(message, MessageStep.CLAIM, by=SYSTEM)
        db.session.expunge(message)
    return message


def _next_due(queue: MailQueue, at: datetime) -> Select[Message]:
    due = select(Message).where(Message.queue == queue, Message.state.in_(DUE_STATES), Message.next_attempt_at <= at)
    # In the order in which they fell due: one that goes wrong again and again never stands before the others.
    return due.order_by(Message.next_attempt_at, Message.id).limit(1).with_for_update(skip_locked=True)


def _give_up_abandoned(queue: MailQueue) -> None:
    """Give up what each worker that tried it left behind, for two days: the message may be what ends them."""
    at = clock.now()
    with unit_of_work():
        left = _next_due(queue, at).where(
            Message.state == MessageState.SENDING, Message.tried_since <= at - rules.TRIED_FOR
        )
        for message in db.session.scalars(left.limit(MESSAGES_A_JOB)):
            _note(message, MessageStep.GIVE_UP, _abandoned(), at)


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
        parcel = _packed(message)
    except RefusedForGood as trouble:
        _settle(message, MessageStep.GIVE_UP, trouble.answer)
        return None
    try:
        answer = _without_secrets(line.hand_over(parcel, keep=partial(_keep, message)), parcel)
    except LeaseIsOver:
        log.warning("lease of a mail was over", message=message.id)
        return None
    except NotTaken as trouble:
        _settle_trouble(message, trouble, _without_secrets(trouble.answer, parcel))
        return trouble
    _settle(message, MessageStep.DELIVER, answer)
    if line.taken == 1:
        _stop_holding_up()
    return None


def _keep(message: Message) -> None:
    """Lengthen the lease for as long as the relay may look through the content. Raises LeaseIsOver."""
    until = clock.now() + timedelta(seconds=_settings().mail_content_lease_seconds)
    ours = (Message.id == message.id, Message.claim == message.claim, Message.state == MessageState.SENDING)
    with unit_of_work():
        _need_not_outlive_a_crash()
        if db.session.scalar(update(Message).where(*ours).values(next_attempt_at=until).returning(Message.id)) is None:
            raise LeaseIsOver


def _need_not_outlive_a_crash() -> None:
    """Don't wait for the disk at this commit: what it says is only about the mail in hand.

    Other workers see it at once. Where the database's machine loses it, that one mail is sent once more, as it would
    be at the end of its lease; each outcome is on the disk before the next mail (decision 0013).
    """
    db.session.execute(_DO_NOT_WAIT)


_DO_NOT_WAIT = text("SET LOCAL synchronous_commit = off")


def _stop_holding_up() -> None:
    """The relay takes mails: what waits only because it took none need not wait longer."""
    at = clock.now()
    held_up = select(Message.id).where(
        Message.state == MessageState.QUEUED, Message.held_up > 0, Message.next_attempt_at > at
    )
    with unit_of_work():
        found = held_up.with_for_update(skip_locked=True)
        db.session.execute(update(Message).where(Message.id.in_(found)).values(next_attempt_at=at))


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
    at = clock.now()
    is_relays = isinstance(trouble, RelayIsOut)
    tries = message.held_up + 1 if is_relays else message.attempts
    tried_for = at - (message.tried_since or at)
    pause = rules.pause_after(tries, _settings().mail_pauses_seconds, tried_for=tried_for)
    if isinstance(trouble, RefusedForGood) or pause is None:
        _settle(message, MessageStep.GIVE_UP, answer, is_relays=is_relays)
    else:
        _settle(message, MessageStep.POSTPONE, answer, pause=pause, is_relays=is_relays)


def _settle(
    message: Message,
    step: MessageStep,
    answer: Answer,
    *,
    pause: timedelta = timedelta(0),
    is_relays: bool = False,
) -> None:
    """Commit what came of an attempt, if the message is still ours; the relay's own trouble costs it no attempt."""
    at = clock.now()
    with unit_of_work():
        ours = select(Message).where(Message.id == message.id, Message.claim == message.claim).with_for_update()
        held = db.session.scalar(ours)
        if held is None or held.state is not MessageState.SENDING:
            log.warning("lease of a mail was over", message=message.id, step=step.value)
            return
        held.attempts -= 1 if is_relays else 0
        held.held_up = held.held_up + 1 if is_relays else 0
        held.next_attempt_at = at + pause
        _note(held, step, answer, at)


def _note(message: Message, step: MessageStep, answer: Answer, at: datetime) -> None:
    """Write down what came of an attempt; of one whose words went meanwhile nothing is kept, nor is it tried again."""
    text = "" if message.erased_at else answer.text
    message.claim = None
    message.sent_at = at if step is MessageStep.DELIVER else None
    message.last_error = "" if step is MessageStep.DELIVER else text
    take(message, step, by=SYSTEM)
    outcome = message.state
    db.session.add(Delivery(message_id=message.id, at=at, outcome=outcome, code=answer.code, answer=text))
    db.session.flush()
    if message.erased_at and message.can_be_cancelled:
        take(message, MessageStep.CANCEL, by=SYSTEM)
    if message.is_last and message.state in ENDED:
        service.forget([message])
    log.info("mail attempt", message=message.id, queue=message.queue.value, outcome=outcome.value, code=answer.code)


def _abandoned() -> Answer:
    return Answer(None, _("Each worker that tried to send this mail ended while doing so."))


def _without_secrets(answer: Answer, parcel: Parcel) -> Answer:
    return Answer(answer.code, wordings.without_addresses(answer.text, parcel.secrets)[:1000])


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
