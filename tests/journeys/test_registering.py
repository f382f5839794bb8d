"""The main journey, as a person walks it: find the event, register, read the mail, change, cancel; the next is offered."""

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
from flask import Flask
from icalendar import Calendar
from playwright.sync_api import Browser, Page, expect

from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.mailing.delivery import drain
from ranevents.mailing.models import MailQueue
from ranevents.registrations.states import RegistrationState
from tests.builders import a_person, a_registration, an_event
from tests.journeys.browser import NARROW, WIDE, leave_by, window
from tests.registrations.journey import states
from tests.sink import Sink

pytestmark = pytest.mark.browser

TYPED = {
    "Given name": "Елена",
    "Family name": "Димитрова",
    "E-mail address": "elena@example.org",
    "Organisation": "Община Русе",
    "Position": "Учител",
}


@pytest.fixture
def event(app: Flask) -> Event:
    """One place left, and somebody who will wait for it."""
    event = an_event(title="Partnerships in prevention", slug="sofia", capacity=1)
    db.session.commit()
    return event


@pytest.fixture
def post(app: Flask, sink: Sink) -> Callable[[], EmailMessage]:
    """Let the post be delivered, and take the newest mail."""

    def newest() -> EmailMessage:
        db.session.rollback()
        drain(MailQueue.PROMPT)
        return sink.mails[-1]

    return newest


@pytest.fixture(params=["wide", "narrow", "wide without scripts", "narrow without scripts"])
def anybody(request: pytest.FixtureRequest, browser: Browser, live: str) -> Iterator[Page]:
    """A window of each kind."""
    size = NARROW if "narrow" in request.param else WIDE
    with window(browser, live, size=size, scripts="without" not in request.param) as page:
        yield page


def link_in(mail: EmailMessage) -> str:
    """The personal link, in the text and in the HTML alike."""
    text, html = (str(mail.get_body((kind,)).get_content()) for kind in ("plain", "html"))  # type: ignore[union-attr]
    [link] = re.findall(r"http://\S+/r/\S+", text)
    assert f'href="{link}"' in html
    return str(link)


def entry_in(mail: EmailMessage) -> tuple[str, str, int]:
    """Method, UID and SEQUENCE of the calendar entry that comes with the mail."""
    [part, *_] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    [entry] = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), str(entry["UID"]), int(entry["SEQUENCE"])


def fill_in(page: Page) -> None:
    for label, value in TYPED.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("Country", exact=True).select_option("BG")
    page.get_by_label("Sector").select_option("education")
    page.get_by_label("Practice").check()
    page.get_by_label("I have read the privacy notice").check()


def test_from_the_calendar_to_a_place_and_back(
    request: pytest.FixtureRequest, anybody: Page, event: Event, post: Callable[[], EmailMessage], app: Flask
) -> None:
    page = anybody
    page.goto("/")
    page.get_by_role("link", name="Partnerships in prevention").click()
    page.get_by_role("link", name="Register", exact=True).click()
    fill_in(page)
    leave_by(page, "Send registration")
    if "without scripts" in request.node.callspec.id:  # the form comes back once with its proposal
        expect(page.get_by_role("alert")).to_contain_text("We propose this spelling.")
        expect(page.get_by_label("Given name in Latin letters")).to_have_value("Elena")
        leave_by(page, "Send registration")
    page.get_by_role("heading", name="Thank you, Елена: we have your registration").wait_for()

    confirmation = post()
    method, uid, sequence = entry_in(confirmation)
    assert confirmation["Subject"] == "You have a place: Partnerships in prevention"
    assert (method, sequence) == ("PUBLISH", 0)

    page.goto(link_in(confirmation))
    expect(page.get_by_text("You have a place, Елена Димитрова.")).to_be_visible()
    page.get_by_role("link", name="Change this").click()
    page.get_by_label("Position", exact=True).fill("Директор")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your changes are saved.")).to_be_visible()
    expect(page.get_by_text("Директор")).to_be_visible()

    waiting = a_registration(event, a_person(email="next@example.org"), state=RegistrationState.WAITLISTED)
    db.session.commit()
    page.get_by_role("link", name="Cancel my registration").click()
    page.get_by_role("button", name="Yes, cancel my registration").click()
    expect(page.get_by_text("This registration is cancelled.")).to_be_visible()
    offer = post()
    assert offer["To"].endswith("<next@example.org>")
    assert states(event) == [RegistrationState.CANCELLED, RegistrationState.OFFERED]

    page.goto(link_in(offer))
    leave_by(page, "Accept the place")
    expect(page.get_by_text("You have a place")).to_be_visible()
    assert states(event) == [RegistrationState.CANCELLED, RegistrationState.CONFIRMED]
    assert entry_in(post())[1] != uid, "another person, another entry"
    assert waiting.rank == 1


def test_a_cancelled_place_comes_with_an_entry_that_leaves_the_calendar(
    page: Page, event: Event, post: Callable[[], EmailMessage], sink: Sink
) -> None:
    page.goto("/events/sofia/register")
    fill_in(page)
    page.get_by_role("button", name="Send registration").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    _method, uid, _sequence = entry_in(post())

    page.goto(link_in(sink.mails[-1]) + "/cancel")
    leave_by(page, "Yes, cancel my registration")

    assert entry_in(post()) == ("CANCEL", uid, 1)


def test_with_the_keyboard_alone(page: Page, event: Event) -> None:
    page.goto("/events/sofia/register")

    def go_to(label: str) -> None:
        """Press Tab until the control with this label has the focus, and see that the focus is visible."""
        for _press in range(60):
            page.keyboard.press("Tab")
            reached = page.evaluate(
                "() => { const e = document.activeElement; const l = e.labels && e.labels[0];"
                " return ((l || e).innerText || e.value || '').trim().split('\\n')[0]; }"
            )
            if reached.startswith(label):
                outline = page.evaluate("() => parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
                assert outline >= 2, f"no visible focus on {label}"
                return
        raise AssertionError(f"{label} can't be reached with Tab")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the skip link
    for label in ("Given name", "Family name"):
        go_to(label)
        page.keyboard.type({"Given name": "Ana", "Family name": "Horvat"}[label])
    go_to("E-mail address")
    page.keyboard.type("ana@example.org")
    go_to("Organisation")
    page.keyboard.type("Grad Rijeka")
    go_to("Position")
    page.keyboard.type("Teacher")
    go_to("Country")
    page.keyboard.type("Croatia")
    go_to("Sector")
    page.keyboard.type("Education")
    go_to("Policy")
    page.keyboard.press("ArrowDown")
    go_to("I have read the privacy notice")
    page.keyboard.press("Space")
    go_to("Send registration")
    page.keyboard.press("Enter")

    page.get_by_role("heading", name="Thank you, Ana: we have your registration").wait_for()
    assert states(event) == [RegistrationState.CONFIRMED]


def test_errors_take_the_focus_and_lead_to_their_fields(page: Page, event: Event) -> None:
    page.goto("/events/sofia/register")
    page.get_by_label("Given name", exact=True).fill("Ana")

    page.get_by_role("button", name="Send registration").click()
    page.wait_for_function("document.activeElement.id === 'error-summary'")
    page.get_by_role("link", name="Family name: Please enter your family name.").click()

    expect(page.locator("#family_name")).to_be_focused()
    expect(page.get_by_label("Given name", exact=True)).to_have_value("Ana")


def test_a_double_click_is_one_registration(page: Page, event: Event) -> None:
    page.goto("/events/sofia/register")
    fill_in(page)

    page.get_by_role("button", name="Send registration").dblclick()
    page.get_by_role("heading", name="Thank you").wait_for()

    assert len(states(event)) == 1


def test_back_and_reload_are_one_registration(page: Page, event: Event) -> None:
    page.goto("/events/sofia/register")
    fill_in(page)
    page.get_by_role("button", name="Send registration").click()
    page.get_by_role("heading", name="Thank you").wait_for()

    page.reload()
    page.go_back()
    leave_by(page, "Send registration")

    assert len(states(event)) == 1
