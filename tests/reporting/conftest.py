"""One sample run and its pages for all tests of reports."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bhxh_forecast.analysis.people_draws import PeopleDraws
from bhxh_forecast.analysis.pools import pool_draws, summarised
from bhxh_forecast.reporting.page import Page
from bhxh_forecast.reporting.people_view import remember, remember_pools
from bhxh_forecast.reporting.run_tables import RunTables
from tests.sample_run import sample_run, write_sample_run

MakePage = Callable[..., Page]


@pytest.fixture(scope="session")
def run() -> RunTables:
    made = sample_run()
    people = PeopleDraws.prior(made.inputs, draws=48, seed=1, until=made.until)
    remember(made, "reference", people)
    remember_pools(made, "reference", summarised(pool_draws(people), people))
    return made


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample_run(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="session")
def make_page(run: RunTables) -> MakePage:
    def make(lang: str = "vi", scenario: str = "current_policy") -> Page:
        return Page(run, scenario, "reference", lang)

    return make


@pytest.fixture(params=["vi", "en"])
def page(request: pytest.FixtureRequest, make_page: MakePage) -> Page:
    return make_page(request.param)
