"""Papers: accessible PDF files (PDF/UA-1), set by Typst from a template in `templates/pdf` and what it is told.

What is told comes in as data and never becomes part of a source: whatever people write stays text. Nothing is fetched,
and only the fonts in the wheel are used, so that a paper looks the same everywhere. They know Latin, Greek and Cyrillic
letters; other scripts are spelled in Latin ones.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import typst
from anyascii import anyascii
from flask_babel import lazy_gettext as _l

from ranevents import config
from ranevents.core.errors import DomainError

_STRANGE = re.compile(
    "[^\n\x20-\x7e\u00a0-\u024f\u0300-\u036f\u0370-\u03ff\u0400-\u052f\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20ac\u2116]"
)


class CannotBeSet(DomainError):
    """There is something in the words that no font of ours can show."""

    message = _l(
        "No PDF can be made of this: there are characters in it that can't be printed. Please spell them in letters."
    )


def paper(template: str, told: Mapping[str, Any], *, at: datetime) -> bytes:
    """The PDF of a template, dated `at`; `told` holds texts, and lists and mappings of them. Raises CannotBeSet."""
    try:
        return _set(template, _with_each(spelled, told), at)
    except typst.TypstError:
        # A letter that the fonts lack all the same.
        return _set_plainly(template, told, at)


def unprintable(text: str) -> str:
    """The characters of the text that no font of ours can show, each once; a paper spells them in Latin letters."""
    return "".join(dict.fromkeys("".join(_STRANGE.findall(text)))).strip()


def spelled(text: str) -> str:
    """The text in letters that the fonts know."""
    return _STRANGE.sub(lambda found: anyascii(found[0]), text)


def _set_plainly(template: str, told: Mapping[str, Any], at: datetime) -> bytes:
    try:
        return _set(template, _with_each(anyascii, told), at)
    except typst.TypstError as error:
        raise CannotBeSet from error


def _set(template: str, told: Any, at: datetime) -> bytes:
    made = typst.compile(
        config.resources("templates") / "pdf" / f"{template}.typ",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=int(at.timestamp()),
    )
    assert isinstance(made, bytes)
    return made


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def _with_each(change: Callable[[str], str], told: Any) -> Any:
    if isinstance(told, str):
        return change(told)
    if isinstance(told, Mapping):
        return {name: _with_each(change, value) for name, value in told.items()}
    return [_with_each(change, one) for one in told]
