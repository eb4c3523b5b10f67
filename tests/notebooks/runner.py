"""Executes a notebook's source in this process and keeps the value of each named cell."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbformat.v4 import new_output

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
DEFAULTS = {
    "scenario": "current_policy",
    "world": "reference",
    "draws": 400,
    "seed": 20181116,
    "as_of": "2026-07-15",
    "until": 2030,
}


@dataclass(frozen=True)
class Executed:
    """An executed notebook: where it was written, and the values of its named cells."""

    path: Path
    values: dict[str, Any]


def execute(name: str, target: Path, **parameters: Any) -> Executed:
    """Execute the source of a notebook with parameters and write it with its outputs."""
    notebook = jupytext.read(NOTEBOOKS / f"{name}.py", fmt="py:percent")
    names: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        tree = ast.parse(cell.source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), names)
        if "parameters" in tags:
            names |= DEFAULTS | parameters
        if last is None:
            continue
        value = eval(compile(ast.Expression(last.value), name, "eval"), names)
        values |= {tag.removeprefix("cell:"): value for tag in tags if tag.startswith("cell:")}
        cell.outputs = [new_output("execute_result", data=value._repr_mimebundle_(), execution_count=1)]
    nbformat.write(notebook, target)
    return Executed(target, values | {"page": names["page"]})
