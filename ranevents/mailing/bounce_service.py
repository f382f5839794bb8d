"""What follows from a report about a mail: the message came back, or is noted to be late; or nothing at all."""

from enum import StrEnum

from sqlalchemy import select

from ranevents.core import clock, consequences
from ranevents.core.audit import SYSTEM
from ranevents.core.db import db
from ranevents.core.states import take
from ranevents.mailing import bounce_addresses, bounce_reports, bounce_rules, wordings
from ranevents.mailing.bounce_reports import NotAReport, Report
from ranevents.mailing.bounce_rules import Action, Fate
from ranevents.mailing.models import Delivery, Message
from ranevents.mailing.states import Happening, MessageState, MessageStep

MOST_DELAYS_NOTED = 10
"""Whoever has a mail of ours can write reports about it: they fill no log."""


class Taken(StrEnum):
    """What came of a mail that was taken in."""

    CAME_BACK = "came back"
    DELAYED = "delayed"
    NOTHING_NEW = "nothing new"
    TOO_EARLY = "too early"
    NOT_OURS = "not ours"
    NO_REPORT = "no report"


def take_in(content: bytes) -> Taken:
    """Read one mail that arrived where mails come back, whatever it is.

    Only a report that names one of our mails, by the address to which it came back or by its Message-ID, changes
    anything: that mail. TOO_EARLY asks for the same again later: we have not noted yet that the relay took it.
    """
    try:
        report = bounce_reports.read(content)
    except NotAReport:
        return Taken.NO_REPORT
    message = _meant(report)
    if message is None:
        return Taken.NOT_OURS
    fate = bounce_rules.fate_of(message.to_address, report.fates)
    if fate is None:
        return Taken.NOTHING_NEW
    if message.state in (MessageState.QUEUED, MessageState.SENDING):
        return Taken.TOO_EARLY
    if message.state is not MessageState.SENT:
        return Taken.NOTHING_NEW
    return _note_return(message, fate) if fate.action is Action.FAILED else _note_delay(message, fate)


def _meant(report: Report) -> Message | None:
    """The message that a report is about, locked: two reports at once are noted one after the other."""
    key = bounce_addresses.message_named_in(report.addresses)
    is_it = Message.id == key if key is not None else Message.message_id.in_(report.message_ids)
    found = select(Message).where(is_it).with_for_update()
    return db.session.scalar(found.execution_options(populate_existing=True))


def _note_return(message: Message, fate: Fate) -> Taken:
    take(message, MessageStep.BOUNCE, by=SYSTEM)
    message.last_error = _said(message, fate)
    _note(message, fate)
    consequences.follow(Happening.CAME_BACK, message, at=clock.now())
    return Taken.CAME_BACK


def _note_delay(message: Message, fate: Fate) -> Taken:
    of_it = (Delivery.message_id == message.id, Delivery.report_status.is_not(None))
    noted = list(db.session.execute(select(Delivery.report_status, Delivery.answer).where(*of_it)).all())
    if (fate.status, _said(message, fate)) in [tuple(one) for one in noted] or len(noted) >= MOST_DELAYS_NOTED:
        return Taken.NOTHING_NEW
    _note(message, fate)
    return Taken.DELAYED


def _note(message: Message, fate: Fate) -> None:
    said = _said(message, fate)
    db.session.add(
        Delivery(message_id=message.id, at=clock.now(), outcome=message.state, answer=said, report_status=fate.status)
    )


def _said(message: Message, fate: Fate) -> str:
    """The server's words, without addresses and links; nothing where the message's own words are gone."""
    return "" if message.erased_at else wordings.without_addresses(fate.diagnosis or fate.status, ())
