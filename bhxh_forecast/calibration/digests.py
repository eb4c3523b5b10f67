"""Hashes of what stored results rest on: rows of data, priors, and code without its comments."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs

PACKAGE = Path(__file__).resolve().parents[1]
SERIES = (
    "csi_participants",
    "vsi_participants",
    "ui_participants",
    "si_total_participants",
    "labour_force_15plus",
    "pension_monthly_beneficiaries",
    "population_15plus",
    "elderly_population",
)
FIELDS = (
    "id",
    "series",
    "geo",
    "period_end",
    "period_kind",
    "value",
    "qualifier",
    "published",
    "use",
    "sd_log",
)
PEOPLE = ("demography", "labour")  # folders of what people and their work are built from
LAW = ("vsi.contribution_rate", "poverty_line.rural", "base_salary", "vsi.state_subsidy_share.other")


def code_text(path: Path) -> str:
    """Source of a module without comments, docstrings and layout."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and ast.get_docstring(node) is not None
        ):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.dump(tree)


def code_digest(layers: Iterable[str], folders: Iterable[Path] = ()) -> str:
    """Hash of the code of some layers of the package and of further folders."""
    digest = hashlib.sha256()
    for folder in [*(PACKAGE / layer for layer in layers), *folders]:
        for path in sorted(folder.glob("*.py")):
            digest.update(path.name.encode() + b"\0" + code_text(path).encode())
    return digest.hexdigest()


def rows_digest(inputs: Inputs) -> str:
    """Hash of the rows that calibration reads: figures of the fitted series, priors, law of price and support."""
    rows = inputs.observations[inputs.observations["series"].isin(SERIES)]
    text = rows[list(FIELDS)].sort_values("id").to_csv(index=False, float_format="%.12g")
    priors = "\n".join(
        f"{name} {prior.text} {prior.sampled} {prior.data_to}"
        for name, prior in sorted(inputs.priors.items())
    )
    law = "\n".join(
        f"{name} {row.from_} {row.to} {row.value} {row.enacted}"
        for name in LAW
        for row in inputs.law.rows(name)
    )
    return hashlib.sha256("\n\\n".join([text, priors, law]).encode()).hexdigest()


def posterior_rows(inputs: Inputs) -> str:
    """Hash of the rows that the posterior rests on: those of ``rows_digest``, and the tables behind people and work."""
    tables = [
        f"{name} {found}" for name, found in sorted(inputs.files.items()) if name.split("/")[-2] in PEOPLE
    ]
    return hashlib.sha256("\n".join([rows_digest(inputs), *tables]).encode()).hexdigest()
