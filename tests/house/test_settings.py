"""Every setting is told of in README.md, each as a row of the table under 'Configuration'."""

import re

from ranevents.config import Settings
from tests.house.source import ROOT


def test_every_setting_has_its_row_in_the_readme_and_every_row_its_setting() -> None:
    rows = set(re.findall(r"(?m)^\|\s*`((?:RANEVENTS_\w+|DATABASE_URL))`", (ROOT / "README.md").read_text()))

    settings = {
        str(field.validation_alias) if field.validation_alias else f"RANEVENTS_{name.upper()}"
        for name, field in Settings.model_fields.items()
    }
    assert rows == settings
