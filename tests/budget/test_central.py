"""The central projection: its people x months x unit costs are the mean of the cost, to the đồng."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta

from bhxh_forecast.budget import compute
from bhxh_forecast.budget.central import added, central_law, central_sums, first_month
from bhxh_forecast.budget.prices import salary_steps, year_starts
from bhxh_forecast.budget.programmes import RECOGNITIONS
from bhxh_forecast.budget.tail import entry_classes, open_months
from bhxh_forecast.budget.window import Window
from bhxh_forecast.timeline import year_of
from tests.budget.toy import LINE, T, crowd, drivers, params

DRAWS = 5


def estimate(law=None, **changes):
    """Budget and central projection of a made-up crowd."""
    people = crowd(DRAWS)
    law = law or drivers()
    values = params(DRAWS) | {
        "density": np.linspace(0.6, 0.9, DRAWS),
        "base_salary_growth": np.linspace(0, 0.1, DRAWS),
        "prepay_months": np.full(DRAWS, 6.5),
        "density_concentration": np.full(DRAWS, 4.0),
    }
    nobody_moves = np.zeros((T, DRAWS))
    central = added([central_sums(people, nobody_moves, law, values, LINE)])
    return compute(people, law, values, LINE), central, central_law(law, LINE)


def by_year(monthly):
    starts = year_starts(LINE.months)
    first = first_month(LINE)
    here = starts[starts >= first] - first
    return np.add.reduceat(monthly, here)


@pytest.mark.parametrize("recognition", RECOGNITIONS)
@pytest.mark.parametrize("programme", ["vsi_state_support", "vsi_city_top_up"])
def test_supports_are_months_times_unit_cost(programme: str, recognition: str) -> None:
    budget, central, law = estimate()
    unit, at_old_line = (
        (law.unit_norm, law.prepaid[4])
        if programme == "vsi_state_support"
        else (law.unit_city, law.prepaid[5])
    )
    monthly = (central["supported"] * unit.T).sum(axis=1)
    monthly += central["prepaid"][RECOGNITIONS.index(recognition)] @ at_old_line
    wanted = budget.programme(programme, recognition=recognition).mean(axis=-1)
    assert by_year(monthly) == pytest.approx(wanted[-6:], rel=1e-11)


def test_elders_cards_and_funerals() -> None:
    budget, central, law = estimate()
    people = central["pensioners"]
    lines = {
        "social_pension": people[:, :2].sum(axis=1) * law.level,
        "social_pension_city_increment": people.sum(axis=1) * law.increment + people[:, 2] * law.level,
        "health_cards": central["card_factor"] * law.card[0] * law.card[1],
        "funeral_support": central["deaths"] * law.funeral[0] * law.funeral[1],
    }
    for programme, monthly in lines.items():
        assert by_year(monthly) == pytest.approx(budget.programme(programme).mean(axis=-1)[-6:], rel=1e-11)


def test_without_a_new_line_nothing_is_prepaid() -> None:
    _, central, law = estimate(drivers(new_line_month=None))
    assert law.prepaid is None
    assert not central["prepaid"].any()


def test_blocks_add_to_the_whole_whatever_their_size() -> None:
    one = {"members": np.array([[6.0, 2.0]]), "draws": np.array([2.0])}
    other = {"members": np.array([[3.0, 1.0]]), "draws": np.array([1.0])}
    assert added([one, other])["members"].tolist() == [[3.0, 1.0]]


def test_the_estimate_begins_in_the_january_before() -> None:
    assert str(LINE.months[first_month(LINE)]) == "2025-01"


def test_months_open_after_the_run_by_hand() -> None:
    months = LINE.months.size
    stock, joiners = np.full(months, 100.0), np.zeros(months)
    # everybody entered by 2018 and pays nearly always: 156 months to December 2030 are over the cap of 120
    assert open_months(LINE, stock, joiners, 120.0, 0.999, 1000.0) == pytest.approx(0.0, abs=1e-3)
    # nobody pays: the whole cap is open
    assert open_months(LINE, stock, joiners, 120.0, 1e-6, 4.0) == pytest.approx(100 * 120.0, rel=1e-3)
    assert np.isnan(open_months(LINE, stock, joiners, float("nan"), 0.7, 4.0))


def test_later_entrants_have_more_open() -> None:
    months = LINE.months.size
    stock, joiners = np.full(months, 100.0), np.zeros(months)
    renewed = joiners.copy()
    renewed[-36:] = 10.0
    assert entry_classes(LINE, stock, renewed).sum() == pytest.approx(100.0)
    assert open_months(LINE, stock, renewed, 120.0, 0.8, 4.0) > open_months(
        LINE, stock, joiners, 120.0, 0.8, 4.0
    )
    # who enters after the last July has used nothing yet
    late = joiners.copy()
    late[-1] = 50.0
    assert open_months(LINE, stock, late, 120.0, 0.8, 4.0) >= 50 * 100.0


def test_what_the_cap_leaves_open_is_the_mean_over_densities() -> None:
    stock, joiners = np.full(LINE.months.size, 100.0), np.zeros(LINE.months.size)
    density = beta(0.6 * 5.0, 0.4 * 5.0)
    left, _ = quad(lambda d: max(0.0, 120.0 - 156.0 * d) * density.pdf(d), 0.0, 120.0 / 156.0)
    assert open_months(LINE, stock, joiners, 120.0, 0.6, 5.0) == pytest.approx(100.0 * left, rel=1e-6)


def test_who_joined_before_there_was_support_counts_from_its_first_year() -> None:
    joiners = np.where(year_of(LINE.months) == 2016, 5.0, 0.0)
    classes = entry_classes(LINE, np.full(T, 100.0), joiners)
    assert classes[0] == pytest.approx(100.0)
    assert not classes[1:].any()


def test_stocks_and_joiners_are_the_mean_of_the_draws_by_month() -> None:
    people = crowd(DRAWS)
    _, central, _ = estimate()
    assert central["stock"] == pytest.approx(people.members.mean(axis=1), rel=1e-12)
    assert central["joiners"] == pytest.approx(people.joiners.mean(axis=1), rel=1e-12)


def test_the_first_month_stands_for_its_own_past() -> None:
    window = Window(0, 3, crowd(DRAWS), drivers(), params(DRAWS))
    stock = np.arange(3.0 * T).reshape(T, 3)
    assert window.before(stock).tolist() == stock[[0, 0, 1]].tolist()


def test_a_salary_raised_in_december_rises_again_in_the_july_after() -> None:
    enacted = np.where(LINE.months >= np.datetime64("2024-12", "M"), 2.34e6, 1.8e6)
    steps = salary_steps(enacted, LINE.months)
    assert steps[LINE.index("2025-06")] == 0
    assert steps[LINE.index("2025-07")] == 1
