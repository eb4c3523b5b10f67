"""When targets are first reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bhxh_forecast.reporting.answers_outlook import OutlookWords
from bhxh_forecast.reporting.figures.common import year_ticks
from bhxh_forecast.reporting.style import colour, frame, new_figure, styled
from bhxh_forecast.timeline import month_end

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bhxh_forecast.analysis.outlook import Outlook

STYLES = ("-", "--", ":", "-.")


@styled
def reached_by(look: Outlook, lang: str) -> Figure:
    """Share of draws that have reached each target once by each month."""
    from matplotlib.ticker import FuncFormatter

    words = OutlookWords(look, lang)
    line = look.projection.inner.line
    days = month_end(line.months)
    fig = new_figure(3.2)
    ax = fig.subplots()
    for goal, style in zip(look.goals, STYLES, strict=False):
        reached = np.maximum.accumulate(goal.met(look.share(goal)), axis=0).mean(axis=1)
        name = f"{words.name(goal.target)} {words.fmt.share(goal.required)}"
        ax.plot(
            days, reached, style, color=colour(goal.series.removesuffix("_share")), linewidth=1.6, label=name
        )
    ax.set_xlim(*np.array([f"{line.as_of.year - 3}-12-31", days[-1]], dtype="datetime64[D]"))
    ax.set_ylim(-0.01, 1.01)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.fmt.share(value, 0)))
    year_ticks(ax, 1)
    ax.legend(loc="upper left", ncols=2)
    facts = "; ".join(f"{words.name(goal.target)}: {words.base(goal)}" for goal in look.goals)
    return frame(fig, words.text("outlook.first_month"), facts, words.answer().head[0])
