"""The languages that people may choose for pages and mails: those that our texts are written in or translated to.

A page is in the language that its address asks for (`?lang=fr`; remembered in a cookie of its own), else in the one
remembered, else in that of the organiser who is signed in, else in that of the person whose link it is, else in the
one that the browser likes best, else in English.
"""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlencode

from babel import Locale
from flask import Flask, Response, current_app, g, has_request_context, request
from flask_babel import format_percent, get_babel, get_locale, refresh
from flask_login import current_user

from ranevents.core.room import Need

SOURCE = "en"
"""What the texts in code and templates are written in."""
ARGUMENT = "lang"
CHANGE = "change_language"
"""The button that sends a form only so that its page comes in another language."""
COOKIE = "language"
REMEMBERED_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True)
class LanguageLink:
    """A way to the same page in one of the languages, named in that language."""

    code: str
    name: str
    href: str
    is_current: bool


@dataclass(frozen=True)
class PublicPage:
    """Where search engines find a public page: its own address, and the page in each language ('x-default': any)."""

    canonical: str
    alternates: tuple[tuple[str, str], ...]


def offered() -> list[str]:
    """Their codes (ISO 639-1), the source first. A translation counts as soon as it is compiled (`make` does it)."""
    return list(_offered(tuple(get_babel().translation_directories)))


@lru_cache(maxsize=8)
def _offered(_directories: tuple[str, ...]) -> tuple[str, ...]:
    translated = {str(locale) for locale in get_babel().instance.list_translations()}
    return (SOURCE, *sorted(translated - {SOURCE}))


def current() -> str:
    """The code of the language in which this page, or this mail, is written."""
    return str(get_locale() or SOURCE)


def percent(share: float) -> str:
    """A share given in per cent, as whole numbers are written in the reader's language: '40 %'."""
    return str(format_percent(share / 100))


def own_name(code: str) -> str:
    """The language's name in itself: 'Français'."""
    name = Locale.parse(code).get_display_name(code) or code
    return name[:1].upper() + name[1:]


def choose() -> str:
    """The language for this request; the source where there is none."""
    if not has_request_context():
        return SOURCE
    codes = offered()
    wishes = (
        request.args.get(ARGUMENT),
        request.cookies.get(COOKIE),
        getattr(current_user, "language", None),
        g.get("language_of_person"),
        *_liked_by_browser(),
    )
    return next((wish for wish in wishes if wish in codes), SOURCE)


def _liked_by_browser() -> list[str]:
    """What the browser asks for, best first, without countries: whoever prefers en-GB to fr wants en."""
    return [wish.split("-")[0].lower() for wish, quality in request.accept_languages if quality > 0]


def speak(code: str) -> None:
    """Answer this request in the language of the person whose link was opened, unless they chose another here."""
    g.language_of_person = code
    refresh()


def tell(app: Flask) -> None:
    """Have each answer say which language it is in and what that hangs on, and remember what was asked for."""

    @app.after_request
    def headers(response: Response) -> Response:
        if response.mimetype == "text/html" and response.location is None:
            response.headers["Content-Language"] = current()
            response.vary.update(("Accept-Language", "Cookie"))
        asked = request.args.get(ARGUMENT)
        if asked in offered():
            _remember(response, asked)
        return response


def _remember(response: Response, code: str) -> None:
    response.headers.setdefault("Cache-Control", "private")
    response.set_cookie(
        COOKIE,
        code,
        max_age=REMEMBERED_SECONDS,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def links() -> list[LanguageLink]:
    """The ways to this page in each language; none where there is only one.

    On the answer to a form they are no links, which would lose what was typed, but buttons that send the form.
    """
    codes = offered()
    if len(codes) == 1:
        return []
    return [LanguageLink(code, own_name(code), f"?{_query(code)}", code == current()) for code in codes]


def is_changing() -> bool:
    """Whether a form was sent for another language alone: it is shown again, and nothing else comes of it."""
    return request.method == "POST" and CHANGE in request.form


def public_page() -> PublicPage | None:
    """What search engines should know of this page; None where it is not for everybody."""
    needs: dict[str, Need] = current_app.extensions["ranevents-needs"]
    if request.method not in ("GET", "HEAD") or needs.get(request.endpoint or "") is not Need.PUBLIC:
        return None
    asked = request.args.get(ARGUMENT)
    alternates = [(code, _address(code)) for code in offered()]
    return PublicPage(
        canonical=_address(asked if asked in offered() else None),
        alternates=(*alternates, ("x-default", _address(None))) if len(alternates) > 1 else (),
    )


def _address(code: str | None) -> str:
    query = _query(code)
    return f"{current_app.config['BASE_URL']}{quote(request.path)}{'?' if query else ''}{query}"


def _query(code: str | None) -> str:
    """This page's query, asking for the language; None asks for none."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != ARGUMENT]
    return urlencode([*kept, *([(ARGUMENT, code)] if code else [])])
