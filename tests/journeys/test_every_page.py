"""Every page in each of its states, in a wide and in a 320 px window: axe finds nothing, nothing sticks out."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser, Response

from ranevents.accounts.models import Role
from ranevents.core.db import db
from tests import builders
from tests.house.world import Route, routes
from tests.journeys.browser import NARROW, WIDE, check_page, keep, sign_in, stand_half_way, window
from tests.journeys.looks import NO_PAGES, PAGES, Look, World, event


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("look", PAGES, ids=lambda look: look.name)
def test_every_page_is_accessible_and_fits(
    browser: Browser, app: Flask, live: str, look: Look, size: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(event=None, app=app, patch=monkeypatch)
    look.state(world)
    db.session.commit()

    with window(browser, live, size=size) as page:
        if look.who == "half way":
            stand_half_way(page, app, world.user)
        elif look.who != "anonymous":
            sign_in(page, app, _who(look.who, world))
        pages: list[Response] = []
        page.on("response", lambda one: pages.append(one) if one.request.is_navigation_request() else None)
        page.goto(look.path.format(**vars(world)))
        assert pages[-1].status == look.status

        if look.act:
            look.act(page)
            assert pages[-1].status == look.acted

        keep(page, f"{look.name}-{size['width']}")
        check_page(page)


def _who(who: str, world: World) -> builders.User:
    if who == "myself":
        user: builders.User = world.user
        return user
    if who == "administrator":
        return builders.a_user(is_administrator=True)
    event(world)
    return builders.a_user(Role(who), world.event)


def _shape(rule: str) -> str:
    return re.sub(r"<[^>]+>", "<>", rule)


PAGES_OF_ROUTES = [route for route in routes() if "GET" in route.methods and route.rule not in NO_PAGES]


@pytest.mark.parametrize("route", PAGES_OF_ROUTES, ids=lambda route: route.rule)
def test_every_route_with_a_page_is_looked_at(route: Route) -> None:
    looks = [look for look in PAGES if look.shape == _shape(route.rule)]

    assert [look for look in looks if look.status == 200], "add a look to tests/journeys/looks.py"
    if "POST" in route.methods:
        assert [look for look in looks if look.act and look.acted == 422], "add a look with errors"
