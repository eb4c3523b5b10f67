"""Shapley's weights: what a part adds, averaged over the orders in which the parts could be put in."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np

from bhxh_forecast.coverage.types import Array


def shapley(count: int) -> Array:
    """Weights of all combinations in each part's contribution, (count, 2^count), combinations as in ``subsets``."""
    every = [frozenset(c) for size in range(count + 1) for c in combinations(range(count), size)]
    weights = np.zeros((count, len(every)))
    for k, subset in enumerate(every):
        for part in range(count):
            size = len(subset - {part})
            share = factorial(size) * factorial(count - size - 1) / factorial(count)
            weights[part, k] = share if part in subset else -share
    return weights


def subsets(parts: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Every combination of parts, the empty one first, the whole last."""
    names = list(parts)
    return [chosen for size in range(len(names) + 1) for chosen in combinations(names, size)]
