"""Tornado of one target, and a heat map of what matters for every target and year."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np

from bhxh_forecast.reporting.answers_sensitivity import SensitivityWords
from bhxh_forecast.reporting.figures.common import number_axis
from bhxh_forecast.reporting.style import BLUE, GREY, ORANGE, frame, new_figure, styled
from bhxh_forecast.reporting.text import capital

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bhxh_forecast.analysis.goal import Goal
    from bhxh_forecast.analysis.sensitivity import Sensitivity
    from bhxh_forecast.inputs import Inputs

SHOWN, SHOWN_IN_MAP = 12, 16
PRINTED = 0.03  # total index from which a cell is printed
CLEAR = 2.0  # standard errors from which a difference of odds is drawn
ENDS = {"low": ORANGE, "high": BLUE}


@styled
def tornado(words: SensitivityWords, goal: Goal) -> Figure:
    """Odds of one target where each uncertainty lies in its lowest and in its highest fifth; clear differences only."""
    from matplotlib.ticker import MaxNLocator

    swings = words.found.swings
    own = swings[
        (swings["target"] == goal.target) & (swings["year"] == goal.year) & (swings["base"] == goal.base)
    ]
    clear = own[own["swing"].abs() > CLEAR * own["error"]]
    own = clear.reindex(clear["swing"].abs().sort_values().index).tail(SHOWN)
    fig = new_figure(1.9 + 0.25 * max(len(own), 2))
    ax = fig.subplots()
    middle = float((own["low"].mean() + own["high"].mean()) / 2) if len(own) else 0.0
    for at, row in enumerate(own.to_dict("records")):
        for end, colour in ENDS.items():
            ax.barh(at, 100 * (row[end] - middle), left=100 * middle, color=colour, height=0.62)
    ax.axvline(100 * middle, color=GREY, linewidth=0.7)
    ax.set_yticks(range(len(own)), [_short(words.name(str(name))) for name in own["id"]], fontsize=7.5)
    ax.set_xlabel(words.text("sensitivity.axis_odds"))
    ax.grid(False, axis="y")
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    number_axis(ax, words, 0, horizontal=True)  # type: ignore[arg-type]
    for end, colour in ENDS.items():
        ax.plot([], [], "s", color=colour, label=words.text(f"sensitivity.{end}_fifth"))
    fig.legend(loc="outside lower right", ncols=2)
    note = words.text("sensitivity.facts", draws=words.fmt.number(words.found.draws))
    return frame(fig, words.text("sensitivity.tornado"), words.asked(goal), note)


@styled
def heat_map(words: SensitivityWords, role: str = "as_written") -> Figure:
    """Total Sobol indices for every target and year, on one reading of the base; what matters somewhere."""
    table = words.found.indices
    table = table[table["role"].str.contains(role) & table["total"].notna()]
    largest = table.groupby("id")["total"].max().sort_values(ascending=False)
    order = list(largest[largest >= PRINTED].index[:SHOWN_IN_MAP]) or list(largest.index[:1])
    targets, years = list(dict.fromkeys(table["target"])), sorted(set(table["year"]))
    fig = new_figure(1.9 + 0.24 * len(order))
    axes = np.atleast_1d(fig.subplots(1, len(targets), sharey=True))
    for ax, target in zip(axes, targets, strict=True):
        own = table[table["target"] == target].pivot_table(index="id", columns="year", values="total")
        cells = own.reindex(order).to_numpy()
        ax.imshow(cells, aspect="auto", cmap="Blues", vmin=0.0, vmax=0.6)
        for (i, j), value in np.ndenumerate(cells):
            if value >= PRINTED:
                shade = "white" if value > 0.35 else "black"
                printed = words.fmt.number(100 * value)
                ax.annotate(printed, (j, i), ha="center", va="center", fontsize=6, color=shade)
        ax.set_xticks(range(len(years)), [f"{year}" for year in years], fontsize=6.5, rotation=90)
        ax.set_title("\n".join(wrap(capital(words.text.label("target_short", target)), 13)), fontsize=7)
        ax.grid(False)
        ax.tick_params(length=0)
    axes[0].set_yticks(range(len(order)), [_short(words.name(name)) for name in order], fontsize=6.5)
    note = words.text("sensitivity.facts", draws=words.fmt.number(words.found.draws))
    return frame(fig, words.text("sensitivity.heat"), words.text("sensitivity.heat_facts"), note)


def _short(name: str) -> str:
    return "\n".join(wrap(name, 34, max_lines=2, placeholder=" …"))


def drawn(found: Sensitivity, inputs: Inputs, lang: str, kind: str = "tornado") -> Figure:
    """Tornado of the first target of the plan's last year, or the heat map of all."""
    words = SensitivityWords(found, (), inputs, lang)
    if kind == "heat":
        return heat_map(words)
    return tornado(words, words.last()[0])
