"""Every published total of the place's people beside the model's value and band."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bhxh_forecast.analysis.people_draws import PeopleDraws
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.population.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Mapping

Row = dict[str, object]
SINCE = 2009  # figures of the place in its present limits
ELDERS, ADULTS = 60, 15
STOCKS: Mapping[str, Callable[[Array], Array]] = {
    "population": lambda people: people.sum(axis=(1, 2)),
    "population_male": lambda people: people[:, 0].sum(axis=1),
    "population_female": lambda people: people[:, 1].sum(axis=1),
    "population_15plus": lambda people: people[..., ADULTS:].sum(axis=(1, 2)),
    "elderly_population": lambda people: people[..., ELDERS:].sum(axis=(1, 2)),
    "population_register": lambda people: people.sum(axis=(1, 2)),
}
FORCE = "labour_force_15plus"
COLUMNS = [
    "series", "start", "end", "kind", "published", "status", "used", "source", "p05", "p10", "p50", "p90", "p95",
    "mc_error", "inside",
]  # fmt: skip


def known_totals(people: PeopleDraws) -> pd.DataFrame:
    """Published totals with the model's value.

    Returns
    -------
    DataFrame
        series, start, end, kind (point or average), published, status, used (whether the model is fitted to it),
        source, p05, p10, p50, p90, p95, mc_error (of p50), inside (the 90% band; NaN where the model has no value:
        before the year before its first), in the order of series and date.
    """
    rows: list[Row] = []
    table = people.inputs.observations
    table = table[(table["geo"] == people.inputs.geo) & table["series"].isin([*STOCKS, FORCE])]
    table = table[table["value"].notna() & table["use"].isin(["fit", "show"])]
    fitted = {entry["id"] for entry in Sources.of(people.inputs).settings["totals"] if "until" not in entry}
    for at, row in table.iterrows():
        end, start = pd.Timestamp(row["period_end"]), pd.Timestamp(row["period_start"])
        if end.year < SINCE:
            continue
        values = _model(people, str(row["series"]), end, row["period_kind"] == "average")
        known: Row = {
            "series": row["series"],
            "start": start,
            "end": end,
            "kind": row["period_kind"],
            "published": float(row["value"]),
            "status": row["status"],
            "used": row["use"] == "fit" or row["id"] in fitted,
            "source": row["publisher"] if isinstance(row["publisher"], str) else "",
            "at": at,
        }
        rows.append(known | _band(people, values, float(row["value"])))
    found = pd.DataFrame(rows).sort_values(["series", "end", "at"], key=_order)
    return found.drop_duplicates(["series", "end", "published"])[COLUMNS].reset_index(drop=True)


def _order(column: pd.Series) -> pd.Series:
    names = [*STOCKS, FORCE]
    return column.map(names.index) if column.name == "series" else column


def _model(people: PeopleDraws, series: str, end: pd.Timestamp, average: bool) -> Array | None:
    """The model's draws of a total, or None before its time or after its end."""
    try:
        if series == FORCE:
            return people.labour_force(end.year)
        within = 0.5 if average else (end - pd.Timestamp(end.year, 1, 1)).days / 365.0
        return STOCKS[series](people.stock_at(end.year, within))
    except KeyError:
        return None


def _band(people: PeopleDraws, values: Array | None, published: float) -> Row:
    if values is None:
        return dict.fromkeys(("p05", "p10", "p50", "p90", "p95", "mc_error", "inside"), np.nan)
    found = people.summary(values)
    names = {f"p{round(100 * p):02d}": float(q) for p, q in zip(found.wanted, found.quantiles, strict=True)}
    inside = float(names["p05"] <= published <= names["p95"])
    return {**names, "mc_error": float(found.error_at(0.5)), "inside": inside}


def vital_events(people: PeopleDraws) -> pd.DataFrame:
    """Registered deaths and quoted life expectancy beside the model's.

    Returns
    -------
    DataFrame
        quantity (deaths, life_expectancy), year, published, status, p05, p10, p50, p90, p95, mc_error, inside, ratio
        (published over p50).
    """
    table = Sources.of(people.inputs).named("figures")
    quantities = {"death registrations": "deaths", "life expectancy at birth both sexes": "life_expectancy"}
    table = table[(table["geo"] == people.inputs.geo) & table["indicator"].isin(quantities)]
    rows: list[Row] = []
    deaths = people.people.population.deaths.sum(axis=2)
    for _, row in table.iterrows():
        year, name = int(str(row["year_or_date"])[:4]), quantities[str(row["indicator"])]
        draws = deaths[:, year - people.first] if name == "deaths" else people.life_expectancy(year)
        published = float(row["value"])
        band = _band(people, draws, published)
        known: Row = {"quantity": name, "year": year, "published": published, "status": row["status"]}
        rows.append(known | band | {"ratio": published / float(np.median(draws))})
    return pd.DataFrame(rows).sort_values(["quantity", "year"]).reset_index(drop=True)


GROUPS = {"all": (0, None), "0-14": (0, 15), "15-59": (15, 60), "60+": (60, None), "80+": (80, None)}
COMPARED = (2014, 2019, 2024, 2029)


def other_projection(people: PeopleDraws) -> pd.DataFrame:
    """The published projection by age of the place beside the model, at the projection's reference dates.

    Returns
    -------
    DataFrame
        year, group, published, basis (observed_adjusted or projection), p10, p50, p90, difference (p50 over published
        less one), share_published, share_model.
    """
    sources = Sources.of(people.inputs)
    table, within = sources.named("structure"), float(sources.settings["base"]["structure_within_year"])
    table = table[(table["geo"] == people.inputs.geo) & (table["sex"] == "total")]
    rows: list[Row] = []
    for year in COMPARED:
        part = table[table["year"] == year]
        known = part[part["age_group"] != "all"]
        lowest = known["age_group"].str.extract(r"(\d+)", expand=False).astype(int)
        stock = people.stock_at(year, within)
        totals = (float(known["value"].sum()), float(np.median(stock.sum(axis=(1, 2)))))
        for group, (low, high) in GROUPS.items():
            chosen = (lowest >= low) & (lowest < (high or np.inf))
            published = float(known.loc[chosen, "value"].sum())
            low10, p50, high90 = np.quantile(stock[..., low:high].sum(axis=(1, 2)), [0.1, 0.5, 0.9])
            rows.append({
                "year": year, "group": group, "published": published, "basis": part["basis"].iloc[0],
                "p10": low10, "p50": p50, "p90": high90, "difference": p50 / published - 1.0,
                "share_published": published / totals[0], "share_model": p50 / totals[1],
            })  # fmt: skip
    return pd.DataFrame(rows)
