"""Delivery, when a change calls for it and every minute."""

from ranevents.core import jobs


@jobs.job("mailing.deliver_prompt", on=jobs.PROMPT)
def deliver_prompt() -> None:
    """Send what somebody waits for."""


@jobs.job("mailing.deliver_bulk", on=jobs.BULK)
def deliver_bulk() -> None:
    """Send bulk mail."""


def take_up() -> None:
    """Take up what a worker that died left behind."""
