"""The nation against the published projection: error by date and age, and bands of the total."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bhxh_forecast.population.nation import Nation
from bhxh_forecast.population.sources import Sources
from bhxh_forecast.population.spread import (
    COMPONENTS,
    fit_persistence,
    nation_draws,
    persistent,
    through_bounds,
    total_bands,
)
from bhxh_forecast.population.validation import error_summary, validate


class Folder:
    data_dir = Path(__file__).parents[2] / "data"

    def table(self, name):
        return pd.read_csv(self.data_dir / f"{name}.csv")


@pytest.fixture(scope="module")
def sources():
    return Sources.of(Folder())


@pytest.fixture(scope="module")
def nation(sources):
    return Nation.of(sources)


@pytest.fixture(scope="module")
def validation(nation):
    return validate(nation)


@pytest.fixture(scope="module")
def rho(sources):
    return [sources.settings["nation_spread"][name] for name in COMPONENTS]


@pytest.fixture(scope="module")
def drawn(nation, rho):
    shocks = np.random.default_rng(11).standard_normal((3, 6000, 26))
    return nation_draws(nation, rho, shocks, start=2024)


def test_totals_and_every_age_below_90_are_reproduced(validation):
    """Births as published: totals within 0.01% at every date to 2100, ages 0-89 within 0.05% in 2030, by sex."""
    found = validation.scaled.population
    table = error_summary(found, validation.nation.population, range(2025, 2101))
    totals = table[(table["sex"] == "total") & (table["ages"] == "all")]
    assert totals["error"].abs().max() < 1e-4
    in_2030 = table[(table["year"] == 2030) & table["ages"].isin(["0-79", "80-89"])]
    assert len(in_2030) == 4
    assert in_2030["error"].abs().max() < 5e-4
    assert validation.errors().sel(year=2030, age=slice(0, 89)).to_numpy().__abs__().max() < 5e-4


def test_the_oldest_are_reported_apart(validation):
    """90-99 within 0.5% and the open group within 6% at every date: few people, whole persons in print."""
    table = validation.summary(range(2025, 2101, 5))
    assert table[table["ages"] == "90-99"]["error"].abs().max() < 5e-3
    assert table[table["ages"] == "100+"]["error"].abs().max() < 0.06


def test_published_fertility_rates_unscaled_are_reported_beside(validation):
    """The rates by single age are an interpolation: ages off by up to 0.12%, the total by less than 0.03%."""
    table = validation.summary([2030, 2050, 2100], scaled=False)
    assert table[table["ages"] == "0-79"]["error"].abs().max() < 1.5e-3
    assert table[(table["sex"] == "total")]["error"].abs().max() < 4e-4
    assert (table["error"] != validation.summary([2030, 2050, 2100])["error"]).any()


def test_births_deaths_and_life_expectancy_stand_beside_the_published(validation):
    table = validation.flows([2024, 2030, 2099]).set_index(["quantity", "year"])["error"]
    assert table.loc["births"].abs().max() < 1e-9
    assert table.loc["births_unscaled"].abs().max() < 2e-3
    assert table.loc["deaths"].abs().max() < 1e-3
    assert max(table.loc[f"e0_{sex}"].abs().max() for sex in ("male", "female")) < 0.02


def test_bands_of_the_national_total_are_the_published_ones(drawn, nation):
    """80% and 95% bands of the population of each 1 January to 2050 within 10% of the width of WPP's own."""
    table = total_bands(drawn.totals, drawn.years, nation.annual)
    assert set(table["year"]) == set(range(2025, 2051))
    assert (table["ratio"] - 1).abs().max() < 0.10
    middle = np.median(drawn.totals, axis=0) / 1000
    assert np.abs(middle / nation.annual.loc[drawn.years, "pop_1jan_thousand"] - 1).max() < 0.01


def test_each_component_has_the_published_bounds(drawn, nation):
    """Total fertility, life expectancy and net migration of 2040: quantiles within 5% of the published band."""
    row = nation.annual.loc[2040]
    scale = {"fertility": 1, "mortality": 1, "migration": 1000}
    names = {"fertility": "tfr", "mortality": "e0B", "migration": "netmig"}
    for component, column in names.items():
        found = np.quantile(drawn.paths[component][:, 16], [0.025, 0.1, 0.9, 0.975])
        wanted = scale[component] * row[[f"{column}_{b}" for b in ("95l", "80l", "80u", "95u")]].to_numpy(
            float
        )
        assert np.abs(found - wanted).max() < 0.05 * (wanted[-1] - wanted[0])


def test_life_expectancy_of_a_draw_is_the_path_s(nation, rho):
    """The draw's deaths are those of death rates at which people live as long as its path says."""
    shocks = np.zeros((3, 2, 4))
    shocks[1, 1] = 1.0
    found = nation_draws(nation, rho, shocks, start=2024)
    assert np.all(found.paths["mortality"][1] > found.paths["mortality"][0])
    assert np.all(found.result.deaths[1].sum(axis=1) < found.result.deaths[0].sum(axis=1))
    assert np.allclose(found.paths["fertility"][0], found.paths["fertility"][1])


def test_without_shocks_the_nation_is_the_published_projection(nation, rho):
    found = nation_draws(nation, rho, np.zeros((3, 1, 26)), start=2024).totals[0]
    assert np.abs(found / (nation.annual.loc[2024:2050, "pop_1jan_thousand"] * 1000) - 1).max() < 2e-4


def test_the_stored_correlations_are_what_the_fit_gives(nation, rho):
    """A small fit (600 draws, 10 years) finds correlations at which the bands are as close as at the stored ones."""
    again = fit_persistence(nation, start=2024, until=2034, draws=600, seed=5)
    shocks = np.random.default_rng(5).standard_normal((3, 600, 10))
    fits = [nation_draws(nation, r, shocks, start=2024) for r in (rho, again.tolist())]
    stored, own = ((np.log(total_bands(f.totals, f.years, nation.annual)["ratio"]) ** 2).mean() for f in fits)
    assert own <= stored
    assert stored < own + 0.003


@given(st.floats(0, 0.99))
@settings(max_examples=20, deadline=None)
def test_paths_keep_unit_variance_and_the_correlation(rho):
    shocks = np.random.default_rng(0).standard_normal((20_000, 3))
    paths = persistent(shocks, rho)
    assert np.allclose(paths.std(axis=0), 1.0, atol=0.03)
    assert np.corrcoef(paths[:, 0], paths[:, 1])[0, 1] == pytest.approx(rho, abs=0.03)


def test_bounds_are_met_exactly_at_their_quantiles():
    bounds = np.array([[1.0, 2.0, 4.0, 5.0, 7.0]])
    normals = np.array([[-1.959964], [-1.281552], [0.0], [1.281552], [1.959964]])
    assert through_bounds(normals, bounds)[:, 0] == pytest.approx(bounds[0])
    assert np.all(np.diff(through_bounds(np.linspace(-4, 4, 50)[:, None], bounds)[:, 0]) > 0)
