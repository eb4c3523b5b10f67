"""Cost against probability."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bhxh_forecast.reporting.answers import base_words, target_words
from bhxh_forecast.reporting.fmt import Fmt
from bhxh_forecast.reporting.style import BLUE, GREEN, GREY, ORANGE, frame, new_figure, styled
from bhxh_forecast.reporting.text import Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bhxh_forecast.analysis.reached import Reach
    from bhxh_forecast.inputs import LeverSpec

BILLION = 1e9


@styled
def frontier(found: Reach, levers: Mapping[str, LeverSpec], lang: str) -> Figure:
    """Least cost for each probability, with where one stands today and what was asked."""
    from matplotlib.ticker import FuncFormatter

    text, fmt, goal = Text(lang), Fmt(lang), found.goal
    table = found.frontier.table.dropna(subset=["cost"])
    fig = new_figure(3.3)
    ax = fig.subplots()
    start = found.before.probability[goal.base]
    costs, odds = [0.0, *(table["cost"] / BILLION)], [start, *table["probability"]]
    ax.plot(costs, odds, color=BLUE, linewidth=1.6, marker="o", markersize=3)
    ax.axhline(found.asked, color=GREY, linewidth=0.8, linestyle=(0, (3, 2)))
    asked = text("reach.asked", asked=fmt.probability(found.asked))
    ax.annotate(asked, (0.995, found.asked), xytext=(0, 3), xycoords=("axes fraction", "data"),
                textcoords="offset points", ha="right", fontsize=7.5, color=GREY)  # fmt: skip
    mark = GREEN if found.reachable else ORANGE
    at = (found.cost / BILLION, found.probability)
    ax.plot(*at, "D", markersize=6, color=mark, zorder=5)
    label = text(f"reach.mark.{found.status}", found=fmt.probability(found.probability))
    ax.annotate(label, at, xytext=(-6, 7), textcoords="offset points", ha="right", fontsize=8, color=mark)
    ax.set_ylim(0, 1)
    ax.set_xlim(left=-0.01 * max(costs))
    ax.set_xlabel(text("reach.axis_cost"))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: fmt.share(value, 0)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: fmt.number(value)))
    asked_for = target_words(text, goal.target, fmt.share(goal.required), goal.year)
    names = "; ".join(levers[name].name[lang] for name in found.limits)
    known = all(m.known is not None and m.known.identified for m in found.marginals)
    unknown = "" if known else f" · {text('reach.not_identified')}"
    facts = (
        f"{asked_for}, {base_words(text, goal.base, goal.as_written, goal.as_reported)} · {names}{unknown}"
    )
    note = text("reach.method", runs=found.model_runs, draws=fmt.number(found.draws))
    return frame(fig, text("reach.frontier"), facts, note)
