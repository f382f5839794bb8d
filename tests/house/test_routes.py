"""Every route says who may use it, and the whole list is there to be read: tests/house/routes.txt."""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from ranevents.app import create_app
from ranevents.core.room import Need, Room, UndeclaredRoute
from tests.house.source import ROOT

LIST = ROOT / "tests" / "house" / "routes.txt"


def listed(app: Flask) -> str:
    """One line a route: need, methods, rule."""
    needs: dict[str, Need] = app.extensions["ranevents-needs"]
    lines = [f"{needs[rule.endpoint].value:<20} {_methods(rule):<8} {rule.rule}" for rule in app.url_map.iter_rules()]
    return "\n".join(sorted(lines, key=lambda line: (line[30:], line))) + "\n"


def _methods(rule: Rule) -> str:
    return ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))


def test_the_list_of_routes_is_what_the_application_has(made_app: Flask) -> None:
    assert listed(made_app) == LIST.read_text(), "read what changed in the rights, then renew the list: make routes"


def test_a_route_without_a_need_stops_the_start(made_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room("careless", __name__)
    room.add_url_rule("/careless", "careless", lambda: "")
    monkeypatch.setattr("ranevents.app.ROOMS", [*_rooms(), room])

    with pytest.raises(UndeclaredRoute, match=r"/careless .* does not say who may use it"):
        create_app(made_app.config["SETTINGS"])


def _rooms() -> list[Room]:
    from ranevents import app

    return app.ROOMS


def test_a_route_declared_the_old_way_is_refused_at_once() -> None:
    room = Room("careless", __name__)

    with pytest.raises(UndeclaredRoute):
        room.route("/careless")


def test_a_right_over_an_event_needs_an_event_in_the_address() -> None:
    room = Room("careless", __name__)

    with pytest.raises(UndeclaredRoute, match="its address names none"):
        room.get("/organise/everything", needs=Need.EDITOR)
