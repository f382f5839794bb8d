"""Requests that are sure to happen at once: each is let as far as its first row, and no further, until all are there."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import text

from ranevents.core.db import db

Answer = TypeVar("Answer")
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = CAST(:table AS regclass)")


def all_at_once(table: str, number: int, send: Callable[[int], Answer]) -> list[Answer]:
    """What `send` answers to 0, 1 … `number` - 1, all of which have looked before any of them writes to the table."""
    db.session.remove()
    with db.engine.connect() as gate, ThreadPoolExecutor(number) as threads:
        gate.execute(text(f"LOCK TABLE {table} IN SHARE MODE"))
        answers = [threads.submit(send, one) for one in range(number)]
        ends = time.monotonic() + 10
        while gate.scalar(WAITING, {"table": table}) < number and time.monotonic() < ends:
            time.sleep(0.01)
        gate.rollback()
        return [one.result() for one in answers]
