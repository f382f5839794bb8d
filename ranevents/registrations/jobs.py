"""What runs periodically: offers lapse when their deadline passes."""

from ranevents.core import clock, jobs
from ranevents.core.db import db, unit_of_work
from ranevents.core.logs import log
from ranevents.registrations import queries, service
from ranevents.registrations.models import Registration


@jobs.periodic("registrations.lapse_offers", cron="* * * * *")
def lapse_offers() -> None:
    """Every minute."""
    lapse_offers_over()


def lapse_offers_over() -> None:
    """End each offer whose deadline has passed; each in a transaction of its own, so that one can't stop the others."""
    at = clock.now()
    for id in queries.offers_over(at):
        try:
            with unit_of_work():
                service.lapse(db.session.get_one(Registration, id), at=at)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with this one, the next person's place waits
            log.error("an offer could not lapse", registration=id, exc_info=error)


@jobs.job("registrations.send_links", on=jobs.PROMPT)
def send_links(ids: list[int], request_id: str) -> None:
    """Send these personal links again: later, so that the page takes the same time for every address."""
    with unit_of_work():
        for id in ids:
            service.send_link(db.session.get_one(Registration, id), request_id=request_id)
