"""Pictures of the population and of the denominators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from bhxh_forecast.reporting.figures.common import draw_fan, facts, number_axis, year_ticks
from bhxh_forecast.reporting.published import observed
from bhxh_forecast.reporting.style import INK, colour, frame, new_figure, styled
from bhxh_forecast.reporting.text import capital

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from bhxh_forecast.reporting.page import Page

BASE_ORDER = ("working_age_population", "lfs_15plus", "lfs_working_age", "agency", "agency_voluntary",
              "past_retirement_age")  # fmt: skip


@styled
def population_pyramid(page: Page) -> Figure:
    """Population by age group and sex: the last year filled with its band, the base of the projection as an outline."""
    table = page.table("population")
    first, last = table["date"].min(), table["date"].max()
    fig = new_figure(4.2)
    ax = fig.subplots()
    groups = sorted(table["age_group"].unique(), key=lambda g: int(str(g).rstrip("+").split("-")[0]))
    for sex, side in (("male", -1), ("female", 1)):
        for day, filled in ((last, True), (first, False)):
            rows = (
                table[(table["date"] == day) & (table["sex"] == sex)].set_index("age_group").reindex(groups)
            )
            label = page.text("figure.sex_year", sex=page.text.label("sex", sex), year=day.year)
            solid: dict[str, Any] = {"color": colour(sex), "alpha": 0.75}
            outline: dict[str, Any] = {"fill": False, "edgecolor": INK, "linewidth": 0.9}
            style = solid if filled else outline
            ax.barh(range(len(groups)), side * rows["p50"] / 1e3, height=0.9, label=label, **style)
            if filled:
                ends = (side * rows["p10"] / 1e3, side * rows["p90"] / 1e3)
                ax.hlines(range(len(groups)), *ends, color=INK, linewidth=1.3, zorder=4)
    ax.set_yticks(range(len(groups)), groups, fontsize=7)
    ax.axvline(0, color=INK, linewidth=0.6)
    _mirrored(page, ax)
    ax.set_xlabel(page.text("unit.thousand_persons"))
    ax.set_ylabel(page.text("axis.age"))
    ax.legend(loc="upper right", ncols=1)
    line = facts(
        page, page.text("unit.persons"), page.text("figure.first_january"), page.text("people.pyramid_facts")
    )
    return frame(fig, page.text("figure.population_pyramid"), line, page.run_line)


def _mirrored(page: Page, ax: Axes) -> None:
    from matplotlib.ticker import FuncFormatter

    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: page.fmt.number(abs(value))))


@styled
def population_totals(page: Page) -> Figure:
    """Total population on 1 January with its band, and the working-age and past-retirement people in it."""
    population = page.table("population")
    total = (
        population[population["sex"] == "total"].groupby("date", as_index=False)[["p10", "p50", "p90"]].sum()
    )
    workforce = page.table("workforce")
    fig = new_figure(3.2)
    ax = fig.subplots()
    draw_fan(ax, total, colour("lfs_15plus"), 1e-6)
    label_line(ax, total, capital(page.text("population.total")), colour("lfs_15plus"))
    for base in ("working_age_population", "past_retirement_age"):
        rows = workforce[(workforce["base"] == base) & (workforce["sex"] == "total")].sort_values("date")
        draw_fan(ax, rows[rows["date"].dt.month == 12], colour(base), 1e-6)
        label_line(ax, rows, capital(page.text.label("base_short", base)), colour(base))
    ax.set_ylim(bottom=0)
    ax.set_ylabel(page.text("unit.million_persons"))
    number_axis(ax, page, 0)
    line = facts(
        page, page.text("unit.persons"), page.text("figure.band80"), page.text("figure.age_group_bands")
    )
    return frame(fig, page.text("figure.population_totals"), line, page.run_line)


@styled
def workforce_bases(page: Page) -> Figure:
    """The denominators of the plan, of the survey and of the agency, each with its band."""
    table = page.table("workforce")
    fig = new_figure(3.9)
    ax = fig.subplots()
    for at, base in enumerate(b for b in BASE_ORDER if b != "past_retirement_age"):
        rows = table[(table["base"] == base) & (table["sex"] == "total")].sort_values("date")
        if len(rows):
            draw_fan(ax, rows[rows["date"].dt.month.isin((6, 12))], colour(base, at), 1e-6)
            label_line(ax, rows, capital(page.text.label("base_short", base)), colour(base, at))
    seen = observed(page, "lfs_15plus", since=str(table["date"].min().date()))
    ax.plot(
        seen["date"], seen["value"] / 1e6, "o", markersize=3.4, color=INK, markerfacecolor="white", zorder=5
    )
    spread_labels(ax)
    ax.set_ylabel(page.text("unit.million_persons"))
    number_axis(ax, page, 1)
    year_ticks(ax, 2)
    line = facts(
        page, page.text("unit.persons"), page.text("figure.band80"), page.text("figure.circles_survey")
    )
    return frame(fig, page.text("figure.workforce_bases"), line, page.run_line)


def label_line(ax: Axes, rows: pd.DataFrame, label: str, tint: str) -> None:
    """Name a line at its right end instead of in a legend."""
    last = rows.iloc[-1]
    ax.annotate(label, (last["date"], last["p50"] / 1e6), xytext=(5, 0), textcoords="offset points", va="center",
                fontsize=7.5, color=tint, annotation_clip=False)  # fmt: skip


def spread_labels(ax: Axes, apart: float = 9.0) -> None:
    """Move the labels at the ends of lines up until they stand at least so many points apart."""
    from matplotlib.text import Annotation

    ax.get_ylim()  # settles the limits that the transformation uses
    to_points = 72.0 / ax.figure.dpi
    labels = [text for text in ax.texts if isinstance(text, Annotation)]
    heights = {label: float(ax.transData.transform((0.0, label.xy[1]))[1]) * to_points for label in labels}
    below = float("-inf")
    for label in sorted(labels, key=heights.__getitem__):
        place = max(heights[label], below + apart)
        label.set_position((5, place - heights[label]))
        below = place
