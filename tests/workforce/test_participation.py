"""Participation by age: two definitions kept apart, behaviour moving with the legal retirement age."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bhxh_forecast.workforce.participation import Profile, read_profiles
from bhxh_forecast.workforce.participation_fit import fit_profiles, natural_spline

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def stored():
    return pd.read_csv(DATA / "labour" / "participation_profile.csv")


@pytest.fixture(scope="module")
def people():
    return pd.read_csv(DATA / "demography" / "wpp_population_midyear.csv")


@pytest.fixture(scope="module")
def lfpr():
    return pd.read_csv(DATA / "labour" / "lfpr.csv")


def mean(profile, people, sex, low, high, year):
    rows = people[(people["year"] == year) & (people["sex"] == ("male", "female")[sex])].sort_values("age")
    weights = rows["value"].to_numpy()[low : high + 1]
    return float(np.average(profile.rates[sex, low : high + 1], weights=weights))


def test_stored_profiles_are_what_the_fit_gives(stored, lfpr, people):
    fresh = fit_profiles(lfpr, people)
    assert (
        fresh[["definition", "sex", "age"]]
        .astype(str)
        .equals(stored[["definition", "sex", "age"]].astype(str))
    )
    assert np.abs(fresh["value"] - stored["value"]).max() < 1e-4


def test_rates_are_shares_with_the_shape_of_a_working_life(stored):
    for profile in read_profiles(stored).values():
        rates = profile.rates
        assert np.all(rates[:, :15] == 0)
        assert rates.max() < 1
        assert np.all(rates[:, 15:] > 0)
        assert np.all(np.diff(rates[:, 15:30], axis=1) > 0)
        assert np.all(np.diff(rates[:, 50:], axis=1) < 0)
        assert np.all(rates[0, 20:90] > rates[1, 20:90])


def test_survey_rates_of_13th_icls_are_met_within_the_error_of_a_year(stored, lfpr, people):
    """5-year groups of 2019 within 6 points (2019's women of 55-59 stand apart), of 25-54 within 2.5."""
    profile = read_profiles(stored)["13"]
    rows = lfpr[(lfpr["definition"] == "13") & (lfpr["year"] == 2019) & (lfpr["age_group"] != "15+")]
    for row in rows.itertuples():
        low, high = (65, 100) if row.age_group == "65+" else map(int, row.age_group.split("-"))
        found = 100 * mean(profile, people, ("male", "female").index(row.sex), low, high, 2019)
        assert found == pytest.approx(row.value, abs=2.5 if 25 <= low < 55 else 6)


def test_broad_rates_of_19th_icls_are_met(stored, lfpr, people):
    """Only 15-24 and 25+ are published: their means of 2021-2024 within a point."""
    profile = read_profiles(stored)["19"]
    rows = lfpr[(lfpr["definition"] == "19") & (lfpr["year"] >= 2021)]
    for sex, name in enumerate(("male", "female")):
        for group, low, high in (("15-24", 15, 24), ("25+", 25, 100)):
            wanted = rows[(rows["sex"] == name) & (rows["age_group"] == group)]["value"].mean()
            assert 100 * mean(profile, people, sex, low, high, 2023) == pytest.approx(wanted, abs=1)


def test_the_definitions_are_never_mixed(stored, lfpr, people):
    """Changing the 19th's published rates leaves the 13th's profile as it is."""
    changed = lfpr.copy()
    changed.loc[changed["definition"] == "19", "value"] *= 0.9
    fresh = fit_profiles(changed, people)
    for name in ("13", "19"):
        before = stored[stored["definition"].astype(str) == name]["value"].to_numpy()
        after = fresh[fresh["definition"] == name]["value"].to_numpy()
        assert (np.abs(after / before - 1).max() < 1e-3) == (name == "13")


def test_modelled_series_are_no_observations(lfpr, people, stored):
    """Rows of the modelled series to 2027 do not enter."""
    kept = lfpr[lfpr["definition"].isin(["13", "19"])]
    fresh = fit_profiles(kept, people)
    assert np.abs(fresh["value"] - stored["value"]).max() < 1e-4


def test_behaviour_between_50_and_65_moves_with_the_legal_age():
    """A shift of two years: at 58 people behave as those of 56 did; at 49 and 66 nothing changes."""
    profile = Profile(np.tile(np.linspace(1.0, 0.0, 101), (2, 1)), 2019)
    moved = profile.at_shift(2)
    assert moved[0, 58] == profile.rates[0, 56]
    assert moved[1, 50] == profile.rates[1, 48]
    assert moved[0, 65] == profile.rates[0, 63]
    assert np.array_equal(moved[:, [49, 66]], profile.rates[:, [49, 66]])
    assert profile.at_shift(-1)[0, 60] == profile.rates[0, 61]


def test_splines_are_linear_outside_their_knots():
    ages = np.arange(60.0, 100.0)
    basis = natural_spline(ages, np.array([15.0, 25.0, 50.0, 68.0]))
    beyond = basis[ages >= 68]
    assert np.allclose(np.diff(beyond, n=2, axis=0), 0.0, atol=1e-9)


def test_the_stored_trend_is_what_the_fit_gives(stored, lfpr, people):
    fresh = fit_profiles(lfpr, people)
    assert np.abs(fresh["trend"] - stored["trend"]).max() < 1e-4
    assert read_profiles(stored)["13"].trend[65] < 0 < read_profiles(stored)["19"].trend[40]


def test_a_trend_is_damped_and_ends_at_once_where_nothing_is_left_of_it():
    """Half a logit a year at 20, half of it left each year: 0.25 after one year, 0.375 after two, at most 0.5."""
    trend = np.where(np.arange(101) == 20, 0.5, 0.0)
    profile = Profile(np.full((2, 101), 0.5), 2023, trend)
    for year, logit in ((2022, 0), (2023, 0), (2024, 0.25), (2025, 0.375), (2090, 0.5)):
        rates = profile.in_year(year, 0.5).rates
        assert np.log(rates[0, 20] / (1 - rates[0, 20])) == pytest.approx(logit)
        assert np.allclose(np.delete(rates, 20, axis=1), 0.5)
    assert profile.in_year(2030, 0.0) is profile
    assert Profile(profile.rates, 2023).in_year(2030, 0.9).rates is profile.rates
