"""Addresses and topics: pure rules."""

import pytest

from ranevents.events import rules


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        (("Partnerships in prevention", "Sofia"), "partnerships-in-prevention-sofia"),
        (("Партньорства", "София"), "partnyorstva-sofia"),
        (("Ακρόαση: «Αθήνα»", ""), "akroasi-athina"),
        (("…", "!"), "event"),
        (("New", ""), "new-1"),
        (("word " * 40, "Sofia"), "-".join(["word"] * 12)),
    ],
)
def test_an_address_is_proposed_in_plain_letters(words: tuple[str, str], slug: str) -> None:
    assert rules.propose_slug(*words) == slug


@pytest.mark.parametrize(
    ("taken", "slug"),
    [(set(), "sofia"), ({"sofia"}, "sofia-2"), ({"sofia", "sofia-2"}, "sofia-3"), ({"sofia-2"}, "sofia")],
)
def test_a_proposed_address_that_is_taken_gets_a_number(taken: set[str], slug: str) -> None:
    assert rules.first_free("sofia", taken) == slug


@pytest.mark.parametrize(
    ("lines", "matched"),
    [
        (["Prisons", "Police and communities"], [2, 1]),
        (["Police & communities", "Prisons and probation"], [1, 2]),
        (["Schools", "Prisons"], [None, 2]),
        (["prisons"], [2]),
        ([], []),
    ],
)
def test_topics_stay_the_same_when_moved_or_renamed(lines: list[str], matched: list[int | None]) -> None:
    old = {1: "Police and communities", 2: "Prisons"}

    assert rules.match_topics(old, lines) == matched
