"""Tables of the workforce: what each denominator rests on, and the pools that insurance draws on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from bhxh_forecast.reporting.blocks import Block, Column, Row, Table
from bhxh_forecast.reporting.people_view import pools_of
from bhxh_forecast.reporting.text import capital
from bhxh_forecast.workforce.block import BASE_KINDS

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page


def kind_table(page: Page) -> Block:
    """What each denominator rests on, with its size and band at the end of the as-of year and of the run."""
    t, f = page.text, page.fmt
    table = page.table("workforce")
    table = table[table["sex"] == "total"]
    years = (page.as_of.year, page.until)
    columns = [Column(t("column.base"), "left"), Column(t("people.kind"), "left")]
    columns += [Column(str(year)) for year in years] + [Column(t("people.rests_on"), "left", wide=True)]
    rows = []
    for base, kind in BASE_KINDS.items():
        ends = table[(table["base"] == base) & (table["date"].dt.month == 12)]
        ends = ends.assign(year=ends["date"].dt.year).set_index("year")
        cells = []
        for year in years:
            middle, low, high = (f.number(float(ends.loc[year, c]) / 1e6, 2) for c in ("p50", "p10", "p90"))
            cells.append(f"{middle} ({low}–{high})")
        name = capital(t.label("base", base))
        rows.append(Row([name, t(f"people.kind_{kind}"), *cells, t(f"people.rests_{base}")]))
    note = t("people.kind_note")
    return Table(t("people.kind_table"), t("unit.million_table"), columns, rows, note, data=table).block()


def pools_table(page: Page) -> Block:
    """Pools that insurance draws on, at the end of the as-of year and of the run."""
    t, f = page.text, page.fmt
    data = pools_of(page)
    years = data["year"].unique().tolist()
    columns = [
        Column(t("people.pool"), "left"),
        *(Column(str(year)) for year in years),
        Column(t("people.mc_error")),
    ]
    rows = []
    for pool, part in data.groupby("pool", sort=False):
        cells = [
            f"{f.number(row['p50'] / 1e3)} ({f.number(row['p10'] / 1e3)}–{f.number(row['p90'] / 1e3)})"
            for row in part.to_dict("records")
        ]
        kind = "part" if str(pool).startswith(("eligible_", "wage_not")) else "plain"
        error = f.number(float(part["mc_error"].iloc[-1]) / 1e3, 1)
        rows.append(Row([t(f"pool.{pool}"), *cells, error], kind))
    note = t("people.pool_note", **_published_shares(page))
    return Table(t("people.pool_table"), t("people.unit_thousand"), columns, rows, note, data=data).block()


def _published_shares(page: Page) -> dict[str, str]:
    """Published shares of informal and vulnerable employment, the latest of each, or the sign for none."""
    frame, found = page.inputs.observations, {}
    for name in ("informal", "vulnerable"):
        rows = frame[(frame["geo"] == page.geo) & (frame["series"] == f"{name}_employment_share")]
        last = rows.dropna(subset=["value"]).sort_values("period_end").tail(1)
        value = None if last.empty else float(last["value"].iloc[0]) / 100.0
        found[name] = page.fmt.share(value)
        found[f"{name}_year"] = "" if last.empty else str(pd.Timestamp(last["period_end"].iloc[0]).year)
    return found
