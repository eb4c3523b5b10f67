"""The legal retirement age as a birth-date threshold, by month.

The age that the law sets for a year applies to those who reach it in that year. While it rises by 3 or 4
months a year, only 9/12 or 8/12 of a birth cohort cross the line in a year. Past retirement age at the end
of month t is whoever was born in or before the last birth month that has reached its own legal age in some
month up to t. Whoever has crossed stays past: the threshold never falls, whatever the law does afterwards.

Months are counted on any axis (0, 1, 2, ...); a birth month has a negative number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Months = NDArray[np.int64]
ADULT = 15  # the labour law's lowest age of a worker, and of the labour force survey


def thresholds(legal_age: Array) -> Months:
    """Last birth month that is past retirement age, at the end of each month.

    Parameters
    ----------
    legal_age
        Legal age in months for each month, (T,); before the first month the age of the first month applies.

    Returns
    -------
    ndarray
        B(t), (T + 1,): entry 0 belongs to the month before the axis, entry t + 1 to month t.

    Examples
    --------
    >>> thresholds(np.array([720.0] * 12 + [723.0] * 12))[12:17] + 709  # none cross in the first three months
    array([0, 0, 0, 0, 1])
    """
    ages = np.concatenate([legal_age[:1], legal_age])
    if not np.all(np.isfinite(ages)) or np.any(ages % 1):
        raise ValueError("legal retirement ages must be whole months in every month")
    reached = np.arange(-1, len(legal_age)) - ages.astype(np.int64)
    return np.maximum.accumulate(reached)


def exact_age(legal_age: Array) -> Months:
    """Age in months of the youngest past retirement age at the end of each month, k(t) = t - B(t); (T,)."""
    months: Months = np.arange(len(legal_age)) - thresholds(legal_age)[1:]
    return months


def crossings(legal_age: Array) -> Months:
    """Number of birth months that reach their legal age in each month, B(t) - B(t - 1); (T,)."""
    return np.diff(thresholds(legal_age))


def age_weights(legal_age: Array, ages: int = 101) -> Array:
    """Share of each single year of age that is past retirement age at the end of each month.

    Parameters
    ----------
    legal_age
        Legal age in months by sex, (S, T).
    ages
        Number of single ages, the last one open.

    Returns
    -------
    ndarray
        (T, S, ages): 1 above the age that is being split, (12 - r)/12 at it, 0 below, where r is the part of
        k(t) beyond whole years. A stock is the sum of weights times people; the complement among people of 15
        and over is the working-age population.
    """
    weights = np.empty((legal_age.shape[1], len(legal_age), ages))
    for s, months in enumerate(legal_age):
        k = exact_age(months)
        weights[:, s] = np.clip(np.arange(1, ages + 1) - k[:, None] / 12.0, 0.0, 1.0)
    return weights


def working_weights(legal_age: Array, ages: int = 101) -> Array:
    """Share of each single year of age that is of 15 and over and not past retirement age; (T, S, ages)."""
    weights = 1.0 - age_weights(legal_age, ages)
    weights[..., :ADULT] = 0.0
    return weights


def crossing_weights(legal_age: Array, ages: int = 101) -> Array:
    """Share of each single year of age that reaches its legal age in the month; (T, S, ages).

    A twelfth of the year of age that is being split for each birth month that crosses.
    """
    weights = np.zeros((legal_age.shape[1], len(legal_age), ages))
    for s, months in enumerate(legal_age):
        split = np.minimum(exact_age(months) // 12, ages - 1)
        weights[np.arange(len(months)), s, split] = crossings(months) / 12.0
    return weights


def month_end_stock(stock: Array, month: int) -> Array:
    """People at the end of a month by linear interpolation between 1 Januaries.

    Parameters
    ----------
    stock
        Persons on 1 January, (..., Y + 1, S, A), years along the third axis from the end.
    month
        Month counted from January of the first year, 0 = January; its end lies (month + 1)/12 years on.

    Returns
    -------
    ndarray
        (..., S, A).
    """
    year, within = divmod(month, 12)
    share = (within + 1) / 12.0
    people: Array = (1.0 - share) * stock[..., year, :, :] + share * stock[..., year + 1, :, :]
    return people
