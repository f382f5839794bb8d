"""What visitors do at the site and at the yardsticks."""

import re
from html import unescape

from tests.performance.load import Scene, Visitor
from tests.performance.stage import ORGANISER, PASSWORD, Stage

_HIDDEN = re.compile(r"<input\b[^>]*>")
PARTICULARS = {
    "given_name": "Мария",
    "family_name": "Петрова",
    "latin_given_name": "Maria",
    "latin_family_name": "Petrova",
    "form_of_address": "Ms",
    "organisation": "Municipality of Plovdiv",
    "position": "Social worker",
    "country": "BG",
    "sector": "youth_social",
    "side": "practice",
    "language": "en",
    "diet": "vegetarian",
    "access_needs": "",
    "is_on_shared_list": "y",
}


def hidden_of(page: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    inputs = [dict(re.findall(r'(\w+)="([^"]*)"', one)) for one in _HIDDEN.findall(page) if 'type="hidden"' in one]
    return {one["name"]: unescape(one.get("value", "")) for one in inputs}


def bare(stage: Stage) -> Scene:
    """Hello, from bare Flask."""
    return Scene(stage.bare.port, lambda visitor, _kept, _name: _expect(visitor.ask("/"), 200))


def event_page(stage: Stage) -> Scene:
    """An event's public page, as somebody sees it for the first time."""
    path = f"/events/{stage.open_event}"
    return Scene(stage.ours.port, lambda visitor, _kept, _name: _expect(visitor.ask(path), 200))


def registration(stage: Stage) -> Scene:
    """Get the form with its CSRF token, fill it in, send it."""
    path = f"/events/{stage.open_event}/register"

    def register(visitor: Visitor, _kept: dict[str, str], name: str) -> None:
        page = _expect(visitor.ask(path), 200)
        sent = PARTICULARS | {"email": f"v{name}@example.org", "has_read_notice": "y"} | hidden_of(page)
        _expect(visitor.ask(path, sent), 303)

    return Scene(stage.ours.port, register)


def yardstick_post(stage: Stage) -> Scene:
    """The minimal handler: its form was got once, only the sending counts."""

    def register(visitor: Visitor, kept: dict[str, str], name: str) -> None:
        _expect(visitor.ask("/register", PARTICULARS | kept | {"email": f"v{name}@example.org"}), 201)

    return Scene(stage.yardstick.port, register, once=lambda visitor: hidden_of(visitor.ask("/register")[1]))


def yardstick_pair(stage: Stage) -> Scene:
    """The minimal handler with its form got anew each time, as a person does."""

    def register(visitor: Visitor, _kept: dict[str, str], name: str) -> None:
        hidden = hidden_of(_expect(visitor.ask("/register"), 200))
        _expect(visitor.ask("/register", PARTICULARS | hidden | {"email": f"v{name}@example.org"}), 201)

    return Scene(stage.yardstick.port, register)


def organisers_list(stage: Stage, event: str) -> Scene:
    """The list of an event's registrations, for an organiser who is signed in."""
    path = f"/organise/events/{event}/registrations"

    def sign_in(visitor: Visitor) -> dict[str, str]:
        hidden = hidden_of(_expect(visitor.ask("/sign-in"), 200))
        _expect(visitor.ask("/sign-in", hidden | {"email": ORGANISER, "password": PASSWORD}), 303)
        return {}

    return Scene(stage.ours.port, lambda visitor, _kept, _name: _expect(visitor.ask(path), 200), once=sign_in)


def _expect(answer: tuple[int, str], status: int) -> str:
    if answer[0] != status:
        raise AssertionError(f"answered {answer[0]}, not {status}: {answer[1][:300]}")
    return answer[1]
