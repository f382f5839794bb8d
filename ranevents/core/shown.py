"""Public pages as strangers were last shown them, for as long as nothing that they tell of has changed.

Making such a page takes far longer than asking whether it still holds (docs/performance.md). Pages are kept only for
those whose cookies say nothing but their language and which forms they were given: whoever is signed in, or has a
message waiting, gets a page of their own.
"""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app, g, request, session
from flask_babel import get_babel
from flask_wtf.csrf import generate_csrf

from ranevents.core import clock, languages, tokens
from ranevents.core.db import at_once

MOST = 500
"""So many pages are kept in a process; then it begins anew."""

Face = Callable[[str], Hashable | None]
"""What a page hangs on besides the time, by the event's address: any change gives another one. None for no event."""

_KEPT = "ranevents-shown"
_TELLS_NOTHING = {"csrf_token", "registered"}
"""Entries of a session that no kept page shows anything of."""


@dataclass(frozen=True)
class _Page:
    face: Hashable
    since: datetime
    until: datetime
    text: str


def watch(app: Flask, faces: Mapping[str, Face]) -> None:
    """Answer with the page that is kept, before the guard has to read the event; what is kept is public.

    `faces` names the pages (their endpoints), each with what it hangs on.
    """
    app.extensions[_KEPT] = {}

    @app.before_request
    def as_last_shown() -> str | None:
        face = faces.get(request.endpoint or "")
        if face is None or not _is_for_a_stranger():
            return None
        slug = str((request.view_args or {})["event"])
        g.face = face(slug)
        page: _Page | None = current_app.extensions[_KEPT].get(_key(slug))
        if page is None or g.face != page.face or not page.since <= clock.now() < page.until:
            return None
        return _with_secrets(page.text)


def face_by(statement: str, slug: str) -> Hashable | None:
    """The one row that a statement of PostgreSQL finds by an event's address; None where it finds none.

    It is asked for each page shown, so it goes to the database as it is.
    """
    if "\x00" in slug:
        return None
    with at_once().connect() as connection:
        found = connection.exec_driver_sql(statement, (slug,)).one_or_none()
    return tuple(found) if found else None


def keep(slug: str, text: str, *, at: datetime, until: Collection[datetime], submission_id: str = "") -> None:
    """Keep what a stranger was shown at that moment; nothing where it was somebody else.

    It holds until the first of the moments `until` that is still to come. What is good for one visitor only (the token
    against forged forms, and the `submission_id` of the page's form) is made anew each time that the page is shown.
    """
    face: Hashable | None = g.get("face")
    if face is None or current_app.jinja_env.auto_reload:
        return
    if submission_id:
        text = text.replace(generate_csrf(), _TOKEN).replace(submission_id, _SUBMISSION)
    first = min((moment for moment in until if moment > at), default=datetime.max.replace(tzinfo=at.tzinfo))
    pages: dict[tuple[str | None, ...], _Page] = current_app.extensions[_KEPT]
    if len(pages) >= MOST:
        pages.clear()
    pages[_key(slug)] = _Page(face, at, first, text)


# A page's text never holds NUL: several_lines() and PostgreSQL see to that.
_TOKEN, _SUBMISSION = "\0token\0", "\0submission\0"


def _with_secrets(text: str) -> str:
    if _TOKEN not in text:
        return text
    return text.replace(_TOKEN, generate_csrf()).replace(_SUBMISSION, tokens.secret())


def _is_for_a_stranger() -> bool:
    if request.method not in ("GET", "HEAD") or request.query_string:
        return False
    session_cookie = current_app.config["SESSION_COOKIE_NAME"]
    cookies = set(request.cookies)
    if not cookies <= {languages.COOKIE, session_cookie}:
        return False
    return session_cookie not in cookies or set(session) <= _TELLS_NOTHING


def _key(slug: str) -> tuple[str | None, ...]:
    return (request.endpoint, slug, languages.current(), *get_babel().translation_directories)
