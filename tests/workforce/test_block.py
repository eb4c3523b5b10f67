"""The workforce of a block: denominators that complement each other, the survey's change of definition, exact ages."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from bhxh_forecast.population.region import NOISE, noise_lengths, region_population
from bhxh_forecast.population.region_tables import load_region
from bhxh_forecast.population.retirement import (
    age_weights,
    crossing_weights,
    month_end_stock,
    working_weights,
)
from bhxh_forecast.population.sources import Sources
from bhxh_forecast.workforce import build
from bhxh_forecast.workforce.block import BASES, ELDER_AGES, Figures
from bhxh_forecast.workforce.participation import read_profiles

DATA = Path(__file__).parents[2] / "data"
MONTHS = np.arange(np.datetime64("2015-12"), np.datetime64("2031-01"))
CALENDAR = MONTHS.astype("datetime64[Y]").astype(int) + 1970
N = 24


class Folder:
    data_dir = DATA

    def table(self, name):
        return pd.read_csv(DATA / f"{name}.csv")


@pytest.fixture(scope="module")
def legal_age():
    book = yaml.safe_load((DATA / "law" / "retirement_age.yaml").read_text(encoding="utf-8"))
    ages = np.zeros((2, len(MONTHS)))
    for s, who in enumerate(("men", "women")):
        for row in book[f"retirement_age_months.{who}"]["rows"]:
            last = row["to"].year if row.get("to") else 2100
            ages[s, (row["from"].year <= CALENDAR) & (last >= CALENDAR)] = row["value"]
    return ages


@pytest.fixture(scope="module")
def population():
    rng = np.random.default_rng(4)
    params = {
        "base_level_log": 0.01 * rng.standard_normal(N),
        "elder_base_log": -0.1 + 0.08 * rng.standard_normal(N),
        "known_total_sd": 0.002,
        "mortality_level_log": 0.05 * rng.standard_normal(N),
        "mortality_sd": 0.05,
        "mortality_rho": 0.97,
        "fertility_level_log": 0.05 * rng.standard_normal(N),
        "fertility_sd": 0.03,
        "fertility_rho": 0.97,
        "net_migration_level": 15_000 * rng.standard_normal(N),
        "net_migration_sd": 15_000.0,
        "net_migration_rho": 0.6,
    }
    noise = {name: rng.standard_normal((N, noise_lengths(2030)[name])) for name in NOISE}
    return region_population(load_region(Sources.of(Folder())), params, noise, np.arange(2015, 2032))


def params(n, rng):
    values = {
        "lf_ratio_13": 0.9 + 0.02 * rng.standard_normal(n),
        "lf_ratio_19": 0.93 + 0.02 * rng.standard_normal(n),
        "lfpr_retirement_shift": rng.uniform(0, 1, n),
        "wage_share_2024": rng.uniform(0.6, 0.65, n),
        "wage_share_trend": 0.03,
        "unemployment_rate": 0.02,
        "liable_share": 0.9,
        "in_registration": 1.1,
        "trend_rho": 0.7,
    }
    for base, sigma in (("agency", 0.02), ("agency_voluntary", 0.08)):
        values |= {f"{base}_sigma": sigma, f"{base}_step_sd": 0.06, f"{base}_start_sd": 0.2}
    return values


@pytest.fixture(scope="module")
def given(population, legal_age):
    """Arguments of `build`."""
    rng = np.random.default_rng(8)
    figures = {
        "agency": Figures(np.array([60, 84]), np.array([4.69e6, 4.908e6]), np.array([0.0, 0.0])),
        "agency_voluntary": Figures(np.array([36]), np.array([3.78e6]), np.array([0.0])),
    }
    noise = {f"{b}_noise": rng.standard_normal((N, len(MONTHS) + len(f.months))) for b, f in figures.items()}
    noise["lf_noise"] = 0.01 * rng.standard_normal((len(MONTHS), N))
    profiles = read_profiles(pd.read_csv(DATA / "labour" / "participation_profile.csv"))
    return [population, MONTHS, legal_age, profiles, figures, params(N, rng), noise, 127]


@pytest.fixture(scope="module")
def block(given):
    return build(*given)


def month_stock(population, t):
    """(n, 2, A) at the end of month t; the axis begins in December of the base year."""
    return month_end_stock(population.stock, t + 11)


def rate(profile, legal_age, shift, sex, age, t):
    """Participation of one age as the technical note writes it."""
    if not 50 <= age <= 65:
        return profile.rates[sex, age]
    reference = legal_age[sex, np.flatnonzero(profile.year == CALENDAR)[-1]]
    place = min(100.0, max(0.0, age - shift * (legal_age[sex, t] - reference) / 12))
    low = min(99, int(np.floor(place)))
    return profile.rates[sex, low] * (low + 1 - place) + profile.rates[sex, low + 1] * (place - low)


@pytest.mark.parametrize(
    "month", ["2015-12", "2019-06", "2020-12", "2021-01", "2023-05", "2027-11", "2030-12"]
)
def test_sums_equal_the_plain_sum_over_ages(block, given, population, legal_age, month):
    """Every denominator of three draws, written out age by age, to 1e-10."""
    t = int((np.datetime64(month) - MONTHS[0]).astype(int))
    people = month_stock(population, t)
    working, past = working_weights(legal_age)[t], age_weights(legal_age)[t]
    profiles, values, noise = given[3], given[5], given[6]["lf_noise"][t]
    name = "13" if np.datetime64("2021-01") > MONTHS[t] else "19"
    for i in (0, 11, N - 1):
        shift = values["lfpr_retirement_shift"][i]
        force = within = latest = 0.0
        for s in (0, 1):
            for age in range(15, 101):
                in_force = people[i, s, age] * rate(profiles[name], legal_age, shift, s, age, t)
                force, within = force + in_force, within + in_force * working[s, age]
                latest += people[i, s, age] * rate(profiles["19"], legal_age, shift, s, age, t)
        scale = np.exp(noise[i])
        assert block.past_retirement_age[t, i] == pytest.approx((people[i] * past).sum(), rel=1e-10)
        assert block.working_age_population[t, i] == pytest.approx((people[i] * working).sum(), rel=1e-10)
        assert block.lfs_15plus[t, i] == pytest.approx(
            force * scale * values[f"lf_ratio_{name}"][i], rel=1e-10
        )
        assert block.lfs_working_age[t, i] == pytest.approx(
            within * scale * values[f"lf_ratio_{name}"][i], rel=1e-10
        )
        assert block.labour_force_19[t, i] == pytest.approx(
            latest * scale * values["lf_ratio_19"][i], rel=1e-10
        )
        crossing = (people[i] * crossing_weights(legal_age)[t]).sum()
        assert block.crossing[t, i] == pytest.approx(crossing, rel=1e-10, abs=1e-9)


def test_working_age_and_past_retirement_are_complements(block):
    assert np.allclose(
        block.working_age_population + block.past_retirement_age, block.population_15plus, rtol=1e-12
    )
    assert np.all(block.working_age_population > 0)
    assert np.all(block.past_retirement_age > 0)


def test_the_labour_force_of_working_age_is_part_of_the_labour_force(block):
    assert np.all(block.lfs_working_age < block.lfs_15plus)
    assert np.all(block.lfs_working_age < block.working_age_population)


def test_sexes_add_up(block):
    assert set(block.by_sex) == set(BASES) - {"agency", "agency_voluntary"}
    for base, by_sex in block.by_sex.items():
        assert np.allclose(by_sex.sum(axis=1), block.denominator(base), rtol=1e-12)


def test_crossers_are_none_in_the_first_months_while_the_age_rises(block):
    """Nobody in January-March 2021-2028; only women's line moves in April... so May-December have both."""
    month = MONTHS.astype(int) % 12 + 1
    rising = (CALENDAR >= 2021) & (CALENDAR <= 2028)
    assert np.all(block.crossing[rising & (month <= 3)] == 0)
    assert np.all(block.crossing[rising & (month >= 5)] > block.crossing[rising & (month == 4)].max())
    assert np.all(block.crossing[CALENDAR == 2020] > 0)


def test_published_definition_changes_in_2021_and_the_latest_runs_through(block):
    new = np.datetime64("2021-01") <= MONTHS
    assert np.allclose(block.lfs_15plus[new], block.labour_force_19[new], rtol=1e-12)
    assert np.all(block.lfs_15plus[~new] > block.labour_force_19[~new])


def test_elders_are_nested_and_interpolated(block, population):
    assert block.elders_from_70().shape == (len(MONTHS), 11, N)
    assert np.all(np.diff(block.elders, axis=1) < 0)
    for age in ELDER_AGES:
        wanted = month_stock(population, 100)[:, :, age:].sum(axis=(1, 2))
        assert np.allclose(block.older_than(age)[100], wanted, rtol=1e-12)
    with pytest.raises(ValueError, match="not in tuple"):
        block.older_than(65)


def test_the_agency_s_figures_are_met(block):
    assert np.allclose(block.agency[60], 4.69e6)
    assert np.allclose(block.agency[84], 4.908e6)
    assert np.allclose(block.agency_voluntary[36], 3.78e6)


def test_pools_follow_the_latest_labour_force(block):
    assert np.allclose(block.liable, 1.1 * block.liable_resident)
    assert np.all(block.liable_resident < block.labour_force_19)


def test_order_and_chunking_of_draws_do_not_matter(given, block):
    """A run of the second half alone, in reverse, gives the same figures."""
    population, months, legal_age, profiles, figures, values, noise, as_of = given
    pick = np.arange(N)[::-1][: N // 2]
    part = replace(
        population,
        stock=np.moveaxis(np.ascontiguousarray(np.moveaxis(population.stock, 1, 0)[:, pick]), 0, 1),
        mortality=population.mortality[pick],
    )
    own = {k: v[pick] if isinstance(v, np.ndarray) else v for k, v in values.items()}
    shocks = {k: v[:, pick] if k == "lf_noise" else v[pick] for k, v in noise.items()}
    again = build(part, months, legal_age, profiles, figures, own, shocks, as_of)
    for base in BASES:
        assert np.allclose(again.denominator(base), block.denominator(base)[:, pick], rtol=1e-12)
    assert np.allclose(again.death_rate_75, block.death_rate_75[:, pick], rtol=1e-12)


def test_later_retirement_keeps_more_older_people_at_work(given):
    """Where behaviour follows the rising age, the labour force of 2030 is larger than where it does not."""
    values = given[5]
    still = build(*given[:5], {**values, "lfpr_retirement_shift": 0.0}, *given[6:])
    follows = build(*given[:5], {**values, "lfpr_retirement_shift": 1.0}, *given[6:])
    assert np.all(follows.lfs_15plus[-1] > still.lfs_15plus[-1])
    assert np.allclose(follows.working_age_population, still.working_age_population)


def test_a_base_outside_the_closed_list_is_refused(block):
    with pytest.raises(KeyError):
        block.denominator("population")


def test_the_city_s_published_figures_lie_near(block):
    """15+ of 2019 and 2024 and 60+ of 2022 inside what 24 draws span, widened by 3%: an estimate, not a fit."""

    def span(values):
        return values.min() * 0.97, values.max() * 1.03

    for month, values, figure in (
        ("2019-06", block.population_15plus, 6_070_000),
        ("2024-06", block.population_15plus, 6_510_000),
        ("2022-03", block.older_than(60), 1_044_590),
    ):
        low, high = span(values[int((np.datetime64(month) - MONTHS[0]).astype(int))])
        assert low < figure < high


def test_a_trend_of_participation_is_carried_forward_as_far_as_it_lasts(given, block, population):
    """With half of it left each year: 2021-2023 as before, then the plain sum over the moved profile; no more moves."""
    found = build(*given, persistence=0.5)
    before = (CALENDAR >= 2021) & (CALENDAR <= 2023)
    assert np.allclose(found.lfs_15plus[before], block.lfs_15plus[before], rtol=1e-12)
    assert np.array_equal(found.working_age_population, block.working_age_population)
    still = {**given[5], "lfpr_retirement_shift": 0.0}
    moved = build(*given[:5], still, *given[6:], persistence=0.5)
    t = len(MONTHS) - 1
    rates = given[3]["19"].in_year(2030, 0.5).rates
    force = (month_stock(population, t) * rates).sum(axis=(1, 2)) * still["lf_ratio_19"]
    assert np.allclose(moved.lfs_15plus[t], force * np.exp(given[6]["lf_noise"][t]), rtol=1e-10)
    assert np.abs(moved.lfs_15plus[t] / build(*given[:5], still, *given[6:]).lfs_15plus[t] - 1).min() > 1e-3
