"""Kill -9 at random instants of a small batch, and run it again each time.

    .venv/bin/python benchmarks/kill_nine.py [--times 20] [--seed 1]

Two scenarios, the real model and notebooks, 200 draws, from an empty store. Each time: every file that stands in the
run folder under its final name is the undisturbed run's; what the journal calls finished is not done again; after the
second run all files equal those of the undisturbed one, byte for byte (the manifest, which holds times, aside).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMAND = [
    sys.executable, "-m", "bhxh_forecast.cli", "run", "current_policy", "subsidy_raise", "--draws", "200",
    "--lang", "vi", "--quiet",
]  # fmt: skip
CLOCK = ("manifest.json",)  # the only file with wall-clock time


def start(folder: Path) -> subprocess.Popen[bytes]:
    """Start the batch with a store of its own."""
    environment = os.environ | {"BHXH_CACHE": str(folder / "cache")}
    return subprocess.Popen([*COMMAND, "--out", str(folder / "run")], env=environment)


def files(folder: Path) -> dict[str, bytes]:
    """Files of the run under their final names."""
    root = folder / "run"
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not path.name.startswith(".") and path.name not in CLOCK
    }


def finished(folder: Path) -> set[str]:
    """Jobs that the journal of a killed run calls done."""
    try:
        jobs = json.loads((folder / "run" / ".journal.json").read_bytes())["jobs"]
    except FileNotFoundError:
        return set()
    return {job for job, parts in jobs.items() if parts}


def main() -> None:
    """Kill and rerun; exit with 1 at the first difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as name:
        undisturbed = Path(name) / "undisturbed"
        began = time.monotonic()
        assert start(undisturbed).wait() == 0
        whole = time.monotonic() - began
        wanted = files(undisturbed)
        again = Path(name) / "again"
        shutil.copytree(undisturbed / "cache", again / "cache", ignore=_only_samples)
        began = time.monotonic()
        assert start(again).wait() == 0
        short = time.monotonic() - began
        assert files(again) == wanted
        print(f"undisturbed: {whole:.1f} s, {short:.1f} s with the sample; {len(wanted)} files", flush=True)
        for number in range(given.times):
            folder = Path(name) / "killed"
            shutil.rmtree(folder, ignore_errors=True)
            # The sample takes most of the time of a first run and is kept by itself: most kills come after it.
            with_sample = number % 7 != 0
            if with_sample:
                shutil.copytree(undisturbed / "cache", folder / "cache", ignore=_only_samples)
            instant = chance.uniform(0.0, short if with_sample else whole)
            running = start(folder)
            time.sleep(instant)
            ended = running.poll() is not None
            running.send_signal(signal.SIGKILL)
            running.wait()
            left, done = files(folder), finished(folder)
            for path, content in left.items():
                assert wanted[path] == content, f"{path} is half-written"
            assert start(folder).wait() == 0
            jobs = json.loads((folder / "run" / "manifest.json").read_bytes())["jobs"]
            again = {job["id"] for job in jobs if job["status"] == "done"} & done
            assert not again, f"done before the kill and done again: {sorted(again)}"
            assert files(folder) == wanted, "the result differs from the undisturbed run's"
            state = "had ended" if ended else f"{len(done)} jobs finished, {len(left)} files"
            print(f"{number + 1:3}: killed after {instant:5.2f} s ({state}): equal", flush=True)


def _only_samples(folder: str, names: list[str]) -> set[str]:
    """What is not copied of a store: everything but the conditioned sample."""
    return {name for name in names if not name.endswith(".npz")}


if __name__ == "__main__":
    main()
