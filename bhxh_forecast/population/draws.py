"""Cohort-component projection of many draws at once: the same account as `engine.project`, vectorised.

Draws differ in the base, in the level of mortality and fertility and in the number of migrants of each
year; the shapes by age are shared. With half a year lived by those who die at ages from 1 on, a
survivorship ratio is

    L(x+1)/L(x) = (1 - m(x)/2) / (1 + m(x+1)/2),

so that a multiplier of the death rates m costs no life table per draw. Memory is year-major, so that every
step of a year works on one solid block. Two ways give the same bits: plain numpy, some draws at a time so that
they stay in the processor's cache through all the years, and the same steps compiled by numba (`compiled`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from bhxh_forecast.population.lifetable import Array
from bhxh_forecast.population.plain import settle, survive

_TILE = 256  # draws whose working arrays (0.4 MB each) stay in cache
_MOST = 1.9  # deaths per person-year: a rate of 2 would kill a whole cohort within its year
_WORTH = 50_000  # draws x years from which loading the compiled code pays


@dataclass(frozen=True)
class DrawsResult:
    """Projection of n draws over Y years.

    Attributes
    ----------
    stock
        Persons on 1 January, (n, Y + 1, 2, A); memory is year-major.
    births, migration
        Persons in each calendar year by sex, (n, Y, 2).
    """

    stock: Array
    births: Array
    migration: Array

    @cached_property
    def deaths(self) -> Array:
        """Deaths in each calendar year by sex, (n, Y, 2): what the account leaves, worked out when asked for."""
        people = self.stock.sum(axis=-1)
        dead: Array = people[:, :-1] + self.births + self.migration - people[:, 1:]
        return dead


@dataclass(frozen=True)
class _Task:
    """What a projection works on, year-major: stocks (Y + 1, n, 2, A), paths (Y, n), rates as given.

    `known` has no years where no total is known; without `pattern` nobody moves; `fertile` are the first and the last
    age but one at which someone gives birth.
    """

    stock: Array
    mx: Array
    asfr: Array
    fertile: tuple[int, int]
    srb: Array
    hazard: Array
    level: Array
    arrivals: Array
    known: Array
    pattern: Array
    births: Array
    moved: Array


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
    compiled: bool | None = None,
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
    compiled
        Whether to run the compiled steps (numba must be there) or plain numpy; None: compiled where there is
        enough to do and numba is installed. The bits are the same.

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
    stock[0] = base
    ever = np.flatnonzero(asfr.any(axis=0))
    moving = pattern is not None and (migration is not None or totals is not None)
    task = _Task(
        stock=stock,
        mx=mx,
        asfr=asfr,
        fertile=(int(ever[0]), int(ever[-1]) + 1) if len(ever) else (0, 0),
        srb=srb,
        hazard=_by_year(1.0, n, years) if mortality is None else _turned(bounded(mortality, mx)),
        level=_by_year(1.0, n, years) if fertility is None else _turned(fertility),
        arrivals=_by_year(0.0, n, years) if migration is None else _turned(migration),
        known=np.empty((0, n)) if totals is None else _turned(totals),
        pattern=pattern if moving and pattern is not None else np.zeros((years, sexes, ages)),
        births=np.empty((years, n, sexes)),
        moved=np.empty((years, n, sexes)),
    )
    _run(task, compiled)
    front = (1, 0, 2)
    return DrawsResult(np.moveaxis(stock, 0, 1), task.births.transpose(front), task.moved.transpose(front))


def _by_year(value: float, n: int, years: int) -> Array:
    return np.full((years, n), value)


def _turned(paths: Array) -> Array:
    """Paths (n, Y) with a year in one solid row."""
    return np.ascontiguousarray(paths.T, dtype=float)


def _run(task: _Task, compiled: bool | None) -> None:
    """Fill the task's stocks, births and moves by either way."""
    years, n = task.hazard.shape
    steps = None
    if compiled or (compiled is None and n * years >= _WORTH):
        steps = compiled_years()
    if compiled and steps is None:
        raise ImportError("numba is not installed")
    if steps is not None and 4 <= task.stock.shape[-1] <= 128:
        rates = (np.ascontiguousarray(task.mx), task.mx * 0.5, np.ascontiguousarray(task.asfr), task.fertile)
        pattern = np.ascontiguousarray(task.pattern)
        paths = (task.srb, task.hazard, task.level, task.arrivals, task.known)
        steps(task.stock, *rates, *paths, pattern, pattern.sum(axis=-1), task.births, task.moved)
        return
    for lo in range(0, n, _TILE):
        _plain(task, slice(lo, min(lo + _TILE, n)))


@cache
def compiled_years() -> Callable[..., None] | None:
    """The compiled steps, or None without numba; the first call in a folder compiles them (kept on disk)."""
    try:
        from bhxh_forecast.population.compiled import years_of_draws
    except ImportError:
        return None
    steps: Callable[..., None] = years_of_draws
    return steps


def _plain(task: _Task, tile: slice) -> None:
    """All years of some draws in numpy."""
    work = np.empty((2, tile.stop - tile.start, *task.stock.shape[2:]))
    low, high = task.fertile
    for y in range(len(task.mx)):
        now, following = task.stock[y, tile], task.stock[y + 1, tile]
        infant = survive(now, following, work, task.mx[y], task.hazard[y, tile])
        mothers = now[:, 1, low:high] + following[:, 1, low:high]
        born = (mothers * task.asfr[y, low:high]).sum(axis=-1) * (0.5 * task.level[y, tile])
        task.births[y, tile, 1] = born / (1.0 + task.srb[y])
        task.births[y, tile, 0] = born - task.births[y, tile, 1]
        following[..., 0] = task.births[y, tile] * infant
        count = task.arrivals[y, tile]
        if len(task.known):
            known = task.known[y, tile]
            alive = following.sum(axis=-1).sum(axis=-1)
            count = np.where(np.isnan(known), count, known - alive)
        task.moved[y, tile] = settle(following, work[0], count, task.pattern[y])


def bounded(mortality: Array, mx: Array) -> Array:
    """Multipliers (n, Y) limited so that no death rate of (Y, 2, A) passes 1.9."""
    most: Array = np.minimum(mortality, _MOST / mx[..., :-1].max(axis=(1, 2)))
    return most
