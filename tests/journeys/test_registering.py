"""The main journey, as a person walks it: find the event, register, read the mail, change, cancel; the next is offered."""

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
from flask import Flask
from icalendar import Calendar
from playwright.sync_api import Browser, Page

from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.mailing.delivery import drain
from ranevents.mailing.models import MailQueue
from ranevents.registrations.states import RegistrationState
from tests.builders import a_person, a_registration, an_event
from tests.journeys.browser import NARROW, WIDE, window
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
    anybody: Page, event: Event, post: Callable[[], EmailMessage], app: Flask
) -> None:
    page = anybody
    page.goto("/")
    page.get_by_role("link", name="Partnerships in prevention").click()
    page.get_by_role("link", name="Register", exact=True).click()
    fill_in(page)
    page.get_by_role("button", name="Send registration").click()
    if "We propose this spelling" in page.content():  # without scripts: the form comes back once with its proposal
        assert page.get_by_label("Given name in Latin letters").input_value() == "Elena"
        page.get_by_role("button", name="Send registration").click()
    page.get_by_role("heading", name="Thank you, Елена: we have your registration").wait_for()

    confirmation = post()
    method, uid, sequence = entry_in(confirmation)
    assert confirmation["Subject"] == "You have a place: Partnerships in prevention"
    assert (method, sequence) == ("PUBLISH", 0)

    page.goto(link_in(confirmation))
    assert "You have a place, Елена Димитрова." in page.content()
    page.get_by_role("link", name="Change this").click()
    page.get_by_label("Position", exact=True).fill("Директор")
    page.get_by_role("button", name="Save").click()
    assert "Your changes are saved." in page.content()
    assert "Директор" in page.content()

    waiting = a_registration(event, a_person(email="next@example.org"), state=RegistrationState.WAITLISTED)
    db.session.commit()
    page.get_by_role("link", name="Cancel my registration").click()
    page.get_by_role("button", name="Yes, cancel my registration").click()
    assert "This registration is cancelled." in page.content()
    offer = post()
    assert offer["To"].endswith("<next@example.org>")
    assert states(event) == [RegistrationState.CANCELLED, RegistrationState.OFFERED]

    page.goto(link_in(offer))
    page.get_by_role("button", name="Accept the place").click()
    assert "You have a place" in page.content()
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
    page.get_by_role("button", name="Yes, cancel my registration").click()

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

    assert page.evaluate("document.activeElement.id") == "family_name"
    assert page.get_by_label("Given name", exact=True).input_value() == "Ana"


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
    page.get_by_role("button", name="Send registration").click()
    page.wait_for_load_state()

    assert len(states(event)) == 1
