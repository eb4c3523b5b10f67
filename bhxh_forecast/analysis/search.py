"""The surface on which ``reach`` looks: runs of a design, and each draw's share between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bhxh_forecast.analysis.design import Design
from bhxh_forecast.analysis.goal import Goal
from bhxh_forecast.analysis.reached import Attained
from bhxh_forecast.analysis.trials import Runs
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.results.quantiles import clustered_error


@dataclass(frozen=True)
class Search:
    """Runs of the design and the surface between them."""

    goal: Goal
    names: tuple[str, ...]
    design: Design
    runs: Runs  # the baseline first, then the points of the design
    starts: Array  # value of each lever without the scenario, (L,)

    @property
    def logs(self) -> Array:
        """Log shares of the design's points on the goal's base, (K, n)."""
        result: Array = np.log(np.maximum(self.runs.share[self.goal.base][1 : 1 + self.points], 1e-9))
        return result

    @property
    def points(self) -> int:
        """Number of points of the design."""
        return len(self.design.points)

    def extra_cost(self, unit: Array) -> Array:
        """Mean local-budget cost over the baseline on the surface, VND, (C,)."""
        over = (self.runs.local_cost[1 : 1 + self.points] - self.runs.local_cost[0]).mean(axis=1)
        result: Array = self.design.weights(unit) @ over
        return result

    def effort(self, unit: Array, minimise: str) -> Array:
        """What is to be least: the cost, or the way of one lever from its baseline, (C,)."""
        if minimise == "cost":
            return self.extra_cost(unit)
        k = self.names.index(minimise)
        result: Array = np.abs(self.design.levels(np.atleast_2d(unit))[:, k] - self.starts[k])
        return result

    def odds(self, unit: Array, shift: float = 0.0) -> Array:
        """Probability on the surface, (C,); ``shift`` moves the log share asked for."""
        return self.design.odds(np.atleast_2d(unit), self.logs, float(np.log(self.goal.required)) + shift)


def runs_odds(goal: Goal, runs: Runs, at: int) -> float:
    """Probability of a goal in one of the runs."""
    return float(goal.met(runs.share[goal.base][at]).mean())


def shift_to(search: Search, unit: Array, found: float) -> float:
    """Move of the log share asked for with which the surface gives what a run gave at a point."""
    values = (search.design.weights(np.atleast_2d(unit)) @ search.logs)[0]
    return float(np.quantile(values, 1.0 - found) - np.log(search.goal.required))


def least(
    search: Search,
    probability: float,
    minimise: str,
    shift: float,
    surface: tuple[Array, Array] | None,
) -> Array:
    """The least setting on the surface that meets the probability, on finer and finer grids around it."""
    grid = search.design.grid() if surface is None else surface[0]
    odds = search.odds(grid, shift) if surface is None else surface[1]
    best: Array = grid[int(np.argmax(odds))]
    width = 1.0
    for _ in range(3):
        enough = odds >= probability
        if enough.any():
            chosen = grid[enough]
            effort = search.effort(chosen, minimise) + 1e-9 * search.extra_cost(chosen)
            best = chosen[int(np.argmin(effort))]
        width *= 0.15
        grid = search.design.grid(best, width)
        odds = search.odds(grid, shift)
    return best


def attained(search: Search, unit: Array | None, at: int, asked: float) -> Attained:
    """What one of the runs gives."""
    goal, runs = search.goal, search.runs
    met = {base: goal.met(values[at]) for base, values in runs.share.items()}
    levels = {} if unit is None else dict(zip(search.names, search.design.levels(unit).tolist(), strict=True))
    cost = runs.local_cost[at] - runs.local_cost[0]
    return Attained(
        levers=levels,
        probability={base: float(values.mean()) for base, values in met.items()},
        mc_error={base: clustered_error(v.astype(float), runs.ancestor) for base, v in met.items()},
        level={base: float(np.quantile(values[at], 1.0 - asked)) for base, values in runs.share.items()},
        cost=float(cost.mean()),
        cost_p10=float(np.quantile(cost, 0.1)),
        cost_p90=float(np.quantile(cost, 0.9)),
        person_years=float((runs.paid[at] - runs.paid[0]).mean()),
        deadweight=deadweight(runs, at),
    )


def deadweight(runs: Runs, at: int) -> float:
    """Extra support paid for person-years that are paid without it as well, VND, mean over draws."""
    before = runs.support[0] / np.maximum(runs.voluntary[0], 1.0)
    after = runs.support[at] / np.maximum(runs.voluntary[at], 1.0)
    return float(((after - before) * runs.voluntary[0]).mean())
