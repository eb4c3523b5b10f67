"""Pools that insurance draws on: liable wage jobs, and people who may join voluntarily."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
POOL_PARAMETERS = (
    "wage_share_2024",
    "wage_share_trend",
    "unemployment_rate",
    "liable_share",
    "in_registration",
    "trend_rho",
)


def damped_time(months: int, anchor: int, as_of: int, rho: Array) -> Array:
    """Years from an anchor month, damped after the as-of month.

    Parameters
    ----------
    months
        Length of the axis T.
    anchor, as_of
        Index of the anchor (may lie off the axis) and of the as-of month.
    rho
        Share of a trend that is left a year later, (n,), between 0 and 1.

    Returns
    -------
    ndarray
        (T, n)

    Examples
    --------
    >>> damped_time(25, 0, 12, np.array([0.5]))[[12, 24], 0].round(4).tolist()
    [1.0, 1.7213]
    """
    t = np.arange(months, dtype=float)[:, None]
    rate = -np.log(rho)
    later = np.maximum(t - as_of, 0.0) / 12.0
    years: Array = (np.minimum(t, as_of) - anchor) / 12.0 - np.expm1(-rate * later) / rate
    return years


def wage_share(level: Array, trend: Array, years: Array) -> Array:
    """Share of employed people in wage jobs, (T, n): the level at the anchor, and a damped trend in logits.

    Parameters
    ----------
    level, trend
        Share at the anchor and logits a year, (n,).
    years
        Damped years from the anchor, (T, n).
    """
    logit = np.log(level / (1.0 - level)) + trend * years
    share: Array = 1.0 / (1.0 + np.exp(-logit))
    return share


def liable_jobs(
    labour_force: Array, params: Mapping[str, Array], anchor: int, as_of: int
) -> tuple[Array, Array]:
    """Wage jobs of residents that are liable to compulsory insurance, and the same on the registration basis.

    Parameters
    ----------
    labour_force
        19th ICLS basis, persons, (T, n).
    params
        `POOL_PARAMETERS`, each (n,).
    anchor
        Month index of the anchor of the wage share (December 2024).
    as_of
        Index of the as-of month.

    Returns
    -------
    tuple
        Resident liable jobs W and L = W times in-registration (workers whose employer is registered in the
        region against those who live there), persons, (T, n).
    """
    years = damped_time(len(labour_force), anchor, as_of, params["trend_rho"])
    jobs = wage_share(params["wage_share_2024"], params["wage_share_trend"], years)
    jobs *= labour_force
    jobs *= (1.0 - params["unemployment_rate"]) * params["liable_share"]
    return jobs, jobs * params["in_registration"]


def voluntary_pool(
    working_age: Array, csi_resident: Array, past_retirement: Array, older_share: Array
) -> Array:
    """People who may join voluntary insurance, at least 1; persons, any matching shapes.

    Everyone of working age who is not insured compulsorily, and the share of people past retirement age who
    still complete their years.
    """
    pool: Array = working_age - csi_resident + older_share * past_retirement
    return np.maximum(pool, 1.0)
