"""Reads the tables of a run, from its folder or computed in memory, the same way for every report."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from bhxh_forecast.errors import InputError

if TYPE_CHECKING:
    from bhxh_forecast.inputs import Inputs

TABLES = (
    "targets",
    "coverage",
    "budget",
    "population",
    "workforce",
    "assumptions",
    "assumption_effects",
    "indicators",
    "estimate",
    "sufficiency",
)
BASELINE = "current_policy"
DATA_VARIABLE = "BHXH_DATA"  # folder of the data, set by `bhxh --data` for the notebooks it executes


class RunTables:
    """Tables and manifest of one run.

    Parameters
    ----------
    run_dir
        Folder of a run: ``manifest.json`` and ``tables/<table>.parquet``. None when the tables are given.
    frames, manifest
        Tables and manifest held in memory.
    inputs
        The inputs of the run; loaded as of the manifest's date when first asked for.
    """

    def __init__(
        self,
        run_dir: Path | None = None,
        *,
        frames: dict[str, pd.DataFrame] | None = None,
        manifest: dict[str, Any] | None = None,
        inputs: Inputs | None = None,
    ) -> None:
        self.run_dir = run_dir
        self._frames = {name: _with_dates(frame) for name, frame in (frames or {}).items()}
        self._cache: dict[tuple[str, str | None, str | None], pd.DataFrame] = {}
        self._manifest = manifest
        self._inputs = inputs

    @classmethod
    def open(
        cls,
        run_dir: str | Path,
        scenario: str,
        world: str,
        draws: int,
        seed: int,
        as_of: str | date | None,
        until: int,
    ) -> RunTables:
        """Open a run folder; with an empty ``run_dir`` compute the scenario (and the baseline) in memory.

        Raises
        ------
        InputError
            The folder holds no run, or not the scenario or world asked for.
        """
        if not str(run_dir):
            return _computed(scenario, world, draws, seed, as_of, until)
        run = cls(Path(run_dir))
        for field, found in (("scenario", scenario), ("world", world)):
            names = [entry["name"] for entry in run.manifest[f"{field}s"]]
            if found not in names:
                raise InputError.of(str(Path(run_dir) / "manifest.json"), field, repr(found), names)
        return run

    @property
    def manifest(self) -> dict[str, Any]:
        """The run's manifest."""
        if self._manifest is None:
            path = Path(self.run_dir or ".") / "manifest.json"
            if not path.is_file():
                raise InputError.of(str(path), "run_dir", "no manifest.json", "the folder of a finished run")
            self._manifest = _Noted(json.loads(path.read_text(encoding="utf-8")))
        return self._manifest

    @property
    def as_of(self) -> date:
        """Day up to which the run knew data and law."""
        return date.fromisoformat(str(self.manifest["as_of"])[:10])

    @property
    def until(self) -> int:
        """Last year of the projection."""
        return int(self.manifest["until"])

    @property
    def inputs(self) -> Inputs:
        """Observations, law and register as of the run's date."""
        if self._inputs is None:
            from bhxh_forecast.inputs import load_inputs
            from bhxh_forecast.inputs.noted import NotedInputs
            from bhxh_forecast.inputs.reads import unnoted

            folder = os.environ.get(DATA_VARIABLE)
            with unnoted():
                read = load_inputs(Path(folder) if folder else None, as_of=self.as_of)
            self._inputs = NotedInputs.of(read)
        return self._inputs

    def table(self, name: str, scenario: str | None = None, world: str | None = "reference") -> pd.DataFrame:
        """Rows of one table, of one scenario or (None) of all; a table without these columns comes whole."""
        from bhxh_forecast.inputs.reads import note

        note("table", name)
        key = (name, scenario, world)
        if key not in self._cache:
            self._cache[key] = self._read(name, scenario, world)
        return self._cache[key].copy()

    def entry(self, kind: str, name: str) -> dict[str, Any]:
        """Manifest entry of a scenario (``kind="scenarios"``) or world: name, title, description, folder ..."""
        for entry in self.manifest[kind]:
            if entry["name"] == name:
                return dict(entry)
        raise KeyError(f"no {name!r} among the {kind} of the run")

    @property
    def scenarios(self) -> list[str]:
        """Names of the scenarios, in the run's order."""
        return [str(entry["name"]) for entry in self.manifest["scenarios"]]

    def _read(self, name: str, scenario: str | None, world: str | None) -> pd.DataFrame:
        if name not in TABLES:
            raise InputError.of("", "table", repr(name), TABLES)
        frame = self._frames.get(name)
        if frame is None:
            if self.run_dir is None:
                raise InputError.of("", "table", repr(name), sorted(self._frames))
            frame = _with_dates(pd.read_parquet(self.run_dir / "tables" / f"{name}.parquet"))
            self._frames[name] = frame
        for column, value in (("scenario", scenario), ("world", world)):
            if value is not None and column in frame.columns:
                frame = frame[frame[column] == value]
        return frame.reset_index(drop=True)


class _Noted(dict[str, Any]):
    """A manifest that notes which of its entries were looked at."""

    def __getitem__(self, key: str) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._note(key)
        return super().get(key, default)

    def __iter__(self) -> Iterator[str]:
        self._note("*")
        return super().__iter__()

    @staticmethod
    def _note(key: str) -> None:
        from bhxh_forecast.inputs.reads import note

        note("run", key)


def _with_dates(frame: pd.DataFrame) -> pd.DataFrame:
    """Dates as timestamps, whatever the file held."""
    if "date" in frame.columns:
        frame = frame.assign(date=pd.to_datetime(frame["date"]))
    return frame


def _computed(
    scenario: str, world: str, draws: int, seed: int, as_of: str | date | None, until: int
) -> RunTables:
    """Run the chain for a notebook that stands alone: the scenario, and the baseline to compare it with."""
    from bhxh_forecast.analysis.fixed_effects import fixed_effects, with_fixed
    from bhxh_forecast.inputs import load_inputs, load_scenario, load_world
    from bhxh_forecast.simulation import simulate_many

    folder = os.environ.get(DATA_VARIABLE)
    day = date.fromisoformat(as_of) if isinstance(as_of, str) and as_of else (as_of or None)
    inputs = load_inputs(Path(folder) if folder else None, as_of=day if isinstance(day, date) else None)
    names = list(dict.fromkeys([scenario, BASELINE]))
    runs = simulate_many(names, world=world, draws=draws, seed=seed, until=until, inputs=inputs)
    projections = [runs[name] for name in names]
    frames = {
        name: pd.concat([getattr(p, name)() for p in projections], ignore_index=True)
        for name in TABLES
        if not name.startswith("assumption")
    }
    frames["assumptions"] = projections[0].assumptions()
    frames["assumption_effects"] = projections[0].assumption_effects()
    frames |= with_fixed(frames, fixed_effects(inputs, world=world, seed=seed, until=until))
    manifest = dict(projections[0].manifest_info()) | {
        "scenarios": [_entry(load_scenario(name, inputs)) for name in names],
        "worlds": [_entry(load_world(world, inputs))],
    }
    return RunTables(frames=frames, manifest=manifest, inputs=inputs)


def _entry(item: Any) -> dict[str, Any]:
    return {
        "name": item.name,
        "title": item.title,
        "description": item.description,
        "counterfactual": getattr(item, "counterfactual", False),
        "folder": item.name,
    }
