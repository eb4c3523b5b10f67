"""People of a block of draws: from the data folder to population, denominators and pools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bhxh_forecast.coverage.types import Array, Pools
from bhxh_forecast.coverage.world import MIGRATION
from bhxh_forecast.population.derive import RegionTables
from bhxh_forecast.population.region import NOISE, RegionPopulation, region_population
from bhxh_forecast.population.region_tables import load_region
from bhxh_forecast.population.sources import Sources
from bhxh_forecast.timeline import Timeline, month_of
from bhxh_forecast.workforce.block import Figures, WorkforceBlock, build
from bhxh_forecast.workforce.participation import read_profiles
from bhxh_forecast.workforce.pools import wage_share

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs
    from bhxh_forecast.inputs.world_paths import UncertaintyPath

AGENCY = ("agency", "agency_voluntary")
RETIREMENT = ("retirement_age_months.men", "retirement_age_months.women")
PROFILES = "labour/participation_profile"
PERSISTENCE = "participation_trend_persistence"
Changes = Mapping[str, "UncertaintyPath"]


def agency_figures(inputs: Inputs, line: Timeline) -> dict[str, Figures]:
    """Dated figures of the administrative denominators, known on the as-of date and on the axis."""
    rows = inputs.observations
    rows = rows[(rows["geo"] == inputs.geo) & (rows["use"] == "fit")]
    found = {}
    for base in AGENCY:
        mine = rows[rows["series"] == base].sort_values("period_end")
        months = np.array(
            [line.index(month_of(pd.Timestamp(end).date())) for end in mine["period_end"]], dtype=int
        )
        inside = (months >= 0) & (months < len(line.months))
        values, sd = mine["value"].to_numpy(dtype=float), mine["sd_log"].to_numpy(dtype=float)
        found[base] = Figures(months[inside], values[inside], sd[inside])
    return found


def legal_ages(inputs: Inputs, line: Timeline) -> Array:
    """Legal retirement ages in months, men and women, (2, T)."""
    return np.stack([inputs.law.monthly(name, line.months) for name in RETIREMENT])


def noise_rows(inputs: Inputs, line: Timeline) -> dict[str, int]:
    """Rows of standard normals that people need: yearly shocks, and errors of the agency's figures."""
    years = dict.fromkeys(NOISE, line.until - int(line.years[0]) + 1)
    return years | {f"{base}_errors": len(f.months) for base, f in agency_figures(inputs, line).items()}


def moved_tables(tables: RegionTables, line: Timeline, changes: Changes) -> RegionTables:
    """Central net migration under a world, from the year after the as-of date on.

    Migration is counted once a year: a change takes the world's setting of December. Each draw's own deviation stays.
    """
    if MIGRATION not in changes:
        return tables
    path, central = changes[MIGRATION], tables.migration.copy()
    for y, year in enumerate(tables.years[: len(central)]):
        december = line.index(f"{int(year)}-12")
        if year <= line.as_of.year or december >= len(line.months):
            continue
        value = path.value[december]
        central[y] = (
            value if not np.isnan(value) else central[y] * path.scale[december] + path.shift[december]
        )
    return replace(tables, migration=central)


@dataclass(frozen=True)
class People:
    """Population and workforce of a block.

    Attributes
    ----------
    population
        Stocks, births, deaths and migration by draw.
    work
        Denominators and pools by month, without the noise of the labour force.
    line
        Months.
    """

    population: RegionPopulation
    work: WorkforceBlock
    line: Timeline

    def liable(self, factor: Array, p: Mapping[str, Array]) -> Array:
        """Liable wage jobs on the registration basis, with the labour force's noise and a world's dates, (T, n)."""
        jobs = self.work.liable * factor
        if "unemployment_rate@t" in p:
            jobs = jobs * ((1.0 - p["unemployment_rate@t"]) / (1.0 - p["unemployment_rate"]))
        if "wage_share_trend@t" in p:
            jobs = jobs * self.wage_share_ratio(p)
        return jobs

    def wage_share_ratio(self, p: Mapping[str, Array]) -> Array:
        """Wage share with a dated trend over the one without, (T, n)."""
        from bhxh_forecast.coverage.convert import accumulated, damped_years

        line = self.line
        years = damped_years(len(line.months), line.index("2024-12"), line.as_of_index, p["trend_rho"])
        plain = wage_share(p["wage_share_2024"], p["wage_share_trend"], years)
        gained = accumulated(dict(p), "wage_share_trend", years) - p["wage_share_trend"] * years
        logit = np.log(plain / (1.0 - plain)) + gained
        result: Array = 1.0 / (1.0 + np.exp(-logit)) / plain
        return result

    def pools(self, factor: Array, p: Mapping[str, Array]) -> Pools:
        """What the coverage stage reads."""
        work = self.work
        return Pools(
            work.working_age_population,
            work.past_retirement_age,
            self.liable(factor, p),
            work.elders[:, 1:],
            work.crossing,
        )

    def bases(self, factor: Array) -> dict[str, Array]:
        """Denominators of the closed list, (T, n)."""
        work = self.work
        return {
            "working_age_population": work.working_age_population,
            "lfs_15plus": work.lfs_15plus * factor,
            "lfs_working_age": work.lfs_working_age * factor,
            "agency": work.agency,
            "agency_voluntary": work.agency_voluntary,
            "past_retirement_age": work.past_retirement_age,
        }

    def by_sex(self, factor: Array) -> dict[tuple[str, str], Array]:
        """Denominators by sex, (T, n), by (base, sex)."""
        found = {}
        for base, values in self.work.by_sex.items():
            scale = factor if base.startswith("lfs") else 1.0
            for s, sex in enumerate(("male", "female")):
                found[base, sex] = values[:, s] * scale
        return found


def build_people(
    inputs: Inputs,
    line: Timeline,
    params: dict[str, Array],
    noise: Mapping[str, Array],
    changes: Changes | None = None,
) -> People:
    """Population and workforce of a block of draws.

    Parameters
    ----------
    params
        Sampled parameters, (n,).
    noise
        Standard normals, rows first: the yearly ones of ``noise_rows``, the agency's ``_noise`` by
        month (T, n), ``agency_errors`` and ``agency_voluntary_errors`` by figure.
    changes
        What a world dates.
    """
    tables = load_region(Sources.of(inputs), inputs.as_of)
    tables = moved_tables(tables, line, changes or {})
    yearly = {name: noise[name].T for name in NOISE}
    population = region_population(tables, params, yearly, line.years)
    n = len(params["lf_ratio_13"])
    shocks = {"lf_noise": np.zeros((len(line.months), n))}
    for base in AGENCY:
        shocks[f"{base}_noise"] = np.concatenate([noise[f"{base}_noise"], noise[f"{base}_errors"]]).T
    work = build(
        population,
        line.months,
        legal_ages(inputs, line),
        read_profiles(inputs.table(PROFILES)),
        agency_figures(inputs, line),
        params,
        shocks,
        line.as_of_index,
        persistence=float(inputs.register[PERSISTENCE]["value"]),
    )
    return People(population, work, line)
