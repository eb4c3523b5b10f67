"""Tests that need a program of the machine: left out with a printed line where it is absent, an error in CI."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEEDS_A_PROGRAM = "tests/reporting/test_workbook.py"


def collected(**more: str) -> subprocess.CompletedProcess[str]:
    """Collect the workbook's tests on a machine without programs."""
    hidden = {"BHXH_SOFFICE", "BHXH_CHROMIUM", "BHXH_REQUIRE_TOOLS", "PYTEST_ADDOPTS"}
    environment = (
        {k: v for k, v in os.environ.items() if k not in hidden} | {"PATH": str(ROOT / "nowhere")} | more
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-p",
        "no:cacheprovider",
        NEEDS_A_PROGRAM,
    ]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


def test_where_a_program_is_absent_its_tests_are_left_out_and_a_line_says_so() -> None:
    ended = collected()
    assert ended.returncode == 0
    assert "tests marked 'libreoffice' were left out: the program is not on this machine" in ended.stdout
    assert "tests marked 'browser' were left out" in ended.stdout
    assert "2 deselected" in ended.stdout
    assert "libreoffice_computes" not in ended.stdout
    assert "test_only_the_inputs_may_be_changed" in ended.stdout


def test_in_ci_an_absent_program_is_an_error() -> None:
    ended = collected(BHXH_REQUIRE_TOOLS="1")
    assert ended.returncode == 4
    assert "BHXH_REQUIRE_TOOLS=1, but not on this machine: libreoffice, browser" in ended.stderr
    assert "BHXH_REQUIRE_TOOLS=1" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
