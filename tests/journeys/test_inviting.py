"""From a spreadsheet of four hundred people to confirmations, as an organiser and two of the invited live it."""

import random
import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from ranevents.accounts.models import Role
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.invitations.models import Guest, Invitation
from ranevents.invitations.states import InvitationState
from ranevents.mailing.delivery import Ending, drain
from ranevents.mailing.models import MailQueue
from ranevents.registrations.models import Registration
from tests.builders import a_user, an_event
from tests.journeys.browser import NARROW, check_page, leave_by, sign_in, window
from tests.queue import work_off
from tests.sink import Sink

pytestmark = pytest.mark.browser

COUNTRIES = [
    "Австрия",
    "Белгия",
    "България",
    "Германия",
    "Гърция",
    "Дания",
    "Естония",
    "Ирландия",
    "Испания",
    "Италия",
    "Кипър",
    "Латвия",
    "Литва",
    "Люксембург",
    "Малта",
    "Нидерландия",
    "Полша",
    "Португалия",
    "Румъния",
    "Словакия",
    "Словения",
    "Унгария",
    "Финландия",
    "Франция",
    "Хърватия",
    "Чехия",
    "Швеция",
    "Албания",
    "Сърбия",
]
SECTORS = ("Полиция", "Образование")
PEOPLE = 400
WRONG, TWICE = 12, 8
"""So many addresses are none; so many people stand in the list a second time."""
COMING = PEOPLE - WRONG + 1
"""One of the wrong addresses is corrected."""


def a_list() -> bytes:
    """As a ministry's spreadsheet comes: Windows-1251, semicolons, quotes, empty lines, a formula where a name should be."""
    chance = random.Random(4)
    lines = ["Име;Фамилия;Ел. поща;Организация;Длъжност;Държава"]
    people = []
    for number in range(PEOPLE):
        address = f"person{number}@example.org" if number >= WRONG else f"person{number} at example.org"
        country = COUNTRIES[number % len(COUNTRIES)]
        people.append(f'Мария{number};Петрова;{address};"Община ""Пловдив""; отдел {number % 7}";Експерт;{country}')
    people += chance.sample(people[WRONG:], TWICE)
    return "\r\n".join([*lines, *people, "", ";;;;;"]).encode("cp1251")


@pytest.fixture
def event(app: Flask) -> Event:
    event = an_event(capacity=PEOPLE, is_open=False, is_by_invitation=True)
    db.session.commit()
    return event


@pytest.fixture
def organiser(app: Flask, page: Page, event: Event) -> Page:
    sign_in(page, app, a_user(Role.EDITOR, event))
    return page


@pytest.fixture
def letters(app: Flask, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[EmailMessage]]:
    """Let the worker do what waits, and take all mails that came since."""
    monkeypatch.setattr(app.config["SETTINGS"], "mail_per_minute", 100_000)
    seen = 0

    def fresh() -> list[EmailMessage]:
        nonlocal seen
        db.session.rollback()
        work_off(app, monkeypatch, "invitations")
        for queue in MailQueue:
            while drain(queue) is Ending.MORE_TO_DO:
                pass
        new, seen = sink.mails[seen:], len(sink.mails)
        return new

    return fresh


def link_in(mail: EmailMessage, path: str) -> str:
    """The personal link of that kind in the mail's text."""
    text = str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    [link] = re.findall(rf"http://\S+{path}\S+", text)
    return str(link)


def import_all(page: Page, event: Event) -> None:
    page.goto(f"/organise/events/{event.slug}/guests/import")
    page.locator("[name=file]").set_input_files({"name": "list.csv", "mimeType": "text/csv", "buffer": a_list()})
    leave_by(page, "Read the file")
    expect(page.get_by_role("heading", name="What the columns hold")).to_be_visible()
    expect(page.locator("[name=email]")).not_to_have_value("")
    page.locator("[name=fixed_sector]").select_option("education")
    page.locator("[name=fixed_side]").select_option("practice")
    page.locator("[name=fixed_language]").select_option("en")
    leave_by(page, "Look at the rows")
    expect(page.get_by_text(f"{WRONG} rows can't be taken as they are.")).to_be_visible()
    check_page(page)


def test_four_hundred_are_imported_invited_reminded_and_some_come(
    app: Flask,
    organiser: Page,
    event: Event,
    browser: Browser,
    live: str,
    letters: Callable[[], list[EmailMessage]],
) -> None:
    page = organiser
    import_all(page, event)
    leave_by(page, f"To be corrected ({WRONG})", role="link")
    leave_by(page, "Мария0 Петрова", role="link")
    page.locator("[name=email]").fill("person0@example.org")
    leave_by(page, "Save this row")
    page.goto(page.url.partition("/rows/")[0])
    leave_by(page, f"Import {COMING} people")
    expect(page.get_by_text(f"{COMING} people came onto the guest list.")).to_be_visible()
    assert db.session.scalar(select(func.count()).select_from(Guest)) == COMING

    leave_by(page, "To the guest list", role="link")
    check_page(page)
    page.locator("#which-all").check()
    leave_by(page, "Invite …")
    page.locator("[name=note]").fill("We met in Sofia.")
    leave_by(page, "Look at the mails")
    expect(page.get_by_text(f"Mail 1 of {COMING}")).to_be_visible()
    leave_by(page, f"Invite {COMING} people now")
    invitations = letters()
    assert len({mail["To"] for mail in invitations}) == len(invitations) == COMING

    with window(browser, live, size=NARROW, scripts=False) as invited:
        invited.goto(link_in(invitations[0], "/i/"))
        expect(invited.get_by_text("We met in Sofia.")).to_be_visible()
        leave_by(invited, "Accept the invitation", role="link")
        expect(invited.locator("[name=email]")).not_to_have_value("")
        invited.get_by_label("I have read the privacy notice").check()
        leave_by(invited, "Accept and register")
        expect(invited.get_by_text("You have accepted, and you have a place.")).to_be_visible()
        invited.goto(link_in(invitations[1], "/i/"))
        leave_by(invited, "Decline the invitation", role="link")
        leave_by(invited, "Yes, decline")
        expect(invited.get_by_text("You have declined.")).to_be_visible()
    subjects = [mail["Subject"] for mail in letters()]
    assert sum(subject.startswith("You have a place") for subject in subjects) == 1

    page.goto(f"/organise/events/{event.slug}/guests?standing=silent")
    page.locator("#which-all").check()
    leave_by(page, "Remind …")
    leave_by(page, "Remind them")
    assert len(letters()) == COMING - 2
    states = dict(db.session.execute(select(Invitation.state, func.count()).group_by(Invitation.state)).all())
    assert states == {
        InvitationState.ACCEPTED: 1,
        InvitationState.DECLINED: 1,
        InvitationState.SENT: COMING - 2,
    }
    [registration] = db.session.scalars(select(Registration)).all()
    assert registration.person.email in str(invitations[0]["To"])
    page.goto(f"/organise/events/{event.slug}/invitations")
    check_page(page)
