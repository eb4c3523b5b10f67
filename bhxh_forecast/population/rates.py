"""The demographic rates of a projection, read from long tables and held as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from bhxh_forecast.errors import InputError, Problem
from bhxh_forecast.population.lifetable import SEXES, Array, survival_ratios


@dataclass(frozen=True)
class Rates:
    """Rates for consecutive calendar years.

    Attributes
    ----------
    years
        First day of each year that the rates describe is 1 January; shape (Y,).
    survival
        Survivorship ratios by age at the end of the year, (Y, 2, A): see `lifetable.survival_ratios`.
    asfr
        Births per woman and year by age, (Y, A), zero where no one gives birth.
    srb
        Boys per girl at birth, (Y,).
    net_migration
        Persons by sex and age at the end of the year, (Y, 2, A), or None for a closed population.
    births
        Total births per year to which the fertility rates are scaled, (Y,), NaN where they are not, or None.
    mx
        Death rates the survival came from, (Y, 2, A), or None if survival was given.
    """

    years: np.ndarray
    survival: Array
    asfr: Array
    srb: Array
    net_migration: Array | None = None
    births: Array | None = None
    mx: Array | None = None

    @property
    def ages(self) -> np.ndarray:
        """Single ages 0 to the open group."""
        return np.arange(self.survival.shape[-1])

    def index(self, year: int) -> int:
        """Position of a year; `InputError` if the rates do not cover it."""
        if not self.years[0] <= year <= self.years[-1]:
            raise InputError.of("", "year", str(year), f"{self.years[0]} to {self.years[-1]}")
        return int(year - self.years[0])

    def closed(self) -> Rates:
        """The same rates without migration."""
        return replace(self, net_migration=None)

    @classmethod
    def from_long(
        cls,
        *,
        mx: pd.DataFrame,
        asfr: pd.DataFrame,
        srb: pd.DataFrame,
        net_migration: pd.DataFrame | None = None,
        births: pd.DataFrame | None = None,
    ) -> Rates:
        """Build from long tables with columns year, sex (male, female), age, value.

        Parameters
        ----------
        mx
            Deaths per person-year; year, sex, age, value. Sets the years and the ages (the highest is open).
        asfr
            Births per woman and year; year, age, value. Ages left out have no births.
        srb
            Boys per girl at birth; year, value.
        net_migration
            Persons, arrivals less departures, by age at the end of the year; cells left out are zero.
        births
            Persons; year, value. Where given, fertility is scaled so that births equal it.

        Raises
        ------
        InputError
            If a cell is missing, doubled, negative (other than migration), or not a number.
        """
        years, ages = axis(mx, "year", "mx"), axis(mx, "age", "mx", start=0)
        death = grid(mx, "mx", years, ages, sexes=True)
        if np.any(death[..., -1] <= 0):
            raise InputError.of("", "mx.value", "no deaths in the open age group", "a positive death rate")
        fertility = grid(asfr, "asfr", years, ages, fill=0.0)
        migration = None
        if net_migration is not None:
            migration = grid(net_migration, "net_migration", years, ages, sexes=True, fill=0.0, signed=True)
        return cls(
            years=years,
            survival=survival_ratios(death),
            asfr=fertility,
            srb=grid(srb, "srb", years),
            net_migration=migration,
            births=None if births is None else grid(births, "births", years, fill=np.nan),
            mx=death,
        )


def axis(table: pd.DataFrame, column: str, name: str, *, start: int | None = None) -> np.ndarray:
    """Consecutive whole numbers of a column, or an `InputError`."""
    if column not in table.columns or table.empty:
        raise InputError.of("", f"{name}.{column}", "nothing", f"a column {column!r} with rows")
    values = np.unique(table[column].to_numpy())
    first = int(values[0]) if start is None else start
    wanted = np.arange(first, first + len(values))
    if not np.array_equal(values, wanted):
        gap = sorted(set(range(first, int(values[-1]) + 1)) - set(values.tolist()))
        raise InputError.of("", f"{name}.{column}", f"a gap at {gap[:3]}", f"consecutive values from {first}")
    return wanted


def grid(
    table: pd.DataFrame,
    name: str,
    years: np.ndarray,
    ages: np.ndarray | None = None,
    *,
    sexes: bool = False,
    fill: float | None = None,
    signed: bool = False,
) -> Array:
    """Put a long table on the axes (year[, sex][, age]); cells outside the years are ignored.

    Raises
    ------
    InputError
        Missing cells (unless `fill` is given), doubled cells, unknown sexes or ages, values that are not
        finite or, unless `signed`, negative.
    """
    keys = ["year"] + (["sex"] if sexes else []) + (["age"] if ages is not None else [])
    absent = [c for c in [*keys, "value"] if c not in table.columns]
    if absent:
        raise InputError(
            [Problem("", 0, 0, f"{name}.{c}", "no such column", ", ".join(keys), "") for c in absent]
        )
    rows = table[table["year"].isin(years)]
    levels: list[np.ndarray] = [years]
    if sexes:
        levels.append(np.array(SEXES, dtype=object))
    if ages is not None:
        levels.append(ages)
    codes = [pd.Index(level).get_indexer(rows[key]) for key, level in zip(keys, levels, strict=True)]
    for key, code, level in zip(keys, codes, levels, strict=True):
        if np.any(code < 0):
            found = rows[key].to_numpy()[np.argmin(code)]
            raise InputError.of("", f"{name}.{key}", repr(found), f"{level[0]} to {level[-1]}")
    shape = tuple(len(level) for level in levels)
    flat = np.ravel_multi_index(codes, shape)
    _check_cells(rows["value"].to_numpy(dtype=float), flat, shape, name, fill is None, signed)
    out = np.full(shape, np.nan if fill is None else fill)
    out.ravel()[flat] = rows["value"].to_numpy(dtype=float)
    return out


def _check_cells(
    values: Array, flat: np.ndarray, shape: tuple[int, ...], name: str, complete: bool, signed: bool
) -> None:
    """Refuse doubled, missing, infinite and negative cells."""
    counts = np.bincount(flat, minlength=int(np.prod(shape)))
    if counts.max() > 1:
        raise InputError.of("", name, f"{int((counts > 1).sum())} cells given twice", "one row per cell")
    if complete and counts.min() == 0:
        raise InputError.of("", name, f"{int((counts == 0).sum())} cells missing", "a row for every cell")
    if not np.all(np.isfinite(values)):
        raise InputError.of("", f"{name}.value", "a value that is not a number", "numbers")
    if not signed and values.min() < 0:
        raise InputError.of("", f"{name}.value", f"{values.min():g}", "no negative value")
