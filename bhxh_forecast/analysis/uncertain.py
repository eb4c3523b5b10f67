"""What is uncertain in a projection, and how much of it is known by the as-of date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bhxh_forecast.coverage.types import Array
from bhxh_forecast.results.projection import Projection

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOW = "now:"  # prefix of counts at the as-of date: what the figures leave open of where a series stands today
STANDING = ("csi_participants", "vsi_participants", "ui_participants", "pension_monthly_beneficiaries")


def uncertain(run: Projection) -> tuple[list[str], Array]:
    """What is sampled and varies, and where the counts stand at the as-of date: names and draws, (P, n)."""
    params, priors = run.inner.params, run.inputs.priors
    names = [n for n in sorted(params) if n in priors and priors[n].sampled and np.ptp(params[n]) > 0.0]
    now = [run.inner.counts[series][run.inner.line.as_of_index] for series in STANDING]
    return [*names, *(NOW + series for series in STANDING)], np.stack(
        [*(params[name] for name in names), *now]
    )


def known_part(shares: Array, ancestor: NDArray[np.int64]) -> tuple[Array, Array, int]:
    """Share of variance known by the as-of date, outputs with later noise averaged away, and how many draws these are.

    Draws of the second half that repeat the parameters and the history of the first differ in later noise alone: the
    covariance of both halves is the variance of what is known. Otherwise nothing can be told apart.
    """
    n = shares.shape[1]
    half = n // 2
    if n % 2 or not np.array_equal(ancestor[:half], ancestor[half:]):
        return np.ones(len(shares)), shares, n
    first, second = shares[:, :half], shares[:, half:]
    both = ((first - first.mean(axis=1, keepdims=True)) * (second - second.mean(axis=1, keepdims=True))).mean(
        axis=1
    )
    return np.clip(both / np.var(shares, axis=1), 0.0, 1.0), (first + second) / 2.0, half
