"""An organiser composes a form of fifteen questions with conditions; then somebody fills it in."""

import re
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from ranevents.accounts.models import Role
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.questions import queries
from ranevents.registrations.models import Answer
from tests.builders import a_user, an_event
from tests.journeys.browser import NARROW, check_page, keep, leave_by, sign_in, window
from tests.journeys.test_registering import fill_in as who_you_are
from tests.questions.composing import form_of

pytestmark = pytest.mark.browser

Asked = tuple[str, str, dict[str, Any]]
"""What an organiser asks: the kind, the words, and the rest by the fields' labels."""

STAY: list[Asked] = [
    ("Yes or no", "Do you need a hotel?", {"must": True, "Bulgarian": "Нужен ли ви е хотел?"}),
    ("Number", "How many nights?", {"after": ("Do you need a hotel?", ["Yes"]), "Highest number": "5", "must": True}),
    ("Date", "When do you arrive?", {"Earliest day": "2018-04-01", "Latest day": "2018-04-05"}),
    ("One of several", "What do you eat?", {"answers": ["Everything", "No meat", "Something else"]}),
    ("Short text", "What else?", {"after": ("What do you eat?", ["Something else"]), "must": True}),
    ("Long text", "Is there an allergy that we should know of?", {"special": "So that the kitchen can heed it."}),
    ("Country", "From where do you travel?", {}),
]
WORK: list[Asked] = [
    ("Several of several", "Which workshops?", {"answers": ["Schools", "Prisons", "Families", "Police"]}),
    ("Short text", "Your school's name?", {"after": ("Which workshops?", ["Schools"])}),
    ("Yes or no", "Will you show something?", {}),
    ("File", "Your slides", {"after": ("Will you show something?", ["Yes"]), "Largest size in megabytes": "3"}),
    ("Short text", "Title of your talk", {"capacity": "Speaker"}),
    ("Number", "Minutes that you need", {"capacity": "Speaker", "Lowest number": "5", "Highest number": "45"}),
    ("Yes or no", "May we write to you afterwards?", {}),
    ("Long text", "Anything else?", {}),
]


@pytest.fixture
def event(app: Flask) -> Event:
    event = an_event(title="Partnerships in prevention", slug="sofia", languages=["bg", "en"])
    db.session.commit()
    return event


@pytest.fixture(params=["wide", "narrow without scripts"])
def organiser(request: pytest.FixtureRequest, browser: Browser, live: str, app: Flask, event: Event) -> Any:
    """An editor's window: nothing here needs scripts."""
    size = {"size": NARROW} if "narrow" in request.param else {}
    with window(browser, live, scripts="without" not in request.param, **size) as page:
        sign_in(page, app, a_user(Role.EDITOR, event))
        yield page


def test_an_organiser_composes_fifteen_questions_and_somebody_answers_them(
    request: pytest.FixtureRequest, organiser: Page, browser: Browser, live: str, event: Event
) -> None:
    compose(organiser, event)
    if "narrow" not in request.node.callspec.id:
        # Axe is a script itself.
        check_page(organiser)
    preview(organiser)

    with window(browser, live) as visitor:
        fill_in(visitor)

    db.session.rollback()
    words = {one.id: one.now.labels["en"] for part in queries.form_of(event) for one in part.questions}
    given = {words[one.question_id]: one.value for one in db.session.scalars(select(Answer))}
    assert given == {
        "Do you need a hotel?": True,
        "How many nights?": "2",
        "Which workshops?": given["Which workshops?"],
        "Your school's name?": "Hristo Botev",
    }
    assert len(given["Which workshops?"]) == 1


def compose(page: Page, event: Event) -> None:
    """Two sections with fifteen questions; one moved to its place."""
    page.goto("/organise/events/sofia")
    page.get_by_role("navigation", name="This event").get_by_role("link", name="Form", exact=True).click()
    for title, asked in (("Your work", WORK), ("Your stay", STAY)):
        page.get_by_role("link", name="New section").click()
        page.get_by_label("Title (English)").fill(title)
        leave_by(page, "Save")
        for kind, words, more in asked:
            leave_by(page, f"New question in the section {title}", role="link")
            ask(page, kind, words, more)
    for name in ("Move section up Your stay", "Move up Anything else?", "Move up How many nights?"):
        leave_by(page, name)
    expect(page.get_by_text("so it must stand after it")).to_be_visible()
    keep(page, "a composed form")
    stay, work = [words for _kind, words, _more in STAY], [words for _kind, words, _more in WORK]
    work[-2:] = reversed(work[-2:])
    assert form_of(event) == [("Your stay", stay), ("Your work", work)]


def ask(page: Page, kind: str, words: str, more: dict[str, Any]) -> None:
    """Fill in a question's page and save it."""
    page.get_by_label(re.compile("^Kind of answer")).select_option(label=kind)
    press_without_scripts(page, "Show the fields for this kind")
    page.get_by_label("Question (English)").fill(words)
    if "Bulgarian" in more:
        page.get_by_label("Question (Bulgarian)").fill(more["Bulgarian"])
    for number, answer in enumerate(more.get("answers", []), start=1):
        page.get_by_label(f"Answer {number} (English)").first.fill(answer)
    for label in ("Lowest number", "Highest number", "Earliest day", "Latest day", "Largest size in megabytes"):
        if label in more:
            page.get_by_label(label).fill(more[label])
    if "after" in more:
        decider, answers = more["after"]
        page.get_by_label("Does it depend on the answer").select_option(label=decider)
        press_without_scripts(page, "Show its answers")
        group = page.get_by_role("group", name="It is asked where the answer is one of these")
        for answer in answers:
            group.get_by_label(answer, exact=True).check()
    if "special" in more:
        page.get_by_label("Why we ask (English)").fill(more["special"])
        page.get_by_label("Special", exact=True).check()
    if "capacity" in more:
        page.get_by_label(more["capacity"], exact=True).check()
    if more.get("must"):
        page.get_by_label("It must be answered").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=3, name=words, exact=True)).to_be_visible()


def press_without_scripts(page: Page, name: str) -> None:
    """Press the button that is there only where no script shows the fields."""
    if page.get_by_role("button", name=name).is_visible():
        leave_by(page, name)


def preview(page: Page) -> None:
    """See the form in two languages, and try what it says to what is wrong."""
    leave_by(page, "Preview", role="link")
    page.get_by_role("combobox", name="Language").select_option(label="Bulgarian")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("radiogroup", name="Нужен ли ви е хотел?")).to_be_visible()
    expect(page.get_by_label("Title of your talk")).to_have_count(0)
    page.get_by_role("combobox", name="Language").select_option(label="English")
    page.get_by_label("Seen by").select_option(label="Speaker")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_label("Title of your talk")).to_be_visible()
    page.get_by_role("radiogroup", name="Do you need a hotel?").get_by_label("Yes", exact=True).check()
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("alert")).to_contain_text("How many nights: Please answer this question.")
    page.get_by_label("How many nights?").fill("2")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("Nothing was stored: this is a preview.")).to_be_visible()
    assert db.session.scalars(select(Answer)).all() == []


def fill_in(page: Page) -> None:
    """Register and answer as a participant."""
    page.goto("/events/sofia/register")
    who_you_are(page)
    expect(page.get_by_label("Title of your talk")).to_have_count(0)
    page.get_by_role("radiogroup", name="Do you need a hotel?").get_by_label("Yes", exact=True).check()
    page.get_by_label("How many nights?").fill("2")
    page.get_by_label("Schools", exact=True).check()
    page.get_by_label("Your school's name?").fill("Hristo Botev")
    page.get_by_role("button", name="").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
