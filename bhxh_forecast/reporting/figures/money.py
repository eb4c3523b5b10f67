"""Pictures of the cost: stacked by programme or by funding source, and the fan of the total."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bhxh_forecast.reporting.budget_cuts import chosen, cut, totals
from bhxh_forecast.reporting.figures.common import facts, number_axis
from bhxh_forecast.reporting.style import BLUE, HATCHES, INK, colour, frame, new_figure, styled, year_axis
from bhxh_forecast.reporting.text import capital

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from bhxh_forecast.reporting.page import Page
PAST_YEARS = 2  # years before the as-of year that a picture shows


@styled
def budget_stack(page: Page, by: str = "programme") -> Figure:
    """Mean cost by fiscal year, stacked by ``programme`` or ``funding_source``; memo items stay outside."""
    table = cut(chosen(page.table("budget")), by).fillna(0.0) / 1e9
    years = [int(y) for y in table.columns if int(y) >= page.as_of.year - PAST_YEARS]
    table = table[years]
    table = table[table.max(axis=1) > 0]
    fig = new_figure(4.0)
    ax = fig.subplots()
    floor = np.zeros(len(years))
    for at, (name, row) in enumerate(table.iterrows()):
        key = "service_programme" if name == "service" else str(name)
        ax.bar(years, row.to_numpy(), bottom=floor, width=0.7, color=colour(key, at), edgecolor="white", linewidth=0.5,
               hatch=HATCHES[at % len(HATCHES)], label=capital(_short(page, by, str(name))))  # fmt: skip
        floor = floor + row.to_numpy()
    for year, height in zip(years, floor, strict=True):
        ax.annotate(page.fmt.number(height, 0), (year, height), xytext=(0, 2), textcoords="offset points", ha="center",
                    fontsize=8)  # fmt: skip
    _finish(page, ax, years)
    handles, labels = ax.get_legend_handles_labels()
    fig.legend(handles[::-1], labels[::-1], loc="outside right center", fontsize=7.5)
    line = facts(
        page, page.text("unit.money_table"), page.text("price.nominal"), page.text("figure.means_add")
    )
    return frame(fig, page.text(f"figure.budget_by_{by}"), line, page.run_line)


@styled
def cost_fan(page: Page) -> Figure:
    """Total cost by fiscal year: median, 80% band and P80."""
    table = totals(chosen(page.table("budget")))
    table = table[table["fiscal_year"] >= page.as_of.year - PAST_YEARS]
    fig = new_figure(3.1)
    ax = fig.subplots()
    years = table["fiscal_year"].astype(int).tolist()
    scaled = table[["mean", "p10", "p50", "p80", "p90"]] / 1e9
    label = {name: page.text(f"measure.{name}") for name in ("p50", "p80")}
    band = page.text("figure.band80")
    ax.fill_between(years, scaled["p10"], scaled["p90"], color=BLUE, alpha=0.22, linewidth=0, label=band)
    ax.plot(years, scaled["p50"], color=BLUE, linewidth=1.6, marker="o", markersize=3.5, label=label["p50"])
    ax.plot(years, scaled["p80"], color=INK, linewidth=1.0, linestyle="--", label=label["p80"])
    for year, value in zip(years, scaled["p50"], strict=True):
        ax.annotate(
            page.fmt.number(value),
            (year, value),
            xytext=(0, -11),
            textcoords="offset points",
            ha="center",
            fontsize=7.5,
        )
    _finish(page, ax, years)
    ax.legend(loc="upper left")
    line = facts(
        page, page.text("unit.money_table"), page.text("price.nominal"), page.text("figure.cost_scope")
    )
    return frame(fig, page.text("figure.cost_fan"), line, page.run_line)


def _short(page: Page, by: str, name: str) -> str:
    key = f"{by}_short.{name}"
    return page.text(key) if page.text.has(key) else page.text.label(by, name)


def _finish(page: Page, ax: Axes, years: list[int]) -> None:
    year_axis(ax, years[0], years[-1])
    ax.set_ylabel(page.text("unit.billion"))
    number_axis(ax, page)
    ax.margins(y=0.12)
    ax.set_ylim(bottom=0)
