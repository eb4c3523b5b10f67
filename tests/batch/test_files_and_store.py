"""Atomic files, the folder lock and the store of results: whole or not at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bhxh_forecast.batch import files, store
from bhxh_forecast.batch.lock import FolderLock, FolderLockedError
from bhxh_forecast.batch.store import CorruptEntryError, Store


def test_a_write_that_fails_leaves_the_old_contents_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "table.csv"
    files.write_atomic(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        files.write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["table.csv"]


def test_a_write_has_the_usual_permissions(tmp_path: Path) -> None:
    files.write_atomic(tmp_path / "deep" / "a", b"x")
    (tmp_path / "b").write_bytes(b"x")
    assert (tmp_path / "deep" / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_half_written_files_of_a_killed_run_are_cleared(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / ".targets.csv.x1.part").write_bytes(b"half")
    (tmp_path / "tables" / "targets.csv").write_bytes(b"whole")
    files.clear_parts(tmp_path)
    assert [p.name for p in (tmp_path / "tables").iterdir()] == ["targets.csv"]


def test_the_lock_is_held_by_one_process_and_freed_by_its_death(tmp_path: Path) -> None:
    script = "import sys; from pathlib import Path; from bhxh_forecast.batch.lock import FolderLock\n"
    script += "with FolderLock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(FolderLockedError, match=f"process {holder.pid}"), FolderLock(tmp_path):
            pass
        holder.kill()
        holder.wait()
        with FolderLock(tmp_path):
            assert (tmp_path / ".lock").read_text() == f"{os.getpid()}\n"


@pytest.fixture
def results(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def put(results: Store, key: str, text: str) -> store.Entry:
    stage = results.stage()
    (stage / "scenario").mkdir()
    (stage / "scenario" / "report.html").write_text(text, encoding="utf-8")
    return results.commit(key, stage, {"note": text})


def test_a_stage_is_nothing_until_it_is_committed(results: Store) -> None:
    stage = results.stage()
    (stage / "a.txt").write_text("half")
    assert results.find("ab12") is None
    results.commit("ab12", stage)
    assert results.find("ab12") is not None
    assert not list((results.root / "stage").iterdir())


def test_of_two_equal_results_the_first_stays(results: Store, tmp_path: Path) -> None:
    put(results, "ab12", "first")
    entry = put(results, "ab12", "first")
    assert results.place(entry, tmp_path / "run") is True
    assert results.place(entry, tmp_path / "run") is False


@pytest.mark.parametrize("record", ["", "{", "[]", '{"files": 3}'])
def test_a_record_that_cannot_be_read_is_no_result(results: Store, record: str) -> None:
    entry = put(results, "ab12", "x")
    (entry.folder / store.RECORD).write_text(record)
    assert results.find("ab12") is None
    assert put(results, "ab12", "y").info == {"note": "y"}


def test_a_damaged_file_is_noticed_and_its_entry_removed(results: Store, tmp_path: Path) -> None:
    entry = put(results, "ab12", "x")
    (entry.folder / "scenario" / "report.html").write_text("y")
    with pytest.raises(CorruptEntryError, match=r"report\.html"):
        results.place(entry, tmp_path / "run")
    assert results.find("ab12") is None


def test_pruning_takes_the_longest_unused_first(results: Store) -> None:
    for position, key in enumerate(("aa1", "bb2", "cc3")):
        entry = put(results, key, "x" * 100)
        os.utime(entry.folder / store.RECORD, (position, position))
    old = results.stage()
    os.utime(old, (0, 0))
    assert results.prune(250) == 1
    assert [results.find(key) is None for key in ("aa1", "bb2", "cc3")] == [True, False, False]
    assert not old.exists()
