"""The summaries of `quantiles` over blocks of draws: what each notes of a block, and how it answers for all of them.

While blocks are being counted the answers are zeros of the right shape; nobody may look at them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.coverage.types import Array
from bhxh_forecast.results.ledger import Ledger
from bhxh_forecast.results.sketch import Excess, Histogram


def block_mean(ledger: Ledger, values: Array) -> Array:
    """Mean over draws: sums of blocks, added in their order."""
    ledger.call(f"mean {values.shape[:-1]}")
    return ledger.summed(lambda: values.sum(axis=-1)) / ledger.total


def quantiles(ledger: Ledger, values: Array, wanted: Sequence[float]) -> Array:
    """Quantiles from the histograms of all blocks, (len(wanted), ...)."""
    flat = values.reshape(-1, values.shape[-1])
    bins: Histogram = ledger.call(
        f"quantiles {values.shape[:-1]} {tuple(wanted)}", lambda: Histogram.around(flat, wanted)
    )
    below = ledger.counted(lambda: bins.count(flat))
    shape = (len(wanted), *values.shape[:-1])
    if not ledger.answers:
        return np.zeros(shape)
    return bins.quantiles(below, ledger.total, wanted).reshape(shape)


def odds(ledger: Ledger, met: NDArray[np.bool_]) -> Array:
    """Share of draws in which something holds, over the last axis."""
    ledger.call(f"odds {met.shape[:-1]}")
    found: Array = ledger.counted(lambda: np.asarray(np.count_nonzero(met, axis=-1), np.int64)) / ledger.total
    return found


def lower_median(ledger: Ledger, values: NDArray[np.int64], most: int) -> int:
    """The middle one of whole numbers from 0 to ``most``, the lower of two, (n,)."""
    ledger.call("lower median")
    counts = ledger.counted(lambda: np.bincount(values, minlength=most + 1))
    return int(np.searchsorted(np.cumsum(counts), (ledger.total - 1) // 2, side="right"))


def clustered_error(ledger: Ledger, met: Array, ancestor: NDArray[np.int64]) -> float:
    """Standard error of a share when draws share an ancestor; every block has the same draws of the past."""
    family: NDArray[np.int64] = ledger.call("clustered error", ancestor.copy)
    held = ledger.counted(lambda: _padded(met, len(family)).astype(np.int64))
    draws = ledger.counted(lambda: _padded(np.ones(len(met)), len(family)).astype(np.int64))
    if not ledger.answers:
        return 0.0
    total, share = ledger.total, float(held.sum()) / ledger.total
    by_cluster = np.bincount(family, weights=held - draws * share)
    plain = total * share * (1.0 - share)
    return float(np.sqrt(max(plain, float((by_cluster**2).sum()))) / total)


def halves(ledger: Ledger, values: Array) -> NDArray[np.bool_] | None:
    """Draws in which an assumption is above its median in the first block; later blocks repeat its draws."""

    def split() -> NDArray[np.bool_] | None:
        high = values > np.median(values)
        return high if high.any() and not high.all() else None

    high: NDArray[np.bool_] | None = ledger.call("halves", split)
    return None if high is None else high[: len(values)]


def difference(
    ledger: Ledger, ok: Array, high: NDArray[np.bool_], ancestor: NDArray[np.int64]
) -> tuple[float, float]:
    """Mean of an outcome where an assumption is high less where it is low, and its standard error over ancestors."""
    upper, family = ledger.call("difference", lambda: (high.copy(), ancestor.copy()))
    sums = ledger.shared(ok, lambda: _padded(ok, len(family)))
    full, rest = divmod(ledger.total, len(family))
    draws = np.full(len(family), float(full)) + (np.arange(len(family)) < rest)
    if not ledger.answers:
        return 0.0, 0.0
    above, below = (float(sums[side].sum() / draws[side].sum()) for side in (upper, ~upper))
    part = np.where(
        upper,
        (sums - draws * above) / draws[upper].sum(),
        -(sums - draws * below) / draws[~upper].sum(),
    )
    by_cluster = np.bincount(family, weights=part)
    return above - below, float(np.sqrt((by_cluster**2).sum()))


def sufficiency(
    ledger: Ledger, cost: Array, mean: float, ratios: Sequence[float], levels: Sequence[float]
) -> list[tuple[float, float, float]]:
    """Amount, odds that it suffices and mean excess otherwise: for ratios of the mean, then for odds."""
    bins: Excess = ledger.call("sufficiency", lambda: Excess.around(cost))
    made = bins.tally(cost) if not ledger.answers else None
    counts = ledger.counted(lambda: made[0] if made else np.zeros(0, np.int64))
    sums = ledger.summed(lambda: made[1] if made else np.zeros(0))
    if not ledger.answers:
        return [(0.0, 0.0, 0.0)] * (len(ratios) + len(levels))
    amounts = [mean * ratio for ratio in ratios] + [float(v) for v in bins.quantile(counts, levels)]
    return [(amount, *bins.above(counts, sums, amount)) for amount in amounts]


def added(ledger: Ledger, sums: Mapping[str, Array]) -> dict[str, Array]:
    """Sums of a block by name; at the end those of all draws."""
    ledger.call(f"added {sorted(sums)}")
    return {name: ledger.summed(array.copy) for name, array in sums.items()}


def _padded(values: Array, size: int) -> Array:
    """A value for each draw of the first block; a shorter last block has none for the rest."""
    result = np.zeros(size)
    result[: len(values)] = values
    return result
