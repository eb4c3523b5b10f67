"""What several pictures share: bands, phases, axis formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bhxh_forecast.reporting.style import GREY, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from bhxh_forecast.reporting.page import Page

FIRST_YEAR = 2018
BANDS = (("p05", "p95", 0.14), ("p10", "p90", 0.18), ("p25", "p75", 0.26))


def shown(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    """Quarter ends from three years before the plan's first target year, or before the as-of date, in order."""
    first = min(FIRST_YEAR, page.as_of.year - 3)
    days = rows["date"].dt
    kept: pd.DataFrame = rows[(days.month % 3 == 0) & (days.year >= first)]
    return kept.sort_values("date")


def draw_fan(ax: Axes, frame: pd.DataFrame, colour: str, scale: float = 1.0) -> None:
    """Draw the bands and the median of a series; a band uses the dates that carry its quantiles."""
    for low, high, alpha in BANDS:
        if low not in frame.columns or high not in frame.columns:
            continue
        band = frame.dropna(subset=[low, high])
        ax.fill_between(
            band["date"], band[low] * scale, band[high] * scale, color=colour, alpha=alpha, linewidth=0
        )
    ax.plot(frame["date"], frame["p50"] * scale, color=colour, linewidth=1.4)


def shade_phases(ax: Axes, frame: pd.DataFrame, page: Page) -> None:
    """Shade the months without figures up to the as-of date, and name the three phases."""
    ends = frame.groupby("phase")["date"].max()
    history, nowcast = ends.get("history"), ends.get("nowcast", pd.Timestamp(page.as_of))
    if history is None:
        return
    ax.axvspan(history, nowcast, color=GREY, alpha=0.13, linewidth=0)
    for day in (history, nowcast):
        ax.axvline(day, color=GREY, linewidth=0.6, linestyle=(0, (2, 2)))
    names = (("history", history, "right"), ("projection", nowcast, "left"))
    for phase, day, side in names:
        offset = -3 if side == "right" else 3
        ax.annotate(
            page.text(f"phase.{phase}"), (day, 1.0), xycoords=("data", "axes fraction"), xytext=(offset, -2),
            textcoords="offset points", ha=side, va="top", fontsize=7, color=GREY, style="italic",
        )  # fmt: skip


def percent_axis(ax: Axes, page: Page, decimals: int = 0) -> None:
    """Show a share axis (0-1) as per cent in the page's language."""
    from matplotlib.ticker import FuncFormatter

    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: page.fmt.share(value, decimals)))


def number_axis(ax: Axes, page: Page, decimals: int = 0, *, horizontal: bool = False) -> None:
    """Show a number axis with the language's separators."""
    from matplotlib.ticker import FuncFormatter

    axis = ax.xaxis if horizontal else ax.yaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: page.fmt.number(value, decimals)))


def year_ticks(ax: Axes, step: int = 2) -> None:
    """Yearly ticks on a date axis, at the end of December as targets are."""
    from matplotlib.dates import DateFormatter, YearLocator

    ax.xaxis.set_major_locator(YearLocator(step, month=12, day=31))  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_formatter(DateFormatter("%Y"))  # type: ignore[no-untyped-call]
    ax.grid(False, axis="x")


def mark(ax: Axes, day: pd.Timestamp, value: float, label: str) -> None:
    """Mark a target: a diamond with its figure beside it."""
    look: dict[str, Any] = {
        "color": INK,
        "markerfacecolor": "white",
        "markeredgewidth": 1.2,
        "linestyle": "none",
    }
    ax.plot(
        np.array([day], "datetime64[D]"), [value], marker="D", markersize=5, zorder=6, clip_on=False, **look
    )
    ax.annotate(label, (day, value), xytext=(-5, 5), textcoords="offset points", fontsize=7.5, ha="right", va="bottom",
                color=INK, zorder=6, bbox={"color": "white", "alpha": 0.75, "pad": 0.4, "linewidth": 0})  # fmt: skip


def facts(page: Page, *parts: str) -> str:
    """Line under a title: unit, base, price basis, joined."""
    return " · ".join(part for part in parts if part)
