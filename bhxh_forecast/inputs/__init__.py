"""Reads what the world says: observations, law, priors, targets, levers, scenarios, worlds, as known on a day."""

from bhxh_forecast.inputs.law import LawBook, LawRow
from bhxh_forecast.inputs.lever_specs import LeverSpec
from bhxh_forecast.inputs.levers import Step, resolve_levers
from bhxh_forecast.inputs.priors import Prior
from bhxh_forecast.inputs.reader import Inputs, load_inputs
from bhxh_forecast.inputs.scenarios import Scenario, load_scenario, scenario_names
from bhxh_forecast.inputs.worlds import World, load_world, resolve_world, world_names

__all__ = [
    "Inputs", "LawBook", "LawRow", "LeverSpec", "Prior", "Scenario", "Step", "World", "load_inputs", "load_scenario",
    "load_world", "resolve_levers", "resolve_world", "scenario_names", "world_names",
]  # fmt: skip
