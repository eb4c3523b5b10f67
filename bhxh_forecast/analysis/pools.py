"""The pools that insurance draws on: employment by status, liable jobs, people who may join voluntarily, owners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bhxh_forecast.analysis.people_draws import BASELINE, PeopleDraws
from bhxh_forecast.coverage.types import GROUPS, Array
from bhxh_forecast.population.summary import summarise
from bhxh_forecast.workforce.pools import damped_time, wage_share

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs
    from bhxh_forecast.simulation import ScenarioBlock

ANCHOR = "2024-12"


def pool_draws(people: PeopleDraws) -> dict[str, Array]:
    """Pools by month that rest on the workforce alone, persons (T, n).

    Employed people by the 19th definition, wage jobs and the rest of them; wage jobs of residents that are liable and
    that are not (informal), and liable jobs on the registration basis.
    """
    p, line = people.params, people.line
    force = people.people.work.labour_force_19 * people.factor
    employed = force * (1.0 - p["unemployment_rate"])
    years = damped_time(len(line.months), line.index(ANCHOR), line.as_of_index, p["trend_rho"])
    wage = employed * wage_share(p["wage_share_2024"], p["wage_share_trend"], years)
    liable = wage * p["liable_share"]
    return {
        "employed": employed,
        "wage_jobs": wage,
        "not_wage": employed - wage,
        "liable_resident": liable,
        "wage_not_liable": wage - liable,
        "liable_registered": liable * p["in_registration"],
    }


def scenario_pools(run: ScenarioBlock) -> dict[str, Array]:
    """Pools of the coverage stage by month, persons (T, n): voluntary-eligible by support group, owners registered."""
    eligible = {f"eligible_{g}": run.context.eligible * run.context.share[:, k] for k, g in enumerate(GROUPS)}
    return {"eligible": run.context.eligible, **eligible, "owners": run.coverage.household_business}


def pool_table(
    inputs: Inputs, *, world: str = "reference", draws: int, seed: int, until: int
) -> pd.DataFrame:
    """Pools at the end of the as-of year and of the last year, baseline scenario.

    Returns
    -------
    DataFrame
        pool, year, p10, p50, p90, mc_error (of p50).
    """
    from bhxh_forecast.simulation import Chain

    chain = Chain.of([BASELINE], world=world, draws=draws, seed=seed, until=until, inputs=inputs)
    run = next(iter(chain.runs(0)))
    block = run.block
    people = PeopleDraws(inputs, chain.line, block.people, block.factor, block.params, block.ancestor)
    return summarised({**pool_draws(people), **scenario_pools(run)}, people)


def summarised(pools: dict[str, Array], people: PeopleDraws) -> pd.DataFrame:
    """Bands of pools at the end of the as-of year and of the last year: see `pool_table`."""
    line, rows = people.line, []
    for year in (line.as_of.year, line.until):
        t = line.index(f"{year}-12")
        for name, values in pools.items():
            found = summarise(values[t], (0.1, 0.5, 0.9), ancestor=people.ancestor)
            low, middle, high = (float(q) for q in found.quantiles)
            rows.append((name, year, low, middle, high, float(np.asarray(found.error_at(0.5)))))
    return pd.DataFrame(rows, columns=["pool", "year", "p10", "p50", "p90", "mc_error"])
