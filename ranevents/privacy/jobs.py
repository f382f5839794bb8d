"""The purge, every night."""

from collections.abc import Callable, Sequence

from ranevents.core import clock, jobs, tokens
from ranevents.core.db import db, unit_of_work
from ranevents.core.logs import log
from ranevents.events.models import Event
from ranevents.privacy import purge_service, queries, rules
from ranevents.privacy.rules import DataKind

RECORDS_A_BATCH = 100


@jobs.periodic("privacy.purge", cron="20 3 * * *")
def purge() -> None:
    """Every night."""
    purge_all()


def purge_all() -> dict[tuple[str, DataKind], int]:
    """Let go what is due; how many records went, by the event's address ('' for none) and kind.

    Each batch is a transaction of its own, and what is wrong with one event's data does not keep those of others.
    """
    run, at = tokens.uid(), clock.now()
    gone: dict[tuple[str, DataKind], int] = {}
    with unit_of_work():
        due = queries.due(at)
    for slug, event_id, kind, _count in due:

        def find(event_id: int = event_id, kind: DataKind = kind) -> list[int]:
            return queries.batch(event_id, kind, at, size=RECORDS_A_BATCH)

        def take(ids: Sequence[int], event_id: int = event_id, kind: DataKind = kind) -> int:
            return purge_service.take_batch(db.session.get_one(Event, event_id), kind, ids, run=run)

        gone[slug, kind] = _in_batches(slug, kind, find, take)
    gone["", DataKind.UPLOADS] = _in_batches("", DataKind.UPLOADS, _uploads, _taking(purge_service.take_uploads, run))
    gone["", DataKind.ORGANISERS_MAILS] = _in_batches(
        "", DataKind.ORGANISERS_MAILS, _mails_to_organisers, _taking(purge_service.take_mails_to_organisers, run)
    )
    return {what: count for what, count in gone.items() if count}


def preview() -> dict[tuple[str, DataKind], int]:
    """How many records of an event would go now, by its address and kind."""
    return {(slug, kind): count for slug, _id, kind, count in queries.due(clock.now())}


def _uploads() -> list[int]:
    return queries.unfinished_uploads(clock.now() - rules.UNFINISHED_UPLOADS_KEPT, size=RECORDS_A_BATCH)


def _mails_to_organisers() -> list[int]:
    return queries.mails_to_organisers(clock.now() - rules.ORGANISERS_MAILS_KEPT, size=RECORDS_A_BATCH)


def _taking(verb: Callable[..., int], run: str) -> Callable[[Sequence[int]], int]:
    return lambda ids: verb(ids, run=run)


def _in_batches(slug: str, kind: DataKind, find: Callable[[], list[int]], take: Callable[[Sequence[int]], int]) -> int:
    """Take batch after batch until nothing is due, or one takes nothing; how many records went."""
    gone = 0
    try:
        while True:
            with unit_of_work():
                ids = find()
                count = take(ids) if ids else 0
            gone += count
            if count == 0:
                break
    except Exception as error:  # noqa: BLE001 - whatever is wrong here, the data of the other events must go
        log.error("purge stopped", slug=slug, kind=kind.value, exc_info=error)
    if gone:
        log.info("purged", slug=slug, kind=kind.value, records=gone)
    return gone
