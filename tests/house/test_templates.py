"""Every text that a template shows goes through gettext, and no template brings a script or a style of its own."""

import re
from pathlib import Path

import pytest

from tests.house.source import TEMPLATES

WORDS_OF_THEIR_OWN = {
    "mails/layout.html": {"style"},
}
"""Templates with a block whose content is no text for people."""

PAGES = sorted(TEMPLATES.rglob("*.html"))
TEXTS = sorted(TEMPLATES.rglob("*.txt"))
VISIBLE_ATTRIBUTES = r'\s(?:aria-label|title|alt|placeholder|summary)="([^"]*)"'


def _name(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


JINJA = "\u241f"
"""Stands where Jinja said something: no letter, so that attributes made by it are still attributes."""


def _without_jinja(path: Path) -> str:
    text = re.sub(r"(?s)\{#.*?#\}", "", path.read_text())
    text = re.sub(r"(?s)\{%-?\s*trans\b.*?\{%-?\s*endtrans\s*-?%\}", JINJA, text)
    return re.sub(r"(?s)\{\{.*?\}\}|\{%.*?%\}", JINJA, text)


@pytest.mark.parametrize("path", PAGES + TEXTS, ids=_name)
def test_every_text_goes_through_gettext(path: Path) -> None:
    text = _without_jinja(path)
    visible = re.findall(VISIBLE_ATTRIBUTES, text) if path.suffix == ".html" else []
    for tag in WORDS_OF_THEIR_OWN.get(_name(path), set()):
        text = re.sub(rf"(?s)<{tag}\b.*?</{tag}>", "", text)
    bare = re.sub(r"(?s)<[^>]*>", "", text) if path.suffix == ".html" else text
    # Character references, and addresses of ours such as {{ base_url }}/sign-in, are no words.
    bare = re.sub(rf"&[a-z]+;|{JINJA}/[\w/{JINJA}-]+", "", bare)

    bare = re.sub(r"\bUTC\b", "", bare)

    left = [line.strip() for line in [*bare.splitlines(), *visible] if re.search(r"[^\W\d_]", line)]
    assert not left, f"{_name(path)} shows words that can't be translated: {left}"


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_no_page_brings_scripts_or_styles_of_its_own(path: Path) -> None:
    if _name(path).startswith("mails/"):
        return

    text = _without_jinja(path)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "an inline script"
    assert "<style" not in text, "an inline style"
    assert not re.search(r"\sstyle=", text), "an inline style"
    assert not re.search(r"\son[a-z]+=", text), "an inline handler"
    assert not re.search(r"\|\s*safe\b", path.read_text()), (
        "what is safe is made Markup where it is made, not where it is shown"
    )


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_no_template_asks_the_database(path: Path) -> None:
    assert not re.search(r"\b(db\.session|queries\.|\.query\b|select\()", path.read_text())
