"""Two runs side by side: what differs in what they rest on, what moved, and, run again step by step, why."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bhxh_forecast.analysis.retrace import Step, retrace
from bhxh_forecast.errors import InputError

KINDS = ("data", "law", "parameters", "code", "draws")
CLEAR = 2.0  # standard errors from which a change of odds counts as more than noise
WHERE = ["scenario", "world"]
TARGET_KEYS = [*WHERE, "target_id", "year", "base", "as_written", "as_reported"]
PARAMETERS = ("as_of", "until")
HEADLINE = {
    "funding_source": "all",
    "recognition": "month_transferred",
    "price_basis": "nominal",
    "memo": False,
}
Manifest = Mapping[str, Any]


@dataclass(frozen=True)
class Cause:
    """What differs between two runs in one respect; ``items`` is empty where nothing does.

    Attributes
    ----------
    kind
        data, law, parameters, code or draws.
    """

    kind: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """Two runs.

    Attributes
    ----------
    run_a, run_b
        Their ids.
    causes
        One entry for data, law, parameters, code and draws.
    targets
        Rows of both runs: keys of the targets table, required, probability_a, probability_b, change, error (standard
        error of the change if the draws are taken as independent), clear (beyond two of them).
    budget
        Mean cost by scenario, world, fiscal year and programme: mean_a, mean_b, change; VND at current prices.
    only_a, only_b
        Scenarios that one run alone holds.
    steps
        From run A to run B, one thing changed after the other; empty unless asked for.
    """

    run_a: str
    run_b: str
    causes: tuple[Cause, ...]
    targets: pd.DataFrame
    budget: pd.DataFrame
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    steps: tuple[Step, ...] = ()

    @property
    def same(self) -> bool:
        """Whether nothing differs in what the runs rest on."""
        return not any(cause.items for cause in self.causes)

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values."""

        def records(table: pd.DataFrame) -> list[dict[str, Any]]:
            plain = table.astype(object)
            return [
                {str(k): v for k, v in row.items()}
                for row in plain.where(plain.notna(), None).to_dict("records")
            ]

        return {
            "run_a": self.run_a,
            "run_b": self.run_b,
            "causes": {cause.kind: list(cause.items) for cause in self.causes},
            "targets": records(self.targets),
            "budget": records(self.budget),
            "only_a": list(self.only_a),
            "only_b": list(self.only_b),
            "steps": [vars(step) for step in self.steps],
        }


def compare(
    run_a: str | Path,
    run_b: str | Path,
    *,
    rerun: bool = False,
    scenario: str = "current_policy",
    target: str = "vsi_coverage",
    data_a: str | Path | None = None,
    data_b: str | Path | None = None,
) -> Comparison:
    """Compare two run folders.

    Parameters
    ----------
    run_a, run_b
        Folders with ``manifest.json`` and ``tables/``, the earlier first.
    rerun
        Whether to run the steps between them with the code at hand (a minute or more: other data or seeds need a new
        conditioned sample each).
    scenario, target
        What the steps are told for.
    data_a, data_b
        Data folders of the runs, where they are not the project's; a folder that is not what the manifest names is
        not used.

    Raises
    ------
    InputError
        A folder holds no finished run.
    """
    a, b = (read_manifest(Path(run)) for run in (run_a, run_b))
    targets, budget = ([_table(Path(run), name) for run in (run_a, run_b)] for name in ("targets", "budget"))
    names_a, names_b = ({str(entry["name"]) for entry in m["scenarios"]} for m in (a, b))
    moved = _targets(*targets)
    steps: Sequence[Step] = ()
    if rerun:
        steps = retrace(a, b, scenario, target, (moved, _budget(*budget)), (data_a, data_b))
    return Comparison(
        str(a["run_id"]),
        str(b["run_id"]),
        causes(a, b),
        moved,
        _budget(*budget),
        tuple(sorted(names_a - names_b)),
        tuple(sorted(names_b - names_a)),
        tuple(steps),
    )


def read_manifest(run: Path) -> dict[str, Any]:
    """Manifest of a run folder."""
    path = run / "manifest.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise InputError.of(str(path), "run", "no manifest.json", "the folder of a finished run") from None
    except ValueError:
        found = None
    if not isinstance(found, dict) or "inputs" not in found or "scenarios" not in found:
        raise InputError.of(str(path), "run", "a file that is no manifest", "the manifest of a finished run")
    return found


def causes(a: Manifest, b: Manifest) -> tuple[Cause, ...]:
    """What differs in what two runs rest on, in words that name files and values."""
    files = _files(a["inputs"], b["inputs"])
    law = [text for name, text in files.items() if "/law/" in name or name.endswith("law_checks.csv")]
    data = [text for name, text in files.items() if text not in law]
    shown = {name: (a.get(name), b.get(name)) for name in PARAMETERS}
    code = {f"code.{key}": (a["code"].get(key), b["code"].get(key)) for key in ("version", "commit", "dirty")}
    code |= {
        f"package {n}": (a["packages"].get(n), b["packages"].get(n))
        for n in sorted({*a["packages"], *b["packages"]})
    }
    code["python"] = (a.get("python"), b.get("python"))
    draws = {name: (a.get(name), b.get(name)) for name in ("seed", "draws")}
    draws |= {
        f"posterior.{key}": (a["posterior"].get(key), b["posterior"].get(key)) for key in ("kind", "sha256")
    }
    found = {
        "data": data,
        "law": law,
        "parameters": _differing(shown),
        "code": _differing(code),
        "draws": _differing(draws),
    }
    return tuple(Cause(kind, tuple(found[kind])) for kind in KINDS)


def _differing(pairs: Mapping[str, tuple[Any, Any]]) -> list[str]:
    return [
        f"{name}: {_short(one)} -> {_short(other)}" for name, (one, other) in pairs.items() if one != other
    ]


def _short(value: Any) -> str:
    text = str(value)
    return text[:12] if len(text) >= 40 else text


def _files(a: Mapping[str, str], b: Mapping[str, str]) -> dict[str, str]:
    """Files that differ, with what happened to them."""
    found = {}
    for name in sorted({*a, *b}):
        if a.get(name) != b.get(name):
            what = "added" if name not in a else "removed" if name not in b else "changed"
            found[name] = f"{name}: {what}"
    return found


def _table(run: Path, name: str) -> pd.DataFrame:
    path = run / "tables" / f"{name}.parquet"
    if not path.is_file():
        raise InputError.of(str(path), "run", "no such table", "the folder of a finished run")
    return pd.read_parquet(path)


def _targets(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    kept = [*TARGET_KEYS, "required", "probability", "mc_error"]
    both = a[kept].merge(b[kept], on=TARGET_KEYS, suffixes=("_a", "_b"))
    both = both[both["probability_a"].notna() & both["probability_b"].notna()].copy()
    both["required"] = both["required_b"]
    both["change"] = both["probability_b"] - both["probability_a"]
    both["error"] = np.hypot(both["mc_error_a"], both["mc_error_b"])
    both["clear"] = both["change"].abs() > CLEAR * both["error"]
    columns = [*TARGET_KEYS, "required", "probability_a", "probability_b", "change", "error", "clear"]
    return both[columns].reset_index(drop=True)


def _budget(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    keys = [*WHERE, "fiscal_year", "programme"]

    def headline(table: pd.DataFrame) -> pd.DataFrame:
        rows = table
        for column, value in HEADLINE.items():
            rows = rows[rows[column] == value]
        whole = (rows["programme"] != "total") | (
            (rows["legal_origin"] == "all") & (rows["spending_field"] == "all")
        )
        return rows[whole].groupby(keys, as_index=False)[["mean"]].sum()

    both = headline(a).merge(headline(b), on=keys, suffixes=("_a", "_b"), how="outer")
    both[["mean_a", "mean_b"]] = both[["mean_a", "mean_b"]].fillna(0.0)
    both["change"] = both["mean_b"] - both["mean_a"]
    return both
