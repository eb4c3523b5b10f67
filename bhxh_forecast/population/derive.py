"""A region's base population and rates, derived from what is known of it and of its nation.

Nothing here is observed by single age: the base is an estimate and is called one. Steps: the published structure by
5-year age and sex is graduated with the nation's shape, carried to 1 January, and raked to the level and sex ratio
that the known totals give; the nation's death rates are shifted to the region's life expectancy, its fertility to
the region's total fertility; net migration by year is what the known totals leave unexplained.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from bhxh_forecast.population.cohorts import cohort_ratio
from bhxh_forecast.population.draws import project_draws
from bhxh_forecast.population.graduate import graduate, rogers_castro
from bhxh_forecast.population.lifetable import Array, life_expectancy
from bhxh_forecast.population.sources import Sources, Total

_UNIT = 100_000.0  # migrants of the trial projections
_ROUNDS = 12
_ADULT = 15


@dataclass(frozen=True)
class RegionTables:
    """Central base and rates of a region.

    Attributes
    ----------
    years
        Calendar years of the rates, (Y,); the base is of 1 January of the first.
    base
        Persons by sex and single age, (2, A).
    mx
        Deaths per person-year, (Y, 2, A).
    mortality_shift
        Log shift of the nation's death rates, (2,).
    asfr
        Births per woman and year, (Y, A).
    fertility_ratio
        Ratio to the nation's fertility rates, (Y,).
    srb
        Boys per girl at birth, (Y,).
    migration
        Net arrivals, persons, (Y,).
    pattern
        Their shares by sex and age at the end of the year, (2, A).
    elders
        Share of the uncertain scale of the old that applies to each age of the base, (A,).
    known_until
        Last year whose net migration follows from known totals.
    known_from
        Day from which all the known totals used were published.
    """

    years: np.ndarray
    base: Array
    mx: Array
    mortality_shift: Array
    asfr: Array
    fertility_ratio: Array
    srb: Array
    migration: Array
    pattern: Array
    elders: Array
    known_until: int
    known_from: date


def derive_region(sources: Sources, as_of: date | None = None) -> RegionTables:
    """Derive a region's base and rates from what was published by a day (everything if None).

    Raises
    ------
    InputError
        If a table lacks what is needed.
    """
    first = int(sources.settings["base"]["year"])
    years, national = sources.death_rates()
    shift = mortality_shift(sources, years, national, as_of)
    keep = years >= first
    fertility = sources.fertility_rates(years[keep], national.shape[-1])
    ratio = fertility_ratio(sources, years[keep], fertility.sum(axis=1), as_of)
    settings = sources.settings["migration"]
    share = np.array([settings["male_share"], 1.0 - settings["male_share"]])
    tables = RegionTables(
        years=years[keep],
        base=np.zeros((2, national.shape[-1])),
        mx=national[keep] * np.exp(shift)[:, None],
        mortality_shift=shift,
        asfr=fertility * ratio[:, None],
        fertility_ratio=ratio,
        srb=sex_ratio(sources, years[keep]),
        migration=np.zeros(keep.sum()),
        pattern=share[:, None] * rogers_castro(settings, national.shape[-1]),
        elders=elder_weights(sources, national.shape[-1]),
        known_until=first,
        known_from=date(first, 1, 1),
    )
    before = national[years == first - 1][0] * np.exp(shift)[:, None]
    return _fit(tables, _carried(sources, tables, before), sources, as_of)


def mortality_shift(sources: Sources, years: np.ndarray, mx: Array, as_of: date | None = None) -> Array:
    """Log shift of the nation's death rates by sex at which life expectancy equals the region's, (2,)."""
    known = sources.known("mortality", as_of)[-1]
    rates = mx[years == known["year"]][0]
    boys = float(sources.national_sex_ratio(np.array([known["year"]]))[0])
    men = known["life_expectancy"] - known["sex_gap"] / (1.0 + boys)
    wanted = np.array([men, men + known["sex_gap"]])
    low, high = np.full(2, -2.0), np.full(2, 2.0)
    for _ in range(50):  # bisection: life expectancy falls as the shift grows
        middle = (low + high) / 2
        too_long = life_expectancy(rates * np.exp(middle)[:, None]) > wanted
        low, high = np.where(too_long, middle, low), np.where(too_long, high, middle)
    return np.asarray((low + high) / 2)


def fertility_ratio(sources: Sources, years: np.ndarray, national: Array, as_of: date | None = None) -> Array:
    """Ratio of the region's total fertility to the nation's (Y,): linear between known years, then constant."""
    known = sources.known("fertility", as_of)
    dated = [r["year"] for r in known]
    level = np.interp(years, dated, [r["value"] for r in known])
    ratio = np.asarray(level / national)
    last = int(np.searchsorted(years, dated[-1]))
    ratio[last:] = ratio[last]
    return ratio


def sex_ratio(sources: Sources, years: np.ndarray) -> Array:
    """Boys per girl at birth, (Y,): the region's to a year, then linear to the nation's."""
    settings, national = sources.settings["sex_ratio"], sources.national_sex_ratio(years)
    own = np.interp(years, [settings["until"], settings["meets_nation"]], [1.0, 0.0])
    mixed: Array = own * settings["value"] + (1.0 - own) * national
    return mixed


def elder_weights(sources: Sources, ages: int) -> Array:
    """Share of the uncertain scale of the old that applies to each age of the base, (A,)."""
    settings = sources.settings["elders"]
    return np.interp(np.arange(ages), [settings["none_below"], settings["all_from"]], [0.0, 1.0])


def _carried(sources: Sources, tables: RegionTables, before: Array) -> Array:
    """Structure by single age on 1 January of the base year, (2, A): graduated, then aged for the rest of the year."""
    settings = sources.settings["base"]
    year, within = int(settings["structure_year"]), float(settings["structure_within_year"])
    january, following = sources.reference([year, year + 1])
    lower, counts = sources.structure()
    people = graduate(counts, lower, (1 - within) * january + within * following)
    later = project_draws(people[None], before[None], tables.asfr[:1], tables.srb[:1]).stock[0, 1]
    aged: Array = within * people + (1 - within) * later
    return aged


def _fit(tables: RegionTables, shape: Array, sources: Sources, as_of: date | None) -> RegionTables:
    """Rake the structure to level, sex ratio and adults, and solve net migration, together."""
    totals = sources.totals(as_of)
    first = int(tables.years[0])
    level = np.exp(np.interp(first, [t.time for t in totals], np.log([t.value for t in totals])))
    later = [t for t in totals if t.time > first]
    census = sources.census(as_of)
    sexes, adults = (None, None) if census else (sources.sex_counts(as_of), sources.adults(as_of))
    men, young = float(shape[0].sum() / shape.sum()), 0.0
    for _ in range(_ROUNDS if census is None else 4 * _ROUNDS):  # cohorts lie between ages: slower
        raked = shape * np.exp(young * _children(adults, first, shape.shape[-1]))
        if census is not None:
            men = float(raked[0].sum() / raked.sum())
        share = np.array([men, 1.0 - men]) * level / raked.sum(axis=1)
        fitted = _with_migration(replace(tables, base=raked * share[:, None]), later, sources)
        if sexes is not None:
            stock = central_stock(fitted, sexes[0].year + 1)
            everyone = model_total(stock.sum((-2, -1)), sexes[0], first)
            men += sexes[1] - float(model_total(stock[:, 0].sum(-1), sexes[0], first) / everyone)
        if adults is not None:
            stock = central_stock(fitted, adults.year + 1)
            below = float(model_total(stock[..., :_ADULT].sum((-2, -1)), adults, first))
            above = float(model_total(stock[..., _ADULT:].sum((-2, -1)), adults, first))
            young += float(np.log((below + above - adults.value) / below))
        if census is not None:
            shape = raked * cohort_ratio(central_stock(fitted, census.year + 1), census, first)
    dates = [t.published for t in (*totals, adults, sexes and sexes[0], census) if t is not None]
    elders = fitted.elders if census is None else np.zeros_like(fitted.elders)  # counted, no longer guessed
    return replace(fitted, known_from=max(dates), elders=elders)


def _children(adults: Total | None, first: int, ages: int) -> Array:
    """Weights (A,) of the base ages that are still under 15 when the adults were counted, fading over four years."""
    if adults is None:
        return np.zeros(ages)
    oldest = _ADULT - (adults.time - first)
    return np.clip((oldest + 2.0 - np.arange(ages)) / 4.0, 0.0, 1.0)


def _with_migration(tables: RegionTables, totals: list[Total], sources: Sources) -> RegionTables:
    """Smoothest net migration by year with which the totals are met (first differences least)."""
    first = int(tables.years[0])
    last = max((t.year for t in totals), default=first)
    count = last - first + 1
    trial = np.zeros((count + 1, count))
    trial[1:] = _UNIT * np.eye(count)
    stock = _project(tables, trial).sum((-2, -1))
    found = np.array([model_total(stock, t, first) for t in totals]).reshape(len(totals), count + 1)
    response = (found[:, 1:] - found[:, :1]) / _UNIT
    gap = np.array([t.value for t in totals]) - found[:, 0]
    steps = np.diff(np.eye(count), axis=0)
    penalty = 2 * steps.T @ steps + 1e-9 * np.eye(count)
    zero = np.zeros((len(totals), len(totals)))
    system = np.block([[penalty, response.T], [response, zero]])
    solved = np.linalg.solve(system, np.concatenate([np.zeros(count), gap]))[:count]
    recent = int(sources.settings["migration"]["recent_years"])
    whole = [t.year if t.average else t.year - 1 for t in totals]
    until = max(whole, default=first)
    migration = np.full(len(tables.years), solved[: until - first + 1][-recent:].mean())
    migration[:count] = solved
    return replace(tables, migration=migration, known_until=until)


def model_total(totals: Array, known: Total, first: int) -> Array:
    """Model value of a known total from 1 January totals (..., Y + 1) whose first year is `first`."""
    i = known.year - first
    w = 0.5 if known.average else known.within
    value: Array = (1.0 - w) * totals[..., i] + w * totals[..., i + 1]
    return value


def central_stock(tables: RegionTables, year: int) -> Array:
    """Central stocks (Y + 1, 2, A) from the base to 1 January of a year."""
    count = year - int(tables.years[0])
    central: Array = _project(tables, tables.migration[None, :count])[0]
    return central


def _project(tables: RegionTables, migration: Array) -> Array:
    """Stocks (n, Y + 1, 2, A) of the central rates with net migration (n, Y)."""
    n, count = migration.shape
    base = np.broadcast_to(tables.base, (n, *tables.base.shape))
    pattern = np.broadcast_to(tables.pattern, (count, *tables.pattern.shape))
    rates = (tables.mx[:count], tables.asfr[:count], tables.srb[:count])
    return project_draws(base, *rates, migration=migration, pattern=pattern).stock
