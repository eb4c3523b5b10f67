"""Means and quantiles over draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.coverage.types import Array

SEVEN = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
THREE = (0.10, 0.50, 0.90)
RISK = (0.10, 0.50, 0.80, 0.90)
BLOCK = 4096  # partial sums are merged in blocks of this many draws, so that chunking cannot change a bit


def column(q: float) -> str:
    """Name of a quantile's column, ``p05`` for 0.05."""
    return f"p{round(100 * q):02d}"


def block_mean(values: Array) -> Array:
    """Mean over draws (last axis) from sums over fixed blocks merged in order."""
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


def clustered_error(met: Array, ancestor: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
    """Standard error of a share of draws when draws share an ancestor in the conditioned sample.

    Parameters
    ----------
    met
        1 where the target is met, (n,).
    ancestor
        Index of the candidate from which each draw descends, (n,).
    """
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
