"""Codes of authenticator apps, held against RFC 6238 itself."""

from base64 import b32encode
from datetime import UTC, datetime, timedelta

import pytest

from ranevents.accounts import one_time_codes
from ranevents.accounts.one_time_codes import matching_step

OF_THE_RFC = b32encode(b"12345678901234567890").decode()
AT = datetime(2018, 3, 1, 9, 0, tzinfo=UTC)
STEP = int(AT.timestamp()) // 30


@pytest.mark.parametrize(
    ("seconds", "eight_digits"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_test_vectors_of_the_rfc_fit(seconds: int, eight_digits: str) -> None:
    """RFC 6238, appendix B (SHA-1). A code of six digits is the end of one of eight: RFC 4226, 5.3."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)

    assert matching_step(OF_THE_RFC, eight_digits[2:], at) == seconds // 30


@pytest.mark.parametrize(
    ("drift", "is_right"), [(-61, False), (-60, False), (-30, True), (0, True), (30, True), (59, True), (60, False)]
)
def test_a_clock_may_be_one_step_ahead_or_behind(drift: int, is_right: bool) -> None:
    shown = code_at(AT + timedelta(seconds=drift))

    assert (matching_step(OF_THE_RFC, shown, AT) is not None) is is_right


def code_at(at: datetime) -> str:
    import pyotp

    return pyotp.TOTP(OF_THE_RFC).at(at)


def test_a_code_may_have_spaces() -> None:
    code = code_at(AT)

    assert matching_step(OF_THE_RFC, f" {code[:3]} {code[3:]}", AT) == STEP


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "\ud83d"])
def test_what_is_no_code_never_fits(typed: str) -> None:
    assert matching_step(OF_THE_RFC, typed, AT) is None


def test_a_code_of_a_step_that_was_used_does_not_fit() -> None:
    assert matching_step(OF_THE_RFC, code_at(AT), AT, after=STEP) is None
    assert matching_step(OF_THE_RFC, code_at(AT + timedelta(seconds=30)), AT, after=STEP) == STEP + 1


def test_the_address_names_site_account_and_secret() -> None:
    told = one_time_codes.address(OF_THE_RFC, account="elena@example.org", issuer="Policy and Practice Events")

    assert told == (
        "otpauth://totp/Policy%20and%20Practice%20Events:elena%40example.org"
        f"?secret={OF_THE_RFC}&issuer=Policy%20and%20Practice%20Events"
    )
