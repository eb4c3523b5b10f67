"""A small chain and small notebooks, to test the batch without the model: quick, and able to fail on request."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from bhxh_forecast.batch.context import Model, RunOptions
from bhxh_forecast.batch.plan import NOTEBOOKS
from bhxh_forecast.batch.tables import TABLES
from bhxh_forecast.errors import InputError

AS_OF = date(2026, 7, 15)
PRELOAD = ("bhxh_forecast.batch.engine:warm", "pandas", "pyarrow.parquet", "tests.batch.pages")
PARAMETERS = {
    "scenario": "current_policy", "world": "reference", "draws": 10_000, "seed": 20181116, "as_of": "",
    "until": 2030, "lang": "vi", "run_dir": "",
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """A scenario or a world: a name and a number."""

    name: str
    number: float
    counterfactual: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {"name": self.name, "number": self.number}

    @property
    def title(self) -> dict[str, str]:
        return {"vi": f"Kịch bản {self.name}", "en": f"Scenario {self.name}"}

    @property
    def description(self) -> dict[str, str]:
        return {"vi": "Mô tả.", "en": "Description."}


@dataclass(frozen=True)
class Data:
    """What the fake inputs hold."""

    folder: Path
    as_of: date
    files: Mapping[str, str]
    rate: float


class Projection:
    """Tables of one scenario, computed from three numbers."""

    def __init__(self, scenario: Item, world: Item, level: float, still: Sequence[str] = ()) -> None:
        self._still = still
        self._place = {"scenario": scenario.name, "world": world.name, "geo": "VN-HN"}
        self._level = level

    def __getattr__(self, name: str) -> Any:
        if name in TABLES:
            return lambda: self._table(name)
        raise AttributeError(name)

    def _table(self, name: str) -> pd.DataFrame:
        rows = []
        for position in (2, 1):  # out of order: writing sorts
            row: dict[str, Any] = {}
            for column in TABLES[name].columns:
                row[column] = _cell(column, position, 1.0 if name in self._still else self._level)
            rows.append(row | {key: value for key, value in self._place.items() if key in row})
        return pd.DataFrame(rows)

    def manifest_info(self) -> dict[str, Any]:
        return {
            "posterior": {"kind": "prior", "sha256": "0" * 64, "ess_min": 120.0},
            "law_vintage": "2026-07-15",
            "random": ["entry"],
            "frozen": ["migration"],
        }


def _cell(column: str, position: int, level: float) -> Any:
    if column == "date":
        return pd.Timestamp(2024 + position, 12, 31)
    if column in ("year", "fiscal_year"):
        return 2024 + position
    if column in ("as_written", "as_reported", "memo"):
        return position == 1
    if column == "programme":  # rests on law that is not checked: the gate is shut without a look at the data
        return ("vsi_city_top_up", "vsi_state_support")[position - 1]
    if column in ("mean", "p50", "probability", "required"):
        return level * position
    return f"{column}{position}"


@dataclass
class Chain:
    """Counts what it is asked for, and fails where told to."""

    rate_file: str = "rate.csv"
    broken_world: str = ""
    broken_scenario: str = ""
    still: tuple[str, ...] = ()  # tables that do not move with the rate
    calls: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def load_inputs(self, data: Path, as_of: date | None) -> Data:
        path = data / self.rate_file
        if not path.is_file():
            raise InputError.of(str(path), "file", "no such file", "a file", line=1, column=1)
        files = {
            f"data/{p.relative_to(data).as_posix()}": hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(data.rglob("*"))
            if p.is_file()
        }
        return Data(data, as_of or AS_OF, files, float(path.read_text(encoding="utf-8")))

    def load_item(self, kind: str, source: str, inputs: Data) -> Item:
        path = inputs.folder / kind / f"{source}.yaml"
        if not path.is_file():
            names = [p.stem for p in path.parent.glob("*.yaml")]
            raise InputError.of("bhxh run", kind[:-1], repr(source), names)
        return Item(source, float(path.read_text(encoding="utf-8")))

    def simulate_many(
        self, scenarios: list[Item], *, world: Item, draws: int, seed: int, until: int, inputs: Data
    ) -> dict[str, Projection]:
        self.calls.append((world.name, tuple(s.name for s in scenarios)))
        if world.name == self.broken_world:
            raise RuntimeError("the population does not add up")
        if self.broken_scenario in {s.name for s in scenarios}:
            raise RuntimeError("the budget does not add up")
        return {
            s.name: Projection(s, world, inputs.rate * s.number * world.number + seed / 3, self.still)
            for s in scenarios
        }

    def model(self, notebooks: Path) -> Model:
        return Model(
            load_inputs=self.load_inputs,
            scenario_names=lambda inputs: ["current_policy", "combined"],
            load_scenario=lambda source, inputs: self.load_item("scenarios", source, inputs),
            load_world=lambda source, inputs: self.load_item("worlds", source, inputs),
            simulate_many=self.simulate_many,
            notebooks=notebooks,
            pages="tests.batch.pages",
            estimates="tests.batch.pages",
            preload=PRELOAD,
        )


class Project:
    """A folder with data, notebooks and a place for runs."""

    def __init__(self, folder: Path) -> None:
        self.data, self.notebooks, self.out = folder / "data", folder / "notebooks", folder / "out"
        self.rate = self.data / "rate.csv"
        self.chain = Chain()
        if not self.data.exists():
            self._fill()

    def _fill(self) -> None:
        for kind, items in {
            "scenarios": {"current_policy": 1, "combined": 2},
            "worlds": {"reference": 1, "downturn": 0.5},
        }.items():
            (self.data / kind).mkdir(parents=True)
            for name, number in items.items():
                (self.data / kind / f"{name}.yaml").write_text(str(number), encoding="utf-8")
        self.rate.write_text("0.3", encoding="utf-8")
        self.notebooks.mkdir()
        for name in NOTEBOOKS:
            self.write_notebook(name)

    @property
    def model(self) -> Model:
        return self.chain.model(self.notebooks)

    def options(self, **changes: Any) -> RunOptions:
        base: dict[str, Any] = {"data": self.data, "out": self.out, "languages": ("vi",), "draws": 10}
        return RunOptions(**(base | changes))

    def write_notebook(self, name: str, *cells: str, parameters: Mapping[str, Any] | None = None) -> Path:
        """Write a notebook that shows its scenario's rows, or what the given cells say."""
        values = PARAMETERS if parameters is None else parameters
        first = "\n".join(f"{key} = {value!r}" for key, value in values.items())
        shown = cells or (
            "import pandas as pd\nrows = pd.read_parquet(f'{run_dir}/tables/targets.parquet')",
            "print(lang)\nrows[rows.scenario == scenario].p50.iloc[0]",
        )
        path = self.notebooks / f"{name}.ipynb"
        path.write_text(json.dumps(notebook(first, *shown)), encoding="utf-8")
        return path

    def files(self) -> dict[str, bytes]:
        """Everything in the run folder but the hidden files and what holds wall-clock time."""
        return {
            path.relative_to(self.out).as_posix(): path.read_bytes()
            for path in sorted(self.out.rglob("*"))
            if path.is_file() and not path.name.startswith(".") and path.name != "manifest.json"
        }


def notebook(parameters: str, *cells: str) -> dict[str, Any]:
    """A notebook with a parameters cell."""
    sources = [(parameters, {"tags": ["parameters"]}), *((cell, {}) for cell in cells)]
    return {
        "cells": [
            {"cell_type": "code", "id": f"c{i}", "metadata": tags, "source": source, "outputs": [],
             "execution_count": None}
            for i, (source, tags) in enumerate(sources)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }  # fmt: skip
