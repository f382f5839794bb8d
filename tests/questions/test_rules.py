"""Who is asked what, in which words, and what a typed number says."""

from dataclasses import dataclass, field

import pytest

from ranevents.questions import rules


@dataclass
class Asked:
    id: int
    condition_question_id: int | None = None
    condition_values: list[str] = field(default_factory=list)
    capacities: list[str] = field(default_factory=list)


def ids(questions: list[Asked]) -> list[int]:
    return [one.id for one in questions]


HOTEL = Asked(1)
NIGHTS = Asked(2, 1, ["yes"])
ROOM = Asked(3, 2, ["two", "three"])
TALK = Asked(4, capacities=["speaker"])
SLIDES = Asked(5, 4, ["yes"])
FORM = [HOTEL, NIGHTS, ROOM, TALK, SLIDES]


def test_a_text_comes_in_the_readers_language_then_the_events_then_english_then_any() -> None:
    texts = {"fr": "Bonjour", "bg": "Добър ден", "en": "Good day"}

    assert rules.in_language(texts, "bg", "fr") == "Добър ден"
    assert rules.in_language(texts, "de", "fr") == "Bonjour"
    assert rules.in_language(texts, "de") == "Good day"
    assert rules.in_language({"fr": "Bonjour", "en": ""}, "de") == "Bonjour"
    assert rules.in_language({}, "de") == ""


def test_a_question_is_asked_where_the_deciding_answer_is_one_of_its_values() -> None:
    assert ids(rules.asked(FORM, "participant", {})) == [1]
    assert ids(rules.asked(FORM, "participant", {1: False})) == [1]
    assert ids(rules.asked(FORM, "participant", {1: True})) == [1, 2]
    assert ids(rules.asked(FORM, "participant", {1: True, 2: "two"})) == [1, 2, 3]
    assert ids(rules.asked(FORM, "participant", {1: True, 2: ["one", "three"]})) == [1, 2, 3]


def test_a_question_whose_deciding_question_is_not_asked_is_not_asked_whatever_its_answer() -> None:
    assert ids(rules.asked(FORM, "participant", {1: False, 2: "two"})) == [1]


def test_a_capacity_is_asked_its_own_questions_and_those_that_hang_on_them() -> None:
    assert ids(rules.for_capacity(FORM, "participant")) == [1, 2, 3]
    assert ids(rules.for_capacity(FORM, "speaker")) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("7", "7"), ("007", "7"), ("2,50", "2.50"), ("2.50", "2.50"), ("1 250,5", "1250.5"), ("1\u202f250", "1250"),
        ("-3", "-3"), ("\u22123", "-3"), ("-0", "0"), ("+4", "4"), ("123456789012345678901234567.89", "123456789012345678901234567.89"),
    ],
)  # fmt: skip
def test_a_number_is_kept_exactly_as_plain_decimals(typed: str, plain: str) -> None:
    assert rules.plain_decimal(typed) == plain


@pytest.mark.parametrize("typed", ["", "x", "1,234.5", "1e3", "NaN", "٣", "1.", ".5", "9" * 31, "--1"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        rules.plain_decimal(typed)
