"""A post office with a real mail server, and letters with a wording of the tests' own."""

from pathlib import Path

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader

from tests.mailing.returned import BOUNCE_ADDRESS
from tests.sink import Sink

WORDINGS = Path(__file__).parent / "templates"


def with_wordings(app: Flask) -> None:
    """Let the application find the tests' own mails, too."""
    loader = app.jinja_env.loader
    assert loader is not None
    if not isinstance(loader, ChoiceLoader):
        app.jinja_env.loader = ChoiceLoader([FileSystemLoader(WORDINGS), loader])


@pytest.fixture
def sink(app: Flask, sink: Sink) -> Sink:
    """The mail server that the application sends to, and mails with wordings of the tests' own."""
    with_wordings(app)
    return sink


@pytest.fixture
def comes_back(app: Flask, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address to which mails come back."""
    monkeypatch.setattr(app.config["SETTINGS"], "bounce_address", BOUNCE_ADDRESS)
    return BOUNCE_ADDRESS
