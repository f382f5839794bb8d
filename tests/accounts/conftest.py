"""A provider of single sign-on beside the tests that ask for one."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from ranevents.accounts import provider as our_provider
from tests.accounts.provider import CLIENT_ID, CLIENT_SECRET, Provider, at_home

Settle = Callable[..., None]


@pytest.fixture
def provider(settle: Settle) -> Provider:
    """A provider that knows nobody yet; we allow an account to those in its group of organisers."""
    home = at_home()
    home.forget_everybody()
    settle(oidc_issuer=home.issuer, oidc_organisers=["ran-organisers"])
    return home


@pytest.fixture
def settle(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settle]:
    """Set settings of single sign-on for one test."""

    def change(**given: object) -> None:
        for name, value in given.items():
            monkeypatch.setattr(app.config["SETTINGS"], name, value)

    change(oidc_client_id=CLIENT_ID, oidc_client_secret=CLIENT_SECRET, oidc_scopes="openid profile email groups")
    our_provider.forget()
    yield change
    our_provider.forget()
