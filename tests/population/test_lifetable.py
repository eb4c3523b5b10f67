"""Life tables follow the textbook conventions that the UN's projections use."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from bhxh_forecast.population import life_table
from bhxh_forecast.population.lifetable import a0_coale_demeny_west, life_expectancy, survival_ratios


def rates(values, sex=None):
    coords = {"age": np.arange(len(values))}
    array = xr.DataArray(np.asarray(values, float), dims="age", coords=coords)
    return array if sex is None else array.assign_coords(sex=sex)


def test_a_life_table_worked_by_hand():
    """Three ages, m = 0.1, 0.1, 0.5 and half a year lived by those who die.

    q0 = 0.1/1.05 = 2/21; l1 = 19/21; L0 = 1 - 1/21 = 20/21; q1 = 2/21; l2 = (19/21)^2;
    L1 = (19/21)(20/21) = 380/441; L2 = l2/0.5 = 722/441; e0 = (420 + 380 + 722)/441.
    """
    table = life_table(rates([0.1, 0.1, 0.5]), a0="half")
    assert table.qx.values == pytest.approx([2 / 21, 2 / 21, 1])
    assert table.lx.values == pytest.approx([1, 19 / 21, 361 / 441])
    assert table.dx.values == pytest.approx([2 / 21, 38 / 441, 361 / 441])
    assert table.Lx.values == pytest.approx([20 / 21, 380 / 441, 722 / 441])
    assert table.Tx.values == pytest.approx([1522 / 441, 1102 / 441, 722 / 441])
    assert table.ex.values == pytest.approx([1522 / 441, (1102 / 441) / (19 / 21), 2.0])


def test_first_year_of_life_by_coale_demeny_west():
    """Preston, Heuveline and Guillot (2001), table 3.3: below 0.107 the line, above it the constant."""
    assert a0_coale_demeny_west(0.02, "male") == pytest.approx(0.045 + 2.684 * 0.02)
    assert a0_coale_demeny_west(0.02, "female") == pytest.approx(0.053 + 2.8 * 0.02)
    assert a0_coale_demeny_west(0.107, "male") == 0.33
    assert a0_coale_demeny_west(0.2, "female") == 0.35
    both = a0_coale_demeny_west(0.02, "male") + a0_coale_demeny_west(0.02, "female")
    assert a0_coale_demeny_west(0.02, "total") == pytest.approx(both / 2)


def test_published_life_expectancy_of_viet_nam(wpp):
    """e0 from WPP 2024's death rates equals WPP's own by sex, within a thousandth of a year."""
    years = range(2000, 2024)
    found = life_expectancy(wpp.rates.mx[[wpp.rates.index(y) for y in years]])
    published = wpp.annual.loc[list(years), ["e0M", "e0F"]].to_numpy()
    assert np.abs(found - published).max() < 1e-3


@given(st.lists(st.floats(1e-5, 0.9), min_size=3, max_size=40))
@settings(max_examples=60, deadline=None)
def test_survivors_never_grow_and_person_years_add_up(values):
    table = life_table(rates(values, "female"), radix=100_000)
    assert np.all(np.diff(table.lx.values) <= 0)
    assert float(table.dx.sum()) == pytest.approx(100_000)
    assert float(table.Tx[0]) == pytest.approx(float(table.Lx.sum()))
    assert np.all(table.ex.values > 0)


def test_survival_ratios_are_ratios_of_person_years():
    mx = np.array([[[0.02, 0.01, 0.3, 0.5]] * 2])[0]
    table = life_table(
        xr.DataArray(mx, dims=("sex", "age"), coords={"sex": ["male", "female"], "age": range(4)})
    )
    ratios = survival_ratios(mx)
    years, total = table.Lx.values, table.Tx.values
    assert ratios[:, 0] == pytest.approx(years[:, 0])
    assert ratios[:, 1] == pytest.approx(years[:, 1] / years[:, 0])
    assert ratios[:, 2] == pytest.approx(years[:, 2] / years[:, 1])
    assert ratios[:, 3] == pytest.approx(total[:, 3] / total[:, 2])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([0.1, -0.1, 0.5], "not negative"),
        ([0.1, 0.1, 0.0], "open age group"),
        ([0.1, np.nan, 0.2], "numbers"),
    ],
)
def test_impossible_rates_are_refused(values, message):
    with pytest.raises(ValueError, match=message):
        life_table(rates(values), a0="half")


def test_the_rule_for_infants_needs_the_sex():
    with pytest.raises(ValueError, match="sex"):
        life_table(rates([0.1, 0.1, 0.5]))
