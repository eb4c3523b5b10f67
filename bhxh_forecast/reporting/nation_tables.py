"""Tables of the engine against the published national projection: error by date and age, flows, bands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bhxh_forecast.reporting.blocks import Block, Column, Row, Table
from bhxh_forecast.reporting.nation_view import nation_view

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page

ERROR_YEARS = (2025, 2030, 2050, 2075, 2100)
FLOW_YEARS = (2024, 2030, 2050, 2099)
BAND_YEARS = (2025, 2030, 2035, 2040, 2045, 2050)


def validation_table(page: Page) -> Block:
    """Largest error by date, sex and ages, with fertility scaled to published births and as it is."""
    t = page.text
    view = nation_view(page).validation
    parts = {kind: view.summary(ERROR_YEARS, scaled=kind == "scaled") for kind in ("scaled", "unscaled")}
    columns = [Column(t("column.people"), "left"), *(Column(str(year)) for year in ERROR_YEARS)]
    rows: list[Row] = []
    for kind, found in parts.items():
        rows.append(Row([t(f"people.births_{kind}")], "head"))
        for (sex, ages), part in found.groupby(["sex", "ages"], sort=False):
            errors = zip(part["error"].astype(float), part["age"].astype(float), strict=True)
            cells = [_error(page, error, age) for error, age in errors]
            rows.append(
                Row([_label(page, str(sex), str(ages)), *cells], "total" if sex == "total" else "plain")
            )
    data = pd.concat(parts, names=["kind"])
    note = t("people.validation_note")
    return Table(
        t("people.validation_table"), t("people.unit_percent"), columns, rows, note, data=data
    ).block()


def _label(page: Page, sex: str, ages: str) -> str:
    who = page.text.label("sex", sex)
    return f"{who}, {page.text('people.all_ages')}" if ages == "all" else f"{who}, {ages}"


def _error(page: Page, error: float, age: float) -> str:
    text = page.fmt.number(100.0 * error, 4 if abs(error) < 1e-3 else 2)
    return text if np.isnan(age) else f"{text} ({int(age)})"


def flow_table(page: Page) -> Block:
    """Births, deaths and life expectancy of some years beside the published ones."""
    t, f = page.text, page.fmt
    data = nation_view(page).validation.flows(FLOW_YEARS)
    columns = [Column(t("column.quantity"), "left"), Column(t("column.calendar_year"))]
    columns += [Column(t(f"people.{name}")) for name in ("projected", "published", "difference")]
    rows = []
    for row in data.to_dict("records"):
        life = str(row["quantity"]).startswith("e0")
        values = [f.number(v, 3) if life else f.number(v) for v in (row["projected"], row["published"])]
        error = f.number(row["error"], 3) if life else f"{f.number(100 * row['error'], 3)}%"
        rows.append(Row([t(f"quantity.{row['quantity']}"), str(row["year"]), *values, error]))
    return Table(
        t("people.flow_table"), t("people.flow_unit"), columns, rows, t("people.flow_note"), data=data
    ).block()


def band_table(page: Page) -> Block:
    """Bands of the nation's total population beside the published ones."""
    t, f = page.text, page.fmt
    data = nation_view(page).bands
    columns = [Column(t("column.calendar_year"), "left"), Column(t("people.band"))]
    columns += [Column(t(f"people.{name}")) for name in ("model_range", "published_range", "width_ratio")]
    rows = [
        Row([
            str(row["year"]), f"{row['band']}%", _range(page, row["low"], row["high"]),
            _range(page, row["published_low"], row["published_high"]), f.number(row["ratio"], 2),
        ])
        for row in data[data["year"].isin(BAND_YEARS)].to_dict("records")
    ]  # fmt: skip
    note = t("people.band_note")
    return Table(t("people.band_table"), t("unit.million_table"), columns, rows, note, data=data).block()


def _range(page: Page, low: float, high: float) -> str:
    return f"{page.fmt.number(low / 1e6, 2)}–{page.fmt.number(high / 1e6, 2)}"
