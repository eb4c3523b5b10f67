"""What a document looked at is noted, and each part of the inputs stands on the files said to be behind it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bhxh_forecast.inputs import load_inputs, reads
from bhxh_forecast.inputs.faults import Faults
from bhxh_forecast.inputs.folder import DEFAULT_DATA, DataFolder
from bhxh_forecast.inputs.law_file import read_law
from bhxh_forecast.inputs.lever_specs import read_levers
from bhxh_forecast.inputs.noted import BEHIND, NotedInputs
from bhxh_forecast.inputs.observations import known_on, read_observations
from bhxh_forecast.inputs.priors import choose, read_priors
from bhxh_forecast.inputs.reader import ASSIGNED, NATIONAL, TARGETS, fitted_series
from bhxh_forecast.inputs.register import read_register
from bhxh_forecast.inputs.tables import read_table

DAY = date(2026, 7, 15)


def register(folder: DataFolder) -> Any:
    return read_register(folder.yaml("assumptions/register.yaml", Faults()), Faults())


def priors(folder: DataFolder) -> Any:
    known = known_on(read_observations(folder, Faults()), DAY)
    return choose(read_priors(folder, Faults()), DAY, fitted_series(known))


def target_table(name: str, layout: Any) -> Callable[[DataFolder], pd.DataFrame]:
    return lambda folder: read_table(folder, f"targets/{name}.csv", layout, Faults())


READERS: dict[str, Callable[[DataFolder], Any]] = {
    "law": lambda folder: {name: p.rows for name, p in read_law(folder, Faults()).everything.items()},
    "observations": lambda folder: known_on(read_observations(folder, Faults()), DAY),
    "priors": priors,
    "stated_priors": lambda folder: read_priors(folder, Faults()),
    "targets": target_table("targets", TARGETS),
    "national_targets": target_table("national", NATIONAL),
    "assigned": target_table("assigned", ASSIGNED),
    "register": register,
    "levers": lambda folder: read_levers(folder.yaml("levers.yaml", Faults()), register(folder), Faults()),
}


@pytest.mark.parametrize("name", READERS)
def test_a_part_of_the_inputs_needs_the_files_behind_it_and_no_other(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    for part in BEHIND[name]:
        (folder / part.rstrip("/")).symlink_to(DEFAULT_DATA / part.rstrip("/"))
    alone, whole = READERS[name](DataFolder(folder)), READERS[name](DataFolder())
    if isinstance(whole, pd.DataFrame):
        drop = [column for column in whole.columns if column.startswith("_")]
        pd.testing.assert_frame_equal(alone.drop(columns=drop), whole.drop(columns=drop))
        assert len(whole)
    else:
        assert whole
        assert _plain(alone, folder) == _plain(whole, DEFAULT_DATA)


def _plain(value: Any, folder: Path) -> str:
    return repr(value).replace(str(folder), "").replace("../", "")


def test_every_named_part_is_held_to_its_files() -> None:
    free = {"geo", "place", "as_of", "table", "macro"}
    assert set(BEHIND) == set(READERS) | free


def test_a_look_is_noted_and_reading_everything_is_not() -> None:
    reads.begin()
    with reads.unnoted():
        inputs = NotedInputs.of(load_inputs())
    assert reads.noted() == []
    assert inputs.law.ids
    assert inputs.as_of
    assert reads.noted() == ["data:law/", "data:missing/"]
    assert len(inputs.macro)
    assert "data:macro/macro.csv" in reads.noted()
    assert inputs.labels
    assert "data:*" in reads.noted()


def test_a_reader_that_goes_its_own_way_is_taken_to_look_at_everything() -> None:
    reads.begin()
    load_inputs()
    assert reads.noted() == ["data:*"]


def test_the_files_behind_notes() -> None:
    files = ["data/law/vsi.yaml", "data/law_checks.csv", "data/macro/macro.csv", "data/place.yaml"]
    assert reads.files_behind(["data:law/", "table:budget"], files) == {"data/law/vsi.yaml"}
    assert reads.files_behind(["data:macro/macro.csv", "data:place.yaml"], files) == set(files[2:])
    assert reads.files_behind(["data:*"], files) == set(files)
    assert reads.files_behind(["run:draws"], files) == set()
