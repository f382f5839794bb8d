"""The house's look: every macro and every part of the stylesheet on one page, which exists only here."""

from collections.abc import Iterator

import pytest
from flask import Flask, render_template_string
from flask_wtf import FlaskForm
from playwright.sync_api import Browser, expect
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from ranevents.app import create_app
from ranevents.config import Settings
from ranevents.core.paging import Page as Leaf
from ranevents.core.room import Need, Room
from ranevents.registrations.states import RegistrationState
from tests.journeys.browser import NARROW, WIDE, check_page, keep, leave_by, serving, window


class Sample(FlaskForm):
    name = StringField("Family name", [DataRequired("Enter your family name.")], description="As in your passport.")
    people = IntegerField("How many come with you", [Optional()])
    side = RadioField(
        "Which side do you bring?",
        [InputRequired("Choose one.")],
        choices=[SelectChoice("policy", "Policy"), SelectChoice("practice", "Practice")],
    )
    days = SelectMultipleField(
        "Days",
        choices=[SelectChoice("1", "First day"), SelectChoice("2", "Second day")],
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )
    country = SelectField(
        "Country",
        [DataRequired("Choose your country.")],
        choices=[SelectChoice("", "Choose"), SelectChoice("BG", "Bulgaria"), SelectChoice("XK", "Kosovo*")],
    )
    needs = TextAreaField("Access needs", description="Only those who prepare the room read this.")
    notice = BooleanField(
        "I have read the privacy notice.", [DataRequired("Please read the privacy notice, then tick this box.")]
    )


STYLE_PAGE = """
{% extends "layout/base.html" %}
{% import "macros/forms.html" as forms with context %}
{% import "macros/lists.html" as lists with context %}
{% block title %}Style page{% endblock %}
{% block main %}
<nav aria-label="Breadcrumb"><ol class="breadcrumb"><li class="breadcrumb-item"><a href="/">Calendar</a></li><li class="breadcrumb-item active" aria-current="page">Style page</li></ol></nav>
{{ forms.error_summary(form) }}
<h1>Partnerships in prevention: law enforcement and communities</h1>
<p class="lead">Sofia, 4 April 2018 · hosted by the Ministry of Interior</p>
<p>Running text with <a href="#x">a link in it</a>, and <code>a-code-that-is-rather-long-and-has-no-place-to-break-0123456789</code>.</p>
<div class="alert alert-success" role="status">You have a place. We have sent the details to maria@example.org.</div>
<div class="alert alert-danger" role="alert">There is no place left.</div>
<div class="alert alert-warning" role="status">Registration closes tomorrow.</div>
<div class="alert alert-info" role="status">Times are Sofia times.</div>
<h2 id="x">Facts</h2>
<dl class="facts"><dt>Place</dt><dd>National Palace of Culture, Sofia, {{ country_name("BG") }}</dd><dt>From</dt><dd>{{ country_name("XK") }}</dd><dt>State</dt><dd>{{ lists.state(states[0]) }}</dd></dl>
<dl class="figures"><div><dt>Confirmed</dt><dd>1 024</dd></div><div><dt>On the waiting list</dt><dd>12</dd></div><div><dt>Countries</dt><dd>28</dd></div></dl>
<p>{% for one in states %}{{ lists.state(one) }} {% endfor %}</p>
<p>{% for one in words %}<span class="state state-{{ one }}">{{ one }}</span> {% endfor %}</p>
<h2>Events</h2>
<ul class="event-list"><li class="event-card"><h3><a href="#x">Partnerships in prevention</a></h3><p>Sofia, Bulgaria</p><p>4 April 2018 {{ lists.state(states[1]) }}</p></li>
<li class="event-card"><h3><a href="#x">Youth work and schools</a></h3><p>Vienna, Austria</p></li></ul>
<div class="notice"><h3>Good to know</h3><p>Nobody sees who registered.</p></div>
<h2>Table</h2>
<form class="search" method="get"><div class="mb-3"><label class="form-label" for="q">Search</label><input class="form-control" id="q" name="q" placeholder="Name"></div><button class="btn btn-secondary">Search</button></form>
<div class="table-responsive" tabindex="0" role="region" aria-label="Registrations">
<table class="table table-hover"><caption>Registrations, newest first</caption><thead><tr><th scope="col">Name</th><th scope="col">Organisation</th><th scope="col">Country</th><th scope="col" class="number">Rank</th><th scope="col">State</th></tr></thead>
<tbody>{% for one in states %}<tr><th scope="row"><a href="#x">Петрова, Мария</a></th><td>Municipality of Plovdiv, department for social affairs</td><td>Bulgaria</td><td class="number">{{ loop.index }}</td><td>{{ lists.state(one) }}</td></tr>{% endfor %}</tbody></table></div>
{{ lists.pager(leaf, "sample.show") }}
<div class="actions"><a class="btn btn-primary" href="#x">Register</a> {{ forms.button("/sample", "Approve", hidden_label="Maria Petrova") }} {{ forms.button("/sample", "Reject", style="outline-danger") }} {{ forms.button("/sample", "Cancel the event", style="danger") }} {{ forms.button("/sample", "Offer", style="outline-primary") }} <button class="btn btn-secondary">Back</button> <button class="btn btn-success btn-sm">Small</button> <button class="btn btn-primary" disabled>Not now</button></div>
<h2>Form</h2>
<form method="post" novalidate>
{{ forms.hidden(form) }}
<fieldset><legend>About you</legend>
{{ forms.field(form.name, autocomplete="family-name") }}
{{ forms.field(form.people, hint="Leave it empty when you come alone.") }}
{{ forms.field(form.side) }}
{{ forms.field(form.days) }}
{{ forms.field(form.country) }}
</fieldset>
<fieldset><legend>What we should know</legend>
{{ forms.field(form.needs) }}
{{ forms.field(form.notice) }}
</fieldset>
<button class="btn btn-primary" type="submit">Send</button>
</form>
{% endblock %}
"""

room = Room("sample", __name__)
sent: list[str] = []


@room.form("/sample", needs=Need.PUBLIC)
def show() -> tuple[str, int]:
    form = Sample()
    if form.is_submitted():
        sent.append(form.name.data or "")
    status = 200 if form.validate_on_submit() or not form.is_submitted() else 422
    words = ["draft", "published", "finished", "archived", "queued", "sending", "sent", "failed", "bounced"]
    leaf = Leaf(rows=[], number=5, total=1000)
    return render_template_string(STYLE_PAGE, form=form, states=list(RegistrationState), words=words, leaf=leaf), status


@pytest.fixture
def address(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The application with one more room: the style page."""
    settings: Settings = app.config["SETTINGS"]
    monkeypatch.setattr("ranevents.app.ROOMS", [*_rooms(), room])
    sent.clear()
    with serving(create_app(settings)) as address:
        yield address


def _rooms() -> list[Room]:
    from ranevents import app

    return app.ROOMS


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_look_keeps_its_promises_in_a_wide_and_a_narrow_window(
    browser: Browser, address: str, size: dict[str, int]
) -> None:
    with window(browser, address, size=size) as page:
        page.goto("/sample")
        check_page(page)
        keep(page, f"look-{size['width']}")

        leave_by(page, "Send")
        check_page(page)
        keep(page, f"look-{size['width']}-errors")


def test_the_first_thing_after_an_error_is_what_went_wrong(browser: Browser, address: str) -> None:
    with window(browser, address) as page:
        page.goto("/sample")
        leave_by(page, "Send")
        expect(page.locator("#error-summary")).to_be_focused()

        page.get_by_role("link", name="Which side do you bring: Choose one.").click()

        expect(page.locator("#side-0")).to_be_focused()


def test_two_quick_presses_send_a_form_once(browser: Browser, address: str) -> None:
    with window(browser, address) as page:
        page.goto("/sample")
        page.get_by_label("Family name").fill("Petrova")

        page.evaluate("const button = [...document.querySelectorAll('button')].at(-1); button.click(); button.click();")
        page.get_by_role("alert").first.wait_for()

        assert sent == ["Petrova"]


def test_without_scripts_the_form_works_all_the_same(browser: Browser, address: str) -> None:
    with window(browser, address, scripts=False) as page:
        page.goto("/sample")
        page.get_by_label("Family name").fill("Петрова")
        leave_by(page, "Send")

        expect(page.get_by_role("link", name="Country: Choose your country.")).to_be_visible()
        expect(page.get_by_label("Family name")).to_have_value("Петрова")


def test_focus_is_always_visible(browser: Browser, address: str) -> None:
    """Every stop of the Tab key has an outline of 2 px and more (its colour: see the tokens of the stylesheet)."""
    with window(browser, address) as page:
        page.goto("/sample")
        stops = []
        for _stop in range(60):
            page.keyboard.press("Tab")
            stops.append(page.evaluate(_OUTLINE))

        reached = [stop for stop in stops if stop is not None]
        assert len(reached) > 40
        assert [name for name, width in reached if width < 2] == []


_OUTLINE = """
(() => { const one = document.activeElement; if (one === document.body) return null;
const look = getComputedStyle(one);
return [one.outerHTML.slice(0, 80), look.outlineStyle === "none" ? 0 : parseFloat(look.outlineWidth)]; })()
"""
