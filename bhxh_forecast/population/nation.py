"""The nation that a region belongs to: population, rates and annual series of the reference projection."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from bhxh_forecast.population.rates import Rates
from bhxh_forecast.population.sources import Sources


@dataclass(frozen=True)
class Nation:
    """A national projection as published.

    Attributes
    ----------
    population
        Persons on 1 January: year, sex, age, value.
    rates
        Death, fertility and net migration by age, sex ratio at birth, births as published.
    annual
        Annual series and their bounds by calendar year, in the columns of World Population Prospects
        (``births_thousand``, ``tfr``, ``tfr_80l`` ...).
    """

    population: pd.DataFrame
    rates: Rates
    annual: pd.DataFrame

    @classmethod
    def of(cls, sources: Sources) -> Nation:
        """Read the nation of a region's settings.

        Raises
        ------
        InputError
            If a table lacks cells.
        """
        annual = sources.named("annual")
        rates = Rates.from_long(
            mx=sources.named("death_rates"),
            asfr=sources.named("fertility_rates"),
            srb=annual.rename(columns={"srb": "value"})[["year", "value"]],
            net_migration=sources.named("net_migration"),
            births=annual.assign(value=annual["births_thousand"] * 1000.0)[["year", "value"]],
        )
        return cls(sources.named("reference"), rates, annual.set_index("year"))
