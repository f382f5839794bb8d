"""An organiser comes in through the organisation's own pages, as a person would: from the button to the end."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from ranevents.accounts import provider as our_provider
from tests.accounts.provider import CLIENT_ID, CLIENT_SECRET, PASSWORD, Provider, at_home

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture
def ministry(app: Flask, live: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """The provider of a ministry, where Elena is in the right group."""
    provider = at_home()
    provider.forget_everybody()
    provider.serve(live)
    provider.person(groups=("ran-organisers",))
    for name, value in {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
        "oidc_name": "Example ministry",
        "oidc_scopes": "openid profile email groups",
        "oidc_organisers": ["ran-organisers"],
    }.items():
        monkeypatch.setattr(app.config["SETTINGS"], name, value)
    our_provider.forget()
    yield provider
    our_provider.forget()


def test_an_organiser_comes_in_and_leaves_through_the_ministry(page: Page, ministry: Provider) -> None:
    page.goto("/account")
    page.get_by_role("link", name="Sign in with Example ministry").click()
    page.wait_for_url(f"{ministry.issuer}/**")  # ours has a field and a password, too
    page.get_by_role("textbox").first.fill("elena")
    page.keyboard.press("Enter")
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Your account", exact=True)).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Elena at the ministry")

    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("link", name="Sign out at your organisation, too").click()
    page.wait_for_url(f"{ministry.issuer}/**")
