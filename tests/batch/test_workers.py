"""Jobs in processes of their own: isolated, reported whatever happens, gone with their parent."""

import json
import os
import subprocess
import time
from pathlib import Path

import pytest

from bhxh_forecast.batch import zygote
from bhxh_forecast.batch.workers import InThisProcess, Workers, open_workers

CALLS = "tests.batch.calls"


def lone(limit: int = 2) -> Workers:
    return Workers(limit, [CALLS, "no.such.module"], {"BHXH_DATA": "here"})


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_for(path: Path) -> None:
    until = time.monotonic() + 10
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert path.exists()


def test_each_job_says_how_it_ended(workers: Workers, tmp_path: Path) -> None:
    workers.submit("good", f"{CALLS}:write", {"path": str(tmp_path / "a"), "text": "tỷ đồng"})
    workers.submit("bad", f"{CALLS}:fail", {"text": "no such base"})
    workers.submit("gone", f"{CALLS}:leave", {"code": 7})
    workers.submit("loud", f"{CALLS}:chatter", {})
    workers.submit("unknown", "no.such.module:f", {})
    results = {result.id: result for result in (workers.wait() for _ in range(5))}
    assert results["good"].ok
    assert (tmp_path / "a").read_text(encoding="utf-8") == "tỷ đồng"
    assert results["bad"].reason == "ValueError: no such base"
    assert results["gone"].reason == "the process ended by itself with code 7"
    assert results["loud"].ok
    assert results["unknown"].reason.startswith("ModuleNotFoundError")


def test_each_job_has_its_own_process(workers: Workers, tmp_path: Path) -> None:
    for name in "abc":
        workers.submit(name, f"{CALLS}:whoami", {"path": str(tmp_path / name)})
    assert all(workers.wait().ok for _ in range(3))
    assert len({(tmp_path / name).read_text() for name in "abc"} | {str(os.getpid())}) == 4


def test_not_more_at_once_than_allowed(tmp_path: Path) -> None:
    with lone(limit=1) as pool:
        pool.submit("first", f"{CALLS}:sleep", {"path": str(tmp_path / "first"), "seconds": 0.3})
        pool.submit("second", f"{CALLS}:write", {"path": str(tmp_path / "second")})
        wait_for(tmp_path / "first")
        assert not (tmp_path / "second").exists()
        assert [pool.wait().id for _ in range(2)] == ["first", "second"]


def test_a_killed_zygote_is_replaced_once_and_its_jobs_start_again(tmp_path: Path) -> None:
    with lone() as pool:
        pool.submit("again", f"{CALLS}:kill_parent_once", {"path": str(tmp_path / "a")})
        assert pool.wait().ok
        pool.submit("never", f"{CALLS}:kill_parent", {})
        assert pool.wait().reason == "the process that runs the notebooks was killed"


def test_closing_ends_what_still_runs(tmp_path: Path) -> None:
    pool = lone()
    pool.submit("long", f"{CALLS}:sleep", {"path": str(tmp_path / "a"), "seconds": 60})
    wait_for(tmp_path / "a")
    pid = pool.pid
    pool.close()
    assert not alive(pid)


def test_without_fork_jobs_run_here_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    monkeypatch.setenv("BHXH_DATA", "")
    pool = open_workers(2, [], {"BHXH_DATA": "here"})
    assert isinstance(pool, InThisProcess)
    pool.submit("good", f"{CALLS}:write", {"path": str(tmp_path / "a")})
    pool.submit("bad", f"{CALLS}:fail", {"text": "no such base"})
    assert pool.wait().ok
    assert pool.wait().reason == "ValueError: no such base"
    assert os.environ["BHXH_DATA"] == "here"
    pool.close()


def test_the_zygote_serves_until_its_input_closes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The same loop in this process, so that its own lines are measured too."""
    feeder = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert feeder.stdin is not None
    assert feeder.stdout is not None
    read_answers, write_answers = os.pipe()
    kept = os.dup(0)
    os.dup2(feeder.stdout.fileno(), 0)
    try:
        jobs = [{"id": n, "call": f"{CALLS}:write", "kwargs": {"path": str(tmp_path / n)}} for n in "ab"]
        jobs.append(
            {"id": "c", "call": f"{CALLS}:sleep", "kwargs": {"path": str(tmp_path / "c"), "seconds": 60}}
        )
        feeder.stdin.write("".join(json.dumps(job) + "\n" for job in jobs).encode())
        feeder.stdin.flush()
        served = zygote.Zygote(1, write_answers)
        for _ in range(1 + 2 * 2):  # the jobs come; the first two answer, then end
            served.step()
        wait_for(tmp_path / "c")
        feeder.kill()
        served.serve()
    finally:
        os.dup2(kept, 0)
        os.close(kept)
        os.close(write_answers)
        feeder.kill()
        feeder.communicate()
    with os.fdopen(read_answers, "rb") as answers:
        assert [json.loads(line)["id"] for line in answers] == ["a", "b"]
