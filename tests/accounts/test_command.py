"""ranevents create-organiser."""

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from ranevents.accounts import queries
from ranevents.cli import main
from tests.accounts.cast import PASSWORD, an_organiser, sign_in
from tests.client import Client


@pytest.fixture
def run(app: Flask, database_url: str, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("RANEVENTS_LOG_LEVEL", "error")

    def run(*arguments: str, typed: str) -> Result:
        return CliRunner().invoke(main, ["create-organiser", *arguments], input=typed)

    return run


def test_the_command_makes_an_account_that_can_sign_in(run, client: Client) -> None:  # type: ignore[no-untyped-def]
    done = run("elena@example.org", "Elena", "--administrator", typed=f"{PASSWORD}\n{PASSWORD}\n")

    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "Elena can sign in as elena@example.org.")
    assert PASSWORD not in done.output
    assert sign_in(client).status == 303
    user = queries.by_email("elena@example.org")
    assert user is not None
    assert user.is_administrator


def test_the_password_may_come_from_standard_input(run, client: Client) -> None:  # type: ignore[no-untyped-def]
    done = run("elena@example.org", "Elena", "--password-from-stdin", typed=f"{PASSWORD}\n")

    assert done.output == "Elena can sign in as elena@example.org.\n"
    assert sign_in(client).status == 303


@pytest.mark.parametrize(
    ("email", "name", "password", "said"),
    [
        ("elena", "Elena", PASSWORD, "ranevents: This is not an e-mail address:"),
        ("new@example.org", " ", PASSWORD, "ranevents: The name must have between 1 and 200 characters."),
        ("new@example.org", "Elena", "short", "ranevents: Please use at least 12 characters"),
        ("ELENA@example.org", "Elena", PASSWORD, "ranevents: There is an account with this address already."),
    ],
)
def test_what_is_wrong_is_said_in_one_line(run, email: str, name: str, password: str, said: str) -> None:  # type: ignore[no-untyped-def]
    an_organiser()

    done = run(email, name, "--password-from-stdin", typed=f"{password}\n")

    assert done.exit_code == 2
    assert done.output.startswith(said)
    assert len(done.output.splitlines()) == 1
