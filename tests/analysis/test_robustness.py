"""Regret, and what it is worth to know."""

from functools import cache

import numpy as np
import pytest

from bhxh_forecast.analysis.information import Information, evppi, information, open_price
from bhxh_forecast.analysis.robustness import Robustness, options, robustness
from bhxh_forecast.inputs import Inputs, load_inputs, load_scenario, load_world
from bhxh_forecast.reporting.answers_robustness import information_answer, robustness_answer

DRAWS = 192


@cache
def inputs() -> Inputs:
    return load_inputs()


@cache
def robust() -> Robustness:
    return robustness(
        "vsi_coverage",
        required=0.05,
        scenarios=["outreach_push", "no_top_up"],
        worlds=["reference", "downturn"],
        draws=DRAWS,
        inputs=inputs(),
    )


@cache
def worth() -> Information:
    return information(scenarios=["outreach_push", "subsidy_raise"], draws=1024, inputs=inputs())


def test_the_best_scenario_of_a_world_has_no_regret() -> None:
    cells = robust().cells
    assert (cells["regret"] >= 0).all()
    for _, own in cells.groupby("world"):
        assert own.loc[own["probability"].idxmax(), "regret"] == 0.0
        assert np.allclose(own["regret"], own["probability"].max() - own["probability"])
    assert robust().summary["scenario"].iloc[0] == "outreach_push"
    assert robust().summary["largest_regret"].is_monotonic_increasing


def test_a_counterfactual_is_no_option() -> None:
    assert "law_2014" not in options(inputs())
    assert "combined" in options(inputs())


def test_the_value_of_knowing_a_decision_is_known_by_hand() -> None:
    """B gains z ~ N(0, 1), A nothing: knowing z is worth E max(0, z) = 0.3989; knowing noise, nothing."""
    generator = np.random.default_rng(5)
    z, other = generator.normal(size=(2, 20_000))
    benefit = np.stack([np.zeros_like(z), z + 0.1 * other])
    cluster = np.arange(20_000)
    value, error = evppi(benefit, z[None, :], cluster)
    assert value == pytest.approx(0.3989, abs=4 * error)
    assert error < 0.01
    nothing, error = evppi(benefit, generator.normal(size=(1, 20_000)), cluster)
    assert nothing <= 3 * error + 1e-9


def test_the_open_price_is_where_two_options_tie() -> None:
    generator = np.random.default_rng(6)
    years = np.stack([np.zeros(500), 100 + 20 * generator.normal(size=500)])
    cost = np.stack([np.zeros(500), np.full(500, 300.0)])
    assert open_price(years, cost) == pytest.approx(3.0, abs=0.1)


def test_no_figure_is_worth_more_than_knowing_everything() -> None:
    table = worth().table
    assert (table["value"] >= 0).all()
    assert (table["value"] <= worth().all_known + 3 * table["error"]).all()
    assert set(table.loc[table["kind"] == "prior", "id"]) <= set(inputs().priors)
    assert table.loc[table["kind"] == "missing", "file"].str.startswith("data/missing/").all()
    assert worth().options["chosen_in"].sum() == pytest.approx(1.0)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_words(lang: str) -> None:
    scenarios = {n: load_scenario(n, inputs()).title for n in ("current_policy", *options(inputs()))}
    worlds = {n: load_world(n, inputs()).title for n in ("reference", "downturn")}
    for answer in (
        robustness_answer(robust(), scenarios, worlds, lang),
        information_answer(worth(), scenarios, lang),
    ):
        assert "nan" not in answer.text(160)
    assert robust().as_dict()["role"] == "as_written"
    assert worth().as_dict()["options"]
