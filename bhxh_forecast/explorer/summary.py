"""What the pictures show of one setting: fans, odds, cost; numbers, and the words that go with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bhxh_forecast.results.first_reached import met
from bhxh_forecast.results.quantiles import RISK, SEVEN, block_mean, clustered_error, column, quantiles
from bhxh_forecast.results.targets_table import HALF_POINT

if TYPE_CHECKING:
    import pandas as pd

    from bhxh_forecast.coverage.types import Array
    from bhxh_forecast.explorer.draws import Draws
    from bhxh_forecast.explorer.engine import Engine
    from bhxh_forecast.explorer.state import State

NUMERATORS = {
    "si_coverage": "si_participants",
    "vsi_coverage": "vsi_participants",
    "ui_coverage": "ui_participants",
    "old_age_coverage": "old_age_numerator",
}
PEOPLE = ("si_participants", "csi_participants", "vsi_participants", "vsi_paying", "ui_participants")
DIGITS = 6  # of what is drawn; figures in tables go out in full


@dataclass(frozen=True)
class Goal:
    """A target as asked: the level of the plan that holds in the year, and the denominator it is measured on."""

    id: str
    year: int
    plan_year: int
    base: str
    comparison: str
    required: float


def goal_of(targets: pd.DataFrame, target: str, year: int, base: str) -> Goal:
    """The level of the plan's first target year that is not before ``year`` (else its last), on a base.

    Parameters
    ----------
    base
        ``as_written``, ``as_reported`` or a denominator; old age has one denominator only.
    """
    rows = targets[targets["id"] == target].sort_values("year")
    ahead = rows[rows["year"] >= year]
    row = (ahead if len(ahead) else rows.tail(1)).iloc[0]
    named = {role: str(row[f"base_{role}"]) for role in ("as_written", "as_reported")}
    chosen = named["as_written"] if target == "old_age_coverage" else named.get(base, base)
    return Goal(target, year, int(row["year"]), chosen, str(row["comparison"]), float(row["value"]))


def summarise(engine: Engine, state: State, draws: Draws, baseline: Draws) -> dict[str, Any]:
    """Numbers of one setting.

    Parameters
    ----------
    draws, baseline
        The setting and the baseline of the same world on the same draws.
    """
    goals = engine.goals(state.year, state.base)
    at = int(np.searchsorted(engine.rows, engine.line.index(f"{state.year}-12")))
    every = np.ones(len(draws.ancestor), dtype=bool)
    fans, odds = {}, {}
    for goal in goals:
        share = draws.counts[NUMERATORS[goal.id]] / draws.bases[goal.base]
        fans[goal.id] = fan(share)
        odds[goal.id], reached = odds_of(share[at], goal, draws)
        every &= reached
    together = {
        "probability": float(every.mean()),
        "mc_error": clustered_error(every.astype(float), draws.ancestor),
    }
    return {
        "draws": len(draws.ancestor),
        "fans": fans,
        "odds": odds | {"all": together},
        "people": {name: spread(draws.counts[name][at]) for name in PEOPLE},
        "budget": budget_of(draws),
        "cost": spread((draws.sources["all"] - baseline.sources["all"]).sum(axis=0)),
    }


def fan(share: Array) -> dict[str, list[float]]:
    """Seven quantiles by month shown."""
    found = quantiles(share, SEVEN)
    return {column(q): np.round(found[k], DIGITS).tolist() for k, q in enumerate(SEVEN)}


def odds_of(share: Array, goal: Goal, draws: Draws) -> tuple[dict[str, Any], Any]:
    """Odds of a target in its year with the Monte Carlo error, and in which draws it is met."""
    reached = met(share, goal.comparison, goal.required)
    near = met(share + HALF_POINT, goal.comparison, goal.required)
    values = {
        "base": goal.base,
        "year": goal.year,
        "plan_year": goal.plan_year,
        "required": goal.required,
        "comparison": goal.comparison,
        "probability": float(reached.mean()),
        "near": float(near.mean()),
        "mc_error": clustered_error(reached.astype(float), draws.ancestor),
    }
    return values | spread(share), reached


def spread(values: Array) -> dict[str, float]:
    """Mean, P10, P50, P80 and P90 over draws."""
    found = quantiles(values, RISK)
    return {"mean": float(block_mean(values)), **{column(q): float(found[k]) for k, q in enumerate(RISK)}}


def budget_of(draws: Draws) -> dict[str, Any]:
    """Cost by year: the total with its range, means by funding source and by programme, VND at current prices."""
    total = draws.sources["all"]
    found = quantiles(total, RISK)
    parts = {
        group: {
            name: block_mean(values).tolist()
            for name, values in getattr(draws, group).items()
            if name != "all"
        }
        for group in ("sources", "programmes")
    }
    ranges = {column(q): found[k].tolist() for k, q in enumerate(RISK)}
    return {"total": {"mean": block_mean(total).tolist(), **ranges}, **parts}
