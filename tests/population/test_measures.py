"""Measures of a population, against arithmetic that fits on a line."""

import numpy as np
import pytest
import xarray as xr

from bhxh_forecast.population import births, dependency_ratios, life_expectancy, median_age, total_fertility


def people(values, **coords):
    return xr.DataArray(np.asarray(values, float), dims=tuple(coords), coords=coords)


def test_births_by_hand():
    """1,000 women of 20 and 900 of 21; 990 and 880 of them alive a year older; rates 0.08 at 20, 0.1 at 21 and 22.

    (0.08 x 1000 + 0.1 x 900 + 0.1 x 990 + 0.1 x 880) / 2 = (80 + 90 + 99 + 88) / 2 = 178.5.
    """
    women, alive, asfr = np.zeros(40), np.zeros(40), np.zeros(40)
    women[[20, 21]], alive[[21, 22]], asfr[[20, 21, 22]] = (1000, 900), (990, 880), (0.08, 0.1, 0.1)
    assert float(births(women, alive, asfr)) == pytest.approx(178.5)
    assert float(total_fertility(asfr)) == pytest.approx(0.28)


def test_life_expectancy_by_hand():
    """q0 = 0.02 / (1 + 0.92 x 0.02) with 1a0 = 0.045 + 2.684 x 0.02 for boys is done to the end by the table."""
    a0 = 0.045 + 2.684 * 0.02
    q0 = 0.02 / (1 + (1 - a0) * 0.02)
    wanted = 1 - q0 + a0 * q0 + (1 - q0) / 0.05
    assert life_expectancy(np.array([[0.02, 0.05], [0.02, 0.05]]))[0] == pytest.approx(wanted)


def test_dependency_ratios_by_hand():
    """Ages 0-4 with 20 men and 20 women each, working age 1-3: 40/120, 40/120, 80/120, 3 supporters."""
    stock = people(np.full((2, 5), 20.0), sex=["male", "female"], age=range(5))
    found = dependency_ratios(stock, young=1, old=4)
    assert float(found.child) == pytest.approx(1 / 3)
    assert float(found.old_age) == pytest.approx(1 / 3)
    assert float(found.total) == pytest.approx(2 / 3)
    assert float(found.support) == pytest.approx(3)
    with pytest.raises(ValueError, match="in order"):
        dependency_ratios(stock, young=3, old=2)


def test_median_age_by_hand():
    """40, 40, 20 people of 0, 1, 2: the 50th is a quarter through the second year of age; each year on its own."""
    stock = people([[40, 40, 20], [0, 10, 0]], year=[2000, 2001], age=range(3))
    assert median_age(stock).values == pytest.approx([1.25, 1.5])


def test_published_measures_of_viet_nam(wpp):
    """Total fertility from single ages equals the published within 0.1%, ten years' worth."""
    at = slice(wpp.rates.index(2024), wpp.rates.index(2034))
    found = total_fertility(wpp.rates.asfr[at])
    assert np.abs(found / wpp.annual.loc[2024:2033, "tfr"].to_numpy() - 1).max() < 1e-3
