"""What runs periodically: lists that nobody confirmed go, as do rows that could not be taken."""

from ranevents.core import clock, jobs
from ranevents.core.db import unit_of_work
from ranevents.core.logs import log
from ranevents.directory import import_queries, import_service
from ranevents.directory.import_rules import KEPT, KEPT_UNREAD


@jobs.periodic("directory.forget_lists", cron="*/10 * * * *")
def forget_lists() -> None:
    """Every ten minutes: a file that waits for its sheet goes within the hour."""
    forget_lists_over()


def forget_lists_over() -> int:
    """Delete the lists whose time is over, each in a transaction of its own; how many there were."""
    gone = 0
    for id in import_queries.over(clock.now() - KEPT, unread_before=clock.now() - KEPT_UNREAD):
        with unit_of_work():
            import_service.forget(id)
        gone += 1
    if gone:
        log.info("unconfirmed lists deleted", lists=gone)
    return gone
