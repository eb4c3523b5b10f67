"""The central projection: its people x months x unit costs are the mean of the cost, to the đồng."""

import numpy as np
import pytest

from bhxh_forecast.budget import compute
from bhxh_forecast.budget.central import added, central_law, central_sums, first_month
from bhxh_forecast.budget.prices import year_starts
from bhxh_forecast.budget.programmes import RECOGNITIONS
from bhxh_forecast.budget.tail import entry_classes, open_months
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
