"""Time of the population engine against one pass over the memory it must touch, and against one draw at a time.

`python benchmarks/population.py [DRAWS]`, on a quiet machine. The memory it must touch: the base of every draw is read
and its first 1 January written, then each 1 January is read once and the next one written once. The pass does exactly
that with one multiplication per cell (numpy, out=, pages already mapped, one thread); least of fifteen turns. One draw
at a time: the same engine called with a single draw, and the labelled engine `project`, for some draws, scaled up.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from bhxh_forecast.population import Rates, project
from bhxh_forecast.population.draws import project_draws
from bhxh_forecast.population.engine import base_array
from bhxh_forecast.population.lifetable import survival_ratios

DEMOGRAPHY = Path(__file__).parents[1] / "data" / "demography"
SPANS = ((2015, 2031), (2024, 2030))
SINGLE = 40  # draws that are timed one by one


def least(*works: Callable[[], object], times: int = 9) -> list[float]:
    """Least time of each of some pieces of work, seconds; they take turns, so that all see the same machine."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(times):
        for work, times_of in zip(works, found, strict=True):
            start = time.perf_counter()
            work()
            times_of.append(time.perf_counter() - start)
    return [min(times_of) for times_of in found]


def nation() -> tuple[pd.DataFrame, Rates]:
    """Population and rates of the nation."""
    read = {n: pd.read_csv(DEMOGRAPHY / f"wpp_{n}.csv") for n in ("mx", "asfr", "srb", "population_1jan")}
    return read.pop("population_1jan"), Rates.from_long(**read)


def measure(people: pd.DataFrame, rates: Rates, first: int, last: int, n: int) -> dict[str, float]:
    """Times of one span of years, seconds, and their ratios."""
    years, at = last - first, slice(rates.index(first), rates.index(first) + last - first)
    rng = np.random.default_rng(1)
    base = base_array(people, rates, first) * np.exp(0.01 * rng.standard_normal((n, 1, 1)))
    mx, given = rates.mx[at], (rates.asfr[at], rates.srb[at])
    pattern = np.tile(np.exp(-(((np.arange(101) - 24) / 8) ** 2)), (years, 2, 1))
    pattern /= pattern.sum(axis=(1, 2), keepdims=True)
    paths = {
        "mortality": np.exp(0.05 * rng.standard_normal((n, years))),
        "fertility": np.exp(0.05 * rng.standard_normal((n, years))),
        "migration": 1e5 * rng.standard_normal((n, years)),
    }
    memory = np.ones((years + 1, n, 2, 101))

    def engine(compiled: bool) -> None:
        project_draws(base, mx, *given, pattern=pattern, out=memory, compiled=compiled, **paths)

    def one_pass() -> None:
        np.copyto(memory[0], base)
        for y in range(years):
            np.multiply(memory[y], 1.0001, out=memory[y + 1])

    def one_by_one() -> None:
        for i in range(SINGLE):
            own = {name: path[i : i + 1] for name, path in paths.items()}
            project_draws(base[i : i + 1], mx, *given, pattern=pattern, **own)

    def labelled() -> None:
        for i in range(SINGLE):
            deaths = mx * paths["mortality"][i][:, None, None]
            births = given[0] * paths["fertility"][i][:, None]
            moved = paths["migration"][i][:, None, None] * pattern
            own = Rates(np.arange(first, last), survival_ratios(deaths), births, given[1], moved)
            project(base[i], own, start=first, end=last)

    engine(True)  # compiles, or loads what was compiled
    passed, compiled = least(one_pass, lambda: engine(True), times=15)
    found = {"pass": passed, "compiled": compiled, "numpy": least(lambda: engine(False), times=5)[0]}
    found["one draw a call"] = least(one_by_one, times=3)[0] * n / SINGLE
    found["labelled engine, one draw a call"] = least(labelled, times=2)[0] * n / SINGLE
    return {
        **found,
        "megabytes": memory.nbytes / 1e6,
        "compiled / pass": found["compiled"] / found["pass"],
        "numpy / pass": found["numpy"] / found["pass"],
        "one draw a call / compiled": found["one draw a call"] / found["compiled"],
        "labelled engine / compiled": found["labelled engine, one draw a call"] / found["compiled"],
    }


def main() -> None:
    """Print the measurements as JSON."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    people, rates = nation()
    start = time.perf_counter()
    project_draws(np.ones((1, 2, 9)), np.full((1, 2, 9), 0.1), np.zeros((1, 9)), np.ones(1), compiled=True)
    table: dict[str, object] = {
        "draws": n,
        "seconds to import numba and load or compile": time.perf_counter() - start,
    }
    for first, last in SPANS:
        table[f"{first}-{last}"] = measure(people, rates, first, last, n)
    sys.stdout.write(json.dumps(table, indent=1, default=float) + "\n")


if __name__ == "__main__":
    main()
