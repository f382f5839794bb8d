"""Every route, tried by everybody: at the own event, at a foreign one, with foreign records, and without CSRF token.

New routes are walked as soon as they stand in routes.txt.
"""

from urllib.parse import urlsplit

import pytest
from flask import Flask

from ranevents.core.db import db
from ranevents.core.tokens import Link
from ranevents.events.states import EventState
from tests import builders
from tests.client import Client, Page
from tests.house.world import BELONG_TO_AN_EVENT, SAMPLES, Route, World, everything, routes, who_may

EVENT_NEEDS = ["reader of the event", "desk of the event", "editor of the event", "owner of the event"]
ROLES = ["reader", "desk", "editor", "owner"]
SIGN_IN, FORBIDDEN, NOT_FOUND, ALLOWED = "sign in first", "forbidden", "not found", "allowed"
END_THE_SESSION = {
    "/account/sign-out-everywhere",
    "/account/password",
    "/sign-out",
    "/sign-in/second-factor",
    "/sign-in/recovery-code",
}
"""Whoever may do this is sent to sign in afterwards, or first."""
OWN_ONLY = {"/account/second-factor/passkeys/<int:id>/remove"}
OF_ONES_EVENTS = {route.rule for route in routes() if route.rule.startswith("/organise/people/") and route.arguments}
"""Open to every organiser, but each finds only the people whom their events know (tests/directory)."""
OF_ONE_ORGANISER = {route.rule for route in routes() if "/guests/import/<int:id>" in route.rule}
"""What the administrator has brought: nobody else finds it, whatever they may do at the event."""
MAY_FIND_NOTHING = (
    {"/bootstrap/static/<path:filename>"}
    | OWN_ONLY
    | OF_ONES_EVENTS
    | {route.rule for route in routes() if "/demo/" in route.rule}
)

pytestmark = pytest.mark.slow

each_route = pytest.mark.parametrize("route", routes(), ids=lambda route: f"{'+'.join(route.methods)} {route.rule}")


def expected(need: str, who: str, *, at_own_event: bool = True) -> str:
    """What the rights table says, written down a second time."""
    if need in ("public", "personal link"):
        return ALLOWED
    if who == "anonymous":
        return SIGN_IN
    if need == "signed in" or who == "administrator":
        return ALLOWED
    if need == "administrator":
        return FORBIDDEN
    if at_own_event == (who == "outsider"):
        return NOT_FOUND
    if who == "outsider":
        return ALLOWED
    return ALLOWED if ROLES.index(who) >= EVENT_NEEDS.index(need) else FORBIDDEN


def answer(page: Page, route: Route) -> str:
    """Which class an answer belongs to."""
    assert page.status < 500, f"{page.status}: {page.text[:300]}"
    location = urlsplit(page.response.headers.get("Location", "")).path
    if page.status in (302, 303) and location == "/sign-in" and route.rule not in END_THE_SESSION:
        return SIGN_IN
    if page.status == 404 and route.rule in MAY_FIND_NOTHING:
        return ALLOWED
    if page.status == 403 and route.rule in OF_ONES_EVENTS:
        return ALLOWED
    return {403: FORBIDDEN, 404: NOT_FOUND}.get(page.status, ALLOWED)


def ask(app: Flask, world: World, who: str, method: str, path: str) -> Page:
    client = Client(app, world.cast[who])
    return client.get(path, follow=False) if method == "GET" else client.post(path, follow=False)


@each_route
def test_everybody_may_do_what_the_rights_say_and_no_more(app: Flask, route: Route) -> None:
    world = World()
    path, before = route.path(world.samples(world.own)), everything()

    for who in world.cast:
        for method in route.methods:
            page = ask(app, world, who, method, path)

            wanted = expected(route.need, who)
            if route.rule in END_THE_SESSION and wanted == SIGN_IN:
                assert page.status == 303
            elif page.status == 404 and route.rule in OF_ONE_ORGANISER and who != "administrator":
                assert wanted in (ALLOWED, NOT_FOUND), who
            else:
                assert answer(page, route) == wanted, f"{who}: {page.status} {page.text[:200]}"
            if wanted != ALLOWED or method == "GET":
                assert everything() == before, f"{who} changed something"
            elif everything() != before:
                world = World()
                path, before = route.path(world.samples(world.own)), everything()


@pytest.mark.parametrize(
    "route", [r for r in routes() if "<event>" in r.rule and r.need != "public"], ids=lambda r: r.rule
)
def test_a_role_at_one_event_is_none_at_another(app: Flask, route: Route) -> None:
    world = World()
    before = everything()

    for who in ["anonymous", *ROLES]:
        for method in route.methods:
            page = ask(app, world, who, method, route.path(world.samples(world.foreign)))

            assert answer(page, route) == expected(route.need, who, at_own_event=False), f"{who}: {page.status}"
    assert everything() == before


@pytest.mark.parametrize(
    "route",
    [r for r in routes() if "<event>" in r.rule and BELONG_TO_AN_EVENT & set(r.arguments)],
    ids=lambda r: r.rule,
)
def test_a_foreign_record_is_not_found_at_the_own_event(app: Flask, route: Route) -> None:
    world = World()
    before = everything()

    for who in ["owner", "administrator"]:
        for method in route.methods:
            page = ask(app, world, who, method, route.path(world.samples(world.own, records=world.foreign)))

            assert page.status == 404, f"{who}: {page.status}"
    assert everything() == before


@pytest.mark.parametrize("route", [r for r in routes() if "POST" in r.methods], ids=lambda r: r.rule)
def test_nothing_changes_without_the_csrf_token(app: Flask, route: Route) -> None:
    world = World()
    before = everything()

    page = who_may(app, world, route).post(route.path(world.samples(world.own)), follow=False, csrf=False)

    assert page.status in (400, 422), page.status
    assert everything() == before


@pytest.mark.parametrize("route", [r for r in routes() if r.need == "personal link"], ids=lambda r: r.rule)
def test_only_a_link_that_we_gave_out_for_this_opens_a_page(app: Flask, route: Route) -> None:
    world = World()
    samples = world.samples(world.own)
    right = {name: samples[name] for name in SAMPLES}
    argument = next(name for name in route.arguments if name.endswith("/token"))
    token = right[argument]
    somebody = Link("something-else", world.own.registration.reference, 1)
    wrong = [
        "x",
        token[:-5] + ("A" if token[-5] != "A" else "B") + token[-4:],
        token.swapcase(),
        somebody.sign(),
        somebody.sign_for_a_while(),
        *(value for name, value in right.items() if name.endswith("/token") and name != argument),
    ]
    before = everything()

    for one in wrong:
        for method in route.methods:
            page = ask(app, world, "anonymous", method, route.path({**right, argument: one}))

            assert page.status == 404, f"{one}: {page.status}"
            assert page.response.headers["Referrer-Policy"] == "no-referrer"
            assert page.response.headers["Cache-Control"] == "no-store"
    assert everything() == before


@pytest.mark.parametrize(
    "route", [r for r in routes() if r.need == "public" and "<event>" in r.rule], ids=lambda r: r.rule
)
def test_a_draft_is_known_to_its_team_only(app: Flask, route: Route) -> None:
    world = World()
    draft = builders.an_event(state=EventState.DRAFT)
    reader = builders.a_user(builders.Role.READER, draft)
    db.session.commit()
    samples = world.samples(world.own)
    samples["events/event"] = draft.slug
    path = route.path(samples)

    for who in ["anonymous", "outsider", "owner"]:
        for method in route.methods:
            assert ask(app, world, who, method, path).status == 404, who
    if "GET" in route.methods:
        assert Client(app, reader).get(path, follow=False).status < 404


def test_each_kind_of_need_is_walked() -> None:
    assert {route.need for route in routes()} >= {
        "public", "personal link", "signed in", "administrator", "reader of the event", "editor of the event",
        "owner of the event",
    }  # fmt: skip
