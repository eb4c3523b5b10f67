"""The way from one level to another, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bhxh_forecast.reporting.answers import base_words, target_words
from bhxh_forecast.reporting.answers_decompose import DecompositionWords
from bhxh_forecast.reporting.style import BLUE, GREEN, GREY, INK, RED, frame, new_figure, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bhxh_forecast.analysis.decompose import Decomposition
    from bhxh_forecast.inputs import Inputs


@styled
def waterfall(found: Decomposition, inputs: Inputs, lang: str, measure: str = "share") -> Figure:
    """Means of the contributions one after the other, each with its own 80% range."""
    from matplotlib.ticker import FuncFormatter

    words = DecompositionWords(found, inputs, lang)
    table = found.table(found.goal.year)
    table = table[table["measure"] == measure].reset_index(drop=True)
    fig = new_figure(1.5 + 0.36 * len(table))
    ax = fig.subplots()
    level = 0.0
    for at, row in table.iterrows():
        y, mean = len(table) - 1 - int(str(at)), float(row["mean"])
        if row["part"] in ("start", "end"):
            level = mean
            ax.barh(y, mean, color=BLUE, height=0.6)
            end = mean
        else:
            ax.barh(y, mean, left=level, color=GREEN if mean >= 0 else RED, height=0.6)
            ax.plot([level + row["p10"], level + row["p90"]], [y, y], color=INK, linewidth=1)
            end = max(level, level + mean, level + (row["p90"] if row["p90"] == row["p90"] else mean))
            level += mean
            ax.plot([level, level], [y - 1.3, y + 0.3], color=GREY, linewidth=0.6, linestyle=(0, (2, 2)))
        label = words.value(measure, mean, step=row["part"] not in ("start", "end"))
        ax.annotate(label, (end, y), xytext=(4, 0), textcoords="offset points", va="center", fontsize=7.5)
    ax.set_yticks(range(len(table)), [words.part(str(part)) for part in table["part"][::-1]], fontsize=7.5)
    ax.margins(x=0.22)
    ax.grid(False, axis="y")
    ax.xaxis.set_major_formatter(
        FuncFormatter(
            lambda v, _: words.value(measure, v, step=False).replace(",00%", "%").replace(".00%", "%")
        )
    )
    goal, text = found.goal, words.text
    asked = target_words(text, goal.target, words.fmt.share(goal.required), goal.year)
    facts = f"{asked}, {base_words(text, goal.base, goal.as_written, goal.as_reported)}"
    title = f"{words.head()[0]} {text(f'decompose.measure.{measure}', year=goal.year)}"
    return frame(fig, title, facts, text("decompose.method", runs=found.model_runs))
