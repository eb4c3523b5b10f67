"""The stored backtest: its rows, and the hash of all that they rest on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from bhxh_forecast.calibration.digests import code_digest, rows_digest

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs

FOLDER = "backtest"
ROWS, ABOUT, ALTERNATIVES = "scores.csv", "about.json", "alternatives.csv"
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Backtest:
    """Rows of a backtest and what is known of how they were made."""

    rows: pd.DataFrame
    about: dict[str, Any]

    def fits(self, inputs: Inputs) -> bool:
        """Whether data and code are those that the rows were made with."""
        return bool(self.about.get("sha256") == backtest_key(inputs))


@cache
def _code() -> str:
    return code_digest(("calibration", "coverage"), (HERE,))


def backtest_key(inputs: Inputs) -> str:
    """Hash of the figures, the law, the priors and the code behind a backtest."""
    parts = [rows_digest(inputs), _code()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def as_text(rows: pd.DataFrame) -> str:
    """Rows as CSV of the project's form."""
    return rows.to_csv(index=False, float_format="%.6g", lineterminator="\n")


def write_alternatives(folder: Path, rows: pd.DataFrame) -> None:
    """Write the scores of the structural alternatives."""
    write_text(folder / ALTERNATIVES, as_text(rows))


def read_alternatives(data: Path) -> pd.DataFrame:
    """Scores of the structural alternatives, without rows where none are stored."""
    path = data / FOLDER / ALTERNATIVES
    return pd.read_csv(path) if path.is_file() else pd.DataFrame()


def write(folder: Path, rows: pd.DataFrame, about: dict[str, Any]) -> None:
    """Write both files."""
    write_text(folder / ROWS, as_text(rows))
    write_text(folder / ABOUT, json.dumps(about, indent=1, sort_keys=True) + "\n")


def read(data: Path) -> Backtest | None:
    """The backtest stored in a data folder, or None."""
    folder = data / FOLDER
    if not (folder / ROWS).is_file() or not (folder / ABOUT).is_file():
        return None
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    return Backtest(pd.read_csv(folder / ROWS), about)
