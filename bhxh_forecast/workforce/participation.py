"""Participation in the labour force by single age and sex, under the survey's two definitions.

The 13th and the 19th International Conference of Labour Statisticians (ICLS) define the labour force differently
(the latter leaves out people who produce for their own use). Each has its own profile and its own reference year;
they are never mixed. The stored profiles are fitted by `participation_fit`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhxh_forecast.population.rates import grid

Array = NDArray[np.float64]
DEFINITIONS = ("13", "19")
MOVING = (50, 65)  # ages between which participation moves with the legal retirement age, both included


@dataclass(frozen=True)
class Profile:
    """Participation rates of a definition.

    Attributes
    ----------
    rates
        Share of people in the labour force, (2, A), men first; 0 below 15.
    year
        Reference year: the legal retirement age of that year is behind the rates.
    trend
        Change a year by age in the years of the fit, logits, (A,), or None.
    """

    rates: Array
    year: int
    trend: Array | None = None

    def in_year(self, year: int, persistence: float) -> Profile:
        """The profile of a later year: the trend goes on, of which a share is left each year.

        Parameters
        ----------
        year
            Calendar year; in the reference year and before it the rates are as they are.
        persistence
            Share of a year's change that the next year still brings, from 0 (the trend ends at once) to below 1.
        """
        ahead = max(0, year - self.year)
        if self.trend is None or persistence <= 0.0 or ahead == 0:
            return self
        years = persistence * (1.0 - persistence**ahead) / (1.0 - persistence)
        odds = self.rates / (1.0 - self.rates) * np.exp(self.trend * years)
        return replace(self, rates=odds / (1.0 + odds))

    def at_shift(self, years: int) -> Array:
        """Rates (2, A) when everyone between 50 and 65 behaves as people so many whole years younger do.

        For a shift that is not whole, rates are linear between the whole ones.
        """
        ages = np.arange(self.rates.shape[-1])
        moving = (ages >= MOVING[0]) & (ages <= MOVING[1])
        read = np.clip(np.where(moving, ages - years, ages), 0, ages[-1])
        moved: Array = self.rates[:, read]
        return moved


def read_profiles(table: pd.DataFrame) -> dict[str, Profile]:
    """Profiles by definition from the stored table (definition, sex, age, value, reference_year, trend)."""
    found = {}
    for name in DEFINITIONS:
        rows = table[table["definition"].astype(str) == name]
        year = int(rows["reference_year"].iloc[0])
        ages = np.arange(int(rows["age"].max()) + 1)
        rates = grid(rows.assign(year=year), "profile", np.array([year]), ages, sexes=True, fill=0.0)[0]
        trend = np.zeros(len(ages))
        one = rows[rows["sex"] == rows["sex"].iloc[0]]
        trend[one["age"].to_numpy()] = one["trend"].to_numpy(dtype=float)
        found[name] = Profile(rates, year, trend)
    return found
