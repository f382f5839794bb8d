"""Every page in each of its states, in a wide and in a 320 px window: axe finds nothing, nothing sticks out.

A new page is one more line in PAGES, or several: one a state (empty, full, with errors).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from ranevents.accounts.models import Role
from ranevents.core.db import db
from ranevents.events.states import EventState
from ranevents.registrations.states import RegistrationState
from tests import builders
from tests.journeys.browser import NARROW, WIDE, check_page, keep, sign_in, window

World = SimpleNamespace


@dataclass(frozen=True)
class Look:
    """One page in one state.

    `who`: 'anonymous', 'administrator', or a role ('owner') at `world.event`. `path` may name what `world` holds, as
    in '/events/{event.slug}'. `state` fills the world first; `act` does something on the page (sends it empty, say).
    """

    name: str
    who: str
    path: str
    state: Callable[[World], None] = field(default=lambda _world: None)
    act: Callable[[Page], None] = field(default=lambda _page: None)


def event(world: World) -> None:
    """One published event that is open for registration."""
    world.event = world.event or builders.an_event()


def draft(world: World) -> None:
    """A draft that lacks what it needs to be published."""
    world.event = world.event or builders.an_event(state=EventState.DRAFT, venue="", description="")


def cancelled(world: World) -> None:
    """An event that was called off."""
    world.event = world.event or builders.an_event(state=EventState.CANCELLED, cancellation_reason="A storm.")


def registered(state: RegistrationState) -> Callable[[World], None]:
    """One registration in that state, with a mail about it."""

    def fill(world: World) -> None:
        event(world)
        world.registration = builders.a_registration(world.event, state=state, diet="Vegan")
        world.message = builders.a_message(world.event, world.registration.person)
        world.token = world.registration.link.sign()

    return fill


pending, confirmed, waitlisted, offered, cancelled_registration = (
    registered(state)
    for state in (
        RegistrationState.PENDING,
        RegistrationState.CONFIRMED,
        RegistrationState.WAITLISTED,
        RegistrationState.OFFERED,
        RegistrationState.CANCELLED,
    )
)


def press(name: str) -> Callable[[Page], None]:
    """Press the button of that name, past the browser's own checks."""

    def act(page: Page) -> None:
        page.evaluate("document.querySelectorAll('form').forEach((form) => form.noValidate = true)")
        page.get_by_role("button", name=name, exact=True).last.click()
        page.wait_for_load_state()

    return act


PAGES = [
    Look("a page that is not there", "anonymous", "/nowhere"),
    Look("the calendar, empty", "anonymous", "/"),
    Look("the calendar, full", "anonymous", "/", state=event),
    Look("the event page", "anonymous", "/events/{event.slug}", state=event),
    Look("the event page of a cancelled event", "anonymous", "/events/{event.slug}", state=cancelled),
    Look("the event page of a draft", "reader", "/events/{event.slug}", state=draft),
    Look("an organiser's events", "owner", "/organise", state=event),
    Look("an organiser's events, none", "administrator", "/organise"),
    Look("a new event", "owner", "/organise/events/new", state=event),
    Look("a new event, with errors", "owner", "/organise/events/new", state=event, act=press("Save the draft")),
    Look("a new event without a series", "administrator", "/organise/events/new"),
    Look("an event's home", "owner", "/organise/events/{event.slug}", state=event),
    Look("an event's home, draft", "owner", "/organise/events/{event.slug}", state=draft),
    Look("an event's home, cancelled", "owner", "/organise/events/{event.slug}", state=cancelled),
    Look("editing an event", "editor", "/organise/events/{event.slug}/edit", state=event),
    Look("cancelling an event", "owner", "/organise/events/{event.slug}/cancel", state=event),
    Look("cancelling an event, with errors", "owner", "/organise/events/{event.slug}/cancel", state=event, act=press("Cancel this event")),
    Look("cancelling a cancelled event", "owner", "/organise/events/{event.slug}/cancel", state=cancelled),
    Look("series, none", "administrator", "/organise/series"),
    Look("series", "administrator", "/organise/series", state=event),
    Look("a new series", "administrator", "/organise/series/new"),
    Look("a new series, with errors", "administrator", "/organise/series/new", act=press("Save")),
    Look("the registration form", "anonymous", "/events/{event.slug}/register", state=event),
    Look("the registration form, with errors", "anonymous", "/events/{event.slug}/register", state=event, act=press("Send registration")),
    Look("registered", "anonymous", "/events/{event.slug}/registered", state=event),
    Look("asking for a link", "anonymous", "/events/{event.slug}/link", state=event),
    Look("my registration, confirmed", "anonymous", "/r/{token}", state=confirmed),
    Look("my registration, waiting", "anonymous", "/r/{token}", state=waitlisted),
    Look("my registration, offered", "anonymous", "/r/{token}", state=offered),
    Look("my registration, pending", "anonymous", "/r/{token}", state=pending),
    Look("my registration, cancelled", "anonymous", "/r/{token}", state=cancelled_registration),
    Look("changing my registration", "anonymous", "/r/{token}/change", state=confirmed),
    Look("cancelling my registration", "anonymous", "/r/{token}/cancel", state=confirmed),
    Look("registrations, none", "reader", "/organise/events/{event.slug}/registrations", state=event),
    Look("registrations", "owner", "/organise/events/{event.slug}/registrations", state=pending),
    Look("one registration", "owner", "/organise/events/{event.slug}/registrations/{registration.id}", state=pending),
    Look("one registration, for a reader", "reader", "/organise/events/{event.slug}/registrations/{registration.id}", state=offered),
    Look("rejecting", "editor", "/organise/events/{event.slug}/registrations/{registration.id}/reject", state=pending),
    Look("cancelling for somebody", "editor", "/organise/events/{event.slug}/registrations/{registration.id}/cancel", state=confirmed),
    Look("the mail log, empty", "reader", "/organise/events/{event.slug}/mails", state=event),
    Look("the mail log", "editor", "/organise/events/{event.slug}/mails", state=confirmed),
    Look("one mail", "editor", "/organise/events/{event.slug}/mails/{message.id}", state=confirmed),
    Look("the team", "owner", "/organise/events/{event.slug}/team", state=event),
    Look("the trail", "owner", "/organise/events/{event.slug}/trail", state=event),
    Look("my account", "administrator", "/account"),
    Look("a new password", "administrator", "/account/password"),
    Look("organisers", "administrator", "/organise/organisers"),
    Look("what I may not do", "reader", "/organise/events/{event.slug}/team", state=event),
    Look("a forgotten password", "anonymous", "/forgotten"),
    Look("the demo's post box", "anonymous", "/demo/mails"),
    Look("sign-in", "anonymous", "/sign-in"),
    Look("sign-in, with errors", "anonymous", "/sign-in", act=press("Sign in")),
]  # fmt: skip


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("look", PAGES, ids=lambda look: look.name)
def test_every_page_is_accessible_and_fits(
    browser: Browser, app: Flask, live: str, look: Look, size: dict[str, int]
) -> None:
    world = World(event=None)
    look.state(world)
    db.session.commit()

    with window(browser, live, size=size) as page:
        if look.who != "anonymous":
            sign_in(page, app, _who(look.who, world))
        answer = page.goto(look.path.format(**vars(world)))
        look.act(page)

        assert answer is not None
        assert answer.status < 500
        assert answer.status != 404 or look.path == "/nowhere"
        keep(page, f"{look.name}-{size['width']}")
        check_page(page)


def _who(who: str, world: World) -> builders.User:
    if who == "administrator":
        return builders.a_user(is_administrator=True)
    event(world)
    return builders.a_user(Role(who), world.event)
