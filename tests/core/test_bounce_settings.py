"""The settings for mails that come back: what is wrong is told in one clear line."""

import pytest

from ranevents.config import BadSettings, load

MAILBOX = {"bounce_imap_host": "imap.example.org", "bounce_imap_user": "bounces", "bounce_imap_password": "a secret"}


def test_none_of_them_is_needed_and_a_whole_mailbox_is_taken() -> None:
    settings = load(**MAILBOX, bounce_address="bounces@Events.Example.org")

    assert load().bounce_address == ""
    assert (settings.bounce_imap_port, settings.bounce_imap_folder) == (993, "INBOX")
    assert settings.bounce_address == "bounces@events.example.org"


@pytest.mark.parametrize("missing", ["bounce_imap_user", "bounce_imap_password"])
def test_half_a_mailbox_stops_the_start(missing: str) -> None:
    with pytest.raises(BadSettings, match=r"^RANEVENTS_BOUNCE_IMAP_HOST needs RANEVENTS_BOUNCE_IMAP_USER and"):
        load(**{name: value for name, value in MAILBOX.items() if name != missing})


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("bounce_address", "bounces", "must have an @-sign"),
        ("bounce_address", "отказ@example.org", "not supported"),
        ("bounce_address", f"{'b' * 40}@example.org", "must have at most 39 letters before the @"),
        ("bounce_imap_folder", "Върнати", "must be in plain letters"),
        ("bounce_imap_folder", "A\r\nB", "must be in plain letters"),
        ("bounce_imap_port", 0, "must be at least 1"),
    ],
)
def test_what_is_wrong_is_told(name: str, value: object, told: str) -> None:
    with pytest.raises(BadSettings, match=f"^RANEVENTS_{name.upper()}: .*{told}"):
        load(**{name: value})
