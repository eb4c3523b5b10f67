"""Summaries of draws with their Monte Carlo error: what another run with other random numbers could move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.population.lifetable import Array

QUANTILES = (0.05, 0.1, 0.5, 0.9, 0.95)


@dataclass(frozen=True)
class Summary:
    """Mean and quantiles over draws.

    Attributes
    ----------
    mean, mean_error
        Mean and its standard error, (...).
    quantiles, errors
        Quantiles and their standard errors, (len(wanted), ...).
    wanted
        Probabilities of the quantiles.
    """

    mean: Array
    mean_error: Array
    quantiles: Array
    errors: Array
    wanted: tuple[float, ...]

    def at(self, probability: float) -> Array:
        """One of the quantiles."""
        quantile: Array = self.quantiles[self.wanted.index(probability)]
        return quantile

    def error_at(self, probability: float) -> Array:
        """Standard error of one of the quantiles."""
        error: Array = self.errors[self.wanted.index(probability)]
        return error


def effective_draws(ancestor: NDArray[np.int64] | None, n: int) -> float:
    """Number of independent draws that are worth as much, when draws share an ancestor: n^2 / sum of squared families.

    Examples
    --------
    >>> effective_draws(np.array([1, 1, 2, 3]), 4)
    2.6666666666666665
    """
    if ancestor is None:
        return float(n)
    families = np.unique(ancestor, return_counts=True)[1].astype(float)
    return float(n**2 / (families**2).sum())


def summarise(
    values: Array, wanted: Sequence[float] = QUANTILES, *, ancestor: NDArray[np.int64] | None = None
) -> Summary:
    """Summarise draws along the first axis.

    Parameters
    ----------
    values
        (n, ...), at least two draws.
    wanted
        Probabilities of the quantiles (numpy's linear definition).
    ancestor
        Family of each draw where draws are copies or variants of the same one; they count as fewer.

    Notes
    -----
    The error of a quantile is half the distance between the order statistics one standard deviation of the binomial
    count above and below it (Woodruff 1952); that of the mean is the standard deviation over the root of the number.
    """
    n = len(values)
    effective = effective_draws(ancestor, n)
    ordered = np.sort(values, axis=0)
    found, errors = [], []
    for p in wanted:
        half = np.sqrt(p * (1.0 - p) / effective)
        low, high = np.clip([p - half, p + half], 0.0, 1.0)
        found.append(_read(ordered, p))
        errors.append((_read(ordered, float(high)) - _read(ordered, float(low))) / 2.0)
    deviation = values.std(axis=0, ddof=1) / np.sqrt(effective)
    return Summary(values.mean(axis=0), deviation, np.stack(found), np.stack(errors), tuple(wanted))


def _read(ordered: Array, p: float) -> Array:
    """Linear quantile of ordered draws."""
    place = p * (len(ordered) - 1)
    low = int(np.floor(place))
    high = min(low + 1, len(ordered) - 1)
    value: Array = ordered[low] + (ordered[high] - ordered[low]) * (place - low)
    return value
