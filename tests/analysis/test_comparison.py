"""Two runs side by side: what differs is named, what moved is shown, and the steps between them lead from A to B."""

import json
import shutil
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bhxh_forecast.analysis.comparison import Comparison, causes, compare
from bhxh_forecast.analysis.retrace import matches, retrace
from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs import Inputs, load_inputs
from bhxh_forecast.inputs.folder import DataFolder
from bhxh_forecast.reporting.answers_compare import comparison_answer
from bhxh_forecast.results.projection import Projection
from bhxh_forecast.simulation import simulate
from tests.sample_run import sample_manifest

SEED = 20181116


@cache
def inputs() -> Inputs:
    return load_inputs()


def manifest(draws: int, **changes: Any) -> dict[str, Any]:
    files = DataFolder().hashes()
    entry = {"name": "current_policy", "title": {}, "description": {}}
    own = {"run_id": f"run-{draws}", "seed": SEED, "draws": draws, "inputs": files, "scenarios": [entry]}
    return sample_manifest() | own | changes


@cache
def simulated(draws: int) -> Projection:
    return simulate(draws=draws, inputs=inputs())


def write_run(folder: Path, draws: int, **changes: Any) -> Path:
    run = simulated(draws)
    (folder / "tables").mkdir(parents=True)
    run.targets().to_parquet(folder / "tables" / "targets.parquet", index=False)
    run.budget().to_parquet(folder / "tables" / "budget.parquet", index=False)
    (folder / "manifest.json").write_text(json.dumps(manifest(draws, **changes)), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same but for the number of draws."""
    root = tmp_path_factory.mktemp("runs")
    return write_run(root / "a", 64), write_run(root / "b", 160)


def test_a_run_is_the_same_as_itself(runs: tuple[Path, Path]) -> None:
    found = compare(runs[0], runs[0])
    assert found.same
    assert (found.targets["change"] == 0).all()
    assert not found.targets["clear"].any()
    assert (found.budget["change"] == 0).all()


def test_what_differs_is_sorted_into_data_law_parameters_code_and_draws() -> None:
    a = manifest(64)
    b = deepcopy(a) | {"as_of": "2026-09-30", "seed": 7, "code": a["code"] | {"commit": "1111111"}}
    b["inputs"] = dict(b["inputs"])
    b["inputs"].pop("data/units.yaml")
    b["inputs"] |= {
        "data/law/compulsory.yaml": "x",
        "data/observations/observations.csv": "y",
        "data/new.csv": "z",
    }
    b["packages"] = {"numpy": "9.9"}
    found = {cause.kind: cause.items for cause in causes(a, b)}
    assert found["law"] == ("data/law/compulsory.yaml: changed",)
    assert found["data"] == (
        "data/new.csv: added",
        "data/observations/observations.csv: changed",
        "data/units.yaml: removed",
    )
    assert found["parameters"] == ("as_of: 2026-07-15 -> 2026-09-30",)
    assert found["draws"] == (f"seed: {SEED} -> 7",)
    assert found["code"] == ("code.commit: 0000000 -> 1111111", "package numpy: None -> 9.9")


def test_what_moved_is_the_difference_of_the_tables(runs: tuple[Path, Path]) -> None:
    found = compare(*runs)
    assert not found.same
    one, other = (simulated(n) for n in (64, 160))
    total = found.budget[(found.budget["programme"] == "total") & (found.budget["fiscal_year"] == 2030)].iloc[
        0
    ]
    means = [run.inner.budget.programme("total")[-1].mean() for run in (one, other)]
    assert total[["mean_a", "mean_b"]].to_list() == pytest.approx(means)
    rows = found.targets[(found.targets["target_id"] == "si_coverage") & found.targets["as_written"]]
    assert (rows["change"] == rows["probability_b"] - rows["probability_a"]).all()
    assert (found.targets["error"] >= 0).all()


def test_the_steps_lead_from_one_run_to_the_other(stepped: Comparison) -> None:
    steps = {step.kind: step for step in stepped.steps}
    assert list(steps) == ["run_a", "code", "data", "law", "parameters", "draws", "run_b"]
    for kind in ("code", "data", "law", "parameters"):  # nothing of it differs: nothing moves
        assert steps[kind].probability == steps["run_a"].probability, kind
        assert steps[kind].cost == pytest.approx(steps["run_a"].cost)
    assert steps["draws"].probability == steps["run_b"].probability
    assert steps["draws"].cost == pytest.approx(steps["run_b"].cost)
    assert steps["draws"].cost != pytest.approx(steps["run_a"].cost, rel=1e-9)


def test_a_folder_that_is_not_the_runs_is_not_used(runs: tuple[Path, Path], tmp_path: Path) -> None:
    a, b = manifest(64), manifest(160)
    other = deepcopy(a)
    other["inputs"] = {**a["inputs"], "data/units.yaml": "another"}
    assert matches(DataFolder().root, a)
    assert not matches(DataFolder().root, other)
    found = compare(*runs)
    tables = (found.targets, found.budget)
    steps = retrace(a, other, "current_policy", "vsi_coverage", tables, (None, None))
    assert [step.probability is None for step in steps] == [False, True, False]
    assert "not that of run B" in steps[1].note
    merged = retrace(other, b, "no_such", "vsi_coverage", tables, (None, None))  # quick: nothing can be run
    assert [step.kind for step in merged] == ["run_a", "code+data+law", "parameters", "draws", "run_b"]
    assert all("no_such" in step.note for step in merged)


def test_folders_that_hold_no_run_are_refused(runs: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no manifest\.json"):
        compare(tmp_path, runs[0])
    (tmp_path / "manifest.json").write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match="a file that is no manifest"):
        compare(runs[0], tmp_path)
    shutil.copy(runs[0] / "manifest.json", tmp_path)
    with pytest.raises(InputError, match="no such table"):
        compare(runs[0], tmp_path)


@pytest.fixture(scope="module")
def stepped(runs: tuple[Path, Path]) -> Comparison:
    return compare(*runs, rerun=True)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_words(stepped: Comparison, lang: str) -> None:
    found = stepped
    answer = comparison_answer(found, lang, "current_policy")
    text = answer.text(200)
    assert "nan" not in text
    assert "run-64" in text
    assert all(row[1] for row in answer.grids[0].rows)  # every share with its base
    assert json.dumps(found.as_dict(), default=str)
