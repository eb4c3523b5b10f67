"""A setting is a link, a scenario and a file, and all three are the same setting."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bhxh_forecast.explorer.controls import BASES, GOALS
from bhxh_forecast.explorer.engine import Engine
from bhxh_forecast.explorer.state import LONGEST_LINK, Setting, State, read_state
from bhxh_forecast.inputs import load_scenario

MOVED = State(
    start="combined",
    world="downturn",
    base="as_reported",
    year=2029,
    goal="vsi_coverage",
    levers={
        "subsidy.city_share.other": Setting(0.35, "2027-03", "2029-12", 6),
        "subsidy.cap_months": Setting(180, "2028-01"),
        "outreach.contacts": Setting(12345, "2027-01"),
        "old_age.city_extension_70_74": Setting(0.1, "2028-01"),
    },
    law={"poverty_line.rural": "2028-01-01", "csi.scope.household_business_all": "never"},
    name="by_hand",
)


def test_a_link_gives_the_setting_again(engine: Engine) -> None:
    assert read_state(MOVED.link(), engine.controls) == (MOVED, [])
    assert read_state("", engine.controls) == (State(year=2030), [])


@given(
    value=st.integers(0, 80).map(lambda n: n / 80),
    month=st.integers(0, 40),
    length=st.none() | st.integers(0, 30),
    ramp=st.integers(0, 24),
    base=st.sampled_from(BASES),
    goal=st.sampled_from(GOALS),
)
@settings(max_examples=30)
def test_any_setting_survives_its_link(
    engine: Engine, value: float, month: int, length: int | None, ramp: int, base: str, goal: str
) -> None:
    def text(n: int) -> str:
        return f"{2027 + n // 12}-{n % 12 + 1:02d}"

    setting = Setting(value, text(month), "" if length is None else text(month + length), ramp)
    state = State(base=base, goal=goal, levers={"service.online_share": setting})
    assert read_state(state.link(), engine.controls) == (state, [])


@pytest.mark.parametrize(
    "state", [MOVED, State(), State(start="law_2014", law={"poverty_line.rural": "2029-01-01"})]
)
def test_the_file_is_read_as_the_same_scenario(engine: Engine, state: State, tmp_path: Path) -> None:
    path = tmp_path / f"{state.name}.yaml"
    path.write_text(state.yaml(engine.controls), encoding="utf-8")
    read = load_scenario(path, engine.inputs).as_dict()
    assert read | {"name": ""} == state.scenario(engine.controls).as_dict() | {"name": ""}


def test_levers_set_by_hand_replace_the_whole_leaf_of_the_start(engine: Engine) -> None:
    scenario = MOVED.scenario(engine.controls)
    start = engine.controls.scenarios["combined"]
    assert len(scenario.levers["outreach.contacts"]) == 1
    assert scenario.levers["outreach.contacts"][0].amount == 12345
    assert scenario.levers["outreach.budget"] == start.levers["outreach.budget"]


@pytest.mark.parametrize(
    "part",
    [
        "subsidy.city_share.other=1.5,2027-01",
        "subsidy.city_share.other=nan,2027-01",
        "subsidy.city_share.other=0.2",
        "subsidy.city_share.other=0.2,2027-13",
        "subsidy.city_share.other=0.2,2029-01,2027-01",
        "subsidy.city_share.other=0.2,2027-01,,x",
        "subsidy.city_share.other=0.2,2027-01,,1,1",
        "law.poverty_line.rural=tomorrow",
        "law.sp.age=never",
        "start=../../etc/passwd",
        "world=__import__",
        "year=1999",
        "name=combined",
        "name=../x",
        "unknown=1",
    ],
)
def test_what_does_not_fit_is_left_out_and_named(engine: Engine, part: str) -> None:
    state, left = read_state(f"goal=ui_coverage&{part}", engine.controls)
    assert state == State(goal="ui_coverage")
    assert left == [part]


def test_a_link_that_is_too_long_is_not_read(engine: Engine) -> None:
    state, left = read_state("goal=ui_coverage&" + "x" * LONGEST_LINK, engine.controls)
    assert state == State()
    assert len(left) == 1


def test_every_lever_of_the_data_has_a_control_and_a_slider_that_holds_its_baseline(engine: Engine) -> None:
    from bhxh_forecast.explorer.controls import baseline_values

    now = baseline_values(engine.controls, engine.inputs, "2027-01")
    assert set(now) == set(engine.inputs.levers)
    for name, control in engine.controls.levers.items():
        assert control.spec.minimum <= now[name] <= control.top <= control.spec.maximum
