"""Pictures that compare: scenarios by odds and by cost, assumptions by their effect."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

import pandas as pd

from bhxh_forecast.reporting.budget_cuts import chosen, totals
from bhxh_forecast.reporting.figures.common import facts, number_axis
from bhxh_forecast.reporting.figures.coverage import _odds_axis
from bhxh_forecast.reporting.headline import target_pairs, verdict
from bhxh_forecast.reporting.page import Page
from bhxh_forecast.reporting.style import BLUE, GREY, PALE, colour, frame, new_figure, styled
from bhxh_forecast.reporting.text import capital

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COMPARED = ("si_coverage", "vsi_coverage", "ui_coverage", "old_age_coverage")


def _siblings(page: Page) -> list[Page]:
    """The page of every scenario of the run, in its order."""
    return [Page(page.run, name, page.world, page.lang) for name in page.run.scenarios]


def _names(pages: list[Page]) -> list[str]:
    """Names of scenarios on two lines at most, so that the axes keep their room."""
    return ["\n".join(wrap(page.scenario_title, 30, max_lines=2, placeholder=" …")) for page in pages]


@styled
def scenario_odds(page: Page) -> Figure:
    """Odds of the last year's targets under every scenario, on both bases."""
    pages = _siblings(page)[::-1]
    fig = new_figure(1.5 + 0.58 * len(pages))
    axes = fig.subplots(2, 2, sharex=True, sharey=True, gridspec_kw={"wspace": 0.1}).ravel()
    for ax, target in zip(axes, COMPARED, strict=True):
        for at, sibling in enumerate(pages):
            pairs = [p for p in target_pairs(sibling) if p[0]["target_id"] == target]
            if pairs:
                ends = (pairs[0][0]["probability"], pairs[0][1]["probability"])
                ax.plot(ends, (at, at), color=PALE, linewidth=2, zorder=2)
                ax.plot(
                    ends[0], at, "o", markersize=6, color=colour(verdict(ends[0])), zorder=4, clip_on=False
                )
                ax.plot(ends[1], at, "s", markersize=6, color="white", markeredgecolor=colour(verdict(ends[1])),
                        markeredgewidth=1.6, zorder=3, clip_on=False)  # fmt: skip
        _odds_axis(page, ax)
        for note in list(ax.texts):
            note.remove()
        ax.set_title(capital(page.text.label("target_short", target)), fontsize=8)
        ax.set_yticks(range(len(pages)), _names(pages), fontsize=7)
        ax.set_ylim(-0.6, len(pages) - 0.4)
    year = max(p[0]["year"] for p in target_pairs(page))
    line = facts(page, page.text("unit.probability"), page.text("figure.odds_key"))
    return frame(fig, page.text("figure.scenario_odds", year=year), line, page.shared_line)


@styled
def scenario_cost(page: Page) -> Figure:
    """Mean cost of the years after the as-of date under every scenario, with the last year's 80% band beside it."""
    from matplotlib.ticker import MaxNLocator

    pages = _siblings(page)[::-1]
    fig = new_figure(1.7 + 0.3 * len(pages))
    left, right = fig.subplots(1, 2, sharey=True)
    first = page.as_of.year + 1
    for at, sibling in enumerate(pages):
        cost = totals(chosen(sibling.table("budget")))
        ahead = cost[cost["fiscal_year"] >= first]
        total, last = ahead["mean"].sum() / 1e9, ahead.iloc[-1]
        left.barh(at, total, color=BLUE, height=0.6)
        left.annotate(
            page.fmt.number(total), (total, at), xytext=(3, 0), textcoords="offset points", va="center"
        )
        right.plot(
            [last["p10"] / 1e9, last["p90"] / 1e9],
            [at, at],
            color=BLUE,
            linewidth=4,
            alpha=0.35,
            solid_capstyle="butt",
        )
        right.plot(last["p50"] / 1e9, at, "o", markersize=5, color=BLUE)
    left.set_title(page.text("figure.cost_sum", years=page.fmt.years(first, page.until)))
    right.set_title(page.text("figure.cost_last", year=page.until))
    left.set_yticks(range(len(pages)), _names(pages), fontsize=7)
    left.margins(x=0.2)
    for ax in (left, right):
        ax.xaxis.set_major_locator(MaxNLocator(4))
        ax.grid(False, axis="y")
        ax.set_xlabel(page.text("unit.billion"))
        number_axis(ax, page, horizontal=True)
    line = facts(
        page, page.text("unit.money_table"), page.text("price.nominal"), page.text("figure.cost_scope")
    )
    return frame(fig, page.text("figure.scenario_cost"), line, page.shared_line)


@styled
def assumption_effects(page: Page, limit: int = 15) -> Figure:
    """How much each assumption moves the odds: the largest first."""
    table = page.run.table("assumptions")
    effect = pd.to_numeric(table["effect_on_probability"], errors="coerce")
    table = table.assign(effect=effect).dropna(subset=["effect"])
    table = table.reindex(table["effect"].abs().sort_values().index).tail(limit)
    fig = new_figure(1.4 + 0.25 * max(len(table), 3))
    ax = fig.subplots()
    ax.barh(range(len(table)), table["effect"] * 100, color=BLUE, height=0.62)
    ax.axvline(0, color=GREY, linewidth=0.7)
    ax.set_yticks(range(len(table)), [capital(str(n)) for n in table[f"name_{page.lang}"]], fontsize=7.5)
    ax.set_xlabel(page.text("unit.points"))
    ax.grid(False, axis="y")
    number_axis(ax, page, 0, horizontal=True)
    return frame(
        fig, page.text("figure.assumption_effects"), page.text("figure.effect_facts"), page.shared_line
    )
