"""Cost against probability, and what a little more of each lever buys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bhxh_forecast.analysis.reached import Frontier, Marginal
from bhxh_forecast.coverage.types import Array

if TYPE_CHECKING:
    from bhxh_forecast.analysis.search import Search

LEVELS = tuple(k / 20 for k in range(1, 20))  # 5%, 10%, ... 95%
SUPPORT = "subsidy."  # levers that change who pays the contribution
STEP = 0.05  # of a lever's limits, for what a little more buys


def frontier_of(search: Search, surface: Array, odds: Array, asked: float, start: float) -> Frontier:
    """Least cost on the surface for each probability above ``start``, that of the scenario without the levers."""
    cost = search.extra_cost(surface)
    rows = []
    for level in sorted(level for level in {*LEVELS, asked} if level > start):
        enough = np.flatnonzero(odds >= level)
        row = {"probability": level, "cost": np.nan, **dict.fromkeys(search.names, np.nan)}
        if len(enough):
            at = enough[int(np.argmin(cost[enough]))]
            levels = search.design.levels(surface[at])
            row |= {"cost": float(cost[at]), **dict(zip(search.names, levels.tolist(), strict=True))}
        rows.append(row)
    return Frontier(pd.DataFrame(rows, columns=["probability", "cost", *search.names]))


def marginals(search: Search, unit: Array) -> list[Marginal]:
    """What a little more of each lever buys around a point, on the surface."""
    return [_marginal(search, unit, k) for k in range(len(search.names))]


def _marginal(search: Search, unit: Array, k: int) -> Marginal:
    low, high = unit.copy(), unit.copy()
    toward = 1.0 if search.design.high[k] >= search.starts[k] else -1.0
    low[k], high[k] = max(0.0, unit[k] - STEP), min(1.0, unit[k] + STEP)
    ends = np.stack([low, high] if toward > 0 else [high, low])
    weights = search.design.weights(ends)
    rows = slice(1, 1 + search.points)
    cost = search.extra_cost(ends)
    odds = search.odds(ends)
    paid = (weights @ search.runs.paid[rows]).mean(axis=1)
    support = weights @ search.runs.support[rows]
    voluntary = np.maximum(weights @ search.runs.voluntary[rows], 1.0)
    added = float(cost[1] - cost[0])
    points, years = 100.0 * float(odds[1] - odds[0]), float(paid[1] - paid[0])
    anyway = float(((support[1] / voluntary[1] - support[0] / voluntary[0]) * voluntary[0]).mean())
    more = float((support[1] - support[0]).mean())
    pays = search.names[k].startswith(SUPPORT)
    return Marginal(
        lever=search.names[k],
        step=float(abs(ends[1, k] - ends[0, k]) * (search.design.high[k] - search.design.low[k])) * toward,
        cost=added,
        points=points,
        person_years=years,
        per_person_year=added / years if years > 0 else float("nan"),
        per_point=added / points if points > 0 else float("nan"),
        deadweight_share=anyway / more if pays and more > 0 else float("nan"),
    )
