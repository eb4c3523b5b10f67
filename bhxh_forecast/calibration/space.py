"""Parameters as independent standard normals: the prior becomes N(0, I), whatever its distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bhxh_forecast.coverage.types import Array
from bhxh_forecast.inputs.priors import Prior

RAREST = 0.03  # no switch is proposed less often than this, nor more often than the rest
TINY = 1e-12
UNIFORM = "uniform:"  # prefix of coordinates that are a uniform number, not a prior of the table


@dataclass(frozen=True)
class Space:
    """Coordinates of the parameters that figures can move; all others stay at their prior mean.

    Attributes
    ----------
    priors
        All priors by id.
    names
        Ids of the coordinates, ``uniform:...`` for plain uniforms, which come last.
    switch
        Id of the probability below which a plain uniform switches something on (a December peak).
    """

    priors: Mapping[str, Prior]
    names: Sequence[str]
    switch: str = "peak_probability"

    @property
    def smooth(self) -> int:
        """Number of coordinates that are no plain uniforms."""
        return sum(not name.startswith(UNIFORM) for name in self.names)

    def threshold(self, z: Array) -> Array:
        """Probability of the switches, (n,), kept off 0 and 1."""
        from scipy.special import ndtr

        u = np.asarray(ndtr(z[list(self.names).index(self.switch)]), dtype=np.float64)
        return np.clip(self.priors[self.switch].sample(u), 1e-6, 1.0 - 1e-6)

    def on(self, z: Array) -> Array:
        """Which switches are on, (k, n)."""
        from scipy.special import ndtr

        return np.asarray(ndtr(z[self.smooth :]) < self.threshold(z), dtype=np.float64)

    @property
    def size(self) -> int:
        """Number of coordinates."""
        return len(self.names)

    def values(self, z: Array) -> dict[str, Array]:
        """Values of the coordinates, (n,) each, from z (d, n)."""
        from scipy.special import ndtr

        found = {}
        for name, row in zip(self.names, z, strict=True):
            u = np.asarray(ndtr(row), dtype=np.float64)
            found[name] = u if name.startswith(UNIFORM) else self.priors[name].sample(u)
        return found

    def params(self, z: Array) -> dict[str, Array]:
        """Every parameter, (n,) each."""
        n = z.shape[1]
        fixed = {name: np.full(n, prior.mean()) for name, prior in self.priors.items()}
        return fixed | {k: v for k, v in self.values(z).items() if not k.startswith(UNIFORM)}


def log_normal(z: Array) -> Array:
    """Log density of N(0, I) up to its constant, (d, n) -> (n,)."""
    result: Array = -0.5 * (z**2).sum(axis=0)
    return result


@dataclass(frozen=True)
class Mixture:
    """A wide Gaussian around what was learnt, and the prior with a small share so that no tail is missed.

    Switches have no Gaussian: each is on with a learnt probability, its uniform is flat on either side.

    Attributes
    ----------
    space
        Coordinates.
    mean, root
        Centre (s,) and lower triangular root of the covariance (s, s) of the smooth coordinates.
    rate
        Probability that each switch is on, (k,); None: that of the draw itself.
    share
        Weight of the prior.
    """

    space: Space
    mean: Array
    root: Array
    rate: Array | None
    share: float

    @classmethod
    def prior(cls, space: Space) -> Mixture:
        """The prior itself."""
        return cls(space, np.zeros(space.smooth), np.eye(space.smooth), None, 0.0)

    @classmethod
    def learnt(
        cls, space: Space, z: Array, weight: Array, inflate: float = 1.25, share: float = 0.1
    ) -> Mixture:
        """Moments of a weighted sample (d, n), correlations shrunk by a tenth."""
        w = weight / weight.sum()
        smooth = z[: space.smooth]
        mean = smooth @ w
        away = smooth - mean[:, None]
        cov = (away * w) @ away.T
        cov = 0.9 * cov + 0.1 * np.diag(np.diag(cov)) + 1e-3 * np.eye(len(mean))
        switched = space.size > space.smooth
        rate = np.clip(space.on(z) @ w, RAREST, 1.0 - RAREST) if switched else None
        return cls(space, mean, np.asarray(np.linalg.cholesky(inflate * cov), dtype=np.float64), rate, share)

    def draw(self, normals: Array, uniforms: Array) -> Array:
        """Draws (d, n) from standard normals (d, n) and uniforms (1 + k, n)."""
        from scipy.special import ndtr, ndtri

        smooth = self.space.smooth
        z = normals.copy()
        z[:smooth] = np.where(
            uniforms[0] < self.share, normals[:smooth], self.mean[:, None] + self.root @ normals[:smooth]
        )
        if self.rate is not None and self.space.size > smooth:
            edge, u = self.space.threshold(z), ndtr(normals[smooth:])
            on = uniforms[1:] < self.rate[:, None]
            place = np.where(on, u * edge, edge + u * (1.0 - edge))
            z[smooth:] = ndtri(np.clip(place, TINY, 1.0 - TINY))
        return z

    def log_density(self, z: Array) -> Array:
        """Log density up to the constant of N(0, I), (n,)."""
        from scipy.linalg import solve_triangular

        smooth = self.space.smooth
        scaled = solve_triangular(self.root, z[:smooth] - self.mean[:, None], lower=True)
        inside = log_normal(np.asarray(scaled)) - np.log(np.diag(self.root)).sum()
        if self.share > 0.0:
            inside = np.logaddexp(np.log(self.share) + log_normal(z[:smooth]), np.log1p(-self.share) + inside)
        result: Array = inside + log_normal(z[smooth:])
        if self.rate is not None:
            edge, on, rate = self.space.threshold(z), self.space.on(z) > 0, self.rate[:, None]
            result += np.where(on, np.log(rate / edge), np.log((1.0 - rate) / (1.0 - edge))).sum(axis=0)
        return result
