"""A day before anything is known of the place is bad input, named once."""

from pathlib import Path

import pytest

from bhxh_forecast.cli import call


def test_a_day_before_the_first_figures_is_refused_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [
        "run",
        "current_policy",
        "--as-of",
        "2016-06-30",
        "--only",
        "tables",
        "--out",
        str(tmp_path / "run"),
    ]
    assert call(words) == 2
    shown = capsys.readouterr().err
    assert "found 2016-06-30; allowed a day from 2016-12-31 on" in shown
    assert len(shown.strip().splitlines()) == 1
