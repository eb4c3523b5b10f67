"""A difference taken apart adds up in every draw, and its parts are what the orders give."""

from functools import cache
from itertools import permutations

import numpy as np
import pytest

from bhxh_forecast.analysis.decompose import Decomposition, decompose, parts_of
from bhxh_forecast.analysis.shapley import shapley
from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs import Inputs, load_inputs, load_scenario
from bhxh_forecast.reporting.answers_decompose import decomposition_answer
from bhxh_forecast.reporting.figures.decompose import waterfall
from bhxh_forecast.simulation import simulate_many

DRAWS = 96


@cache
def inputs() -> Inputs:
    return load_inputs()


@cache
def scenario() -> Decomposition:
    return decompose("outreach_push+poverty_line_delayed+subsidy_raise", draws=DRAWS, inputs=inputs())


@cache
def world() -> Decomposition:
    return decompose("fast_formalisation", target="si_coverage", draws=DRAWS, inputs=inputs())


def test_parts_add_up_to_the_difference_in_every_draw() -> None:
    for found in (scenario(), world()):
        for measure, effects in found.effects.items():
            whole = found.end[measure] - found.start[measure]
            scale = np.abs(found.end[measure]).max()
            assert np.abs(effects.sum(axis=0) - whole).max() <= 1e-9 * scale, measure


def test_the_ends_are_the_baseline_and_the_scenario_as_they_are_simulated() -> None:
    found = scenario()
    runs = simulate_many(["current_policy", found.name], draws=DRAWS, inputs=inputs())
    for name, values in (("current_policy", found.start), (found.name, found.end)):
        share = runs[name].draws("vsi_share", base="lfs_working_age")
        assert np.array_equal(values["share"][-1], share.sel(date="2030-12-31"))
        assert np.array_equal(
            values["cost"][-1], runs[name].inner.budget.programme("total", source="city")[-1]
        )


def test_a_scenario_is_taken_apart_by_lever_groups_and_provisions() -> None:
    assert scenario().parts == ("outreach", "subsidy", "law:poverty_line.rural")
    assert parts_of(load_scenario("combined", inputs())).keys() == {
        "compliance",
        "outreach",
        "service",
        "subsidy",
    }
    assert world().parts == ("csi_drift", "wage_share_trend")
    assert world().kind == "world"


def test_shapley_is_the_mean_over_all_orders() -> None:
    """By hand: for each order, what a part adds when it is put in."""
    values = dict(
        zip([(), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)], [0, 1, 2, 4, 5, 9, 3, 20], strict=True)
    )
    expected = np.zeros(3)
    for order in permutations(range(3)):
        before: tuple[int, ...] = ()
        for part in order:
            after = tuple(sorted((*before, part)))
            expected[part] += (values[after] - values[before]) / 6
            before = after
    assert shapley(3) @ np.array(list(values.values()), float) == pytest.approx(expected)


def test_a_part_that_changes_nothing_contributes_nothing() -> None:
    """A world's migration acts through people alone; support of members does not move compulsory insurance."""
    found = decompose("outreach_push+subsidy_raise", target="ui_coverage", draws=DRAWS, inputs=inputs())
    assert np.abs(found.effects["share"]).max() == 0.0


def test_draws_and_table_carry_names() -> None:
    draws = scenario().draws("share")
    assert draws.dims == ("part", "year", "draw")
    assert list(draws.part.values) == list(scenario().parts)
    table = scenario().table(2030)
    share = table[table["measure"] == "share"].set_index("part")["mean"]
    assert share["start"] + share[list(scenario().parts)].sum() == pytest.approx(share["end"])
    assert scenario().as_dict()["base_role"] == "as_written"


def test_nothing_to_take_apart_is_said() -> None:
    with pytest.raises(InputError, match="current_policy, which changes 0 groups; allowed 1 to 6"):
        decompose("current_policy", draws=8, inputs=inputs())


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_words_and_picture(lang: str) -> None:
    for found in (scenario(), world()):
        answer = decomposition_answer(found, inputs(), lang)
        assert "nan" not in answer.text(160)
        assert waterfall(found, inputs(), lang).texts[0].get_text()
    rows = decomposition_answer(scenario(), inputs(), lang).grids[0].rows
    assert inputs().labels["poverty_line.rural"][lang] in [row[0] for row in rows]
