"""Pictures of coverage: fans with target marks, odds on both bases, one numerator over three denominators."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

import pandas as pd

from bhxh_forecast.reporting.figures.common import (
    draw_fan,
    facts,
    mark,
    number_axis,
    percent_axis,
    shade_phases,
    shown,
    year_ticks,
)  # fmt: skip
from bhxh_forecast.reporting.fmt import is_missing
from bhxh_forecast.reporting.headline import required_text, target_pairs, verdict
from bhxh_forecast.reporting.published import observed, published_bases
from bhxh_forecast.reporting.style import GREY, INK, PALE, RED, colour, frame, new_figure, styled
from bhxh_forecast.reporting.text import capital

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from bhxh_forecast.reporting.page import Page

SHARES = {"si_coverage": "si_share", "vsi_coverage": "vsi_share", "ui_coverage": "ui_share",
          "old_age_coverage": "old_age_share"}  # fmt: skip
ZONES = ((0.0, 0.2, "very_hard"), (0.2, 0.5, "hard"), (0.5, 0.8, "effort"), (0.8, 1.0, "likely"))


@styled
def coverage_fan(page: Page, target_id: str) -> Figure:
    """Coverage rate of a target on the base as written and on the base as reported, side by side."""
    series = SHARES[target_id]
    written, reported = _bases(page, target_id)
    bases = [written] if written == reported else [written, reported]
    fig = new_figure(3.5)
    axes = fig.subplots(1, len(bases), sharey=True, squeeze=False)[0]
    for ax, base in zip(axes, bases, strict=True):
        role = "as_written" if base == written else "as_reported"
        _share_panel(page, ax, target_id, series, base, role if len(bases) == 2 else "one_base")
    percent_axis(axes[0], page, 0 if target_id != "vsi_coverage" else 1)
    axes[0].set_ylim(0, axes[0].get_ylim()[1] * 1.08)  # room for the names of the phases
    key = "figure.coverage_fan" if len(bases) == 2 else "figure.coverage_fan_one"
    title = page.text(key, name=page.text.label("series", series))
    line = facts(
        page, page.text("unit.percent_of_base"), page.text("figure.bands"), page.text("figure.target_marks")
    )
    return frame(fig, title, line, page.run_line)


def _bases(page: Page, target_id: str) -> tuple[str, str]:
    last = max(row["year"] for row, _ in target_pairs(page) if row["target_id"] == target_id)
    pair = next(p for p in target_pairs(page, last) if p[0]["target_id"] == target_id)
    return str(pair[0]["base"]), str(pair[1]["base"])


def _share_panel(page: Page, ax: Axes, target_id: str, series: str, base: str, role: str) -> None:
    table = page.table("coverage")
    rows = shown(page, table[(table["series"] == series) & (table["base"] == base)])
    draw_fan(ax, rows, colour(series.removesuffix("_share")))
    shade_phases(ax, rows, page)
    if role != "as_written":
        seen = observed(page, series, since=str(rows["date"].min().date()))
        ax.plot(seen["date"], seen["value"], "o", markersize=3.2, color=INK, markerfacecolor="white", zorder=5,
                label=page.text("figure.published"))  # fmt: skip
        if len(seen):
            ax.legend(loc="lower right")
    targets = page.table("targets")
    for _, row in targets[(targets["target_id"] == target_id) & (targets["base"] == base)].iterrows():
        if not is_missing(row["required"]) and (row["as_written"] or row["as_reported"]):
            mark(
                ax, pd.Timestamp(f"{row['year']}-12-31"), row["required"], page.fmt.share(row["required"], 0)
            )
    heading = page.text(f"role.{role}") + "\n" + page.text.label("base", base)
    ax.set_title(heading, fontsize=8)
    year_ticks(ax, 3)


@styled
def count_fan(page: Page, *series: str) -> Figure:
    """Head-counts by month with bands and published figures, one panel per series."""
    fig = new_figure(3.2)
    axes = fig.subplots(1, len(series), squeeze=False)[0]
    table = page.table("coverage")
    for ax, name in zip(axes, series, strict=True):
        rows = shown(page, table[table["series"] == name])
        scale, decimals = (1e-6, 1) if rows["p50"].max() >= 1e6 else (1e-3, 0)
        draw_fan(ax, rows, colour(name.split("_")[0]), scale)
        shade_phases(ax, rows, page)
        seen = observed(page, name, since=str(rows["date"].min().date())) if len(rows) else rows
        if len(seen):
            ax.plot(
                seen["date"],
                seen["value"] * scale,
                "o",
                markersize=3,
                color=INK,
                markerfacecolor="white",
                zorder=5,
            )
        ax.set_title("\n".join(wrap(capital(page.text.label("series", name)), 44)), fontsize=8)
        ax.set_ylabel(page.text("unit.million_persons" if scale == 1e-6 else "unit.thousand_persons"))
        ax.set_ylim(0, ax.get_ylim()[1] * 1.08)
        number_axis(ax, page, decimals)
        year_ticks(ax, 3)
    line = facts(page, page.text("unit.persons"), page.text("figure.bands"), page.text("figure.circles"))
    return frame(fig, page.text("figure.count_fan"), line, page.run_line)


@styled
def target_odds(page: Page) -> Figure:
    """Odds of every projected target on both bases, against the limits of the agreed words."""
    pairs = [p for p in target_pairs(page) if not is_missing(p[0]["probability"])]
    pairs = [p for p in pairs if p[0]["status"] in ("projected", "nowcast")][::-1]
    fig = new_figure(1.4 + 0.33 * max(len(pairs), 3))
    ax = fig.subplots()
    for at, (written, reported) in enumerate(pairs):
        ends = (written["probability"], reported["probability"])
        ax.plot(ends, (at, at), color=PALE, linewidth=2.2, zorder=2)
        ax.plot(ends[0], at, "o", markersize=7, color=colour(verdict(ends[0])), zorder=4, clip_on=False)
        ax.plot(ends[1], at, "s", markersize=7, color="white", markeredgecolor=colour(verdict(ends[1])),
                markeredgewidth=1.8, zorder=3, clip_on=False)  # fmt: skip
        label = " / ".join(page.fmt.probability(value) for value in ends)
        ax.annotate(label, (1.0, at), xycoords=("axes fraction", "data"), xytext=(9, 0), textcoords="offset points",
                    va="center", fontsize=7.5)  # fmt: skip
    _odds_axis(page, ax)
    labels = [_target_label(page, written) for written, _ in pairs]
    ax.set_yticks(range(len(pairs)), labels, fontsize=7.5)
    ax.set_ylim(-0.6, len(pairs) - 0.4)
    line = facts(page, page.text("unit.probability"), page.text("figure.odds_key"))
    return frame(fig, page.text("figure.target_odds"), line, page.run_line)


def _odds_axis(page: Page, ax: Axes) -> None:
    from matplotlib.ticker import FuncFormatter

    ax.set_xlim(0, 1)
    ax.set_xticks([0, 0.2, 0.5, 0.8, 1.0])
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: page.fmt.share(value, 0)))
    ax.grid(False, axis="y")
    for low, high, key in ZONES:
        ax.axvspan(low, high, color=colour(key), alpha=0.10, linewidth=0)
        middle = ((low + high) / 2, 1.0)
        ax.annotate(page.text(f"verdict_short.{key}"), middle, xycoords=("data", "axes fraction"), xytext=(0, 3),
                    textcoords="offset points", ha="center", va="bottom", fontsize=7, color=GREY)  # fmt: skip


def _target_label(page: Page, row: dict[str, object]) -> str:
    name = page.text.label("target_short", str(row["target_id"]))
    if row["target_id"] == "all":
        return f"{name}, {row['year']}"
    return f"{name}, {row['year']}:\n{required_text(page, row)}"


@styled
def denominators(page: Page) -> Figure:
    """Why one published count of participants is three different rates."""
    found = published_bases(page)
    fig = new_figure(2.5)
    ax = fig.subplots()
    if found is not None:
        f = page.fmt
        rows = [
            ("voluntary_base", found.voluntary_base, f.share(found.on_voluntary, 0)),
            ("survey_base", found.survey_base, f.share(found.on_survey, 0)),
            (
                "agency_base",
                found.agency_base,
                f"{f.share(found.agency_low)}–{f.share(found.agency_high, 0)}",
            ),
        ]
        for at, (_, size, share) in enumerate(reversed(rows)):
            ax.barh(at, size / 1e6, color=PALE, height=0.62)
            ax.barh(at, found.participants / 1e6, color=colour("si"), height=0.62)
            ax.annotate(share, (found.participants / 2e6, at), ha="center", va="center", color="white", fontsize=11,
                        fontweight="bold")  # fmt: skip
            ax.annotate(
                f.millions(size), (size / 1e6, at), xytext=(4, 0), textcoords="offset points", va="center"
            )
        ax.set_yticks(range(3), [page.text(f"denominators.{row[0]}") for row in reversed(rows)])
        ax.set_xlim(0, found.agency_base / 1e6 * 1.32)
        ax.axvline(found.participants / 1e6, color=RED, linewidth=0.9, linestyle="--")
        number_axis(ax, page, 0, horizontal=True)
        ax.set_xlabel(page.text("unit.million_persons"))
    ax.grid(False, axis="y")
    values = (
        {"participants": page.fmt.millions(found.participants), "month": page.fmt.month(found.date)}
        if found
        else {}
    )
    title = page.text("figure.denominators", **values) if found else page.text("headline.bases_missing")
    return frame(fig, title, page.text("figure.denominators_facts"), page.text("source.published"))
