"""Paths of prices, incomes and the base salary, draw by draw."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.budget.window import law_path
from bhxh_forecast.coverage.types import Array, Drivers
from bhxh_forecast.timeline import Months, Timeline, month_number, year_of

BASE_YEAR = 2025
INCOME_REFERENCE = "2025-06"  # the month to which the wage base of unemployment insurance refers


def year_starts(months: Months) -> NDArray[np.int64]:
    """Index of the first month of each calendar year on the axis, (Y,)."""
    years = year_of(months)
    return np.flatnonzero(np.r_[True, years[1:] != years[:-1]])


def price_path(drivers: Drivers, inflation_shift: Array, index: Array) -> Array:
    """Consumer prices in the given months, (months, n).

    Data to the last figure, then the central path plus ``inflation_shift`` a year (log); ``index`` as in
    ``Window.index``.
    """
    level = drivers.price_index[index.ravel().astype(np.int64), None]
    return _shifted(level, np.maximum(index - drivers.price_known, 0.0) / 12.0, inflation_shift)


def base_year_price(drivers: Drivers, inflation_shift: Array, line: Timeline) -> Array:
    """Mean price of 2025, (n,); 1 in a run that ends before, since that is the unit of the index."""
    months = np.flatnonzero(year_of(line.months) == BASE_YEAR).astype(np.float64)
    if not months.size:
        return np.ones(np.size(inflation_shift))
    mean: Array = price_path(drivers, inflation_shift, months[:, None]).mean(axis=0)
    return mean


def income_path(drivers: Drivers, income_growth: Array, index: Array) -> Array:
    """Income index in the given months, (months, n): data, then growing by ``income_growth`` a year (log)."""
    known = drivers.income_known
    level = drivers.income_index[np.minimum(index.ravel(), known).astype(np.int64), None]
    return _shifted(level, np.maximum(index - known, 0.0) / 12.0, income_growth)


def _shifted(level: Array, years: Array, rate: Array) -> Array:
    """Multiply a path (months, 1) by exp(years x rate), (months, n)."""
    if not years.any():
        return np.repeat(level, rate.size, axis=1)
    path: Array = level * np.exp(years * rate)
    return path


def salary_steps(enacted: Array, months: Months) -> NDArray[np.int64]:
    """How many yearly rises a month lies after the last enacted step, (T,).

    Rises come on 1 July, the first in the year after that of the last step; a value that never changes counts
    as a step of the first month.
    """
    changes = np.flatnonzero(np.nan_to_num(enacted[1:]) != np.nan_to_num(enacted[:-1])) + 1
    year = year_of(months)
    last = year[changes[-1] if changes.size else 0]
    steps: NDArray[np.int64] = np.maximum(0, year - last - (month_number(months) < 7))
    return steps


def base_salary(drivers: Drivers, growth: Array, line: Timeline) -> tuple[Array, Array, NDArray[np.int64]]:
    """Return the enacted salary (T,), growth factors (rises + 1, n) and the factor's place by month (T,)."""
    enacted = law_path(drivers, "base_salary")
    steps = salary_steps(enacted, line.months)
    factors = np.exp(np.multiply.outer(np.arange(int(steps.max()) + 1), growth))
    return np.nan_to_num(enacted), factors, steps


def draws_of(params: Mapping[str, Array], names: tuple[str, ...], draws: int) -> dict[str, Array]:
    """Pick parameters, each (n,); a single number stands for all draws."""
    return {name: np.broadcast_to(np.asarray(params[name], dtype=np.float64), (draws,)) for name in names}
