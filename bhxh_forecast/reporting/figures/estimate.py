"""Pictures of an estimate: cost against the odds that it suffices, and the bridge as a waterfall."""

from __future__ import annotations

import itertools
import textwrap
from typing import TYPE_CHECKING

from bhxh_forecast.reporting.estimate.plan_forms import increases
from bhxh_forecast.reporting.figures.common import facts, number_axis
from bhxh_forecast.reporting.style import BLUE, GREY, ORANGE, frame, new_figure, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bhxh_forecast.reporting.estimate.policy import Policy

SMALL = 0.5  # billion VND: smaller factors are left out of the picture


@styled
def odds_curve(policy: Policy) -> Figure:
    """Amount set aside against the odds that it suffices in the estimate's year; the proposal is marked."""
    page, year = policy.page, policy.central.next
    rows = policy.sufficiency
    rows = rows[(rows["fiscal_year"] == year) & (rows["programme_set"] == "total")].sort_values("amount")
    fig = new_figure(2.9)
    ax = fig.subplots()
    ax.plot(
        rows["amount"] / 1e9, rows["probability"] * 100, color=BLUE, linewidth=1.6, marker="o", markersize=3
    )
    at = rows[(rows["kind"] == "proposed") & (rows["level"] == 1.0)].iloc[0]
    amount, odds = float(at["amount"]) / 1e9, float(at["probability"]) * 100
    ax.plot([amount], [odds], color=ORANGE, marker="D", markersize=7, linestyle="none")
    label = f"{page.fmt.number(amount, 1)}: {page.fmt.share(odds / 100, 1)}"
    ax.annotate(label, (amount, odds), xytext=(9, -4), textcoords="offset points", fontsize=8, va="top")
    ax.set_xlabel(page.text("unit.billion"))
    ax.set_ylabel(page.text("estimate.summary.odds") + ", %")
    ax.set_ylim(0, 100)
    number_axis(ax, page)
    ax.xaxis.set_major_formatter(lambda value, _: page.fmt.number(value))
    line = facts(page, page.text("price.nominal"), page.text("estimate.figure.proposal_mark"))
    return frame(fig, page.text("estimate.figure.odds", year=year), line, page.run_line)


@styled
def waterfall(policy: Policy) -> Figure:
    """Factors from this year's estimate to next year's."""
    page = policy.page
    records = increases(policy).records
    ends, factors = (records[0], records[-1]), records[1:-1]
    kept = [r for r in factors if abs(float(r.cells["amount"])) / 1e3 >= SMALL]
    rest = sum(float(r.cells["amount"]) for r in factors if r not in kept)
    labels = [str(ends[0].cells["name"]), *(str(r.cells["name"]) for r in kept)]
    values = [float(r.cells["amount"]) / 1e3 for r in kept]
    if rest:
        labels.append(page.text("estimate.figure.rest"))
        values.append(rest / 1e3)
    labels.append(str(ends[1].cells["name"]))
    start, end = (float(r.cells["amount"]) / 1e3 for r in ends)
    fig = new_figure(0.9 + 0.33 * len(labels))
    ax = fig.subplots()
    last = len(labels) - 1
    ax.barh([0, last], [start, end], color=GREY, height=0.62)
    level = start
    for at, value in enumerate(values, start=1):
        ax.barh([at], [value], left=[level], color=BLUE if value >= 0 else ORANGE, height=0.62)
        level += value
    shown = [
        page.fmt.number(start, 1),
        *(page.fmt.number(v, 1, sign=True) for v in values),
        page.fmt.number(end, 1),
    ]
    ends_at = [start, *(max(a, b) for a, b in itertools.pairwise(_levels(start, values))), end]
    for at, (x, text) in enumerate(zip(ends_at, shown, strict=True)):
        ax.annotate(text, (x, at), xytext=(3, 0), textcoords="offset points", va="center", fontsize=7.5)
    ax.set_yticks(range(len(labels)), ["\n".join(textwrap.wrap(x, 60)) for x in labels], fontsize=7)
    ax.invert_yaxis()
    low = min(start, end, *_levels(start, values))
    ax.set_xlim(left=max(0.0, low - 0.6 * abs(end - start) - 20))
    ax.margins(x=0.12)
    ax.xaxis.set_major_formatter(lambda value, _: page.fmt.number(value))
    ax.set_xlabel(page.text("unit.billion"))
    line = facts(page, page.text("unit.money_table"), page.text("estimate.figure.axis_cut"))
    return frame(fig, page.text("estimate.chart.waterfall"), line, page.run_line)


def _levels(start: float, values: list[float]) -> list[float]:
    levels = [start]
    for value in values:
        levels.append(levels[-1] + value)
    return levels
