"""Many draws at once are the same account as one draw at a time."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bhxh_forecast.population import Rates, project
from bhxh_forecast.population.draws import project_draws
from bhxh_forecast.population.lifetable import survival_ratios

YEARS = slice(2015 - 1990, 2031 - 1990)


@pytest.fixture(scope="module")
def shared(wpp):
    """Rates of the nation over 2015-2030, its base of 2015, and a migration pattern."""
    rates = wpp.rates
    base = project(wpp.population, rates, start=2015, end=2015).population[0].to_numpy()
    pattern = np.abs(rates.net_migration[2024 - 1990])
    pattern = np.repeat((pattern / pattern.sum())[None], 16, axis=0)
    return rates, base, pattern


def draws_of(shared, n, seed=3):
    _, base, _ = shared
    rng = np.random.default_rng(seed)
    inputs = {
        "mortality": np.exp(0.2 * rng.standard_normal((n, 16))),
        "fertility": np.exp(0.1 * rng.standard_normal((n, 16))),
        "migration": 3e5 * rng.standard_normal((n, 16)),
    }
    bases = base * np.exp(0.02 * rng.standard_normal((n, 2, 101)))
    return bases, inputs


def run(shared, bases, inputs):
    rates, _, pattern = shared
    return project_draws(
        bases, rates.mx[YEARS], rates.asfr[YEARS], rates.srb[YEARS], pattern=pattern, **inputs
    )


def test_every_draw_equals_the_engine(shared):
    """Stocks, births, deaths and migration to 1e-10, draw by draw."""
    rates, _, pattern = shared
    bases, inputs = draws_of(shared, 12)
    found = run(shared, bases, inputs)
    for i in range(12):
        mx = rates.mx[YEARS] * inputs["mortality"][i][:, None, None]
        own = Rates(
            years=np.arange(2015, 2031),
            survival=survival_ratios(mx),
            asfr=rates.asfr[YEARS] * inputs["fertility"][i][:, None],
            srb=rates.srb[YEARS],
            net_migration=inputs["migration"][i][:, None, None] * pattern,
        )
        one = project(bases[i], own, start=2015, end=2031)
        assert np.allclose(found.stock[i], one.population, rtol=1e-10)
        assert np.allclose(found.births[i], one.births, rtol=1e-10)
        assert np.allclose(found.deaths[i], one.deaths.sum("age"), rtol=1e-10)
        assert np.allclose(found.migration[i], one.migration.sum("age"), rtol=1e-10)


def test_accounts_close_in_every_draw(shared):
    found = run(shared, *draws_of(shared, 40))
    change = np.diff(found.stock.sum(axis=-1), axis=1)
    assert np.allclose(change, found.births - found.deaths + found.migration, rtol=0, atol=1e-4)
    assert found.stock.min() >= 0


@given(st.permutations(range(300)), st.integers(1, 299))
@settings(max_examples=5, deadline=None)
def test_order_and_chunking_do_not_matter(order, cut):
    """The same bits for a draw wherever it stands and however the draws are cut."""
    rng = np.random.default_rng(1)
    mx = np.tile(np.linspace(0.01, 0.5, 20), (4, 2, 1))
    asfr, srb = np.tile(np.where(np.arange(20) > 8, 0.1, 0.0), (4, 1)), np.full(4, 1.1)
    base, hazard = rng.uniform(0, 100, (300, 2, 20)), rng.uniform(0.8, 1.2, (300, 4))
    order = np.array(order)
    whole = project_draws(base, mx, asfr, srb, mortality=hazard).stock
    shuffled = project_draws(base[order], mx, asfr, srb, mortality=hazard[order]).stock
    assert np.array_equal(whole[order], shuffled)
    parts = [
        project_draws(base[s], mx, asfr, srb, mortality=hazard[s]).stock
        for s in (slice(cut), slice(cut, None))
    ]
    assert np.array_equal(whole, np.concatenate(parts))


def test_emptied_groups_are_told_by_the_account(shared):
    """When more people leave than there are, nobody is negative and migration says what took place."""
    bases, inputs = draws_of(shared, 3)
    found = run(shared, bases, {**inputs, "migration": np.full((3, 16), -3e7)})
    assert found.stock.min() == 0
    assert np.all(found.migration.sum(axis=-1) > -3e7)
    change = np.diff(found.stock.sum(axis=-1), axis=1)
    assert np.allclose(change, found.births - found.deaths + found.migration, rtol=0, atol=1e-3)


def test_memory_may_be_given(shared):
    bases, inputs = draws_of(shared, 5)
    rates, _, pattern = shared
    memory = np.full((17, 5, 2, 101), np.nan)
    args = (bases, rates.mx[YEARS], rates.asfr[YEARS], rates.srb[YEARS])
    found = project_draws(*args, pattern=pattern, out=memory, **inputs)
    assert np.shares_memory(found.stock, memory)
    assert np.array_equal(found.stock, run(shared, bases, inputs).stock)


def test_death_rates_cannot_kill_more_than_everybody(shared):
    bases, inputs = draws_of(shared, 2)
    found = run(shared, bases, {**inputs, "mortality": np.full((2, 16), 100.0)})
    assert found.stock.min() >= 0
    assert np.isfinite(found.stock).all()


def test_national_rates_need_no_multiplier(shared, wpp):
    """Without multipliers and migration the draws are the engine's closed projection."""
    rates, base, _ = shared
    found = project_draws(base[None], rates.mx[YEARS], rates.asfr[YEARS], rates.srb[YEARS])
    closed = replace(rates.closed(), births=None)
    assert np.allclose(found.stock[0], project(base, closed, start=2015, end=2031).population, rtol=1e-12)
