"""Pensions, social pension and the numerator of the old-age target (docs/technical-note.md, section 6)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.coverage.types import NEAR, POOR, Array, Drivers, Pools
from bhxh_forecast.timeline import Timeline

Params = dict[str, Array]
RULE_YEARS = "pension.min_contribution_years"
POOR_AGE = "sp.age_poor_near_poor"
AGE_LEVER = "old_age.social_pension_age"
EXTENSION = "old_age.city_extension_70_74"
YOUNGEST, OLDEST = 70, 80  # ages of ``Pools.elders``: a social pension begins between them
POOR_AT_MOST = 75


@dataclass(frozen=True)
class OldAge:
    """Stocks and flows of the old-age stage, persons (T, n).

    Attributes
    ----------
    past_age
        Recipients of pensions and benefits past retirement age.
    everyone
        People with a social pension: by age, poor and near-poor below that age, and the city's extension.
    numerator
        People of the old-age target: ``past_age`` and ``everyone``.
    """

    pensions: Array
    new_pensions: Array
    past_age: Array
    by_age: Array
    poor: Array
    extension: Array
    everyone: Array
    numerator: Array


def reorganisation_pensions(line: Timeline) -> Array:
    """A tenth of the early pensions of 2025 in each month from March to December of that year, (T,)."""
    t = np.arange(len(line.months))
    inside = (t >= line.index("2025-03")) & (t <= line.index("2025-12"))
    return np.where(inside, 0.1, 0.0)


def pensions(
    line: Timeline, drivers: Drivers, p: Params, crossing: Array, zeta: Array
) -> tuple[Array, Array]:
    """Recipients of pensions and monthly benefits, and new ones, each (T, n)."""
    rule15 = drivers.law[RULE_YEARS] == 15
    early = reorganisation_pensions(line)
    stock = np.empty_like(crossing)
    new = np.zeros_like(crossing)
    stock[0] = p["pension_start"]
    stay = np.exp(-p["pension_exit"] / 12.0)
    spread = p["pension_noise_sd"] / np.sqrt(12.0)
    for t in range(1, len(line.months)):
        take = p["pension_take"] * (1.0 + p["pension_rule15"]) if rule15[t] else p["pension_take"]
        new[t] = crossing[t - 1] * take + stock[t - 1] * (p["pension_other_inflow"] / 12.0)
        new[t] += p["reorg_pensions"] * early[t]
        stock[t] = stock[t - 1] * (stay + spread * zeta[t]) + new[t]
    return stock, new


@dataclass(frozen=True)
class Elders:
    """People of at least 70 to 80 years by month, read between the 1 Januaries on which they are known."""

    stock: Array  # (Y + 1, 11, n)
    year: NDArray[np.int64]
    weight: Array

    def count(self, t: int, age: float) -> Array:
        """People of at least a given age between 70 and 80, persons (n,); fractions take part of a single year."""
        whole = int(np.floor(age))
        if age == whole:
            return self._at(t, whole)
        above = self._at(t, whole)
        return above - (age - whole) * (above - self._at(t, whole + 1))

    def _at(self, t: int, age: int) -> Array:
        y, w, i = self.year[t], self.weight[t], age - YOUNGEST
        result: Array = self.stock[y, i] * (1.0 - w) + self.stock[y + 1, i] * w
        return result


def social_pension(
    line: Timeline, drivers: Drivers, p: Params, pools: Pools, share: Array, stock: Array
) -> tuple[Array, Array, Array]:
    """Social pensioners by age, poor and near-poor below that age, and the city's extension, each (T, n)."""
    ages = np.clip(drivers.levers[AGE_LEVER], YOUNGEST, OLDEST)
    extension = drivers.levers[EXTENSION]
    poor_from = np.clip(drivers.law[POOR_AGE], YOUNGEST, POOR_AT_MOST)
    step = -np.expm1(-np.log(2.0) / p["sp_ramp_half_life"])
    elders = Elders(pools.elders, *line.interpolation)
    by_age, poor, extended = (np.zeros_like(stock) for _ in range(3))
    for t in range(len(line.months)):
        old, seventy_five = elders.count(t, ages[t]), elders.count(t, 75.0)
        with_pension = p["pension_share_75"] * stock[t] / seventy_five
        due = p["sp_takeup"] * np.maximum(0.0, old - with_pension * old)
        by_age[t] = due if t == 0 else by_age[t - 1] + (due - by_age[t - 1]) * step
        uncovered = p["sp_takeup"] * (1.0 - np.minimum(1.0, with_pension))
        needy = share[t, POOR] + share[t, NEAR]
        if not np.isnan(poor_from[t]):
            younger = elders.count(t, poor_from[t]) - old
            poor[t] = needy * np.maximum(0.0, younger) * uncovered
        if extension[t] > 0.0:
            younger = np.maximum(0.0, elders.count(t, float(YOUNGEST)) - old)
            extended[t] = extension[t] * younger * uncovered * (1.0 - needy)
    return by_age, poor, extended


def old_age(line: Timeline, drivers: Drivers, p: Params, pools: Pools, share: Array, zeta: Array) -> OldAge:
    """Run the stage: pensions, then the social pension for those without one."""
    stock, new = pensions(line, drivers, p, pools.crossing, zeta)
    past_age = stock * p["pension_share_past"]
    by_age, poor, extension = social_pension(line, drivers, p, pools, share, stock)
    everyone = by_age + poor + extension
    return OldAge(stock, new, past_age, by_age, poor, extension, everyone, past_age + everyone)
