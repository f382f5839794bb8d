"""A client that behaves like a person with a browser, and checks the manners of every page it gets."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from ranevents.accounts.models import User
from ranevents.accounts.session_views import CONFIRMED
from ranevents.core import clock, tokens


@dataclass
class Page:
    """A page as the browser sees it: the answer, its text, its forms."""

    response: TestResponse
    html: str
    forms: list[dict[str, Any]] = field(default_factory=list)

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        """The visible words, with single spaces."""
        body = re.sub(r"(?s)<(script|style|head|option)\b.*?</\1>", " ", self.html)
        return " ".join(re.sub(r"<[^>]+>", " ", body).replace("&#39;", "'").replace("&amp;", "&").split())

    @property
    def heading(self) -> str:
        found = re.search(r"(?s)<h1[^>]*>(.*?)</h1>", self.html)
        return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()).replace("&#39;", "'") if found else ""


class _Manners(HTMLParser):
    """What every page must have, and must not have."""

    def __init__(self) -> None:
        super().__init__()
        self.h1 = 0
        self.title = ""
        self.lang = ""
        self.bad: list[str] = []
        self.labelled: set[str] = set()
        self.controls: list[tuple[str, dict[str, str]]] = []
        self.ids: list[str] = []
        self.of_forms: set[str] = set()
        self.forms: list[dict[str, Any]] = []
        self._in: list[str] = []
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        self._in.append(tag)
        if "id" in a:
            self.ids.append(a["id"])
        if "form" in a:
            self.of_forms.add(a["form"])
        if tag == "h1":
            self.h1 += 1
        if tag == "html":
            self.lang = a.get("lang", "")
        if tag == "label":
            self.labelled.add(a.get("for", ""))
        if tag == "script" and "src" not in a:
            self.bad.append("inline script")
        if tag == "style" or "style" in a:
            self.bad.append("inline style")
        self.bad += [f"inline handler {name}" for name in a if name.startswith("on")]
        if tag == "form":
            self.forms.append({"action": a.get("action", ""), "method": a.get("method", "get"), "fields": {}})
        if tag in ("input", "select", "textarea") and a.get("type") not in ("hidden", "submit"):
            self.controls.append((tag, a))
        if (
            self.forms
            and tag == "input"
            and "name" in a
            and (a.get("type") not in ("checkbox", "radio") or "checked" in a)
        ):
            self.forms[-1]["fields"][a["name"]] = a.get("value", "y" if "checked" in a else "")
        if self.forms and tag == "textarea":
            self._text = a.get("name", "")
            self.forms[-1]["fields"][self._text] = ""
        if self.forms and tag == "select":
            self._select = a.get("name", "")
        if self.forms and tag == "option" and self._select:
            fields = self.forms[-1]["fields"]
            if "selected" in a or self._select not in fields:
                fields[self._select] = a.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        while self._in and self._in.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._in and self._in[-1] == "title" and "svg" not in self._in:
            self.title += data
        if self._in and self._in[-1] == "textarea" and self.forms:
            fields = self.forms[-1]["fields"]
            fields[self._text] += data if fields[self._text] else data.removeprefix("\r\n").removeprefix("\n")


ERRORS = ("Error:", "Erreur\u00a0:", "Fehler:", "Грешка:")
"""How the title of a page begins that shows what is wrong in a form, in each language."""


_ONE_OF_MANY = re.compile(r'(</option>)(?:\s*<option value="[^"]*">[^<]*</option>)+')
"""Choices after the first of a list, that are not chosen and say nothing but a value: all countries, say."""


def check_manners(html: str) -> _Manners:
    """Assert that a page keeps the house's manners; returns what was read."""
    page = _Manners()
    page.feed(_ONE_OF_MANY.sub(r"\1", html))  # they would be most of the reading
    assert page.h1 == 1, f"{page.h1} h1"
    assert page.title.strip(" –\n"), "no title"
    has_errors = 'id="error-summary"' in html
    assert page.title.strip().startswith(ERRORS) is has_errors, "the title tells first of what is wrong in a form"
    assert page.lang, "no lang"
    assert not page.bad, page.bad
    doubled = {one for one in page.ids if page.ids.count(one) > 1}
    assert not doubled, f"ids twice: {doubled}"
    assert page.of_forms <= set(page.ids), f"a control of a form that is not there: {page.of_forms}"
    is_form_refused = has_errors and "page-form" in page.ids
    assert page.of_forms or not is_form_refused, "another language would lose what was typed"
    for tag, a in page.controls:
        assert a.get("id") in page.labelled or "aria-label" in a or "aria-labelledby" in a, f"no label: {tag} {a}"
    for form in page.forms:
        assert form["method"].lower() != "post" or "csrf_token" in form["fields"], f"no CSRF field: {form}"
    return page


class _Browser(FlaskClient):
    """Begins each request with nothing remembered from the last: the tests' application context outlives requests."""

    def run_wsgi_app(self, environ: Any, buffered: bool = False) -> Any:
        for name in list(g) if has_app_context() else ():
            g.pop(name)
        return super().run_wsgi_app(environ, buffered)


class Client:
    """Somebody with a browser. Paths in, pages out; every HTML page is checked for its manners."""

    def __init__(self, app: Flask, user: User | None = None) -> None:
        self.http: FlaskClient = _Browser(app, app.response_class, use_cookies=True)
        self.last: Page | None = None
        if user is not None:
            self.sign_in(user)

    def sign_in(self, user: User) -> None:
        """Be signed in from now on (the sign-in page itself has its own tests)."""
        with self.http.session_transaction() as session:
            session["_user_id"] = user.get_id()
            session["_fresh"] = True
            session[CONFIRMED] = int(clock.now().timestamp())

    def stand_half_way(self, user: User) -> None:
        """Have given the right password just now, and owe the second factor."""
        with self.http.session_transaction() as session:
            session["half_way"] = [user.get_id(), int(clock.now().timestamp()), "/organise"]

    def get(self, path: str, *, follow: bool = True) -> Page:
        return self._page(self.http.get(path, follow_redirects=follow))

    def post(self, path: str, *, follow: bool = True, csrf: bool = True, **fields: Any) -> Page:
        """Send fields as a form does, with the session's CSRF token."""
        data = dict(fields)
        if csrf:
            data["csrf_token"] = self.csrf_token()
        return self._page(self.http.post(path, data=data, follow_redirects=follow))

    def submit(self, page: Page, *, form: int = -1, follow: bool = True, **fields: Any) -> Page:
        """Send a form of the page as it is shown, with some fields filled in; a field given as None is left out.

        `form` counts the page's forms; -1 is its last one.
        """
        found = page.forms[form]
        data = {name: value for name, value in {**found["fields"], **fields}.items() if value is not None}
        action = found["action"] or page.response.request.path
        return self._page(self.http.post(action, data=data, follow_redirects=follow))

    def csrf_token(self) -> str:
        """The token of the last page's forms; where it had none, one of the session, as any page would have given it."""
        shown = (
            [form["fields"]["csrf_token"] for form in self.last.forms if "csrf_token" in form["fields"]]
            if self.last
            else []
        )
        return shown[0] if shown else self._token_of_session()

    def _token_of_session(self) -> str:
        with self.http.session_transaction() as session:
            raw = session.setdefault("csrf_token", tokens.secret())
        return str(URLSafeTimedSerializer(self.http.application.secret_key, salt="wtf-csrf-token").dumps(raw))

    def _page(self, response: TestResponse) -> Page:
        html = response.get_data(as_text=True) if response.mimetype == "text/html" else ""
        is_page = html and response.status_code not in (301, 302, 303, 307, 308)
        page = Page(response, html, check_manners(html).forms if is_page else [])
        if is_page:
            self.last = page
        return page
