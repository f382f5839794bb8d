"""An event's public page as strangers were last shown it, for as long as nothing that it tells of has changed.

Making the page takes far longer than asking whether it still holds (docs/performance.md). It is kept only for those who
have no cookie but the language's: whoever may be signed in, or has a message waiting, gets a page of their own.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app, g, request
from flask_babel import get_babel

from ranevents.core import clock, languages
from ranevents.events import queries
from ranevents.events.models import Event
from ranevents.events.queries import Face

ENDPOINT = "events.page"
MOST = 500
"""So many pages are kept in a process; then it begins anew."""

_KEPT = "ranevents-shown"


@dataclass(frozen=True)
class _Page:
    face: Face
    since: datetime
    until: datetime
    text: str


def watch(app: Flask) -> None:
    """Answer with the page that is kept, before the guard has to read the event; what is kept is public."""
    app.extensions[_KEPT] = {}

    @app.before_request
    def as_last_shown() -> str | None:
        if not _is_for_a_stranger():
            return None
        slug = str((request.view_args or {})["event"])
        g.face = queries.face(slug)
        page: _Page | None = current_app.extensions[_KEPT].get(_key(slug))
        if page is None or g.face != page.face or not page.since <= clock.now() < page.until:
            return None
        return page.text


def keep(event: Event, text: str, *, at: datetime) -> None:
    """Keep what a stranger was shown at that moment; nothing where it was somebody else."""
    face: Face | None = g.get("face")
    if face is None or current_app.jinja_env.auto_reload:
        return
    moments = (event.registration_opens_at, event.registration_closes_at, event.ends_at)
    until = min((moment for moment in moments if moment > at), default=datetime.max.replace(tzinfo=at.tzinfo))
    pages: dict[tuple[str, ...], _Page] = current_app.extensions[_KEPT]
    if len(pages) >= MOST:
        pages.clear()
    pages[_key(event.slug)] = _Page(face, at, until, text)


def _is_for_a_stranger() -> bool:
    is_plain = request.endpoint == ENDPOINT and request.method in ("GET", "HEAD") and not request.query_string
    return is_plain and set(request.cookies) <= {languages.COOKIE}


def _key(slug: str) -> tuple[str, ...]:
    return (slug, languages.current(), *get_babel().translation_directories)
