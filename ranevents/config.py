"""Settings from the environment, typed and checked at the start; the only reader of the environment.

Each is described in README.md, under 'Configuration'; a test holds the two against each other.
"""

import os
import re
import secrets
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ranevents.core import languages
from ranevents.core import secrets as core_secrets
from ranevents.core.bounce_settings import BounceSettings
from ranevents.core.listed import Listed, listed
from ranevents.core.sign_on_settings import SignOnSettings

PACKAGE = Path(__file__).parent
_DATABASE = "DATABASE_URL"
INSECURE_SECRET = "not-a-secret"  # noqa: S105 - production refuses it
ANSWERS_BEFORE_CONTENT = 18
"""For how many answers a worker may wait before it hands over a mail's content: a line that was lost, connecting anew,
greeting, encryption, the longest way of signing in, sender, recipient, DATA; with three to spare."""

WEB_TIMEOUTS = (
    "-c statement_timeout=30s",
    "-c lock_timeout=15s",
    "-c idle_in_transaction_session_timeout=60s",
)
"""After how long PostgreSQL ends what a web request does, so that one that hangs does not stop all others."""


class Mode(StrEnum):
    """What the process is for; production refuses every default that is only good for trying things out."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"
    DEMO = "demo"
    TEST = "test"


class MailSecurity(StrEnum):
    """How the connection to the mail relay is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class SecondFactorFor(StrEnum):
    """Which accounts must have a second factor."""

    NONE = "none"
    ADMINISTRATORS = "administrators"
    ORGANISERS = "organisers"


class BadSettings(Exception):
    """A setting is missing or malformed; the text is the one line to show."""


def _lowered(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


Pauses = Annotated[list[Annotated[int, Field(ge=1)]], NoDecode, BeforeValidator(listed), Field(min_length=1)]


class Settings(SignOnSettings, BounceSettings, BaseSettings):
    """All settings. Names in the environment are these in capitals with RANEVENTS_ before them; and DATABASE_URL."""

    model_config = SettingsConfigDict(env_prefix="RANEVENTS_", env_ignore_empty=True, extra="ignore")

    mode: Mode = Mode.DEVELOPMENT
    database_url: str = Field(default="", validation_alias=_DATABASE)
    database_connections: int = Field(default=5, ge=1, le=100)
    instance: Path = Path("instance")
    secret_key: str = INSECURE_SECRET
    secret_key_fallbacks: Listed = []
    encryption_keys: Listed = []
    base_url: str = "http://127.0.0.1:8000"
    bind: str = "127.0.0.1:8000"
    web_processes: int = Field(default=2, ge=1, le=64)
    web_threads: int = Field(default=4, ge=1, le=64)
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    mail_server: str = "127.0.0.1"
    mail_port: int = Field(default=1025, ge=1, le=65535)
    mail_security: MailSecurity = MailSecurity.NONE
    mail_username: str = ""
    mail_password: str = ""
    mail_from: str = "ranevents@localhost"
    mail_from_name: str = "Policy and Practice Events"
    mail_per_minute: int = Field(default=600, ge=1, le=1_000_000)
    mail_timeout_seconds: int = Field(default=20, ge=1, le=120)
    mail_answer_seconds: int = Field(default=600, ge=1, le=3600)
    mail_lease_seconds: int = Field(default=360, ge=2, le=3600)
    mail_pauses_seconds: Pauses = [60, 300, 900, 3600]
    require_second_factor: SecondFactorFor | None = None
    limit_sign_in: str = "10 per 15 minutes"
    limit_register: str = "60 per minute"
    limit_unknown_links: str = "30 per minute"
    limit_per_address: str = "20 per hour"
    limit_uploads: str = "500 per day"
    upload_megabytes: int = Field(default=10, ge=1, le=50)
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lowered)] = "info"
    log_format: Literal["json", "text"] = "json"

    @field_validator("base_url")
    @classmethod
    def _base_url_is_an_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("must look like https://events.example.org, without a path")
        return value.rstrip("/")

    @field_validator("bind")
    @classmethod
    def _bind_is_an_address(cls, value: str) -> str:
        found = _ADDRESS_TO_BIND.fullmatch(value)
        if not found or not 0 < int(found["port"] or 1) <= 65535:
            raise ValueError("must look like 127.0.0.1:8000, [::1]:8000 or unix:/run/ranevents.sock")
        return value

    @field_validator("mail_from")
    @classmethod
    def _mail_from_is_an_address(cls, value: str) -> str:
        if value.endswith("@localhost"):
            return value
        try:
            return validate_email(value, check_deliverability=False).normalized
        except EmailNotValidError as error:
            raise ValueError(str(error)) from error

    @field_validator("encryption_keys")
    @classmethod
    def _keys_are_keys(cls, value: list[str]) -> list[str]:
        if not all(core_secrets.is_key(key) for key in value):
            raise ValueError("each must be 32 bytes in URL-safe base64; make one with: ranevents new-key")
        return value

    @field_validator("limit_sign_in", "limit_register", "limit_unknown_links", "limit_per_address", "limit_uploads")
    @classmethod
    def _limit_is_readable(cls, value: str) -> str:
        from limits import parse

        try:
            parse(value)
        except ValueError as error:
            raise ValueError("must look like '10 per 15 minutes'") from error
        return value

    @field_validator("database_url")
    @classmethod
    def _database_is_postgresql(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
            raise ValueError("must begin with postgresql://")
        if value and not _is_readable(value):
            raise ValueError(
                "must look like postgresql://user:password@host:5432/database; in the password, write each of @ : / ? #"
                " as its code, such as %40 for @"
            )
        _scheme, colon, rest = value.partition("://")
        return f"postgresql{colon}{rest}" if colon else value

    @model_validator(mode="after")
    def _lease_covers_a_dialogue(self) -> "Settings":
        least = ANSWERS_BEFORE_CONTENT * self.mail_timeout_seconds
        if self.mail_lease_seconds < least:
            raise ValueError(
                f"RANEVENTS_MAIL_LEASE_SECONDS must be at least {least}: {ANSWERS_BEFORE_CONTENT} times"
                " RANEVENTS_MAIL_TIMEOUT_SECONDS, so that no mail is taken from a worker that waits for a slow relay"
            )
        return self

    @model_validator(mode="after")
    def _production_takes_no_defaults(self) -> "Settings":
        if self.mode is not Mode.PRODUCTION:
            return self
        wanting = {
            "RANEVENTS_SECRET_KEY (at least 32 random characters; make one with: ranevents new-secret)": (
                self.secret_key == INSECURE_SECRET or len(self.secret_key) < 32
            ),
            "RANEVENTS_ENCRYPTION_KEYS (make one with: ranevents new-key)": not self.encryption_keys,
            "RANEVENTS_BASE_URL (beginning with https://)": not self.base_url.startswith("https://"),
            "RANEVENTS_MAIL_FROM": self.mail_from.endswith("@localhost"),
            "DATABASE_URL": not self.database_url,
        }
        missing = [name for name, is_missing in wanting.items() if is_missing]
        if missing:
            raise ValueError(f"production needs its own {missing[0]}")
        return self

    @model_validator(mode="after")
    def _nobody_else_reaches_what_is_only_for_trying_out(self) -> "Settings":
        is_reached = self.base_url.startswith("https://") or not _is_local(self.bind)
        if is_reached and self.secret_key == INSECURE_SECRET:
            raise ValueError(
                "RANEVENTS_SECRET_KEY is needed where others can reach the site (RANEVENTS_BASE_URL, RANEVENTS_BIND);"
                " make one with: ranevents new-secret; and for real use set RANEVENTS_MODE=production"
            )
        return self

    @property
    def second_factor_for(self) -> SecondFactorFor:
        """Which accounts must have a second factor: where nothing is set, administrators in production."""
        usual = SecondFactorFor.ADMINISTRATORS if self.mode is Mode.PRODUCTION else SecondFactorFor.NONE
        return self.require_second_factor or usual

    @property
    def mail_content_lease_seconds(self) -> int:
        """For how long a worker holds a mail from the moment at which it begins to hand over the content."""
        return self.mail_answer_seconds + 3 * self.mail_timeout_seconds

    @property
    def sqlalchemy_url(self) -> str:
        """The database's address as SQLAlchemy wants it, with the driver named."""
        rest = self.database_url.split("://", 1)[-1]
        return f"postgresql+psycopg://{rest}"

    def for_flask(self, *, has_time: bool = False) -> dict[str, Any]:
        """The same settings as the keys that Flask and its extensions read; `has_time` if nobody waits for a page."""
        is_https = self.base_url.startswith("https://")
        return {
            "SETTINGS": self,
            "SECRET_KEY": self.secret_key,
            "SECRET_KEY_FALLBACKS": self.secret_key_fallbacks,
            "ENCRYPTION_KEYS": self.encryption_keys or [_development_key()],
            "BASE_URL": self.base_url,
            "TRUSTED_HOSTS": [urlsplit(self.base_url).hostname, "localhost", "127.0.0.1"],
            "SQLALCHEMY_DATABASE_URI": self.sqlalchemy_url,
            "SQLALCHEMY_ENGINE_OPTIONS": self._engine_options(has_time=has_time),
            "SESSION_COOKIE_NAME": "__Host-session" if is_https else "session",
            "SESSION_COOKIE_SECURE": is_https,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "PERMANENT_SESSION_LIFETIME": 12 * 3600,
            "WTF_CSRF_CHECK_DEFAULT": False,
            "WTF_CSRF_TIME_LIMIT": None,
            "WTF_CSRF_SSL_STRICT": False,
            "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
            "MAX_FORM_PARTS": 1000,
            "MAIL_SERVER": self.mail_server,
            "MAIL_PORT": self.mail_port,
            "MAIL_USERNAME": self.mail_username or None,
            "MAIL_PASSWORD": self.mail_password or None,
            "MAIL_USE_TLS": self.mail_security is MailSecurity.STARTTLS,
            "MAIL_USE_SSL": self.mail_security is MailSecurity.TLS,
            "MAIL_DEFAULT_SENDER": (self.mail_from_name, self.mail_from),
            "SECOND_FACTOR_FOR": self.second_factor_for,
            "LIMIT_SIGN_IN": self.limit_sign_in,
            "LIMIT_REGISTER": self.limit_register,
            "LIMIT_UNKNOWN_LINKS": self.limit_unknown_links,
            "LIMIT_PER_ADDRESS": self.limit_per_address,
            "LIMIT_UPLOADS": self.limit_uploads,
            "UPLOAD_MEGABYTES": self.upload_megabytes,
            "BABEL_DEFAULT_LOCALE": languages.SOURCE,
            "BABEL_TRANSLATION_DIRECTORIES": str(PACKAGE / "translations"),
            "BOOTSTRAP_SERVE_LOCAL": True,
            "RATELIMIT_HEADERS_ENABLED": True,
        }

    def _engine_options(self, *, has_time: bool) -> dict[str, Any]:
        # A form holds its session's connection while the limits take another for a moment: two for each thread.
        busiest = max(2 * self.web_threads, self.database_connections + 5)
        options = ["-c timezone=utc", *([] if has_time else WEB_TIMEOUTS)]
        return {
            "pool_size": self.database_connections,
            "max_overflow": busiest - self.database_connections,
            "pool_timeout": 10,
            "hide_parameters": True,
            "connect_args": {"options": " ".join(options), "application_name": "ranevents", "connect_timeout": 10},
        }


def load(**given: Any) -> Settings:
    """The settings of this process; `given` ones win over the environment.

    Raises BadSettings with one clear line where something is missing, malformed, or no setting at all.
    """
    _refuse_unknown(os.environ)
    try:
        return Settings(**given)
    except ValidationError as error:
        raise BadSettings(_told(error.errors()[0])) from None


_OF_KUBERNETES = re.compile(r"RANEVENTS_(SERVICE_(HOST|PORT)\w*|PORT(_\d+_(TCP|UDP)\w*)?)")
"""What Kubernetes tells every pod about a service that is called ranevents."""


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    """A setting whose name is mistyped would be as if it were not set: better not to start."""
    ours = {name.upper(): f"RANEVENTS_{name.upper()}" for name in Settings.model_fields} | {_DATABASE: _DATABASE}
    for name in sorted(environment):
        is_foreign = name.startswith("RANEVENTS_TEST_") or _OF_KUBERNETES.fullmatch(name)
        if name.startswith("RANEVENTS_") and not is_foreign and name not in ours.values():
            nearest = get_close_matches(name.removeprefix("RANEVENTS_"), ours, n=1, cutoff=0)[0]
            raise BadSettings(f"{name}: is no setting; the nearest one is {ours[nearest]}")


def _told(fault: Any) -> str:
    """One line about what is wrong with a setting, and what is wanted."""
    name, *inside = fault["loc"] or [""]
    shown = name if not name or name.isupper() else f"RANEVENTS_{name.upper()}"
    limits = fault.get("ctx", {})
    if "expected" in limits:
        limits["expected"] = limits["expected"].replace(" or ", ", ").replace("'", "")
    wanted = _WANTED.get(fault["type"])
    reason = wanted.format(**limits) if wanted else str(fault["msg"]).removeprefix("Value error, ")
    reason = reason.replace("must", "each must", 1) if inside else reason
    return f"{shown}: {reason}" if shown else reason


_WANTED = {
    "enum": "must be one of {expected}",
    "literal_error": "must be one of {expected}",
    "int_parsing": "must be a whole number",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "too_short": "must name at least one",
}
"""What is wanted, by the kind of the fault that pydantic finds."""

_ADDRESS_TO_BIND = re.compile(r"unix:.+|fd://\d+|(\[[0-9A-Fa-f:.]+\]|[\w.-]*):(?P<port>\d{1,5})")


def _is_readable(address: str) -> bool:
    """Whether user, password, host and port can be told apart in a database's address."""
    parts = urlsplit(address)
    try:
        return (parts.port or 1) > 0 and parts.netloc.count("@") <= 1 and "@" not in parts.path + parts.fragment
    except ValueError:
        return False


def _is_local(bind: str) -> bool:
    """Whether only this machine reaches what listens there: a loopback address, or a socket in the file system."""
    if bind.startswith(("unix:", "fd://")):
        return True
    host = (urlsplit(f"//{bind}").hostname or "").lower()
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def resources(name: str) -> Path:
    """A folder that stands beside the package in the repository and inside it in the wheel: templates, migrations."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def new_secret() -> str:
    """A value for RANEVENTS_SECRET_KEY."""
    return secrets.token_urlsafe(48)


def new_key() -> str:
    """A value for RANEVENTS_ENCRYPTION_KEYS."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


def _development_key() -> str:
    from base64 import urlsafe_b64encode
    from hashlib import sha256

    return urlsafe_b64encode(sha256(INSECURE_SECRET.encode()).digest()).decode()
