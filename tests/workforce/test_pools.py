"""Pools of liable jobs and of people who may join voluntarily."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bhxh_forecast.workforce.pools import damped_time, liable_jobs, voluntary_pool, wage_share

TYPICAL = {
    "wage_share_2024": 0.62,
    "wage_share_trend": 0.03,
    "unemployment_rate": 0.02,
    "liable_share": 0.9,
    "in_registration": 1.1,
    "trend_rho": 0.7,
}
PARAMS = {name: np.array([value]) for name, value in TYPICAL.items()}


def test_liable_jobs_by_hand():
    """At the anchor: 4m x 0.98 x 0.62 x 0.9 = 2.18736m residents, times 1.1 by place of registration."""
    resident, registered = liable_jobs(np.full((109, 1), 4.0e6), PARAMS, anchor=108, as_of=108)
    assert resident[108, 0] == pytest.approx(4.0e6 * 0.98 * 0.62 * 0.9)
    assert registered[108, 0] == pytest.approx(2_187_360 * 1.1)


@given(st.floats(0.1, 0.95), st.integers(0, 100), st.integers(0, 100))
def test_damped_time_never_turns_back_and_stays_below_its_limit(rho, anchor, as_of):
    years = damped_time(181, anchor, as_of, np.array([rho]))[:, 0]
    assert np.all(np.diff(years) > 0)
    assert years[as_of] == pytest.approx((as_of - anchor) / 12)
    assert years[-1] <= (as_of - anchor) / 12 - 1 / np.log(rho) + 1e-12
    assert np.allclose(np.diff(years[: as_of + 1]), 1 / 12)


@given(st.floats(0.05, 0.95), st.floats(-0.2, 0.2), st.floats(-10, 10))
def test_wage_share_is_a_share_and_equals_its_level_at_the_anchor(level, trend, years):
    assert 0 < wage_share(np.array([level]), np.array([trend]), np.array([[years]]))[0, 0] < 1
    assert wage_share(np.array([level]), np.array([trend]), np.zeros((1, 1)))[0, 0] == pytest.approx(level)


def test_the_voluntary_pool_is_everyone_of_working_age_without_compulsory_insurance():
    assert voluntary_pool(np.array(5.0e6), np.array(2.0e6), np.array(1.3e6), np.array(0.1)) == pytest.approx(
        3.13e6
    )


def test_the_voluntary_pool_is_never_empty():
    assert voluntary_pool(np.array(1.0e6), np.array(2.0e6), np.array(0.0), np.array(0.1)) == 1.0
