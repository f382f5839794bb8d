"""Names: Latin letters proposed, every spelling findable."""

import pytest

from ranevents.core import names


@pytest.mark.parametrize(
    ("name", "country", "expected"),
    [
        ("Ђорђевић", "RS", "Đorđević"),
        ("Цветан", "BG", "Tsvetan"),
        ("Мария", "BG", "Maria"),
        ("ЮЛИЯ", "BG", "YULIA"),
        ("Ќосев", "MK", "Kjosev"),
        ("Згурський", "UA", "Zghurskyi"),
        ("Ελευθερία", "GR", "Eleftheria"),
        ("Παπαδοπούλου", "GR", "Papadopoulou"),
        ("Μπάμπης", "GR", "Bampis"),
        ("Đorđević", "RS", "Đorđević"),
        ("O'Brien-Ó Súilleabháin", "IE", "O'Brien-Ó Súilleabháin"),
    ],
)
def test_a_name_is_proposed_in_latin_letters_by_the_rules_of_its_country(
    name: str, country: str, expected: str
) -> None:
    assert names.latin(name, country) == expected


@pytest.mark.parametrize("stored", ["Đorđević", "Ђорђевић", "Djordjević"])
@pytest.mark.parametrize("typed", ["Djordjevic", "Ђорђевић", "Đorđević"])
def test_every_spelling_of_a_name_finds_every_other(stored: str, typed: str) -> None:
    assert names.spellings(typed) & names.spellings(stored)


def test_what_is_typed_into_a_search_cannot_break_the_query() -> None:
    assert names.search_query("a' | !b:* & (") == "(a:*) & (b:*)"


def test_nothing_searchable_is_no_query() -> None:
    assert names.search_query(" :* ' ") is None
