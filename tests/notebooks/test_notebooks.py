"""Notebooks report and compute nothing; their named cells hold what the tables say."""

import ast
import json
from pathlib import Path
from typing import Any

import jupytext
import pytest

from bhxh_forecast.analysis.people_draws import PeopleDraws
from bhxh_forecast.analysis.pools import pool_draws, summarised
from bhxh_forecast.errors import InputError
from bhxh_forecast.reporting import people_view
from bhxh_forecast.reporting.notebooks import DESK, NAMES, ON_DEMAND, generate, notebook_json, stale
from bhxh_forecast.reporting.page import open_page
from bhxh_forecast.reporting.parameters import NotebookParameters, check_parameters
from bhxh_forecast.reporting.summary import total_cost
from tests.notebooks.runner import NOTEBOOKS, Executed, execute
from tests.sample_run import write_sample_run

IDENTIFIERS = 40  # a text longer than this, or with a space, is prose


def cells(name: str) -> list[Any]:
    return list(jupytext.read(NOTEBOOKS / f"{name}.py", fmt="py:percent").cells)


@pytest.fixture(autouse=True)
def few_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few prior draws of people in place of the first draws of a run: the sample run has none."""

    def few(inputs: Any, *, world: str, draws: int, seed: int, until: int) -> PeopleDraws:
        return PeopleDraws.prior(inputs, draws=48, seed=seed, until=until)

    def few_pools(inputs: Any, *, world: str, draws: int, seed: int, until: int) -> Any:
        people = few(inputs, world=world, draws=draws, seed=seed, until=until)
        return summarised(pool_draws(people), people)

    monkeypatch.setattr(PeopleDraws, "of", few)
    monkeypatch.setattr(people_view, "pool_table", few_pools)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample_run(tmp_path_factory.mktemp("notebook-run"))


def test_generated_notebooks_are_up_to_date() -> None:
    assert stale(NOTEBOOKS) == []
    assert sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb")) == sorted((*DESK, *NAMES))


def test_a_changed_source_makes_its_notebook_stale(tmp_path: Path) -> None:
    source = tmp_path / "04_budget.py"
    source.write_text((NOTEBOOKS / "04_budget.py").read_text(encoding="utf-8"), encoding="utf-8")
    assert stale(tmp_path) == ["04_budget"]
    assert [path.name for path in generate(tmp_path)] == ["04_budget.ipynb"]
    assert stale(tmp_path) == []
    assert notebook_json(source) == notebook_json(source)
    source.write_text(source.read_text(encoding="utf-8") + '\n# %% tags=["cell:x"]\npage\n', encoding="utf-8")
    assert stale(tmp_path) == ["04_budget"]
    source.unlink()
    assert stale(tmp_path) == ["04_budget"]


@pytest.mark.parametrize("name", [*DESK, *NAMES])
def test_outputs_are_stripped_and_cell_ids_are_unique(name: str) -> None:
    content = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in content["cells"])
    ids = [cell["id"] for cell in content["cells"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", [*DESK, *NAMES])
def test_one_parameters_cell_with_the_contracts_names(name: str) -> None:
    tagged = [cell for cell in cells(name) if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    values = {node.targets[0].id: ast.literal_eval(node.value) for node in ast.parse(tagged[0].source).body}
    assert list(values) == list(NotebookParameters.model_fields)
    assert check_parameters(values) == NotebookParameters()


@pytest.mark.parametrize("name", [*DESK, *NAMES])
def test_notebooks_define_nothing_compute_nothing_and_hold_no_prose(name: str) -> None:
    forbidden = (
        ast.FunctionDef,
        ast.Lambda,
        ast.BinOp,
        ast.For,
        ast.While,
        ast.ListComp,
        ast.AugAssign,
        ast.JoinedStr,
    )
    for cell in cells(name):
        assert cell.cell_type == "code"
        tree = ast.parse(cell.source)
        assert not [node for node in ast.walk(tree) if isinstance(node, forbidden)]
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert " " not in node.value
                assert len(node.value) < IDENTIFIERS


@pytest.mark.parametrize("name", [*DESK, *NAMES])
def test_every_cell_has_a_name_and_shows_one_thing(name: str) -> None:
    for cell in cells(name):
        tags = [tag for tag in cell.metadata["tags"] if tag.startswith("cell:") or tag == "parameters"]
        assert len(tags) == 1
        if tags[0] not in ("parameters", "cell:page"):
            assert len(ast.parse(cell.source).body) == 1


@pytest.mark.parametrize(
    ("name", "lang"), [(n, ("vi", "en")[k % 2]) for k, n in enumerate(NAMES) if n not in ON_DEMAND]
)
def test_notebooks_run_on_a_run_folder(name: str, lang: str, folder: Path, tmp_path: Path) -> None:
    executed = execute(name, tmp_path / "out.ipynb", lang=lang, run_dir=str(folder), scenario="subsidy_raise")
    page = executed.values["page"]
    assert page.lang == lang
    assert page.text(f"notebook.{name}") in executed.values["title"].html


@pytest.fixture(scope="module")
def coverage(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Executed:
    return execute("03_coverage_and_targets", tmp_path_factory.mktemp("03") / "03.ipynb", run_dir=str(folder))


def test_the_headline_cell_holds_a_sentence_per_target_and_year(coverage: Executed) -> None:
    page, headline = coverage.values["page"], coverage.values["headline"]
    table = page.table("targets")
    found = {(s.target_id, s.year): s for s in headline.data}
    assert set(found) == set(zip(table["target_id"], table["year"], strict=True))
    sentence = found["si_coverage", 2030]
    row = table[(table["target_id"] == "si_coverage") & (table["year"] == 2030) & table["as_written"]].iloc[0]
    assert sentence.written["probability"] == row["probability"]
    assert sentence.text in headline.html


def test_the_fan_cell_draws_the_tables_median(coverage: Executed) -> None:
    page, fig = coverage.values["page"], coverage.values["si"].data
    table = page.table("coverage")
    rows = table[(table["series"] == "si_share") & (table["base"] == "lfs_working_age")].set_index("date")[
        "p50"
    ]
    lines = [line for line in fig.axes[0].lines if len(line.get_xdata()) > 20]
    assert len(lines) == 1
    for day, value in zip(lines[0].get_xdata(), lines[0].get_ydata(), strict=True):
        assert rows.loc[day] == value


def test_the_budget_cells_hold_the_tables_totals(folder: Path, tmp_path: Path) -> None:
    values = execute("04_budget", tmp_path / "04.ipynb", run_dir=str(folder)).values
    cost = total_cost(values["page"]).set_index("fiscal_year")["mean"]
    for cell in ("programmes", "sources", "origin", "fields"):
        table = values[cell].data.drop(columns="total")
        assert abs(table.sum() / cost[table.columns] - 1).max() < 1e-12
    assert values["page"].fmt.money(cost[2027], "billion") in values["cost"].data


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"lang": "fr"}, "lang"),
        ({"draws": 1}, "draws"),
        ({"draws": "many"}, "draws"),
        ({"draws": True}, "draws"),
        ({"until": 2020}, "until"),
        ({"as_of": "2026-13-01"}, "as_of"),
        ({"scenario": ""}, "scenario"),
        ({"seed": -1}, "seed"),
        ({"run_dir": 3}, "run_dir"),
    ],
)
def test_wrong_parameters_stop_before_anything_runs(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as caught:
        check_parameters(wrong)
    assert [problem.field for problem in caught.value.problems] == [field]


def test_every_wrong_parameter_is_named_at_once_with_the_nearest_name() -> None:
    with pytest.raises(InputError) as caught:
        check_parameters({"lnag": "vi", "draws": 0}, "04_budget.ipynb")
    found = {problem.field: problem for problem in caught.value.problems}
    assert set(found) == {"lnag", "draws"}
    assert found["lnag"].nearest == "lang"
    assert "04_budget.ipynb" in str(caught.value)


def test_a_scenario_that_the_run_does_not_hold_is_named(folder: Path) -> None:
    with pytest.raises(InputError, match="subsidy_raise"):
        open_page("subsidy_rase", "reference", 400, 1, None, 2030, "vi", str(folder))
    with pytest.raises(InputError, match="manifest"):
        open_page("current_policy", "reference", 400, 1, None, 2030, "vi", str(folder / "nowhere"))
