"""Answering an event's questions, as a person does it: with and without scripts, and by keyboard alone."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.questions.models import QuestionKind
from ranevents.registrations.models import Answer, Upload
from tests.builders import a_question, a_section, an_event
from tests.journeys.browser import WIDE, leave_by, window
from tests.journeys.test_registering import fill_in

pytestmark = pytest.mark.browser
PASSPORT = {"name": "passport.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\nstartxref\n0\n%%EOF\n"}


@pytest.fixture
def event(app: Flask) -> Event:
    """Asks about the hotel, in which room, and for the passport of who stays."""
    event = an_event(slug="sofia")
    stay = a_section(event)
    hotel = a_question(
        event, QuestionKind.YES_NO, section=stay, is_required=True, labels={"en": "Do you need a hotel?"}
    )
    nights = a_question(
        event, QuestionKind.ONE_OF, section=stay, options=["One", "Two"], is_required=True,
        only_if=(hotel, ["yes"]), labels={"en": "How many nights?"},
    )  # fmt: skip
    a_question(
        event, QuestionKind.FILE, section=stay, is_required=True, only_if=(nights, ["two"]), labels={"en": "Passport"}
    )
    db.session.commit()
    return event


@pytest.fixture(params=["with scripts", "without scripts"])
def anybody(request: pytest.FixtureRequest, browser: Browser, live: str, event: Event) -> Iterator[Page]:
    with window(browser, live, size=WIDE, scripts=request.param == "with scripts") as page:
        page.goto("/events/sofia/register")
        yield page


def given() -> list[object]:
    db.session.rollback()
    return [one.value for one in db.session.scalars(select(Answer).order_by(Answer.question_id))]


def send(page: Page) -> None:
    """Send the form; once more where it comes back with a spelling that it proposes, which is where scripts are off."""
    leave_by(page, "Send registration")
    if page.get_by_text("We propose this spelling").count():
        leave_by(page, "Send registration")


def test_a_chain_of_questions_with_a_file_is_answered(anybody: Page, event: Event) -> None:
    page = anybody
    fill_in(page)
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("Two", exact=True).check()
    page.get_by_label("Passport").set_input_files(PASSPORT)
    send(page)

    page.get_by_role("heading", name="Thank you").wait_for()
    assert given() == [True, "two", None]
    assert db.session.scalars(select(Upload.size)).all() == [len(PASSPORT["buffer"])]


def test_a_file_need_not_be_chosen_again(anybody: Page, event: Event) -> None:
    page = anybody
    fill_in(page)
    page.get_by_label("Position", exact=True).fill("")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("Two", exact=True).check()
    page.get_by_label("Passport").set_input_files(PASSPORT)
    send(page)
    expect(page.get_by_text("passport.pdf, 1 kB: kept. Choose another to replace it.")).to_be_visible()
    page.get_by_label("Position", exact=True).fill("Teacher")
    send(page)

    page.get_by_role("heading", name="Thank you").wait_for()
    assert given() == [True, "two", None]


def test_what_is_not_asked_is_hidden_said_aloud_and_not_sent(browser: Browser, live: str, event: Event) -> None:
    with window(browser, live, size=WIDE) as page:
        page.goto("/events/sofia/register")
        fill_in(page)
        nights, passport = page.get_by_text("How many nights?", exact=True), page.get_by_text("Passport", exact=True)
        expect(nights).to_be_hidden()

        page.get_by_label("Yes", exact=True).check()
        page.get_by_label("Two", exact=True).check()
        expect(passport).to_be_visible()
        expect(page.get_by_role("status").last).to_have_text("There are more questions below.")
        page.get_by_label("No", exact=True).check()

        expect(nights).to_be_hidden()
        expect(passport).to_be_hidden()
        expect(page.get_by_label("No", exact=True)).to_be_focused()
        expect(page.get_by_role("status").last).to_have_text("Some questions below are not needed any more.")
        send(page)
        page.get_by_role("heading", name="Thank you").wait_for()
    assert given() == [False]


def test_without_scripts_words_say_what_to_do(browser: Browser, live: str, event: Event) -> None:
    with window(browser, live, size=WIDE, scripts=False) as page:
        page.goto("/events/sofia/register")
        fill_in(page)
        page.get_by_label("No", exact=True).check()
        page.get_by_label("Two", exact=True).check()
        send(page)

        told = "This is only asked if you answered “Yes” to “Do you need a hotel?”."
        expect(page.get_by_role("alert")).to_contain_text(told)
        page.get_by_role("group", name="How many nights?").get_by_label("No answer").or_(
            page.get_by_role("radiogroup", name="How many nights?").get_by_label("No answer")
        ).check()
        send(page)
        page.get_by_role("heading", name="Thank you").wait_for()
    assert given() == [False]


def test_the_questions_are_answered_by_keyboard_alone(browser: Browser, live: str, event: Event) -> None:
    with window(browser, live, size=WIDE) as page:
        page.goto("/events/sofia/register")
        fill_in(page)
        page.get_by_label("Accessibility needs").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        expect(page.get_by_label("Yes", exact=True)).to_be_checked()
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        expect(page.get_by_label("One", exact=True)).to_be_checked()
        page.get_by_role("button", name="Send registration").focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Thank you").wait_for()
    assert given() == [True, "one"]
