"""Every page in each of its states, in a wide and in a 320 px window: axe finds nothing, nothing sticks out.

All looks share one window, whose cookies are cleared before each: a browser that has our stylesheets is the quicker.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Response

from ranevents.accounts.models import Role
from ranevents.core.db import db
from tests import builders
from tests.house.world import Route, routes
from tests.journeys.browser import (
    BY_TAG,
    NARROW,
    OF_LAYOUT,
    WIDE,
    check_axe,
    check_geometry,
    keep,
    sign_in,
    stand_half_way,
    watched,
    window,
)
from tests.journeys.looks import NO_PAGES, PAGES, Look, World, event

LONG_WORDS = ("de", "bg")
FIRST_OF_PAGE = list({look.shape: look for look in reversed(PAGES)}.values())


@pytest.fixture(scope="module")
def shared_window(browser: Browser, served: str) -> Iterator[Page]:
    with window(browser, served) as page:
        yield page


@pytest.fixture
def page(shared_window: Page, live: str) -> Iterator[Page]:
    shared_window.context.clear_cookies()
    shared_window.set_viewport_size(WIDE)
    with watched(shared_window) as page:
        yield page


@pytest.mark.parametrize("look", PAGES, ids=lambda look: look.name)
def test_every_page_is_accessible_and_fits(page: Page, app: Flask, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing was done on the page, its narrow half is in a language of long words.

    All rules of axe are tried once on each look, and in both windows on the first look of each page.
    """
    world = World(event=None, app=app, patch=monkeypatch)
    look.state(world)
    db.session.commit()
    if look.who == "half way":
        stand_half_way(page, app, world.user)
    elif look.who != "anonymous":
        sign_in(page, app, _who(look.who, world))
    path = look.path.format(**vars(world))

    _open(page, path, look.status)
    if look.act:
        # What opens a part of the page leads to no other page.
        assert _answer(page, look.act, else_status=look.status) == look.acted
    keep(page, f"{look.name}-{WIDE['width']}")
    check_geometry(page)
    if look.act or look in FIRST_OF_PAGE:
        check_axe(page)

    page.set_viewport_size(NARROW)
    if not look.act:
        _speak(page, LONG_WORDS[PAGES.index(look) % 2])
        _open(page, path, look.status)
    keep(page, f"{look.name}-{NARROW['width']}")
    check_geometry(page)
    check_axe(page, OF_LAYOUT if look.act else BY_TAG)


def _open(page: Page, path: str, status: int) -> None:
    assert _answer(page, lambda page: page.goto(path)) == status


def _answer(page: Page, act: Callable[[Page], Any], *, else_status: int = 0) -> int:
    """The status of the last page that came while something was done; another where none came."""
    pages: list[Response] = []

    def note(one: Response) -> None:
        if one.request.is_navigation_request():
            pages.append(one)

    page.on("response", note)
    try:
        act(page)
    finally:
        page.remove_listener("response", note)
    return pages[-1].status if pages else else_status


def _speak(page: Page, language: str) -> None:
    page.context.add_cookies([{"name": "language", "value": language, "domain": "127.0.0.1", "path": "/"}])


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
