"""Who comes by a personal link: the way in to every page behind `/r/<token>`, in this room and in those above."""

from flask import Response, abort, render_template

from ranevents.core import clock, languages, tokens
from ranevents.core.limits import is_over, network
from ranevents.registrations import queries
from ranevents.registrations.models import Registration


def mine(token: str) -> Registration:
    """The registration behind the link; whoever tries links out is slowed down."""
    try:
        registration = queries.by_link(token, at=clock.now())
    except tokens.UnknownLink as unknown:
        if is_over("LIMIT_UNKNOWN_LINKS", network()):
            abort(429)
        event = unknown.event if isinstance(unknown, queries.LinkOver) else None
        abort(Response(render_template("registrations/link_over.html", event=event), 404))
    languages.speak(registration.person.language)
    return registration
