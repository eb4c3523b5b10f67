"""Published totals of the city beside the model: inside the band, or named with the reason."""

import numpy as np
import pytest

from bhxh_forecast.analysis.known_totals import GROUPS, known_totals, other_projection, vital_events
from bhxh_forecast.analysis.people_draws import PeopleDraws, year_before
from bhxh_forecast.analysis.pools import pool_draws, pool_table
from bhxh_forecast.inputs import load_inputs
from bhxh_forecast.population.draws import project_draws
from bhxh_forecast.population.summary import effective_draws, summarise

# Figures outside the 90% band: series of before the census of 2019, which it overtook.
OVERTAKEN = {
    ("population", 2014, 7095900),
    ("population", 2015, 7202900),
    ("population", 2016, 7328400),
    ("population", 2017, 7420100),
    ("population", 2018, 7520700),
    ("labour_force_15plus", 2014, 3832400),
}


@pytest.fixture(scope="module")
def people():
    return PeopleDraws.of(load_inputs(), draws=1000, seed=20181116, until=2030)


@pytest.fixture(scope="module")
def table(people):
    return known_totals(people)


def test_every_known_total_since_2014_has_a_value_and_a_band(table):
    """Population 2014-2025, labour force 2014-2025, 15+ of 2019 and 2024, 60+ of 2022; earlier ones without a value."""
    years = table["end"].dt.year
    for series, wanted in {
        "population": set(range(2014, 2026)),
        "labour_force_15plus": {2014, 2015, 2016, 2019, 2024, 2025},
        "population_15plus": {2019, 2024},
        "elderly_population": {2022},
    }.items():
        assert set(years[(table["series"] == series) & (years >= 2014)]) == wanted
    later = table[years >= 2014]
    assert later[["p05", "p50", "p95", "mc_error"]].notna().all().all()
    assert (later["p05"] < later["p95"]).all()
    assert table[years < 2014]["p50"].isna().all()
    assert (years < 2014).any()


def test_figures_outside_the_band_are_the_overtaken_ones(table):
    outside = table[table["inside"] == 0]
    found = set(zip(outside["series"], outside["end"].dt.year, outside["published"].astype(int), strict=True))
    assert found <= OVERTAKEN


def test_people_of_60_and_over_lie_in_the_band_of_the_counts(table):
    """The counts of March to September 2022 lie in the 90% band."""
    assert table[table["series"] == "elderly_population"]["inside"].tolist() == [1.0, 1.0, 1.0]


def test_monte_carlo_error_is_small_against_the_band(table):
    known = table.dropna(subset=["p50"])
    assert (known["mc_error"] / (known["p95"] - known["p05"])).max() < 0.1


def test_registered_deaths_are_a_part_of_the_model_s(people):
    """37-38 thousand registered in 2018-21: 65-80% of the model, told as it is; quoted life expectancy is inside."""
    found = vital_events(people)
    deaths = found[found["quantity"] == "deaths"]
    assert deaths["year"].tolist() == [2018, 2019, 2020, 2021]
    assert deaths["published"].between(37_000, 38_300).all()
    assert deaths["ratio"].between(0.65, 0.80).all()
    assert found[found["quantity"] == "life_expectancy"]["inside"].tolist() == [1.0, 1.0, 1.0]


def test_the_published_projection_falls_behind(people):
    """Groups add up; the projection of 2016 lies further below the model each year, least at the start."""
    found = other_projection(people)
    wide = found.pivot_table(index="year", columns="group", values="published")
    assert np.allclose(wide["0-14"] + wide["15-59"] + wide["60+"], wide["all"])
    gaps = found[found["group"] == "all"]["difference"].to_numpy()
    assert np.all(np.diff(gaps) > 0)
    assert set(found["group"]) == set(GROUPS)


def test_a_year_back_and_forth_is_the_same_population():
    """Revived and aged again, with the year's births and migrants, the cohorts are what they were."""
    rng = np.random.default_rng(3)
    start = rng.uniform(100, 200, (4, 2, 20))
    mx = np.tile(np.linspace(0.005, 0.4, 20), (1, 2, 1))
    pattern = np.full((1, 2, 20), 1 / 40)
    moved = rng.uniform(-50, 50, (4, 1))
    after = project_draws(start, mx, np.zeros((1, 20)), np.ones(1), migration=moved, pattern=pattern).stock[
        :, 1
    ]
    back = year_before(after, np.repeat(mx, 4, axis=0), moved[:, :, None] * pattern)
    assert np.allclose(back[..., :-2], start[..., :-2])
    assert np.allclose(back[..., -2:].sum(axis=-1), start[..., -2:].sum(axis=-1))


def test_before_the_year_before_there_is_nothing(people):
    with pytest.raises(KeyError):
        people.stock_of(2012)


def test_prior_draws_need_no_conditioning():
    found = PeopleDraws.prior(load_inputs(), draws=16, seed=1, until=2030)
    assert found.stock.shape[0] == 16
    assert known_totals(found).dropna(subset=["p50"])["p50"].gt(0).all()


def test_errors_of_quantiles_are_what_repetition_shows():
    """Woodruff's error of median and tail against the spread over 400 repetitions, within 15%."""
    draws = np.random.default_rng(0).standard_normal((1000, 400))
    found = summarise(draws)
    for q in (0.1, 0.5, 0.95):
        assert found.error_at(q).mean() == pytest.approx(found.at(q).std(), rel=0.15)
    assert found.mean_error.mean() == pytest.approx(found.mean.std(), rel=0.15)
    assert np.allclose(found.at(0.5), np.median(draws, axis=0))


def test_copies_of_a_draw_count_once():
    """Every draw four times: errors twice as large as if they were independent."""
    assert effective_draws(np.repeat(np.arange(50), 4), 200) == pytest.approx(50)
    values = np.random.default_rng(1).standard_normal(200)
    plain, families = summarise(values), summarise(values, ancestor=np.repeat(np.arange(50), 4))
    assert families.mean_error == pytest.approx(2 * plain.mean_error)
    assert families.error_at(0.5) > 1.4 * plain.error_at(0.5)


def test_pools_add_up_in_every_draw_and_month(people):
    """Wage jobs and the others are all employed; liable and not liable are all wage jobs; none is negative."""
    pools = pool_draws(people)
    assert np.allclose(pools["wage_jobs"] + pools["not_wage"], pools["employed"])
    assert np.allclose(pools["liable_resident"] + pools["wage_not_liable"], pools["wage_jobs"])
    assert min(values.min() for values in pools.values()) >= 0
    jobs = people.people.work.liable_resident * people.factor
    assert np.allclose(pools["liable_resident"], jobs, rtol=1e-9)


def test_pools_of_the_run_by_support_group():
    found = pool_table(load_inputs(), draws=1000, seed=20181116, until=2030)
    middle = found.pivot_table(index="pool", columns="year", values="p50")
    assert set(middle.columns) == {2026, 2030}
    groups = [f"eligible_{g}" for g in ("poor", "near_poor", "ethnic_minority", "other")]
    assert middle.loc[groups].sum().to_numpy() == pytest.approx(middle.loc["eligible"].to_numpy(), rel=0.01)
    assert (found["mc_error"] < (found["p90"] - found["p10"]) / 5 + 1).all()
