"""The life tables: what is in them moves, everything else is refused, and each step has a mail or is silent."""

import inspect
import re
from enum import StrEnum
from importlib import import_module
from itertools import product

import pytest

import ranevents.app  # noqa: F401 - puts the rooms together: every mail is declared
from ranevents.core.errors import Refused
from ranevents.core.states import Life
from tests.house.source import PACKAGE, TEMPLATES


def _lives() -> list[Life]:
    rooms = [import_module(f"ranevents.{path.parent.name}.states") for path in sorted(PACKAGE.glob("*/states.py"))]
    return [thing for room in rooms for thing in vars(room).values() if isinstance(thing, Life)]


def _steps(life: Life) -> list[StrEnum]:
    return list(type(next(iter(life.moves))[1]))


def _states(life: Life) -> list[StrEnum]:
    return list(type(next(iter(life.moves))[0]))


every_life = pytest.mark.parametrize("life", _lives(), ids=lambda life: life.name)


def test_the_lives_are_found() -> None:
    assert {"event", "message", "registration"} <= {life.name for life in _lives()}


@every_life
def test_every_state_and_step_moves_as_the_table_says_or_is_refused(life: Life) -> None:
    for state, step in product(_states(life), _steps(life)):
        if (state, step) in life.moves:
            assert life.allows(state, step)
            assert life.after(state, step) is life.moves[state, step]
        else:
            assert not life.allows(state, step)
            with pytest.raises(Refused):
                life.after(state, step)


@every_life
def test_every_step_leads_somewhere_and_every_state_is_reached(life: Life) -> None:
    begins_with = _states(life)[0]

    assert {step for _state, step in life.moves} == set(_steps(life))
    assert set(life.moves.values()) | {begins_with} == set(_states(life))


@every_life
def test_every_step_has_a_mail_or_is_silent_and_none_is_both(life: Life) -> None:
    steps = set(_steps(life))

    assert set(life.mails) | life.silent == steps, f"neither: {steps - set(life.mails) - life.silent}"
    assert not set(life.mails) & life.silent


@every_life
def test_every_state_has_words_for_people(life: Life) -> None:

    assert all(isinstance(inspect.getattr_static(type(state), "label"), property) for state in _states(life))


def test_a_registration_moves_exactly_as_the_domain_tells() -> None:
    """The domain's table, written down a second time on purpose: a move can't come or go by accident."""
    from ranevents.registrations.states import LIFE

    moves = {(str(state), str(step), str(after)) for (state, step), after in LIFE.moves.items()}

    assert moves == {
        ("new", "confirm", "confirmed"),
        ("new", "receive", "pending"),
        ("new", "park", "waitlisted"),
        ("pending", "confirm", "confirmed"),
        ("pending", "park", "waitlisted"),
        ("pending", "reject", "rejected"),
        ("waitlisted", "reject", "rejected"),
        ("waitlisted", "offer", "offered"),
        ("offered", "accept", "confirmed"),
        ("offered", "decline", "cancelled"),
        ("offered", "lapse", "lapsed"),
        ("new", "ask", "offered"),
        ("new", "take_over", "confirmed"),
        ("confirmed", "substitute", "cancelled"),
        ("pending", "substitute", "cancelled"),
        ("waitlisted", "substitute", "cancelled"),
        ("offered", "substitute", "cancelled"),
        ("confirmed", "cancel", "cancelled"),
        ("pending", "cancel", "cancelled"),
        ("waitlisted", "cancel", "cancelled"),
        ("offered", "cancel", "cancelled"),
        ("confirmed", "call_off", "cancelled"),
        ("pending", "call_off", "cancelled"),
        ("waitlisted", "call_off", "cancelled"),
        ("offered", "call_off", "cancelled"),
    }


PARTS = ("subject.txt", "body.txt", "body.html")
SAID = re.compile(r"""\b_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
ONLY_IN_HTML = re.compile(r"(?s)<h1.*?</h1>|<a\b.*?</a>|\{% block (?:title|action) %\}.*?\{% endblock %\}")
"""The text has no heading (its subject is one), and shows an address where the HTML has a button."""


def _shared_parts() -> set[str]:
    """Templates that others extend or include, such as a room's frame for its mails."""
    texts = [path.read_text() for path in TEMPLATES.glob("mails/*/*.*")]
    return {
        name for text in texts for name in re.findall(r"""(?:extends|include|import|from)\s+["'](mails/[^"']+)""", text)
    }


def _mails() -> list[str]:
    shared = _shared_parts()
    parts = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.glob("mails/*/*.*")} - shared
    return sorted({re.sub(r"\.(subject|body)\.\w+$", "", part) for part in parts})


def _sentences(template: str) -> set[str]:
    return {a or b for a, b in SAID.findall(template)}


def test_every_mail_has_a_subject_a_text_and_an_html_body() -> None:
    wanted = {f"{mail}.{part}" for mail in _mails() for part in PARTS}

    assert wanted
    assert {part for part in wanted if not (TEMPLATES / part).exists()} == set()


@pytest.mark.parametrize("mail", _mails())
def test_text_and_html_of_a_mail_say_the_same_words(mail: str) -> None:
    html = (TEMPLATES / f"{mail}.body.html").read_text()
    in_text = _sentences((TEMPLATES / f"{mail}.body.txt").read_text())

    leads_to_an_address = {sentence for sentence in in_text if sentence.endswith(":")}
    assert in_text - leads_to_an_address - _sentences(html) == set(), "only in the text"
    assert _sentences(ONLY_IN_HTML.sub("", html)) - in_text == set(), "only in the HTML"
