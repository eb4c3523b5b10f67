"""The city: an estimated base, known totals met, accounts that close, and an error that does not vanish."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bhxh_forecast.errors import InputError
from bhxh_forecast.population import project
from bhxh_forecast.population.derive import central_stock, derive_region, model_total
from bhxh_forecast.population.lifetable import life_expectancy
from bhxh_forecast.population.region import NOISE, PARAMETERS, noise_lengths, region_population
from bhxh_forecast.population.region_tables import load_region, to_frames
from bhxh_forecast.population.sources import Sources, read_settings

YEARS = np.arange(2015, 2032)
TYPICAL = {
    "base_level_log": 0.01,
    "elder_base_log": 0.08,
    "known_total_sd": 0.002,
    "mortality_level_log": 0.06,
    "mortality_sd": 0.05,
    "mortality_rho": 0.97,
    "fertility_level_log": 0.05,
    "fertility_sd": 0.03,
    "fertility_rho": 0.97,
    "net_migration_level": 20_000.0,
    "net_migration_sd": 15_000.0,
    "net_migration_rho": 0.6,
}
LEVELS = (
    "base_level_log",
    "elder_base_log",
    "mortality_level_log",
    "fertility_level_log",
    "net_migration_level",
)


class Folder:
    """The project's data folder, read plainly; tables once."""

    data_dir = Path(__file__).parents[2] / "data"

    def __init__(self):
        self._tables = {}

    def table(self, name):
        if name not in self._tables:
            self._tables[name] = pd.read_csv(self.data_dir / f"{name}.csv")
        return self._tables[name]


@pytest.fixture(scope="module")
def sources():
    return Sources.of(Folder())


@pytest.fixture(scope="module")
def tables(sources):
    return load_region(sources)


def draws(n, seed=7, **fixed):
    rng = np.random.default_rng(seed)
    params = {name: rng.standard_normal(n) * v if name in LEVELS else v for name, v in TYPICAL.items()}
    noise = {name: rng.standard_normal((n, k)) for name, k in noise_lengths(2030).items()}
    return {**params, **fixed}, noise


def nothing(n=1):
    return dict.fromkeys(PARAMETERS, 0.0), {name: np.zeros((n, 16)) for name in NOISE}


@pytest.fixture(scope="module")
def city(tables):
    return region_population(tables, *draws(60), YEARS)


def test_stored_tables_are_what_the_package_derives(sources, tables):
    """The derived files under data/ equal a fresh derivation."""
    fresh = derive_region(sources)
    for name, frame in zip(("base", "rates"), to_frames(fresh, "VN-HN"), strict=True):
        stored = sources.named(name)
        assert list(stored.columns) == list(frame.columns)
        assert np.allclose(stored["value"], frame["value"], rtol=1e-9)
    assert tables.known_until == fresh.known_until
    assert np.allclose(tables.mx, fresh.mx, rtol=1e-9)
    assert np.allclose(tables.pattern.sum(), 1.0)


def test_known_totals_are_met(sources, tables):
    """The central path passes through the census and the yearly averages to 0.01%."""
    stock = central_stock(tables, 2026)
    total = stock.sum(axis=(1, 2))
    known = [t for t in sources.totals() if t.time > 2015]
    assert len(known) == 5
    for figure in known:
        assert float(model_total(total, figure, 2015)) == pytest.approx(figure.value, rel=1e-4)
    census, share = sources.sex_counts()
    men = model_total(stock[:, 0].sum(axis=-1), census, 2015) / model_total(total, census, 2015)
    assert float(men) == pytest.approx(share, abs=1e-4)
    adults = sources.adults()
    assert float(model_total(stock[..., 15:].sum(axis=(1, 2)), adults, 2015)) == pytest.approx(
        adults.value, rel=1e-3
    )


def test_life_expectancy_of_2019_is_the_city_s_with_the_gap_chosen(tables):
    """75.5 years for both sexes at the sex ratio at birth, women 5.1 years above men."""
    men, women = life_expectancy(tables.mx[4])
    assert women - men == pytest.approx(5.1, abs=1e-6)
    boys = 1.115
    assert (boys * men + women) / (1 + boys) == pytest.approx(75.5, abs=1e-6)


def test_sex_ratio_at_birth_declines_to_the_nation_s(tables):
    assert tables.srb[8] == pytest.approx(1.13)
    assert np.all(np.diff(tables.srb[8:21]) < 0)
    assert tables.srb[20] == pytest.approx(1.078)  # WPP 2035


def test_without_deviations_the_draw_is_the_central_path(tables):
    found = region_population(tables, *nothing(), YEARS)
    assert np.allclose(found.stock[0], central_stock(tables, 2031), rtol=1e-10)
    assert np.allclose(found.migration[0].sum(axis=1), tables.migration[:16])


def test_accounts_close_in_every_draw(city):
    change = np.diff(city.stock.sum(axis=-1), axis=1)
    assert np.allclose(change, city.births - city.deaths + city.migration, rtol=0, atol=1e-6)
    assert city.stock.min() > 0


def test_another_model_can_redo_a_draw(city):
    for i in (0, 31, 59):
        alone = project(city.stock[i, 0], city.rates_for(i), start=2015, end=2031)
        assert np.allclose(alone.population, city.stock[i], rtol=1e-10)


def test_until_the_last_known_total_only_the_level_is_uncertain(tables):
    """Whatever births, deaths and the number of old people, the totals to 2023 stay; afterwards they part."""
    params, noise = draws(60, base_level_log=0.0, known_total_sd=0.0)
    found = region_population(tables, params, noise, YEARS).stock.sum(axis=(2, 3))
    spread = found.std(axis=0) / found.mean(axis=0)
    assert spread[: 2024 - 2015 + 1].max() < 1e-12
    assert np.all(np.diff(spread[2024 - 2015 :]) > 0)


def test_fewer_old_people_at_an_unchanged_total(tables):
    """A scale of exp(-0.1) on those of 58 and over lowers 60+ of 2022 by 6-10%, and moves no total."""
    params, noise = nothing()
    central = region_population(tables, params, noise, YEARS).stock[0]
    fewer = region_population(tables, {**params, "elder_base_log": -0.1}, noise, YEARS).stock[0]
    assert fewer[0].sum() == pytest.approx(central[0].sum())
    assert fewer[7].sum() == pytest.approx(central[7].sum())
    assert 0.90 < fewer[7, :, 60:].sum() / central[7, :, 60:].sum() < 0.94


def test_higher_mortality_means_more_deaths_and_more_migrants_behind_the_same_totals(tables):
    params, noise = nothing()
    central = region_population(tables, params, noise, YEARS)
    frail = region_population(tables, {**params, "mortality_level_log": 0.1}, noise, YEARS)
    assert np.all(frail.deaths.sum(axis=2) > central.deaths.sum(axis=2))
    assert np.all(frail.migration.sum(axis=2)[0, :9] > central.migration.sum(axis=2)[0, :9])
    assert np.all(frail.death_rate(75) > central.death_rate(75))


def test_what_was_not_published_is_not_known(sources):
    """As known at the end of 2018: no census of 2019, migration solved to 2016 only, and a base nearby."""
    then, now = load_region(sources, date(2018, 12, 31)), load_region(sources)
    assert then.known_until == 2016
    assert then.known_from <= date(2018, 12, 31) < now.known_from
    assert then.base.sum() == pytest.approx(now.base.sum(), rel=0.02)
    assert len({round(v, 6) for v in then.migration[2:]}) == 1


def test_missing_settings_are_named(tmp_path):
    path = tmp_path / "region.yaml"
    path.write_text("geo: X\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"region.yaml.*tables"):
        read_settings(path)
    with pytest.raises(InputError, match="YAML"):
        read_settings(tmp_path / "none.yaml")


def test_years_beyond_the_rates_are_refused(tables):
    with pytest.raises(ValueError, match="2015 to at most 2101"):
        region_population(tables, *nothing(), np.arange(2016, 2031))
