"""Tables of people: published totals beside the model, another projection, spread of a city, a census."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bhxh_forecast.analysis.known_totals import known_totals, other_projection, vital_events
from bhxh_forecast.population.cohorts import census_report
from bhxh_forecast.population.derive import central_stock
from bhxh_forecast.population.region_tables import load_region
from bhxh_forecast.population.sources import Sources
from bhxh_forecast.population.spread import COMPONENTS
from bhxh_forecast.reporting.blocks import Block, Column, Row, Table, paragraph
from bhxh_forecast.reporting.nation_view import nation_view
from bhxh_forecast.reporting.people_view import people_of
from bhxh_forecast.reporting.text import capital

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page


def known_total_table(page: Page) -> Block:
    """Every published total with the model's value and band; figures before the model's time stand beside."""
    t, f = page.text, page.fmt
    data = known_totals(people_of(page))
    columns = [Column(t("column.date"), "left"), Column(t("people.published")), Column(t("column.p50")),
               Column(t("people.band90")), Column(t("people.mc_error")), Column(t("people.verdict"), "left"),
               Column(t("people.standing"), "left")]  # fmt: skip
    rows: list[Row] = []
    for series, part in data.groupby("series", sort=False):
        rows.append(Row([capital(t(f"known.{series}"))], "head"))
        for row in part.to_dict("records"):
            when = str(row["end"].year) if row["kind"] == "average" else f.short_date(row["end"].date())
            rows.append(Row([when, f.number(row["published"]), *_model_cells(page, row), _verdict(page, row["inside"]),
                             _standing(page, row)]))  # fmt: skip
    note = t("people.known_note")
    return Table(t("people.known_table"), t("unit.persons"), columns, rows, note, data=data).block()


def _model_cells(page: Page, row: Mapping[Any, Any], decimals: int = 0) -> list[str]:
    f = page.fmt
    if np.isnan(row["p50"]):
        return ["-", "-", "-"]
    band = f"{f.number(row['p05'], decimals)}–{f.number(row['p95'], decimals)}"
    return [f.number(row["p50"], decimals), band, f.number(row["mc_error"], 2 if decimals else 0)]


def _verdict(page: Page, inside: float) -> str:
    if np.isnan(inside):
        return page.text("people.no_model")
    return page.text("people.inside" if inside else "people.outside")


def _standing(page: Page, row: Mapping[Any, Any]) -> str:
    words = page.text.label("source_status", str(row["status"]))
    return f"{words}; {page.text('people.used')}" if row["used"] else words


def vital_table(page: Page) -> Block:
    """Registered deaths and quoted life expectancy beside the model's."""
    t, f = page.text, page.fmt
    data = vital_events(people_of(page))
    columns = [Column(t("column.quantity"), "left"), Column(t("column.calendar_year")), Column(t("people.published")),
               Column(t("column.p50")), Column(t("people.band90")), Column(t("people.mc_error")),
               Column(t("people.published_over_model"))]  # fmt: skip
    rows = []
    for row in data.to_dict("records"):
        decimals = 0 if row["quantity"] == "deaths" else 1
        cells = [t(f"known.{row['quantity']}"), str(row["year"]), f.number(row["published"], decimals)]
        rows.append(Row([*cells, *_model_cells(page, row, decimals), f.number(row["ratio"], 2)]))
    note = t("people.vital_note", **_gaps(page, data))
    return Table(t("people.vital_table"), t("people.vital_unit"), columns, rows, note, data=data).block()


def _gaps(page: Page, data: pd.DataFrame) -> dict[str, str]:
    """How far registered deaths and counted elders lie below the model, as ranges."""
    f = page.fmt
    deaths = data.loc[data["quantity"] == "deaths", "ratio"].astype(float)
    known = known_totals(people_of(page))
    old = known[(known["series"] == "elderly_population") & known["p50"].notna()]
    short = 1.0 - (old["published"] / old["p50"]).astype(float)
    return {
        "registered": f.share_range(float(deaths.min()), float(deaths.max())),
        "elders": f.share_range(float(short.min()), float(short.max())),
    }


def other_projection_table(page: Page) -> Block:
    """The published projection by age beside the model, and why they differ."""
    t, f = page.text, page.fmt
    data = other_projection(people_of(page))
    columns = [Column(t("column.people"), "left"), Column(t("people.published_projection")), Column(t("column.p50")),
               Column(t("column.band80")), Column(t("people.difference")), Column(t("people.share_published")),
               Column(t("people.share_model"))]  # fmt: skip
    rows: list[Row] = []
    for (year, basis), part in data.groupby(["year", "basis"], sort=False):
        rows.append(Row([f"01/4/{year} ({t(f'people.basis_{basis}')})"], "head"))
        rows += [
            Row([
                t("people.all_ages") if row["group"] == "all" else str(row["group"]),
                f.number(row["published"] / 1e3), f.number(row["p50"] / 1e3),
                f"{f.number(row['p10'] / 1e3)}–{f.number(row['p90'] / 1e3)}", f.share(row["difference"]),
                f.share(row["share_published"]), f.share(row["share_model"]),
            ])
            for row in part.to_dict("records")
        ]  # fmt: skip
    note = t("people.other_note")
    title, unit = t("people.other_table"), t("people.unit_thousand")
    return Table(title, unit, columns, rows, note, data=data).block()


def spread_table(page: Page) -> Block:
    """Spread of fertility, life expectancy and net migration in the nation and in the place, with the reason."""
    t, f = page.text, page.fmt
    data = spreads(page)
    columns = [
        Column(t("column.quantity"), "left"),
        *(Column(t(f"people.{c}")) for c in ("spread_nation", "spread_place", "ratio")),
    ]
    columns.append(Column(t("people.reason"), "left", wide=True))
    rows = [
        Row([t(f"spread.{row['component']}"), f.number(row["nation"], 2), f.number(row["place"], 2),
             f.number(row["place"] / row["nation"], 1), t(f"spread.reason_{row['component']}")])
        for row in data.to_dict("records")
    ]  # fmt: skip
    title, unit, note = (
        t("people.spread_table"),
        t("people.spread_unit", year=page.until),
        t("people.spread_note"),
    )
    return Table(title, unit, columns, rows, note, data=data).block()


def spreads(page: Page) -> pd.DataFrame:
    """Half-width of the 80% band in the last year: %, years of life, net migrants per 1,000.

    Returns
    -------
    DataFrame
        component, nation, place.
    """
    people, nation = people_of(page), nation_view(page).draws
    population, year = people.people.population, page.until
    at, y = int(year - nation.years[0]), year - people.first
    mine, theirs = people.stock.sum(axis=(2, 3)), nation.totals
    fertility = population.fertility[:, y] * 100.0
    place = {
        "fertility": fertility,
        "mortality": people.life_expectancy(year),
        "migration": 1000.0 * population.migration[:, y].sum(axis=1) / mine[:, y],
        "total": 100.0 * mine[:, y] / np.median(mine[:, y]),
    }
    paths = nation.paths
    country = {
        "fertility": 100.0 * paths["fertility"][:, at] / np.median(paths["fertility"][:, at]),
        "mortality": paths["mortality"][:, at],
        "migration": 1000.0 * paths["migration"][:, at] / theirs[:, at],
        "total": 100.0 * theirs[:, at] / np.median(theirs[:, at]),
    }
    place["fertility"] = fertility / np.median(fertility) * 100.0
    rows = [
        {"component": name, "nation": _half(country[name]), "place": _half(place[name])}
        for name in (*COMPONENTS, "total")
    ]
    return pd.DataFrame(rows)


def _half(values: np.ndarray) -> float:
    low, high = np.quantile(values, [0.1, 0.9])
    return float(high - low) / 2.0


def census_table(page: Page) -> Block:
    """What a census table entered by the user changes, or where one could be entered."""
    t, f = page.text, page.fmt
    sources = Sources.of(page.inputs)
    census = sources.census(page.as_of)
    if census is None:
        return paragraph(t("census.none", file=f"{sources.settings['tables'].get('census', '')}.csv"), "note")
    known = {key: value for key, value in sources.settings["tables"].items() if key != "census"}
    estimate = replace(sources, settings={**sources.settings, "tables": known})
    stocks = [central_stock(load_region(s, page.as_of), census.year + 1) for s in (sources, estimate)]
    data = census_report(stocks[0], stocks[1], census, int(sources.settings["base"]["year"]))
    columns = [Column(t("column.people"), "left")]
    columns += [Column(t(f"census.{name}")) for name in ("entered", "model", "estimate", "gap")]
    rows = [
        Row([
            f"{t.label('sex', str(row['sex']))}, {row['ages']}{'*' if row['born'] else ''}",
            *(f.number(row[name]) for name in ("census", "model", "estimate")), f.share(row["gap"]),
        ])
        for row in data.to_dict("records")
    ]  # fmt: skip
    note = t("census.note", steps=len(census.changes))
    return Table(t("census.title"), t("unit.persons"), columns, rows, note, data=data).block()
