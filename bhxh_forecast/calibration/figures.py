"""Dated figures as the likelihood sees them: one month, one log value, one error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bhxh_forecast.timeline import Timeline


@dataclass(frozen=True)
class Figure:
    """A published figure, or several of one month put together.

    Attributes
    ----------
    month
        Index of the month at whose end it counts (averages: June of their year).
    value, log_value, sd
        Persons, its log, and the standard error of the log.
    ids
        Ids of the rows behind it.
    """

    month: int
    value: float
    log_value: float
    sd: float
    ids: tuple[str, ...]


def month_index(row: pd.Series, line: Timeline) -> int:
    """Month of a figure: that of its date, the month before for a first day, June for the average of a year."""
    end = pd.Timestamp(row["period_end"])
    if row["period_kind"] == "average":
        return line.index(f"{end.year}-06")
    month = line.index(end.strftime("%Y-%m"))
    return month - 1 if end.day == 1 else month


def figures(observations: pd.DataFrame, series: str, geo: str, line: Timeline) -> list[Figure]:
    """Figures of a series that enter the likelihood, in order of time, at most one a month.

    Several figures of one month are weighed by their precision. Those outside the axis are left out.
    """
    rows = observations[
        (observations["series"] == series) & (observations["geo"] == geo) & (observations["use"] == "fit")
    ]
    by_month: dict[int, list[tuple[float, float, str]]] = {}
    for _, row in rows.iterrows():
        month = month_index(row, line)
        if 0 <= month < len(line.months) and row["value"] > 0:
            entry = (float(np.log(row["value"])), float(row["sd_log"]), str(row["id"]))
            by_month.setdefault(month, []).append(entry)
    return [merged(month, by_month[month]) for month in sorted(by_month)]


def merged(month: int, entries: list[tuple[float, float, str]]) -> Figure:
    """Put figures (log value, sd, id) of one month together by precision."""
    precision = np.array([sd**-2.0 for _, sd, _ in entries])
    log_value = float(np.dot(precision, [value for value, _, _ in entries]) / precision.sum())
    return Figure(
        month,
        float(np.exp(log_value)),
        log_value,
        float(precision.sum() ** -0.5),
        tuple(e[2] for e in entries),
    )


def without_voluntary(
    total: list[Figure], compulsory: list[Figure], voluntary: list[Figure], start: float
) -> list[Figure]:
    """Compulsory figures, with totals less voluntary members where no split exists at that date.

    Voluntary members at the date are read between their own figures (log-linear from ``start`` at month 0); they are 1
    to 3% of the total, so that the error of this reading is far below the figure's own.
    """
    at = [0, *(f.month for f in voluntary)]
    logs = [float(np.log(start)), *(f.log_value for f in voluntary)]
    derived = []
    for f in total:
        value = f.value - float(np.exp(np.interp(f.month, at, logs)))
        derived.append((f.month, (float(np.log(value)), f.sd, f.ids[0])))
    by_month: dict[int, list[tuple[float, float, str]]] = {}
    for f in compulsory:
        by_month.setdefault(f.month, []).append((f.log_value, f.sd, f.ids[0]))
    for month, entry in derived:
        by_month.setdefault(month, []).append(entry)
    return [merged(month, by_month[month]) for month in sorted(by_month)]
