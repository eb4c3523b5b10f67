"""Fits the participation profiles that are stored with the data; needs statsmodels, which no run does.

`python -m bhxh_forecast.workforce.participation_fit DATA` writes the table; a test holds the stored one to it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from bhxh_forecast.population.lifetable import SEXES
from bhxh_forecast.population.rates import grid
from bhxh_forecast.population.retirement import ADULT
from bhxh_forecast.workforce.participation import DEFINITIONS, Array

REFERENCE_YEAR = {"13": 2019, "19": 2023}

_FIT_YEARS = {"13": range(2013, 2020), "19": range(2021, 2025)}
_LEFT_OUT = (2018,)  # its profile of prime and old ages looks like a change of the survey, not of behaviour
_KNOTS = np.array([15.0, 19.0, 24.0, 32.0, 48.0, 56.0, 62.0, 68.0])
_PASSES = 60
_DECADE = 10.0  # years per unit of the trend
_PASSAGE = (20.0, 30.0)


def fit_profiles(lfpr: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Fit the profiles to the survey's rates by age group.

    Parameters
    ----------
    lfpr
        Rates in percent: definition, sex, age_group, year, value.
    population
        Persons by year, sex and single age, the weights within an age group.

    Returns
    -------
    DataFrame
        geo-less rows definition, sex, age, value, reference_year, trend (logits a year, the same for both sexes), ages
        from 15 up.

    Notes
    -----
    Binomial regression with natural cubic splines of age by sex and a linear trend by year that differs between
    the young, the middle and the old. Splines of the year of birth on top were tried and left out: four more terms
    leave the mean error of the groups where it is (1.07 and 1.08 points, 1.05 and 1.04). The age groups enter by
    expectation-maximisation, so that an open group such as 65+ is matched by its mean and not read as one age. The
    19th definition is published for 15-24 and 25+ only: its levels are shifts, in logits by sex, of the age shape
    that the same surveys of 2021-2024 give.
    """
    fitted, trends = {}, {}
    for name in DEFINITIONS:
        years = [y for y in _FIT_YEARS[name] if y not in _LEFT_OUT]
        people = _people(population, years)
        shape, trends[name] = _fit_shape(_groups(lfpr, "13", years), people, years, REFERENCE_YEAR[name])
        if name == "19":
            middle = people.mean(axis=0)
            shape = _shift_levels(shape, _broad(lfpr, years), middle)
        fitted[name] = shape
    ages = np.arange(ADULT, 101)
    rows = [
        pd.DataFrame(
            {
                "definition": name,
                "sex": sex,
                "age": ages,
                "value": rates[s],
                "reference_year": REFERENCE_YEAR[name],
                "trend": trends[name],
            }
        )
        for name, rates in fitted.items()
        for s, sex in enumerate(SEXES)
    ]
    return pd.concat(rows, ignore_index=True)


def natural_spline(x: Array, knots: Array) -> Array:
    """Natural cubic spline basis, (len(x), len(knots)): linear outside the outer knots.

    Hastie, Tibshirani and Friedman (2009), The Elements of Statistical Learning, section 5.2.1.
    """
    scaled, k = (x - knots[0]) / (knots[-1] - knots[0]), (knots - knots[0]) / (knots[-1] - knots[0])

    def bend(i: int) -> Array:
        cubes = np.maximum(scaled - k[i], 0.0) ** 3 - np.maximum(scaled - k[-1], 0.0) ** 3
        return np.asarray(cubes / (k[-1] - k[i]))

    last = bend(len(k) - 2)
    columns = [np.ones(len(x)), scaled, *(bend(i) - last for i in range(len(k) - 2))]
    return np.stack(columns, axis=1)


def _bounds(group: str) -> tuple[int, int]:
    """First and last age of a label such as 15-19 or 65+."""
    if group.endswith("+"):
        return int(group[:-1]), 100
    low, high = group.split("-")
    return int(low), int(high)


def _groups(lfpr: pd.DataFrame, definition: str, years: Iterable[int]) -> pd.DataFrame:
    """Rows of a definition in the years, by sex, without the total of all ages."""
    kept = lfpr[(lfpr["definition"].astype(str) == definition) & lfpr["year"].isin(list(years))]
    return kept[kept["sex"].isin(SEXES) & (kept["age_group"] != "15+")]


def _broad(lfpr: pd.DataFrame, years: Iterable[int]) -> dict[tuple[int, str], float]:
    """Mean rate of the 19th definition over the years, by sex and broad age."""
    rows = _groups(lfpr, "19", years)
    found = {}
    for s, sex in enumerate(SEXES):
        for group in ("15-24", "25+"):
            own = rows[(rows["sex"] == sex) & (rows["age_group"] == group)]
            found[s, group] = float(own["value"].mean()) / 100
    return found


def _people(population: pd.DataFrame, years: list[int]) -> Array:
    """National persons of 15 and over, (Y, 2, 86)."""
    table: Array = grid(population, "population", np.array(years), np.arange(101), sexes=True)
    return table[..., ADULT:]


def _fit_shape(groups: pd.DataFrame, people: Array, years: list[int], reference: int) -> tuple[Array, Array]:
    """Rates (2, 86) in the reference year and trend (86,) by expectation-maximisation over single ages."""
    import statsmodels.api as sm

    ages = np.arange(ADULT, 101, dtype=float)
    spline, bend = natural_spline(ages, _KNOTS), natural_spline(ages, np.array([15.0, 27.0, 55.0, 65.0]))
    design = _design(spline, bend, [y - reference for y in years])
    rates = np.full(people.shape, 0.5)
    weights = people.ravel() / people.mean()
    observed = _observed(groups, years)
    for _ in range(_PASSES):
        pseudo = rates.copy()
        for (y, s, low, high), value in observed.items():
            cells = (y, s, slice(low - ADULT, high - ADULT + 1))
            mean = np.average(rates[cells], weights=people[cells])
            odds = value * (1 - mean) / (mean * (1 - value))
            pseudo[cells] = rates[cells] * odds / (1 - rates[cells] + rates[cells] * odds)
        model = sm.GLM(pseudo.ravel(), design, family=sm.families.Binomial(), var_weights=weights)
        rates = model.fit(maxiter=25).predict(design).reshape(people.shape)
    result = model.fit(maxiter=25)
    trend: Array = bend @ np.asarray(result.params)[2 * spline.shape[1] :] / _DECADE
    return np.asarray(result.predict(_design(spline, bend, [0]))).reshape(2, -1), trend


def _design(spline: Array, bend: Array, distance: list[int]) -> Array:
    """Regressors of every year, sex and age in that order: a spline per sex, and a trend that both share."""
    ages, terms = spline.shape
    rows = []
    for years in distance:
        for s in range(2):
            row = np.zeros((ages, 2 * terms + bend.shape[1]))
            row[:, s * terms : (s + 1) * terms] = spline
            row[:, 2 * terms :] = bend * years / _DECADE
            rows.append(row)
    return np.concatenate(rows)


def _observed(groups: pd.DataFrame, years: list[int]) -> dict[tuple[int, int, int, int], float]:
    """Survey rates by position of the year, sex, first and last age."""
    cells = zip(groups["year"], groups["sex"], groups["age_group"], groups["value"], strict=True)
    return {
        (years.index(int(year)), SEXES.index(sex), *_bounds(group)): float(value) / 100
        for year, sex, group, value in cells
    }


def _shift_levels(shape: Array, broad: dict[tuple[int, str], float], people: Array) -> Array:
    """Shift a shape (2, 86) in logits, by sex and broad age, so that the broad rates are met.

    The shift passes from that of 15-24 to that of 25+ over the ages of `_PASSAGE`, without a jump.
    """
    ages = np.arange(ADULT, 101)
    passed = np.interp(ages, _PASSAGE, [0.0, 1.0])
    parts = {"15-24": ages < 25, "25+": ages >= 25}
    rates = shape.copy()
    for s in range(2):
        logit = np.log(shape[s] / (1 - shape[s]))
        shift = dict.fromkeys(parts, 0.0)
        for _ in range(_PASSES):
            for group, cells in parts.items():
                mean = float(np.average(rates[s, cells], weights=people[s, cells]))
                shift[group] += _logit(broad[s, group]) - _logit(mean)
                moved = (1 - passed) * shift["15-24"] + passed * shift["25+"]
                rates[s] = 1 / (1 + np.exp(-(logit + moved)))
    return rates


def _logit(share: float) -> float:
    """Log odds."""
    return float(np.log(share / (1 - share)))


def write_profiles(data: Path) -> Path:
    """Fit the profiles from a data folder's tables and store them in it."""
    lfpr = pd.read_csv(data / "labour" / "lfpr.csv")
    people = pd.read_csv(data / "demography" / "wpp_population_midyear.csv")
    note = "binomial regression on the national survey's rates by age group; see technical note"
    path = data / "labour" / "participation_profile.csv"
    fitted = fit_profiles(lfpr, people).assign(unit="share", status="derived", note=note)
    fitted.to_csv(path, index=False, float_format="%.8g", lineterminator="\n")
    return path


if __name__ == "__main__":
    sys.stdout.write(f"{write_profiles(Path(sys.argv[1]))}\n")
