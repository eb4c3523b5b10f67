"""Two more lines of page 1: one head-count over several denominators, and the cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from bhxh_forecast.reporting.budget_cuts import chosen, totals
from bhxh_forecast.reporting.published import published_bases

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page


def denominator_line(page: Page) -> str:
    """The one published numerator over three denominators, with the numbers from the observations."""
    found = published_bases(page)
    if found is None:
        return page.text("headline.bases_missing")
    f = page.fmt
    return page.text(
        "headline.bases",
        month=f.month(found.date),
        participants=f.millions(found.participants),
        voluntary_share=f.share(found.on_voluntary, 0),
        voluntary_base=f.millions(found.voluntary_base),
        survey_share=f.share(found.on_survey, 0),
        survey_base=f.millions(found.survey_base, 1),
        agency_range=f"{f.share(found.agency_low)}–{f.share(found.agency_high, 0)}",
    )


def total_cost(page: Page) -> pd.DataFrame:
    """Budget total by fiscal year in current prices: fiscal_year, mean, p10, p50, p80, p90 (VND)."""
    return totals(chosen(page.table("budget")))


def cost_line(page: Page) -> str:
    """Cost of the year after the as-of date and of all years to the end, local budget, current prices."""
    cost, f = total_cost(page), page.fmt
    first = page.as_of.year + 1
    year = cost[cost["fiscal_year"] == first]
    ahead = cost[cost["fiscal_year"] >= first]
    if year.empty:
        return page.text("headline.cost_missing")
    row = year.iloc[0]
    return page.text(
        "headline.cost",
        year=first,
        mean=f.money(row["mean"], "billion"),
        low=f.money(row["p10"], "billion"),
        high=f.money(row["p90"], "billion"),
        years=f.years(first, int(ahead["fiscal_year"].max())),
        total=f.money(ahead["mean"].sum(), "billion"),
    )
