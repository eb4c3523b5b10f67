"""Levers beside the uncertainties: how much of the spread of every target and year each of them makes (Sobol).

Levers are chosen evenly between their limits, independently of the world; all uncertainties together are one further
factor, the draw. The model is run at the few settings of ``design`` on the same draws and each draw is followed
between its own runs: SALib's points, a lever setting and a draw each, pass through outcomes of the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bhxh_forecast.analysis.design import Design
from bhxh_forecast.analysis.goal import Goal
from bhxh_forecast.analysis.reach import check_levers
from bhxh_forecast.analysis.sensitivity import goals_between
from bhxh_forecast.analysis.surface import RESAMPLES, SEED
from bhxh_forecast.analysis.trials import NUMERATORS, Bases, collect, with_levers
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.inputs import Inputs, Scenario, World, load_inputs, load_scenario
from bhxh_forecast.results.targets_table import SERIES
from bhxh_forecast.simulation import BASELINE, UNTIL, Chain
from bhxh_forecast.simulation import SEED as MODEL_SEED

if TYPE_CHECKING:
    from bhxh_forecast.simulation import ScenarioBlock

DRAWS = 2048
SAMPLE = 8192  # base sample of Sobol's design: 8192 x (levers + 1 + 2) points
WORLD = "uncertainty"  # the factor that stands for everything the city does not choose
TINY = 1e-9


@dataclass(frozen=True)
class LeverSensitivity:
    """Sobol indices of levers and of all uncertainties together.

    Attributes
    ----------
    goals, limits
        Outputs, and the limits of each lever.
    indices
        Columns target, year, base, role, id (a lever or ``uncertainty``), first, total, total_error.
    spread
        Columns target, year, base, role, mean, sd: of the share over levers and uncertainties.
    draws, model_runs
        Draws of each run, and the number of runs.
    """

    goals: tuple[Goal, ...]
    limits: dict[str, tuple[float, float]]
    indices: pd.DataFrame
    spread: pd.DataFrame
    draws: int
    model_runs: int

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "draws": self.draws,
            "model_runs": self.model_runs,
            "limits": {name: list(pair) for name, pair in self.limits.items()},
            "indices": self.indices.to_dict("records"),
            "spread": self.spread.to_dict("records"),
        }


def lever_sensitivity(
    levers: Mapping[str, tuple[float, float]],
    target: str | Sequence[str] = (),
    *,
    base: str = "as_written",
    scenario: str | Scenario = BASELINE,
    world: str | World = "reference",
    draws: int = DRAWS,
    seed: int = MODEL_SEED,
    until: int = UNTIL,
    inputs: Inputs | None = None,
) -> LeverSensitivity:
    """Find how much of every target's spread levers make beside all uncertainties, in every year and on both bases.

    Parameters
    ----------
    levers
        One to three levers with their lowest and highest values, from the month after the as-of date on.
    target, base, scenario, world, draws, seed, until, inputs
        As for ``sensitivity``.

    Raises
    ------
    InputError
        For a lever or target that is not there, or limits outside a lever's range.

    Examples
    --------
    >>> found = lever_sensitivity({"subsidy.city_share.other": (0.1, 0.8)}, "vsi_coverage", draws=64)
    >>> sorted(found.indices["id"].unique())
    ['subsidy.city_share.other', 'uncertainty']
    """
    inputs = inputs or load_inputs()
    check_levers(levers, inputs)
    own = scenario if isinstance(scenario, Scenario) else load_scenario(scenario, inputs)
    targets = (target,) if isinstance(target, str) else tuple(target) or tuple(SERIES)
    design = Design(*(np.array([limits[k] for limits in levers.values()], float) for k in (0, 1)))
    settings = [
        with_levers(own, dict(zip(levers, design.levels(unit), strict=True))) for unit in design.points
    ]
    chain = Chain.of(settings, world=world, draws=draws, seed=seed, until=until, inputs=inputs)
    goals = goals_between(inputs, targets, base, chain.line.as_of.year, until)
    shares = _shares(chain, goals)
    outputs, problem = _outputs(design, shares)
    return LeverSensitivity(
        goals,
        dict(levers),
        _indices(goals, list(levers), outputs, problem),
        pd.DataFrame(
            [
                _of(g) | {"mean": float(y.mean()), "sd": float(y.std())}
                for g, y in zip(goals, outputs, strict=True)
            ]
        ),
        shares.shape[-1],
        len(settings),
    )


def _shares(chain: Chain, goals: Sequence[Goal]) -> Array:
    """Shares of every goal in every run, (settings, goals, draws)."""
    months = [chain.line.index(goal.month) for goal in goals]

    def keep(run: ScenarioBlock, bases: Bases) -> dict[str, Array]:
        rows = [
            NUMERATORS[goal.series](run.coverage)[t] / bases[goal.base][k]
            for k, (goal, t) in enumerate(zip(goals, months, strict=True))
        ]
        return {"share": np.stack(rows)}

    return collect(chain, keep, np.array(months)).kept["share"]


def _outputs(design: Design, shares: Array) -> tuple[Array, dict[str, Any]]:
    """Every goal's share at the points of Sobol's design, (goals, points), and SALib's description of it."""
    from SALib.sample import sobol

    count = design.levers + 1
    problem: dict[str, Any] = {
        "num_vars": count, "names": [f"x{k}" for k in range(count)], "bounds": [[0.0, 1.0]] * count,
    }  # fmt: skip
    points = np.asarray(sobol.sample(problem, SAMPLE, calc_second_order=False, seed=SEED), np.float64)
    n = shares.shape[-1]
    draw = np.minimum((points[:, -1] * n).astype(np.int64), n - 1)
    weights = design.weights(points[:, :-1])
    logs = np.log(np.maximum(shares, TINY))
    values = np.stack([np.einsum("ck,kc->c", weights, logs[:, g][:, draw]) for g in range(shares.shape[1])])
    return np.exp(values), problem


def _indices(
    goals: Sequence[Goal], levers: Sequence[str], outputs: Array, problem: dict[str, Any]
) -> pd.DataFrame:
    from SALib.analyze import sobol

    rows = []
    for goal, output in zip(goals, outputs, strict=True):
        found = {name: np.zeros(len(levers) + 1) for name in ("S1", "ST", "ST_conf")}
        if np.ptp(output) > 0.0:
            found = sobol.analyze(
                problem, output, calc_second_order=False, num_resamples=RESAMPLES, seed=SEED
            )
        for k, name in enumerate((*levers, WORLD)):
            first, total, error = (float(found[part][k]) for part in ("S1", "ST", "ST_conf"))
            rows.append(
                _of(goal) | {"id": name, "first": max(0.0, first), "total": total, "total_error": error}
            )
    return pd.DataFrame(rows)


def _of(goal: Goal) -> dict[str, Any]:
    return {"target": goal.target, "year": goal.year, "base": goal.base, "role": goal.role(goal.base)}
