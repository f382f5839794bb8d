"""Letters of a circular, written in batches: a worker that dies leaves whole batches, and nobody gets two letters."""

from itertools import islice

from ranevents.core import jobs
from ranevents.core.db import db, unit_of_work
from ranevents.events.models import Event
from ranevents.registrations import together_service
from ranevents.registrations.models import Circular

LETTERS_AT_ONCE = 50


@jobs.job("registrations.write_circular", on=jobs.BULK)
def write(circular_id: int, ids: list[int]) -> None:
    """Write to these registrations; begun again after a failure, it goes on where no letter is yet."""
    left = iter(ids)
    while batch := list(islice(left, LETTERS_AT_ONCE)):
        with unit_of_work():
            circular = db.session.get_one(Circular, circular_id)
            together_service.write(circular, db.session.get_one(Event, circular.event_id), batch)
