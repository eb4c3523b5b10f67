"""The years of many draws as compiled code: a draw stays in the first-level cache while its year is worked out.

Imported only where there is enough to do and numba is there (`draws.compiled_years`). Every operation is done in the
order of the plain numpy step in `draws`, so that both give the same bits; sums over ages follow numpy's pairwise order
for up to 128 terms, which is eight partial sums.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from bhxh_forecast.population.lifetable import WEST, WEST_LIMIT, Array

MOST_AGES = 128
LEAST_AGES = 4
_MEN, _WOMEN = WEST["male"], WEST["female"]


@njit(nogil=True, error_model="numpy", cache=True)
def pairwise(x: Array) -> float:
    """Sum in the order of numpy."""
    total = 0.0
    n = x.size
    whole = n - n % 8
    if whole:
        a, b, c, d, e, f, g, h = x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]
        for i in range(8, whole, 8):
            a += x[i]
            b += x[i + 1]
            c += x[i + 2]
            d += x[i + 3]
            e += x[i + 4]
            f += x[i + 5]
            g += x[i + 6]
            h += x[i + 7]
        total = ((a + b) + (c + d)) + ((e + f) + (g + h))
    for i in range(whole, n):
        total += x[i]
    return total


@njit(nogil=True, error_model="numpy", cache=True)
def first_year(death: float, sex: int) -> float:
    """Years lived at age 0 by those who die in it, by the Coale-Demeny West rule."""
    rule = _MEN if sex == 0 else _WOMEN
    return rule[2] if death >= WEST_LIMIT else rule[0] + rule[1] * death


@njit(nogil=True, error_model="numpy", cache=True, inline="always")
def survive(x: Array, y: Array, mx: Array, half: Array, hazard: float, sex: int) -> None:
    """Age one sex of a draw by a year: x -> y, none at age 0."""
    ages = x.size
    for a in range(1, ages - 2):
        y[a + 1] = x[a] * ((1.0 - hazard * half[a]) / (1.0 + hazard * half[a + 1]))
    infant = hazard * mx[0]
    y[1] = x[0] * ((1.0 - first_year(infant, sex) * infant) / (1.0 + hazard * half[1]))
    over = 1.0 - hazard * half[ages - 2]
    last = over / (over + hazard * mx[ages - 1])
    y[ages - 1] = x[ages - 2] * last
    y[ages - 1] += x[ages - 1] * last


@njit(nogil=True, error_model="numpy", cache=True, inline="always")
def settle(y: Array, count: float, pattern: Array, net: float) -> float:
    """Add the year's migrants of one sex; returns how many moved."""
    below = 0
    for a in range(y.size):
        y[a] += count * pattern[a]
        below += y[a] < 0.0
    moved = count * net
    if below:  # rare: more would leave than there are
        moved -= pairwise(np.minimum(y, 0.0))
        for a in range(y.size):
            y[a] = max(y[a], 0.0)
    return moved


@njit(nogil=True, error_model="numpy", cache=True)
def years_of_draws(
    stock: Array,
    mx: Array,
    half: Array,
    asfr: Array,
    fertile: tuple[int, int],
    srb: Array,
    hazard: Array,
    level: Array,
    arrivals: Array,
    known: Array,
    pattern: Array,
    net: Array,
    births: Array,
    moved: Array,
) -> None:
    """Fill stocks (Y + 1, n, 2, A), births and moved (Y, n, 2) from the first stock.

    `hazard`, `level` and `arrivals` are (Y, n); `known` too, or of no years; the rates as in `draws.project_draws`;
    `net` (Y, 2) is the pattern's sum over ages.
    """
    years, n = hazard.shape
    low, high = fertile
    work = np.empty(high - low)
    for t in range(years):
        for i in range(n):
            for s in range(2):
                survive(stock[t, i, s], stock[t + 1, i, s], mx[t, s], half[t, s], hazard[t, i], s)
            x, y = stock[t, i, 1], stock[t + 1, i, 1]
            for a in range(low, high):
                work[a - low] = (x[a] + y[a]) * asfr[t, a]
            born = pairwise(work) * (0.5 * level[t, i])
            births[t, i, 1] = born / (1.0 + srb[t])
            births[t, i, 0] = born - births[t, i, 1]
            for s in range(2):
                infant = hazard[t, i] * mx[t, s, 0]
                lived = 1.0 / (1.0 + (1.0 - first_year(infant, s)) * infant)
                stock[t + 1, i, s, 0] = births[t, i, s] * lived
            count = arrivals[t, i]
            if known.shape[0] and not np.isnan(known[t, i]):
                alive = pairwise(stock[t + 1, i, 0]) + pairwise(stock[t + 1, i, 1])
                count = known[t, i] - alive
            for s in range(2):
                moved[t, i, s] = settle(stock[t + 1, i, s], count, pattern[t, s], net[t, s])
