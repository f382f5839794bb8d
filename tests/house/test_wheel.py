"""The wheel holds everything: templates, migrations, static files. It is built, unpacked elsewhere, and started."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

START = """
import sys
sys.path.insert(0, sys.argv[1])
import ranevents
assert ranevents.__file__.startswith(sys.argv[1]), ranevents.__file__
from ranevents.app import create_app
from ranevents.config import Mode, load
from alembic.script import ScriptDirectory
app = create_app(load(mode=Mode.PRODUCTION, DATABASE_URL="postgresql://nowhere/none", secret_key="s" * 40,
    encryption_keys="{key}", base_url="https://events.example.org", mail_from="events@example.org", log_level="error"))
client = app.test_client()
with app.app_context():
    heads = ScriptDirectory(app.extensions["migrate"].directory).get_heads()
paths = ["/nowhere", "/static/css/house.css", "/static/js/house.js", "/static/icon.svg", "/bootstrap/static/css/bootstrap.min.css", "/healthz"]
print(client.get("/nowhere", headers={{"Host": "events.example.org", "Accept-Language": "bg"}}).headers["Content-Language"])
print([client.get(path, headers={{"Host": "events.example.org"}}).status_code for path in paths], len(heads))
"""


@pytest.mark.slow
def test_the_wheel_works_on_its_own(tmp_path: Path) -> None:
    from ranevents.config import new_key

    _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")], ROOT)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    _run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile",
         "--disable-pip-version-check", "--target", str(tmp_path / "installed"), str(wheel)],
        tmp_path,
    )  # fmt: skip

    told = _run([sys.executable, "-c", START.format(key=new_key()), str(tmp_path / "installed")], tmp_path)

    assert told.strip() == "bg\n[404, 200, 200, 200, 200, 200] 1"
    _every_file_is_there(tmp_path / "installed" / "ranevents")


def _every_file_is_there(installed: Path) -> None:
    for folder, place in (
        (ROOT / "templates", installed / "templates"),
        (ROOT / "migrations", installed / "migrations"),
        (ROOT / "ranevents", installed),
    ):
        tracked = subprocess.run(
            ["git", "ls-files", "."], cwd=folder, capture_output=True, text=True, check=True
        ).stdout.splitlines()
        assert tracked
        assert [name for name in tracked if (folder / name).exists() and not (place / name).exists()] == []


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
