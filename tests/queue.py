"""Run the queue's jobs as a worker would, within the test."""

import pytest
from flask import Flask
from sqlalchemy import text

from ranevents.core import jobs
from ranevents.core.db import db


def work_off(app: Flask, monkeypatch: pytest.MonkeyPatch, room: str) -> int:
    """Run this room's waiting jobs; how many there were."""
    monkeypatch.setattr(jobs, "_app", app)
    rows = db.session.execute(
        text("DELETE FROM procrastinate_jobs WHERE task_name LIKE :room RETURNING task_name, args"),
        {"room": f"{room}.%"},
    ).all()
    db.session.commit()
    for name, arguments in rows:
        jobs.queue.tasks[name].func(**arguments)
    return len(rows)
