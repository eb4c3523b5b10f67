"""The monthly model against the annual equations it stands for, at constant parameters (technical note, section 1)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm

from bhxh_forecast.coverage.convert import damped_years, hazard, monthly_ar1
from bhxh_forecast.coverage.stage import run_voluntary
from bhxh_forecast.coverage.types import OTHER
from bhxh_forecast.coverage.voluntary_types import COHORTS, VoluntaryContext

YEARS = 10
MONTHS = 12 * YEARS + 1
shares = st.floats(0.001, 0.9)


@given(shares, shares)
def test_twelve_months_of_hazard_leave_the_annual_share(one, other):
    kept = np.exp(-(hazard(np.array(one)) + hazard(np.array(other)))) ** 12
    assert kept == pytest.approx((1 - one) * (1 - other), rel=1e-12)


@given(st.floats(0.05, 0.99), st.floats(0.01, 1.0))
def test_twelve_steps_of_an_autoregression_are_one_annual_step(rho, sigma):
    rho_m, sigma_m = monthly_ar1(np.array(rho), np.array(sigma))
    assert rho_m**12 == pytest.approx(rho, rel=1e-12)
    assert sum((sigma_m * rho_m**k) ** 2 for k in range(12)) == pytest.approx(sigma**2, rel=1e-9)


@given(st.floats(0.05, 0.99), st.integers(0, 48))
def test_a_trend_grows_by_a_year_a_year_and_by_the_damped_part_later(rho, last):
    years = damped_years(121, 0, last, np.array([rho]))[:, 0]
    assert np.diff(years[: last + 1]) == pytest.approx(np.full(last, 1 / 12))
    later = years[last::12]
    assert np.diff(later)[1:] == pytest.approx(rho * np.diff(later)[:-1])


def constant(p):
    """A city of people of one kind who enter, lapse, return and leave at constant rates: one draw, (T, ...)."""
    by_month, by_group = np.zeros((MONTHS, 1)), np.zeros((MONTHS, 4, 1))
    share = by_group.copy()
    share[:, OTHER] = 1.0
    one = np.ones(1)
    leave = hazard(p["lump"] * one) + hazard(p["job"] * one)
    return VoluntaryContext(
        eligible=by_month + p["eligible"], share=share, base=by_month + np.log(p["entry"] / 12), price=by_group,
        price_rise=by_group, price_weight=0 * one, offset=np.zeros((4, 1)), imitation=0 * one,
        reference_penetration=0.01, pressure=0 * one, assigned=np.full(MONTHS, np.nan), pressure_reference=0.0,
        direct=by_month, assisted_reach=np.zeros(MONTHS), assist_gain=0 * one,
        first=one * p["lapse_first"] / (1 - p["lapse_first"]), later=one * p["lapse_later"] / (1 - p["lapse_later"]),
        lapse_scale=by_month + 1, pulse=0 * one, leave_first=by_month + leave,
        leave_later=by_month + leave + hazard(p["retire"] * one), dormant_exit=hazard(p["dormant_exit"] * one),
        back=hazard(p["back"] * one), transfer=by_month, separated=by_month, lock_month=None, unlock_month=0 * one,
        rush=0 * one, start_first=one * 0.3, start_dormant=one * 0.5, lump_sum=by_month, log_income=by_month,
    )  # fmt: skip


def annual(p, members):
    """Members at the end of each year from the annual equations.

    Joiners of last year, settled members and dormant ones change by competing annual hazards. Joiners count at the end
    of their month: their time in the year they join is spread evenly between 0 and 11 months (three Gauss points), and
    their first tenure ends as much later. Joiners are the hazard times those who may join, mean of the year.
    """
    m1, m2, back, gone = (-np.log1p(-p[k]) for k in ("lapse_first", "lapse_later", "back", "dormant_exit"))
    out = -np.log1p(-p["lump"]) - np.log1p(-p["job"])
    retire = -np.log1p(-p["retire"])
    rates = np.array([[-m1 - out, 0, 0], [0, -m2 - out - retire, back], [m1, m2, -back - gone]])
    settle = np.array([[0, 0, 0], [1, 1, 0], [0, 0, 1.0]])
    points, weights = np.polynomial.legendre.leggauss(3)
    lived = (points + 1) / 2 * 11 / 12
    entered = np.array([expm(rates * u)[:, 0] for u in lived]) * weights[:, None] / 2
    onward = np.array([(expm(rates * u) @ settle @ expm(rates * (1 - u)))[:, 0] for u in lived])
    fresh, old, path = weights / 2 * 0.3 * members, members * np.array([0, 0.7, 0.5]), [members]
    for _ in range(YEARS):
        before, kept, joined = fresh.sum() + old.sum(), expm(rates) @ old + fresh @ onward, 0.0
        for _ in range(20):  # those who may join at the end of the year depend on who joined
            after = kept.sum() + joined * entered.sum()
            joined = p["entry"] * (p["eligible"] - (before + after) / 2)
        fresh, old = joined * entered[:, 0], kept + joined * entered[:, 1:].sum(axis=0) @ np.eye(3)[1:]
        path.append(fresh.sum() + old[1])
    return np.array(path)


CENTRAL = {
    "entry": 0.014, "lapse_first": 0.4, "lapse_later": 0.125, "lump": 0.013, "job": 0.05, "retire": 0.025,
    "dormant_exit": 0.2, "back": 0.1, "eligible": 3_000_000.0,
}  # fmt: skip


def away(changed):
    """Largest relative distance of members at year ends from the annual equations."""
    p = CENTRAL | changed
    members, _ = run_voluntary(constant(p), np.array([50_000.0]), np.zeros((MONTHS, 1)))
    return np.abs(members.total[::12, 0] / annual(p, 50_000.0) - 1).max()


def test_ten_years_of_months_are_ten_annual_steps():
    assert away({}) < 0.005


@pytest.mark.parametrize(
    "changed",
    [
        {"lapse_first": 0.23}, {"lapse_first": 0.58}, {"lapse_later": 0.045}, {"lapse_later": 0.23}, {"back": 0.02},
        {"back": 0.226}, {"dormant_exit": 0.04}, {"dormant_exit": 0.43}, {"job": 0.014}, {"job": 0.10},
    ],
)  # fmt: skip
def test_at_the_ends_of_the_priors_a_month_shows_a_little_more(changed):
    """At the 5% and 95% points of the priors: who lapses in a month may return in it, a half month early on average."""
    assert away(changed) < 0.0075


def test_a_cohort_keeps_its_annual_share_and_then_counts_as_settled():
    p = CENTRAL | {"entry": 1e-30, "back": 1e-30}
    ctx = constant(p)
    members, state = run_voluntary(ctx, np.array([1200.0]), np.zeros((MONTHS, 1)), stop=13)
    first, later = (1 - p["lapse_first"]), (1 - p["lapse_later"]) * (1 - p["retire"])
    others = (1 - p["lump"]) * (1 - p["job"])
    tenure = 1200 * 0.3 / COHORTS * sum(first ** ((12 - j) / 12) * later ** (j / 12) for j in range(COHORTS))
    expected = others * (tenure + 1200 * 0.7 * later)
    assert members.total[12, 0] == pytest.approx(expected, rel=1e-9)
    assert state.cohorts.sum() == pytest.approx(0, abs=1e-6)
