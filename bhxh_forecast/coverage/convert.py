"""Annual quantities as monthly ones (docs/technical-note.md, section 1)."""

from __future__ import annotations

import numpy as np

from bhxh_forecast.coverage.types import Array


def hazard(share: Array) -> Array:
    """Monthly hazard of an annual share that leaves.

    Examples
    --------
    >>> float(np.round(hazard(np.array(0.25)), 6))
    0.023974
    """
    result: Array = -np.log1p(-share) / 12.0
    return result


def damped_years(months: int, anchor: int, last_known: int, rho: Array) -> Array:
    """Years from an anchor month, damped after the last known month, (T, n).

    Parameters
    ----------
    months
        Length of the axis.
    anchor, last_known
        Index of the anchor (may be negative) and of the as-of month.
    rho
        Share of a trend that is left after a year, (n,).

    Examples
    --------
    >>> damped_years(25, 0, 12, np.array([0.5]))[[12, 24], 0].round(4).tolist()
    [1.0, 1.7213]
    """
    t = np.arange(months, dtype=float)[:, None]
    before = np.minimum(t, last_known) - anchor
    after = np.maximum(0.0, t - last_known)
    rate = -np.log(rho)[None, :]
    result: Array = before / 12.0 + -np.expm1(-rate * after / 12.0) / rate
    return result


def monthly_ar1(rho: Array, sigma: Array) -> tuple[Array, Array]:
    """Monthly coefficient and shock of an AR(1) with the given annual ones."""
    rho_m = rho ** (1.0 / 12.0)
    return rho_m, sigma * np.sqrt((1.0 - rho_m**2) / (1.0 - rho**2))


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x))."""
    result: Array = 1.0 / (1.0 + np.exp(-x))
    return result


def accumulated(p: dict[str, Array], name: str, years: Array) -> Array:
    """A yearly rate times elapsed years; where a world dates the rate, its changes are added up month by month, (T, n).

    Parameters
    ----------
    p
        Parameters (n,); ``name@t`` (T, n) holds the rate by month where a world changes it.
    years
        Elapsed (possibly damped) years from the rate's anchor, (T, n) or (T, 1).
    """
    result: Array = p[name] * years
    if f"{name}@t" in p:
        steps = np.diff(years, axis=0, prepend=years[:1])
        result = result + np.cumsum((p[f"{name}@t"] - p[name]) * steps, axis=0)
    return result
