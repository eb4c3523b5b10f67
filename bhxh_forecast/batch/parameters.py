"""Parameters of a notebook, read from its own cell and checked before anything is started."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bhxh_forecast.errors import InputError, Problem, nearest_name

TAG = "parameters"
PACKAGE = __name__.split(".")[0]


@dataclass(frozen=True)
class Parameter:
    """One assignment of the parameters cell: its name, default and line within the cell."""

    name: str
    default: Any
    line: int


def read_parameters(notebook: Path) -> dict[str, Parameter]:
    """Return what the notebook's ``parameters`` cell assigns.

    Raises
    ------
    InputError
        No such file, not a notebook, no parameters cell, or a cell with something else than plain assignments.
    """
    if not notebook.is_file():
        names = sorted(path.name for path in notebook.parent.glob("*.ipynb"))
        nearest = nearest_name(notebook.name, names)
        raise InputError(
            [Problem(str(notebook), 0, 0, "notebook", "no such file", ", ".join(names), nearest)]
        )
    try:
        cells = json.loads(notebook.read_bytes())["cells"]
        tagged = [c for c in cells if TAG in c.get("metadata", {}).get("tags", [])]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError.of(
            str(notebook), "notebook", "text that is not a notebook", "a Jupyter notebook"
        ) from None
    if len(tagged) != 1:
        raise InputError.of(str(notebook), TAG, f"{len(tagged)} cells with this tag", "exactly one")
    source = tagged[0]["source"]
    return _assignments("".join(source), notebook)


def only_shows(notebook: Path) -> bool:
    """Whether a notebook sees its run through this package alone, which notes what it looks at.

    One that imports something else, or opens files itself, may look at anything.
    """
    cells = [c for c in json.loads(notebook.read_bytes())["cells"] if c["cell_type"] == "code"]
    try:
        trees = [ast.parse("".join(cell["source"])) for cell in cells]
    except SyntaxError:  # magic, or awaiting
        return False
    for node in (node for tree in trees for node in ast.walk(tree)):
        match node:
            case ast.Import(names=names):
                modules = [alias.name for alias in names]
            case ast.ImportFrom(module=module):
                modules = [module or ""]
            case ast.Name(id="open" | "__import__" | "exec" | "eval"):
                return False
            case _:
                continue
        if any(module.split(".")[0] != PACKAGE for module in modules):
            return False
    return True


def check_notebook(notebook: Path, values: Mapping[str, Any]) -> None:
    """Refuse a parameter that the notebook does not declare, or whose type or range is wrong.

    Parameters
    ----------
    notebook
        The notebook; names and types are those of its parameters cell.
    values
        What is to be given to it.

    Raises
    ------
    InputError
        Every wrong parameter at once, with the nearest valid name.
    """
    from bhxh_forecast.reporting.parameters import NotebookParameters, check_parameters

    declared = read_parameters(notebook)
    problems = [_unknown(notebook, name, declared) for name in values if name not in declared]
    problems += [
        _mistyped(notebook, declared[name], value)
        for name, value in values.items()
        if name in declared and not _same_type(declared[name].default, value)
    ]
    if problems:
        raise InputError(problems)
    common = {name: value for name, value in values.items() if name in NotebookParameters.model_fields}
    check_parameters(common, str(notebook))


def _assignments(source: str, notebook: Path) -> dict[str, Parameter]:
    found = {}
    for node in ast.parse(source).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                pass
            case _:
                raise InputError.of(
                    str(notebook),
                    TAG,
                    repr(ast.unparse(node)),
                    "assignments of plain values only",
                    line=node.lineno,
                )
        try:
            found[name] = Parameter(name, ast.literal_eval(value), node.lineno)
        except ValueError:
            raise InputError.of(
                str(notebook), f"{TAG}.{name}", ast.unparse(value), "a plain value", line=node.lineno
            ) from None
    return found


def _unknown(notebook: Path, name: str, declared: Mapping[str, Parameter]) -> Problem:
    allowed = ", ".join(declared)
    return Problem(str(notebook), 0, 0, name, "an unknown parameter", allowed, nearest_name(name, declared))


def _mistyped(notebook: Path, parameter: Parameter, value: Any) -> Problem:
    found = f"{value!r} ({type(value).__name__})"
    return Problem(str(notebook), parameter.line, 0, parameter.name, found, type(parameter.default).__name__)


def _same_type(default: Any, value: Any) -> bool:
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        return True
    return default is None or type(default) is type(value)
