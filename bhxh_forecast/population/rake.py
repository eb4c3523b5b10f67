"""Iterative proportional fitting: cells scaled until they add up to known totals, shape kept otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.errors import InputError
from bhxh_forecast.population.lifetable import Array

_ROUNDS = 500
_TOLERANCE = 1e-9
_APART = 0.02  # totals of two complete margins may differ by so much; the later one is scaled to the first


@dataclass(frozen=True)
class Margin:
    """Known totals of groups of cells that do not overlap.

    Attributes
    ----------
    name
        How messages call it.
    labels
        Number of the group of each cell, -1 where no total is known; the shape of the cells.
    targets
        Known totals by group, (K,).
    """

    name: str
    labels: NDArray[np.int64]
    targets: Array


@dataclass(frozen=True)
class Raked:
    """Cells that meet the margins.

    Attributes
    ----------
    values
        Fitted cells.
    rounds
        Rounds that were needed.
    error
        Largest relative error of a total that is left.
    scaled
        By how much the targets of a margin were multiplied so that its sum agrees with the first complete one.
    """

    values: Array
    rounds: int
    error: float
    scaled: dict[str, float]


def rake(seed: Array, margins: Sequence[Margin]) -> Raked:
    """Scale cells by groups in turn until every known total is met (Deming and Stephan 1940).

    Parameters
    ----------
    seed
        Cells of any shape, zero or more; a zero stays zero.
    margins
        Known totals. Ratios between cells that share all their groups stay as in the seed.

    Raises
    ------
    InputError
        If a total is negative or not a number, falls on empty cells, if two complete margins differ by over 2%, or
        if the totals contradict each other.

    Examples
    --------
    >>> rows = Margin("rows", np.array([[0, 0], [1, 1]]), np.array([10.0, 30.0]))
    >>> columns = Margin("columns", np.array([[0, 1], [0, 1]]), np.array([16.0, 24.0]))
    >>> rake(np.ones((2, 2)), [rows, columns]).values
    array([[ 4.,  6.],
           [12., 18.]])
    """
    targets, scaled = _agreed(seed, margins)
    values = seed.astype(float).copy()
    error = np.inf
    for done in range(1, _ROUNDS + 1):
        for margin, target in zip(margins, targets, strict=True):
            sums = _sums(values, margin, len(target))
            factor = np.append(np.divide(target, sums, out=np.ones_like(target), where=sums > 0), 1.0)
            values *= factor[margin.labels]
        error = max((_error(values, m, t) for m, t in zip(margins, targets, strict=True)), default=0.0)
        if error < _TOLERANCE:
            return Raked(values, done, error, scaled)
    worst = max(zip(margins, targets, strict=True), key=lambda mt: _error(values, *mt))[0].name
    raise InputError.of(
        "",
        f"margins.{worst}",
        f"totals that contradict the others (off by {error:.2%})",
        "totals that can hold together",
    )


def _sums(values: Array, margin: Margin, groups: int) -> Array:
    """Sum of each group."""
    known = margin.labels >= 0
    sums: Array = np.bincount(margin.labels[known], weights=values[known], minlength=groups).astype(float)
    return sums


def _error(values: Array, margin: Margin, target: Array) -> float:
    """Largest relative error of a margin's totals."""
    gaps = np.abs(_sums(values, margin, len(target)) - target)
    return float((gaps / np.maximum(target, 1e-9)).max(initial=0.0))


def _agreed(seed: Array, margins: Sequence[Margin]) -> tuple[list[Array], dict[str, float]]:
    """Targets of the margins, those that cover every cell brought to the sum of the first of them."""
    targets, scaled = [], {}
    first: tuple[str, float] | None = None
    for margin in margins:
        target = margin.targets.astype(float)
        if not np.all(np.isfinite(target)) or target.min(initial=0.0) < 0:
            raise InputError.of(
                "", f"margins.{margin.name}", "a negative or missing total", "totals, zero or more"
            )
        empty = (_sums(seed, margin, len(target)) <= 0) & (target > 0)
        if empty.any():
            found = f"a total of {target[empty][0]:g} for cells without people"
            raise InputError.of("", f"margins.{margin.name}", found, "people in the shape, or a total of 0")
        if np.all(margin.labels >= 0):
            total = float(target.sum())
            if first is None:
                first = (margin.name, total)
            elif abs(total / first[1] - 1.0) > _APART:
                found = f"a sum of {total:,.0f} against {first[1]:,.0f} of {first[0]}"
                raise InputError.of(
                    "", f"margins.{margin.name}", found, f"sums within {_APART:.0%} of each other"
                )
            elif total != first[1]:
                scaled[margin.name] = first[1] / total
                target = target * scaled[margin.name]
        targets.append(target)
    return targets, scaled
