"""What a run consists of, and what each piece depends on."""

from pathlib import Path

import pytest

from bhxh_forecast.batch import keys
from bhxh_forecast.batch.context import home
from bhxh_forecast.batch.plan import NOTEBOOKS, plan
from bhxh_forecast.reporting.notebooks import NAMES

NINE = [f"scenario_{i}" for i in range(9)]


def test_jobs_are_scenario_by_world_by_notebook_by_language() -> None:
    jobs = plan(NINE, ["reference", "downturn"], ["vi", "en"])
    notebooks = [job for job in jobs if job.kind == "notebook"]
    assert len(notebooks) == 2 * (
        9 * 2 * 2 + 2 + 4
    )  # 03 and 04 per scenario, 02 per world, 01, 05, 06 and 07 per run
    assert len([job for job in jobs if job.kind == "report"]) == 9 * 2 * 2
    assert len({job.id for job in jobs}) == len(jobs)
    assert len({job.output for job in jobs}) == len(jobs)


def test_every_job_comes_after_those_it_needs() -> None:
    seen: set[str] = set()
    for job in plan(NINE, ["reference", "downturn"], ["vi"]):
        assert set(job.needs) | set(job.reads) <= seen
        seen.add(job.id)


def test_the_plan_knows_the_notebooks_that_exist() -> None:
    assert set(NAMES) - set(NOTEBOOKS) == {"10_story_voluntary"}  # told on demand: `bhxh story`
    assert set(NOTEBOOKS) <= set(NAMES)
    assert all((home() / "notebooks" / f"{name}.ipynb").is_file() for name in NOTEBOOKS)


def test_a_key_changes_with_every_source_file_of_the_model_and_with_no_other(tmp_path: Path) -> None:
    for name in ("coverage/voluntary.py", "reporting/fmt.py", "notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("a = 1")

    def digests() -> tuple[str, str]:
        keys.source_digest.cache_clear()
        return keys.source_digest(tmp_path), keys.source_digest(tmp_path, model_only=True)

    whole, model = digests()
    (tmp_path / "notes.txt").write_text("other")
    assert digests() == (whole, model)
    (tmp_path / "reporting" / "fmt.py").write_text("a = 2")
    changed, same = digests()
    assert (changed != whole, same) == (True, model)
    (tmp_path / "coverage" / "voluntary.py").write_text("a = 2")
    assert digests()[1] != model


def test_versions_leave_out_what_is_not_installed() -> None:
    assert list(keys.versions(["numpy", "no-such-package"])) == ["numpy"]


def test_the_project_is_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BHXH_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    assert (home() / "pyproject.toml").is_file()
    monkeypatch.setenv("BHXH_HOME", str(tmp_path))
    assert home() == tmp_path
