"""A full disk or a read-only folder ends a run with one line; what was finished stays whole, the next run completes."""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bhxh_forecast.batch import files
from bhxh_forecast.batch.runner import run
from bhxh_forecast.calibration.source import cache_folder
from bhxh_forecast.cli import FAILED, call
from bhxh_forecast.simulation import BASELINE, Chain
from tests.batch.fakes import Project

Breaking = Callable[[Path, int, int], None]


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> Breaking:
    """Let new files below a folder fail from the n-th on, as a disk does."""

    def break_from(folder: Path, number: int, code: int) -> None:
        made = [0]

        def mkstemp(**names: Any) -> tuple[int, str]:
            if Path(names["dir"]).is_relative_to(folder):
                made[0] += 1
                if made[0] >= number:
                    raise OSError(code, os.strerror(code), str(names["dir"]))
            return tempfile.mkstemp(**names)

        monkeypatch.setattr(files, "tempfile", type("Failing", (), {"mkstemp": staticmethod(mkstemp)}))

    return break_from


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize(("folder", "number"), [("out", 1), ("out", 9), ("cache", 8)])
def test_a_disk_that_fails_leaves_whole_files_and_the_next_run_completes(
    project: Project, tmp_path: Path, breaking: Breaking, monkeypatch: pytest.MonkeyPatch, *,
    folder: str, number: int, code: int,
) -> None:  # fmt: skip
    breaking(tmp_path / folder, number, code)
    with pytest.raises(OSError, match=os.strerror(code)):
        run(project.options(only_tables=True), project.model)
    left = project.files()
    assert not list(tmp_path.rglob("*.part"))
    monkeypatch.undo()
    monkeypatch.setenv("BHXH_CACHE", str(tmp_path / "cache"))
    assert run(project.options(only_tables=True), project.model).exit_code == 0
    whole = project.files()
    assert set(left) < set(whole)
    assert {name: whole[name] for name in left} == left


def test_the_command_says_in_one_line_that_the_disk_is_full(
    tmp_path: Path, breaking: Breaking, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Chain.of([BASELINE], draws=2)  # the conditioned sample is there; it is not what this is about
    shutil.copytree(cache_folder(), tmp_path / "cache", copy_function=os.symlink)
    monkeypatch.setenv("BHXH_CACHE", str(tmp_path / "cache"))
    breaking(tmp_path / "out", 1, errno.ENOSPC)
    command = ["run", "current_policy", "--draws", "8", "--only", "tables", "--out", str(tmp_path / "out")]
    assert call(command) == FAILED
    said = capsys.readouterr().err
    assert said.splitlines()[-1].endswith("No space left on device")
    assert "Traceback" not in said
