"""What a scenario may change, and from when: nothing before its day, nothing where it says nothing."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bhxh_forecast.coverage.types import OTHER, CoverageBlock
from bhxh_forecast.inputs.scenarios import load_scenario
from bhxh_forecast.simulation import BASELINE, simulate_many
from tests.draws import shipped, small_engine

SERIES = [field.name for field in fields(CoverageBlock) if field.name != "extra"]
MOVES = {  # every lever that reaches coverage: a value away from today's
    "subsidy.city_share.other": 0.35,
    "subsidy.state_share.ethnic_minority": 0.5,
    "subsidy.base": 100_000,
    "outreach.budget": 20_000_000_000,
    "outreach.contacts": 30_000,
    "outreach.communes_covered": 0.95,
    "outreach.reminders": 0.8,
    "compliance.inspections": 900,
    "compliance.notices": 0.3,
    "compliance.data_matching": 0.9,
    "service.online_share": 0.99,
    "old_age.social_pension_age": 72,
    "old_age.city_extension_70_74": 0.5,
    "subsidy.cap_months": 60,
}
AT = "2028-01"


@pytest.fixture(scope="module")
def engine():
    return small_engine(64)


@pytest.fixture(scope="module")
def baseline(engine):
    return engine.scenario(BASELINE)


def written(folder, text):
    path = folder / "own.yaml"
    path.write_text("name: own\ntitle: {vi: Riêng, en: Own}\n" + text, encoding="utf-8")
    return str(path)


def lever(name, value):
    """A step of one lever, as nested YAML on one line."""
    inside = f"[{{from: {AT}, value: {value}}}]"
    for part in reversed(name.split(".")):
        inside = f"{{{part}: {inside}}}"
    return f"levers: {inside}\n"


def same(ours, theirs, months=slice(None)):
    """Names of the series that are not equal to the bit."""
    return [n for n in SERIES if not np.array_equal(getattr(ours, n)[months], getattr(theirs, n)[months])]


def test_an_empty_scenario_is_the_baseline_to_the_bit(tmp_path):
    runs = simulate_many([BASELINE, written(tmp_path, "")], draws=64)
    ours, theirs = runs["own"].inner, runs[BASELINE].inner
    for group in ("counts", "extra", "bases"):
        for name, values in getattr(theirs, group).items():
            assert np.array_equal(getattr(ours, group)[name], values), name
    for account, amount in theirs.budget.accounts.items():
        assert np.array_equal(ours.budget.accounts[account], amount), account


@pytest.mark.parametrize(("name", "value"), MOVES.items())
def test_a_lever_has_no_effect_before_its_month(engine, baseline, tmp_path, name, value):
    ours = engine.scenario(written(tmp_path, lever(name, value)))
    start = engine.line.index(AT)
    assert not same(ours, baseline, slice(None, start))
    assert same(ours, baseline, slice(start, start + 12))


def test_satisfaction_is_no_lever_of_coverage(engine, baseline, tmp_path):
    """There is no evidence of an effect: it costs money and changes no count."""
    ours = engine.scenario(written(tmp_path, lever("service.satisfaction_effort", 1)))
    assert not same(ours, baseline)


@pytest.mark.parametrize("name", shipped())
def test_history_is_the_same_in_every_scenario_that_is_not_a_counterfactual(engine, baseline, name):
    history = slice(None, engine.line.first_projected)
    ours = engine.scenario(name)
    if load_scenario(name, engine.inputs).counterfactual:
        law = engine.line.index("2025-07")
        assert not same(ours, baseline, slice(None, law))
        assert same(ours, baseline, slice(law, law + 1))
    else:
        assert not same(ours, baseline, history)
        lived = engine.coverage(engine.drivers(name), shared=False)
        assert not same(lived, ours)  # living the history again gives the same as taking it over


def test_the_law_of_2024_takes_effect_in_july_2025(engine, baseline):
    without = engine.scenario("law_2014")
    law = engine.line.index("2025-07")
    assert not same(without, baseline, slice(None, law))
    first = slice(law, law + 1)
    changed = {"household_business", "other_groups", "csi", "joiners", "new_pensions", "social_pension_poor"}
    assert changed <= set(same(without, baseline, first))
    assert not without.household_business.any()
    assert not without.other_groups.any()
    assert (baseline.other_groups[law] > 0).all()
    assert (baseline.joiners[law] > without.joiners[law]).mean() > 0.5


def test_wider_unemployment_insurance_begins_with_2026(engine, baseline):
    """The share of employees insured jumps by the law's logit in January 2026 and not before."""
    flags = engine.baseline.flags | {"act:law_74_2025": np.zeros(len(engine.line.months))}
    without, begin = engine.coverage(replace(engine.baseline, flags=flags)), engine.line.index("2026-01")
    assert not same(without, baseline, slice(None, begin))
    odds = [c.ui / (c.employees - c.ui) for c in (baseline, without)]
    assert odds[0][begin:] / odds[1][begin:] == pytest.approx(
        np.broadcast_to(np.exp(engine.block.params["ui_law_2026"]), odds[0][begin:].shape)
    )


def test_a_new_line_reaches_back_one_month_only(engine, baseline):
    """Members prepay in the month before the new line; until then a postponed line changes nothing."""
    later, begin = engine.scenario("poverty_line_delayed"), engine.line.index("2027-01")
    assert not same(later, baseline, slice(None, begin - 1))
    assert later.members[begin - 1] == pytest.approx(baseline.members[begin - 1], rel=1e-12)
    assert later.joiners[begin - 1] == pytest.approx(baseline.joiners[begin - 1], rel=1e-12)
    assert (baseline.group_locked[begin - 1].sum(axis=0) > 0).all()
    assert not baseline.group_locked[: begin - 1].any()
    assert (later.group_locked[begin + 11].sum(axis=0) > 0).all()


def test_the_published_count_has_a_peak_in_december_only(engine, baseline):
    ratio = baseline.vsi_participants / baseline.members
    december = engine.line.months.astype(int) % 12 == 11
    p = engine.block.params
    peak = np.exp(p["peak_local"] * p["yearend_peak"])
    assert (ratio[~december] == 1).all()
    high = ratio[december] > 1
    assert ratio[december][high] == pytest.approx(np.broadcast_to(peak, high.shape)[high])
    assert 0 < high.mean() < 1


def uncapped(drivers):
    return replace(drivers, cap_months=np.full_like(drivers.cap_months, np.nan))


@settings(max_examples=25)
@given(data=st.data())
def test_support_that_rises_and_stays_never_lowers_the_paying_stock(data):
    """More support in every later month, never taken back: at least as many pay, in every month of every draw.

    Without the cap, whose share is one of amounts and not of people. Support that is raised and then taken back may
    lower the stock: a price that rises again makes members lapse.
    """
    engine = small_engine(64)
    drivers, months = uncapped(engine.baseline), len(engine.line.months)
    payer = data.draw(st.sampled_from(["state_share", "city_share"]))
    group = data.draw(st.sampled_from([2, OTHER]))
    start = data.draw(st.integers(engine.line.first_projected, months - 1))
    room = (1 - drivers.state_share - drivers.city_share)[group, start:].min()
    steps = data.draw(st.lists(st.floats(0.001, 1), min_size=1, max_size=4))
    when = np.sort(
        data.draw(st.lists(st.integers(0, months - 1 - start), min_size=len(steps), max_size=len(steps)))
    )
    when[0] = 0
    added = np.zeros(months - start)
    for month, size in zip(when, steps, strict=True):
        added[month:] += size / len(steps)
    share = getattr(drivers, payer).copy()
    share[group, start:] += added * room
    more = engine.coverage(replace(drivers, **{payer: share})).vsi_paying
    before = engine.coverage(drivers).vsi_paying
    assert np.array_equal(more[:start], before[:start])
    assert (more[start:] >= before[start:] * (1 - 1e-12)).all()
    assert (more[-1] > before[-1]).any()
