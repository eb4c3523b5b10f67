"""Draws in one place, and how far they are from the figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.calibration.figures import Figure
from bhxh_forecast.coverage.types import Array, Pools

Index = NDArray[np.int64]
LEAST = -1e9  # log likelihood where the model gives no number


@dataclass
class State:
    """Draws in one place: their coordinates, what later stages read, and how far they are from the figures.

    Attributes
    ----------
    z
        Coordinates, (d, n).
    pools
        Pools by month.
    employees
        Compulsory participants by month, (T, n).
    gaps
        By stage: figure less model, in logs and standard errors, (K, n).
    """

    z: Array
    pools: Pools
    employees: Array
    gaps: dict[str, Array]

    @property
    def log(self) -> Array:
        """Log likelihood up to a constant, (n,)."""
        found = -0.5 * sum((gap**2).sum(axis=0) for gap in self.gaps.values())
        return np.where(np.isfinite(found), found, LEAST)


def gap(found: list[Figure], values: Array) -> Array:
    """Figures less the model's log values (K, n), in standard errors."""
    target, sd = (np.array([getattr(f, name) for f in found])[:, None] for name in ("log_value", "sd"))
    result: Array = (target - values) / sd
    return result


def some(state: State, rows: Index) -> State:
    """Some of the draws."""
    pools = Pools(**{name: path[..., rows] for name, path in vars(state.pools).items()})
    gaps = {name: value[:, rows] for name, value in state.gaps.items()}
    return State(state.z[:, rows], pools, state.employees[:, rows], gaps)


def either(state: State, new: State, taken: NDArray[np.bool_]) -> State:
    """The new draws where they are taken; what is one and the same in both is not copied."""

    def chosen(one: Array, other: Array) -> Array:
        return one if other is one else np.where(taken, other, one)

    pools = Pools(**{k: chosen(path, getattr(new.pools, k)) for k, path in vars(state.pools).items()})
    gaps = {name: chosen(value, new.gaps[name]) for name, value in state.gaps.items()}
    return State(chosen(state.z, new.z), pools, chosen(state.employees, new.employees), gaps)
