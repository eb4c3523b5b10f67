"""Latent paths from standard normals: noise, two of them together, and terms that enter linearly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bhxh_forecast.coverage.types import Array


@dataclass(frozen=True)
class Term:
    """A coefficient with a normal prior that enters the path linearly: x(t) += coefficient x profile(t).

    Attributes
    ----------
    name, mean, sd
        Id and prior.
    profile
        (T, n) or (T, 1).
    """

    name: str
    mean: float
    sd: float
    profile: Array


@dataclass(frozen=True)
class Noise:
    """x(t) = y(t) + burst w(t), y(t) = rho y(t-1) + sigma e(t); the first month of y has its own spread.

    ``first`` 0: a walk that starts at nothing. ``burst`` None: no independent monthly part.
    """

    rho: Array
    sigma: Array
    first: Array
    burst: Array | None = None

    @property
    def size(self) -> int:
        """Number of draws."""
        return len(self.rho)

    def rows(self, months: int) -> int:
        """Standard normals that so many months need."""
        return months if self.burst is None else 2 * months

    def block(self, rows: slice) -> Noise:
        """The same noise for some of the draws."""
        burst = None if self.burst is None else self.burst[rows]
        return Noise(self.rho[rows], self.sigma[rows], self.first[rows], burst)

    def slow(self, shocks: Array, months: int) -> Array:
        """The autoregressive part y, (T, n), from standard normal shocks."""
        path: Array = np.empty((months, shocks.shape[1]))
        path[0] = self.first * shocks[0]
        for t in range(1, months):
            path[t] = self.rho * path[t - 1] + self.sigma * shocks[t]
        return path

    def shocks(self, slow: Array, first: Array) -> Array:
        """Shocks of an autoregressive part (T, n); ``first`` (n,) where the first month has no spread."""
        found: Array = np.empty_like(slow)
        free = self.first > 0.0
        found[0] = np.where(free, slow[0] / np.where(free, self.first, 1.0), first)
        found[1:] = (slow[1:] - self.rho * slow[:-1]) / self.sigma
        return found

    def log_volume(self, months: int) -> Array:
        """Log of the volume of the autoregressive part per unit volume of its shocks, (n,)."""
        free = self.first > 0.0
        found: Array = np.log(np.where(free, self.first, 1.0)) + (months - 1) * np.log(self.sigma)
        return found

    def build(self, shocks: Array, months: int) -> Array:
        """Path (T, n) from standard normal shocks (rows, n)."""
        path = self.slow(shocks, months)
        if self.burst is not None:
            path += self.burst * shocks[months : 2 * months]
        return path

    def pull_back(self, slopes: Array) -> Array:
        """Slopes in the shocks (K, rows, n) from slopes in the path (K, T, n)."""
        result = np.empty_like(slopes)
        carried = np.zeros_like(slopes[:, 0])
        for t in range(slopes.shape[1] - 1, -1, -1):
            carried = slopes[:, t] + self.rho * carried
            result[:, t] = carried * (self.sigma if t > 0 else self.first)
        return result if self.burst is None else np.concatenate([result, slopes * self.burst], axis=1)

    def cut(self, profile: Array, months: int) -> Array:
        """A profile up to a month."""
        return profile[:months]


@dataclass(frozen=True)
class Pair:
    """Two independent paths one after the other, (2T, n), so that figures of one tell of the other."""

    one: Noise
    other: Noise

    @property
    def size(self) -> int:
        """Number of draws."""
        return self.one.size

    def rows(self, months: int) -> int:
        """Standard normals that so many months need."""
        return self.one.rows(months) + self.other.rows(months)

    def block(self, rows: slice) -> Pair:
        """The same paths for some of the draws."""
        return Pair(self.one.block(rows), self.other.block(rows))

    def build(self, shocks: Array, months: int) -> Array:
        """Both paths, (2T, n), from standard normal shocks."""
        first = self.one.rows(months)
        return np.concatenate(
            [self.one.build(shocks[:first], months), self.other.build(shocks[first:], months)]
        )

    def pull_back(self, slopes: Array) -> Array:
        """Slopes in the shocks (K, rows, n) from slopes in both paths (K, 2T, n)."""
        half = slopes.shape[1] // 2
        return np.concatenate(
            [self.one.pull_back(slopes[:, :half]), self.other.pull_back(slopes[:, half:])], axis=1
        )

    def cut(self, profile: Array, months: int) -> Array:
        """A profile of both paths up to a month."""
        half = len(profile) // 2
        return np.concatenate([profile[:months], profile[half : half + months]])
