"""Prices, incomes and poverty shares as monthly indices, read from dated rows known on the as-of date."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from bhxh_forecast.coverage.types import Array
from bhxh_forecast.errors import InputError
from bhxh_forecast.timeline import Timeline, year_of

PRICE_YEAR = 2025
POVERTY = "labour/poverty_shares"
CARRIED_YEARS = 5  # years whose mean inflation stands in where no projection was public yet


def known(frame: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Rows public on the as-of date."""
    return frame[pd.to_datetime(frame["published"]).dt.date <= as_of]


def price_index(frame: pd.DataFrame, line: Timeline) -> tuple[Array, int]:
    """CPI of each month (annual means, 2025 = 1) and the last month that rests on a published figure.

    Parameters
    ----------
    frame
        Columns year, inflation (share), kind (data | projection), published.
    """
    seen = known(frame, line.as_of)
    data = seen[seen["kind"] == "data"].set_index("year")["inflation"]
    path = seen[seen["kind"] == "projection"].set_index("year")["inflation"]
    carried = float(data.sort_index().tail(CARRIED_YEARS).mean())
    years = np.arange(int(year_of(line.months)[0]), line.until + 1)
    rates = [float(data.get(y, path.get(y, carried))) for y in years]
    level = np.concatenate([[1.0], np.cumprod([1.0 + r for r in rates[1:]])])
    reference = level[PRICE_YEAR - years[0]] if line.until >= PRICE_YEAR else level[-1]
    last = int(data.index.max())
    return (level / reference)[year_of(line.months) - years[0]], line.index(f"{last}-12")


def income_index(frame: pd.DataFrame, line: Timeline) -> tuple[Array, int]:
    """Household income a head, VND a month, log-linear between mid-years and flat after the last figure."""
    seen = known(frame, line.as_of).sort_values("period")
    at = np.array([line.index(f"{year}-06") for year in seen["period"]], dtype=float)
    values = np.interp(np.arange(len(line.months)), at, np.log(seen["value"].to_numpy(dtype=float)))
    return np.exp(values), int(at[-1])


def poverty_shares(frame: pd.DataFrame, line: Timeline) -> tuple[Array, Array]:
    """Poor and near-poor shares of households by month, linear between dated figures, ends carried.

    Raises
    ------
    InputError
        No figure is known on the as-of day.
    """
    dates = pd.to_datetime(frame["date"])
    seen = frame[dates.dt.date <= line.as_of]
    if seen.empty:
        allowed = (
            f"a day from {dates.min():%Y-%m-%d} on: of earlier days no share of poor households is known"
        )
        raise InputError.of(f"{POVERTY}.csv", "--as-of", line.as_of.isoformat(), allowed)
    months = np.array([line.index(str(d)[:7]) for d in seen["date"]], dtype=float)
    grid = np.arange(len(line.months))
    shares = []
    for column in ("poor", "near_poor"):
        values = seen[column].to_numpy(dtype=float)
        told = ~np.isnan(values)
        shares.append(np.interp(grid, months[told], values[told]))
    return shares[0], shares[1]
