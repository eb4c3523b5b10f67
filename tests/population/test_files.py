"""`bhxh population`: files in, file out, and bad files named with line and column."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bhxh_forecast.errors import InputError
from bhxh_forecast.population import Rates, project
from bhxh_forecast.population.files import read_long, run_files

AGES = 4
DEMOGRAPHY = Path(__file__).parents[2] / "data" / "demography"


@pytest.fixture
def files(tmp_path):
    """A small country: years 2000-2001, ages 0-3, extra columns, rows in any order."""
    cells = [(y, s, a) for y in (2000, 2001) for s in ("female", "male") for a in range(AGES)]
    frame = pd.DataFrame(cells, columns=["year", "sex", "age"])
    paths = {}
    for name, values in (("base", 100.0), ("mx", 0.1), ("migration", -2.0)):
        paths[name] = tmp_path / f"{name}.csv"
        frame.assign(source="toy", value=values).to_csv(paths[name], index=False)
    paths["asfr"] = tmp_path / "asfr.csv"
    pd.DataFrame({"year": [2000, 2001], "age": [2, 2], "value": [0.3, 0.3]}).to_csv(
        paths["asfr"], index=False
    )
    for name, value in (("srb", 1.05), ("births", 42.0)):
        paths[name] = tmp_path / f"{name}.csv"
        pd.DataFrame({"year": [2000, 2001], "value": value}).to_csv(paths[name], index=False)
    return paths


def test_the_file_holds_what_the_engine_gives(files, tmp_path):
    out = tmp_path / "new" / "out.csv"
    run_files(**files, start=2000, end=2002, out=out)
    assert out.read_bytes().startswith(b"year,sex,age,value\n2000,male,0,100\n")
    table = pd.read_csv(out)
    assert len(table) == 3 * 2 * AGES
    tables = {k: pd.read_csv(p) for k, p in files.items()}
    rates = Rates.from_long(
        mx=tables["mx"],
        asfr=tables["asfr"],
        srb=tables["srb"],
        net_migration=tables["migration"],
        births=tables["births"],
    )
    wanted = project(tables["base"], rates, start=2000, end=2002).population
    assert np.allclose(table["value"], wanted.to_numpy().ravel(), rtol=1e-9)


def test_migration_and_births_may_be_left_out(files, tmp_path):
    del files["migration"], files["births"]
    result = run_files(**files, start=2000, end=2001, out=tmp_path / "out.csv")
    assert float(np.abs(result.migration).sum()) == 0


@pytest.mark.parametrize(
    ("column", "text", "place", "allowed"),
    [
        ("sex", "men", "3:6: sex: found 'men'", "male, female"),
        ("value", "12o", "3:19: value: found '12o'", "a number, zero or more"),
        ("value", "-3", "3:19: value: found '-3'", "a number, zero or more"),
        ("age", "1.5", "3:13: age: found '1.5'", "a whole age"),
    ],
)
def test_a_bad_cell_is_named_with_line_and_column(files, tmp_path, column, text, place, allowed):
    frame = pd.read_csv(files["base"], dtype=str)
    frame.loc[1, column] = text
    frame.to_csv(files["base"], index=False)
    with pytest.raises(InputError) as error:
        run_files(**files, start=2000, end=2001, out=tmp_path / "out.csv")
    assert f"{files['base']}:{place}" in str(error.value)
    assert allowed in str(error.value)
    assert not (tmp_path / "out.csv").exists()


def test_all_bad_cells_are_told_at_once(files):
    frame = pd.read_csv(files["mx"], dtype=str)
    frame.loc[[0, 2], "value"] = "?"
    frame.to_csv(files["mx"], index=False)
    with pytest.raises(InputError) as error:
        read_long(files["mx"], ("year", "sex", "age"))
    assert [p.line for p in error.value.problems] == [2, 4]


def test_missing_columns_years_cells_and_files_are_told(files, tmp_path):
    with pytest.raises(InputError, match="no such column"):
        read_long(files["srb"], ("year", "age"))
    with pytest.raises(InputError, match="readable"):
        read_long(tmp_path / "none.csv", ("year",))
    with pytest.raises(InputError, match=r"mx.csv:.*no rows for 2002"):
        run_files(**files, start=2000, end=2004, out=tmp_path / "out.csv")
    with pytest.raises(InputError, match="2001 or later"):
        run_files(**files, start=2001, end=2000, out=tmp_path / "out.csv")
    frame = pd.read_csv(files["mx"])
    frame.drop(index=1).to_csv(files["mx"], index=False)
    with pytest.raises(InputError, match=r"mx.csv:.*cells missing"):
        run_files(**files, start=2000, end=2001, out=tmp_path / "out.csv")
    pd.concat([frame, frame.head(1)]).to_csv(files["mx"], index=False)
    with pytest.raises(InputError, match="a second time"):
        run_files(**files, start=2000, end=2001, out=tmp_path / "out.csv")


def test_the_un_projection_comes_out_of_files(tmp_path, wpp):
    """From the published files alone: totals within 0.01% in 2030 and 2100, ages 0-89 within 0.05% in 2030."""
    names = {"base": "population_1jan", "mx": "mx", "asfr": "asfr", "srb": "srb", "births": "births"}
    given = {kind: DEMOGRAPHY / f"wpp_{name}.csv" for kind, name in names.items()}
    out = tmp_path / "out.csv"
    run_files(**given, migration=DEMOGRAPHY / "wpp_net_migration.csv", start=2024, end=2100, out=out)
    cells = ["year", "sex", "age"]
    both = pd.read_csv(out).merge(wpp.population, on=cells, suffixes=("", "_published"))
    assert len(both) == 77 * 2 * 101
    totals = both.groupby("year")[["value", "value_published"]].sum()
    error = totals["value"] / totals["value_published"] - 1
    assert error.loc[[2030, 2100]].abs().max() < 1e-4
    in_2030 = both[(both["year"] == 2030) & (both["age"] < 90)]
    assert (in_2030["value"] / in_2030["value_published"] - 1).abs().max() < 5e-4


def test_births_and_sex_ratio_files_are_the_annual_series(wpp):
    for name, column, scale in (("births", "births_thousand", 1000), ("srb", "srb", 1)):
        table = pd.read_csv(DEMOGRAPHY / f"wpp_{name}.csv").set_index("year")["value"]
        assert np.allclose(table, wpp.annual[column] * scale, rtol=1e-9)
