"""The engine against the plain reference model: every shipped scenario, 20 random draws, all months, all programmes.

Head-counts and shares agree to 1e-10 of their size. Money agrees to 1e-10 or half a đồng, whichever is more: the
engine rounds each monthly amount to 1/1024 đồng so that sums are exact in any order, the reference does not.
"""

from functools import cache

import numpy as np
import pytest

from bhxh_forecast.budget import compute
from bhxh_forecast.budget.programmes import ALL, PROGRAMMES, RECOGNITIONS, TOTAL
from bhxh_forecast.results.draws import OLD_AGE, SHARE_BASES, SHARES
from tests.draws import shipped, small_engine
from tests.reference.adapter import SERIES, from_engine
from tests.reference.model import MEMO, people_of, run

DRAWS = 20
RELATIVE, HALF_A_DONG = 1e-10, 0.5


@pytest.fixture(scope="module")
def engine():
    return small_engine(DRAWS)


@cache
def people(i):
    """Sections 1 and 2 of a draw: no shipped scenario changes retirement ages, which ``reference`` asserts."""
    engine = small_engine(DRAWS)
    inp, draw = from_engine(engine.inputs, engine.line, engine.baseline, engine.block, i)
    return inp["retirement"], people_of(inp, draw)


def reference(engine, drivers, i):
    inp, draw = from_engine(engine.inputs, engine.line, drivers, engine.block, i)
    ages, done = people(i)
    assert ages == inp["retirement"]
    return run(inp, draw, done)


def differences(name, ours, theirs, absolute=0.0):
    """One line on the worst place where two arrays differ, or nothing."""
    ours, theirs = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    assert ours.shape == theirs.shape, name
    away = np.abs(ours - theirs) / (absolute + RELATIVE * np.abs(theirs) + 1e-300)
    if not away.max() > 1 and np.isfinite(away).all():
        return []
    place = np.unravel_index(np.nanargmax(away), away.shape)
    return [f"{name}{[int(k) for k in place]}: engine {ours[place]!r}, reference {theirs[place]!r}"]


def test_population_and_labour_force_are_equal(engine):
    work, factor = engine.block.people.work, engine.block.factor
    bases = engine.block.people.bases(factor)
    found = []
    for i in range(DRAWS):
        theirs = people(i)[1]
        found += differences("population", engine.block.people.population.stock[i], theirs.stocks)
        for name, values in bases.items():
            found += differences(name, values[:, i], theirs.out[name])
        found += differences("crossing", work.crossing[:, i], theirs.out["crossers"])
        found += differences("liable", engine.block.pools.liable[:, i], theirs.out["liable_registered_basis"])
        found += differences(
            "resident jobs", (work.liable_resident * factor)[:, i], theirs.out["liable_resident"]
        )
        found += differences(
            "labour force 19", (work.labour_force_19 * factor)[:, i], theirs.out["labour_force_19"]
        )
    assert not found


def shares(engine, coverage, i):
    """Shares of one draw by (series, base), from the engine's counts and denominators."""
    bases = engine.block.people.bases(engine.block.factor)
    counts = {
        "csi_participants": coverage.csi,
        "si_participants": coverage.csi + coverage.vsi_participants,
        "vsi_participants": coverage.vsi_participants,
        "ui_participants": coverage.ui,
    }
    found = {
        (name, base): counts[count][:, i] / bases[base][:, i]
        for name, count in SHARES.items()
        for base in SHARE_BASES
    }
    numerator = coverage.pensions_past_age + coverage.social_pensioners
    found[OLD_AGE[0], OLD_AGE[2]] = numerator[:, i] / bases[OLD_AGE[2]][:, i]
    return found


def money(budget, result, i):
    """Differences of all programmes: by month, by year, in prices of 2025, and of the total."""
    found, monthly = (
        [],
        {(a.programme, a.recognition): v for a, v in budget.monthly.items() if a.funding_source == ALL},
    )
    for programme in (*(p.name for p in PROGRAMMES), TOTAL):
        for r in RECOGNITIONS:
            name, theirs = f"{programme} {r}", result["budget"][programme][r]
            years = [theirs[int(y)] for y in budget.years]
            real = [result["budget_constant"][programme][r][int(y)] for y in budget.years]
            ours = budget.programme(programme, recognition=r, memo=programme in MEMO)
            found += differences(name, ours[:, i], years, HALF_A_DONG)
            found += differences(f"{name} of 2025", budget.constant(ours)[:, i], real, HALF_A_DONG)
            if programme != TOTAL:
                months = result["budget_by_month"][programme][r]
                found += differences(f"{name} by month", monthly[programme, r][:, i], months, HALF_A_DONG)
    return found


EVERYTHING = """\
name: everything
title: {vi: "Mọi công cụ", en: "Every lever at once"}
extends: combined
law:
  poverty_line.rural: {starts: 2027-07-01}
  sp.age_poor_near_poor: [{from: 2028-01-01, value: 72}]
levers:
  subsidy:
    base: [{from: 2028-01, times: 0.8}]
    cap_months: [{from: 2027-01, value: 30}]
    city_share: {other: [{from: 2028-07, value: 0.8}]}
  outreach:
    budget: [{from: 2028-01, times: 0}]
    contacts: [{from: 2028-01, value: 400000}]
    reminders: [{from: 2028-01, value: 1}]
  service:
    online_share: [{from: 2029-01, value: 0.1}]
  old_age:
    social_pension_age: [{from: 2027-01, value: 72.5, ramp: 24}]
    city_extension_70_74: [{from: 2027-01, value: 0.6}]
"""


@pytest.fixture
def everything(tmp_path):
    path = tmp_path / "everything.yaml"
    path.write_text(EVERYTHING, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("scenario", shipped())
def test_shipped_scenario_is_equal(engine, scenario):
    compare(engine, engine.drivers(scenario), engine.scenario(scenario))


def test_a_scenario_that_moves_every_lever_is_equal(engine, everything):
    drivers, coverage = engine.drivers(everything), engine.scenario(everything)
    moved = [name for name in drivers.levers if np.nansum(np.abs(drivers.change(name))) > 0]
    assert {"subsidy.base", "subsidy.cap_months", "old_age.city_extension_70_74"} <= set(moved)
    assert coverage.capped_share.max() > 0.1
    assert coverage.social_pension_extension.max() > 0
    compare(engine, drivers, coverage)


def test_ages_of_the_law_outside_70_to_80_are_kept_within(engine, tmp_path):
    path = tmp_path / "ages.yaml"
    law = "{sp.age: [{from: 2027-01-01, value: 65}], sp.age_poor_near_poor: [{from: 2027-01-01, value: 60}]}"
    path.write_text(f"name: ages\ntitle: {{vi: Tuổi, en: Ages}}\nlaw: {law}\n", encoding="utf-8")
    compare(engine, engine.drivers(str(path)), engine.scenario(str(path)))


def compare(engine, drivers, coverage):
    budget = compute(coverage, drivers, engine.block.params, engine.line, monthly=True)
    found = []
    for i in range(DRAWS):
        result = reference(engine, drivers, i)
        for name in SERIES:
            found += differences(f"{name}, draw {i}, ", getattr(coverage, name)[..., i], result[name])
        for (name, base), values in shares(engine, coverage, i).items():
            found += differences(f"{name} on {base}, draw {i}, ", values, result["shares"][name][base])
        found += money(budget, result, i)
    assert not found


def test_every_shipped_scenario_and_programme_is_compared(engine):
    assert len(shipped()) == 9
    compared = reference(engine, engine.baseline, 0)["budget"]
    assert set(compared) == {programme.name for programme in PROGRAMMES} | {TOTAL}


def test_a_millionth_in_one_parameter_is_seen(engine):
    drivers = engine.drivers("combined")
    moved = engine.with_params(persist_inspect=engine.block.params["persist_inspect"] * (1 + 1e-6))
    coverage = moved.coverage(drivers)
    result = reference(engine, drivers, 0)
    assert differences("csi", coverage.csi[:, 0], result["csi"])
    assert not differences("csi", engine.coverage(drivers).csi[:, 0], result["csi"])
