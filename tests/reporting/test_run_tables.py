"""Tables of a run, from its folder or from memory, the same way."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bhxh_forecast.errors import InputError
from bhxh_forecast.reporting.page import Page, open_page
from bhxh_forecast.reporting.run_tables import TABLES, RunTables
from tests.sample_run import sample_frames, sample_manifest


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


class Computed:
    """A projection that gives the sample tables of one scenario."""

    def __init__(self, scenario: str) -> None:
        self._scenario = scenario

    def manifest_info(self) -> dict[str, Any]:
        names = ("as_of", "until", "seed", "draws", "random", "frozen", "posterior")
        return {name: sample_manifest()[name] for name in names}

    def __getattr__(self, table: str) -> Callable[[], pd.DataFrame]:
        frame = sample_frames()[table]
        return lambda: frame[frame["scenario"] == self._scenario] if "scenario" in frame.columns else frame


def test_without_a_run_folder_the_notebook_computes_for_itself_and_the_baseline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: dict[str, Any] = {}

    def simulate_many(names: list[str], **settings: Any) -> dict[str, Computed]:
        asked.update(settings, names=names)
        return {name: Computed(name) for name in names}

    monkeypatch.setattr("bhxh_forecast.simulation.simulate_many", simulate_many)
    page = open_page("subsidy_raise", "reference", 50, 7, "2026-07-15", 2030, "en", "")
    assert asked["names"] == ["subsidy_raise", "current_policy"]
    assert (asked["world"], asked["draws"], asked["seed"], asked["until"]) == ("reference", 50, 7, 2030)
    assert asked["inputs"].as_of == date(2026, 7, 15)
    assert page.run.scenarios == ["subsidy_raise", "current_policy"]
    assert set(page.table("targets")["scenario"]) == {"subsidy_raise"}
    assert page.title_of("worlds", "reference")
