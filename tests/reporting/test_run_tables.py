"""Tables of a run, from its folder or from memory, the same way."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from bhxh_forecast.errors import InputError
from bhxh_forecast.reporting.page import Page
from bhxh_forecast.reporting.run_tables import TABLES, RunTables


@pytest.mark.parametrize("name", TABLES)
def test_folder_and_memory_give_the_same_rows(run: RunTables, run_folder: Path, name: str) -> None:
    from_folder = RunTables(run_folder).table(name, "current_policy")
    pd.testing.assert_frame_equal(from_folder, run.table(name, "current_policy"))


def test_a_scenario_is_read_alone_and_a_table_is_the_callers_own(run_folder: Path) -> None:
    run = RunTables(run_folder)
    first = run.table("targets", "subsidy_raise")
    assert set(first["scenario"]) == {"subsidy_raise"}
    first["year"] = 0
    assert run.table("targets", "subsidy_raise")["year"].min() == 2021
    assert set(run.table("targets")["scenario"]) == {"current_policy", "subsidy_raise"}


def test_dates_are_dates(run_folder: Path) -> None:
    run = RunTables(run_folder)
    assert run.as_of == date(2026, 7, 15)
    assert run.table("coverage", "current_policy")["date"].dt.month.between(1, 12).all()


def test_an_unknown_table_or_folder_is_named(run: RunTables, run_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="budget"):
        run.table("budgets")
    with pytest.raises(InputError, match="manifest"):
        _ = RunTables(tmp_path).manifest
    with pytest.raises(InputError, match="reference"):
        RunTables.open(run_folder, "current_policy", "referense", 400, 1, None, 2030)
    with pytest.raises(KeyError):
        run.entry("scenarios", "nothing")
    with pytest.raises(InputError, match="table"):
        RunTables(frames={}, manifest={}).table("budget")


def test_a_counterfactual_says_so_in_its_title(run: RunTables) -> None:
    manifest = dict(run.manifest)
    manifest["scenarios"] = [dict(entry) | {"counterfactual": True} for entry in manifest["scenarios"]]
    page = Page(RunTables(frames={}, manifest=manifest), "current_policy", "reference", "vi")
    assert page.scenario_title.endswith(f"({page.text('scenario.counterfactual')})")


def test_the_notebook_reads_the_data_of_the_run(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BHXH_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(InputError, match="nowhere"):
        _ = RunTables(run_folder).inputs
