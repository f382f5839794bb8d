"""The benchmark itself works: next to nothing is measured, and nothing is written."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.slow
def test_the_benchmark_measures_everything() -> None:
    command = [sys.executable, "-m", "tests.performance", "tiny"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)

    assert ran.returncode == 0, ran.stderr[-2000:]
    assert "Full registration : minimal post" in ran.stdout
