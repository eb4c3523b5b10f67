"""The nation beside the published projection, computed once for the pictures and tables of a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from bhxh_forecast.population.nation import Nation
from bhxh_forecast.population.sources import Sources
from bhxh_forecast.population.spread import COMPONENTS, NationDraws, nation_draws, total_bands
from bhxh_forecast.population.validation import Validation, validate

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page
    from bhxh_forecast.reporting.run_tables import RunTables

DRAWS, SEED = 2000, 2024
_MADE: WeakKeyDictionary[RunTables, NationView] = WeakKeyDictionary()


@dataclass(frozen=True)
class NationView:
    """Validation and draws of the nation.

    Attributes
    ----------
    validation
        Projection with the published rates beside the published population.
    draws
        The nation in `DRAWS` draws to the last year of the fit.
    bands
        Bands of the total beside the published ones.
    """

    validation: Validation
    draws: NationDraws
    bands: pd.DataFrame


def nation_view(page: Page) -> NationView:
    """What the pages on the nation show."""
    if page.run not in _MADE:
        sources = Sources.of(page.inputs)
        nation, settings = Nation.of(sources), sources.settings["nation_spread"]
        start, until = int(settings["from"]), int(settings["fitted_to"])
        shocks = np.random.default_rng(SEED).standard_normal((len(COMPONENTS), DRAWS, until - start))
        rho = [float(settings[name]) for name in COMPONENTS]
        draws = nation_draws(nation, rho, shocks, start=start)
        bands = total_bands(draws.totals, draws.years, nation.annual)
        _MADE[page.run] = NationView(validate(nation, start=start), draws, bands)
    return _MADE[page.run]
