"""How far a projection lies from a published one that used the same rates: error by date, sex and age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from bhxh_forecast.population.engine import PopulationResult, project
from bhxh_forecast.population.lifetable import SEXES, life_expectancy
from bhxh_forecast.population.nation import Nation
from bhxh_forecast.population.rates import grid

START = 2024  # before it the published migration is a residual, so that a projection would be an identity
BANDS = ((0, 79), (80, 89), (90, 99), (100, 100))


@dataclass(frozen=True)
class Validation:
    """A projection of a nation beside the published one.

    Attributes
    ----------
    scaled, unscaled
        With fertility scaled to the published births, and at the published fertility rates as they are.
    nation
        What was published.
    """

    scaled: PopulationResult
    unscaled: PopulationResult
    nation: Nation

    def errors(self, *, scaled: bool = True) -> xr.DataArray:
        """Relative error of every 1 January, sex and age."""
        result = self.scaled if scaled else self.unscaled
        return relative_errors(result.population, self.nation.population)

    def summary(self, years: Sequence[int], *, scaled: bool = True) -> pd.DataFrame:
        """Largest errors by date and band of ages: see `error_summary`."""
        result = self.scaled if scaled else self.unscaled
        return error_summary(result.population, self.nation.population, years)

    def flows(self, years: Sequence[int]) -> pd.DataFrame:
        """Births, deaths and life expectancy of calendar years beside the published ones.

        Returns
        -------
        DataFrame
            year, quantity (births, births_unscaled, deaths, e0_male, e0_female), projected, published, error (relative;
            years for life expectancy).
        """
        rates, rows = self.nation.rates, []
        for year in years:
            known = self.nation.annual.loc[year].astype(float).to_dict()
            lives = np.full(2, np.nan) if rates.mx is None else life_expectancy(rates.mx[rates.index(year)])
            found = {
                "births": (float(self.scaled.births.sel(year=year).sum()), known["births_thousand"] * 1e3),
                "births_unscaled": (
                    float(self.unscaled.births.sel(year=year).sum()),
                    known["births_thousand"] * 1e3,
                ),
                "deaths": (float(self.scaled.deaths.sel(year=year).sum()), known["deaths_thousand"] * 1e3),
            }
            rows += [(year, name, a, b, a / b - 1.0) for name, (a, b) in found.items()]
            for s, (sex, column) in enumerate((("male", "e0M"), ("female", "e0F"))):
                life = float(lives[s])
                rows.append((year, f"e0_{sex}", life, known[column], life - known[column]))
        return pd.DataFrame(rows, columns=["year", "quantity", "projected", "published", "error"])


def validate(nation: Nation, *, start: int = START, end: int = 2100) -> Validation:
    """Project a nation from its published population and rates, with and without scaling to published births."""
    scaled = project(nation.population, nation.rates, start=start, end=end)
    free = replace(nation.rates, births=None)
    return Validation(scaled, project(nation.population, free, start=start, end=end), nation)


def published_stock(table: pd.DataFrame, like: xr.DataArray) -> xr.DataArray:
    """Published persons on the axes of a projection; `InputError` if a cell is missing."""
    years = like["year"].to_numpy()
    values = grid(table, "published", years, like["age"].to_numpy(), sexes=True)
    return xr.DataArray(values, dims=("year", "sex", "age"), coords={**like.coords, "sex": list(SEXES)})


def relative_errors(found: xr.DataArray, published: pd.DataFrame) -> xr.DataArray:
    """Projected over published minus one, (year, sex, age)."""
    return found / published_stock(published, found) - 1.0


def error_summary(found: xr.DataArray, published: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """Largest relative error by date, sex and band of single ages, and the error of the total.

    Returns
    -------
    DataFrame
        year, sex (male, female, total), ages (``all`` or a band such as ``0-79``), error (signed, of the single age
        that is furthest off; of the sum for ``all``), age (the single age, empty for ``all``).
    """
    rows: list[tuple[int, str, str, float, float]] = []
    for year in years:
        here = found.sel(year=[year])
        wanted = published_stock(published, here)
        rows.append((year, "total", "all", float(here.sum() / wanted.sum() - 1.0), np.nan))
        error = (here / wanted - 1.0).sel(year=year)
        for sex in SEXES:
            rows.append(
                (year, sex, "all", float(here.sel(sex=sex).sum() / wanted.sel(sex=sex).sum() - 1), np.nan)
            )
            for low, high in BANDS:
                part = error.sel(sex=sex, age=slice(low, high)).to_numpy()
                at = int(np.argmax(np.abs(part)))
                label = f"{low}-{high}" if high > low else f"{low}+"
                rows.append((year, sex, label, float(part[at]), float(low + at)))
    return pd.DataFrame(rows, columns=["year", "sex", "ages", "error", "age"])
