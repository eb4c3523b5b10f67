"""A small run of the real model with the options of an estimate, made once for all tests of the documents."""

from __future__ import annotations

from functools import cache

import pandas as pd

from bhxh_forecast.analysis.fixed_effects import fixed_effects, with_fixed
from bhxh_forecast.inputs import load_inputs, load_scenario, load_world
from bhxh_forecast.reporting.page import Page
from bhxh_forecast.reporting.run_tables import TABLES, RunTables, _entry
from bhxh_forecast.simulation import simulate_many

SCENARIOS = ("current_policy", "subsidy_raise", "outreach_push")
DRAWS = 100


@cache
def projections():
    return simulate_many(SCENARIOS, draws=DRAWS, inputs=inputs())


@cache
def inputs():
    return load_inputs()


@cache
def estimate_run() -> RunTables:
    runs = [projections()[name] for name in SCENARIOS]
    frames = {
        name: pd.concat([getattr(p, name)() for p in runs], ignore_index=True)
        for name in TABLES
        if not name.startswith("assumption")
    }
    frames |= {name: getattr(runs[0], name)() for name in TABLES if name.startswith("assumption")}
    frames |= with_fixed(frames, fixed_effects(inputs(), draws=DRAWS))
    manifest = dict(runs[0].manifest_info()) | {
        "scenarios": [_entry(load_scenario(name, inputs())) for name in SCENARIOS],
        "worlds": [_entry(load_world("reference", inputs()))],
    }
    return RunTables(frames=frames, manifest=manifest, inputs=inputs())


def estimate_page(lang: str = "vi", scenario: str = "current_policy", run: RunTables | None = None) -> Page:
    return Page(run or estimate_run(), scenario, "reference", lang)
