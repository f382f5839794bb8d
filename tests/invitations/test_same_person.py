"""Who is the person that was invited, and who is somebody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranevents.invitations.rules import Called, is_somebody_else

ADDRESS = "one@example.org"


def called(name: str, email: str = ADDRESS) -> Called:
    """From "given|family" or "given|family|Latin given|Latin family"."""
    parts = [*name.split("|"), "", ""]
    return Called(parts[0], parts[1], parts[2], parts[3], email)


SAME = [
    ("Maria|Petrova", "Maria|Petrova"),
    ("Мария|Петрова|Maria|Petrova", "Maria|Petrova|Maria|Petrova"),
    ("Maria|Petrova", "Мария|Петрова|Mariya|Petrova"),
    ("Maria|Petrova", "Maria Elena|Petrova-Schmidt"),
    ("Maria|Petrova", "Petrova|Maria"),
    ("Jan|van der Berg", "Jan|Vanderberg"),
    ("Jan|van der Berg", "Jan|Berg"),
    ("Jürgen|Müller", "Juergen|Mueller"),
    ("Li|Wu", "Li|Wu"),
    ("|Suharto", "Haji|Suharto"),
    ("محمد|علي|Mohammed|Ali", "Mohammed|Ali|Mohammed|Ali"),
    ("Mohammed|Ali", "محمد|علي|Mohammed|Ali"),
]
OTHERS = [
    ("Anna|Schmidt", "Anton|Schmidt"),
    ("Maria Elena|Rossi", "Maria|Verdi Rossi"),
    ("Double|One", "D.|One"),
    ("Maria|Petrova", "Maria|Schmidt"),
    ("Jan|van der Berg", "Piet|van der Meer"),
    ("Jan|van der Berg", "Piet|van der Berg"),
    ("Jan|van der Berg", "Jan|van der Meer"),
    ("Ali|al Hassan", "Omar|al Hamid"),
    ("Maria|Petrova", "Ivan|Petrov"),
    ("Maria|Petrova", "Ivan|Maria"),
    ("Мария|Петрова|Maria|Petrova", "Иван|Колев|Maria|Petrova"),
    ("Мария|Петрова|Maria|Petrova", "Мария|Петрова|Ivan|Kolev"),
]


@pytest.mark.parametrize(("known", "typed"), SAME)
def test_a_name_in_another_form_is_the_same_person_whatever_the_address(known: str, typed: str) -> None:
    assert not is_somebody_else(called(known), called(typed, "two@example.org"))


@pytest.mark.parametrize(("known", "typed"), OTHERS)
def test_another_name_at_another_address_is_somebody_else(known: str, typed: str) -> None:
    assert is_somebody_else(called(known), called(typed, "two@example.org"))


def test_a_new_family_name_is_the_same_person_while_the_address_stays() -> None:
    assert not is_somebody_else(called("Maria|Petrova"), called("Maria|Schmidt", ADDRESS.upper()))
    assert is_somebody_else(called("Maria|Petrova"), called("Milena|Schmidt"))


def test_an_initial_is_the_same_person_while_the_address_stays() -> None:
    assert not is_somebody_else(called("Maria|Petrova"), called("M.|Petrova"))


def test_of_whom_no_name_is_known_anybody_may_be() -> None:
    assert not is_somebody_else(called("|"), called("Maria|Petrova"))


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_everybody_is_the_same_as_themselves_whatever_the_name(first: str, second: str) -> None:
    one = Called(first, second, first, second, ADDRESS)

    assert not is_somebody_else(one, Called(first, second, first, second, "two@example.org"))
