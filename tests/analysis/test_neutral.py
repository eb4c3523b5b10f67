"""What must not move does not, and what must cannot fall: empty scenarios, dates, monotone support, common draws."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from bhxh_forecast.analysis.trials import with_levers
from bhxh_forecast.inputs import Scenario, Step, load_inputs, load_scenario
from bhxh_forecast.results.projection import Projection, Projections
from bhxh_forecast.simulation import simulate_many

DRAWS = 400
OTHER, CAP = "subsidy.city_share.other", "subsidy.cap_months"
LATE = "2029-03"


@cache
def inputs():
    return load_inputs()


def named(name: str, scenario: Scenario) -> Scenario:
    return replace(scenario, name=name)


@cache
def runs() -> Projections:
    """Every scenario of this file on the same draws."""
    base = load_scenario("current_policy", inputs())
    empty = Scenario("empty", base.title, base.description, extends=("current_policy",))
    late = replace(base, levers={OTHER: (Step("value", 0.6, np.datetime64(LATE, "M")),)})
    uncapped = with_levers(base, {CAP: 600})
    shares = {f"share_{share}": with_levers(uncapped, {OTHER: share}) for share in (0.1, 0.2, 0.5, 0.8)}
    more = named("ten_points_more", with_levers(base, {OTHER: 0.2}))
    scenarios = [base, empty, named("late", late), more, *(named(n, s) for n, s in shares.items())]
    return simulate_many(scenarios, draws=DRAWS, inputs=inputs())


def everything(run: Projection) -> dict[str, np.ndarray]:
    inner = run.inner
    money = {f"money:{account}": amount for account, amount in inner.budget.accounts.items()}
    return inner.counts | inner.extra | money


def test_an_empty_scenario_is_the_baseline_bit_for_bit() -> None:
    base, empty = everything(runs()["current_policy"]), everything(runs()["empty"])
    assert base.keys() == empty.keys()
    assert all(np.array_equal(base[name], empty[name], equal_nan=True) for name in base)


def test_a_lever_has_no_effect_before_its_date() -> None:
    base, late = runs()["current_policy"].inner, runs()["late"].inner
    t = base.line.index(LATE)
    for name, values in base.counts.items():
        assert np.array_equal(values[:t], late.counts[name][:t]), name
    assert (late.counts["vsi_paying"][t] > base.counts["vsi_paying"][t]).mean() > 0.9
    years = base.budget.years < int(LATE[:4])
    for account, amount in base.budget.accounts.items():
        assert np.array_equal(amount[years], late.budget.accounts[account][years]), account


@pytest.mark.parametrize(("less", "more"), [(0.1, 0.2), (0.2, 0.5), (0.5, 0.8), (0.1, 0.8)])
def test_a_share_higher_in_every_later_month_never_lowers_the_paying_stock(less: float, more: float) -> None:
    """Without the cap, in no month of no draw."""
    low, high = (runs()[f"share_{share}"].inner.counts["vsi_paying"] for share in (less, more))
    assert (high >= low * (1.0 - 1e-12)).all()
    assert (high[-1] > low[-1]).mean() > 0.9


def test_scenario_is_baseline_plus_effects() -> None:
    base, more = runs()["current_policy"], runs()["ten_points_more"]
    effects = more.minus(base)
    for series in ("vsi_participants", "si_participants"):
        added = base.draws(series) + effects.draws(series)
        assert np.allclose(added, more.draws(series), rtol=1e-12)
    total = base.inner.budget.programme("total") + effects.budget()
    assert np.allclose(total, more.inner.budget.programme("total"), rtol=1e-12)


def test_common_draws_know_an_effect_five_times_better_than_independent_ones() -> None:
    """Effect of ten points more of the city's share on voluntary members at the end of 2030."""
    base, more = (
        runs()[n].inner.counts["vsi_participants"][-1] for n in ("current_policy", "ten_points_more")
    )
    common = np.std(more - base, ddof=1)
    independent = np.sqrt(np.var(more, ddof=1) + np.var(base, ddof=1))
    assert (more - base).mean() > 0
    assert independent / common >= 5.0
