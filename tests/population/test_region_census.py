"""A census table dropped in rules the structure of the base: met at its date by cohort, while totals stay the known."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from bhxh_forecast.errors import InputError
from bhxh_forecast.population.cohorts import census_report, stock_then
from bhxh_forecast.population.derive import central_stock, model_total
from bhxh_forecast.population.lifetable import SEXES
from bhxh_forecast.population.region_tables import load_region
from bhxh_forecast.population.sources import Sources
from tests.population.test_region import Folder

FIVE = list(range(0, 85, 5))


class WithCensus(Folder):
    """The data folder with a census table in its place."""

    def __init__(self, table):
        super().__init__()
        self._tables["missing/census_age_sex"] = table


def table_of(people, lower, day="2019-04-01", geo="VN-HN"):
    sums = np.add.reduceat(people, lower, axis=1)
    cells = [(geo, day, sex, age, sums[s, k]) for s, sex in enumerate(SEXES) for k, age in enumerate(lower)]
    return pd.DataFrame(cells, columns=["geo", "date", "sex", "age", "value"]).assign(
        date=lambda f: pd.to_datetime(f.date)
    )


@pytest.fixture(scope="module")
def estimate():
    """Central stocks without a census, and the people of April 2019 with a tenth fewer elders and more of 30-39."""
    sources = Sources.of(Folder())
    tables = load_region(sources)
    stock = central_stock(tables, 2031)
    people = 0.75 * stock[4] + 0.25 * stock[5]
    people[:, 60:] *= 0.9
    people[:, 30:40] *= 1.05
    return tables, stock, people


@pytest.mark.parametrize("lower", [FIVE, list(range(101))], ids=["five-year ages", "single ages"])
def test_a_census_table_is_met_at_its_date_and_totals_stay(estimate, lower):
    _, _, people = estimate
    sources = Sources.of(WithCensus(table_of(people, lower)))
    tables = load_region(sources)
    stock = central_stock(tables, 2031)
    found = stock_then(stock, sources.census(), 2015)
    wanted = people * found.sum() / people.sum()
    groups = [np.add.reduceat(x, FIVE, axis=1)[:, 1:] for x in (found, wanted)]
    assert np.abs(groups[0] / groups[1] - 1).max() < 0.01
    for figure in sources.totals():
        if figure.time > 2015:
            assert float(model_total(stock.sum(axis=(1, 2)), figure, 2015)) == pytest.approx(
                figure.value, rel=1e-4
            )
    assert tables.elders.max() == 0.0  # the old were counted: their number is no longer uncertain by itself


def test_a_census_equal_to_the_model_changes_next_to_nothing(estimate):
    tables, stock, _ = estimate
    people = 0.75 * stock[4] + 0.25 * stock[5]
    again = load_region(Sources.of(WithCensus(table_of(people, FIVE))))
    groups = [*range(0, 75, 5), 75]  # the table's 80+ is opened with the nation's shape
    ratio = np.add.reduceat(again.base, groups, axis=1) / np.add.reduceat(tables.base, groups, axis=1)
    assert np.abs(ratio[:, :-1] - 1).max() < 0.02
    assert np.abs(ratio[:, -1] - 1).max() < 0.05


def test_the_report_says_what_changed_and_what_the_base_cannot_meet(estimate):
    _, stock, people = estimate
    people = people.copy()
    people[:, :4] *= 1.2
    sources = Sources.of(WithCensus(table_of(people, FIVE)))
    census = sources.census()
    report = census_report(central_stock(load_region(sources), 2031), stock, census, 2015)
    assert report.loc[report["born"], "ages"].unique().tolist() == ["0-4"]
    assert report.loc[report["born"], "gap"].abs().min() > 0.05
    known = report[~report["born"] & ~report["ages"].isin(["90-94", "95-99", "100+"])]  # followed together
    structure = (1 + known["gap"]) / (
        1 + known["gap"]
    ).mean()  # what the born are short of lies on all others alike
    assert (structure - 1).abs().max() < 0.01
    old = report[report["ages"] == "65-69"]
    assert (old["model"] / old["estimate"]).between(0.85, 0.95).all()
    assert {"graduated", "open group", "raked"} <= set(census.changes["step"])


def test_the_mid_term_census_works_as_well(estimate):
    """A table of April 2024 is followed back nine years; ages under 9 were not yet born."""
    _, stock, _ = estimate
    people = 0.75 * stock[9] + 0.25 * stock[10]
    people[:, 60:] *= 0.92
    sources = Sources.of(WithCensus(table_of(people, FIVE, "2024-04-01")))
    found = stock_then(central_stock(load_region(sources), 2031), sources.census(), 2015)
    ratio = np.add.reduceat(found, FIVE, axis=1) / np.add.reduceat(people, FIVE, axis=1)
    assert np.abs(ratio[:, 2:] / ratio[:, 2:].mean() - 1).max() < 0.02


def test_it_is_known_a_year_after_its_date_and_only_for_its_place(estimate):
    _, _, people = estimate
    sources = Sources.of(WithCensus(table_of(people, FIVE)))
    assert sources.census(date(2020, 3, 31)) is None
    assert sources.census(date(2020, 4, 1)) is not None
    assert Sources.of(WithCensus(table_of(people, FIVE, geo="VN"))).census() is None
    assert Sources.of(Folder()).census() is None


def test_a_table_that_cannot_be_read_names_its_file(estimate):
    _, _, people = estimate
    broken = table_of(people, FIVE)
    broken.loc[0, "age"] = 7
    with pytest.raises(InputError, match=r"census_age_sex"):
        load_region(Sources.of(WithCensus(broken)))
