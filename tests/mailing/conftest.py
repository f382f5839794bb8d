"""A post office with a real mail server, and letters with a wording of the tests' own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader

from tests.sink import Sink, running

WORDINGS = Path(__file__).parent / "templates"


def with_wordings(app: Flask) -> None:
    """Let the application find the tests' own mails, too."""
    loader = app.jinja_env.loader
    assert loader is not None
    if not isinstance(loader, ChoiceLoader):
        app.jinja_env.loader = ChoiceLoader([FileSystemLoader(WORDINGS), loader])


@pytest.fixture
def sink(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """The mail server that the application sends to."""
    with_wordings(app)
    sink, controller = running(enable_SMTPUTF8=True)
    monkeypatch.setattr(app.extensions["mail"], "port", sink.port)
    monkeypatch.setattr(app.config["SETTINGS"], "mail_timeout_seconds", 1)
    yield sink
    controller.stop()
