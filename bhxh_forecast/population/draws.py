"""Cohort-component projection of many draws at once: the same account as `engine.project`, vectorised.

Draws differ in the base, in the level of mortality and fertility and in the number of migrants of each
year; the shapes by age are shared. With half a year lived by those who die at ages from 1 on, a
survivorship ratio is

    L(x+1)/L(x) = (1 - m(x)/2) / (1 + m(x+1)/2),

so that a multiplier of the death rates m costs no life table per draw. Memory is year-major, so that every
step of a year works on one solid block; some draws at a time stay in the processor's cache through all the
years.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bhxh_forecast.population.lifetable import SEXES, Array, a0_coale_demeny_west

_TILE = 256  # draws whose working arrays (0.4 MB each) stay in cache
_MOST = 1.9  # deaths per person-year: a rate of 2 would kill a whole cohort within its year


@dataclass(frozen=True)
class DrawsResult:
    """Projection of n draws over Y years.

    Attributes
    ----------
    stock
        Persons on 1 January, (n, Y + 1, 2, A); memory is year-major.
    births, deaths, migration
        Persons in each calendar year by sex, (n, Y, 2).
    """

    stock: Array
    births: Array
    deaths: Array
    migration: Array


def project_draws(
    base: Array,
    mx: Array,
    asfr: Array,
    srb: Array,
    *,
    mortality: Array | None = None,
    fertility: Array | None = None,
    migration: Array | None = None,
    pattern: Array | None = None,
    totals: Array | None = None,
    out: Array | None = None,
) -> DrawsResult:
    """Project n draws that share the shape of their rates.

    Parameters
    ----------
    base
        Persons on the first 1 January, (n, 2, A), male first.
    mx
        Deaths per person-year, (Y, 2, A).
    asfr
        Births per woman and year, (Y, A).
    srb
        Boys per girl at birth, (Y,).
    mortality
        Multiplier of the death rates, (n, Y); 1 if None. No rate is taken above 1.9.
    fertility
        Multiplier of the fertility rates, (n, Y); 1 if None.
    migration
        Net arrivals in the year, persons, (n, Y); none if None.
    pattern
        Their shares by sex and age at the end of the year, (Y, 2, A), summing to 1 each year.
    totals
        Known population at the end of the year, persons, (n, Y); where it is not NaN, net migration is what
        births and deaths leave unexplained, and `migration` of that year is not used.
    out
        Memory for the stocks, (Y + 1, n, 2, A), to save fetching new memory for every block.

    Returns
    -------
    DrawsResult
        Draw i equals `engine.project` with rates times its multipliers, to rounding.

    Notes
    -----
    Where more people would leave than there are, the group falls to zero, and `migration` tells what took
    place.
    """
    n, sexes, ages = base.shape
    years = len(mx)
    stock = np.empty((years + 1, n, sexes, ages)) if out is None else out
    births, deaths, moved = (np.empty((years, n, sexes)) for _ in range(3))
    stock[0] = base
    hazard = np.ones((n, years)) if mortality is None else bounded(mortality, mx)
    level = np.ones((n, years)) if fertility is None else fertility
    arrivals = _arrivals(n, years, migration, totals)
    for lo in range(0, n, _TILE):
        tile = slice(lo, min(lo + _TILE, n))
        work = np.empty((2, tile.stop - lo, sexes, ages))
        people = stock[0, tile].sum(axis=-1)
        for y in range(years):
            now, following = stock[y, tile], stock[y + 1, tile]
            infant = _survive(now, following, work, mx[y], hazard[tile, y])
            born = np.einsum("na,a->n", now[:, 1], asfr[y]) + np.einsum("na,a->n", following[:, 1], asfr[y])
            born *= 0.5 * level[tile, y]
            births[y, tile, 1] = born / (1.0 + srb[y])
            births[y, tile, 0] = born - births[y, tile, 1]
            following[..., 0] = births[y, tile] * infant
            alive = following.sum(axis=-1)
            deaths[y, tile] = people + births[y, tile] - alive
            moved[y, tile] = 0.0
            if arrivals is not None and pattern is not None:
                count = _count(arrivals[tile, y], totals, alive, tile, y)
                moved[y, tile] = _migrate(following, work[0], count, pattern[y])
            people = alive + moved[y, tile]
    front = (1, 0, 2)
    return DrawsResult(
        np.moveaxis(stock, 0, 1), births.transpose(front), deaths.transpose(front), moved.transpose(front)
    )


def bounded(mortality: Array, mx: Array) -> Array:
    """Multipliers (n, Y) limited so that no death rate of (Y, 2, A) passes 1.9."""
    most: Array = np.minimum(mortality, _MOST / mx[..., :-1].max(axis=(1, 2)))
    return most


def _survive(now: Array, following: Array, work: Array, mx: Array, hazard: Array) -> Array:
    """Age a tile of draws by a year, in place, and return the survivorship of the newborn.

    Parameters
    ----------
    now, following
        (m, 2, A); `following` gets the survivors by age at the end, none at age 0.
    work
        (2, m, 2, A) of memory.
    mx
        Death rates of the year, (2, A).
    hazard
        Their multiplier per draw, (m,).

    Returns
    -------
    ndarray
        (m, 2): L(0) of one newborn.
    """
    over, under = work[0], work[1]
    first = hazard[:, None] * mx[:, 0]
    a0 = np.stack([a0_coale_demeny_west(first[:, i], sex) for i, sex in enumerate(SEXES)], axis=-1)
    np.multiply(hazard[:, None, None], mx * 0.5, out=under)
    np.subtract(1.0, under, out=over)
    over[..., 0] = 1.0 - a0 * first
    under += 1.0
    # The open group: T(w)/T(w-1) = (1 - m(w-1)/2) / (1 - m(w-1)/2 + m(w)).
    under[..., -1] = over[..., -2] + hazard[:, None] * mx[:, -1]
    over[..., :-1] /= under[..., 1:]
    following[..., 0] = 0.0
    np.multiply(now[..., :-1], over[..., :-1], out=following[..., 1:])
    following[..., -1] += now[..., -1] * over[..., -2]
    return 1.0 / (1.0 + (1.0 - a0) * first)


def _arrivals(n: int, years: int, migration: Array | None, totals: Array | None) -> Array | None:
    """Net arrivals (n, Y), or None for a closed population."""
    if migration is not None:
        return migration
    return None if totals is None else np.zeros((n, years))


def _count(arrivals: Array, totals: Array | None, alive: Array, tile: slice, y: int) -> Array:
    """Net arrivals of a year, (m,): as given, or what a known total leaves unexplained."""
    if totals is None:
        return arrivals
    known = totals[tile, y]
    return np.where(np.isnan(known), arrivals, known - alive.sum(axis=-1))


def _migrate(following: Array, work: Array, count: Array, pattern: Array) -> Array:
    """Add the year's migrants (m,) by pattern (2, A) in place and return how many moved, (m, 2)."""
    np.multiply(count[:, None, None], pattern, out=work)
    following += work
    moved: Array = count[:, None] * pattern.sum(axis=-1)
    if count.min() < 0.0 and following.min() < 0.0:  # rare: more would leave than there are
        moved = moved - np.minimum(following, 0.0).sum(axis=-1)
        np.maximum(following, 0.0, out=following)
    return moved
