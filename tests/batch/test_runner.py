"""A run: everything that was asked for, once, and nothing half-done."""

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from bhxh_forecast.batch.journal import KEPT
from bhxh_forecast.batch.lock import FolderLock, FolderLockedError
from bhxh_forecast.batch.runner import run
from bhxh_forecast.batch.tables import TABLES
from bhxh_forecast.errors import InputError
from tests.batch.fakes import Project

MANIFEST_KEYS = [
    "schema_version", "run_id", "started", "finished", "status", "seed", "draws", "as_of", "until", "scenarios",
    "worlds", "languages", "code", "python", "packages", "inputs", "posterior", "law_vintage", "random", "frozen",
    "jobs", "outputs",
]  # fmt: skip


def test_a_run_writes_the_files_of_the_contract(project: Project) -> None:
    outcome = run(project.options(languages=("vi", "en")), project.model)
    assert outcome.exit_code == 0
    names = set(project.files())
    for scenario in ("current_policy", "combined"):
        assert {f"{scenario}/report.vi.html", f"{scenario}/report.en.html"} <= names
        assert f"{scenario}/tables/targets.csv" in names
        assert f"{scenario}/notebooks/04_budget.en.ipynb" in names
    assert {"index.html", "tables/targets.parquet", "shared/05_comparison.vi.html"} <= names


def test_the_manifest_has_the_keys_of_the_contract_and_the_hash_of_every_file(project: Project) -> None:
    run(project.options(), project.model)
    manifest = json.loads((project.out / "manifest.json").read_text(encoding="utf-8"))
    assert list(manifest) == MANIFEST_KEYS
    assert manifest["status"] == "done"
    assert set(manifest["outputs"]) == set(project.files())
    assert {job["status"] for job in manifest["jobs"]} == {"done"}
    assert "data/rate.csv" in manifest["inputs"]


def test_a_second_run_with_nothing_changed_does_nothing(project: Project) -> None:
    run(project.options(), project.model)
    before = project.files()
    stamps = {name: (project.out / name).stat().st_mtime_ns for name in before}
    outcome = run(project.options(), project.model)
    assert len(project.chain.calls) == 1
    assert {result.status for result in outcome.results.values()} == {"unchanged"}
    assert project.files() == before
    assert {name: (project.out / name).stat().st_mtime_ns for name in before} == stamps


def test_the_same_run_elsewhere_has_the_same_bytes(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    run(project.options(), project.model)
    first = project.files()
    monkeypatch.setenv("BHXH_CACHE", str(project.out.parent / "another-cache"))
    project.out = project.out.parent / "a {deeper} folder" / "run"
    run(project.options(), project.model)
    assert project.files() == first
    assert len(project.chain.calls) == 2


def test_a_changed_byte_of_the_data_is_computed_again(project: Project) -> None:
    run(project.options(), project.model)
    project.rate.write_text("0.4", encoding="utf-8")
    outcome = run(project.options(), project.model)
    assert len(project.chain.calls) == 2
    assert outcome.results["projection/combined"].reason == "changed: data data/rate.csv"


def test_a_changed_scenario_reruns_only_what_shows_it(project: Project) -> None:
    run(project.options(), project.model)
    (project.data / "scenarios" / "combined.yaml").write_text("3", encoding="utf-8")
    outcome = run(project.options(), project.model)
    assert project.chain.calls[1:] == [("reference", ("combined",))]
    assert outcome.results["notebook/04_budget/current_policy/vi"].status == "unchanged"
    assert outcome.results["notebook/04_budget/combined/vi"].status == "done"
    assert outcome.results["notebook/05_comparison/shared/vi"].status == "done"


def test_fixed_assumptions_are_measured_once_for_the_same_data_and_seed(project: Project) -> None:
    measured = []

    def measure(inputs: object, *, world: Any, seed: int, until: int) -> pd.DataFrame:
        measured.append((world.name, seed))
        return pd.DataFrame(columns=TABLES["assumption_effects"].columns)

    model = replace(project.model, fixed_effects=measure)
    for changes in ({}, {"draws": 20}, {"seed": 2}):
        assert run(project.options(only_tables=True, **changes), model).exit_code == 0
    assert measured == [("reference", 20181116), ("reference", 2)]
    project.rate.write_text("0.4", encoding="utf-8")
    run(project.options(only_tables=True), model)
    assert len(measured) == 3


def test_a_deleted_or_damaged_file_of_the_folder_comes_back(project: Project) -> None:
    run(project.options(), project.model)
    before = project.files()
    (project.out / "index.html").unlink()
    (project.out / "combined" / "report.vi.html").write_text("scribble", encoding="utf-8")
    run(project.options(), project.model)
    assert project.files() == before
    assert len(project.chain.calls) == 1


def test_a_damaged_stored_result_is_made_again(project: Project) -> None:
    run(project.options(), project.model)
    before = project.files()
    for stored in (project.out.parent / "cache").rglob("*.html"):
        stored.write_text("damaged", encoding="utf-8")
    (project.out / "index.html").unlink()
    outcome = run(project.options(), project.model)
    assert outcome.results["index"].status == "done"
    assert project.files() == before


def test_worlds_have_their_own_folders_and_the_reference_has_no_suffix(project: Project) -> None:
    run(project.options(worlds=("reference", "downturn")), project.model)
    names = set(project.files())
    assert {"combined/report.vi.html", "combined@downturn/report.vi.html"} <= names
    assert "shared@downturn/02_population_and_workforce.vi.html" in names
    assert "shared@downturn/05_comparison.vi.html" not in names


def test_the_index_does_not_link_what_an_earlier_run_left(project: Project) -> None:
    run(project.options(languages=("vi", "en")), project.model)
    project.write_notebook("04_budget", "if scenario == 'combined': 1 / 0")
    run(project.options(languages=("vi", "en")), project.model)
    page = (project.out / "index.html").read_text(encoding="utf-8")
    assert "current_policy/report.vi.html" in page
    assert "combined/report.vi.html" not in page


def test_only_tables_writes_no_document_and_removes_those_of_another_run(project: Project) -> None:
    run(project.options(), project.model)
    mine = project.out / "combined" / "my notes.txt"
    mine.write_text("keep me", encoding="utf-8")
    run(project.options(only_tables=True), project.model)
    names = set(project.files())
    assert not [name for name in names if name.endswith((".html", ".ipynb"))]
    assert "combined/my notes.txt" in names
    assert len(project.chain.calls) == 1


def test_a_failing_notebook_keeps_its_partial_output_and_stops_no_other(project: Project) -> None:
    project.write_notebook(
        "04_budget", "print('as far as here')", "if scenario == 'combined': 1 / 0", "print('end')"
    )
    outcome = run(project.options(), project.model)
    assert outcome.exit_code == 1
    assert outcome.manifest["status"] == "failed"
    failed = outcome.results["notebook/04_budget/combined/vi"]
    assert (failed.status, failed.reason) == ("failed", "ZeroDivisionError: division by zero")
    text = (project.out / "combined" / "notebooks" / "04_budget.vi.ipynb").read_text(encoding="utf-8")
    assert "as far as here" in text
    assert "division by zero" in text
    assert outcome.results["report/combined/vi"].status == "skipped"
    assert outcome.results["report/current_policy/vi"].status == "done"
    assert outcome.results["index"].status == "done"


def test_a_mended_notebook_completes_the_run(project: Project) -> None:
    project.write_notebook("04_budget", "1 / 0")
    run(project.options(), project.model)
    project.write_notebook("04_budget", "1 / 1")
    outcome = run(project.options(), project.model)
    assert outcome.exit_code == 0
    assert len(project.chain.calls) == 1
    assert outcome.results["notebook/03_coverage_and_targets/combined/vi"].status == "unchanged"


def test_a_notebook_that_kills_its_process_fails_alone(project: Project) -> None:
    project.write_notebook("05_comparison", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    outcome = run(project.options(), project.model)
    assert outcome.results["notebook/05_comparison/shared/vi"].reason == "the process was killed by SIGKILL"
    assert [result.id for result in outcome.failed] == [
        "notebook/05_comparison/shared/vi",
        "page/05_comparison/shared/vi",
    ]


def test_notebooks_do_not_see_each_other(lone_project: Project) -> None:
    project = lone_project
    project.write_notebook("01_history_and_data", "import builtins\nbuiltins.left_behind = 1")
    project.write_notebook("05_comparison", "import builtins\nassert not hasattr(builtins, 'left_behind')")
    assert run(project.options(workers=1), project.model).exit_code == 0


def test_a_model_that_fails_in_one_world_leaves_the_others(project: Project) -> None:
    project.chain.broken_world = "downturn"
    outcome = run(project.options(worlds=("reference", "downturn")), project.model)
    assert outcome.exit_code == 1
    assert (
        outcome.results["projection/combined@downturn"].reason
        == "RuntimeError: the population does not add up"
    )
    assert outcome.results["report/combined/vi"].status == "done"


def test_a_model_that_fails_for_one_scenario_leaves_the_others(project: Project) -> None:
    project.chain.broken_scenario = "combined"
    outcome = run(project.options(), project.model)
    assert outcome.results["projection/combined"].reason == "RuntimeError: the budget does not add up"
    assert outcome.results["report/current_policy/vi"].status == "done"
    assert outcome.results["report/combined/vi"].status == "skipped"
    assert outcome.exit_code == 1
    assert "['current_policy']" in (project.out / "index.html").read_text(encoding="utf-8")
    project.chain.broken_scenario = ""
    assert run(project.options(), project.model).exit_code == 0


def test_two_runs_do_not_write_into_one_folder(project: Project) -> None:
    with FolderLock(project.out), pytest.raises(FolderLockedError, match=r"another run .* is writing here"):
        run(project.options(), project.model)
    assert run(project.options(only_tables=True), project.model).exit_code == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"scenarios": ("combned",)}, "did you mean combined?"),
        ({"worlds": ("downtrn",)}, "did you mean downturn?"),
        ({"draws": 0}, "draws"),
        ({"until": 1990}, "until"),
        ({"languages": ("fr",)}, "lang"),
    ],
)
def test_bad_input_is_named_before_anything_is_written(project: Project, changes: dict, message: str) -> None:
    with pytest.raises(InputError, match=message.replace("?", r"\?")):
        run(project.options(**changes), project.model)
    assert not project.out.exists()


def test_a_notebook_without_one_of_the_parameters_is_refused_before_a_kernel_starts(project: Project) -> None:
    project.write_notebook("04_budget", parameters={"scenaro": "x", "world": "", "draws": 1})
    with pytest.raises(InputError, match="did you mean scenaro"):
        run(project.options(), project.model)
    assert not project.chain.calls


SHOWING = "from bhxh_forecast.reporting.page import open_page\n" + (
    "page = open_page(scenario, world, draws, seed, as_of, until, lang, run_dir)"
)


def test_a_document_is_made_again_only_when_what_it_looked_at_changed(project: Project) -> None:
    """A changed rate moves targets and money here; people, and the law that one page quotes, stay as they are."""
    (project.data / "law").mkdir()
    (project.data / "law" / "rates.yaml").write_text("a: 1", encoding="utf-8")
    project.chain.still = ("population",)
    project.write_notebook("02_population_and_workforce", SHOWING, "len(page.table('population'))")
    project.write_notebook("01_history_and_data", SHOWING, "page.run.manifest['draws']")
    project.write_notebook("05_comparison", SHOWING, "len(page.table('targets'))")
    run(project.options(), project.model)
    project.rate.write_text("0.4", encoding="utf-8")
    outcome = run(project.options(), project.model)
    status = {name.split("/")[1]: result for name, result in outcome.results.items() if "notebook/" in name}
    assert status["02_population_and_workforce"].status == "unchanged"
    assert status["01_history_and_data"].status == "unchanged"
    assert outcome.results["page/01_history_and_data/shared/vi"].status == "unchanged"
    assert status["05_comparison"].status == "done"
    changed = "changed: tables projection/combined targets, tables projection/current_policy targets"
    assert status["05_comparison"].reason == changed
    assert status["04_budget"].status == "done"  # imports pandas: it may look at anything


def test_every_job_says_why_it_ran_or_not(project: Project) -> None:
    first = run(project.options(), project.model)
    assert {result.reason for result in first.results.values()} == {"new"}
    again = run(project.options(), project.model)
    assert {result.reason for result in again.results.values()} == {KEPT}
    project.write_notebook("04_budget", "1 + 1")
    third = run(project.options(), project.model)
    assert third.results["notebook/04_budget/combined/vi"].reason == "changed: notebook"
    assert third.results["report/combined/vi"].reason == "changed: documents notebook/04_budget/combined/vi"
