"""The population of a region in many draws: base error, uncertain mortality, fertility and net migration.

Up to the last known total each draw passes through the known totals (times its own error of level), so that net
migration is what its own births and deaths leave unexplained; afterwards net migration is a path of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bhxh_forecast.population.derive import RegionTables, central_stock
from bhxh_forecast.population.draws import DrawsResult, bounded, project_draws
from bhxh_forecast.population.lifetable import Array, survival_ratios
from bhxh_forecast.population.rates import Rates

PARAMETERS = (
    "base_level_log",
    "elder_base_log",
    "known_total_sd",
    "mortality_level_log",
    "mortality_sd",
    "mortality_rho",
    "fertility_level_log",
    "fertility_sd",
    "fertility_rho",
    "net_migration_level",
    "net_migration_sd",
    "net_migration_rho",
)
NOISE = ("known_total_noise", "mortality_noise", "fertility_noise", "net_migration_noise")


@dataclass(frozen=True)
class RegionPopulation:
    """Population of a region in n draws.

    Attributes
    ----------
    years
        1 January of these years, (Y + 1,).
    stock
        Persons, (n, Y + 1, 2, A), men first; memory is year-major.
    births, migration
        Persons in each calendar year by sex, (n, Y, 2).
    mortality, fertility
        Multipliers of the central rates, (n, Y).
    tables
        Central base and rates.
    """

    years: np.ndarray
    stock: Array
    births: Array
    migration: Array
    mortality: Array
    fertility: Array
    tables: RegionTables

    @cached_property
    def deaths(self) -> Array:
        """Deaths in each calendar year by sex, (n, Y, 2): what the account leaves, worked out when asked for."""
        return DrawsResult(self.stock, self.births, self.migration).deaths

    def rates_for(self, i: int) -> Rates:
        """Rates of one draw, for another model to redo it from ``stock[i, 0]``."""
        count = len(self.years) - 1
        mx = self.tables.mx[:count] * self.mortality[i][:, None, None]
        share = self.tables.pattern / self.tables.pattern.sum(axis=1, keepdims=True)
        return Rates(
            years=self.years[:-1],
            survival=survival_ratios(mx),
            asfr=self.tables.asfr[:count] * self.fertility[i][:, None],
            srb=self.tables.srb[:count],
            net_migration=self.migration[i][:, :, None] * share,
            mx=mx,
        )

    def death_rate(self, age: int) -> Array:
        """Deaths per person-year of people of an age and over, (n, Y), by the ages they have on 1 January."""
        people = self.stock[:, :-1, :, age:]
        central = np.einsum("nysa,ysa->ny", people, self.tables.mx[: len(self.years) - 1, :, age:])
        rate: Array = self.mortality * central / people.sum(axis=(2, 3))
        return rate


def noise_lengths(until: int, first: int = 2015) -> dict[str, int]:
    """Number of standard normals per draw that each noise needs: one a calendar year from `first` to `until`."""
    return dict.fromkeys(NOISE, until - first + 1)


def region_population(
    tables: RegionTables,
    params: Mapping[str, Array | float],
    noise: Mapping[str, Array],
    years: np.ndarray,
    *,
    out: Array | None = None,
) -> RegionPopulation:
    """Project a region in n draws.

    Parameters
    ----------
    tables
        Central base and rates: `region_tables.load_region`.
    params
        `PARAMETERS`, each (n,) or one number: ``base_level_log`` (error of every total, ln), ``elder_base_log``
        (error of the old of the base at an unchanged total, ln), ``known_total_sd`` (annual drift of the known
        totals' error, ln), ``mortality_level_log``, ``mortality_sd``, ``mortality_rho`` and the same for
        fertility (ln; AR(1) by year after the last known total), ``net_migration_level`` (persons a year on
        top of the central path), ``net_migration_sd`` (persons), ``net_migration_rho``.
    noise
        `NOISE`, standard normals, (n, at least Y), column 0 = first year of the tables.
    years
        1 Januaries wanted, (Y + 1,), from the first year of the tables on.
    out
        Memory for the stocks: see `project_draws`.

    Raises
    ------
    KeyError
        If a parameter or a noise is missing.
    ValueError
        If the years do not begin with the base, or go beyond the rates.
    """
    count = len(years) - 1
    if years[0] != tables.years[0] or count > len(tables.years):
        raise ValueError(f"years must run from {tables.years[0]} to at most {tables.years[-1] + 1}")
    n = len(noise["mortality_noise"])
    values = {name: np.broadcast_to(np.asarray(params[name], dtype=float), (n,)) for name in PARAMETERS}
    shocks = {name: noise[name][:, :count] for name in NOISE}
    free = years[:-1] > tables.known_until
    mortality = _multiplier("mortality", values, shocks, free)
    paths = {
        "mortality": bounded(mortality, tables.mx[:count]),
        "fertility": _multiplier("fertility", values, shocks, free),
        "migration": _migration(tables, values, shocks["net_migration_noise"], free),
        "totals": _known_totals(tables, values, shocks["known_total_noise"], free),
    }
    pattern = np.broadcast_to(tables.pattern, (count, *tables.pattern.shape))
    rates = (tables.mx[:count], tables.asfr[:count], tables.srb[:count])
    found = project_draws(
        _bases(tables, values),
        *rates,
        mortality=paths["mortality"],
        fertility=paths["fertility"],
        migration=paths["migration"],
        totals=paths["totals"],
        pattern=pattern,
        out=out,
    )
    return RegionPopulation(
        years=years,
        stock=found.stock,
        births=found.births,
        migration=found.migration,
        mortality=paths["mortality"],
        fertility=paths["fertility"],
        tables=tables,
    )


def autoregression(shocks: Array, sd: Array, rho: Array, free: np.ndarray) -> Array:
    """AR(1) paths (n, Y) that begin at 0 and move only in the years that are free (Y,).

    Parameters
    ----------
    shocks
        Standard normals, (n, Y).
    sd, rho
        Standard deviation of a year's innovation and correlation from year to year, (n,).
    """
    paths = np.zeros(shocks.shape)
    state = np.zeros(len(shocks))
    for y in np.flatnonzero(free):
        state = rho * state + sd * shocks[:, y]
        paths[:, y] = state
    return paths


def _bases(tables: RegionTables, values: Mapping[str, Array]) -> Array:
    """Bases of the draws (n, 2, A): the old rescaled at an unchanged total, then the level."""
    bases = tables.base * np.exp(values["elder_base_log"][:, None, None] * tables.elders)
    total = tables.base.sum() * np.exp(values["base_level_log"])
    bases *= (total / bases.sum(axis=(1, 2)))[:, None, None]
    return bases


def _multiplier(
    kind: str, values: Mapping[str, Array], shocks: Mapping[str, Array], free: np.ndarray
) -> Array:
    """Multipliers (n, Y) of death or fertility rates: a level, and a path of its own in the free years."""
    path = autoregression(shocks[f"{kind}_noise"], values[f"{kind}_sd"], values[f"{kind}_rho"], free)
    return np.exp(values[f"{kind}_level_log"][:, None] + path)


def _migration(tables: RegionTables, values: Mapping[str, Array], shocks: Array, free: np.ndarray) -> Array:
    """Net arrivals (n, Y) in the free years; what stands in the others is not used."""
    path = autoregression(shocks, values["net_migration_sd"], values["net_migration_rho"], free)
    moved: Array = tables.migration[: len(free)] + values["net_migration_level"][:, None] + path
    return moved


def _known_totals(
    tables: RegionTables, values: Mapping[str, Array], shocks: Array, free: np.ndarray
) -> Array:
    """Totals at the end of each year (n, Y): central times the draw's error of level; NaN in the free years."""
    central = central_stock(tables, int(tables.years[0]) + len(free)).sum(axis=(1, 2))[1:]
    drift = values["known_total_sd"][:, None] * np.cumsum(shocks, axis=1)
    totals: Array = central * np.exp(values["base_level_log"][:, None] + drift)
    return np.where(free, np.nan, totals)
