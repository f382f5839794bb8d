"""Whatever a form is sent: never a 500, nothing changed by a refused one, and what was typed is still there."""

from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from ranevents.core.forms import one_line, several_lines
from tests.client import Client, Page, check_manners
from tests.house.world import Route, World, everything, routes, who_may

pytestmark = pytest.mark.slow

FORMS = [route for route in routes() if route.methods == ("GET", "POST")]
BUTTONS = [route for route in routes() if route.methods == ("POST",)]
NASTY = [
    "\x00", "a\x00b", "\r\n.\r\n", "'; DROP TABLE events; --", "{{ 7*7 }}", "%(name)s %s", "<b>x</b>", "=1+1",
    "\u202e\u200f\ufeff", "\U0001f9d1\u200d\U0001f680", "é" * 70, "x" * 5000, "-1", "0", "99999999999999999999", "1e400",
    "NaN", "2018-02-30", "0000-00-00", "9999-12-31T23:59", "2018-03-25T02:30", "Europe/Nowhere", "on", "true", "[]", " ",
]  # fmt: skip
NOTHING_TO_WRITE = {
    "/account/password",
    "/account/second-factor/app/remove",
    "/account/second-factor/passkeys/<int:id>/remove",
    "/account/second-factor/recovery-codes",
    "/i/<token>/data/erasure",
    "/organise/events/<event>/guests/earlier",
    "/organise/events/<event>/guests/export",
    "/organise/events/<event>/guests/import",
    "/organise/events/<event>/guests/import/<int:id>/columns",
    "/organise/events/<event>/guests/import/<int:id>/sheet",
    "/organise/events/<event>/guests/remind",
    "/organise/events/<event>/invitations/<int:id>/ask-again",
    "/organise/events/<event>/questions/<int:id>/take-out",
    "/organise/events/<event>/questions/copy",
    "/organise/events/<event>/registrations/<int:id>/erase",
    "/organise/events/<event>/registrations/export",
    "/organise/events/<event>/together/approve",
    "/organise/people/<int:id>/merge/<int:other>",
    "/r/<token>/cancel",
    "/reset/<token>",
    "/welcome/<token>",
}
"""Forms of passwords, which are never shown again, of a button, of choices, and those for which something is chosen first."""
letters = st.characters(exclude_categories=["Cs"])
"""Everything that UTF-8 can say. (Asked for by the name of the codec, Hypothesis tries each character out first.)"""
anything = st.one_of(
    st.text(letters, max_size=60), st.sampled_from(NASTY), st.text(letters, max_size=40).map(lambda text: text * 10)
)
deeds = st.sampled_from(["replace", "leave out", "send twice"])
many = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def own_form(page: Page) -> int | None:
    """Which of the page's forms is sent back to the page itself; None where it offers none (any more)."""
    own = ("", page.response.request.path)
    posted = [number for number, form in enumerate(page.forms) if form["method"] == "post"]
    return next((number for number in posted if page.forms[number]["action"].partition("?")[0] in own), None)


def fields_of(page: Page) -> dict[str, str]:
    number = own_form(page)
    return {} if number is None else dict(page.forms[number]["fields"])


def send(client: Client, path: str, fields: MultiDict[str, str]) -> Any:
    body = urlencode(list(fields.items(multi=True)), errors="surrogatepass")
    return client.http.post(path, data=body, content_type="application/x-www-form-urlencoded")


@pytest.mark.parametrize("route", FORMS, ids=lambda route: route.rule)
def test_no_form_ends_in_an_error_of_ours(app: Flask, route: Route) -> None:
    world = World()
    path = route.path(world.samples(world.own))
    # A page on which something must be chosen first has no form yet; forms can be sent to it all the same.
    shown_first = sorted(fields_of(who_may(app, world, route).get(path)))
    names = shown_first or ["csrf_token", "sections"]

    @many
    @given(data=st.data())
    def attempt(data: st.DataObject) -> None:
        nonlocal world, path
        client = who_may(app, world, route)
        page = client.get(path, follow=False)
        if page.status != 200 or sorted(fields_of(page)) != shown_first:
            world = World()
            path = route.path(world.samples(world.own))
            client = who_may(app, world, route)
            page = client.get(path)
        shown = fields_of(page)
        fields: MultiDict[str, str] = MultiDict(shown)
        for name in data.draw(st.lists(st.sampled_from(names), max_size=6, unique=True), label="fields"):
            deed = data.draw(deeds, label=name)
            if deed == "leave out":
                fields.poplist(name)
            elif deed == "replace":
                fields[name] = data.draw(anything, label=name)
            else:
                fields.add(name, data.draw(anything, label=name))
        before = everything()

        answer = send(client, path, fields)

        assert answer.status_code in (200, 302, 303, 400, 404, 409, 422, 429), answer.status_code
        if answer.status_code >= 400:
            assert everything() == before
        if answer.mimetype == "text/html" and answer.status_code not in (302, 303):
            check_manners(answer.get_data(as_text=True))

    attempt()


@pytest.mark.parametrize("route", BUTTONS, ids=lambda route: route.rule)
def test_no_button_ends_in_an_error_of_ours(app: Flask, route: Route) -> None:
    world = World()
    path = route.path(world.samples(world.own))
    client = who_may(app, world, route)
    token = client.csrf_token()

    @settings(many, max_examples=8)
    @given(fields=st.dictionaries(st.sampled_from(["role", "reason", "next", "given_name", "state", "x"]), anything))
    def attempt(fields: dict[str, str]) -> None:
        answer = send(client, path, MultiDict({**fields, "csrf_token": token}))

        assert answer.status_code in (200, 302, 303, 400, 403, 404, 409, 422, 429), answer.status_code

    attempt()


@pytest.mark.parametrize(
    "path",
    [
        "/organise/events/{event}/registrations?search={typed}&page={typed}&state={typed}",
        "/organise/events/{event}/mails?search={typed}&page={typed}&state={typed}",
        "/organise/events/{event}/registrations?country={typed}&from={typed}&needs={typed}&q1={typed}&sort={typed}",
        "/organise/events/{event}/registrations/export?search={typed}&to={typed}",
        "/organise/events/{event}/together/mail?which={typed}&id={typed}&page={typed}",
        "/organise/events/{event}/trail?page={typed}&kind={typed}&actor={typed}&from={typed}&to={typed}",
        "/sign-in?next={typed}",
        "/demo/mails?search={typed}&page={typed}",
        "/events/{typed}",
        "/r/{typed}",
        "/reset/{typed}",
    ],
)
def test_no_address_ends_in_an_error_of_ours(app: Flask, path: str) -> None:
    world = World()
    client = Client(app, world.cast["administrator"])

    @many
    @given(typed=anything)
    def attempt(typed: str) -> None:
        quoted = urlencode({"q": typed}, errors="surrogatepass").removeprefix("q=")
        answer = client.http.get(path.format(event=world.own.event.slug, typed=quoted))

        assert answer.status_code < 500

    attempt()


CLEANED = {"textarea": several_lines, "input": one_line}
WRITTEN_IN = {"text", "email", "number", "date", "datetime-local", "search", "url", "tel", ""}


def written(page: Page) -> dict[str, str]:
    """The fields of the page's own form that one writes into, each with its tag."""
    return {
        attributes["name"]: tag
        for tag, attributes in check_manners(page.html).controls
        if attributes.get("name") in fields_of(page)
        and (tag == "textarea" or (tag == "input" and attributes.get("type", "") in WRITTEN_IN))
    }


@pytest.mark.parametrize("route", FORMS, ids=lambda route: route.rule)
def test_what_was_typed_is_still_there_when_a_form_is_refused(app: Flask, route: Route) -> None:
    world = World()
    path = route.path(world.samples(world.own))
    client = who_may(app, world, route)
    page = client.get(path, follow=False)
    names = written(page)
    if not names:
        return  # which forms these are is told by the test below

    @settings(many, max_examples=8, phases=[Phase.generate])  # a whole form takes minutes to shrink
    @given(
        typed=st.fixed_dictionaries({name: st.text(letters, max_size=80) | st.sampled_from(NASTY) for name in names})
    )
    def attempt(typed: dict[str, str]) -> None:
        answer = client.submit(page, form=own_form(page), **{**typed, "csrf_token": "stale"})

        kept = {name: CLEANED[tag](fields_of(answer)[name]) for name, tag in names.items()}
        cleaned = {name: CLEANED[tag](typed[name]) for name, tag in names.items()}
        assert answer.status == 422
        # Where nothing was typed, the page may propose something: a name in Latin letters.
        assert {name: kept[name] for name in names if cleaned[name]} == {
            name: cleaned[name] for name in names if cleaned[name]
        }

    attempt()


def test_some_form_is_written_into(app: Flask) -> None:
    """The test above would agree with pages that have no fields at all."""
    world = World()
    pages = {
        route.rule: who_may(app, world, route).get(route.path(world.samples(world.own)), follow=False)
        for route in FORMS
    }

    assert {rule for rule, page in pages.items() if not written(page)} == NOTHING_TO_WRITE


@pytest.mark.parametrize("route", FORMS, ids=lambda route: route.rule)
def test_no_form_that_is_sent_for_another_language_changes_anything(app: Flask, route: Route) -> None:
    world = World()
    path = route.path(world.samples(world.own))
    client = who_may(app, world, route)
    fields = {**fields_of(client.get(path)), "change_language": "fr", "csrf_token": client.csrf_token()}
    before = everything()

    answer = client.http.post(f"{path}{'&' if '?' in path else '?'}lang=fr", data=fields)

    assert answer.status_code in (200, 303, 422), answer.status_code
    assert everything() == before
    if answer.status_code != 303:
        check_manners(answer.get_data(as_text=True))
        assert '<html lang="fr">' in answer.text
        assert 'value="fr" formaction=' in answer.text
