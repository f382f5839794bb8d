"""Public pages as strangers were last shown them, for as long as nothing that they tell of has changed.

Making such a page takes far longer than asking whether it still holds (docs/performance.md). Pages are kept only for
those whose cookies say nothing but their language and which forms they were given: whoever is signed in, or has a
message waiting, gets a page of their own.
"""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Flask, Response, current_app, g, request, session
from flask_babel import get_babel
from flask_wtf.csrf import generate_csrf

from ranevents.core import clock, languages, logs, tokens
from ranevents.core.db import at_once

MOST = 500
"""So many pages are kept in a process; then it begins anew."""

Face = Callable[[str], Hashable | None]
"""What a page hangs on besides the time, by the event's address: any change gives another one. None for no event."""

_KEPT, _FACES = "ranevents-shown", "ranevents-faces"
_TELLS_NOTHING = {"csrf_token", "registered"}
"""Entries of a session that no kept page shows anything of."""


@dataclass(frozen=True)
class _Page:
    face: Hashable
    since: datetime
    until: datetime
    text: str
    headers: list[tuple[str, str]]


def watch(app: Flask, faces: Mapping[str, Face]) -> None:
    """Keep what the views ask to be kept. `faces` names the pages (their endpoints), each with what it hangs on.

    To be called before everything else that adds to answers: what is kept has all of that, and gets none of it again.
    """
    app.extensions[_KEPT], app.extensions[_FACES] = {}, faces

    @app.after_request
    def take_down(response: Response) -> Response:
        page: _Page | None = g.pop("page_to_keep", None)
        if page is not None and response.status_code == 200:
            pages: dict[tuple[object, ...], _Page] = current_app.extensions[_KEPT]
            if len(pages) >= MOST:
                pages.clear()
            pages[_key()] = replace(page, headers=[one for one in response.headers if one[0] != "Set-Cookie"])
        return response


def as_last_shown() -> Response | None:
    """The answer as it was kept, before anything else looks at the request: what is kept is public. Else None."""
    face = current_app.extensions[_FACES].get(request.endpoint)
    if face is None or not _is_for_a_stranger():
        return None
    g.face = face(str((request.view_args or {})["event"]))
    page: _Page | None = current_app.extensions[_KEPT].get(_key())
    if page is None or g.face != page.face or not page.since <= clock.now() < page.until:
        return None
    logs.begin()
    response = Response(_with_secrets(page.text), headers=page.headers)
    if "csrf_token" in session:
        response.headers["Cache-Control"] = "no-store"
    current_app.session_interface.save_session(current_app, session, response)
    return logs.end(response)


def face_by(statement: str, slug: str) -> Hashable | None:
    """The one row that a statement of PostgreSQL finds by an event's address; None where it finds none.

    It is asked for each page shown, so it goes to the database as it is.
    """
    if "\x00" in slug:
        return None
    with at_once().connect() as connection:
        found = connection.exec_driver_sql(statement, (slug,)).one_or_none()
    return tuple(found) if found else None


def keep(text: str, *, at: datetime, until: Collection[datetime], submission_id: str = "") -> None:
    """Keep what a stranger is shown at this moment; nothing where it is somebody else.

    It holds until the first of the moments `until` that is still to come. What is good for one visitor only (the token
    against forged forms, and the `submission_id` of the page's form) is made anew each time that the page is shown.
    """
    face: Hashable | None = g.get("face")
    if face is None or current_app.jinja_env.auto_reload:
        return
    if submission_id:
        text = text.replace(generate_csrf(), _TOKEN).replace(submission_id, _SUBMISSION)
    first = min((moment for moment in until if moment > at), default=datetime.max.replace(tzinfo=at.tzinfo))
    g.page_to_keep = _Page(face, at, first, text, [])


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


def _key() -> tuple[object, ...]:
    language, translations = languages.current(), get_babel().translation_directories
    return (request.path, request.is_secure, language, *translations)
