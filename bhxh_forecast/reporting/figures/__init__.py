"""Pictures of a run. Each returns a figure with title, unit, base, price basis and source line."""

from bhxh_forecast.reporting.figures.coverage import count_fan, coverage_fan, denominators, target_odds
from bhxh_forecast.reporting.figures.demography import base_kinds, participation_profiles, ratio_fan
from bhxh_forecast.reporting.figures.effects import assumption_effects, scenario_cost, scenario_odds
from bhxh_forecast.reporting.figures.money import budget_stack, cost_fan
from bhxh_forecast.reporting.figures.nation import nation_fan, validation_surface
from bhxh_forecast.reporting.figures.people import population_pyramid, population_totals, workforce_bases

__all__ = [
    "assumption_effects",
    "base_kinds",
    "budget_stack",
    "cost_fan",
    "count_fan",
    "coverage_fan",
    "denominators",
    "nation_fan",
    "participation_profiles",
    "population_pyramid",
    "population_totals",
    "ratio_fan",
    "scenario_cost",
    "scenario_odds",
    "target_odds",
    "validation_surface",
    "workforce_bases",
]
