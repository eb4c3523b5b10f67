"""A few ratios in about a minute, and a guard against regressions.

    .venv/bin/python benchmarks/ratios.py              a table of ratios
    .venv/bin/python benchmarks/ratios.py --check      exit code 1 when one is over 30% worse than baseline.json says
    .venv/bin/python benchmarks/ratios.py --write      renew baseline.json

Each ratio compares two measurements made in turn on the same machine, so that a slow or busy machine changes both; the
median of the pairs counts. A ratio that is worse is measured once more before it fails. Only ratios of the baseline
are guarded: what hangs on how busy the disk was is shown only.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent))

BASELINE = Path(__file__).with_name("baseline.json")
TOLERANCE = 0.30
SHOWN_ONLY = "run / unchanged run"
LIBRARIES = "numpy, pandas, xarray, pyarrow, pydantic, typer"
CORE = "bhxh_forecast.simulation, bhxh_forecast.batch.runner, bhxh_forecast.cli.app"


def clocked(work: Callable[[], object]) -> float:
    """Seconds that something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def python(code: str) -> Callable[[], object]:
    """A Python of its own that runs some code."""
    return lambda: subprocess.run([sys.executable, "-c", code], check=True)


def paired(first: Callable[[], object], second: Callable[[], object], pairs: int) -> float:
    """Median of first over second, in turn, after one warm-up of each."""
    first(), second()
    return median(clocked(first) / clocked(second) for _ in range(pairs))


def start_up() -> float:
    """Import of the core over the import of the libraries that it stands on (smaller is better)."""
    return paired(python(f"import {CORE}"), python(f"import {LIBRARIES}"), 5)


def engine() -> float:
    """One draw at a time over the engine, per draw and scenario (larger is better)."""
    import engine as bench

    from bhxh_forecast.inputs import load_inputs
    from bhxh_forecast.simulation import simulate_many
    from bhxh_forecast.streaming import TABLES

    model, inputs, draws, few = bench.OneByOne(), load_inputs(), 4096, 6

    def fast() -> None:
        for projection in simulate_many(model.names[:3], draws=draws, inputs=inputs).values():
            for table in TABLES:
                getattr(projection, table)()

    def slow() -> None:
        for k in range(few):
            model(k, model.names[k % 3])

    return paired(slow, fast, 3) * (draws * 3) / few


def doubling() -> float:
    """Twice the draws over once, block by block (2 is linear; smaller is better)."""
    from bhxh_forecast.inputs import load_inputs
    from bhxh_forecast.simulation import Chain
    from bhxh_forecast.streaming import count_blocks, first_block

    chain = Chain.of(["current_policy"], draws=4096 * 8, inputs=load_inputs())
    calls, _ = first_block(chain)
    return paired(lambda: count_blocks(chain, calls, [1, 2]), lambda: count_blocks(chain, calls, [3]), 3)


def documents() -> tuple[float, float]:
    """Plain papermill over the batch per notebook, and a run over the same with nothing changed (larger is better)."""
    import batch as bench

    with tempfile.TemporaryDirectory() as name:
        os.environ["BHXH_CACHE"] = str(Path(name) / "cache")
        made, unchanged, notebooks, _ = bench.batch_seconds(Path(name), 200)
        plain, few = bench.papermill_seconds(Path(name), 200, 3)
        del os.environ["BHXH_CACHE"]
    return (plain / few) / (made / notebooks), made / unchanged


def measured() -> dict[str, float]:
    """All ratios by name."""
    found = {
        "core import / libraries": start_up(),
        "one by one / engine": engine(),
        "twice the draws": doubling(),
    }
    found["papermill / batch"], found[SHOWN_ONLY] = documents()
    return found


def worse(name: str, value: float, before: float) -> float:
    """How much worse a ratio has become, as a share."""
    smaller_is_better = name in ("core import / libraries", "twice the draws")
    return value / before - 1.0 if smaller_is_better else before / value - 1.0


def main() -> int:
    """Print the table; check or renew the baseline."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    found = measured()
    before = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.is_file() else {}
    if given.check and any(worse(n, found[n], before[n]) > TOLERANCE for n in before):
        again = measured()
        found |= {n: min(found[n], again[n], key=lambda x, n=n: worse(n, x, before[n])) for n in before}
    for name, value in found.items():
        told = (
            f"baseline {before[name]:8.2f}, {worse(name, value, before[name]):+.0%} worse"
            if name in before
            else ""
        )
        print(f"{name:28} {value:8.2f}   {told}")
    if given.write:
        BASELINE.write_text(
            json.dumps({n: round(v, 3) for n, v in found.items()}, indent=1) + "\n", encoding="utf-8"
        )
    failed = [n for n in before if given.check and worse(n, found[n], before[n]) > TOLERANCE]
    for name in failed:
        print(f"{name}: over {TOLERANCE:.0%} worse than the baseline", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
