"""A whole OpenID Connect provider (Canaille) that runs beside a test, and a person who signs in on its pages."""

import os
import re
import threading
from datetime import UTC, datetime
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from canaille.backends.memory.backend import MemoryBackend
from joserfc.jwk import RSAKey
from werkzeug.serving import BaseWSGIServer, make_server

from tests.client import Client, Page

CLIENT_ID = "ranevents"
CLIENT_SECRET = "a secret between the two"
PASSWORD = "five cranes over the marsh"
OUR_ADDRESS = "http://127.0.0.1:8000"
START = "/sign-in/organisation"
BACK = "/sign-in/organisation/back"


class Provider:
    """The provider: who is known there, in which groups, and where it listens."""

    def __init__(self) -> None:
        self._server = _listening()
        self.issuer = f"http://127.0.0.1:{self._server.port}"
        self._app = self._server.app = _canaille(self._server.port)
        with self._app.app_context():
            self._backend = Backend.instance
            client = models.Client(
                client_id=CLIENT_ID,
                client_secret=CLIENT_SECRET,
                client_name="ranevents",
                grant_types=["authorization_code"],
                response_types=["code"],
                scope=["openid", "profile", "email", "groups"],
                token_endpoint_auth_method="client_secret_basic",
                client_id_issued_at=datetime.now(UTC),
            )
            self._backend.save(client)
            client.audience = [client]
            self._backend.save(client)
        self.serve(OUR_ADDRESS)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def serve(self, base_url: str) -> None:
        """Know our site by this address."""
        with self._app.app_context():
            client = self._backend.get(models.Client, client_id=CLIENT_ID)
            client.client_uri = base_url
            client.redirect_uris = [f"{base_url}{BACK}"]
            client.post_logout_redirect_uris = [f"{base_url}/sign-in"]
            self._backend.save(client)

    def person(
        self, user_name: str = "elena", *, email: str = "elena@example.org", groups: tuple[str, ...] = ()
    ) -> None:
        """Make somebody known."""
        with self._app.app_context():
            user = models.User(
                user_name=user_name,
                family_name=user_name.title(),
                formatted_name=f"{user_name.title()} at the ministry",
                emails=[email],
                password=PASSWORD,
            )
            self._backend.save(user)
        self.put_into(user_name, *groups)

    def forget_everybody(self) -> None:
        """Know nobody, and say what a test begins with."""
        with self._app.app_context():
            for kind in (models.Token, models.AuthorizationCode, models.Consent, models.Group, models.User):
                for known in self._backend.query(kind):
                    self._backend.delete(known)
        self.says("email_verified", "true")
        self.serve(OUR_ADDRESS)

    def put_into(self, user_name: str, *groups: str) -> None:
        """Let somebody be in these groups, and in no others."""
        with self._app.app_context():
            user = self._backend.get(models.User, user_name=user_name)
            for group in list(user.groups):
                self._backend.delete(group)
            for name in groups:
                self._backend.save(models.Group(display_name=name, members=[user]))

    def rename(self, user_name: str, *, email: str) -> None:
        """Give somebody another address."""
        with self._app.app_context():
            user = self._backend.get(models.User, user_name=user_name)
            user.emails = [email]
            self._backend.save(user)

    def says(self, claim: str, template: str | None) -> None:
        """Say a claim of everybody: Canaille makes it of the person with a template."""
        self._app.config["CANAILLE_OIDC"]["USERINFO_MAPPING"][claim.upper()] = template


@cache
def at_home() -> Provider:
    """The provider of this process: Canaille keeps who is known where the whole process sees it, so there is one."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # Canaille's own pages ask for HTTPS else
    MemoryBackend.do_query = _by_all_of
    return Provider()


_by_any_of = MemoryBackend.do_query


def _by_all_of(backend: Any, model: Any, *given: Any, **wanted: Any) -> Any:
    """Find what has all that is wanted. Canaille 0.3.6 finds in memory what has any of it: somebody else's code, say."""
    if len(wanted) < 2:
        return _by_any_of(backend, model, *given, **wanted)
    found = [_by_any_of(backend, model, **{name: value}) for name, value in wanted.items()]
    common = set.intersection(*({one.id for one in some} for some in found))
    return [one for one in found[0] if one.id in common]


def _listening() -> Any:
    server: BaseWSGIServer = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    return server


def _canaille(port: int) -> Any:
    key = RSAKey.generate_key(2048)
    key.ensure_kid()
    return create_app(
        {
            "SECRET_KEY": "the provider's own secret",
            "PREFERRED_URL_SCHEME": "http",
            "SERVER_NAME": f"127.0.0.1:{port}",
            "CANAILLE": {
                "DATABASE": "memory",
                "JAVASCRIPT": False,
                "LOGGING": {"version": 1, "disable_existing_loggers": False},
            },
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [key.as_dict(private=True)]},
        }
    )


class Person:
    """Somebody with a browser at the provider's pages."""

    def __init__(self, user_name: str = "elena", password: str = PASSWORD) -> None:
        self.user_name = user_name
        self.password = password
        self.browser = requests.Session()

    def sign_in(self, address: str) -> str:
        """Follow the provider's pages from this address on; the address of ours to which it leads back."""
        answer = self._go(address)
        for typed in ({"login": self.user_name}, {"password": self.password}):
            if answer.is_redirect:
                break
            answer = self._go(answer.url, {**_hidden(answer.text), **typed})
        assert answer.is_redirect, re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.text))[:600]
        return answer.headers["Location"]

    def _go(self, address: str, typed: dict[str, str] | None = None) -> requests.Response:
        """Send, and follow the provider's redirects among its own pages."""
        answer = self.browser.request(
            "POST" if typed else "GET", address, data=typed, allow_redirects=False, timeout=10
        )
        while answer.is_redirect:
            goal = urljoin(answer.url, answer.headers["Location"])
            if goal.startswith(OUR_ADDRESS):
                break
            answer = self.browser.get(goal, allow_redirects=False, timeout=10)
        return answer


def _hidden(page: str) -> dict[str, str]:
    fields = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page)
    return {
        unescape(name[1]): unescape(value[1]) if (value := re.search(r'value="([^"]*)"', field)) else ""
        for field in fields
        if (name := re.search(r'name="([^"]*)"', field))
    }


def come_in(client: Client, person: Person | None = None, *, path: str = START) -> Page:
    """Go to the provider, sign in there, and come back."""
    return client.get(here((person or Person()).sign_in(leave(client, path))), follow=False)


def leave(client: Client, path: str = START) -> str:
    """Go to the provider; the address there."""
    page = client.get(path, follow=False)
    assert page.status == 302, page.text
    return str(page.response.location)


def here(address: str) -> str:
    """An address of ours without its host: the tests' browser has its own."""
    parts = urlsplit(address)
    assert parts.path == BACK
    return f"{parts.path}?{parts.query}"
