"""Killed at any instant and started again: nothing finished is lost, nothing half-written is left."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bhxh_forecast.batch.keys import PACKAGE
from bhxh_forecast.batch.runner import run
from tests.batch.fakes import Project
from tests.batch.test_workers import alive


def start(folder: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": str(PACKAGE.parent)}
    return subprocess.Popen([sys.executable, "-m", "tests.batch.small_run", str(folder)], env=environment)


def written(project: Project, suffix: str) -> int:
    return len([path for path in project.out.rglob(f"*{suffix}") if not path.name.startswith(".")])


def wait_until(running: subprocess.Popen[bytes], project: Project, suffix: str, count: int) -> None:
    until = time.monotonic() + 30
    while written(project, suffix) < count and running.poll() is None and time.monotonic() < until:
        time.sleep(0.002)
    assert written(project, suffix) >= count


def children(pid: int) -> list[int]:
    listing = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(word) for word in listing.stdout.split()]


@pytest.fixture
def undisturbed(project: Project, tmp_path: Path) -> dict[str, bytes]:
    """The files of the run when nothing happens, made with a store of its own."""
    twin = Project(tmp_path / "twin")
    run(twin.options(), twin.model)
    for stored in (tmp_path / "cache").iterdir():
        stored.rename(tmp_path / f"twin-{stored.name}")
    return twin.files()


@pytest.mark.parametrize(("suffix", "count"), [(".csv", 1), (".ipynb", 2), (".html", 3)])
def test_killed_and_started_again(
    project: Project, undisturbed: dict[str, bytes], tmp_path: Path, suffix: str, count: int
) -> None:
    running = start(tmp_path)
    wait_until(running, project, suffix, count)
    workers = children(running.pid)
    running.kill()
    running.wait()
    journal = project.out / ".journal.json"
    finished = (
        [job for job, parts in json.loads(journal.read_text())["jobs"].items() if parts]
        if journal.exists()
        else []
    )
    for name, content in project.files().items():
        assert undisturbed[name] == content, f"{name} is half-written"
    outcome = run(project.options(), project.model)
    assert outcome.exit_code == 0
    assert project.files() == undisturbed
    assert {outcome.results[job].status for job in finished} <= {"unchanged"}
    assert not any(alive(pid) for pid in workers)


def test_killed_at_random_instants_and_started_again(
    project: Project, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    """The short form of benchmarks/kill_nine.py: after every kill what stands is whole, and the end is the same."""
    chance, finished = random.Random(3), set()
    for _ in range(3):
        running = start(tmp_path)
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(chance.uniform(0.5, 2.5))
        running.kill()
        running.wait()
        for name, content in project.files().items():
            assert undisturbed[name] == content, f"{name} is half-written"
        journal = project.out / ".journal.json"
        if journal.exists():
            finished |= {job for job, parts in json.loads(journal.read_text())["jobs"].items() if parts}
    outcome = run(project.options(), project.model)
    assert project.files() == undisturbed
    assert {outcome.results[job].status for job in finished} <= {"unchanged"}


def test_an_interrupt_keeps_what_is_finished_and_says_so(project: Project, tmp_path: Path) -> None:
    project.write_notebook("05_comparison", "import time\ntime.sleep(60)")
    running = start(tmp_path)
    wait_until(running, project, ".ipynb", 7)
    workers = children(running.pid)
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=10) != 0
    assert json.loads((project.out / "manifest.json").read_text(encoding="utf-8"))["status"] == "interrupted"
    assert not any(alive(pid) for pid in workers)
    project.write_notebook("05_comparison", "1")
    outcome = run(project.options(), project.model)
    assert outcome.results["notebook/04_budget/combined/vi"].status == "unchanged"
    assert outcome.exit_code == 0
