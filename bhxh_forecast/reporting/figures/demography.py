"""Pictures of age structure: dependency and support, participation by age, the denominators by their kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bhxh_forecast.reporting.figures.common import draw_fan, facts, number_axis, percent_axis, year_ticks
from bhxh_forecast.reporting.figures.people import label_line, spread_labels
from bhxh_forecast.reporting.people_view import people_of
from bhxh_forecast.reporting.published import observed
from bhxh_forecast.reporting.style import GREY, INK, colour, frame, new_figure, styled
from bhxh_forecast.workforce.block import BASE_KINDS, BREAK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from bhxh_forecast.coverage.types import Array
    from bhxh_forecast.reporting.page import Page

QUANTILES = {"p05": 0.05, "p10": 0.1, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95}
OLD, YOUNG = 65, 15


@styled
def ratio_fan(page: Page) -> Figure:
    """Old-age dependency by fixed ages, and workers by legal age per person past retirement age."""
    people = people_of(page)
    stock = people.stock.sum(axis=2)  # (n, Y + 1, A)
    old = 100.0 * stock[..., OLD:].sum(axis=-1) / stock[..., YOUNG:OLD].sum(axis=-1)
    januaries = np.array([f"{year}-01-01" for year in people.people.population.years], dtype="datetime64[D]")
    work = people.people.work
    months = (people.line.months + 1).astype("datetime64[D]") - 1
    support = work.working_age_population / work.past_retirement_age
    force = work.lfs_15plus * people.factor / work.past_retirement_age
    fig = new_figure(3.0)
    left, right = fig.subplots(1, 2)
    draw_fan(left, _fan(januaries, old.T), colour("past_retirement_age"))
    left.set_title(page.text("people.old_age_ratio"))
    number_axis(left, page, 0)
    for name, values in (("working_age_population", support), ("lfs_15plus", force)):
        table = _fan(months, values)
        draw_fan(right, table[table["date"].dt.month.isin((6, 12))], colour(name))
        label = page.text.label("people.short", name)
        right.annotate(label, (table["date"].iloc[-1], table["p50"].iloc[-1]), fontsize=7.5, color=colour(name),
                       xytext=(5, 0), textcoords="offset points", va="center", annotation_clip=False)  # fmt: skip
    right.set_title(page.text("people.support_ratio"))
    number_axis(right, page, 1)
    for ax in (left, right):
        year_ticks(ax, 5)
    line = facts(page, page.text("people.unit_ratio"), page.text("figure.bands"))
    return frame(fig, page.text("people.ratio_fan"), line, page.run_line)


def _fan(dates: Any, values: Array) -> pd.DataFrame:
    """Quantiles by date of draws (T, n)."""
    found = np.quantile(values, list(QUANTILES.values()), axis=1)
    columns = dict(zip(QUANTILES, found, strict=True))
    return pd.DataFrame({"date": pd.to_datetime(dates), **columns})


@styled
def participation_profiles(page: Page) -> Figure:
    """Participation by age under both definitions, and under the legal retirement age of the last year."""
    from bhxh_forecast.coverage.people import PROFILES, legal_ages
    from bhxh_forecast.workforce.participation import read_profiles

    people = people_of(page)
    profiles = read_profiles(page.inputs.table(PROFILES))
    law = legal_ages(page.inputs, people.line)
    calendar = people.line.months.astype("datetime64[Y]").astype(int) + 1970
    at = int(np.flatnonzero(calendar == profiles["19"].year)[-1])
    share = float(np.mean(people.params["lfpr_retirement_shift"]))
    fig = new_figure(3.2)
    axes = fig.subplots(1, 2, sharey=True)
    ages = np.arange(15, 91)
    for s, (ax, sex) in enumerate(zip(axes, ("male", "female"), strict=True)):
        for name, dashes in (("13", (0, (4, 2))), ("19", "-")):
            label = page.text(f"people.definition_{name}", year=profiles[name].year)
            ax.plot(ages, profiles[name].rates[s, ages], color=colour(sex), linestyle=dashes, label=label)
        years = share * (law[s, -1] - law[s, at]) / 12.0
        low = profiles["19"].at_shift(int(np.floor(years)))[s, ages]
        moved = low + (profiles["19"].at_shift(int(np.floor(years)) + 1)[s, ages] - low) * (years % 1.0)
        ax.plot(
            ages,
            moved,
            color=INK,
            linewidth=1.0,
            linestyle=(0, (1, 1)),
            label=page.text("people.moved", year=page.until),
        )
        middles, rates = _survey(page, sex, profiles["13"].year)
        ax.plot(middles, rates, "o", markersize=3, color=INK, markerfacecolor="white", zorder=5)
        ax.set_title(page.text.label("sex", sex))
        ax.set_xlabel(page.text("axis.single_age"))
        ax.legend(loc="lower left", fontsize=7)
    percent_axis(axes[0], page)
    line = facts(
        page, page.text("people.unit_share_of_age"), page.text("people.circles_13", year=profiles["13"].year)
    )
    return frame(fig, page.text("people.participation_profiles"), line, page.text("people.source_survey"))


def _survey(page: Page, sex: str, year: int) -> tuple[list[float], list[float]]:
    """Middles of the age groups and the survey's rates of the 13th definition."""
    table = page.inputs.table("labour/lfpr")
    rows = table[(table["definition"].astype(str) == "13") & (table["sex"] == sex) & (table["year"] == year)]
    rows = rows[rows["age_group"].str.contains("-")]
    low = rows["age_group"].str.extract(r"(\d+)", expand=False).astype(float)
    return (low + 2.0).tolist(), (rows["value"] / 100.0).tolist()


@styled
def base_kinds(page: Page) -> Figure:
    """Denominators that people can be counted in, left, and those that exist on paper only, right."""
    fig = new_figure(3.9)
    axes = fig.subplots(1, 2, sharey=True)
    groups = (("published", "derived"), ("administrative",))
    for ax, kinds in zip(axes, groups, strict=True):
        ax.set_title(page.text(f"people.{'_'.join(kinds)}_bases"))
        for base, kind in BASE_KINDS.items():
            if kind in kinds and base != "past_retirement_age":
                _base_line(page, ax, base)
        year_ticks(ax, 5)
    first, last = (pd.Timestamp(str(month)) for month in BREAK)
    axes[1].axvspan(first, last + pd.offsets.MonthEnd(0), color=GREY, alpha=0.13, linewidth=0)
    axes[1].annotate(page.text("people.break"), (first, 0.02), xycoords=("data", "axes fraction"), fontsize=7,
                     color=GREY, style="italic", rotation=90, xytext=(3, 0), textcoords="offset points")  # fmt: skip
    for ax in axes:
        spread_labels(ax)
    axes[0].set_ylabel(page.text("unit.million_persons"))
    number_axis(axes[0], page, 1)
    line = facts(
        page, page.text("unit.persons"), page.text("figure.band80"), page.text("people.circles_base")
    )
    return frame(fig, page.text("people.base_kinds"), line, page.run_line)


def _base_line(page: Page, ax: Axes, base: str) -> None:
    """Band and median of a denominator with the figures that are published for it."""
    table = page.table("workforce")
    rows = table[(table["base"] == base) & (table["sex"] == "total")].sort_values("date")
    draw_fan(ax, rows[rows["date"].dt.month.isin((6, 12))], colour(base), 1e-6)
    label_line(ax, rows, page.text.label("people.short", base), colour(base))
    seen = observed(page, base, since=str(rows["date"].min().date()))
    ax.plot(
        seen["date"],
        seen["value"] / 1e6,
        "o",
        markersize=3.4,
        color=colour(base),
        markerfacecolor="white",
        zorder=5,
    )
