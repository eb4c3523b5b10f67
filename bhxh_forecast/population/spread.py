"""Autocorrelated paths of a nation's fertility, life expectancy and net migration, from published bounds.

The published projection gives, for each year, the median and the bounds of 80% and 95% of each of the three. They are
taken as quantiles of each year's value; what they do not say is how a path that is high this year goes on. That is one
correlation from year to year for each of the three, and these are chosen so that the bounds of the total population
are met: see `fit_persistence`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from bhxh_forecast.population.draws import DrawsResult, project_draws
from bhxh_forecast.population.engine import base_array, project
from bhxh_forecast.population.lifetable import Array, life_expectancy
from bhxh_forecast.population.nation import Nation

COMPONENTS = ("fertility", "mortality", "migration")
_NORMAL = np.array([-1.959964, -1.281552, 0.0, 1.281552, 1.959964])  # quantiles of 2.5, 10, 50, 90, 97.5%
_COLUMNS = {
    "fertility": ("tfr_95l", "tfr_80l", "tfr", "tfr_80u", "tfr_95u"),
    "mortality": ("e0B_95l", "e0B_80l", "e0B", "e0B_80u", "e0B_95u"),
    "migration": ("netmig_95l", "netmig_80l", "netmig_thousand", "netmig_80u", "netmig_95u"),
}
_TOTAL = ("pop_95l_1jan", "pop_80l_1jan", "pop_1jan_thousand", "pop_80u_1jan", "pop_95u_1jan")
_SHIFTS = np.linspace(-1.6, 1.2, 15)  # ln of death rates between which life expectancy is read


@dataclass(frozen=True)
class NationDraws:
    """A nation in n draws.

    Attributes
    ----------
    years
        1 Januaries, (Y + 1,).
    result
        Stocks and flows.
    paths
        Total fertility (children), life expectancy of both sexes (years), net migration (persons), each (n, Y).
    """

    years: np.ndarray
    result: DrawsResult
    paths: dict[str, Array]

    @property
    def totals(self) -> Array:
        """Population on 1 January, (n, Y + 1)."""
        total: Array = self.result.stock.sum(axis=(2, 3))
        return total


def persistent(shocks: Array, rho: float) -> Array:
    """Standard normal paths (n, Y) with correlation `rho` from year to year, from independent normals."""
    paths = np.empty(shocks.shape)
    paths[:, 0] = shocks[:, 0]
    for y in range(1, shocks.shape[1]):
        paths[:, y] = rho * paths[:, y - 1] + np.sqrt(1.0 - rho**2) * shocks[:, y]
    return paths


def through_bounds(normals: Array, bounds: Array) -> Array:
    """Values whose quantiles of 2.5, 10, 50, 90 and 97.5% are the bounds of each year.

    Parameters
    ----------
    normals
        Standard normals, (n, Y).
    bounds
        (Y, 5). Linear in the normal between them and beyond the outer ones.

    Examples
    --------
    >>> through_bounds(np.array([[-1.281552, 0.0]]), np.array([[1.0, 2.0, 4.0, 5.0, 7.0]] * 2)).tolist()
    [[2.0, 4.0]]
    """
    values = np.empty(normals.shape)
    for y, row in enumerate(bounds):
        slopes = np.diff(row) / np.diff(_NORMAL)
        part = np.clip(np.searchsorted(_NORMAL, normals[:, y]) - 1, 0, len(slopes) - 1)
        values[:, y] = row[part] + slopes[part] * (normals[:, y] - _NORMAL[part])
    return values


def nation_draws(
    nation: Nation, rho: Sequence[float], shocks: Array, *, start: int, components: Sequence[str] = COMPONENTS
) -> NationDraws:
    """Project a nation in n draws.

    Parameters
    ----------
    nation
        What was published.
    rho
        Correlation from year to year of fertility, mortality and net migration.
    shocks
        Independent standard normals, (3, n, Y), in the order of `COMPONENTS`.
    start
        Year of the base; the last 1 January is `start` + Y.
    components
        Which of the three vary; the others stay at their medians.
    """
    n, count = shocks.shape[1:]
    years = np.arange(start, start + count)
    rates, at = nation.rates, slice(nation.rates.index(start), nation.rates.index(start) + count)
    if rates.mx is None or rates.net_migration is None:
        raise ValueError("national draws need death rates and net migration")
    paths = {
        name: through_bounds(
            persistent(shocks[k], rho[k]) if name in components else np.zeros((n, count)),
            nation.annual.loc[years, list(_COLUMNS[name])].to_numpy(dtype=float),
        )
        for k, name in enumerate(COMPONENTS)
    }
    central = nation.annual.loc[years]
    paths["migration"] = paths["migration"] * 1000.0
    moved = rates.net_migration[at]
    counted = moved.sum(axis=(1, 2))
    level = paths["migration"] + (counted - central["netmig_thousand"].to_numpy() * 1000.0)
    longer = paths["mortality"] - central["e0B"].to_numpy()
    result = project_draws(
        np.broadcast_to(base_array(nation.population, rates, start), (n, 2, len(rates.ages))),
        rates.mx[at],
        _fertility(nation, start, count),
        rates.srb[at],
        mortality=_hazards(rates.mx[at], rates.srb[at], longer),
        fertility=paths["fertility"] / central["tfr"].to_numpy(),
        migration=level,
        pattern=moved / counted[:, None, None],
    )
    return NationDraws(np.arange(start, start + count + 1), result, paths)


def _fertility(nation: Nation, start: int, count: int) -> Array:
    """Fertility rates (Y, A) scaled so that the central run has the published births."""
    free = project(nation.population, replace(nation.rates, births=None), start=start, end=start + count)
    found = free.births.sum("sex").to_numpy()
    at = slice(nation.rates.index(start), nation.rates.index(start) + count)
    wanted = found if nation.rates.births is None else nation.rates.births[at]
    scaled: Array = nation.rates.asfr[at] * (wanted / found)[:, None]
    return scaled


def _hazards(mx: Array, srb: Array, longer: Array) -> Array:
    """Multipliers of the death rates (n, Y) at which people live so many years longer, (n, Y)."""
    found = np.empty(longer.shape)
    for y, (rates, boys) in enumerate(zip(mx, srb, strict=True)):
        lives = life_expectancy(rates * np.exp(_SHIFTS)[:, None, None])  # (shifts, 2)
        both = (boys * lives[:, 0] + lives[:, 1]) / (1.0 + boys)
        gain = both - np.interp(0.0, _SHIFTS, both)
        found[:, y] = np.exp(np.interp(longer[:, y], gain[::-1], _SHIFTS[::-1]))
    return found


def total_bands(totals: Array, years: np.ndarray, annual: pd.DataFrame) -> pd.DataFrame:
    """Bands of the total population beside the published ones.

    Parameters
    ----------
    totals
        Persons on 1 January, (n, Y + 1).
    years
        Their years.
    annual
        Published annual series with bounds.

    Returns
    -------
    DataFrame
        year, band (80 or 95), low, high, published_low, published_high, ratio (of the widths), for the years whose
        bounds are published.
    """
    rows = []
    for y, year in enumerate(years):
        wanted = annual.loc[year, list(_TOTAL)].to_numpy(dtype=float) * 1000.0
        if not np.all(np.isfinite(wanted)):
            continue
        found = np.quantile(totals[:, y], [0.025, 0.1, 0.9, 0.975])
        for band, (low, high) in ((80, (1, 2)), (95, (0, 3))):
            outer = wanted[[1, 3]] if band == 80 else wanted[[0, 4]]
            width = float((found[high] - found[low]) / (outer[1] - outer[0]))
            rows.append((int(year), band, found[low], found[high], outer[0], outer[1], width))
    names = ["year", "band", "low", "high", "published_low", "published_high", "ratio"]
    return pd.DataFrame(rows, columns=names)


def fit_persistence(nation: Nation, *, start: int, until: int, draws: int = 4000, seed: int = 1) -> Array:
    """Correlations from year to year of the three paths at which the bands of the total are as published, (3,).

    The squared logs of the ratios of widths are made least, over 1 Januaries to `until` and both bands, with the same
    normals throughout; needs scipy.
    """
    from scipy.optimize import minimize

    shocks = np.random.default_rng(seed).standard_normal((3, draws, until - start))

    def distance(free: Array) -> float:
        rho = (1.0 / (1.0 + np.exp(-free))).tolist()
        found = nation_draws(nation, rho, shocks, start=start)
        ratios = total_bands(found.totals, found.years, nation.annual)["ratio"]
        return float((np.log(ratios) ** 2).mean())

    best = minimize(
        distance, np.array([3.0, 3.0, 1.0]), method="Nelder-Mead", options={"xatol": 0.02, "fatol": 1e-6}
    )
    rho: Array = 1.0 / (1.0 + np.exp(-best.x))
    return rho
