"""From one run to another in steps, each run with the code at hand: code, data, law, parameters, draws."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs import load_inputs
from bhxh_forecast.inputs.folder import DataFolder
from bhxh_forecast.simulation import simulate

LAW = ("law", "law_checks.csv")
ROLE = "as_written"


@dataclass(frozen=True)
class Step:
    """Where the way from run A to run B stands after one more thing is as in run B.

    Attributes
    ----------
    kind
        ``run_a`` (as recorded), ``code``, ``data``, ``law``, ``parameters``, ``draws``, ``run_b`` (as recorded);
        several joined by ``+`` where they cannot be told apart.
    probability, cost
        Odds of the target on the plan's base in its last year; mean total cost of the years after A's as-of date,
        VND; None where a step cannot be run.
    note
        Why it could not be run, or what it holds together.
    """

    kind: str
    probability: float | None
    cost: float | None
    note: str = ""


@dataclass(frozen=True)
class _Settings:
    as_of: date
    until: int
    seed: int
    draws: int

    @classmethod
    def of(cls, parameters: Mapping[str, Any], draws: Mapping[str, Any]) -> _Settings:
        day = date.fromisoformat(str(parameters["as_of"])[:10])
        return cls(day, int(parameters["until"]), int(draws["seed"]), int(draws["draws"]))


def retrace(
    a: Mapping[str, Any],
    b: Mapping[str, Any],
    scenario: str,
    target: str,
    tables: tuple[pd.DataFrame, pd.DataFrame],
    data: tuple[str | Path | None, str | Path | None],
) -> list[Step]:
    """Run the steps between two runs.

    Parameters
    ----------
    a, b
        Manifests.
    tables
        Targets and budget of both runs, as ``compare`` joins them.
    data
        Their data folders; None: the project's.
    """
    first = date.fromisoformat(str(a["as_of"])[:10]).year + 1
    until = min(int(a["until"]), int(b["until"]))
    question = (scenario, target, first, until)
    steps = [_recorded("run_a", "a", tables, question)]
    folders = [DataFolder(folder).root for folder in data]
    known = [matches(folder, manifest) for folder, manifest in zip(folders, (a, b), strict=True)]
    if not known[1]:
        note = "the data folder is not that of run B: nothing can be run again"
        return [
            *steps,
            Step("code+data+law+parameters+draws", None, None, note),
            _recorded("run_b", "b", tables, question),
        ]
    with tempfile.TemporaryDirectory() as scratch:
        mixed = Path(scratch) / "data"
        if known[0]:
            shutil.copytree(folders[1], mixed)
            _with_law_of(folders[0], mixed)
            places: tuple[tuple[str, Path], ...] = (
                ("code", folders[0]),
                ("data", mixed),
                ("law", folders[1]),
            )
        else:
            places = (("code+data+law", folders[1]),)
        for kind, folder in places:
            steps.append(_run(kind, folder, _Settings.of(a, a), question))
        steps.append(_run("parameters", folders[1], _Settings.of(b, a), question))
        steps.append(_run("draws", folders[1], _Settings.of(b, b), question))
    return [*steps, _recorded("run_b", "b", tables, question)]


def matches(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether every data file that a manifest names is in the folder as it was."""
    named = {
        name.split("/", 1)[1]: digest
        for name, digest in manifest["inputs"].items()
        if name.startswith("data/")
    }
    files = {name: folder / name for name in named}
    return bool(named) and all(
        path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == named[name]
        for name, path in files.items()
    )


def _with_law_of(source: Path, mixed: Path) -> None:
    for name in LAW:
        there, here = source / name, mixed / name
        if here.is_dir():
            shutil.rmtree(here)
        if there.is_dir():
            shutil.copytree(there, here)
        elif there.is_file():
            shutil.copy(there, here)


def _run(kind: str, folder: Path, settings: _Settings, question: tuple[str, str, int, int]) -> Step:
    scenario, target, first, until = question
    try:
        inputs = load_inputs(folder, as_of=settings.as_of)
        run = simulate(
            scenario, draws=settings.draws, seed=settings.seed, until=settings.until, inputs=inputs
        )
    except (InputError, KeyError) as error:
        return Step(kind, None, None, str(error).splitlines()[0])
    table = run.targets()
    rows = table[(table["target_id"] == target) & table[ROLE]]
    years = (run.inner.budget.years >= first) & (run.inner.budget.years <= until)
    cost = run.inner.budget.programme("total")[years].sum(axis=0).mean()
    return Step(kind, float(rows.sort_values("year")["probability"].iloc[-1]), float(cost))


def _recorded(
    kind: str, side: str, tables: tuple[pd.DataFrame, pd.DataFrame], question: tuple[str, str, int, int]
) -> Step:
    scenario, target, first, until = question
    targets, budget = (t[(t["scenario"] == scenario) & (t["world"] == "reference")] for t in tables)
    rows = targets[(targets["target_id"] == target) & targets[ROLE]].sort_values("year")
    spent = budget[(budget["programme"] == "total") & budget["fiscal_year"].between(first, until)]
    if rows.empty:
        return Step(kind, None, None, f"{scenario} is not in both runs")
    return Step(kind, float(rows[f"probability_{side}"].iloc[-1]), float(spent[f"mean_{side}"].sum()))
