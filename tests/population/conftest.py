"""The UN's figures for Viet Nam, read once."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from bhxh_forecast.population import Rates

DEMOGRAPHY = Path(__file__).parents[2] / "data" / "demography"


@dataclass(frozen=True)
class WPP:
    """World Population Prospects 2024, Viet Nam."""

    rates: Rates
    population: pd.DataFrame
    annual: pd.DataFrame
    tables: dict[str, pd.DataFrame]


@pytest.fixture(scope="session")
def wpp() -> WPP:
    read = {
        name: pd.read_csv(DEMOGRAPHY / f"wpp_{name}.csv")
        for name in ("mx", "asfr", "net_migration", "population_1jan", "annual")
    }
    annual = read["annual"]
    tables = {
        "mx": read["mx"],
        "asfr": read["asfr"],
        "net_migration": read["net_migration"],
        "srb": annual.assign(value=annual["srb"])[["year", "value"]],
        "births": annual.assign(value=annual["births_thousand"] * 1000)[["year", "value"]],
    }
    return WPP(Rates.from_long(**tables), read["population_1jan"], annual.set_index("year"), tables)
