"""The languages on offer: English, in which the texts are written, and those there is a translation for."""

from pathlib import Path

import pytest
from flask import Flask
from flask_babel import get_babel

from ranevents.core import languages


def test_only_what_is_translated_is_offered(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bg" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "fr" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "bg" / "LC_MESSAGES" / "messages.mo").touch()
    before = languages.offered()

    monkeypatch.setattr(get_babel(), "translation_directories", [str(tmp_path)])

    assert before == ["en"]
    assert languages.offered() == ["en", "bg"]
