"""The derived tables of a region as files: what a run reads, and how they are built anew.

`python -m bhxh_forecast.population.region_tables DATA` writes both; a test holds the stored ones to it.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from bhxh_forecast.population.derive import RegionTables, derive_region, elder_weights
from bhxh_forecast.population.lifetable import SEXES, Array
from bhxh_forecast.population.rates import grid
from bhxh_forecast.population.sources import Sources

_UNITS = {
    "mortality_shift": "ln of the nation's death rate",
    "fertility_ratio": "ratio to the nation",
    "sex_ratio_at_birth": "boys per girl",
    "net_migration": "persons",
    "migration_share": "share",
    "known_until": "year",
    "known_from": "yyyymmdd",
}
_NOTE = {
    "mortality_shift": "life expectancy of both sexes and gap as in region.yaml",
    "fertility_ratio": "dated total fertility over the nation's, last ratio kept",
    "sex_ratio_at_birth": "the region's, then linear to the nation's",
    "net_migration": "what known totals leave unexplained, smoothest path; later the mean of recent years",
    "migration_share": "Rogers-Castro schedule",
    "known_until": "last year whose net migration follows from known totals",
    "known_from": "day from which all totals used were published",
}


def load_region(sources: Sources, as_of: date | None = None) -> RegionTables:
    """Return the region's central tables, as known on a day.

    The stored tables are used when everything behind them was published by then and the user has entered no census;
    otherwise they are derived anew from what was.

    Raises
    ------
    InputError
        If a table lacks cells.
    """
    stored = sources.named("rates")
    cells = {name: stored[stored["parameter"] == name] for name in _UNITS}
    day = str(int(cells["known_from"]["value"].iloc[0]))
    known_from = date(int(day[:4]), int(day[4:6]), int(day[6:]))
    if (as_of is not None and as_of < known_from) or sources.census(as_of) is not None:
        return derive_region(sources, as_of)
    return _read(sources, cells, known_from)


def _read(sources: Sources, cells: dict[str, pd.DataFrame], known_from: date) -> RegionTables:
    """Put the stored tables on their axes and shift the nation's rates by them."""
    first = int(sources.settings["base"]["year"])
    all_years, national = sources.death_rates()
    years, ages = all_years[all_years >= first], np.arange(national.shape[-1])
    shift = np.array([float(_one(cells["mortality_shift"], sex)) for sex in SEXES])
    ratio = grid(cells["fertility_ratio"], "fertility_ratio", years)
    shares = cells["migration_share"].assign(year=first)
    pattern = grid(shares, "migration_share", np.array([first]), ages, sexes=True)[0]
    return RegionTables(
        years=years,
        base=grid(sources.named("base"), "base", np.array([first]), ages, sexes=True)[0],
        mx=national[all_years >= first] * np.exp(shift)[:, None],
        mortality_shift=shift,
        asfr=sources.fertility_rates(years, len(ages)) * ratio[:, None],
        fertility_ratio=ratio,
        srb=grid(cells["sex_ratio_at_birth"], "sex_ratio_at_birth", years),
        migration=grid(cells["net_migration"], "net_migration", years, signed=True),
        pattern=pattern / pattern.sum(),
        elders=elder_weights(sources, len(ages)),
        known_until=int(cells["known_until"]["value"].iloc[0]),
        known_from=known_from,
    )


def _one(rows: pd.DataFrame, sex: str) -> float:
    """The value of one sex."""
    return float(rows.loc[rows["sex"] == sex, "value"].iloc[0])


def to_frames(tables: RegionTables, geo: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Long tables of the base and of the rates, as they are stored."""
    ages = np.arange(tables.base.shape[-1])
    cells = pd.MultiIndex.from_product([[geo], [int(tables.years[0])], SEXES, ages])
    cells = cells.set_names(["geo", "year", "sex", "age"])
    base = pd.DataFrame({"value": tables.base.ravel()}, index=cells).reset_index()
    note = "estimate: structure of the intercensal survey graduated, aged and raked to known totals; see region.yaml"
    base = base.assign(unit="persons", status="derived", note=note)
    by_year = {
        "fertility_ratio": tables.fertility_ratio,
        "sex_ratio_at_birth": tables.srb,
        "net_migration": tables.migration,
    }
    parts = [_rows("mortality_shift", tables.mortality_shift, sex=list(SEXES))]
    parts += [_rows(name, values, year=tables.years) for name, values in by_year.items()]
    both = {"sex": np.repeat(SEXES, len(ages)), "age": np.tile(ages, 2)}
    parts.append(_rows("migration_share", tables.pattern.ravel(), **both))
    parts.append(_rows("known_until", np.array([tables.known_until])))
    parts.append(_rows("known_from", np.array([int(tables.known_from.strftime("%Y%m%d"))])))
    rates = pd.concat(parts, ignore_index=True)
    rates = rates.assign(
        geo=geo, unit=rates["parameter"].map(_UNITS), status="derived", note=rates["parameter"].map(_NOTE)
    )
    columns = ["geo", "parameter", "year", "sex", "age", "value", "unit", "status", "note"]
    return base, rates[columns]


def _rows(parameter: str, values: Array, **keys: object) -> pd.DataFrame:
    """Rows of one parameter; keys that it does not have stay empty."""
    cells = {"year": None, "sex": None, "age": None, **keys}
    return pd.DataFrame(
        {"parameter": parameter, "value": np.asarray(values, dtype=float), **cells}, dtype=object
    ).astype({"value": float})


def write_region(data: Path) -> list[Path]:
    """Derive the tables from a data folder and store them in it; returns the files."""
    settings = Sources.of(_Folder(data))
    base, rates = to_frames(derive_region(settings), settings.settings["geo"])
    files = []
    for role, frame in (("base", base), ("rates", rates)):
        path = data / f"{settings.settings['tables'][role]}.csv"
        frame.to_csv(path, index=False, float_format="%.10g", lineterminator="\n")
        files.append(path)
    return files


class _Folder:
    """A data folder read plainly."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.data_dir / f"{name}.csv")


if __name__ == "__main__":
    for written in write_region(Path(sys.argv[1])):
        sys.stdout.write(f"{written}\n")
