"""The executable itself."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bhxh_forecast.batch.keys import PACKAGE

ENVIRONMENT = os.environ | {"PYTHONPATH": str(PACKAGE.parent)}
COMMAND = [sys.executable, "-m", "bhxh_forecast.cli"]


def test_it_runs_from_any_folder(tmp_path: Path) -> None:
    words = [*COMMAND, "scenario", "show", "no_top_up"]
    done = subprocess.run(words, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "subsidy.city_share" in done.stdout


def test_a_reader_that_goes_away_is_no_error() -> None:
    script = f"set -o pipefail; {sys.executable} -m bhxh_forecast.cli check --json | head -c 1"
    done = subprocess.run(
        ["bash", "-c", script], env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_politely_when_told_to(tmp_path: Path, sent: signal.Signals) -> None:
    """A run that waits for its first projection: interrupted by Ctrl-C or by the system."""
    words = [*COMMAND, "run", "current_policy", "--only", "tables", "--out", str(tmp_path / "out")]
    environment = ENVIRONMENT | {"BHXH_CACHE": str(tmp_path / "cache")}
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        until = time.monotonic() + 20
        while not (tmp_path / "out" / ".lock").exists() and time.monotonic() < until:
            time.sleep(0.02)
        running.send_signal(sent)
        _, shown = running.communicate(timeout=30)
    assert running.returncode == 130
    assert b"the same command goes on from there" in shown
