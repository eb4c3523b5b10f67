"""Published figures: reading, the rules a row must keep, and what was known on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from bhxh_forecast.inputs.faults import Faults
from bhxh_forecast.inputs.folder import DataFolder
from bhxh_forecast.inputs.tables import Column, Layout, cell_text, place_of, read_table

FILE = "observations/observations.csv"
LAYOUT = Layout(
    columns={
        "id": Column(required=True),
        "series": Column(required=True),
        "geo": Column(required=True),
        "period_start": Column("date"),
        "period_end": Column("date"),
        "period_kind": Column(required=True, allowed=("point", "average", "cumulative", "unknown")),
        "value": Column("number"),
        "unit": Column(),
        "qualifier": Column(required=True, allowed=("exact", "more_than", "nearly", "estimate", "target")),
        "published": Column("date"),
        "published_basis": Column(allowed=("stated", "assumed_lag")),
        "duplicate_group": Column(),
        "use": Column(required=True, allowed=("fit", "show", "context")),
        "sd_log": Column("number", low=1e-6, high=2.0),
        "definition": Column(),
        "status": Column(required=True, allowed=("cited", "derived", "unverified")),
        "source_title": Column(),
        "publisher": Column(),
        "url": Column(),
        "note": Column(),
    },
    key=("id",),
)
_BEFORE_THE_EVENT = ("estimate", "target")  # figures that may be announced before the period ends


def read_observations(folder: DataFolder, faults: Faults) -> pd.DataFrame:
    """Read all published figures; rows that break a rule are problems."""
    frame = read_table(folder, FILE, LAYOUT, faults)
    if len(frame):
        _check_rows(frame, faults)
    return frame


def newest_published(frame: pd.DataFrame) -> date | None:
    """Newest day on which a figure (not a target) became public."""
    days = frame.loc[frame["qualifier"] != "target", "published"].dropna()
    return None if days.empty else days.max().date()


def known_on(frame: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Rows published on or before a day, without the columns that say where they stand in the file."""
    known = frame[frame["published"] <= pd.Timestamp(as_of)]
    return known.drop(columns=["_file", "_row"]).reset_index(drop=True)


def _check_rows(frame: pd.DataFrame, faults: Faults) -> None:
    told = {(problem.file, problem.line, problem.column) for problem in faults.problems}
    fit, dated = frame["use"] == "fit", frame["use"] != "context"
    rules: list[tuple[Any, str, str]] = [
        (frame["period_end"].isna() & dated, "period_end", "a date, unless use is context"),
        (frame["published"].isna() & dated, "published", "a date, unless use is context"),
        (frame["value"].notna() & (frame["unit"] == ""), "unit", "a unit where there is a value"),
        (frame["period_end"] < frame["period_start"], "period_end", "a day not before period_start"),
        (
            (frame["published"] < frame["period_end"]) & ~frame["qualifier"].isin(_BEFORE_THE_EVENT),
            "published",
            "a day not before period_end, unless the qualifier is estimate or target",
        ),
        (fit & ~(frame["value"] > 0), "value", "a number above 0 where use is fit"),
        (fit & ~(frame["sd_log"] > 0), "sd_log", "a number above 0 where use is fit"),
        (fit & (frame["qualifier"] == "target"), "use", "show or context: a target is no measurement"),
    ]
    for broken, column, allowed in rules:
        for position in np.flatnonzero(np.asarray(broken, dtype=bool)):
            row = frame.iloc[position]
            place = place_of(row, column)
            if place not in told:  # a cell that could not be read is told once
                faults.at(place, f"{row['id']}.{column}", cell_text(row[column]), allowed)
    grouped = frame[frame["duplicate_group"] != ""]
    repeated = grouped[(grouped["use"] == "fit") & grouped.duplicated(["duplicate_group", "use"])]
    for _, row in repeated.iterrows():
        found = f"fit again in group {row['duplicate_group']}"
        faults.at(place_of(row, "use"), f"{row['id']}.use", found, "one fit row in each duplicate_group")
