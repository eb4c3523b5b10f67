"""Mergeable histograms: quantiles of more draws than fit into memory.

The first block of draws says where to look: its own order statistics around each wanted quantile become the edges of
bins, fine there and nowhere else. All further blocks are only counted, so that the parts of any division of the work
add up to the same counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.coverage.types import Array

Counts = NDArray[Any]  # whole numbers
WIDTH = (
    5.0  # standard errors of the first block's ranks: a wanted quantile lies outside once in 2 million cells
)
STEP = 1  # order statistics of the first block from edge to edge: a bin holds 1/4096 of the draws on average
SAME = 1e-10  # relative difference up to which draws are one and the same
LEAST = 4  # order statistics on either side of a wanted one, however small the first block


def _places(n: int, wanted: Sequence[float]) -> NDArray[np.int64]:
    """Ranks of the first block that become edges."""
    chosen = [np.array([0, n - 1])]
    for q in wanted:
        half = WIDTH * np.sqrt(q * (1.0 - q) * n) + LEAST
        low, high = max(0, int(q * n - half)), min(n - 1, int(q * n + half) + 1)
        chosen.append(np.arange(low, high + 1, STEP))
    return np.unique(np.concatenate(chosen))


def _edges(ordered: Array, places: NDArray[np.int64]) -> Array:
    """Edges of each row; equal ones enclose their value, so that a heap of draws lies between two edges.

    Draws that share their past differ by rounding from block to block, so equal means within `SAME`.
    """
    edges = ordered[:, places]
    same = np.diff(edges, axis=1) <= SAME * np.abs(edges[:, 1:])
    none = np.zeros((len(edges), 1), bool)
    before, after = np.concatenate([none, same], axis=1), np.concatenate([same, none], axis=1)
    room = 2.0 * SAME * np.abs(edges)
    low, high = np.nextafter(edges - room, -np.inf), edges + room
    placed = np.where(after & ~before, low, np.where(before & ~after, high, edges))
    result: Array = np.maximum.accumulate(placed, axis=1)
    return result


@dataclass(frozen=True)
class Histogram:
    """Bins of many rows.

    Attributes
    ----------
    edges
        Edges of the bins of each row, ascending, (R, E).
    """

    edges: Array

    @classmethod
    def around(cls, values: Array, wanted: Sequence[float]) -> Histogram:
        """Lay the bins by a first block of draws, (R, n)."""
        ordered = np.sort(values, axis=-1)
        return cls(_edges(ordered, _places(ordered.shape[-1], wanted)))

    def count(self, values: Array) -> Counts:
        """How many of some draws, (R, n), lie at or below each edge, (R, E)."""
        ordered = np.sort(values, axis=-1)
        below = np.empty(self.edges.shape, dtype=np.int32)
        for row in range(len(ordered)):
            below[row] = ordered[row].searchsorted(self.edges[row], side="right")
        result: Counts = below
        return result

    def quantiles(self, below: Counts, draws: int, wanted: Sequence[float]) -> Array:
        """Quantiles from the counts of all draws, (len(wanted), R); linear within a bin."""
        ranks = np.asarray(wanted) * (draws - 1) + 1.0  # of the order statistic, counted from one
        values = self.edges.copy()
        heap = np.diff(values, axis=1) <= 8.0 * SAME * np.abs(values[:, 1:]) + np.finfo(float).tiny
        values[:, :-1][heap] = self.edges[:, 1:][heap]  # the heap itself, not the edge just below it
        found = np.empty((len(ranks), len(values)))
        for row in range(len(values)):
            found[:, row] = np.interp(ranks, below[row], values[row])
        return found


@dataclass(frozen=True)
class Excess:
    """Bins over the whole range of one amount, with the sum in each: odds that an amount suffices, and by how much not.

    Attributes
    ----------
    edges
        Ascending, (E,).
    """

    edges: Array

    @classmethod
    def around(cls, cost: Array) -> Excess:
        """Lay the bins by the first block of draws, (n,)."""
        return cls(np.unique(cost))

    def tally(self, cost: Array) -> tuple[Counts, Array]:
        """Draws and their sum by bin, (E + 1,) each."""
        place = self.edges.searchsorted(cost, side="left")
        size = len(self.edges) + 1
        sums: Array = np.bincount(place, weights=cost, minlength=size).astype(np.float64)
        return np.bincount(place, minlength=size), sums

    def quantile(self, counts: Counts, wanted: Sequence[float]) -> Array:
        """Amounts that suffice with given odds."""
        below = np.cumsum(counts)[:-1]
        ranks = np.asarray(wanted) * (int(counts.sum()) - 1) + 1.0
        result: Array = np.interp(ranks, below, self.edges)
        return result

    def above(self, counts: Counts, sums: Array, amount: float) -> tuple[float, float]:
        """Share of draws at or below an amount, and the mean excess of those above; even within a bin."""
        place = int(self.edges.searchsorted(amount, side="left"))
        low = self.edges[place - 1] if place else amount
        high = self.edges[place] if place < len(self.edges) else amount
        part = (amount - low) / (high - low) if high > low else 1.0
        total = int(counts.sum())
        over = float(counts[place + 1 :].sum()) + (1.0 - part) * float(counts[place])
        sum_over = (
            float(sums[place + 1 :].sum()) + (1.0 - part) * float(counts[place]) * (amount + high) / 2.0
        )
        return (total - over) / total, (sum_over / over - amount) if over > 0 else 0.0
