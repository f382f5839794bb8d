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
    gone, before, unread_before = 0, clock.now() - KEPT, clock.now() - KEPT_UNREAD
    for id in import_queries.over(before, unread_before=unread_before):
        with unit_of_work():
            # Somebody may have chosen a sheet, or confirmed, in the meantime.
            if import_queries.is_still_over(id, before, unread_before=unread_before):
                import_service.forget(id)
                gone += 1
    if gone:
        log.info("unconfirmed lists deleted", lists=gone)
    return gone
