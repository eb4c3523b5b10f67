"""The engine keeps the accounts of a population, and reproduces the UN's projection of Viet Nam."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bhxh_forecast.errors import InputError
from bhxh_forecast.population import Rates, project
from bhxh_forecast.population.lifetable import survival_ratios

AGES = 8


def small(years=3, migration=None, births=None):
    """Rates of an eight-age population, the last age open."""
    mx = np.tile(np.array([0.05, 0.01, 0.01, 0.02, 0.05, 0.1, 0.3, 0.6]), (years, 2, 1))
    mx[:, 1] *= 0.8
    asfr = np.tile(np.array([0, 0, 0.2, 0.3, 0.1, 0, 0, 0]), (years, 1))
    return Rates(
        years=np.arange(2000, 2000 + years),
        survival=survival_ratios(mx),
        asfr=asfr,
        srb=np.full(years, 1.05),
        net_migration=migration,
        births=births,
        mx=mx,
    )


def stock(wpp, year):
    rows = wpp.population[wpp.population["year"] == year].sort_values(["sex", "age"], ascending=[False, True])
    return rows["value"].to_numpy().reshape(2, 101)  # male before female


def test_un_projection_of_viet_nam_is_reproduced(wpp):
    """From 1 January 2024, births as published: totals within 0.01% to 2100, ages 0-89 within 0.05% in 2030."""
    found = project(wpp.population, wpp.rates, start=2024, end=2100, keep=(2030, 2050, 2100)).population
    for year in (2030, 2050, 2100):
        assert float(found.sel(year=year).sum()) == pytest.approx(stock(wpp, year).sum(), rel=1e-4)
    error = found.sel(year=2030).to_numpy() / stock(wpp, 2030) - 1
    assert np.abs(error[:, :90]).max() < 5e-4
    assert np.abs(error[:, 80:90]).max() < 1e-3  # the oldest reported apart; 100+ is a small open group
    assert np.abs(error[:, 100]).max() < 0.1


def test_births_that_are_not_scaled_come_close(wpp):
    """The single-age fertility is an interpolation: births within 0.15% a year, total within 0.05% in 2100."""
    found = project(wpp.population, replace(wpp.rates, births=None), start=2024, end=2100)
    births = found.births.sum("sex").to_series()
    published = wpp.annual.loc[2024:2099, "births_thousand"] * 1000
    assert np.abs(births / published - 1).max() < 2.5e-3
    assert float(found.population.sel(year=2100).sum()) == pytest.approx(stock(wpp, 2100).sum(), rel=5e-4)


def test_deaths_of_the_un_projection(wpp):
    """Deaths implied by the accounts equal WPP's within 0.1%."""
    found = project(wpp.population, wpp.rates, start=2024, end=2031).deaths.sum(("sex", "age")).to_series()
    assert np.abs(found / (wpp.annual.loc[2024:2030, "deaths_thousand"] * 1000) - 1).max() < 1e-3


def test_one_year_by_hand():
    """100 women of age 2: survivors L3/L2, births from the mean of 100 and them, boys by the sex ratio."""
    base = np.zeros((2, AGES))
    base[1, 2] = 100.0
    rates = small(years=1)
    result = project(base, rates, start=2000, end=2001)
    survivors = 100 * rates.survival[0, 1, 3]
    births = (100 * 0.2 + survivors * 0.3) / 2
    after = result.population.sel(year=2001)
    assert float(after.sel(sex="female", age=3)) == pytest.approx(survivors)
    assert result.births.sel(year=2000).values == pytest.approx([births * 1.05 / 2.05, births / 2.05])
    assert float(after.sel(sex="male", age=0)) == pytest.approx(
        births * 1.05 / 2.05 * rates.survival[0, 0, 0]
    )


PEOPLE = arrays(float, (2, AGES), elements=st.floats(0, 1e6))
MOVES = arrays(float, (3, 2, AGES), elements=st.floats(-1e5, 1e5))


@given(PEOPLE, MOVES, st.sampled_from(["end", "start", "even"]))
@settings(max_examples=80, deadline=None)
def test_nobody_is_negative_and_the_account_closes(base, moves, timing):
    """Population next year = cohort a year before + births - deaths + migration, in every cell."""
    result = project(base, small(migration=moves), start=2000, end=2003, migration_timing=timing)
    people = result.population.to_numpy()
    assert people.min() >= 0
    assert result.deaths.to_numpy().min() >= -1e-6
    assert result.births.to_numpy().min() >= 0
    for y in range(3):
        older = np.zeros((2, AGES))
        older[:, 1:] = people[y, :, :-1]
        older[:, -1] += people[y, :, -1]
        older[:, 0] = result.births[y]
        closing = older - result.deaths[y].to_numpy() + result.migration[y].to_numpy()
        assert np.allclose(people[y + 1], closing, rtol=1e-9, atol=1e-5)


@given(PEOPLE, MOVES)
@settings(max_examples=40, deadline=None)
def test_doubling_the_input_doubles_the_output(base, moves):
    once = project(base, small(migration=moves), start=2000, end=2003)
    twice = project(2 * base, small(migration=2 * moves), start=2000, end=2003)
    assert np.allclose(twice.population, 2 * once.population, rtol=1e-12)
    assert np.allclose(twice.births, 2 * once.births, rtol=1e-12)


@given(PEOPLE)
@settings(max_examples=30, deadline=None)
def test_sex_ratio_at_birth_is_respected(base):
    births = project(base, small(), start=2000, end=2003).births
    assert np.allclose(births.sel(sex="male"), 1.05 * births.sel(sex="female"))


def test_given_births_are_the_births():
    base = np.full((2, AGES), 1000.0)
    result = project(base, small(births=np.array([700.0, np.nan, 650.0])), start=2000, end=2003)
    free = project(base, small(), start=2000, end=2003)
    assert result.births.sum("sex").values[[0, 2]] == pytest.approx([700, 650])
    assert result.births.sum("sex").values[1] != pytest.approx(float(free.births.sum("sex")[0]))


def test_more_leavers_than_people_empty_the_group_and_the_account_tells():
    moves = np.zeros((1, 2, AGES))
    moves[0, 0, 4] = -500.0
    base = np.full((2, AGES), 100.0)
    result = project(base, small(years=1, migration=moves), start=2000, end=2001)
    assert float(result.population.sel(year=2001, sex="male", age=4)) == 0.0
    assert -100 < float(result.migration.sel(year=2000, sex="male", age=4)) < 0


def test_only_the_years_asked_for_are_kept_and_mid_years_are_means():
    base = np.full((2, AGES), 1000.0)
    result = project(base, small(), start=2000, end=2003, keep=(2001, 2002))
    assert list(result.population.year.values) == [2001, 2002]
    assert list(result.births.year.values) == [2000, 2001, 2002]
    whole = project(base, small(), start=2000, end=2003)
    assert list(whole.mid_year().year.values) == [2000, 2001, 2002]
    assert np.allclose(whole.mid_year()[1], (whole.population[1] + whole.population[2]) / 2)


def test_a_run_may_begin_where_another_ended():
    base = np.full((2, AGES), 1000.0)
    whole = project(base, small(), start=2000, end=2003)
    first = project(base, small(), start=2000, end=2001)
    rest = project(first.population.sel(year=2001), small(), start=2001, end=2003)
    assert np.allclose(rest.population[-1], whole.population[-1], rtol=1e-14)


def long(values, **keys):
    index = pd.MultiIndex.from_product(keys.values(), names=keys.keys())
    return pd.Series(np.asarray(values, float).ravel(), index=index, name="value").reset_index()


def test_bad_tables_are_refused_with_what_is_wrong():
    mx = long(np.full(12, 0.1), year=[2000, 2001], sex=["male", "female"], age=[0, 1, 2])
    asfr = long([0.1, 0.1], year=[2000, 2001], age=[1])
    srb = long([1.05, 1.05], year=[2000, 2001])
    assert Rates.from_long(mx=mx, asfr=asfr, srb=srb).asfr.tolist() == [[0, 0.1, 0], [0, 0.1, 0]]
    with pytest.raises(InputError, match="cells missing"):
        Rates.from_long(mx=mx.drop(index=3), asfr=asfr, srb=srb)
    with pytest.raises(InputError, match="given twice"):
        Rates.from_long(mx=pd.concat([mx, mx.head(1)]), asfr=asfr, srb=srb)
    with pytest.raises(InputError, match="no negative value"):
        Rates.from_long(mx=mx, asfr=asfr.assign(value=-0.1), srb=srb)
    with pytest.raises(InputError, match="male to female"):
        Rates.from_long(mx=mx.replace("male", "men"), asfr=asfr, srb=srb)
    with pytest.raises(InputError, match="2000 to 2001"):
        project(np.ones((2, 3)), Rates.from_long(mx=mx, asfr=asfr, srb=srb), start=2001, end=2004)
    with pytest.raises(InputError, match="shape"):
        project(np.ones((2, 5)), Rates.from_long(mx=mx, asfr=asfr, srb=srb), start=2000, end=2001)
