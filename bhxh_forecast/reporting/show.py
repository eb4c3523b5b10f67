"""What the cells of the notebooks call: one line each, one piece of page each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bhxh_forecast.reporting.blocks import Block, heading, paragraph, picture, stack
from bhxh_forecast.reporting.front import front_page, legal_gate
from bhxh_forecast.reporting.learnt_table import learnt_table
from bhxh_forecast.reporting.money_tables import budget_table, price_table, risk_table
from bhxh_forecast.reporting.nation_tables import band_table, flow_table, validation_table
from bhxh_forecast.reporting.page import Page, open_page
from bhxh_forecast.reporting.people_tables import (
    census_table,
    known_total_table,
    other_projection_table,
    spread_table,
    vital_table,
)  # fmt: skip
from bhxh_forecast.reporting.plausibility import growth_table, support_table
from bhxh_forecast.reporting.registers import (
    assumption_table,
    missing_table,
    published_table,
    random_and_frozen,
    scenario_meanings,
    scenario_tables,
)  # fmt: skip
from bhxh_forecast.reporting.summary import cost_line, denominator_line
from bhxh_forecast.reporting.tables import base_table, indicator_table, target_table
from bhxh_forecast.reporting.track_record import bar_table, track_table
from bhxh_forecast.reporting.workforce_tables import kind_table, pools_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "assumption_table",
    "band_table",
    "bar_table",
    "base_table",
    "budget_table",
    "census_table",
    "cost",
    "denominators",
    "figure",
    "flow_table",
    "front_page",
    "growth_table",
    "indicator_table",
    "kind_table",
    "known_total_table",
    "learnt_table",
    "legal_gate",
    "missing_table",
    "open_page",
    "other_projection_table",
    "pointer", "pools_table",
    "price_table",
    "published_table",
    "random_and_frozen",
    "risk_table",
    "scenario_meanings",
    "scenario_tables",
    "section",
    "spread_table",
    "support_table",
    "target_table",
    "title",
    "track_table",
    "validation_table",
    "vital_table",
]  # fmt: skip


OF_SCENARIO = ("03_coverage_and_targets", "04_budget")


def title(page: Page, notebook: str) -> Block:
    """Heading of a notebook and the line that says what it is about."""
    line = page.run_line if notebook in OF_SCENARIO else page.shared_line
    return stack(heading(page.text(f"notebook.{notebook}")), paragraph(line, "note"))


def section(page: Page, name: str) -> Block:
    """Heading of a section."""
    return heading(page.text(f"section.{name}"), 3)


def figure(fig: Figure) -> Block:
    """A picture, its title read aloud to those who cannot see it."""
    return picture(fig, fig.texts[0].get_text().replace("\n", " "))


def cost(page: Page) -> Block:
    """The cost of next year and to the end, in one sentence."""
    return paragraph(cost_line(page))


def denominators(page: Page) -> Block:
    """The one head-count over its denominators, in one sentence."""
    return paragraph(denominator_line(page))


def pointer(page: Page) -> Block:
    """Where the equations stand."""
    return paragraph(page.text("equations_pointer"))
