"""A user's table: nothing lost in graduation, margins met, what was changed is told, and contradictions refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bhxh_forecast.errors import InputError
from bhxh_forecast.population.census import age_range, prepare
from bhxh_forecast.population.files import run_files
from bhxh_forecast.population.rake import Margin, rake
from tests.population.test_files import DEMOGRAPHY

AGES = 101
SHAPE = np.exp(-(((np.arange(AGES) - 30) / 35.0) ** 2)) * np.array([[1.05], [0.97]]) * 1000
LOWER = list(range(0, 85, 5))


def rows(values, sex, ages):
    return pd.DataFrame({"sex": sex, "age": ages, "value": values})


def five_year(people=SHAPE, labels=False):
    ages = [f"{a}-{a + 4}" for a in LOWER[:-1]] + ["80+"] if labels else LOWER
    parts = [rows(np.add.reduceat(people[s], LOWER), sex, ages) for s, sex in enumerate(("male", "female"))]
    return pd.concat(parts, ignore_index=True)


def test_raking_by_hand():
    """Two-way table, rows 10 and 30, columns 16 and 24, from ones: 4, 6, 12, 18; a zero stays zero."""
    margins = [
        Margin("rows", np.array([[0, 0], [1, 1]]), np.array([10.0, 30.0])),
        Margin("columns", np.array([[0, 1], [0, 1]]), np.array([16.0, 24.0])),
    ]
    assert rake(np.ones((2, 2)), margins).values == pytest.approx(np.array([[4, 6], [12, 18]]))
    assert rake(np.array([[1.0, 0.0], [1.0, 1.0]]), margins).values[0, 1] == 0.0


@given(st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_margins_are_met_and_odds_ratios_kept(seed):
    """Any positive table raked to the margins of another: sums as known, interaction as in the seed."""
    rng = np.random.default_rng(seed)
    cells, other = rng.uniform(1, 10, (2, 6)), rng.uniform(1, 10, (2, 6))
    by_row = Margin("rows", np.repeat([[0], [1]], 6, axis=1), other.sum(axis=1))
    by_column = Margin("columns", np.tile(np.arange(6), (2, 1)), other.sum(axis=0))
    found = rake(cells, [by_row, by_column])
    assert np.allclose(found.values.sum(axis=1), other.sum(axis=1))
    assert np.allclose(found.values.sum(axis=0), other.sum(axis=0))
    log = np.log(found.values / cells)
    assert np.allclose(np.diff(log[0] - log[1]), 0.0, atol=1e-6)


def test_totals_that_nearly_agree_are_scaled_and_told_others_refused():
    sexes = Margin("sex", np.array([[0, 0], [1, 1]]), np.array([49.0, 51.0]))
    ages = np.array([[0, 1], [0, 1]])
    found = rake(np.ones((2, 2)), [sexes, Margin("age", ages, np.array([60.0, 41.0]))])
    assert found.values.sum() == pytest.approx(100)
    assert found.scaled == {"age": pytest.approx(100 / 101)}
    with pytest.raises(InputError, match="within 2%"):
        rake(np.ones((2, 2)), [sexes, Margin("age", ages, np.array([80.0, 41.0]))])
    with pytest.raises(InputError, match="without people"):
        rake(np.zeros((2, 2)), [sexes])
    with pytest.raises(InputError, match="zero or more"):
        rake(np.ones((2, 2)), [Margin("sex", sexes.labels, np.array([-1.0, 3.0]))])
    part = np.array([[0, -1], [-1, -1]])
    with pytest.raises(InputError, match="contradict"):
        rake(np.ones((2, 2)), [Margin("a", part, np.array([1.0])), Margin("b", part, np.array([2.0]))])


@pytest.mark.parametrize("labels", [False, True], ids=["lowest ages", "labels"])
def test_five_year_ages_are_graduated_without_losing_anybody(labels):
    found = prepare(five_year(labels=labels), SHAPE)
    assert np.allclose(found.people, SHAPE, rtol=1e-9)  # the shape's own sums give the shape back
    other = prepare(five_year(SHAPE * np.linspace(1.2, 0.8, AGES)), SHAPE).people
    wanted = np.add.reduceat(SHAPE * np.linspace(1.2, 0.8, AGES), LOWER, axis=1)
    assert np.allclose(np.add.reduceat(other, LOWER, axis=1), wanted)
    assert found.changes["step"].tolist() == ["graduated", "open group"] * 2


def test_single_ages_stay_as_they_are_and_an_open_group_of_85_is_opened():
    single = pd.concat([rows(SHAPE[s], sex, range(AGES)) for s, sex in enumerate(("male", "female"))])
    exact = prepare(single, SHAPE * 3)
    assert np.array_equal(exact.people, SHAPE)
    assert exact.changes.empty
    open_85 = [
        rows(np.append(SHAPE[s, :85], SHAPE[s, 85:].sum()), x, range(86))
        for s, x in enumerate(("male", "female"))
    ]
    found = prepare(pd.concat(open_85), SHAPE)
    assert np.allclose(found.people, SHAPE)
    assert found.changes["step"].tolist() == ["open group", "open group"]


def test_both_sexes_together_take_the_shape_s_split_and_totals_by_sex_rule_it():
    whole = rows(np.add.reduceat(SHAPE.sum(axis=0), LOWER), "total", LOWER)
    found = prepare(whole, SHAPE)
    assert np.allclose(found.people, SHAPE)
    men, women = 1.1 * SHAPE[0].sum(), SHAPE.sum() - 1.1 * SHAPE[0].sum()
    sexes = pd.concat([rows([men], "male", ["all"]), rows([women], "female", ["all"])])
    raked = prepare(pd.concat([whole, sexes]), SHAPE)
    assert raked.people.sum(axis=1) == pytest.approx([men, women])
    assert np.allclose(np.add.reduceat(raked.people.sum(axis=0), LOWER), whole["value"])
    assert {"raked", "largest change"} <= set(raked.changes["step"])


def test_totals_by_sex_alone_take_the_ages_of_the_shape():
    only = pd.concat([rows([3000.0], "male", ["all"]), rows([2000.0], "female", ["all"])])
    found = prepare(only, SHAPE).people
    assert found.sum(axis=1) == pytest.approx([3000, 2000])
    assert np.allclose(found[0] / found[0, 0], SHAPE[0] / SHAPE[0, 0])


def test_margins_are_met_and_what_moved_is_told():
    """15+ known to be 3% fewer: met exactly, children keep their number, the report holds before and after."""
    adults = 0.97 * SHAPE[:, 15:].sum()
    known = pd.concat([rows([adults], "total", ["15+"]), rows([SHAPE[:, :15].sum()], "total", ["0-14"])])
    found = prepare(five_year(), SHAPE, margins=known)
    assert found.people[:, 15:].sum() == pytest.approx(adults)
    assert found.people[:, :15].sum() == pytest.approx(SHAPE[:, :15].sum())
    told = found.changes[found.changes["step"] == "raked"].iloc[0]
    assert (told["sex"], told["ages"]) == ("total 15+", "15-100")
    assert told["ratio"] == pytest.approx(0.97)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (rows([1.0, 2.0], "total", [5, 10]), "from age 0"),
        (rows([1.0, 2.0, 3.0], "total", [0, 5, 5]), "5 twice"),
        (rows([1.0, 2.0], "total", ["0-4", "10+"]), "gap or overlap"),
        (rows([1.0], "total", ["old"]), "5-9"),
        (rows([1.0], "men", [0]), "male, female, total"),
        (rows([-1.0], "total", [0]), "zero or more"),
        (rows([1.0, 1.0], "male", [0, 5]), "male and female"),
    ],
)
def test_tables_that_cannot_be_read_are_refused(table, message):
    with pytest.raises(InputError, match=message):
        prepare(table, SHAPE)


def test_ages_as_people_write_them():
    assert age_range(" 5 – 9 ", 101) == (5, 9)
    assert age_range("100+", 86) is None
    assert age_range("80+", 86) == (80, 85)
    assert age_range("", 101) == (0, 100)


@pytest.fixture
def country(tmp_path, wpp):
    """Files of 2024 for the engine, with a base to be written by the test."""
    names = {"mx": "mx", "asfr": "asfr", "srb": "srb"}
    return {kind: DEMOGRAPHY / f"wpp_{name}.csv" for kind, name in names.items()}


def in_file(tmp_path, wpp, lower, year=2024, sexes=True):
    people = wpp.population[wpp.population["year"] == year]
    group = np.array(lower)[np.searchsorted(lower, people["age"], side="right") - 1]
    table = people.assign(age=group, sex=people["sex"] if sexes else "total")
    path = tmp_path / "base.csv"
    table.groupby(["year", "sex", "age"], as_index=False)["value"].sum().to_csv(path, index=False)
    return path


def test_a_five_year_base_is_projected_nearly_as_the_single_age_one(tmp_path, wpp, country):
    """From five-year ages of 2024 with the life table's shape: total of 2030 within 0.05%, 5-year groups within 3%."""
    base = in_file(tmp_path, wpp, LOWER)
    report = tmp_path / "report.csv"
    common = {**country, "start": 2024, "end": 2030, "out": tmp_path / "out.csv"}
    found = run_files(base=base, report=report, **common).population
    whole = run_files(base=DEMOGRAPHY / "wpp_population_1jan.csv", **common).population
    assert float(found[-1].sum()) == pytest.approx(float(whole[-1].sum()), rel=5e-4)
    groups = [np.add.reduceat(x[-1].to_numpy(), LOWER, axis=1) for x in (found, whole)]
    assert np.abs(groups[0] / groups[1] - 1).max() < 0.03
    told = pd.read_csv(report)
    assert told["step"].tolist() == ["graduated", "open group"] * 2
    assert told["after"].sum() == pytest.approx(wpp.population.query("year == 2024")["value"].sum())


def test_other_years_zero_migration_and_totals_by_sex_alone(tmp_path, wpp, country):
    """A base of 1990 by sex alone, spread with the shape of that year's population, no migration: it runs."""
    base = tmp_path / "base.csv"
    sums = wpp.population.query("year == 1990").groupby("sex")["value"].sum()
    pd.DataFrame({"year": 1990, "sex": sums.index, "age": "all", "value": sums.to_numpy()}).to_csv(
        base, index=False
    )
    shape = DEMOGRAPHY / "wpp_population_1jan.csv"
    common = {**country, "start": 1990, "end": 1995, "out": tmp_path / "out.csv"}
    found = run_files(base=base, shape=shape, **common)
    whole = run_files(base=shape, **common)
    assert np.allclose(found.population, whole.population, rtol=1e-9)
    assert float(np.abs(found.migration).sum()) == 0.0


def test_margins_of_a_file_are_met(tmp_path, wpp, country):
    base = in_file(tmp_path, wpp, LOWER, sexes=False)
    margins, report = tmp_path / "margins.csv", tmp_path / "report.csv"
    margins.write_text(
        "year,sex,age,value\n2024,total,60+,15000000\n2024,male,all,50500000\n", encoding="utf-8"
    )
    common = {**country, "start": 2024, "end": 2025, "out": tmp_path / "out.csv"}
    found = run_files(base=base, margins=margins, report=report, **common).population[0]
    assert float(found.sel(sex="male").sum()) == pytest.approx(50_500_000)
    assert "raked" in set(pd.read_csv(report)["step"])


def test_bad_files_of_groups_are_named(tmp_path, wpp, country):
    base, margins = in_file(tmp_path, wpp, LOWER), tmp_path / "margins.csv"
    common = {**country, "start": 2024, "end": 2025, "out": tmp_path / "out.csv", "base": base}
    margins.write_text(
        "year,sex,age,value\n2024,men,60+,1\n2024,male,sixty,1\n2024,male,60+,x\n", encoding="utf-8"
    )
    with pytest.raises(InputError) as error:
        run_files(margins=margins, **common)
    assert [(p.line, p.field) for p in error.value.problems] == [(2, "sex"), (3, "age"), (4, "value")]
    margins.write_text("year,sex,age,value\n2023,male,60+,1\n", encoding="utf-8")
    with pytest.raises(InputError, match="no rows for 2024"):
        run_files(margins=margins, **common)
    margins.write_text("year,sex,age\n2024,male,60+\n", encoding="utf-8")
    with pytest.raises(InputError, match="no such column"):
        run_files(margins=margins, **common)
    margins.write_text(
        "year,sex,age,value\n2024,male,all,9\n2024,female,all,9\n2024,total,all,999\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match=r"margins.csv.*(contradict|within 2%)"):
        run_files(margins=margins, **common)
    with pytest.raises(InputError, match=r"base.csv.*from age 0"):
        run_files(**{**common, "base": in_file(tmp_path, wpp, [5, 10, 20, 80])})
