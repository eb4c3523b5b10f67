"""`bhxh run`: what it says and how it ends."""

import json
import os
from collections.abc import Callable

import pytest

from bhxh_forecast.batch import runner
from bhxh_forecast.batch.lock import FolderLock
from bhxh_forecast.cli import call
from tests.batch.fakes import Project

Bhxh = Callable[..., int]
Captured = pytest.CaptureFixture[str]


def test_all_scenarios_in_both_languages_by_default(bhxh: Bhxh, project: Project, capsys: Captured) -> None:
    assert bhxh("run", "--out", str(project.out), "--draws", "10") == 0
    names = set(project.files())
    assert {
        f"{s}/report.{lang}.html" for s in ("current_policy", "combined") for lang in ("vi", "en")
    } <= names
    shown = capsys.readouterr()
    assert "index.html: 40 jobs done, 0 unchanged" in shown.out
    assert shown.err == ""


def test_options_reach_the_run(bhxh: Bhxh, project: Project) -> None:
    words = "run combined --world downtown --draws 7 --seed 3 --as-of 2020-06-30 --until 2040 --lang en --only tables"
    words = words.replace("downtown", "downturn")
    assert bhxh(*words.split(), "--out", str(project.out), "--quiet") == 0
    manifest = json.loads((project.out / "manifest.json").read_text(encoding="utf-8"))
    assert [manifest[name] for name in ("draws", "seed", "as_of", "until", "languages")] == [
        7,
        3,
        "2020-06-30",
        2040,
        ["en"],
    ]
    assert set(project.files()) >= {"combined@downturn/tables/budget.csv", "tables/budget.parquet"}
    assert not (project.out / "index.html").exists()


def test_quiet_says_nothing(bhxh: Bhxh, project: Project, capsys: Captured) -> None:
    assert bhxh("run", "--out", str(project.out), "--only", "tables", "--quiet") == 0
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "")


def test_why_names_each_job_and_its_reason(bhxh: Bhxh, project: Project, capsys: Captured) -> None:
    words = ("run", "--out", str(project.out), "--only", "tables", "--why")
    assert bhxh(*words) == 0
    assert "done      projection/combined (new)" in capsys.readouterr().out
    project.rate.write_text("0.5", encoding="utf-8")
    assert bhxh(*words) == 0
    assert "projection/combined (changed: data data/rate.csv)" in capsys.readouterr().out
    assert bhxh(*words) == 0
    assert (
        "unchanged projection/combined (nothing that it depends on has changed)\n" in capsys.readouterr().out
    )


def test_a_failed_part_is_named_with_its_partial_output(
    bhxh: Bhxh, project: Project, capsys: Captured
) -> None:
    project.write_notebook("04_budget", "1 / 0")
    assert bhxh("run", "combined", "--lang", "vi", "--out", str(project.out), "--quiet") == 1
    shown = capsys.readouterr()
    partial = project.out / "combined" / "notebooks" / "04_budget.vi.ipynb"
    assert (
        f"failed: notebook/04_budget/combined/vi: ZeroDivisionError: division by zero; as far as it came: {partial}"
        in shown.err
    )
    assert "skipped: 1 jobs that need what failed" in shown.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("run combned", "did you mean combined?"),
        ("run --world downtrn", "did you mean downturn?"),
        ("run --draws 0", "draws: found 0"),
        ("run --draws many", "Invalid value for '--draws'"),
        ("run --as-of 2020", "'2020' is not a day like 2026-07-15"),
        ("run --lang fr", "'fr' is not one of"),
        ("run --darws 3", "--draws"),
        ("rn", "Did you mean 'run'"),
    ],
)
def test_bad_input_ends_with_2_and_no_traceback(
    bhxh: Bhxh, capsys: Captured, words: str, message: str
) -> None:
    assert bhxh(*words.split()) == 2
    shown = capsys.readouterr().err
    assert message in shown
    assert "Traceback" not in shown


def test_a_locked_folder_ends_with_4(bhxh: Bhxh, project: Project, capsys: Captured) -> None:
    with FolderLock(project.out):
        assert bhxh("run", "--out", str(project.out)) == 4
    assert f"process {os.getpid()}" in capsys.readouterr().err


def test_an_interrupt_ends_with_130(bhxh: Bhxh, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "run", interrupt)
    assert bhxh("run") == 130
    assert "the same command goes on from there" in capsys.readouterr().err


def test_a_full_disk_ends_with_1_and_says_where(
    bhxh: Bhxh, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "/run/tables/targets.parquet")

    monkeypatch.setattr(runner, "run", full)
    assert bhxh("run") == 1
    assert capsys.readouterr().err == "/run/tables/targets.parquet: No space left on device\n"


def test_a_folder_that_cannot_be_made_ends_with_1(bhxh: Bhxh, project: Project, capsys: Captured) -> None:
    assert bhxh("run", "--out", str(project.rate / "below a file")) == 1
    assert "Not a directory" in capsys.readouterr().err


def test_no_command_shows_the_help(capsys: Captured) -> None:
    assert call([]) == 2
    assert "Usage: bhxh" in "".join(capsys.readouterr())
