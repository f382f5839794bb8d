"""Who comes by a personal link: the way in to every page behind `/r/<token>`, and to those of rooms above."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from flask import Response, abort, render_template

from ranevents.core import clock, languages
from ranevents.core.limits import is_over, network
from ranevents.core.links import LinkErased, LinkOver
from ranevents.core.tokens import UnknownLink
from ranevents.registrations import queries
from ranevents.registrations.models import Registration


class OfPerson(Protocol):
    """What a personal link belongs to."""

    person: Any


Belonging = TypeVar("Belonging", bound=OfPerson)


def mine(token: str) -> Registration:
    """The registration behind the link."""
    return opened(token, queries.by_link, over="registrations/link_over.html")


def opened(token: str, by_link: Callable[..., Belonging], *, over: str) -> Belonging:
    """What a link belongs to, in its person's language; the page `over` where it opens nothing.

    `by_link` is the room's query for its own links: it raises UnknownLink, LinkOver and LinkErased. Whoever tries links
    out is slowed down.
    """
    try:
        found = by_link(token, at=clock.now())
    except UnknownLink as unknown:
        if is_over("LIMIT_UNKNOWN_LINKS", network()):
            abort(429)
        event = unknown.event if isinstance(unknown, LinkOver) else None
        is_erased = isinstance(unknown, LinkErased)
        abort(Response(render_template(over, event=event, is_erased=is_erased), 404))
    languages.speak(found.person.language)
    return found
