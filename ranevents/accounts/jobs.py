"""What this room does later."""

from ranevents.accounts import queries, service
from ranevents.core import jobs
from ranevents.core.db import unit_of_work


@jobs.job("accounts.answer_forgotten", on=jobs.PROMPT)
def answer_forgotten(user_id: int) -> None:
    """Write to an organiser who forgot the password; 0 stands for an address that we don't know.

    The page that asks for it defers this job either way, so that its answer takes the same time.
    """
    with unit_of_work():
        service.send_reset_link(queries.account(user_id))
