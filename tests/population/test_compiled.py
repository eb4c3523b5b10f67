"""Compiled and plain steps are one calculation: the same bits, whatever the sizes, patterns and known totals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bhxh_forecast.population import draws
from bhxh_forecast.population.draws import project_draws


def inputs(n, years, ages, seed, *, leaving=False, infants=0.01):
    rng = np.random.default_rng(seed)
    shape = np.concatenate([[infants], np.geomspace(0.001, 0.6, ages - 1)])
    mx = shape * np.exp(0.1 * rng.standard_normal((years, 2, 1)))
    asfr = np.zeros((years, ages))
    asfr[:, ages // 4 : ages // 2] = rng.uniform(0.05, 0.2, (years, ages // 2 - ages // 4))
    pattern = rng.uniform(-0.5 if leaving else 0.0, 1.0, (years, 2, ages))
    pattern /= pattern.sum(axis=(1, 2), keepdims=True)
    known = np.full((n, years), np.nan)
    known[:, : years // 2] = 100.0 * ages * rng.uniform(1.0, 2.0, (n, years // 2))
    return (rng.uniform(0, 100, (n, 2, ages)), mx, asfr, rng.uniform(1.0, 1.2, years)), {
        "mortality": np.exp(0.2 * rng.standard_normal((n, years))),
        "fertility": np.exp(0.2 * rng.standard_normal((n, years))),
        "migration": (-200.0 if leaving else 30.0) * rng.standard_normal((n, years)) * ages,
        "pattern": pattern,
        "totals": known,
    }


def same(a, b):
    for one, other in ((a.stock, b.stock), (a.births, b.births), (a.migration, b.migration)):
        assert np.array_equal(one, other)
    assert np.array_equal(a.deaths, b.deaths)


@given(
    st.sampled_from([1, 2, 7, 300]),
    st.sampled_from([4, 8, 9, 37, 101, 128]),
    st.booleans(),
    st.integers(0, 99),
)
@settings(max_examples=25, deadline=None)
def test_both_ways_give_the_same_bits(n, ages, leaving, seed):
    given_, paths = inputs(n, 4, ages, seed, leaving=leaving)
    same(project_draws(*given_, **paths, compiled=True), project_draws(*given_, **paths, compiled=False))


def test_closed_populations_high_infant_mortality_and_no_births():
    args, paths = inputs(5, 3, 20, 1, infants=0.15)
    hazard = {"mortality": paths["mortality"]}
    same(project_draws(*args, **hazard, compiled=True), project_draws(*args, **hazard, compiled=False))
    childless = (args[0], args[1], np.zeros_like(args[2]), args[3])
    found = project_draws(*childless, compiled=True)
    same(found, project_draws(*childless, compiled=False))
    assert found.births.max() == 0.0


def test_the_compiled_steps_say_the_same_as_python(monkeypatch):
    """The source of the compiled steps, run by Python itself."""
    from bhxh_forecast.population import compiled

    for name in ("pairwise", "first_year", "survive", "settle"):
        monkeypatch.setattr(compiled, name, getattr(compiled, name).py_func)
    monkeypatch.setattr(draws, "compiled_years", lambda: compiled.years_of_draws.py_func)
    args, paths = inputs(3, 2, 9, 4, leaving=True, infants=0.11)
    same(project_draws(*args, **paths, compiled=True), project_draws(*args, **paths, compiled=False))


def test_populations_beyond_the_compiled_sizes_are_done_in_numpy():
    args, paths = inputs(2, 2, 140, 3)
    same(project_draws(*args, **paths, compiled=True), project_draws(*args, **paths, compiled=False))


def test_without_numba_numpy_does_it(monkeypatch):
    monkeypatch.setattr(draws, "compiled_years", lambda: None)
    monkeypatch.setattr(draws, "_WORTH", 1)
    args, paths = inputs(2, 2, 9, 3)
    assert np.isfinite(project_draws(*args, **paths).stock).all()
    with pytest.raises(ImportError, match="numba"):
        project_draws(*args, **paths, compiled=True)


def test_deaths_are_worked_out_when_asked_for():
    """Nothing sums the stocks before somebody asks."""
    args, paths = inputs(4, 3, 12, 2)
    found = project_draws(*args, **paths)
    assert "deaths" not in vars(found)
    change = np.diff(found.stock.sum(axis=-1), axis=1)
    assert np.allclose(change, found.births - found.deaths + found.migration, rtol=0, atol=1e-9)
    assert "deaths" in vars(found)
