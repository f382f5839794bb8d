"""Links: signed for one purpose, revoked by a version, readable as long as the key is known. And chance."""

from collections.abc import Iterator

import pytest
from flask import Flask

from ranevents.core import tokens
from ranevents.core.tokens import ALPHABET, Link, UnknownLink

LINK = Link("registration", "ABCD", 3)


def test_a_token_says_what_was_signed(app: Flask) -> None:
    assert tokens.read("registration", LINK.sign()) == LINK


def test_a_token_for_another_purpose_is_unknown(app: Flask) -> None:
    with pytest.raises(UnknownLink):
        tokens.read("password", LINK.sign())


@pytest.mark.parametrize("token", ["", "x", "a.b", "WyJBQkNEIiwzXQ.", "é" * 40, "A" * 5000])
def test_what_we_did_not_sign_is_unknown(app: Flask, token: str) -> None:
    with pytest.raises(UnknownLink):
        tokens.read("registration", token)


def test_one_changed_letter_makes_a_token_unknown(app: Flask) -> None:
    token = LINK.sign()
    changed = [
        token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :] for place in range(len(token) - 1)
    ]

    for one in changed:
        with pytest.raises(UnknownLink):
            tokens.read("registration", one)


def test_a_higher_version_gives_another_token_so_that_the_old_one_can_be_told(app: Flask) -> None:
    newer = Link(LINK.purpose, LINK.record, 4)

    assert newer.sign() != LINK.sign()
    assert tokens.read("registration", LINK.sign()).version == 3


def test_links_given_out_under_the_old_key_still_open_and_new_ones_are_signed_with_the_new(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = LINK.sign()
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [app.config["SECRET_KEY"]])
    monkeypatch.setitem(app.config, "SECRET_KEY", "the-new-key")
    after = LINK.sign()

    assert before != after
    assert tokens.read("registration", before) == tokens.read("registration", after) == LINK

    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [])
    assert tokens.read("registration", after) == LINK
    with pytest.raises(UnknownLink):
        tokens.read("registration", before)


def test_a_link_for_a_while_is_unknown_without_its_time_and_the_other_way_round(app: Flask) -> None:
    assert tokens.read_recent("registration", LINK.sign_for_a_while(), seconds=60) == LINK
    with pytest.raises(UnknownLink):
        tokens.read("registration", LINK.sign_for_a_while())
    with pytest.raises(UnknownLink):
        tokens.read_recent("registration", LINK.sign(), seconds=60)


@pytest.fixture
def counted() -> Iterator[None]:
    """Chance that counts upwards."""
    numbers = iter(range(10_000))
    tokens.use(lambda size: bytes(next(numbers) % 256 for _byte in range(size)))
    yield
    tokens.use(None)


def test_chance_comes_from_one_source_that_tests_can_set(counted: None) -> None:
    assert (tokens.reference(), tokens.uid(), tokens.secret()[:8]) == (
        ALPHABET[:10],
        "0a0b0c0d-0e0f-4011-9213-141516171819",
        "1a1b1c1d",
    )


def test_references_are_never_guessed_twice() -> None:
    references = {tokens.reference() for _time in range(2000)}

    assert len(references) == 2000
    assert {letter for reference in references for letter in reference} == set(ALPHABET)
