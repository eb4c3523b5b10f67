"""Figures that only the authorities have: allocations, final accounts, ceilings, actuals; None where not entered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from bhxh_forecast.reporting.estimate.law import ACTUALS

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page

FIGURES = "missing/budget_figures"
COMMUNES = "missing/communes"
KINDS = (
    "final_accounts",
    "allocated",
    "supplement",
    "carried_over",
    "control_figure",
    "ceiling",
    "central_targeted",
)


@dataclass(frozen=True)
class Given:
    """What the finance department and the agency entered for this page."""

    page: Page

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Rows of the file of budget figures."""
        return self.page.inputs.table(FIGURES)

    def figure(self, kind: str, year: int, line: str = "total") -> float | None:
        """One budget figure in VND."""
        table = self.figures
        found = table[
            (table["kind"] == kind)
            & (table["line"] == line)
            & (pd.to_numeric(table["fiscal_year"], errors="coerce") == year)
        ]
        return float(pd.to_numeric(found["value_vnd"]).sum()) if len(found) else None

    def ceiling(self, year: int) -> float | None:
        """The ceiling notified; for the estimate's year the control figure does."""
        ceiling = self.figure("ceiling", year)
        return self.figure("control_figure", year) if ceiling is None else ceiling

    @cached_property
    def actuals(self) -> pd.DataFrame:
        """Confirmed figures of the agency, cumulative from 1 January to each date, by group or ``all``."""
        table = self.page.inputs.table(ACTUALS).copy()
        table["date"] = pd.to_datetime(table["date"])
        return table

    def done(self, months: int, columns: Iterable[str]) -> float | None:
        """Sum of actual columns over groups to the end of a month of the current year, VND."""
        end = pd.Timestamp(self.page.as_of.year, months, 1) + pd.offsets.MonthEnd(0)
        rows = self.actuals[self.actuals["date"] == end]
        if rows.empty:
            return None
        whole = rows[rows["group"] == "all"]
        return float(sum(pd.to_numeric((whole if len(whole) else rows)[c]).sum() for c in columns))

    @cached_property
    def communes(self) -> pd.DataFrame:
        """Communes with their counts."""
        return self.page.inputs.table(COMMUNES)
