"""A real browser before the running application: where Chromium is, and what every page must stand up to."""

import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Error, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from ranevents.accounts.models import User
from ranevents.accounts.session_views import CONFIRMED
from ranevents.core import clock
from ranevents.core.db import db

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 640}
"""A window of 320 CSS pixels: what WCAG 2.2, 1.4.10 (reflow) asks of a page."""

WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
BY_TAG = {"type": "tag", "values": WCAG_22_AA}
OF_LAYOUT = {
    "type": "rule",
    "values": [
        *("target-size", "color-contrast", "scrollable-region-focusable", "link-in-text-block", "link-name"),
        *("button-name", "label", "select-name", "html-has-lang", "html-lang-valid", "valid-lang", "aria-hidden-focus"),
    ],
}
"""What of axe can come out differently in another window or language: a quarter of the time of all its rules."""
PATIENCE = 30_000
"""How many milliseconds a page may take to become as a test expects it: much, for a machine that does more than this."""
# No GPU, no /dev/shm, perhaps root: what a container gives a browser.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


def is_required() -> bool:
    """Whether a missing browser is a failure (as where the product is checked for good) and no reason to skip."""
    return os.environ.get("RANEVENTS_TEST_REQUIRE_BROWSER") == "1"


def chromium() -> str | None:
    """Where Chromium is, or None."""
    named = os.environ.get("RANEVENTS_TEST_CHROMIUM")
    names = [named] if named else ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
    return next((found for name in names if (found := shutil.which(name))), None)


class _Quiet(WSGIRequestHandler):
    """Writes no lines of its own: the application writes one a request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve the application from threads of this process, so that the tests' clock and database are the pages' too.

    Gives the address, such as http://127.0.0.1:45678.
    """
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def window(
    browser: Browser,
    address: str,
    *,
    size: dict[str, int] = WIDE,
    scripts: bool = True,
    allowed: frozenset[str] = frozenset(),
) -> Iterator[Page]:
    """A fresh window without cookies; see `watched`."""
    context = browser.new_context(
        base_url=address,
        viewport=size,  # type: ignore[arg-type]
        java_script_enabled=scripts,
        locale="en-GB",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    try:
        with watched(context.new_page(), allowed) as page:
            yield page
    finally:
        context.close()


@contextmanager
def watched(page: Page, allowed: frozenset[str] = frozenset()) -> Iterator[Page]:
    """Meanwhile, what the browser complains of fails the test, save what holds a part of `allowed`."""
    complaints: list[str] = []

    def of_script(error: Error) -> None:
        complaints.append(f"script: {error}")

    def of_console(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(said.text)

    page.on("pageerror", of_script)
    page.on("console", of_console)
    try:
        yield page
    finally:
        page.remove_listener("pageerror", of_script)
        page.remove_listener("console", of_console)
    # An answer of 4xx is reported by the browser too; pages with errors are meant to have one.
    left = [one for one in complaints if "Failed to load resource" not in one and not any(a in one for a in allowed)]
    assert not left, f"the browser complains: {left}"


def sign_in(page: Page, app: Flask, user: User) -> None:
    """Be signed in from now on (the sign-in page itself has its own journey)."""
    db.session.commit()
    _bring(page, app, {"_user_id": user.get_id(), "_fresh": True, CONFIRMED: int(clock.now().timestamp())})


def stand_half_way(page: Page, app: Flask, user: User) -> None:
    """Have given the right password just now, and owe the second factor."""
    db.session.commit()
    _bring(page, app, {"half_way": [user.get_id(), int(clock.now().timestamp()), "/organise"]})


def _bring(page: Page, app: Flask, session: dict[str, Any]) -> None:
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    value = serializer.dumps(session)
    name = app.config["SESSION_COOKIE_NAME"]
    page.context.add_cookies([{"name": name, "value": value, "domain": "127.0.0.1", "path": "/"}])


def leave_by(page: Page, name: str | re.Pattern[str], *, role: Literal["button", "link"] = "button") -> None:
    """Press the button of that name, or follow the link, and wait until the page it leads to is there.

    A press alone may return before. Then what is asked of the page at once, or done in the database, comes too early.
    """
    with page.expect_navigation():
        page.get_by_role(role, name=name).click()


def check_axe(page: Page, only: dict[str, Any] = BY_TAG) -> None:
    """Fail with readable words where axe-core finds a violation of WCAG 2.2 A or AA."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    violations = page.evaluate("(options) => axe.run(options)", {"runOnly": only, "resultTypes": ["violations"]})[
        "violations"
    ]
    told = [
        f"{one['id']} ({one['impact']}): {one['help']}\n    "
        + "\n    ".join(
            f"{node['html'][:200]}  <- {node['failureSummary'].splitlines()[-1].strip()}" for node in one["nodes"][:5]
        )
        for one in violations
    ]
    assert not violations, f"{page.url}\n" + "\n".join(told)


def check_width(page: Page) -> None:
    """Fail where the page is wider than its window, naming what sticks out."""
    page.wait_for_load_state()  # without its stylesheets it has no width of ours
    wide = page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide: {page.evaluate(_STICKING_OUT)}"


def check_targets(page: Page) -> None:
    """Fail where a control is smaller than 24 by 24 px (WCAG 2.2, 2.5.8); links within running text are exempt."""
    small = page.evaluate(_TOO_SMALL)
    assert not small, f"{page.url} has targets below 24 px: {small}"


def check_page(page: Page) -> None:
    """All that holds for every page in every window."""
    check_axe(page)
    check_geometry(page)


def check_geometry(page: Page) -> None:
    """The page fits its window, and its controls are large enough."""
    check_width(page)
    check_targets(page)


def keep(page: Page, name: str) -> None:
    """Keep a picture where RANEVENTS_TEST_PICTURES names a folder: for people to look at."""
    folder = os.environ.get("RANEVENTS_TEST_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name.replace(' ', '-')}.png", full_page=True)


_STICKING_OUT = """
[...document.querySelectorAll("body *")]
  .filter((one) => one.getBoundingClientRect().right > window.innerWidth + 1 && !one.closest(".table-responsive, .skip-link"))
  .slice(0, 5).map((one) => one.outerHTML.slice(0, 120))
"""

_TOO_SMALL = """
[...document.querySelectorAll("button, input:not([type=hidden]), select, textarea, .btn, .nav-link, .page-link, summary")]
  .filter((one) => { const box = one.getBoundingClientRect(); return box.width > 0 && (box.width < 24 || box.height < 24); })
  .slice(0, 5).map((one) => one.outerHTML.slice(0, 120))
"""
