"""What a region's base population and rates are derived from, as known on a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
import yaml

from bhxh_forecast.errors import InputError
from bhxh_forecast.population.census import prepare
from bhxh_forecast.population.cohorts import Census
from bhxh_forecast.population.lifetable import Array
from bhxh_forecast.population.rates import axis, grid

Table = Callable[[str], pd.DataFrame]


@dataclass(frozen=True)
class Total:
    """A known total population: a mean over the two 1 Januaries around `year`, or a point `within` it."""

    id: str
    year: int
    within: float
    value: float
    published: date

    @property
    def average(self) -> bool:
        """Whether it is the average of a calendar year."""
        return bool(np.isnan(self.within))

    @property
    def time(self) -> float:
        """Date in years."""
        return self.year + (0.5 if self.average else self.within)


class DataSource(Protocol):
    """What is asked of the inputs of a run: a folder, and its tables by name."""

    @property
    def data_dir(self) -> Path:
        """The data folder."""

    def table(self, name: str) -> pd.DataFrame:
        """A table of the folder by its name without ``.csv``."""


@dataclass(frozen=True)
class Sources:
    """Settings and tables of a region.

    Attributes
    ----------
    settings
        The region's file, as read.
    table
        Gives a table of the data folder by its name.
    observations
        Tidy observations with ``id``, ``value``, ``period_start``, ``period_end``, ``period_kind``, ``published``.
    """

    settings: Mapping[str, Any]
    table: Table
    observations: pd.DataFrame

    @classmethod
    def of(cls, inputs: DataSource) -> Sources:
        """Sources of the region that the data folder describes; figures of all dates, whatever the run's day.

        Raises
        ------
        InputError
            If ``region.yaml`` cannot be read or lacks a part.
        """
        settings = read_settings(inputs.data_dir / "region.yaml")
        return cls(settings, inputs.table, inputs.table("observations/observations"))

    def named(self, role: str) -> pd.DataFrame:
        """Return the table that plays a role (base, rates, death_rates, ...)."""
        return self.table(self.settings["tables"][role])

    def totals(self, as_of: date | None = None) -> list[Total]:
        """Known totals in the order of time: published by the day, and not overtaken by then."""
        rows = self.observations.set_index("id")
        found: list[Total] = []
        for entry in self.settings["totals"]:
            row = self._row(rows, entry["id"])
            published = pd.Timestamp(row["published"]).date()
            overtaken = entry.get("until")
            if as_of is not None and published > as_of:
                continue
            if overtaken is not None and (as_of is None or overtaken <= as_of):
                continue
            found.append(_total(entry["id"], row, published))
        return sorted(found, key=lambda t: t.time)

    def sex_counts(self, as_of: date | None = None) -> tuple[Total, float] | None:
        """Share of men and the date it holds for, or None if not known by the day."""
        rows = self.observations.set_index("id")
        names = self.settings["sexes"]
        men, women = (self._row(rows, names[sex]) for sex in ("male", "female"))
        published = pd.Timestamp(men["published"]).date()
        if as_of is not None and published > as_of:
            return None
        share = float(men["value"]) / (float(men["value"]) + float(women["value"]))
        return _total(names["male"], men, published), share

    def adults(self, as_of: date | None = None) -> Total | None:
        """People of 15 and over, or None if not known by the day."""
        name = self.settings["adults"]
        row = self._row(self.observations.set_index("id"), name)
        published = pd.Timestamp(row["published"]).date()
        return None if as_of is not None and published > as_of else _total(name, row, published)

    def census(self, as_of: date | None = None) -> Census | None:
        """The latest table by age that a user has entered, graduated and raked, or None.

        It counts as known a year after its date. Totals by sex of the same date are its margins.

        Raises
        ------
        InputError
            If a row cannot be read.
        """
        name = self.settings["tables"].get("census")
        rows = self.table(name) if name else pd.DataFrame(columns=["geo", "date"])
        rows = rows[rows["geo"] == self.settings["geo"]]
        if rows.empty:
            return None
        day = pd.Timestamp(rows["date"].max())
        published = date(day.year + 1, day.month, 1)
        if as_of is not None and published > as_of:
            return None
        rows = rows[pd.to_datetime(rows["date"]) == day]
        counts = self.sex_counts(as_of)
        same = counts is not None and abs(counts[0].time - day.year - (day.day_of_year - 1) / 365.0) < 0.01
        made = prepare(
            rows, self.reference([day.year])[0], margins=self._sexes() if same else None, name=f"{name}.csv"
        )
        return Census(day.year, (day.day_of_year - 1) / 365.0, made.people, published, made.changes)

    def _sexes(self) -> pd.DataFrame:
        """Totals by sex as margins."""
        rows, names = self.observations.set_index("id"), self.settings["sexes"]
        values = {sex: float(self._row(rows, names[sex])["value"]) for sex in ("male", "female")}
        return pd.DataFrame({"sex": list(values), "age": "all", "value": list(values.values())})

    def known(self, field: str, as_of: date | None = None) -> list[Mapping[str, Any]]:
        """Dated figures of the settings that were published by the day; at least the first of them."""
        rows = sorted(self.settings[field], key=lambda r: r["year"])
        return [r for r in rows if as_of is None or r["published"] <= as_of] or rows[:1]

    def death_rates(self) -> tuple[np.ndarray, Array]:
        """Years and national deaths per person-year, (Y, 2, A)."""
        table = self.named("death_rates")
        years, ages = axis(table, "year", "mx"), axis(table, "age", "mx", start=0)
        return years, grid(table, "mx", years, ages, sexes=True)

    def fertility_rates(self, years: np.ndarray, ages: int) -> Array:
        """National births per woman and year, (Y, A)."""
        return grid(self.named("fertility_rates"), "asfr", years, np.arange(ages), fill=0.0)

    def national_sex_ratio(self, years: np.ndarray) -> Array:
        """National boys per girl at birth, (Y,)."""
        return grid(self.named("annual").rename(columns={"srb": "value"}), "srb", years)

    def reference(self, years: list[int]) -> Array:
        """National persons on 1 January, (len(years), 2, A)."""
        table = self.named("reference")
        ages = axis(table, "age", "reference", start=0)
        return grid(table, "reference", np.array(years), ages, sexes=True)

    def structure(self) -> tuple[list[int], Array]:
        """Lowest age of the groups (G,) and persons by sex (2, G) of the structure year."""
        table = self.named("structure")
        year = self.settings["base"]["structure_year"]
        rows = table[(table["year"] == year) & (table["sex"] != "total") & (table["age_group"] != "all")]
        wide = rows.assign(age=rows["age_group"].str.extract(r"(\d+)", expand=False).astype(int))
        wide = wide.pivot_table(index="age", columns="sex", values="value", aggfunc="sum").sort_index()
        return wide.index.tolist(), wide[["male", "female"]].to_numpy(dtype=float).T

    def _row(self, rows: pd.DataFrame, name: str) -> pd.Series:
        """One observation by id."""
        if name not in rows.index:
            raise InputError.of("region.yaml", "id", repr(name), [str(i) for i in rows.index])
        row = rows.loc[name]
        return row.iloc[0] if isinstance(row, pd.DataFrame) else row


def read_settings(path: Path) -> dict[str, Any]:
    """Read a region's settings file.

    Raises
    ------
    InputError
        If it cannot be read, or a part is missing.
    """
    try:
        settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise InputError.of(str(path), "file", str(error).replace("\n", " "), "a YAML file") from None
    parts = (
        "geo",
        "tables",
        "base",
        "totals",
        "sexes",
        "adults",
        "elders",
        "mortality",
        "fertility",
        "sex_ratio",
        "migration",
    )
    missing = [part for part in parts if not isinstance(settings, dict) or part not in settings]
    if missing:
        raise InputError.of(str(path), missing[0], "nothing", "a value")
    return dict(settings)


def _total(name: str, row: pd.Series, published: date) -> Total:
    """Read the date of an observation: a calendar year's average, or a point."""
    end = pd.Timestamp(row["period_end"])
    within = np.nan
    if row["period_kind"] == "point":
        within = (end - pd.Timestamp(end.year, 1, 1)).days / 365.0
    return Total(name, end.year, within, float(row["value"]), published)
