"""Parameters of a notebook are refused before anything is started."""

import json
from pathlib import Path

import pytest

from bhxh_forecast.batch.parameters import check_notebook, read_parameters
from bhxh_forecast.errors import InputError
from tests.batch.fakes import PARAMETERS, notebook


def write(folder: Path, cell: str) -> Path:
    path = folder / "04_budget.ipynb"
    path.write_text(json.dumps(notebook(cell)), encoding="utf-8")
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path, "\n".join(f"{name} = {value!r}" for name, value in PARAMETERS.items()))


def test_the_cell_says_names_and_defaults(path: Path) -> None:
    assert {name: p.default for name, p in read_parameters(path).items()} == PARAMETERS


def test_good_parameters_pass(path: Path) -> None:
    check_notebook(path, {"scenario": "combined", "draws": 200, "lang": "en"})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"scenaro": "combined"}, "scenaro: found an unknown parameter.*did you mean scenario"),
        ({"draws": "many"}, r"draws: found 'many' \(str\); allowed int"),
        ({"draws": True}, r"draws: found True \(bool\); allowed int"),
        ({"draws": 0}, "draws: found 0"),
        ({"lang": "fr"}, "lang: found 'fr'"),
        ({"until": 3000}, "until: found 3000"),
    ],
)
def test_a_wrong_one_is_named(path: Path, values: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_notebook(path, values)


def test_all_wrong_ones_are_named_at_once(path: Path) -> None:
    with pytest.raises(InputError) as error:
        check_notebook(path, {"scenaro": "x", "draws": "y", "wrld": "z"})
    assert len(error.value.problems) == 3


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("import os", "allowed assignments of plain values only"),
        ("draws = int(3)", "parameters.draws: found int"),
        ("rate: float = 0.5\nnames: list = []", None),
    ],
)
def test_the_cell_holds_plain_values_only(tmp_path: Path, cell: str, message: str | None) -> None:
    if message is None:
        check_notebook(write(tmp_path, cell), {"rate": 1})
        return
    with pytest.raises(InputError, match=message):
        read_parameters(write(tmp_path, cell))


def test_what_is_no_notebook_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "draws = 1")
    with pytest.raises(InputError, match=r"did you mean 04_budget\.ipynb"):
        read_parameters(tmp_path / "04_budgt.ipynb")
    path.write_text("{}")
    with pytest.raises(InputError, match="not a notebook"):
        read_parameters(path)
    path.write_text('{"cells": []}')
    with pytest.raises(InputError, match="0 cells with this tag"):
        read_parameters(path)
