"""The guard: before a request reaches its view, whether the one who asks may ask."""

from collections.abc import Mapping
from typing import Any, Protocol

from flask import Flask, abort, g, redirect, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from ranevents.core.audit import PERSON, Actor
from ranevents.core.room import Need, Room, UndeclaredRoute

csrf = CSRFProtect()
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


class SeesRole(Protocol):
    """A role at an event, as far as the guard needs it."""

    def satisfies(self, need: Need) -> bool:
        """Whether the role is enough."""
        ...


class Doors(Protocol):
    """What the guard asks the rooms above."""

    def event(self, slug: str) -> Any | None:
        """The event of that address, in whatever state and however its letters were written."""
        ...

    def is_public(self, event: Any) -> bool:
        """Whether everybody may know of the event."""
        ...

    def role(self, user: Any, event: Any) -> SeesRole | None:
        """What the user is at the event; None for an outsider."""
        ...

    def first_of_all(self, user: Any) -> str | None:
        """The page (its endpoint) with whose room the user must be done before anything else; None where that is so."""
        ...


def guard(app: Flask, rooms: list[Room], doors: Doors) -> None:
    """Watch every route of the application.

    Raises UndeclaredRoute where a route does not say who may use it.
    """
    needs: dict[str, Need] = {"static": Need.PUBLIC, "bootstrap.static": Need.PUBLIC}
    for room in rooms:
        needs |= room.needs
    own_csrf = {endpoint for room in rooms for endpoint in room.own_csrf}
    _refuse_undeclared(app, needs)
    app.extensions["ranevents-needs"] = needs

    @app.before_request
    def check() -> Response | None:
        if request.endpoint is None:
            return None
        need = needs[request.endpoint]
        asked = _admit(need, doors)
        if asked is not None:
            return asked
        if request.method in UNSAFE and request.endpoint not in own_csrf:
            csrf.protect()
        return None


def _refuse_undeclared(app: Flask, needs: Mapping[str, Need]) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in needs:
            raise UndeclaredRoute(f"{rule.rule} ({rule.endpoint}) does not say who may use it")


def _admit(need: Need, doors: Doors) -> Response | None:
    """Let the request through (None), send the person to sign in, or answer 403 or 404."""
    arguments = request.view_args or {}
    if need not in (Need.PUBLIC, Need.LINK) and not current_user.is_authenticated:
        return redirect(url_for("accounts.sign_in", next=request.path if request.method == "GET" else None), 303)
    g.first = doors.first_of_all(current_user) if current_user.is_authenticated else None
    if g.first and need not in (Need.PUBLIC, Need.LINK) and request.blueprint != g.first.partition(".")[0]:
        return redirect(url_for(g.first), 303)
    if need is Need.ADMINISTRATOR and not current_user.is_administrator:
        abort(403)
    if "event" in arguments:
        slug = arguments["event"]
        arguments["event"] = g.event = _event(slug, need, doors)
        if slug != g.event.slug and request.method == "GET":
            return redirect(_own_address(g.event.slug), 308)
    return None


def _own_address(slug: str) -> str:
    """Where the request would have come in, had the event's address been written as it is."""
    path = url_for(str(request.endpoint), **{**(request.view_args or {}), "event": slug})
    return f"{path}?{request.query_string.decode('latin-1')}" if request.query_string else path


def _event(slug: str, need: Need, doors: Doors) -> Any:
    event = doors.event(slug) or abort(404)
    role = doors.role(current_user, event) if _has_rights() else None
    g.role = role
    if need.of_event:
        if role is None:
            abort(404)
        if not role.satisfies(need):
            abort(403)
    elif not doors.is_public(event) and role is None:
        abort(404)
    return event


def _has_rights() -> bool:
    """Whether an organiser is signed in whom nothing holds up: who is held up sees what strangers see."""
    return bool(current_user.is_authenticated) and not g.get("first")


def actor() -> Actor:
    """Who acts in this request: the organiser who is signed in, else a person with a link or a form."""
    return current_user.as_actor if current_user.is_authenticated else PERSON


def may(need: Need) -> bool:
    """Whether the one who asks satisfies a need at the event of this request; pages show their buttons by it."""
    if need.of_event:
        role: SeesRole | None = g.get("role")
        return role is not None and role.satisfies(need)
    if need is Need.ADMINISTRATOR:
        return _has_rights() and bool(current_user.is_administrator)
    return _has_rights() if need is Need.ORGANISER else True
