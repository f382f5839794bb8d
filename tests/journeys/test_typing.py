"""What people type is not lost with a press too many, shows what it needs at once, and breaks no page."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Dialog, Page, TimeoutError, expect

from ranevents.accounts.models import Role
from ranevents.core import audit
from ranevents.core.audit import SYSTEM
from ranevents.core.db import db
from ranevents.questions.models import QuestionKind
from tests.builders import a_question, a_user, an_event
from tests.journeys.browser import NARROW, WIDE, check_geometry, check_page, check_width, keep, sign_in, window

pytestmark = pytest.mark.browser
LONG = "x" * 500


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_one_long_word_makes_no_page_wider(browser: Browser, live: str, app: Flask, size: dict[str, int]) -> None:
    event = an_event(slug="sofia")
    question = a_question(event, QuestionKind.ONE_OF, labels={"en": LONG}, options=[LONG, "Fish"])
    question.section.titles = {"en": LONG[:200]}
    audit.record(question, "edit", by=SYSTEM, label=LONG, fields="labels")

    with window(browser, live, size=size) as page:
        sign_in(page, app, a_user(Role.OWNER, event))
        for address in ("questions", "questions/preview", "trail", f"registrations?search={LONG * 6}"):
            page.goto(f"/organise/events/sofia/{address}")
            check_width(page)
            keep(page, f"a long word on {address[:20].replace('/', ' ')}")
        page.goto("/organise/events/sofia/trail")
        height = page.locator("td time").first.evaluate("one => one.offsetHeight")
        assert height < 100, "the day is squeezed"


def test_the_fields_of_a_kind_are_shown_as_soon_as_it_is_chosen(browser: Browser, live: str, app: Flask) -> None:
    event = an_event(slug="sofia")
    hotel = a_question(event, QuestionKind.YES_NO, labels={"en": "Hotel?"})

    with window(browser, live) as page:
        sign_in(page, app, a_user(Role.EDITOR, event))
        page.goto(f"/organise/events/sofia/questions/sections/{hotel.section_id}/new")
        page.get_by_label("Question (English)").fill("Food?")
        page.get_by_label("Kind of answer").select_option(label="One of several")
        expect(page.get_by_label("Answer 1 (English)")).to_be_visible()
        page.get_by_label("Does it depend on the answer").select_option(label="Hotel?")
        expect(page.get_by_role("group", name="It is asked where the answer is one of these")).to_be_visible()
        expect(page.get_by_label("Question (English)")).to_have_value("Food?")
        expect(page.get_by_role("button", name="Show")).to_have_count(0)
        keep(page, "the fields of a kind")


def test_whoever_has_typed_is_asked_before_the_language_changes(browser: Browser, live: str, app: Flask) -> None:
    an_event(slug="sofia")
    db.session.commit()
    asked: list[str] = []

    with window(browser, live) as page:

        def stay(dialog: Dialog) -> None:
            asked.append(dialog.type)
            dialog.dismiss()

        page.on("dialog", stay)
        page.goto("/events/sofia/register")
        page.get_by_role("link", name="Français").click()
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        page.wait_for_load_state()  # only then the page listens to what is typed
        assert asked == []

        page.locator("[name=given_name]").press_sequentially("Maria")
        _press_until_asked(page, "Deutsch")
        expect(page.locator("[name=given_name]")).to_have_value("Maria")
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        assert asked == ["beforeunload"]


def _press_until_asked(page: Page, language: str) -> None:
    """A busy browser may lose a press; one that led away without asking shows in what is on the page afterwards."""
    for _press in range(3):
        try:
            with page.expect_event("dialog", timeout=10_000):
                page.get_by_role("link", name=language).click(no_wait_after=True)
        except TimeoutError:
            continue
        return


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_language_of_a_refused_form_changes_and_nothing_typed_is_lost(
    browser: Browser, live: str, app: Flask, scripts: bool, size: dict[str, int]
) -> None:
    an_event(slug="sofia")
    db.session.commit()

    with window(browser, live, scripts=scripts, size=size) as page:
        page.goto("/events/sofia/register")
        page.locator("[name=given_name]").fill("Мария")
        page.locator("[name=given_name]").press("Enter")
        expect(page.locator("#error-summary")).to_be_visible()
        page.locator("[name=organisation]").fill("Община Пловдив")
        check_page(page) if scripts else check_geometry(page)
        keep(page, f"languages of a refused form {size['width']}")
        page.get_by_role("button", name="Français").click()

        expect(page.locator("html")).to_have_attribute("lang", "fr")
        expect(page.locator("[name=given_name]")).to_have_value("Мария")
        expect(page.locator("[name=organisation]")).to_have_value("Община Пловдив")
        expect(page.locator("#error-summary")).to_contain_text("Veuillez")
        page.locator("[name=family_name]").fill("Петрова")
        with page.expect_request(lambda request: request.method == "POST") as sent:
            page.locator("[name=family_name]").press("Enter")
        expect(page.locator("[name=family_name]")).to_have_value("Петрова")
        assert "change_language" not in (sent.value.post_data or ""), "Enter presses the form's own button"
