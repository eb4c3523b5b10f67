"""Rules of the house that no linter knows."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bhxh_forecast.batch.keys import PACKAGE
from bhxh_forecast.inputs.folder import DataFolder
from bhxh_forecast.inputs.schema import schema_texts
from bhxh_forecast.reporting.notebooks import stale

ROOT = PACKAGE.parent
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_MODULE, LONGEST_FUNCTION = 250, 40
HEAVY = {
    "scipy", "statsmodels", "sklearn", "matplotlib", "papermill", "IPython", "nbconvert", "plotly", "numba", "jinja2",
    "duckdb", "dask", "distributed",
}  # fmt: skip
CORE = (
    "bhxh_forecast.inputs", "bhxh_forecast.population", "bhxh_forecast.workforce", "bhxh_forecast.coverage",
    "bhxh_forecast.budget", "bhxh_forecast.simulation", "bhxh_forecast.analysis", "bhxh_forecast.batch.runner",
)  # fmt: skip


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_imports_go_down_the_house_only() -> None:
    script = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_core_is_light_to_import() -> None:
    script = f"import sys, {', '.join(CORE)}; print(' '.join({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not HEAVY & set(done.stdout.split())


def test_a_module_fits_on_a_few_screens() -> None:
    long = {
        name_of(p): n
        for p in MODULES
        if (n := len(p.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    assert not long


def test_a_function_fits_on_one_screen() -> None:
    long = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and body_lines(node) > LONGEST_FUNCTION:
                long[f"{name_of(path)}:{node.name}"] = body_lines(node)
    assert not long


def body_lines(function: ast.FunctionDef) -> int:
    """Lines of code after the signature and the docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize(
    "pattern", [r"[Hh]a ?noi", "Hà Nội", r"VN-HN", r"\bTODO\b", r"\bFIXME\b", "NotImplementedError"]
)
def test_the_code_names_no_place_and_leaves_nothing_open(pattern: str) -> None:
    """A city is data: its names stand in data/ and in the reports' texts, never in a module."""
    found = [
        f"{name_of(path)}:{number}"
        for path in MODULES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(
            pattern, re.sub(r"[a-z]+/hanoi_\w+", "", line)
        )  # a table of the data may be called what it is
    ]
    assert not found


def test_no_test_is_switched_off() -> None:
    marks = "|".join([r"mark\.skip", r"mark\.xfail", r"pytest\." + r"skip\(", "assert " + "True"])
    found = [
        name_of(p) for p in (ROOT / "tests").rglob("*.py") if re.search(marks, p.read_text(encoding="utf-8"))
    ]
    assert not found


def test_the_schemas_for_editors_are_what_the_grammar_gives() -> None:
    folder = DataFolder()
    for name, text in schema_texts(folder).items():
        assert (folder.root / name).read_text(encoding="utf-8") == text, (
            "python -m bhxh_forecast.inputs.schema"
        )


def test_the_notebooks_are_what_their_sources_give() -> None:
    assert stale(ROOT / "notebooks") == [], "python -m bhxh_forecast.reporting.notebooks"


def test_doctests_are_collected_from_the_package() -> None:
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'testpaths = ["tests", "bhxh_forecast"]' in settings
    assert '"--doctest-modules"' in settings
