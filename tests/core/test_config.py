"""Settings: what is wrong is told in one clear line, and production takes no default that is only for trying out."""

from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from ranevents import config
from ranevents.config import BadSettings, Mode, load

GOOD_KEY = "A" * 43 + "="
PRODUCTION = {
    "RANEVENTS_MODE": "production",
    "RANEVENTS_SECRET_KEY": "s" * 48,
    "RANEVENTS_ENCRYPTION_KEYS": GOOD_KEY,
    "RANEVENTS_BASE_URL": "https://events.example.org",
    "RANEVENTS_MAIL_FROM": "events@example.org",
    "DATABASE_URL": "postgresql://ranevents@db/ranevents",
}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment without any setting of ours."""
    import os

    for name in [name for name in os.environ if name.startswith("RANEVENTS_")] + ["DATABASE_URL"]:
        monkeypatch.delenv(name, raising=False)


def load_from(monkeypatch: pytest.MonkeyPatch, **environment: str) -> config.Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return load()


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("RANEVENTS_MODE", "party", "must be one of production, development, demo, test"),
        ("RANEVENTS_BASE_URL", "events.example.org", "must look like https://events.example.org, without a path"),
        (
            "RANEVENTS_BASE_URL",
            "https://example.org/events",
            "must look like https://events.example.org, without a path",
        ),
        ("RANEVENTS_MAIL_FROM", "nobody", "An email address must have an @-sign."),
        ("RANEVENTS_MAIL_PORT", "many", "must be a whole number"),
        ("RANEVENTS_MAIL_PORT", "70000", "must be at most 65535"),
        ("RANEVENTS_MAIL_SECURITY", "maybe", "must be one of none, starttls, tls"),
        ("RANEVENTS_MAIL_PAUSES_SECONDS", "60,soon", "each must be a whole number"),
        ("RANEVENTS_MAIL_PAUSES_SECONDS", "60,0", "each must be at least 1"),
        ("RANEVENTS_MAIL_PAUSES_SECONDS", ",", "must name at least one"),
        (
            "RANEVENTS_ENCRYPTION_KEYS",
            f"{GOOD_KEY},short",
            "each must be 32 bytes in URL-safe base64; make one with: ranevents new-key",
        ),
        ("RANEVENTS_LIMIT_SIGN_IN", "often", "must look like '10 per 15 minutes'"),
        ("RANEVENTS_WEB_PROCESSES", "0", "must be at least 1"),
        ("RANEVENTS_LOG_LEVEL", "loud", "must be one of debug, info, warning, error"),
        ("RANEVENTS_LOG_FORMAT", "poem", "must be one of json, text"),
        *(
            ("RANEVENTS_BIND", value, "must look like 127.0.0.1:8000, [::1]:8000 or unix:/run/ranevents.sock")
            for value in ("nonsense", "127.0.0.1", "8000", "127.0.0.1:0", "127.0.0.1:70000", "unix:", "http://x:80")
        ),
        ("DATABASE_URL", "mysql://somewhere", "must begin with postgresql://"),
        *(
            (
                "DATABASE_URL",
                value,
                "must look like postgresql://user:password@host:5432/database; in the password, write each of @ : / ? #"
                " as its code, such as %40 for @",
            )
            for value in ("postgresql://me:p@ss@db/x", "postgresql://me:p/ss@db/x", "postgresql://me@db:many/x")
        ),
        ("RANEVENTS_MAIL_SERVERR", "relay", "is no setting; the nearest one is RANEVENTS_MAIL_SERVER"),
        ("RANEVENTS_DATABASE_URL", "postgresql://db/x", "is no setting; the nearest one is DATABASE_URL"),
    ],
)
def test_a_bad_setting_is_told_in_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    with pytest.raises(BadSettings) as refusal:
        load_from(monkeypatch, **{name: value})

    assert str(refusal.value) == f"{name}: {reason}"


@pytest.mark.parametrize("missing", [name for name in PRODUCTION if name != "RANEVENTS_MODE"])
def test_production_refuses_to_start_without_its_own(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    with pytest.raises(BadSettings) as refusal:
        load_from(monkeypatch, **{name: value for name, value in PRODUCTION.items() if name != missing})

    assert str(refusal.value).startswith("production needs its own ")
    assert missing in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RANEVENTS_SECRET_KEY", config.INSECURE_SECRET),
        ("RANEVENTS_SECRET_KEY", "too-short-a-secret"),
        ("RANEVENTS_BASE_URL", "http://events.example.org"),
        ("RANEVENTS_MAIL_FROM", "ranevents@localhost"),
    ],
)
def test_production_refuses_what_is_good_for_trying_out_only(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(BadSettings, match=name):
        load_from(monkeypatch, **{**PRODUCTION, name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RANEVENTS_BASE_URL", "https://events.example.org"),
        ("RANEVENTS_BIND", "0.0.0.0:8000"),
        ("RANEVENTS_BIND", "[::]:8000"),
        ("RANEVENTS_BIND", ":8000"),
        ("RANEVENTS_BIND", "events.example.org:8000"),
    ],
)
def test_where_others_reach_the_site_the_secret_that_everybody_knows_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(BadSettings) as refusal:
        load_from(monkeypatch, **{name: value})

    assert str(refusal.value).startswith("RANEVENTS_SECRET_KEY is needed where others can reach the site")
    assert "\n" not in str(refusal.value)
    assert load_from(monkeypatch, RANEVENTS_SECRET_KEY="s" * 32)


@pytest.mark.parametrize("bind", ["127.0.0.1:80", "localhost:8000", "[::1]:8000", "unix:/run/ranevents.sock"])
def test_who_is_alone_on_the_machine_may_try_out_without_a_secret(monkeypatch: pytest.MonkeyPatch, bind: str) -> None:
    assert load_from(monkeypatch, RANEVENTS_BIND=bind).secret_key == config.INSECURE_SECRET


def test_production_starts_with_everything_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_from(monkeypatch, **PRODUCTION)

    flask = settings.for_flask()
    assert settings.mode is Mode.PRODUCTION
    assert {name: flask[name] for name in flask if name.startswith("SESSION_COOKIE")} == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
    }


def test_no_secret_stands_in_the_line_that_tells_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadSettings) as refusal:
        load_from(monkeypatch, **{**PRODUCTION, "RANEVENTS_ENCRYPTION_KEYS": "planted-secret-key"})

    assert "planted-secret-key" not in str(refusal.value)


@pytest.mark.parametrize(
    ("given", "expected"),
    [("a,b", ["a", "b"]), (" a , ,b ", ["a", "b"]), ("", [])],
)
def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch, given: str, expected: list[str]) -> None:
    assert load_from(monkeypatch, RANEVENTS_SECRET_KEY_FALLBACKS=given).secret_key_fallbacks == expected


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me@db/events",
        "postgres://me@db/events",
        "postgresql+psycopg://me@db/events",
    ],
)
def test_the_database_may_be_named_in_each_customary_way(url: str) -> None:
    """The web processes go through SQLAlchemy, the workers to the driver itself: both must reach it."""
    settings: Any = load(DATABASE_URL=url)

    assert settings.sqlalchemy_url == "postgresql+psycopg://me@db/events"
    assert settings.database_url == "postgresql://me@db/events"
    assert conninfo_to_dict(settings.database_url) == {"user": "me", "host": "db", "dbname": "events"}


def test_what_the_tests_are_told_is_no_setting_of_the_product(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_from(monkeypatch, RANEVENTS_TEST_REQUIRE_BROWSER="1").log_level == "info"


def test_the_log_level_may_be_written_in_capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_from(monkeypatch, RANEVENTS_LOG_LEVEL="WARNING").log_level == "warning"


def test_a_lease_that_is_shorter_than_a_slow_dialogue_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadSettings) as refusal:
        load_from(monkeypatch, RANEVENTS_MAIL_LEASE_SECONDS="2", RANEVENTS_MAIL_TIMEOUT_SECONDS="120")

    assert str(refusal.value) == (
        "RANEVENTS_MAIL_LEASE_SECONDS must be at least 2160: 18 times RANEVENTS_MAIL_TIMEOUT_SECONDS, so that no mail"
        " is taken from a worker that waits for a slow relay"
    )


def test_what_kubernetes_tells_about_a_service_of_our_name_is_no_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANEVENTS_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("RANEVENTS_PORT", "tcp://10.0.0.1:8000")
    monkeypatch.setenv("RANEVENTS_PORT_8000_TCP_ADDR", "10.0.0.1")

    assert config.load(DATABASE_URL="postgresql://x").mode is config.Mode.DEVELOPMENT


@pytest.mark.parametrize(
    ("mode", "given", "expected"),
    [
        ("production", None, "administrators"),
        ("production", "none", "none"),
        ("production", "organisers", "organisers"),
        ("development", None, "none"),
        ("development", "administrators", "administrators"),
    ],
)
def test_administrators_must_have_a_second_factor_in_production(
    monkeypatch: pytest.MonkeyPatch, mode: str, given: str | None, expected: str
) -> None:
    told = {**PRODUCTION, "RANEVENTS_MODE": mode, **({"RANEVENTS_REQUIRE_SECOND_FACTOR": given} if given else {})}

    settings = load_from(monkeypatch, **told)

    assert settings.for_flask()["SECOND_FACTOR_FOR"] == expected
