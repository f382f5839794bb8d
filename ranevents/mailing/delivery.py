"""The drain: due messages are handed to the relay one by one, each outcome committed before the next.

One transaction writes down what came of a message and claims the next: it is all that a mail costs the database, unless
the relay takes its time. A worker that dies repeats at most the message it was handing over: whoever takes up its lease
sends that message again, with the same Message-ID. No transaction is open while we talk to the relay.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import partial

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import defer

from ranevents.config import Settings
from ranevents.core import clock, jobs, tokens
from ranevents.core.audit import SYSTEM
from ranevents.core.db import db, unit_of_work
from ranevents.core.errors import OF_THE_DATABASE
from ranevents.core.logs import log
from ranevents.core.states import take
from ranevents.mailing import queries, rules, service, wordings
from ranevents.mailing.models import Attachment, Delivery, MailQueue, Message, SendingAllowance
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


class LeaseIsOver(Exception):
    """Another worker has taken the message up."""


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt, still to be written down; the relay's own trouble costs the message no attempt."""

    message: Message
    step: MessageStep
    answer: Answer
    pause: timedelta = timedelta(0)
    is_relays: bool = False
    trouble: NotTaken | None = None


def drain(queue: MailQueue, *, at_most: int = MESSAGES_A_JOB) -> Ending:
    """Send what is due in a queue, longest due first, until nothing is, the limit is reached, or the relay is out."""
    _give_up_abandoned(queue)
    drops, outcome, ending = 0, None, Ending.MORE_TO_DO
    with closing(Line()) as line:
        for _nth in range(at_most):
            if jobs.stopping.is_set():
                break
            claimed = _settle_and_claim(queue, outcome)
            outcome = None
            if isinstance(claimed, Ending):
                return claimed
            outcome = send(claimed, line)
            trouble = outcome.trouble if outcome else None
            drops = drops + 1 if isinstance(trouble, Dropped) else 0
            if trouble is not None and (isinstance(trouble, RelayIsOut) or drops == DROPS_IN_A_ROW):
                log.warning("mail relay takes nothing", queue=queue.value, code=trouble.answer.code)
                ending = Ending.RELAY_IS_OUT
                break
        settle(outcome)
    return ending


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


def claim(queue: MailQueue) -> Message | Ending:
    """Take the next due message of a queue, for as long as its lease; committed, and detached from the session.

    Where there is none, or none may go now, the reason.
    """
    with unit_of_work():
        _need_not_outlive_a_crash()
        return _claimed(queue)


def settle(outcome: Outcome | None) -> None:
    """Commit what came of an attempt, if there was one and the message is still ours."""
    if outcome is not None:
        with unit_of_work():
            _note_ours(outcome)


def _settle_and_claim(queue: MailQueue, outcome: Outcome | None) -> Message | Ending:
    if outcome is None:
        return claim(queue)
    try:
        with unit_of_work():
            _note_ours(outcome)
            return _claimed(queue)
    except BaseException:
        # Whatever went wrong with the next one: of the one that has gone out, it is known.
        settle(outcome)
        raise


def _claimed(queue: MailQueue) -> Message | Ending:
    at = clock.now()
    message = db.session.scalar(_NEXT_DUE, {"queue": queue, "at": at})
    if message is None:
        return Ending.NOTHING_DUE
    if not _is_allowed(queue, at):
        return Ending.LIMIT_REACHED
    message.claim = tokens.uid()
    message.attempts += 1
    message.tried_since = message.tried_since or at
    message.next_attempt_at = at + timedelta(seconds=_settings().mail_lease_seconds)
    take(message, MessageStep.CLAIM, by=SYSTEM)
    db.session.expunge(message)
    return message


def _due() -> Select[Message]:
    """What is due in `queue` at the moment `at`, in the order in which it fell due.

    So one that goes wrong again and again never stands before the others.
    """
    due = select(Message).where(
        Message.queue == bindparam("queue", type_=Message.queue.type),
        Message.state.in_(DUE_STATES),
        Message.next_attempt_at <= bindparam("at", type_=Message.next_attempt_at.type),
    )
    return due.order_by(Message.next_attempt_at, Message.id).with_for_update(skip_locked=True)


_NEXT_DUE = _due().limit(1)
"""Made once, as the others below: each is sent with every mail."""


def _give_up_abandoned(queue: MailQueue) -> None:
    """Give up what each worker that tried it left behind, for two days: the message may be what ends them."""
    at = clock.now()
    with unit_of_work():
        left = _due().where(Message.state == MessageState.SENDING, Message.tried_since <= at - rules.TRIED_FOR)
        for message in db.session.scalars(left.limit(MESSAGES_A_JOB), {"queue": queue, "at": at}):
            _note(message, MessageStep.GIVE_UP, _abandoned(), at)


def _is_allowed(queue: MailQueue, at: datetime) -> bool:
    """Use one of this minute's mails, which all workers share, if one is left."""
    per_minute = _settings().mail_per_minute
    limit = per_minute if queue is MailQueue.PROMPT else rules.limit_for_bulk(per_minute)
    return db.session.scalar(_USE_ONE, {"of": rules.minute_of(at), "limit": limit}) is not None


_USE_ONE = (
    insert(SendingAllowance)
    .values(minute=bindparam("of", type_=SendingAllowance.minute.type), used=1)
    .on_conflict_do_update(
        index_elements=[SendingAllowance.minute],
        set_={"used": SendingAllowance.used + 1},
        where=SendingAllowance.used < bindparam("limit", type_=SendingAllowance.used.type),
    )
    .returning(SendingAllowance.used)
)


def send(message: Message, line: Line) -> Outcome | None:
    """Hand one claimed message over; what came of it, None where another worker has taken it up."""
    try:
        parcel = _packed(message)
    except RefusedForGood as trouble:
        return Outcome(message, MessageStep.GIVE_UP, trouble.answer)
    begin, wait = partial(_still_ours, message), partial(_keep, message)
    try:
        answer = _without_secrets(line.hand_over(parcel, begin=begin, wait=wait), parcel)
    except LeaseIsOver:
        log.warning("lease of a mail was over", message=message.id)
        return None
    except NotTaken as trouble:
        return _of_trouble(message, trouble, _without_secrets(trouble.answer, parcel))
    if line.taken == 1:
        _stop_holding_up()
    return Outcome(message, MessageStep.DELIVER, answer)


def _still_ours(message: Message) -> None:
    """Before the content: its sending must come to its end within the lease. Raises LeaseIsOver."""
    if clock.now() + timedelta(seconds=2 * _settings().mail_timeout_seconds) > message.next_attempt_at:
        _keep(message)


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
        return pack(message, _files(message), at=clock.now())
    except CannotBeWritten as error:
        raise RefusedForGood(None, _("This mail could not be written: %(reason)s", reason=str(error))) from None
    except OF_THE_DATABASE:
        raise  # not the message's fault: it goes when its files can be read
    except Exception as error:  # noqa: BLE001 - whatever is wrong with this one, the others must go
        log.error("mail could not be written", message=message.id, error=type(error).__name__)
        reason = type(error).__name__
        raise RefusedForGood(None, _("This mail could not be written: %(reason)s", reason=reason)) from None


def _files(message: Message) -> Sequence[Attachment]:
    """What goes with it, read in a moment of its own: no transaction is open while we talk to the relay."""
    if not message.has_attachments:
        return ()
    with unit_of_work():
        files = queries.attachments(message)
        for file in files:
            db.session.expunge(file)
    return files


def _of_trouble(message: Message, trouble: NotTaken, answer: Answer) -> Outcome:
    at = clock.now()
    is_relays = isinstance(trouble, RelayIsOut)
    tries = message.held_up + 1 if is_relays else message.attempts
    tried_for = at - (message.tried_since or at)
    pause = rules.pause_after(tries, _settings().mail_pauses_seconds, tried_for=tried_for)
    if isinstance(trouble, RefusedForGood) or pause is None:
        return Outcome(message, MessageStep.GIVE_UP, answer, is_relays=is_relays, trouble=trouble)
    return Outcome(message, MessageStep.POSTPONE, answer, pause, is_relays=is_relays, trouble=trouble)


def _note_ours(outcome: Outcome) -> None:
    """Write down what came of an attempt, if the message is still ours."""
    at = clock.now()
    message = db.session.scalar(_OURS, {"of": outcome.message.id, "claimed": outcome.message.claim})
    if message is None or message.state is not MessageState.SENDING:
        log.warning("lease of a mail was over", message=outcome.message.id, step=outcome.step.value)
        return
    message.attempts -= 1 if outcome.is_relays else 0
    message.held_up = message.held_up + 1 if outcome.is_relays else 0
    message.next_attempt_at = at + outcome.pause
    _note(message, outcome.step, outcome.answer, at)


_OURS = (
    select(Message)
    .where(
        Message.id == bindparam("of", type_=Message.id.type),
        Message.claim == bindparam("claimed", type_=Message.claim.type),
    )
    .options(defer(Message.text), defer(Message.html), defer(Message.calendar))
    .with_for_update()
)


def _note(message: Message, step: MessageStep, answer: Answer, at: datetime) -> None:
    """Write down what came of an attempt; of one whose words went meanwhile nothing is kept, nor is it tried again."""
    text = "" if message.erased_at else answer.text
    message.claim = None
    message.sent_at = at if step is MessageStep.DELIVER else None
    message.last_error = "" if step is MessageStep.DELIVER else text
    take(message, step, by=SYSTEM)
    outcome = message.state
    told = {"message_id": message.id, "at": at, "outcome": outcome, "code": answer.code, "answer": text}
    db.session.execute(_ATTEMPT, told)
    if message.erased_at and message.can_be_cancelled:
        take(message, MessageStep.CANCEL, by=SYSTEM)
    if message.is_last and message.state in ENDED:
        service.forget([message])
    log.info("mail attempt", message=message.id, queue=message.queue.value, outcome=outcome.value, code=answer.code)


_ATTEMPT = insert(Delivery.__table__)  # type: ignore[arg-type]


def _abandoned() -> Answer:
    return Answer(None, _("Each worker that tried to send this mail ended while doing so."))


def _without_secrets(answer: Answer, parcel: Parcel) -> Answer:
    return Answer(answer.code, wordings.without_addresses(answer.text, parcel.secrets)[:1000])


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
