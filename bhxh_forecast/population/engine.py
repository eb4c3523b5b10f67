"""Cohort-component projection by single age and sex, 1 January to 1 January, for any population.

The conventions reproduce the UN's own projection (World Population Prospects 2024, R package ccmppWPP):
survivorship from L(x), births from the mean of the women at the start and the survivors at the end of the
year, migrants added at the end of the year by the age they have then.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr

from bhxh_forecast.errors import InputError
from bhxh_forecast.population.lifetable import SEXES, Array
from bhxh_forecast.population.rates import Rates, grid

Timing = Literal["end", "start", "even"]


@dataclass(frozen=True)
class PopulationResult:
    """A projection and its accounts.

    Attributes
    ----------
    population
        Persons on 1 January, (year, sex, age); the years that were kept.
    births
        Persons born in a calendar year, (year, sex).
    deaths
        Deaths in a calendar year by age at its end, (year, sex, age); age 0 is the newborn.
    migration
        Net arrivals that took place in a calendar year by age at its end, (year, sex, age).

    Notes
    -----
    For every year, sex and age at the end: population next 1 January = the cohort a year before
    + births (age 0) - deaths + migration.
    """

    population: xr.DataArray
    births: xr.DataArray
    deaths: xr.DataArray
    migration: xr.DataArray

    def mid_year(self) -> xr.DataArray:
        """Mean of two 1 January stocks, for each year whose next 1 January was kept too."""
        stock = self.population
        years = [y for y in stock.year.values if y + 1 in stock.year.values]
        following = stock.sel(year=[y + 1 for y in years]).assign_coords(year=years)
        middle = (stock.sel(year=years) + following) / 2
        return middle.assign_attrs(unit="persons", reference="1 July, mean of two 1 January stocks")


def project(
    base: pd.DataFrame | xr.DataArray | Array,
    rates: Rates,
    *,
    start: int,
    end: int,
    migration_timing: Timing = "end",
    keep: Collection[int] | None = None,
) -> PopulationResult:
    """Project from 1 January `start` to 1 January `end`.

    Parameters
    ----------
    base
        Persons on 1 January `start`: long table (year, sex, age, value; other years are ignored), array with
        dimensions sex and age, or plain (2, A) in the order male, female.
    rates
        Rates for every year from `start` to `end` - 1.
    migration_timing
        ``end``: all migrants at the end of the year. ``start``: all on 1 January, a year younger (the newborn
        among them still at the end). ``even``: half and half.
    keep
        1 Januaries to keep; all if None.

    Raises
    ------
    InputError
        If the base does not fit the rates, or the rates do not cover the years.
    ValueError
        If `end` is before `start`.

    Notes
    -----
    Where more people would leave than there are, the group falls to zero, and `migration` tells what took
    place.
    """
    if end < start:
        raise ValueError(f"end {end} lies before start {start}")
    if end > start:
        rates.index(start), rates.index(end - 1)
    wanted = sorted(set(range(start, end + 1) if keep is None else keep) & set(range(start, end + 1)))
    people = base_array(base, rates, start)
    stocks = {start: people} if start in wanted else {}
    flows: list[tuple[Array, Array, Array]] = []
    for year in range(start, end):
        people, born, dead, moved = _one_year(people, rates, rates.index(year), migration_timing)
        flows.append((born, dead, moved))
        if year + 1 in wanted:
            stocks[year + 1] = people
    return _labelled(stocks, flows, start, rates.ages)


def base_array(base: pd.DataFrame | xr.DataArray | Array, rates: Rates, year: int) -> Array:
    """Return the base as (2, A), male first; `InputError` if it does not fit the ages of the rates."""
    if isinstance(base, pd.DataFrame):
        stock: Array = grid(base, "base", np.array([year]), rates.ages, sexes=True)[0]
        return stock
    if isinstance(base, xr.DataArray):
        chosen = base.sel(year=year) if "year" in base.dims else base
        people = chosen.sel(sex=list(SEXES)).transpose("sex", "age").to_numpy()
    else:
        people = np.asarray(base)
    if people.shape != (2, len(rates.ages)):
        raise InputError.of(
            "", "base", f"shape {people.shape}", f"(2, {len(rates.ages)}) persons by sex and age"
        )
    if not np.all(np.isfinite(people)) or people.min() < 0:
        raise InputError.of("", "base", "a negative or missing count", "persons, zero or more")
    return people.astype(float)


def _one_year(people: Array, rates: Rates, i: int, timing: Timing) -> tuple[Array, Array, Array, Array]:
    """One year's step: next 1 January, births (2,), deaths (2, A), migration (2, A), by age at the end."""
    early, late = _migrants(people, rates, i, timing)
    exposed = people + early
    aged = _age(exposed)
    survivors = aged * rates.survival[i]
    born = _births(exposed[1], survivors[1], rates, i)
    survivors[:, 0] = born * rates.survival[i, :, 0]
    dead = aged - survivors
    dead[:, 0] = born - survivors[:, 0]
    late = np.maximum(late, -survivors)
    return survivors + late, born, dead, _age(early) + late


def _migrants(people: Array, rates: Rates, i: int, timing: Timing) -> tuple[Array, Array]:
    """Migrants of the start of the year (by age then) and of its end (by age then)."""
    nobody = np.zeros(people.shape)
    if timing not in ("end", "start", "even"):
        raise ValueError(f"migration_timing must be end, start or even, not {timing!r}")
    if rates.net_migration is None:
        return nobody, nobody
    total = rates.net_migration[i]
    share = {"end": 0.0, "start": 1.0, "even": 0.5}[timing]
    early = np.zeros(people.shape)
    early[:, :-2] = total[:, 1:-1]
    # The open group at the end was aged w-1 or w at the start: split as the people are.
    last = people[:, -2:].sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        split = np.where(last > 0, people[:, -2:] / last, 0.5)
    early[:, -2:] = total[:, -1:] * split
    early = np.maximum(early * share, -people)
    late = total * (1.0 - share)
    late[:, 0] = total[:, 0]
    return early, late


def _age(people: Array) -> Array:
    """Everyone a year older; age 0 is empty, and the open group keeps its own."""
    older = np.zeros(people.shape)
    older[:, 1:] = people[:, :-1]
    older[:, -1] += people[:, -1]
    return older


def _births(women: Array, survivors: Array, rates: Rates, i: int) -> Array:
    """Births by sex, (2,): boys and girls."""
    total = float(rates.asfr[i] @ (women + survivors)) / 2
    if rates.births is not None and np.isfinite(rates.births[i]):
        total = float(rates.births[i])
    girls = total / (1.0 + rates.srb[i])
    return np.array([total - girls, girls])


def _labelled(
    stocks: dict[int, Array], flows: list[tuple[Array, Array, Array]], start: int, ages: np.ndarray
) -> PopulationResult:
    """Name the axes."""
    sexes = list(SEXES)
    shape = (0, 2, len(ages))
    stock = np.stack(list(stocks.values())) if stocks else np.zeros(shape)
    years = np.arange(start, start + len(flows))
    born = np.stack([f[0] for f in flows]) if flows else np.zeros((0, 2))
    cells = {"sex": sexes, "age": ages}
    by_age = ("year", "sex", "age")

    def flow(k: int) -> xr.DataArray:
        values = np.stack([f[k] for f in flows]) if flows else np.zeros(shape)
        return xr.DataArray(values, dims=by_age, coords={"year": years, **cells}, attrs={"unit": "persons"})

    return PopulationResult(
        population=xr.DataArray(
            stock,
            dims=by_age,
            coords={"year": list(stocks), **cells},
            attrs={"unit": "persons", "date": "1 January"},
        ),
        births=xr.DataArray(
            born, dims=("year", "sex"), coords={"year": years, "sex": sexes}, attrs={"unit": "persons"}
        ),
        deaths=flow(1),
        migration=flow(2),
    )
