"""Effects of assumptions that are not sampled: differences of runs on the same draws, nothing else."""

import numpy as np
import pandas as pd
import pytest

from bhxh_forecast.analysis.fixed_effects import ends, fixed_effects, with_fixed
from bhxh_forecast.analysis.trials import with_levers
from bhxh_forecast.inputs import load_inputs, load_scenario
from bhxh_forecast.simulation import simulate

DRAWS = 128


@pytest.fixture(scope="module")
def inputs():
    return load_inputs()


@pytest.fixture(scope="module")
def found(inputs):
    return fixed_effects(inputs, draws=DRAWS)


def test_an_effect_is_the_difference_of_two_runs(inputs, found):
    base, at = load_scenario("current_policy", inputs), {}
    for level in (0.0, 0.3):
        run = simulate(with_levers(base, {"subsidy.city_share.other": level}), draws=DRAWS, inputs=inputs)
        year = int(np.flatnonzero(run.inner.budget.years == 2027)[0])
        share = run.inner.share("vsi_share", "lfs_working_age")[run.inner.line.index("2030-12")]
        at[level] = float(run.inner.budget.programme("total")[year].mean()), float((share >= 0.1).mean())
    rows = found[found["id"] == "top_up_after_2026_07"].set_index("outcome")["effect"]
    assert rows["budget_total"] == pytest.approx(at[0.3][0] - at[0.0][0])
    assert rows["vsi_coverage"] == pytest.approx(at[0.3][1] - at[0.0][1])


def test_every_assumption_with_a_range_that_reaches_people_is_measured(inputs, found):
    reaching = {
        name
        for name, entry in inputs.register.items()
        if entry["low"] != entry["high"]
        and set(entry["affects"]) & {"vsi_coverage", "si_coverage", "ui_coverage"}
    }
    assert reaching <= set(found["id"])
    assert {name for name, _, _ in ends(inputs)} == set(found["id"])
    outcomes = found.groupby("id")["outcome"].nunique()
    assert set(outcomes) == {5}


def test_a_level_of_today_that_no_scenario_moves_has_no_effect_on_present_policy(found):
    rows = found[found["id"].isin(["communes_covered_baseline", "online_share_baseline"])]
    assert (rows["effect"] == 0.0).all()


def test_measured_effects_enter_both_tables(inputs):
    fixed = pd.DataFrame(
        [("x", "budget_total", 2027, 5.0, 1.0, True, "VND"), ("x", "vsi_coverage", 2030, -0.2, 0.01, True, "share"),
         ("x", "ui_coverage", 2030, 0.3, 0.2, False, "share")],
        columns=["id", "outcome", "year", "effect", "standard_error", "clear", "unit"],
    )  # fmt: skip
    frames = {
        "assumptions": pd.DataFrame({"id": ["x", "y"], "effect_on_probability": [np.nan, 0.1]}),
        "assumption_effects": fixed.assign(id="y"),
    }
    joined = with_fixed(frames, fixed)
    assert list(joined["assumptions"]["effect_on_probability"]) == [-0.2, 0.1]
    assert list(joined["assumption_effects"]["id"]) == ["x"] * 3 + ["y"] * 3
