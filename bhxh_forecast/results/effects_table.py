"""What each assumption does to the cost of the estimate's year and to the odds of each target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bhxh_forecast.coverage.types import Array
from bhxh_forecast.results.assumptions_table import CLEAR, difference, halves, last_year_odds
from bhxh_forecast.results.draws import ScenarioDraws

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs

BUDGET = "budget_total"
COLUMNS = ["id", "outcome", "year", "effect", "standard_error", "clear", "unit"]


def outcomes(inputs: Inputs, draws: ScenarioDraws) -> dict[tuple[str, int, str], Array]:
    """By outcome, year and unit its values draw by draw, (N,): cost of the year after as-of, targets met or not."""
    year = draws.line.as_of.year + 1
    budget = draws.budget
    found: dict[tuple[str, int, str], Array] = {}
    if year in budget.years:
        found[(BUDGET, year, "VND")] = budget.programme("total")[int(np.searchsorted(budget.years, year))]
    last = int(inputs.targets["year"].max())
    return found | {(name, last, "share"): met for name, met in last_year_odds(draws, inputs.targets).items()}


def rows(inputs: Inputs, draws: ScenarioDraws) -> Iterator[dict[str, Any]]:
    """Mean of each outcome where an assumption is above its median less that where it is not."""
    found = outcomes(inputs, draws)
    for name, prior in inputs.priors.items():
        values = draws.params.get(name)
        high = halves(values) if prior.sampled and values is not None else None
        if high is None:
            continue
        for (outcome, year, unit), values_of in found.items():
            change, error = difference(values_of, high, draws.ancestor)
            yield {
                "id": name,
                "outcome": outcome,
                "year": year,
                "effect": change,
                "standard_error": error,
                "clear": bool(abs(change) > CLEAR * error),
                "unit": unit,
            }


def effects_table(inputs: Inputs, draws: ScenarioDraws) -> pd.DataFrame:
    """Build the table of one scenario; ``clear`` marks effects beyond three standard errors of the draws."""
    frame = pd.DataFrame(list(rows(inputs, draws)), columns=COLUMNS)
    return frame.sort_values(["id", "outcome"], ignore_index=True)
