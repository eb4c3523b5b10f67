"""From age groups to single ages, and the age pattern of migrants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bhxh_forecast.population.lifetable import Array

_PASSES = 6


def graduate(counts: Array, lower: Sequence[int], reference: Array) -> Array:
    """Spread counts by age group over single ages, with the fine shape of a reference population.

    The ratio of counts to the reference is taken per group, interpolated in logs between the middles of the
    groups, and corrected until the groups add up again. So neighbouring ages change smoothly against the
    reference, and its dents (a small birth cohort, for example) are kept.

    Parameters
    ----------
    counts
        Persons per group, (..., G); the last group is open.
    lower
        Lowest age of each group, (G,), starting at 0.
    reference
        Persons by single age, (..., A), all positive.

    Returns
    -------
    ndarray
        Persons by single age, (..., A), which add up to the counts.

    Examples
    --------
    >>> graduate(np.array([10.0, 10.0]), [0, 2], np.ones(4)).round(3)
    array([5., 5., 5., 5.])
    """
    ages = reference.shape[-1]
    edges = np.asarray(lower)
    if edges[0] != 0 or np.any(np.diff(edges) <= 0) or edges[-1] >= ages:
        raise ValueError("age groups must begin at 0, 1 after the other, within the ages of the reference")
    group = np.searchsorted(edges, np.arange(ages), side="right") - 1
    widths = np.diff(np.append(edges, edges[-1] + 5))
    middles = edges + (widths - 1) / 2.0
    people = reference.astype(float).copy()
    flat = people.reshape(-1, ages)
    wanted = np.broadcast_to(counts, (*people.shape[:-1], len(edges))).reshape(-1, len(edges))
    for row, target in zip(flat, wanted, strict=True):
        for _ in range(_PASSES):
            ratio = target / np.add.reduceat(row, edges)
            row *= np.exp(np.interp(np.arange(ages), middles, np.log(np.maximum(ratio, 1e-9))))
        row *= (target / np.add.reduceat(row, edges))[group]
    return people


def rogers_castro(parameters: Mapping[str, float], ages: int = 101) -> Array:
    """Shares of migrants by single age, summing to 1.

    Parameters
    ----------
    parameters
        ``a1 alpha1`` (children with their parents), ``a2 alpha2 mu2 lambda2`` (the peak of young workers and
        students), ``c`` (constant).
    ages
        Number of single ages.

    Returns
    -------
    ndarray
        (ages,)

    Notes
    -----
    Rogers and Castro (1981), Model Migration Schedules, IIASA RR-81-30, without the retirement peak.
    """
    x = np.arange(ages, dtype=float)
    p = parameters
    children = p["a1"] * np.exp(-p["alpha1"] * x)
    young = p["a2"] * np.exp(-p["alpha2"] * (x - p["mu2"]) - np.exp(-p["lambda2"] * (x - p["mu2"])))
    schedule = children + young + p["c"]
    shares: Array = schedule / schedule.sum()
    return shares
