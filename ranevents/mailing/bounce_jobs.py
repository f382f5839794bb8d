"""Looking for mails that came back: every five minutes, where a mailbox is set."""

from collections import Counter
from datetime import timedelta

from flask import current_app

from ranevents.core import clock, errors, jobs
from ranevents.core.db import unit_of_work
from ranevents.core.logs import log
from ranevents.mailing import bounce_mailbox, bounce_service
from ranevents.mailing.bounce_mailbox import Mailbox, MailboxIsOut
from ranevents.mailing.bounce_reports import BYTES_READ
from ranevents.mailing.bounce_service import Taken

MAILS_A_TURN = 200
LONGEST_TURN = timedelta(minutes=1)
"""Other periodic work waits for the same lane."""


@jobs.periodic("mailing.fetch_bounces", cron="*/5 * * * *")
def fetch_bounces() -> None:
    """Take in what has come back."""
    fetch()


def fetch() -> Counter[Taken]:
    """Take in the oldest unseen mails of the mailbox; what came of them.

    Where the mailbox is out, that is logged, and the next turn tries again: a mail is marked as seen after the commit.
    """
    taken: Counter[Taken] = Counter()
    settings = current_app.config["SETTINGS"]
    if not settings.bounce_imap_host:
        return taken
    until = clock.now() + LONGEST_TURN
    try:
        with bounce_mailbox.opened(settings) as mailbox:
            for number in mailbox.unseen(at_most=MAILS_A_TURN):
                if jobs.stopping.is_set() or clock.now() > until:
                    break
                _take_in(mailbox, number, taken)
    except MailboxIsOut as error:
        log.warning("the mailbox for mails that come back is out", why=str(error))
    if taken:
        log.info("mails taken in", **{one.name.lower(): count for one, count in taken.items()})
    return taken


def _take_in(mailbox: Mailbox, number: str, taken: Counter[Taken]) -> None:
    """Take in one mail; one at which we fail stays unseen, and does not stand before the others."""
    content = mailbox.beginning_of(number, octets=BYTES_READ)
    try:
        with unit_of_work():
            came_of_it = bounce_service.take_in(content)
    except Exception as error:
        if errors.passes(error):
            raise
        log.error("a mail that came back could not be taken in", error=type(error).__name__)
        return
    taken[came_of_it] += 1
    if came_of_it is not Taken.TOO_EARLY:
        mailbox.mark_as_seen(number)
