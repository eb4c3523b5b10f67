"""A few settings of one to three levers, and each draw's outcome between them as a polynomial through its own runs.

One lever: five Chebyshev-Lobatto points and the polynomial through them. Two: three by three points, biquadratic.
Three: corners, centres of faces and the middle (15), quadratic with the product of all three by least squares, its
residuals interpolated. Every surface passes through its runs. Every draw is followed by
itself, so that what is counted afterwards rests on the same draws everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from bhxh_forecast.coverage.types import Array

GRID = {1: 401, 2: 61, 3: 21}  # points per lever on which answers are looked for
CHUNK = 1 << 22  # numbers held at a time
REACH = 0.6  # distance in the unit cube over which a residual fades


@dataclass(frozen=True)
class Design:
    """Settings of some levers in the unit cube.

    Attributes
    ----------
    low, high
        Limits of each lever, (L,).
    """

    low: Array
    high: Array

    @property
    def levers(self) -> int:
        """Number of levers."""
        return len(self.low)

    @cached_property
    def points(self) -> Array:
        """Settings that are run, in the unit cube, (K, L)."""
        if self.levers == 1:
            return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.arange(5) / 4.0), np.float64)[:, None]
        if self.levers == 2:
            return np.array(list(product((0.0, 0.5, 1.0), repeat=2)))
        corners = list(product((0.0, 1.0), repeat=3))
        faces = [
            tuple(0.5 if k != axis else side for k in range(3)) for axis in range(3) for side in (0.0, 1.0)
        ]
        return np.array([*corners, *faces, (0.5, 0.5, 0.5)])

    def levels(self, unit: Array) -> Array:
        """Lever values of points of the unit cube, (..., L)."""
        result: Array = self.low + unit * (self.high - self.low)
        return result

    def basis(self, unit: Array) -> Array:
        """Terms of the polynomial at points of the unit cube, (C, terms)."""
        u = np.atleast_2d(unit) - 0.5
        if self.levers == 1:
            powers: Array = u ** np.arange(5)
            return powers
        if self.levers == 2:
            return np.stack([u[:, 0] ** i * u[:, 1] ** j for i in range(3) for j in range(3)], axis=1)
        pairs = [u[:, i] * u[:, j] for i in range(3) for j in range(i, 3)]
        return np.stack([np.ones(len(u)), *u.T, *pairs, u.prod(axis=1)], axis=1)

    @cached_property
    def _inverse(self) -> Array:
        return np.asarray(np.linalg.pinv(self.basis(self.points)), dtype=np.float64)

    def weights(self, unit: Array) -> Array:
        """Weights of the runs at points of the unit cube, (C, K): outcome = weights @ runs."""
        result: Array = self.basis(unit) @ self._inverse
        if self.levers == 3:  # fewer terms than runs: interpolate what the polynomial leaves
            left = np.eye(len(self.points)) - self.basis(self.points) @ self._inverse
            result += _near(unit, self.points) @ np.linalg.solve(_near(self.points, self.points), left)
        return result

    def grid(self, centre: Array | None = None, width: float = 1.0) -> Array:
        """Points among which an answer is looked for, all of the cube or a part of it around a point, (C, L)."""
        size = GRID[self.levers]
        low = np.zeros(self.levers) if centre is None else np.clip(centre - width / 2, 0.0, 1.0)
        high = np.ones(self.levers) if centre is None else np.clip(centre + width / 2, 0.0, 1.0)
        axes = [np.linspace(a, b, size) for a, b in zip(low, high, strict=True)]
        return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, self.levers)

    def odds(self, unit: Array, outcome: Array, required: float) -> Array:
        """Share of draws that meet ``required``, at points of the unit cube, (C,).

        Parameters
        ----------
        outcome
            What the runs gave, (K, n).
        """
        weights = self.weights(unit)
        step = max(1, CHUNK // outcome.shape[1])
        result: Array = np.empty(len(weights))
        for k in range(0, len(weights), step):
            result[k : k + step] = (weights[k : k + step] @ outcome >= required).mean(axis=1)
        return result


def _near(these: Array, those: Array) -> Array:
    """Gaussian kernel between points, (C, K)."""
    away = ((np.atleast_2d(these)[:, None, :] - those[None, :, :]) ** 2).sum(axis=2)
    result: Array = np.exp(-away / (2.0 * REACH**2))
    return result
