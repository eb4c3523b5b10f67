"""Printed tables of targets, denominators and indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from bhxh_forecast.reporting.blocks import Block, Column, Row, Table
from bhxh_forecast.reporting.fmt import is_missing
from bhxh_forecast.reporting.headline import denominator, outcome_words, required_text, target_pairs
from bhxh_forecast.reporting.text import capital

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page

LEFT = "left"


# -- targets -------------------------------------------------------------------------------------------------------
def target_table(page: Page, year: int | None = None) -> Block:
    """Targets on both bases: required, base and its size, median and band, odds, words, year reached."""
    t = page.text
    columns = [
        Column(t("column.number"), "center"),
        Column(t("column.target"), LEFT),
        Column(t("column.required"), LEFT),
        Column(t("column.base"), LEFT),
        Column(t("column.base_size")),
        Column(t("column.p50")),
        Column(t("column.band80")),
        Column(t("column.probability")),
        Column(t("column.words"), LEFT, wide=True),
        Column(t("column.year_reached")),
    ]
    rows: list[Row] = []
    previous = None
    for at, (written, reported) in enumerate(target_pairs(page, year), start=1):
        if written["year"] != previous:
            previous = written["year"]
            rows.append(Row([t("table.targets_year", year=previous)], "head"))
        same = written["base"] == reported["base"] and written["target_id"] != "all"
        rows.append(_target_row(page, str(at), written, "one_base" if same else "as_written"))
        if not same:
            rows.append(_target_row(page, "", reported, "as_reported"))
    note = t("table.targets_note")
    return Table(
        t("table.targets"), t("unit.targets"), columns, rows, note, data=page.table("targets")
    ).block()


def _target_row(page: Page, number: str, row: dict[str, Any], role: str) -> Row:
    t, f = page.text, page.fmt
    first = bool(number)
    base = t.label("base", str(row["base"])) if row["base"] != "none" else ""
    return Row([
        number,
        capital(t.label("target_short", str(row["target_id"]))) if first else "",
        required_text(page, row) if first and row["target_id"] != "all" else "",
        f"{t(f'role_short.{role}')}: {base}" if base else t(f"role_short.{role}"),
        f.number(denominator(page, str(row["base"]), int(row["year"])) / 1e6, 2) if base else "-",
        f.share(row["p50"]) if row["unit"] == "share" else f.number(row["p50"], 1),
        f.share_range(row["p10"], row["p90"]) if not is_missing(row["p10"]) else f.number(None),
        f.probability(row["probability"]),
        t("status_words.no_figure") if row["status"] == "no_figure" else outcome_words(page, row),
        str(int(row["year_reached_p50"])) if not is_missing(row["year_reached_p50"]) else t("table.not_reached")
        if not is_missing(row["p50"]) else f.number(None),
    ])  # fmt: skip


def base_table(page: Page) -> Block:
    """Denominators at the end of the target years and of the as-of year: median and 80% band."""
    t, f = page.text, page.fmt
    table = page.table("workforce")
    table = table[table["sex"] == "total"]
    years = sorted({int(year) for year in page.inputs.targets["year"]} | {page.as_of.year})
    columns = [Column(t("column.base"), LEFT), *(Column(str(y)) for y in years)]
    rows = []
    for base, part in table.groupby("base", sort=False):
        ends = part.sort_values("date").groupby(part["date"].dt.year).last()
        millions = (ends[["p50", "p10", "p90"]] / 1e6).to_dict("index")
        cells = [_band(page, *millions[y].values()) if y in millions else f.number(None) for y in years]
        rows.append(Row([capital(t.label("base", str(base))), *cells]))
    return Table(
        t("table.bases"), t("unit.million_table"), columns, rows, t("table.bases_note"), data=table
    ).block()


def _band(page: Page, middle: float, low: float, high: float) -> str:
    return f"{page.fmt.number(middle, 2)} ({page.fmt.number(low, 2)}–{page.fmt.number(high, 2)})"


# -- indicators ----------------------------------------------------------------------------------------------------
def indicator_table(page: Page) -> Block:
    """The other yearly figures of a run: before the as-of year, after it, and at the end."""
    t = page.text
    table = _without_empty_groups(page.table("indicators"))
    years = sorted({page.as_of.year - 1, page.as_of.year + 1, page.until})
    columns = [Column(t("column.indicator"), LEFT), Column(t("column.unit"), LEFT)]
    columns += [*(Column(str(y)) for y in years), Column(t("column.band80_in", year=page.until))]
    rows = [
        _indicator_row(page, str(name), str(group), str(unit), part, years)
        for (name, group, unit), part in table.groupby(["indicator", "group", "unit"], sort=False)
    ]
    return Table(t("table.indicators"), "", columns, rows, t("table.indicators_note"), data=table).block()


def _without_empty_groups(table: pd.DataFrame) -> pd.DataFrame:
    """One row instead of one per group for an indicator of which nothing is known."""
    empty = table["mean"].isna().groupby(table["indicator"]).transform("all")
    kept = table.assign(group=table["group"].where(~empty, "all"))
    return kept.drop_duplicates(["indicator", "group", "unit", "date"])


def _indicator_row(page: Page, name: str, group: str, unit: str, part: pd.DataFrame, years: list[int]) -> Row:
    t = page.text
    middle = part["p50"].fillna(part["mean"])  # a figure without a band is a mean
    largest = middle.abs().max()
    scale, printed = _scale(unit, 0.0 if is_missing(largest) else float(largest))
    at = {
        int(day.year): (m, low, high)
        for day, m, low, high in zip(part["date"], middle, part["p10"], part["p90"], strict=True)
    }
    empty = (None, None, None)
    cells = [_value(page, at.get(year, empty)[0], unit, scale) for year in years]
    low, high = (_value(page, v, unit, scale) for v in at.get(page.until, empty)[1:])
    label = capital(t.label("indicator", name)) + (
        "" if group in ("all", "") else f" ({t.label('group', group)})"
    )
    return Row([label, t.unit(printed), *cells, f"{low}–{high}" if low != page.fmt.number(None) else low])


def _scale(unit: str, largest: float) -> tuple[float, str]:
    """Divisor and name of the printed unit."""
    if unit != "VND":
        return 1.0, unit
    return (1e9, "billion_vnd") if largest >= 1e9 else (1e6, "million_vnd")


def _value(page: Page, value: Any, unit: str, scale: float) -> str:
    if unit == "share":
        return page.fmt.share(value)
    number = None if is_missing(value) else float(value) / scale
    return page.fmt.number(number, 0 if unit == "persons" else 2 if unit == "ratio" else 1)
