"""Effective size and systematic resampling of weighted draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.coverage.types import Array


def effective_size(log_weight: Array) -> float:
    """Kish's effective number of draws.

    Examples
    --------
    >>> effective_size(np.zeros(5))
    5.0
    """
    weight = np.exp(log_weight - log_weight.max())
    return float(weight.sum() ** 2 / (weight**2).sum())


def systematic(log_weight: Array, size: int, uniform: float) -> NDArray[np.int64]:
    """Systematic resampling: ``size`` indices with expected counts in proportion to the weights."""
    weight = np.exp(log_weight - log_weight.max())
    edges = np.cumsum(weight)
    points = (np.arange(size) + uniform) / size * edges[-1]
    found: NDArray[np.int64] = np.minimum(
        np.searchsorted(edges, points, side="right"), len(edges) - 1
    ).astype(np.int64)
    return found
