"""Scenarios extend, combine and resolve without surprises."""

# ruff: noqa: E501  (files and messages stand here as they are written)

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs import Step, load_inputs, load_scenario, resolve_levers
from bhxh_forecast.inputs.levers import follow_steps

MONTHS = np.arange("2015-12", "2031-01", dtype="datetime64[M]")
FIRST = int(
    (np.datetime64("2026-01") - MONTHS[0]).astype(int)
)  # month after the small folder's as-of, 2025-12-30


def at(path, month):
    return path[int((np.datetime64(month, "M") - MONTHS[0]).astype(int))]


def scenario(inputs, tmp_path, body, name="own"):
    path = tmp_path / f"{name}.yaml"
    path.write_text(f"name: {name}\n{body}", encoding="utf-8")
    return load_scenario(path, inputs)


def paths(inputs, tmp_path, body):
    return resolve_levers(scenario(inputs, tmp_path, body), inputs, MONTHS)


def test_without_settings_levers_follow_the_law_and_practice(small):
    found = resolve_levers(load_scenario("current_policy", small), small, MONTHS)
    assert at(found["support.state.poor"], "2025-06") == 0.3
    assert at(found["support.state.poor"], "2025-07") == 0.5
    assert at(found["support.city.other"], "2022-07") == 0.0  # no row in force: the lever's own baseline
    assert at(found["support.base"], "2026-12") == pytest.approx(0.22 * 1_500_000)
    assert at(found["support.base"], "2027-01") == pytest.approx(0.22 * 2_200_000)
    assert set(found["effort.reach"]) == {0.7}  # from the register


def test_when_the_base_runs_out_of_law_it_is_missing_and_not_zero(folder):
    from .conftest import LAW

    text = LAW.replace("from: 2027-01-01, value: 2200000", "from: 2027-01-01, to: 2028-12-31, value: 2200000")
    inputs = load_inputs(folder({"law/law.yaml": text}))
    base = resolve_levers(load_scenario("current_policy", inputs), inputs, MONTHS)["support.base"]
    assert at(base, "2015-12") == 0  # before the first row: the lever's own baseline
    assert at(base, "2028-12") == pytest.approx(0.22 * 2_200_000)
    assert np.isnan(at(base, "2029-01"))


def test_extending_the_baseline_alone_equals_it_bit_for_bit(small, tmp_path):
    base = resolve_levers(load_scenario("current_policy", small), small, MONTHS)
    same = paths(small, tmp_path, "extends: current_policy\n")
    assert all(np.array_equal(base[name], same[name]) for name in base)


def test_a_number_acts_from_the_month_after_the_as_of_date(small, tmp_path):
    found = paths(small, tmp_path, "levers: {effort: {budget: 250}}\n")["effort.budget"]
    assert at(found, "2025-12") == 100
    assert at(found, "2026-01") == 250
    assert at(found, "2030-12") == 250


def test_levers_never_act_before_the_as_of_date(small, tmp_path):
    body = "levers: {effort: {budget: [{from: 2020-01, value: 250}]}}\n"
    found = paths(small, tmp_path, body)["effort.budget"]
    assert set(found[:FIRST]) == {100}
    assert set(found[FIRST:]) == {250}


def test_after_the_last_month_the_baseline_returns(small, tmp_path):
    body = "levers: {effort: {budget: [{from: 2027-01, to: 2027-03, times: 2}, {from: 2028-01, add: 5}]}}\n"
    found = paths(small, tmp_path, body)["effort.budget"]
    assert [at(found, m) for m in ("2026-12", "2027-01", "2027-03", "2027-04", "2027-12", "2028-01")] == [
        100, 200, 200, 100, 100, 105,
    ]  # fmt: skip


def test_a_ramp_is_a_straight_line_from_what_was_before(small, tmp_path):
    body = (
        "levers: {effort: {budget: [{from: 2027-01, to: 2027-12, value: 160, ramp: 6}, "
        "{from: 2028-01, value: 220, ramp: 3}]}}\n"
    )
    found = paths(small, tmp_path, body)["effort.budget"]
    assert [at(found, f"2027-{m:02d}") for m in range(1, 8)] == [110, 120, 130, 140, 150, 160, 160]
    assert [at(found, f"2028-{m:02d}") for m in range(1, 5)] == [180, 200, 220, 220]


def test_times_and_add_follow_a_baseline_that_the_law_moves(small, tmp_path):
    found = paths(small, tmp_path, "levers: {support: {base: [{from: 2026-06, times: 2}]}}\n")["support.base"]
    assert at(found, "2026-12") == pytest.approx(2 * 0.22 * 1_500_000)
    assert at(found, "2027-01") == pytest.approx(2 * 0.22 * 2_200_000)


def test_the_baseline_is_the_law_after_switches_and_the_lever_wins_in_its_months(small, tmp_path):
    body = (
        "law: {city.other: {from: 2026-07-01, value: 0.15}}\n"
        "levers: {support: {city: {other: [{from: 2027-01, to: 2027-12, value: 0.4}]}}}\n"
    )
    found = paths(small, tmp_path, body)["support.city.other"]
    assert [at(found, m) for m in ("2026-06", "2026-07", "2027-01", "2027-12", "2028-01")] == [
        0.1, 0.15, 0.4, 0.4, 0.15,
    ]  # fmt: skip


def test_state_and_city_together_cannot_exceed_the_contribution(small, tmp_path):
    with pytest.raises(InputError, match="together at most 1"):
        scenario(small, tmp_path, "levers: {support: {city: {poor: 0.51}}}\n")
    assert scenario(small, tmp_path, "levers: {support: {city: {poor: 0.5}}}\n")


def test_law_alone_can_push_support_above_the_contribution_and_is_told(small, tmp_path):
    with pytest.raises(InputError, match=r"found 1\.1 in 2027-01 .*together at most 1"):
        scenario(small, tmp_path, "law: {state.poor: {from: 2027-01-01, value: 1}}\n")


def test_own_settings_replace_a_whole_leaf_and_later_parents_win(folder, tmp_path):
    files = {
        "scenarios/one.yaml": "name: one\nlevers: {effort: {budget: [{from: 2026-01, to: 2026-06, value: 1}, {from: 2027-01, value: 2}]}}\n",
        "scenarios/two.yaml": "name: two\nlevers: {effort: {budget: 3, reach: 0.5}}\n",
        "scenarios/three.yaml": "name: three\nextends: [one, two]\n",
        "scenarios/four.yaml": "name: four\nextends: [two, one]\nlevers: {effort: {reach: [{from: 2028-01, value: 0.6}]}}\n",
    }
    inputs = load_inputs(folder(files))
    three, four = load_scenario("three", inputs), load_scenario("four", inputs)
    assert three.levers["effort.budget"] == (Step("value", 3.0),)
    assert len(four.levers["effort.budget"]) == 2
    assert four.levers["effort.reach"] == (Step("value", 0.6, np.datetime64("2028-01")),)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a": "extends: a"}, "extends: found a circle: a -> a"),
        (
            {"a": "extends: b", "b": "extends: [c]", "c": "extends: a"},
            "extends: found a circle: a -> b -> c -> a",
        ),
    ],
)
def test_extends_does_not_lead_back(folder, files, message):
    texts = {f"scenarios/{name}.yaml": f"name: {name}\n{body}\n" for name, body in files.items()}
    inputs = load_inputs(folder(texts))
    with pytest.raises(InputError) as caught:
        load_scenario("a", inputs)
    assert message in str(caught.value)


def test_a_counterfactual_is_inherited_and_may_be_stated(folder):
    law = "law: {state.other: {absent: true}}"
    files = {
        "scenarios/a.yaml": f"name: a\ncounterfactual: true\n{law}\n",
        "scenarios/b.yaml": "name: b\nextends: a\n",
        "scenarios/c.yaml": "name: c\nextends: a\ncounterfactual: false\n",
    }
    inputs = load_inputs(folder(files))
    assert load_scenario("b", inputs).counterfactual
    with pytest.raises(InputError, match="counterfactual: true"):
        load_scenario("c", inputs)


COMBINED = {
    "scenarios/a.yaml": "name: a\nlevers: {effort: {budget: [{from: 2027-01, to: 2027-12, value: 200}]}}\nlaw: {line: {starts: 2028-01-01}}\n",
    "scenarios/b.yaml": "name: b\nlevers: {effort: {budget: [{from: 2027-06, to: 2028-06, value: 200}], reach: 0.9}}\n",
    "scenarios/c.yaml": "name: c\nlevers: {effort: {budget: [{from: 2028-01, value: 300}]}}\nlaw: {state.other: [{from: 2029-01-01, value: 0.3}]}\n",
    "scenarios/d.yaml": "name: d\nlaw: {line: {absent: true}, state: [{from: 2029-06-01, value: 0.4}]}\n",
}


def test_plus_is_the_same_in_any_order(folder):
    inputs = load_inputs(folder(COMBINED))
    one, other = load_scenario("a+b+raise", inputs), load_scenario("raise+b+a", inputs)
    assert one == other
    assert one.name == "a+b+raise"
    assert one.levers["effort.budget"] == (
        Step("value", 200.0, np.datetime64("2027-01"), np.datetime64("2028-06")),
    )
    assert load_scenario("a+a", inputs).levers == load_scenario("a", inputs).levers


@pytest.mark.parametrize("name", ["a+c", "c+a"])
def test_settings_in_different_months_go_together(folder, name):
    inputs = load_inputs(folder(COMBINED))
    found = resolve_levers(load_scenario(name, inputs), inputs, MONTHS)["effort.budget"]
    assert [at(found, m) for m in ("2026-12", "2027-01", "2027-12", "2028-01")] == [100, 200, 200, 300]


@pytest.mark.parametrize(
    ("names", "field", "says"),
    [
        (("b", "c"), "levers.effort.budget", "b sets value 200, c sets value 300 from 2028-01"),
        (("a", "d"), "law.line", "a sets starts: 2028-01-01, d sets absent: true"),
        (("c", "d"), "law.state.other", "c sets 0.3, d sets 0.4 in 2029-06"),
    ],
)
def test_disagreement_in_one_month_names_both(folder, names, field, says):
    inputs = load_inputs(folder(COMBINED))
    texts = []
    for source in ("+".join(names), "+".join(reversed(names))):
        with pytest.raises(InputError) as caught:
            load_scenario(source, inputs)
        texts.append(str(caught.value))
    assert texts[0] == texts[1]
    assert f"{field}: found {says}; allowed one value at a time" in texts[0]


def test_files_and_names_combine(small, tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text("name: own\nlevers: {effort: {reach: 0.9}}\n", encoding="utf-8")
    assert load_scenario(f"{path}+push", small).name == "own+push"


def test_a_scenario_can_be_shown_as_it_was_understood(small):
    shown = load_scenario("push+raise", small).as_dict()
    assert shown["levers"]["effort.budget"] == [{"from": "2027-01", "to": None, "times": 2.0}]


def test_the_view_in_advance_knows_only_its_time(folder, tmp_path):
    inputs = load_inputs(folder(), as_of=date(2018, 12, 31))
    found = resolve_levers(load_scenario("push", inputs), inputs, MONTHS)
    assert at(found["support.base"], "2030-12") == pytest.approx(0.22 * 700_000)
    assert at(found["support.state.poor"], "2030-12") == 0.3
    assert at(found["effort.budget"], "2027-01") == 200


months = st.integers(FIRST - 24, len(MONTHS) - 1)


@given(st.floats(0, 1000), st.floats(0, 1000), months, st.integers(0, 60))
def test_a_ramp_is_monotone_and_stays_between_its_ends(start, goal, begin, ramp):
    baseline = np.full(len(MONTHS), start)
    path = follow_steps([Step("value", goal, MONTHS[begin], ramp=ramp)], baseline, MONTHS, FIRST)
    steps = np.diff(path)
    tolerance = 1e-9 * max(start, goal, 1.0)
    assert path.min() >= min(start, goal) - tolerance
    assert path.max() <= max(start, goal) + tolerance
    assert (steps >= -tolerance).all() or (steps <= tolerance).all()
    reached = max(begin, FIRST) + max(ramp, 1) - 1
    if reached < len(MONTHS):
        assert (path[reached:] == goal).all()
    assert (path[:FIRST] == baseline[:FIRST]).all()


@given(st.lists(st.tuples(months, st.integers(0, 20), st.floats(0, 10), st.integers(0, 12)), max_size=5))
def test_outside_its_steps_a_lever_is_its_baseline(parts):
    baseline = np.linspace(1.0, 2.0, len(MONTHS))
    steps, free, end = [], np.ones(len(MONTHS), dtype=bool), 0
    for begin, length, amount, ramp in sorted(parts):
        if begin <= end:
            continue
        end = min(begin + length, len(MONTHS) - 1)
        steps.append(Step("times", amount, MONTHS[begin], MONTHS[end], ramp))
        free[max(begin, FIRST) : end + 1] = False
    path = follow_steps(steps, baseline, MONTHS, FIRST)
    assert (path[free] == baseline[free]).all()
