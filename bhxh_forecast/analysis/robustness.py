"""Scenarios across worlds: odds and cost of each pair, regret against the best, and what holds everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bhxh_forecast.analysis.goal import Goal, find_goal
from bhxh_forecast.analysis.trials import NUMERATORS, Bases, collect, local_cost
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.inputs import Inputs, load_inputs, load_scenario, scenario_names, world_names
from bhxh_forecast.results.quantiles import clustered_error
from bhxh_forecast.simulation import BASELINE, SEED, UNTIL, Chain, ScenarioBlock

DRAWS = 2048


@dataclass(frozen=True)
class Robustness:
    """Scenarios in worlds.

    Attributes
    ----------
    cells
        Columns scenario, world, probability, mc_error, regret (points below the best scenario of the world, 0-1),
        cost (VND, mean local-budget cost over the baseline of the same world, month after as-of to the end).
    summary
        By scenario: worst and mean probability, largest regret, mean cost; the most robust (least largest regret)
        first, the cheaper of equals before.
    """

    goal: Goal
    cells: pd.DataFrame
    summary: pd.DataFrame
    draws: int

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "target": self.goal.target,
            "year": self.goal.year,
            "base": self.goal.base,
            "role": self.goal.role(self.goal.base),
            "required": self.goal.required,
            "draws": self.draws,
            "cells": self.cells.to_dict("records"),
            "summary": self.summary.to_dict("records"),
        }


def robustness(
    target: str,
    *,
    year: int = 2030,
    base: str = "as_written",
    required: float | None = None,
    scenarios: Sequence[str] = (),
    worlds: Sequence[str] = (),
    draws: int = DRAWS,
    seed: int = SEED,
    until: int = UNTIL,
    inputs: Inputs | None = None,
) -> Robustness:
    """Run scenarios in worlds on the same draws and compare them.

    Parameters
    ----------
    scenarios, worlds
        Default: all shipped ones, counterfactuals left out.

    Examples
    --------
    >>> found = robustness("vsi_coverage", scenarios=["current_policy", "combined"], worlds=["downturn"], draws=64)
    >>> len(found.cells)
    2
    """
    inputs = inputs or load_inputs()
    goal = find_goal(inputs, target, year, base, required)
    names = list(scenarios) or options(inputs)
    places = list(worlds) or world_names(inputs)
    with_baseline = [BASELINE, *(name for name in names if name != BASELINE)]
    rows: list[dict[str, Any]] = []
    for world in places:
        chain = Chain.of(
            with_baseline, world=world, draws=draws, seed=seed, until=max(until, year), inputs=inputs
        )
        found = collect(chain, _keeper(chain, goal), np.array([chain.line.index(goal.month)]))
        met = goal.met(found.kept["share"]).astype(float)
        best = float(max(met[with_baseline.index(name)].mean() for name in names))
        for name in names:
            k = with_baseline.index(name)
            odds = float(met[k].mean())
            cost = float((found.kept["cost"][k] - found.kept["cost"][0]).mean())
            error = clustered_error(met[k], found.ancestor)
            rows.append(
                {"scenario": name, "world": world, "probability": odds, "mc_error": error}
                | {"regret": best - odds, "cost": cost}
            )
    cells = pd.DataFrame(rows)
    return Robustness(goal, cells, _summary(cells), draws)


def options(inputs: Inputs) -> list[str]:
    """Shipped scenarios that a city could choose."""
    return [name for name in scenario_names(inputs) if not load_scenario(name, inputs).counterfactual]


def _keeper(chain: Chain, goal: Goal) -> Any:
    t = chain.line.index(goal.month)

    def keep(run: ScenarioBlock, bases: Bases) -> dict[str, Array]:
        years = run.budget.years >= chain.line.as_of.year
        share = NUMERATORS[goal.series](run.coverage)[t] / bases[goal.base][0]
        return {"share": share, "cost": local_cost(run.budget)[years].sum(axis=0)}

    return keep


def _summary(cells: pd.DataFrame) -> pd.DataFrame:
    grouped = cells.groupby("scenario", sort=False)
    table = pd.DataFrame(
        {
            "worst": grouped["probability"].min(),
            "mean": grouped["probability"].mean(),
            "largest_regret": grouped["regret"].max(),
            "cost": grouped["cost"].mean(),
        }
    ).reset_index()
    return table.sort_values(["largest_regret", "cost"], ignore_index=True)
