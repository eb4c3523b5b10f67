"""With what odds an amount suffices, and by how much the cost exceeds it otherwise."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bhxh_forecast.coverage.types import Array
from bhxh_forecast.results import over_blocks
from bhxh_forecast.results.draws import ScenarioDraws
from bhxh_forecast.results.ledger import current
from bhxh_forecast.results.quantiles import block_mean

SUPPORTS = ("vsi_state_support", "vsi_city_top_up")
PENSIONS = ("social_pension", "social_pension_city_increment")
SETS = {
    "total": ("total",),
    "vsi_support": SUPPORTS,
    "social_pension_all": PENSIONS,
    "health_cards": ("health_cards",),
    "funeral_support": ("funeral_support",),
}
RATIOS = (0.90, 0.95, 1.0, 1.05, 1.10, 1.15, 1.20)  # of the amount proposed, which is the mean
LEVELS = (0.05, 0.10, 0.20, 0.30, 0.40, 0.50, 0.60, 0.70, 0.80, 0.90, 0.95, 0.99)
COLUMN_NAMES = (
    "scenario world geo fiscal_year programme_set kind level amount probability excess price_basis unit"
)


def of_year(cost: Array, mean: float) -> list[dict[str, float | str]]:
    """Rows of one year: amounts around the one proposed, and the amounts that suffice with given odds."""
    levels = [("proposed", ratio) for ratio in RATIOS] + [("odds", q) for q in LEVELS]
    names = ("amount", "probability", "excess")
    ledger = current()
    found = (
        over_blocks.sufficiency(ledger, cost, mean, RATIOS, LEVELS) if ledger else _sufficiency(cost, mean)
    )
    return [
        {"kind": kind, "level": level, **dict(zip(names, values, strict=True))}
        for (kind, level), values in zip(levels, found, strict=True)
    ]


def _sufficiency(cost: Array, mean: float) -> list[tuple[float, float, float]]:
    """Amount, odds that it suffices and mean excess otherwise, from all draws."""
    ordered = np.sort(cost)
    found = []
    for amount in [mean * ratio for ratio in RATIOS] + [float(v) for v in np.quantile(ordered, LEVELS)]:
        within = int(np.searchsorted(ordered, amount, side="right"))
        over = ordered[within:]
        excess = float((over - amount).mean()) if over.size else 0.0
        found.append((amount, within / ordered.size, excess))
    return found


def sufficiency_table(draws: ScenarioDraws, geo: str) -> pd.DataFrame:
    """Build the table of one scenario from the as-of year on; VND at current prices, by month of transfer.

    ``excess`` is the mean amount by which the cost exceeds ``amount`` in the draws in which it does.
    """
    budget, first = draws.budget, draws.line.as_of.year
    years = np.flatnonzero(budget.years >= first)
    rows = []
    for name, programmes in SETS.items():
        cost = budget.programme(programmes[0])[years]
        for programme in programmes[1:]:
            cost = cost + budget.programme(programme)[years]
        means = block_mean(cost)
        for position, year in enumerate(years):
            place = {"fiscal_year": int(budget.years[year]), "programme_set": name}
            rows += [place | row for row in of_year(cost[position], float(means[position]))]
    fixed = {
        "scenario": draws.name,
        "world": draws.world,
        "geo": geo,
        "price_basis": "nominal",
        "unit": "VND",
    }
    return pd.DataFrame(rows).assign(**fixed)[COLUMN_NAMES.split()]
