"""Lets the files of data/missing that wait for the rates of a resolution fill the law book.

Until such a file has rows, the book holds what is assumed meanwhile. A row gives ``provision`` and ``group`` (together
the id), ``value``, ``from`` and perhaps ``to``; it takes the place of what the book has between these days, and keeps
the act and the enactment date of the row that it replaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from bhxh_forecast.inputs.faults import Faults
from bhxh_forecast.inputs.folder import DataFolder
from bhxh_forecast.inputs.law import LawRow, Provision, lay_over
from bhxh_forecast.inputs.tables import Column, Layout, place_of, read_table

PATTERN = "_rates.csv"
LAYOUT = Layout(
    columns={
        "provision": Column(required=True),
        "group": Column(),
        "value": Column("number", required=True),
        "unit": Column(),
        "from": Column("date", required=True),
        "to": Column("date"),
        **{name: Column() for name in ("reference", "source_title", "url", "note")},
    },
    key=("provision", "group", "from"),
)


def fill_rates(
    provisions: Mapping[str, Provision], folder: DataFolder, faults: Faults
) -> dict[str, Provision]:
    """Lay the rates that were filled in over the provisions of the book."""
    filled = dict(provisions)
    for name in folder.names("missing", PATTERN):
        for _, entry in read_table(folder, name, LAYOUT, faults).iterrows():
            wanted = ".".join(part for part in (str(entry["provision"]), str(entry["group"])) if part)
            if wanted not in filled:
                faults.at(place_of(entry, "provision"), "provision", repr(wanted), sorted(filled))
            elif not pd.isna(entry["from"]) and not pd.isna(entry["value"]):
                old = filled[wanted]
                row = _row(old, entry, folder.stable_name(folder.paths(name)[-1]))
                filled[wanted] = replace(old, rows=lay_over(old.rows, row))
    return filled


def _row(provision: Provision, entry: pd.Series[Any], file: str) -> LawRow:
    first: date = entry["from"].date()
    begun = [row for row in provision.rows if row.from_ <= first]
    model = begun[-1] if begun else provision.rows[0]
    return replace(
        model,
        from_=first,
        to=None if pd.isna(entry["to"]) else entry["to"].date(),
        value=float(entry["value"]),
        reference=str(entry["reference"]) or model.reference,
        status="cited",
        source=str(entry["source_title"]),
        url=str(entry["url"]),
        note=str(entry["note"]),
        file=file,
        line=int(entry["_row"]) + 2,
    )
