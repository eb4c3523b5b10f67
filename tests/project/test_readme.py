"""The README keeps its word: its commands, paths and Python run, and its numbers stand in the example."""

import importlib.util
import json
import math
import re
import shlex
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from types import ModuleType

import pytest
import typer

from bhxh_forecast.batch.keys import PACKAGE
from bhxh_forecast.cli.app import command
from bhxh_forecast.inputs import load_inputs, load_scenario, load_world, scenario_names

ROOT = PACKAGE.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "reports" / "README.md"]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
FEW = "draws=64"
LONGEST = 250


def blocks(language: str, page: str = README) -> list[str]:
    return [body for name, body in FENCE.findall(page) if name == language]


def shell_lines(page: str = README) -> list[list[str]]:
    lines = [shlex.split(line, comments=True) for body in blocks("sh", page) for line in body.splitlines()]
    inline = [shlex.split(found) for found in re.findall(r"`((?:\.venv/bin/|bhxh |make )[^`\n]+)`", page)]
    return [words for words in lines + inline if words]


def calls(program: str) -> list[list[str]]:
    """Arguments of every call of a program, on any page."""
    found = []
    for page in PAGES:
        for words in shell_lines(page.read_text(encoding="utf-8")):
            if Path(words[0]).name == program:
                found.append(words[1:])
    return found


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("renew", ROOT / "docs" / "example" / "renew.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def anchor(title: str) -> str:
    """The name that a heading gets on the page of a repository."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def test_every_call_of_bhxh_is_one_that_the_program_takes() -> None:
    named = [arguments for arguments in calls("bhxh") if not any(word.isupper() for word in arguments[1:])]
    assert {"run", "check", "explain"} <= {arguments[0] for arguments in named}
    for arguments in named:
        parsed(command(), [*arguments])


def parsed(group: typer.core.TyperGroup, arguments: list[str]) -> None:
    """Parse a call as the program would, without running it."""
    context = group.make_context("bhxh", arguments, resilient_parsing=True)
    rest = [*context._protected_args, *context.args]
    while rest:
        name, chosen, rest = group.resolve_command(context, rest)
        assert chosen, name
        if isinstance(chosen, type(group)):
            context = chosen.make_context(name, rest, parent=context, resilient_parsing=True)
            group, rest = chosen, [*context._protected_args, *context.args]
            continue
        if rest and not {"-h", "--help"} & set(rest):  # a bare name speaks of the command
            chosen.make_context(name, rest, parent=context)
        return


def test_every_target_of_make_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    for arguments in calls("make"):
        assert arguments[-1] in targets


def test_the_batch_example_names_a_notebook_and_its_parameters() -> None:
    for notebook, _, *options in calls("papermill"):
        source = (ROOT / notebook).with_suffix(".py").read_text(encoding="utf-8")
        names = options[1::3]
        assert names
        assert all(re.search(rf"^{name} = ", source, re.MULTILINE) for name in names)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in link:
            continue
        path, _, part = link.partition("#")
        target = page if not path else (page.parent / path).resolve()
        assert target.exists(), link
        if part:
            titles = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert part in {anchor(title) for title in titles}, link


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_path_named_exists(page: Path) -> None:
    """Paths of the project in backquotes or commands; what a run writes is not there before it."""
    text = page.read_text(encoding="utf-8")
    folders = "bhxh_forecast|data|docs|notebooks|tests"
    for path in re.findall(rf"(?<![\w/.-])((?:{folders})/[\w./*-]*\w)", text):
        assert list(ROOT.glob(path)), path
    for path in re.findall(r"`([\w-]+\.(?:toml|yml|txt|md))`", text):
        assert list(ROOT.glob(path)), path


@pytest.mark.parametrize("body", blocks("python"))
def test_the_python_of_the_readme_runs(body: str) -> None:
    few = re.sub(r"draws=[\d_]+", FEW, body)
    assert few != body
    out = StringIO()
    with redirect_stdout(out):
        exec(compile(few, "README.md", "exec"), {})
    assert "si_coverage" in out.getvalue()


@pytest.mark.parametrize("body", blocks("yaml"))
def test_the_scenario_of_the_readme_loads(body: str, tmp_path: Path) -> None:
    name = re.search(r"^name: (\w+)$", body, re.MULTILINE)
    assert name
    path = tmp_path / f"{name[1]}.yaml"
    path.write_text(body, encoding="utf-8")
    assert load_scenario(path, load_inputs()).levers


def test_every_scenario_and_world_is_explained_and_nothing_else() -> None:
    inputs = load_inputs()
    page = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", page, re.MULTILINE)
    explained = dict(rows)
    worlds = {path.stem for path in (ROOT / "data" / "worlds").glob("*.yaml")}
    assert set(explained) == set(scenario_names(inputs)) | worlds
    for name, title in explained.items():
        item = load_world(name, inputs) if name in worlds else load_scenario(name, inputs)
        assert title == item.title["vi"]
    listed = re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE)
    assert set(scenario_names(inputs)) <= set(listed)


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_numbers_are_those_of_the_example(lang: str) -> None:
    shown = re.search(rf"<!-- numbers {lang} -->\n(.*?)<!-- end -->", README, re.DOTALL)
    assert shown
    assert shown[1] == tool().block(lang), "python docs/example/renew.py RUN_DIR"


def test_the_example_is_what_its_page_says_and_small() -> None:
    module = tool()
    targets, cost = module.read("targets_2030.csv"), module.read("cost.csv")
    assert {r["scenario"] for r in targets} == {r["scenario"] for r in cost} == set(module.SCENARIOS)
    assert {r["year"] for r in targets} == {"2030"}
    for row in module.read("cost_2027_2030.csv"):
        means = [float(r["mean"]) for r in cost if r["scenario"] == row["scenario"]]
        assert math.isclose(sum(means), float(row["mean"]), rel_tol=1e-8)
        lows = [float(r["p10"]) for r in cost if r["scenario"] == row["scenario"]]
        assert float(row["p10"]) >= sum(lows) * 0.999  # not every year goes low in the same draw
    for scenario in module.SCENARIOS:
        items = [r for r in module.read("programmes_2027.csv") if r["scenario"] == scenario]
        total = sum(float(r["mean"]) for r in items if r["memo"] == "false")
        mean = next(
            float(r["mean"]) for r in cost if r["scenario"] == scenario and r["fiscal_year"] == "2027"
        )
        assert math.isclose(total, mean, rel_tol=1e-8)
    files = [p for folder in ("example", "img") for p in (ROOT / "docs" / folder).rglob("*") if p.is_file()]
    assert sum(p.stat().st_size for p in files if p.suffix != ".pyc") < 1_000_000


def test_the_run_named_is_the_run_shown() -> None:
    facts = json.loads((ROOT / "docs" / "example" / "run.json").read_text(encoding="utf-8"))
    for page in (README, (ROOT / "docs" / "example" / "README.md").read_text(encoding="utf-8")):
        for fact in (facts["as_of"], str(facts["seed"]), f"version {facts['version']}"):
            assert fact in page
        assert f"{facts['draws']:,} draws" in page


def test_the_readme_fits_in_one_sitting() -> None:
    assert len(README.splitlines()) <= LONGEST
