"""People of one sex on 1 Januaries, split where the retirement line passes: every stock is read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.population.retirement import ADULT

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Parts:
    """One sex on 1 Januaries: sums over the ages outside the band, and the ages inside it.

    Attributes
    ----------
    band
        Ages inside.
    inside
        People of these ages, (Y + 1, ages, n).
    younger, older
        People from 15 to the band and above it, (Y + 1, n).
    force
        The same of the labour force, by definition.
    """

    band: slice
    inside: Array
    younger: Array
    older: Array
    force: dict[str, tuple[Array, Array]]

    @classmethod
    def of(cls, stock: Array, band: slice, rates: Mapping[str, Array]) -> Parts:
        """Read 1 January stocks of one sex, (Y + 1, n, A), once; ``rates`` (A,) of participation by definition."""
        ages = np.arange(stock.shape[-1])
        outside = [(ages >= ADULT) & (ages < band.start), ages >= band.stop]
        rows = [w * where for w in (np.ones(len(ages)), *rates.values()) for where in outside]
        sums = iter(np.moveaxis(stock @ np.stack(rows, axis=1), -1, 0))
        found = [
            (np.ascontiguousarray(below), np.ascontiguousarray(above))
            for below, above in zip(sums, sums, strict=True)
        ]
        inside = np.ascontiguousarray(stock[..., band].swapaxes(1, 2))
        return cls(band, inside, *found[0], dict(zip(rates, found[1:], strict=True)))

    def pair(self, year: int) -> Parts:
        """The 1 January of a year and the next."""
        two = slice(year, year + 2)
        force = {name: (below[two], above[two]) for name, (below, above) in self.force.items()}
        return Parts(self.band, self.inside[two], self.younger[two], self.older[two], force)

    def columns(self, weights: Array, younger: Array, older: Array) -> Array:
        """Sums of everyone of 15 and over, then of those of at least each whole age, (2, 1 + K, n).

        ``weights`` (1 + K, ages of the band) by column; ``younger`` and ``older`` are what lies outside the band.
        """
        sums: Array = weights @ self.inside
        sums += older[:, None]
        sums[:, 0] += younger
        return sums
