"""Printed tables of the cost, by the rules of public finance tables.

The unit stands right above the table, the total first and bold, numbers to the right; printed figures add up; nil is
"-", what is not known "…".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from bhxh_forecast.reporting.blocks import Block, Column, Row, Table
from bhxh_forecast.reporting.budget_cuts import chosen, cut, totals
from bhxh_forecast.reporting.fmt import is_missing, rounded_parts
from bhxh_forecast.reporting.text import capital

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page

LEFT = "left"


def budget_table(page: Page, by: str = "programme", years: tuple[int, int] | None = None) -> Block:
    """Mean cost by one dimension and fiscal year, total first; memo programmes in a block outside the total.

    Each year's parts are rounded so that they add to the year's printed total; the last column adds the row.
    """
    t = page.text
    budget = chosen(page.table("budget"))
    first, last = years or (page.as_of.year, page.until)
    span = range(first, last + 1)
    main = cut(budget, by).reindex(columns=span)
    columns = [
        Column(t("column.number"), "center"),
        Column(t(f"column.{by}"), LEFT),
        *(Column(_year_head(page, y)) for y in span),
        Column(t("column.sum", years=page.fmt.years(first, last))),
    ]
    printed, sums = _rounded(main)
    rows = [Row(["", t("table.total"), *_cells(page, [*sums, sum(sums)])], "total")]
    rows += _numbered(page, printed, by)
    if by == "programme":
        rows += _memo_rows(page, budget, span)
    data = main.assign(total=main.sum(axis=1))
    note = " ".join([t("table.form_note"), t("table.budget_note"), t("price.nominal_note")])
    return Table(
        t(f"table.budget_{by}"), t("unit.money_table"), columns, rows, note, letters=True, data=data
    ).block()


def _rounded(table: pd.DataFrame) -> tuple[pd.DataFrame, list[float]]:
    """Billions of VND with one decimal, each column adding to its total."""
    printed, sums = table.copy(), []
    for column in table.columns:
        parts, total = rounded_parts((table[column] / 1e9).tolist(), 1)
        printed[column] = parts
        sums.append(total)
    return printed, sums


def _numbered(page: Page, printed: pd.DataFrame, by: str) -> list[Row]:
    rows = []
    for at, (name, row) in enumerate(printed.iterrows(), start=1):
        values = [float(v) for v in row.tolist()]
        known = [v for v in values if not is_missing(v)]
        label = capital(page.text.label(by, str(name)))
        rows.append(
            Row([str(at), label, *_cells(page, [*values, round(sum(known), 1) if known else None])], "part")
        )
    return rows


def _memo_rows(page: Page, budget: pd.DataFrame, span: range) -> list[Row]:
    memo = cut(budget, "programme", memo=True).reindex(columns=span)
    if memo.empty:
        return []
    rows = [Row([page.text("table.memo")], "head")]
    for name, row in memo.iterrows():
        values = [round(float(v) / 1e9, 1) if not is_missing(v) else None for v in row.tolist()]
        known = [v for v in values if v is not None]
        label = capital(page.text.label("programme", str(name)))
        rows.append(
            Row(["", label, *_cells(page, [*values, round(sum(known), 1) if known else None])], "memo")
        )
    return rows


def _cells(page: Page, values: list[Any]) -> list[str]:
    return [page.fmt.cell(value, 1) for value in values]


def _year_head(page: Page, year: int) -> str:
    """Heading of a year with its status in words: forecast of this year, estimate of next, later years expected."""
    now = page.as_of.year
    key = "past" if year < now else "current" if year == now else "next" if year == now + 1 else "later"
    return page.text(f"year_status.{key}", year=year)


def risk_table(page: Page) -> Block:
    """Total cost by fiscal year: mean, P10, median, P80, P90 (quantiles of the total, which do not add up)."""
    t = page.text
    table = totals(chosen(page.table("budget")))
    table = table[table["fiscal_year"] >= page.as_of.year]
    measures = ("mean", "p10", "p50", "p80", "p90")
    columns = [Column(t("column.year"), LEFT), *(Column(t(f"measure.{m}")) for m in measures)]
    rows = [
        Row([_year_head(page, int(row["fiscal_year"])), *(page.fmt.cell(row[m] / 1e9, 1) for m in measures)])
        for _, row in table.iterrows()
    ]
    return Table(
        t("table.risk"), t("unit.money_table"), columns, rows, t("table.risk_note"), data=table
    ).block()


def price_table(page: Page) -> Block:
    """Total cost in current and in constant prices (mean, by fiscal year)."""
    t = page.text
    budget = page.table("budget")
    frames = {
        basis: totals(chosen(budget, basis)).set_index("fiscal_year")["mean"]
        for basis in ("nominal", "constant_2025")
    }
    years = [y for y in frames["nominal"].index if y >= page.as_of.year]
    columns = [Column(t("column.price_basis"), LEFT), *(Column(_year_head(page, int(y))) for y in years)]
    rows = [
        Row([capital(t(f"price.{basis}")), *(page.fmt.cell(_at(series, y), 1) for y in years)])
        for basis, series in frames.items()
    ]
    return Table(t("table.prices"), t("unit.money_table"), columns, rows, t("table.prices_note")).block()


def _at(series: pd.Series, year: Any) -> float | None:
    return float(series.loc[year]) / 1e9 if year in series.index else None
