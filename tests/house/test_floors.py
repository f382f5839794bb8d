"""Rooms stand in order, floors within a room too, and of another room one uses only its doors."""

import pytest

from tests.house.source import PACKAGE, Source, sources

ROOMS = [
    "core", "mailing", "accounts", "people", "events", "questions", "registrations", "invitations", "delegations",
    "directory", "privacy", "overview", "demo",
]  # fmt: skip
DOORS = {"states", "models", "queries", "service"}
MORE_DOORS = {
    ("mailing", "outbox"),
    ("accounts", "trail"),
    ("mailing", "wordings"),
    ("events", "fields"),
    ("events", "times"),
    ("delegations", "forgetting_service"),
    ("directory", "import_service"),
    ("questions", "fields"),
    ("questions", "rules"),
    ("registrations", "answer_queries"),
    ("registrations", "forms"),
    ("registrations", "invited_forms"),
    ("registrations", "link_views"),
    ("registrations", "named_service"),
    ("registrations", "person_service"),
    ("invitations", "guest_lists"),
    ("invitations", "guest_queries"),
    ("invitations", "link_views"),
    ("invitations", "letter_models"),
    ("invitations", "letter_queries"),
    ("invitations", "letter_service"),
}
"""Where mails are posted, how days and hours are told, what questions make of a form, what was answered to them, what a form
asks about a person, what whoever is invited fills in, who comes by a link, whom somebody else names, what follows when a
person is corrected, how invitations stand, what letters were written."""
FLOORS = ["states", "rules", "models", "queries", "mails", "service", "jobs", "forms", "views"]
STAND_BESIDE = {"app", "cli", "config", "__init__", "__main__"}
"""The files that put the rooms together; `config` is the one of them that everybody may read."""

# Files split off by noun stand on a floor too: the floor of the work they do.
SPLIT_OFF = {
    ("accounts", "provider"): "views",
    ("mailing", "wordings"): "mails",
    ("mailing", "outbox"): "service",
    ("mailing", "bounce_reports"): "rules",
    ("mailing", "bounce_mailbox"): "service",
    ("mailing", "delivery"): "service",
}
WEB = {"flask_wtf", "wtforms", "flask_login", "flask_limiter", "werkzeug", "gunicorn"}
DATABASE = {"sqlalchemy", "flask_sqlalchemy", "psycopg"}
MAY_NOT_KNOW = {
    "states": WEB | DATABASE | {"flask"},
    "rules": WEB | DATABASE | {"flask"},
    "models": WEB,
    "queries": WEB,
    "mails": WEB,
    "service": WEB,
    "jobs": WEB,
    "views": {"sqlalchemy", "psycopg"},
}

OF_A_REQUEST = {"request", "session", "g", "flash", "redirect", "abort", "url_for", "make_response"}

every_source = pytest.mark.parametrize("source", sources(), ids=lambda source: source.name)


def test_every_room_is_known() -> None:
    found = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}

    assert found == set(ROOMS), "a new room takes its place in ROOMS here and in the layers of pyproject.toml"


@every_source
def test_a_room_imports_only_from_rooms_below_and_only_their_doors(source: Source) -> None:
    if not source.room:
        return

    for name in sorted(source.imports()):
        parts = name.split(".")
        if parts[0] != "ranevents" or name == "ranevents.config":
            continue
        assert len(parts) > 1, f"{source.name} imports the whole house"
        assert parts[1] in ROOMS, f"{source.name} imports {name}, which stands above every room"
        assert ROOMS.index(parts[1]) <= ROOMS.index(source.room), f"{source.name} imports {name} from a room above"
        if parts[1] in (source.room, "core") or len(parts) == 2:
            continue
        is_door = parts[2] in DOORS or tuple(parts[1:3]) in MORE_DOORS or source.room == "demo"
        assert is_door, f"{source.name} imports {name}, which is no door of {parts[1]}"


@every_source
def test_a_file_imports_only_from_its_own_floor_or_below(source: Source) -> None:
    floor = _floor(source.room, source.floor)
    if floor is None:
        return

    for name in sorted(source.imports()):
        parts = name.split(".")
        if parts[:2] != ["ranevents", source.room] or len(parts) < 3:
            continue
        other = _floor(source.room, parts[2])
        is_below = other is None or FLOORS.index(other) <= FLOORS.index(floor)
        assert is_below or _is_inside_a_function(source, name), f"{source.name} ({floor}) imports {name} ({other})"


@every_source
def test_no_floor_knows_what_it_may_not_know(source: Source) -> None:
    forbidden = MAY_NOT_KNOW.get(_floor(source.room, source.floor) or "", set())

    known = {name.split(".")[0] for name in source.imports()} & forbidden
    assert not known, f"{source.name} may not know {sorted(known)}"


@every_source
def test_only_views_and_forms_know_of_requests(source: Source) -> None:
    if source.room in ("", "core") or _floor(source.room, source.floor) in ("views", "forms"):
        return

    assert not source.names_from("flask") & OF_A_REQUEST, source.name


def _floor(room: str, name: str) -> str | None:
    """The floor of a room's file; None for core, which is the ground, and for files with no floor of their own."""
    if room in ("", "core"):
        return None
    if (room, name) in SPLIT_OFF:
        return SPLIT_OFF[room, name]
    source = PACKAGE / room / f"{name}.py"
    if source.exists() and "needs=Need." in source.read_text():
        return "views"
    split = next((floor for floor in FLOORS if name.endswith(f"_{floor}")), name)
    return split if split in FLOORS else None


def _is_inside_a_function(source: Source, name: str) -> bool:
    """The outbox asks for its jobs at the commit, which is the one way upstairs that an import of ours takes."""
    return source.name == "ranevents/mailing/outbox.py" and name == "ranevents.mailing.jobs"
