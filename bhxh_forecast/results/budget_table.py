"""The budget table: annual amounts by account, at current prices and at prices of 2025."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bhxh_forecast.budget.programmes import Account
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.results.draws import ScenarioDraws
from bhxh_forecast.results.ledger import current
from bhxh_forecast.results.quantiles import RISK, block_mean, column, quantiles, stacked
from bhxh_forecast.threads import in_threads

FIRST_YEAR = 2016  # 2015 holds December only
PRICE_BASES = ("nominal", "constant_2025")
COLUMN_NAMES = (
    "scenario world geo fiscal_year programme legal_origin funding_source spending_field recognition memo "
    "legal_status price_basis unit mean"
)


def summaries(draws: ScenarioDraws, rows: slice) -> dict[int, list[tuple[Array, Array]]]:
    """Mean and quantiles of each distinct amount at both price bases, by the identity of its array."""
    deflator = draws.budget.deflator[rows]
    distinct = {id(amount): amount for amount in draws.budget.accounts.values()}

    def both(amount: Array) -> list[tuple[Array, Array]]:
        nominal = amount[rows]
        if current() is None and not nominal.any():  # a lever that this scenario leaves alone
            nothing = (np.zeros(len(nominal)), np.zeros((len(RISK), len(nominal))))
            return [nothing, nothing]
        return [(block_mean(x), quantiles(x, RISK)) for x in (nominal, nominal / deflator)]

    return dict(zip(distinct, in_threads(both, distinct.values()), strict=True))


def budget_table(draws: ScenarioDraws, geo: str) -> pd.DataFrame:
    """Build the table of one scenario; one row per account, fiscal year and price basis."""
    years = draws.budget.years
    rows = slice(int(np.searchsorted(years, FIRST_YEAR)), None)
    found = summaries(draws, rows)
    keys: list[dict[str, object]] = []
    parts = []
    for cell in draws.budget.cells:
        wanted = draws.budget.years_of(cell)[rows]
        amount = draws.budget.accounts[Account(*cell[:-1])]
        for basis, (mean, quantile) in zip(PRICE_BASES, found[id(amount)], strict=True):
            keys.append({**cell._asdict(), "price_basis": basis})
            part = {"fiscal_year": years[rows][wanted], "mean": mean[wanted]}
            parts.append(part | {column(q): quantile[k][wanted] for k, q in enumerate(RISK)})
    frame = pd.DataFrame(stacked(keys, parts)).assign(
        scenario=draws.name, world=draws.world, geo=geo, unit="VND"
    )
    frame["memo"] = frame["memo"].astype(bool)
    order = COLUMN_NAMES.split()
    return frame[[*order, *map(column, RISK)]]
