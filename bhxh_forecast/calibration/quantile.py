"""Priors as functions of a standard normal."""

from __future__ import annotations

import numpy as np

from bhxh_forecast.coverage.types import Array
from bhxh_forecast.inputs.priors import Prior

WIDEST, NODES = 7.0, 2801  # range of the standard normal in which priors are read, and at how many places


class Quantile:
    """A prior as a function of a standard normal, read between nodes (within 1e-5 of its spread)."""

    def __init__(self, prior: Prior) -> None:
        from scipy.special import ndtr

        self.z = np.linspace(-WIDEST, WIDEST, NODES)
        self.x = prior.sample(ndtr(self.z))

    def value(self, z: Array) -> Array:
        """Parameter at a standard normal, (n,)."""
        return np.asarray(np.interp(z, self.z, self.x), dtype=np.float64)

    def normal(self, x: Array) -> Array:
        """Standard normal of a parameter, (n,)."""
        return np.asarray(np.interp(x, self.x, self.z), dtype=np.float64)
