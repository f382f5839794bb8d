"""What runs periodically: offers lapse when their deadline passes."""

from sqlalchemy import select

from ranevents.core import clock, jobs
from ranevents.core.db import db, unit_of_work
from ranevents.registrations import queries, service
from ranevents.registrations.models import Registration


@jobs.periodic("registrations.lapse_offers", cron="* * * * *")
def lapse_offers() -> None:
    """Every minute."""
    lapse_offers_over()


def lapse_offers_over() -> None:
    """End each offer whose deadline has passed; each in a transaction of its own."""
    at = clock.now()
    for id in queries.offers_over(at):
        with unit_of_work():
            registration = db.session.scalar(select(Registration).where(Registration.id == id))
            if registration is not None:
                service.lapse(registration, at=at)
