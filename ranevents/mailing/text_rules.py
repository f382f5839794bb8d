"""Mails in an organiser's own words: Markdown with a fixed list of placeholders. Nothing in it is ever executed."""

import difflib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import nh3
from flask_babel import lazy_gettext as _l
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from ranevents.core import tokens

PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
_IN_BRACES = re.compile(rf"{PLACEHOLDER.pattern}|[{{}}]")
NEVER_LOST = ("substitute", "note", "reason", "calendar_entry")
"""What only some of the recipients are told: it stands at the end of a text that leaves it out."""
LONGEST = 10_000
"""So many characters a text may have."""

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h2", "h3", "blockquote", "hr", "code", "pre"}
_SCHEMES = {"http", "https", "mailto"}
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")


@dataclass(frozen=True)
class Editable:
    """A mail that organisers may put into their own words.

    `placeholders` says what each stands for; `required` are those that a text must have, because nothing in
    the mail's frame says the same. `letters` makes mails to real people of an event, at most so many, in a
    language if there are any, to see how they read: (event, language, most) -> letters that are never posted.
    """

    label: Any
    placeholders: Mapping[str, Any]
    letters: Callable[[Any, str, int], Sequence[Any]] = field(compare=False)
    required: tuple[str, ...] = ()


@dataclass(frozen=True)
class Words:
    """A subject and a text, as an organiser writes them: Markdown with placeholders."""

    subject: str
    text: str


class Change(StrEnum):
    """What has become of a piece of a text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    """Words that stand together, and what has become of them."""

    change: Change
    words: str


@dataclass(frozen=True)
class Unknown:
    """A placeholder that is none, or a brace that stands alone, and where: line and column from 1."""

    name: str
    line: int
    column: int


@dataclass(frozen=True)
class Own:
    """An organiser's words for one recipient: the subject, and the message as text and as HTML."""

    subject: str
    text: str
    html: Markup


def event_values(event: Any, days: str) -> dict[str, str]:
    """What the placeholders stand for that every mail about an event has."""
    return {
        "event": event.title,
        "theme": event.theme,
        "days": days,
        "venue": event.venue,
        "city": event.city,
        "host": event.host or event.series.name,
        "contact": event.contact_address,
    }


EVENT_PLACEHOLDERS: dict[str, Any] = {
    "event": _l("the event's title"),
    "theme": _l("its theme"),
    "days": _l("its days"),
    "venue": _l("its venue"),
    "city": _l("its city"),
    "host": _l("the host"),
    "contact": _l("the address for questions"),
}
"""What each stands for, as organisers read it."""

PERSON_PLACEHOLDERS: dict[str, Any] = {
    "name": _l("the person's name"),
    "form_of_address": _l("the form of address"),
}


_mails: Mapping[str, Editable] = {}


def declare(mails: Mapping[str, Editable]) -> None:
    """Set the table: which mails (`room/name`) organisers may put into their own words."""
    global _mails  # noqa: PLW0603 - one table for the process is the point
    _mails = mails


def editable() -> Mapping[str, Editable]:
    """All of them, in the order in which they are shown."""
    return _mails


def unknown(text: str, allowed: Collection[str]) -> list[Unknown]:
    """What stands in braces in the text, and is no placeholder of this mail."""
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        found += [
            Unknown(one[0], number, one.start() + 1) for one in _IN_BRACES.finditer(line) if one[1] not in allowed
        ]
    return found


def missing(text: str, required: Collection[str]) -> list[str]:
    """The placeholders that the text must have, and has not."""
    return [name for name in required if f"{{{name}}}" not in text]


def difference(before: Words, after: Words) -> list[Piece]:
    """What has changed from these words to those, word by word; nothing where they are the same."""
    if before == after:
        return []
    old, new = (re.findall(r"\S+\s*", f"{one.subject}\n\n{one.text}") for one in (before, after))
    pieces = []
    for _tag, start, end, begin, stop in difflib.SequenceMatcher(None, old, new).get_opcodes():
        removed, added = "".join(old[start:end]), "".join(new[begin:stop])
        if removed == added:
            pieces.append(Piece(Change.SAME, removed))
            continue
        pieces += [
            Piece(change, words) for change, words in ((Change.REMOVED, removed), (Change.ADDED, added)) if words
        ]
    return pieces


def has_placeholder_in_link(text: str) -> bool:
    """Whether a placeholder stands in the address of a link, where only fixed addresses may."""
    mark = tokens.reference(20)
    html = _markdown.render(PLACEHOLDER.sub(mark, text))
    return any(mark in address for address in re.findall(r'href="([^"]*)"', html))


_SENTENCE_END = re.compile(r"(?:(?<=\w{4})\.|[!?])\s+")
"""Where a sentence ends; the dot after a short word is an abbreviation's, as in 'Mr. Smith'."""
_EMPHASIS = "*_ \n"
"""What may stand between a colon and what follows it: Markdown's emphasis, and a new line."""


def filled(subject: str, text: str, values: Mapping[str, str]) -> Own:
    """The words for one recipient. Values are text, whatever stands in them; one that is missing is empty.

    What was written to this very person is never lost: a note or reason that the text leaves out stands at its end.
    Where there is none, the words that lead to it up to a colon ("The organiser writes: {reason}") are left out too.
    """
    left_out = [name for name in NEVER_LOST if values.get(name) and f"{{{name}}}" not in text]
    for name in NEVER_LOST:
        if not values.get(name):
            text = _without_lead(text, f"{{{name}}}")
            subject = re.sub(rf":? *\{{{name}\}}", "", subject)
    text = "\n\n".join([text, *(f"{{{name}}}" for name in left_out)])
    return Own(
        subject=" ".join(PLACEHOLDER.sub(lambda one: values.get(one[1], ""), subject).split()),
        text=re.sub(r"\n{3,}", "\n\n", PLACEHOLDER.sub(lambda one: values.get(one[1], ""), text)).strip(),
        html=_html(text, values),
    )


def _without_lead(text: str, placeholder: str) -> str:
    """The text without the placeholder, and without the sentence that leads to it where that ends in a colon."""
    while placeholder in text:
        before, _found, after = text.partition(placeholder)
        lead = before.rstrip(_EMPHASIS)
        if lead.endswith(":"):
            line = lead.rfind("\n") + 1
            ends = [one.end() for one in _SENTENCE_END.finditer(lead[line:])]
            begins = line + (ends[-1] if ends else 0)
            before, after = before[:begins].rstrip(" "), after.lstrip("*_")
        text = before + after
    return text


def _html(text: str, values: Mapping[str, str]) -> Markup:
    # What stands for a value while Markdown is read, so that nothing in the value is Markdown. Made anew each time:
    # nobody can type it.
    mark = tokens.reference(20)
    told: list[str] = []

    def stand_in(one: re.Match[str]) -> str:
        told.append(values.get(one[1], ""))
        return f"{mark}x{len(told) - 1}x"

    parsed = _markdown.parse(PLACEHOLDER.sub(stand_in, text))
    for token in parsed:
        if token.tag in ("h1", "h4", "h5", "h6"):  # h1 is the event's own
            token.tag = "h2" if token.tag == "h1" else "h3"
    html = nh3.clean(
        _markdown.renderer.render(parsed, _markdown.options, {}),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    lines = "<br>\n"
    filled_in = re.sub(f"{mark}x([0-9]+)x", lambda one: str(escape(told[int(one[1])])).replace("\n", lines), html)
    return Markup(filled_in)  # noqa: S704 - cleaned above, and each value is escaped
