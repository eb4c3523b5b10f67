"""The batch against plain papermill of the same notebooks one by one, on one finished run.

    .venv/bin/python benchmarks/batch.py [--notebooks 8] [--draws 1000]

Plain papermill starts a kernel for each notebook and gives it the run folder: neither way computes a projection. The
batch also makes reports, workbooks, PDF and Word files, which papermill does not: the ratio is given with and without.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bhxh_forecast.batch.chain import chain
from bhxh_forecast.batch.context import RunOptions, home
from bhxh_forecast.batch.plan import plan
from bhxh_forecast.batch.runner import run
from bhxh_forecast.batch.workers import ONE_THREAD

SCENARIOS = ("current_policy", "combined", "subsidy_raise")


def options(folder: Path, draws: int, **changes: Any) -> RunOptions:
    """Options of the measured run."""
    base: dict[str, Any] = {
        "scenarios": SCENARIOS,
        "draws": draws,
        "languages": ("vi",),
        "out": folder / "run",
    }
    return RunOptions(**(base | changes))


def batch_seconds(folder: Path, draws: int) -> tuple[float, float, int, float]:
    """Seconds of all documents, of a second run with nothing changed, notebooks and their part of the work."""
    run(options(folder, draws, only_tables=True), chain(), quiet=True)
    began = time.perf_counter()
    first = run(options(folder, draws), chain(), quiet=True)
    middle = time.perf_counter()
    again = run(options(folder, draws), chain(), quiet=True)
    end = time.perf_counter()
    assert first.exit_code == again.exit_code == 0
    every = [r for r in first.results.values() if r.status == "done"]
    done = [r for r in every if r.id.startswith("notebook/")]
    part = sum(r.seconds for r in done) / sum(r.seconds for r in every)
    return middle - began, end - middle, len(done), part


def papermill_seconds(folder: Path, draws: int, notebooks: int) -> tuple[float, int]:
    """Seconds of plain papermill, a kernel each, for some of the run's notebooks."""
    jobs = [job for job in plan(SCENARIOS, ["reference"], ["vi"]) if job.kind == "notebook"][:notebooks]
    began = time.perf_counter()
    for job in jobs:
        given = {"scenario": job.scenario, "draws": draws, "lang": "vi", "run_dir": str(folder / "run")}
        words = [word for name, value in given.items() for word in ("-p", name, str(value))]
        source = home() / "notebooks" / f"{job.notebook}.ipynb"
        subprocess.run(
            [sys.executable, "-m", "papermill", str(source), str(folder / "out.ipynb"), *words],
            check=True,
            capture_output=True,
            env=os.environ | ONE_THREAD,
        )
    return time.perf_counter() - began, len(jobs)


def main() -> None:
    """Print seconds per notebook and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notebooks", type=int, default=8)
    parser.add_argument("--draws", type=int, default=1000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["BHXH_CACHE"] = str(folder / "cache")
        documents, unchanged, made, part = batch_seconds(folder, given.draws)
        plain, few = papermill_seconds(folder, given.draws, given.notebooks)
    print(f"batch: {made} notebooks, and reports, pages and index of them: {documents:.1f} s")
    print(f"plain papermill: {few} notebooks, {plain:.1f} s, {plain / few:.2f} s each")
    print(
        f"ratio per notebook: {(plain / few) / (documents / made):.1f} with reports, workbooks, PDF and Word files"
    )
    print(
        f"ratio per notebook: {(plain / few) / (part * documents / made):.1f}, their {part:.0%} of the work alone"
    )
    print(f"all unchanged: {unchanged:.2f} s")


if __name__ == "__main__":
    main()
