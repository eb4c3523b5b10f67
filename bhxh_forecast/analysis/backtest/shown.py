"""A backtest as text for a terminal and as one object for programs."""

from __future__ import annotations

from typing import Any

import pandas as pd

from bhxh_forecast.analysis.backtest.origins import SERIES
from bhxh_forecast.analysis.backtest.summary import alternatives_table, bars, by_horizon, skills

SHOWN = [
    "series",
    "geo",
    "method",
    "horizon",
    "count",
    "mape",
    "crps",
    "log_score",
    "inside_50",
    "inside_80",
    "inside_90",
]


def bars_of(rows: pd.DataFrame) -> pd.DataFrame:
    """The bars, if the rows hold enough origins of the nation (the area whose code is shortest)."""
    nation = str(min(rows["geo"], key=len))
    national = rows[rows["geo"] == nation]
    return bars(national, nation, SERIES) if national["origin"].nunique() > 3 else pd.DataFrame()


def as_dict(rows: pd.DataFrame, others: pd.DataFrame) -> dict[str, Any]:
    """Scores by horizon, skills, bars, and the structural alternatives."""
    return {
        "by_horizon": by_horizon(rows).to_dict("records"),
        "skills": skills(rows).to_dict("records"),
        "bars": bars_of(rows).to_dict("records"),
        "alternatives": alternatives_table(rows, others).to_dict("records"),
    }


def text(rows: pd.DataFrame, others: pd.DataFrame) -> str:
    """The same as tables in plain text."""
    parts = [by_horizon(rows)[SHOWN], skills(rows), bars_of(rows), alternatives_table(rows, others)]
    return "\n\n".join(part.round(4).to_string(index=False) for part in parts if len(part))
