"""Draws follow the stated distribution, and nothing is known before its time."""

# ruff: noqa: E501  (files and messages stand here as they are written)

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs import load_inputs
from bhxh_forecast.inputs.priors import Prior

from .conftest import PRIORS

U = np.array([0.001, 0.05, 0.3, 0.5, 0.7, 0.95, 0.999])


def prior(distribution, p1, p2=0.0, lower=-np.inf, upper=np.inf, **more):
    return Prior(
        "x", "b", {}, {}, distribution, p1, p2, lower, upper, "share", "", "", None, (), None, True, **more
    )


@pytest.mark.parametrize(
    ("made", "reference"),
    [
        (prior("normal", 0.1, 0.2), stats.norm(0.1, 0.2)),
        (prior("truncnormal", -0.4, 0.35, upper=0.0), stats.truncnorm(-np.inf, 0.4 / 0.35, -0.4, 0.35)),
        (prior("truncnormal", 0.1, 0.08, 0.0, 0.3), stats.truncnorm(-1.25, 2.5, 0.1, 0.08)),
        (prior("lognormal", -3.5, 0.7), stats.lognorm(0.7, scale=np.exp(-3.5))),
        (prior("beta", 8, 24), stats.beta(8, 24)),
        (prior("gamma", 6, 7.9), stats.gamma(6, scale=1 / 7.9)),
        (prior("halfnormal", 0.3), stats.halfnorm(scale=0.3)),
        (prior("uniform", 12, 61), stats.uniform(12, 49)),
    ],
    ids=lambda x: getattr(x, "text", ""),
)
def test_quantiles_and_mean_are_those_of_the_distribution(made, reference):
    np.testing.assert_allclose(made.sample(U), reference.ppf(U), rtol=1e-9)
    assert made.mean() == pytest.approx(reference.mean(), rel=2e-3)


def test_a_cut_distribution_keeps_its_shape_within_the_bounds():
    cut = prior("lognormal", 0.0, 1.0, 0.5, 2.0)
    whole = stats.lognorm(1.0)
    low, high = whole.cdf(0.5), whole.cdf(2.0)
    np.testing.assert_allclose(cut.sample(U), whole.ppf(low + U * (high - low)), rtol=1e-9)


def test_what_is_fixed_does_not_move():
    assert set(prior("fixed", 0.4).sample(U)) == {0.4}
    assert prior("fixed", 0.4).mean() == 0.4


distributions = st.sampled_from(
    ["normal", "truncnormal", "lognormal", "beta", "gamma", "halfnormal", "uniform"]
)


@given(distributions, st.floats(0.05, 5), st.floats(0.05, 5), st.floats(0, 1), st.floats(0, 1))
def test_draws_are_finite_ordered_and_within_bounds(name, p1, p2, one, other):
    made = prior(name, p1, p1 + p2 if name == "uniform" else p2, lower=0.0)
    draws = made.sample(np.sort([0.0, one, other, 1.0]))
    assert np.isfinite(draws).all()
    assert (np.diff(draws) >= 0).all()
    assert draws.min() >= 0


def test_shape_is_kept_one_draw_for_each_uniform():
    assert prior("beta", 2, 3).sample(np.full((4, 5), 0.5)).shape == (4, 5)


def test_a_prior_that_knows_too_much_is_replaced_by_its_weak_version(folder):
    path = folder()
    then, now = load_inputs(path, as_of=date(2018, 12, 31)), load_inputs(path)
    assert then.priors["late"].is_weak
    assert then.priors["late"].text == "normal(0, 0.5)"
    assert not now.priors["late"].is_weak  # data to 2024, seen in December 2025
    assert now.stated_priors["late"] == now.priors["late"]
    assert not then.priors["growth"].is_weak


def test_a_prior_derived_from_a_fitted_series_is_never_used_as_stated(folder):
    for as_of in (None, date(2018, 12, 31)):
        assert load_inputs(folder(), as_of=as_of).priors["drift"].is_weak
    nothing_fitted = load_inputs(folder(), as_of=date(2018, 1, 1))  # before the first figure
    assert not nothing_fitted.priors["drift"].is_weak


def test_without_a_weak_version_a_prior_stays():
    only = prior("normal", 0.1, 0.2)
    assert only.weakened() is only
    assert replace(only, weak=("normal", 0.0, 1.0)).weakened().sample(np.array([0.5]))[0] == 0.0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("normal,0.04,0.01", "normal,0.04,-1", "2:46: growth.p2: found -1; allowed a number above 0 for normal"),
        ("normal,0.04,0.01", "normal,,0.01", "2:41: growth.p1: found nothing; allowed a number for normal"),
        ("normal,0.04,0.01", "beta,0,2", "2:39: growth.p1: found 0; allowed a number above 0 for beta"),
        ("normal,0.04,0.01", "uniform,2,1", "2:44: growth.p2: found 1; allowed a number above 2 for uniform"),
        ("normal,0.04,0.01,,", "normal,0.04,0.01,2,1", "2:53: growth.upper: found 1; allowed a number above 2 (lower)"),
        ("normal,0.04,0.01", "nromal,0.04,0.01", "2:34: growth.distribution: found 'nromal'; allowed normal, truncnormal"),
        ("true,", "yes,", "growth.sampled: found 'yes'; allowed true or false; did you mean true?"),
    ],
)  # fmt: skip
def test_parameters_must_make_a_distribution(folder, old, new, message):
    with pytest.raises(InputError) as caught:
        load_inputs(folder({"priors/priors.csv": PRIORS.replace(old, new, 1)}))
    assert message in str(caught.value)
