"""What has been run can be listed, asked in SQL and pruned."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from bhxh_forecast.batch.query import query
from bhxh_forecast.batch.runner import run
from bhxh_forecast.batch.runs import FACTS, Runs
from bhxh_forecast.cli import BAD_INPUT, DONE, call
from bhxh_forecast.errors import InputError
from tests.batch.fakes import Project


@pytest.fixture
def store(project: Project, tmp_path: Path) -> Path:
    """Three runs into one folder: two different ones, and one in which nothing changed."""
    for rate in ("0.3", "0.4", "0.4"):
        project.rate.write_text(rate, encoding="utf-8")
        run(project.options(only_tables=True), project.model)
        time.sleep(1.05)  # run ids count seconds
    return tmp_path / "cache"


def test_every_run_that_differs_is_kept_with_its_own_numbers(store: Path, project: Project) -> None:
    runs = Runs(store).all()
    assert len(runs) == 2
    assert runs[0].id > runs[1].id
    assert runs[0].facts["scenarios"] == ["current_policy", "combined"]
    found = query(
        "select r.run_id, t.p50 from targets t join runs r using (run_id) where t.scenario = 'combined' "
        "and t.year = 2025 order by r.started",
        store,
    )
    assert found["run_id"].tolist() == [runs[1].id, runs[0].id]
    seed = project.options().seed / 3
    assert found["p50"].tolist() == [0.3 * 2 + seed, 0.4 * 2 + seed]


@pytest.fixture
def one_run(project: Project, tmp_path: Path) -> Path:
    run(project.options(only_tables=True), project.model)
    return tmp_path / "cache"


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("select * from targts", "found targts; .*did you mean targets"),
        ("select probabilty from targets", 'Candidate bindings: "probability"'),
        ("drop view runs", "found DROP; allowed one question"),
        ("select 1; select 2", "found SELECT, SELECT"),
        ("copy targets to 'x.csv'", "found COPY"),
        ("select * from read_text('/etc/hostname')", "Permission Error"),
        ("selct 1", "syntax error"),
    ],
)
def test_a_wrong_question_or_one_that_does_more_than_ask_is_refused(
    one_run: Path, sql: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        query(sql, one_run)


def test_pruning_keeps_the_newest_and_a_damaged_run_is_passed_over(store: Path) -> None:
    newest, old = Runs(store).all()
    (newest.folder / FACTS).write_text("{", encoding="utf-8")
    assert [run.id for run in Runs(store).all()] == [old.id]
    assert Runs(store).prune(1, older_than=1.0) == []
    assert Runs(store).prune(1) == [old.id]
    assert newest.folder.is_dir()
    assert not old.folder.exists()


def test_the_commands_answer_in_text_csv_and_json(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def said(*words: str, code: int = DONE) -> str:
        assert call(words) == code
        return capsys.readouterr().out

    ids = [run.id for run in Runs(store).all()]
    listed: dict[str, Any] = json.loads(said("query", "--runs", "--json"))
    assert [row["run_id"] for row in listed["rows"]] == ids
    assert ids[0] in said("runs", "list")
    assert said("query", "select count(*) as n from runs", "--csv") == "n\n2\n"
    assert said("query", "select 1 as a where false") == "no rows\n"
    said("query", code=BAD_INPUT)
    said("query", "select x", "--runs", code=BAD_INPUT)
    assert json.loads(said("runs", "prune", "--keep", "1", "--json")) == {"removed": ids[1:]}
    assert said("runs", "prune", "--keep", "0") == "1 runs removed\n"
    assert "no rows" in said("query", "--runs")
