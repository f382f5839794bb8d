"""The journeys' world: the application served for real, and a person with a browser."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.journeys.browser import ARGUMENTS, NARROW, PATIENCE, WIDE, chromium, is_required, serving, window


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all that drives the browser."""
    for item in items:
        if {"browser", "page", "narrow_page"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium. It lives no longer than the journeys: its event loop would be in the way of other tests."""
    path = chromium()
    if path is None:
        reason = (
            "no Chromium found: install it (Debian: apt-get install chromium), or name it in RANEVENTS_TEST_CHROMIUM"
        )
        pytest.fail(reason) if is_required() else pytest.skip(reason)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def served(made_app: Flask) -> Iterator[str]:
    """The address of the running application: one for all journeys, so that browsers keep its stylesheets."""
    with serving(made_app) as address:
        yield address


@pytest.fixture
def live(app: Flask, served: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the running application, over the test's own database and clock."""
    monkeypatch.setitem(app.config, "BASE_URL", served)
    return served


@pytest.fixture
def page(browser: Browser, live: str) -> Iterator[Page]:
    """A wide window of somebody who is not signed in. Paths are enough: `page.goto("/sign-in")`."""
    with window(browser, live, size=WIDE) as page:
        yield page


@pytest.fixture
def narrow_page(browser: Browser, live: str) -> Iterator[Page]:
    """The same at 320 px."""
    with window(browser, live, size=NARROW) as page:
        yield page
