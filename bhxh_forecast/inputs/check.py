"""Checks the whole data folder: every file, every rule, all problems at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from bhxh_forecast.errors import InputError, Problem
from bhxh_forecast.inputs.faults import Faults, list_of_names
from bhxh_forecast.inputs.folder import DataFolder, shown
from bhxh_forecast.inputs.forms import check_forms
from bhxh_forecast.inputs.reader import Inputs, default_as_of, fitted_series, read_inputs
from bhxh_forecast.inputs.scenarios import load_scenario, scenario_names
from bhxh_forecast.inputs.schema import schema_texts
from bhxh_forecast.inputs.tables import cell_place
from bhxh_forecast.inputs.worlds import load_world, world_names

FIRST_VIEW = date(2018, 12, 31)  # the earliest as-of day for which a view in advance is offered
BASES = (
    "working_age_population",
    "lfs_15plus",
    "lfs_working_age",
    "agency",
    "agency_voluntary",
    "past_retirement_age",
    "none",
)


@dataclass(frozen=True)
class Check:
    """Outcome of a check.

    Attributes
    ----------
    problems
        Everything wrong, in order of place; empty if all is well.
    summary
        Default as-of date and how many entries of each kind there are.
    """

    problems: tuple[Problem, ...]
    summary: dict[str, Any]


def check(data: Path | str | None = None, *, overlays: Sequence[Path | str] = ()) -> Check:
    """Check a data folder with its overlays.

    Raises
    ------
    InputError
        Only if the folder itself does not exist.
    """
    faults = Faults()
    folder = DataFolder(data, overlays)
    inputs = read_inputs(folder, None, faults)
    readable = not faults.problems  # else what builds on it would only say the same again
    _check_law(inputs, faults)
    _check_priors(inputs, faults)
    _check_levers(inputs, faults)
    _check_targets(inputs, faults)
    _check_units(inputs, faults)
    check_forms(folder, faults)
    _check_packages(folder, faults)
    if readable:
        faults.problems.extend(_problems_of_files(inputs))
        _check_schemas(folder, faults)
    problems = sorted(set(faults.problems), key=lambda problem: (problem.file, problem.line, problem.column))
    return Check(tuple(problems), _summary(inputs))


def _summary(inputs: Inputs) -> dict[str, Any]:
    law = inputs.law.everything.values()
    return {
        "as_of": default_as_of(inputs.law, inputs.observations),
        "observations": len(inputs.observations),
        "fitted": int((inputs.observations["use"] == "fit").sum()),
        "provisions": len(inputs.law.everything),
        "law_rows": sum(len(provision.rows) for provision in law),
        "law_rows_checked": sum(row.checked for provision in law for row in provision.rows),
        "sampled": sum(prior.sampled for prior in inputs.priors.values()),
        "weak": sum(prior.is_weak for prior in inputs.priors.values()),
        "assumptions": len(inputs.register),
        "levers": len(inputs.levers),
        "scenarios": len(scenario_names(inputs)),
        "worlds": len(world_names(inputs)),
        "files": len(inputs.files),
    }


def _check_law(inputs: Inputs, faults: Faults) -> None:
    """No computed amount is law, and no name means two things."""
    law = inputs.law
    for name, provision in law.everything.items():
        place = (provision.rows[0].file, provision.rows[0].line, 1) if provision.rows else ("law", 0, 0)
        if name in inputs.computed and any("COMPUTED" in row.note for row in provision.rows):
            faults.at(
                place, name, "a computed amount", "a provision; computed amounts stand in law_checks.csv"
            )
        if name in law.acts:
            faults.at(place, name, "a provision with the name of an act", "different names")
        if any(other.startswith(f"{name}.") for other in law.ids):
            faults.at(place, name, "a provision that is also a group", "a name that no longer id continues")
        if not provision.rows:
            faults.at(place, name, "no rows", "at least one row")


def _check_priors(inputs: Inputs, faults: Faults) -> None:
    """What is random has a basis, a standing, and a version for those who know less."""
    file = inputs.folder.root / "priors/priors.csv"
    fitted = fitted_series(inputs.observations)
    for position, (name, prior) in enumerate(inputs.stated_priors.items()):
        if not prior.sampled:
            continue

        def problem(column: str, found: str, allowed: str, row: int = position + 1, name: str = name) -> None:
            faults.at(cell_place(file, row, column), f"{name}.{column}", found, allowed)

        for column in ("basis", "status"):
            if not getattr(prior, column):
                problem(column, "nothing", "a value, since it is sampled")
        if prior.distribution == "fixed":
            problem("distribution", "fixed", "a distribution, since it is sampled")
        leans = [series for series in prior.derived_from if series.lower() in fitted]
        late = prior.data_to is not None and prior.data_to > FIRST_VIEW
        if (leans or late) and prior.weak is None:
            why = f"derived from {', '.join(leans)}, which is fitted" if leans else f"data to {prior.data_to}"
            problem("weak_distribution", "nothing", f"a weak version ({why})")


def _check_levers(inputs: Inputs, faults: Faults) -> None:
    """Levers that follow the law name provisions, and the law stays within their range."""
    file = shown(inputs.folder.root / "levers.yaml")
    for name, spec in inputs.levers.items():
        for provision in spec.provisions:
            if provision not in inputs.law.everything:
                faults.at((file, 0, 0), f"{name}.baseline_source", repr(provision), inputs.law.ids)
        for prior in spec.effect:
            if prior not in inputs.priors:
                faults.at((file, 0, 0), f"{name}.effect", repr(prior), list(inputs.priors))
        if "*" in spec.baseline_source:
            continue
        for provision in spec.provisions:
            for row in inputs.law.rows(provision) if provision in inputs.law.everything else ():
                if not isinstance(row.value, str) and not spec.minimum <= row.value <= spec.maximum:
                    allowed = f"{spec.minimum:.10g} to {spec.maximum:.10g}, the range of {name}"
                    faults.at((row.file, row.line, 1), f"{provision}.value", str(row.value), allowed)


def _check_targets(inputs: Inputs, faults: Faults) -> None:
    """Each target has a value unless it is a task or says why not, on a base of the closed list."""
    file = inputs.folder.root / "targets/targets.csv"
    for position, (_, row) in enumerate(inputs.targets.iterrows()):
        label = f"{row['id']} {row['year']}"
        if pd.isna(row["value"]) and row["comparison"] != "done" and not row["note"]:
            allowed = "a value, or a note that says why there is none"
            faults.at(cell_place(file, position + 1, "value"), f"{label}.value", "nothing", allowed)
        for column in ("base_as_written", "base_as_reported"):
            if row[column] not in BASES:
                faults.at(
                    cell_place(file, position + 1, column), f"{label}.{column}", repr(row[column]), BASES
                )
    areas = set(inputs.observations["geo"])
    if inputs.geo not in areas:
        place = (shown(inputs.folder.root / "place.yaml"), 0, 0)
        faults.at(place, "geo", repr(inputs.geo), sorted(areas))


def _check_units(inputs: Inputs, faults: Faults) -> None:
    """Units come from the closed list."""
    node = inputs.folder.yaml("units.yaml", faults)
    units = list(faults.mapping(node, "units"))
    for place, field, unit in _units(inputs):
        if unit and not any(unit == word or unit.startswith(f"{word} ") for word in units):
            faults.at(place, f"{field}.unit", repr(unit), units)


def _units(inputs: Inputs) -> Iterator[tuple[tuple[str, int, int], str, str]]:
    root = inputs.folder.root
    for name, provision in inputs.law.everything.items():
        line = provision.rows[0].line if provision.rows else 0
        yield (provision.rows[0].file if provision.rows else "law", line, 1), name, provision.unit
    for name, prior in inputs.stated_priors.items():
        yield (shown(root / "priors/priors.csv"), 0, 0), name, prior.unit
    for name, spec in inputs.levers.items():
        yield (shown(root / "levers.yaml"), 0, 0), name, spec.unit
    for name, entry in inputs.register.items():
        yield (shown(root / "assumptions/register.yaml"), 0, 0), name, str(entry["unit"])
    observations = inputs.observations[["id", "unit"]].drop_duplicates("unit")
    for name, unit in observations.itertuples(index=False):
        yield (shown(root / "observations/observations.csv"), 0, 0), str(name), str(unit)


def _problems_of_files(inputs: Inputs) -> list[Problem]:
    """Load every shipped scenario and world."""
    problems: list[Problem] = []
    for names, load in ((scenario_names(inputs), load_scenario), (world_names(inputs), load_world)):
        for name in names:
            try:
                load(name, inputs)
            except InputError as error:
                problems.extend(error.problems)
    return problems


def _check_packages(folder: DataFolder, faults: Faults) -> None:
    """datapackage.json lists every file of the folder, each with source and licence, and nothing else."""
    path = folder.root / "datapackage.json"
    if not path.is_file():
        faults.at((shown(path), 0, 0), "file", "nothing", "this file")
        return
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        faults.at((shown(path), error.lineno, error.colno), "json", error.msg, "valid JSON")
        return
    own = {"datapackage.json", "README.md"}
    present = {
        file.relative_to(folder.root).as_posix()
        for file in folder.root.rglob("*")
        if file.is_file() and not file.name.startswith(".")
    } - own
    listed: set[str] = set()
    for resource in package.get("resources", []):
        name = str(resource.get("path", ""))
        listed.add(name)
        for key in ("sources", "licenses"):
            if not resource.get(key):
                faults.at((shown(path), 0, 0), f"{name}.{key}", "nothing", "a list that is not empty")
        if name not in present:
            faults.at((shown(path), 0, 0), name, "no such file", list_of_names(sorted(present - listed)))
    for name in sorted(present - listed):
        faults.at(
            (shown(path), 0, 0), name, "a file that is not listed", "every data file among the resources"
        )


def _check_schemas(folder: DataFolder, faults: Faults) -> None:
    """The JSON schemas are those that the grammar generates."""
    for name, text in schema_texts(folder).items():
        path = folder.root / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            allowed = "what `python -m bhxh_forecast.inputs.schema` writes"
            faults.at((shown(path), 0, 0), "schema", "another text" if path.is_file() else "nothing", allowed)
