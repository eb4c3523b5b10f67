"""One series of one projection with its bands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bhxh_forecast.reporting.answers import base_words
from bhxh_forecast.reporting.figures.common import year_ticks
from bhxh_forecast.reporting.fmt import Fmt
from bhxh_forecast.reporting.style import INK, colour, frame, new_figure, styled
from bhxh_forecast.reporting.text import Text, capital
from bhxh_forecast.results.targets_table import SERIES
from bhxh_forecast.timeline import month_end

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bhxh_forecast.results.projection import Projection

LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)


@styled
def fan(run: Projection, *, lang: str, series: str = "vsi_share", base: str = "lfs_working_age") -> Figure:
    """Median, 50%, 80% and 90% ranges by month; the plan's levels where the base is the one it words."""
    from matplotlib.ticker import FuncFormatter

    text, fmt, line = Text(lang), Fmt(lang), run.inner.line
    values = run.inner.series(series, base)
    found = np.quantile(values, LEVELS, axis=1)
    days = month_end(line.months)
    fig = new_figure(3.2)
    ax = fig.subplots()
    own = colour(series.split("_")[0])
    for k, alpha in enumerate((0.14, 0.18, 0.26)):
        ax.fill_between(days, found[k], found[-1 - k], color=own, alpha=alpha, linewidth=0)
    ax.plot(days, found[3], color=own, linewidth=1.5)
    facts = text.label("base", base)
    targets = run.inputs.targets
    names = {share: target for target, share in SERIES.items()}
    rows: list[Any] = list(targets[targets["id"] == names.get(series, "")].itertuples())
    for row in rows:
        facts = base_words(text, base, str(row.base_as_written), str(row.base_as_reported))
        if row.base_as_written == base and row.year <= line.until:
            ax.plot(np.datetime64(f"{row.year}-12-31"), row.value, "D", color=INK, markersize=4, zorder=5)
    share = base != "none"
    ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: fmt.share(v) if share else fmt.number(v)))
    year_ticks(ax)
    facts_line = f"{facts}; {run.scenario.title[lang]}" if share else run.scenario.title[lang]
    return frame(
        fig,
        capital(text.label("series", series)),
        facts_line,
        text("fan.bands", draws=fmt.number(run.facts.draws)),
    )
