"""A run of months and what the cost formulas read in it; money on a grid on which sums are exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bhxh_forecast.coverage.types import Array, CoverageBlock, Drivers

GRID = 1024.0  # amounts are whole multiples of 1/1024 đồng: sums below 8.8e12 đồng are exact in any order


def on_grid(amount: Array) -> Array:
    """Round amounts to 1/1024 đồng in place, so that months, sources and programmes add up exactly.

    Examples
    --------
    >>> float(on_grid(np.array([0.1]))[0] * 1024)
    102.0
    """
    amount *= GRID
    np.rint(amount, out=amount)
    amount *= 1.0 / GRID
    return amount


def local_ids(name: str, ids: Mapping[str, Array]) -> list[str]:
    """Return the id equal to a name or, where there is none, those behind the prefix of a place, sorted.

    Examples
    --------
    >>> local_ids("sp.city_topup", {"xx.sp.city_topup": np.ones(1), "sp.age": np.ones(1)})
    ['xx.sp.city_topup']
    """
    return [name] if name in ids else sorted(key for key in ids if key.endswith(f".{name}"))


def law_path(drivers: Drivers, name: str) -> Array:
    """Return a numeric provision by month, (T,), NaN where it is not in force.

    Raises
    ------
    KeyError
        When no provision has this id, or more than one place has it.
    """
    found = local_ids(name, drivers.law)
    if name in found:
        return drivers.law[name]
    if len(found) != 1:
        raise KeyError(f"provision {name}: found {found or 'none'}; one is needed")
    return drivers.law[found[0]]


@dataclass(frozen=True)
class Window:
    """The months ``start`` to ``stop`` (exclusive) of a block of draws.

    Amounts computed in a window have shape (months, n); a calendar year stays in the processor's cache.
    """

    start: int
    stop: int
    coverage: CoverageBlock
    drivers: Drivers
    params: Mapping[str, Array]

    @property
    def months(self) -> slice:
        """The months as a slice of the first axis."""
        return slice(self.start, self.stop)

    @property
    def index(self) -> Array:
        """The months counted from the first of the run, (months, 1)."""
        return np.arange(self.start, self.stop, dtype=np.float64)[:, None]

    def zeros(self) -> Array:
        """A fresh array of nothing, (months, n)."""
        return np.zeros((self.stop - self.start, self.coverage.members.shape[-1]))

    def law(self, name: str) -> Array:
        """A provision in these months, 0 where it is not in force, (months, 1)."""
        return np.nan_to_num(law_path(self.drivers, name)[self.months])[:, None]

    def change(self, lever: str) -> Array:
        """A lever over its baseline, (months, 1)."""
        return self.drivers.change(lever)[self.months, None]

    def product_change(self, first: str, second: str) -> Array:
        """The product of two levers over that of their baselines, (months, 1)."""
        now, base = (paths[first] * paths[second] for paths in (self.drivers.levers, self.drivers.baseline))
        return (now - base)[self.months, None]

    def before(self, stock: Array) -> Array:
        """A stock one month earlier, (months, n); the first month of the run stands for its own past."""
        return stock[np.maximum(np.arange(self.start - 1, self.stop - 1), 0)]
