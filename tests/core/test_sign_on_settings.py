"""The settings of single sign-on: whole or absent, and what is wrong is told in one clear line."""

import pytest

from ranevents.config import BadSettings, load

WHOLE = {
    "oidc_issuer": "https://login.example.org/realms/org",
    "oidc_client_id": "ranevents",
    "oidc_client_secret": "a secret",
}


def test_without_them_there_is_no_single_sign_on_and_with_them_there_is() -> None:
    assert not load().has_sign_on
    assert load(**WHOLE).has_sign_on


@pytest.mark.parametrize("missing", WHOLE)
def test_half_of_them_stop_the_start_and_the_missing_one_is_named(missing: str) -> None:
    with pytest.raises(BadSettings, match=f"^RANEVENTS_{missing.upper()} is missing: single sign-on needs it beside"):
        load(**{name: value for name, value in WHOLE.items() if name != missing})


def test_what_only_means_something_with_a_provider_asks_for_one() -> None:
    with pytest.raises(BadSettings, match=r"RANEVENTS_OIDC_ISSUER is missing: .* beside RANEVENTS_OIDC_ONLY"):
        load(oidc_only=True)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("oidc_issuer", "http://login.example.org", "must look like https://login.example.org"),
        ("oidc_issuer", "login.example.org", "must look like https://login.example.org"),
        ("oidc_issuer", "https://login.example.org?x=y", "must look like https://login.example.org"),
        ("oidc_scopes", "profile email", "must contain openid"),
        ("oidc_administrators", "*", "nobody wants everybody to be an administrator"),
        ("oidc_event_roles", "ran-desk:boss:sofia-2018", "the roles are reader, desk, editor, owner"),
        ("oidc_event_roles", "ran-desk:desk", "must look like ran-desk:desk:sofia-2018"),
    ],
)
def test_what_is_malformed_is_told_in_one_line(name: str, value: str, told: str) -> None:
    with pytest.raises(BadSettings) as refused:
        load(**{**WHOLE, name: value})

    assert f"RANEVENTS_{name.upper()}: " in str(refused.value)
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_lists_are_separated_by_commas_and_a_provider_on_this_machine_needs_no_https() -> None:
    settings = load(**{**WHOLE, "oidc_issuer": "http://localhost:8080", "oidc_organisers": "a, b,"})

    assert settings.oidc_organisers == ["a", "b"]
