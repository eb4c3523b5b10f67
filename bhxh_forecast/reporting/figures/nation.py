"""Pictures of the engine against the published national projection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bhxh_forecast.reporting.figures.common import facts, number_axis
from bhxh_forecast.reporting.nation_view import nation_view
from bhxh_forecast.reporting.style import BLUE, INK, frame, new_figure, styled, year_axis

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bhxh_forecast.reporting.page import Page

_LIMIT = 0.05  # per cent: where the colours end


@styled
def validation_surface(page: Page) -> Figure:
    """Error by calendar year and single age as a Lexis surface, men and women."""
    errors = nation_view(page).validation.errors() * 100.0
    fig = new_figure(3.6)
    axes = fig.subplots(1, 2, sharey=True)
    years, ages = errors["year"].to_numpy(), errors["age"].to_numpy()
    edges = (np.append(years, years[-1] + 1), np.append(ages, ages[-1] + 1))
    for ax, sex in zip(axes, ("male", "female"), strict=True):
        values = errors.sel(sex=sex).transpose("age", "year").to_numpy()
        mesh = ax.pcolormesh(*edges, values, cmap="RdBu_r", vmin=-_LIMIT, vmax=_LIMIT, rasterized=True)
        ax.set_title(page.text.label("sex", sex))
        ax.grid(False)
        year_axis(ax, int(years[0]) + 6, int(years[-1]), 10)
        ax.grid(False)
    axes[0].set_ylabel(page.text("axis.single_age"))
    bar = fig.colorbar(mesh, ax=axes, extend="both", shrink=0.9, aspect=30)
    number_axis(bar.ax, page, 2)
    bar.set_label(page.text("people.error_percent"))
    line = facts(
        page, page.text("people.unit_percent"), page.text("people.lexis"), page.text("people.scaled")
    )
    return frame(fig, page.text("people.validation_surface"), line, page.text("people.source_nation"))


@styled
def nation_fan(page: Page) -> Figure:
    """Total population of the nation: bands of the draws filled, the published bounds as lines."""
    view = nation_view(page)
    years, totals = view.draws.years, view.draws.totals / 1e6
    fig = new_figure(3.3)
    ax = fig.subplots()
    quantiles = np.quantile(totals, [0.025, 0.1, 0.5, 0.9, 0.975], axis=0)
    for low, high, alpha in ((0, 4, 0.16), (1, 3, 0.22)):
        ax.fill_between(years, quantiles[low], quantiles[high], color=BLUE, alpha=alpha, linewidth=0)
    ax.plot(years, quantiles[2], color=BLUE, linewidth=1.4, label=page.text("people.model_bands"))
    styles = {80: (0, (4, 2)), 95: (0, (1, 1.5))}
    for band, dashes in styles.items():
        rows = view.bands[view.bands["band"] == band]
        for column in ("published_low", "published_high"):
            label = page.text("people.published_bound", band=band) if column == "published_low" else None
            ax.plot(rows["year"], rows[column] / 1e6, color=INK, linewidth=0.9, linestyle=dashes, label=label)
    ax.set_ylabel(page.text("unit.million_persons"))
    ax.legend(loc="upper left")
    number_axis(ax, page, 0)
    year_axis(ax, int(years[0]) + 1, int(years[-1]), 5)
    line = facts(
        page, page.text("unit.persons"), page.text("figure.first_january"), page.text("people.bands_80_95")
    )
    return frame(fig, page.text("people.nation_fan"), line, page.text("people.source_nation"))
