"""Means and quantiles over draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.coverage.types import Array
from bhxh_forecast.results import over_blocks
from bhxh_forecast.results.ledger import current

SEVEN = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
THREE = (0.10, 0.50, 0.90)
RISK = (0.10, 0.50, 0.80, 0.90)
BLOCK = 4096  # partial sums are merged in blocks of this many draws, so that chunking cannot change a bit


def column(q: float) -> str:
    """Name of a quantile's column, ``p05`` for 0.05."""
    return f"p{round(100 * q):02d}"


def block_mean(values: Array) -> Array:
    """Mean over draws (last axis) from sums over fixed blocks merged in order."""
    ledger = current()
    if ledger is not None and ledger.of_draws(values):
        return over_blocks.block_mean(ledger, values)
    n = values.shape[-1]
    total = np.zeros(values.shape[:-1])
    for first in range(0, n, BLOCK):
        total += values[..., first : first + BLOCK].sum(axis=-1)
    mean: Array = total / n
    return mean


def quantiles(values: Array, wanted: Sequence[float]) -> Array:
    """Linear quantiles over the last axis (numpy's default definition), shape (len(wanted), ...).

    Examples
    --------
    >>> quantiles(np.array([[3.0, 1.0, 2.0, 4.0]]), [0.5])
    array([[2.5]])
    """
    ledger = current()
    if ledger is not None and ledger.of_draws(values):
        return over_blocks.quantiles(ledger, values, wanted)
    n = values.shape[-1]
    place = np.asarray(wanted) * (n - 1)
    low = np.floor(place).astype(int)
    high = np.minimum(low + 1, n - 1)
    chosen = np.sort(values, axis=-1)  # sorts with vector instructions beat selecting a few places
    part = place - low
    result = np.empty((len(place), *values.shape[:-1]))
    for k in range(len(place)):
        below, above = chosen[..., low[k]], chosen[..., high[k]]
        result[k] = below + (above - below) * part[k]
    return result


def odds(met: NDArray[np.bool_]) -> Array:
    """Share of draws (last axis) in which something holds."""
    ledger = current()
    if ledger is not None:
        return over_blocks.odds(ledger, met)
    share: Array = np.asarray(met.mean(axis=-1))
    return share


def lower_median(values: NDArray[np.int64], most: int) -> int:
    """The middle one of whole numbers from 0 to ``most``, the lower one of two, (n,)."""
    ledger = current()
    if ledger is not None:
        return over_blocks.lower_median(ledger, values, most)
    return int(np.sort(values)[(len(values) - 1) // 2])


def clustered_error(met: Array, ancestor: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
    """Standard error of a share of draws when draws share an ancestor in the conditioned sample.

    Parameters
    ----------
    met
        1 where the target is met, (n,).
    ancestor
        Index of the candidate from which each draw descends, (n,).
    """
    ledger = current()
    if ledger is not None:
        return over_blocks.clustered_error(ledger, met, ancestor)
    away = met - met.mean()
    by_cluster = np.bincount(ancestor, weights=away)
    plain = float((away**2).sum())
    return float(np.sqrt(max(plain, float((by_cluster**2).sum()))) / len(met))


def stacked(
    keys: Sequence[Mapping[str, object]], columns: Sequence[Mapping[str, NDArray[Any]]]
) -> dict[str, NDArray[Any]]:
    """Columns of one long table from parts: each part's keys repeated, its columns one after the other.

    Many small frames put together cost more than the numbers in them.
    """
    lengths = [len(next(iter(part.values()))) for part in columns]
    result = {
        name: np.repeat(np.array([key[name] for key in keys], dtype=object), lengths) for name in keys[0]
    }
    return result | {name: np.concatenate([part[name] for part in columns]) for name in columns[0]}
