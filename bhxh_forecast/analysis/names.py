"""What can be explained: programmes, series, bases and years, and the nearest name for one that is not."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from bhxh_forecast.budget.programmes import PROGRAMMES, TOTAL
from bhxh_forecast.errors import InputError, Problem
from bhxh_forecast.results.budget_table import FIRST_YEAR
from bhxh_forecast.results.coverage_table import emitted
from bhxh_forecast.results.targets_table import SERIES

WORDINGS = ("as_written", "as_reported")
TARGETS = {series: target for target, series in SERIES.items()} | {"csi_share": "si_coverage"}


def programme_names() -> list[str]:
    """Programmes of the budget table and their total."""
    return [*(programme.name for programme in PROGRAMMES), TOTAL]


def series_names() -> list[str]:
    """Series of the coverage table."""
    return list(dict.fromkeys(name for name, _, _ in emitted()))


def bases(series: str) -> list[str]:
    """Bases on which a series is shown."""
    return [base for name, base, _ in emitted() if name == series]


def check_programme(programme: str, year: int, until: int) -> None:
    """Refuse a programme or year that no budget table holds."""
    _stop([*_name("programme", programme, programme_names()), *_year(year, until)])


def check_series(series: str, year: int, until: int) -> None:
    """Refuse a series or year that no coverage table holds."""
    _stop([*_name("series", series, series_names()), *_year(year, until)])


def chosen_base(series: str, year: int, base: str | None, targets: pd.DataFrame) -> str:
    """Return the base meant: by default the one that the plan names for the year.

    A year between two years of the plan takes the wording of the later one, a year after the last that of the last.

    Raises
    ------
    InputError
        When the series is not shown on that base.
    """
    allowed = bases(series)
    if base in allowed:
        return base
    if base is not None and base not in WORDINGS:
        _stop(_name("--base", base, [*allowed, *WORDINGS]))
    if len(allowed) == 1:
        return allowed[0]
    rows = targets[targets["id"] == TARGETS[series]].sort_values("year")
    rows = rows[rows["year"] >= min(year, int(rows["year"].max()))]
    return str(rows.iloc[0][f"base_{base or WORDINGS[0]}"])


def _name(field: str, found: str, allowed: Iterable[str]) -> list[Problem]:
    names = list(allowed)
    return [] if found in names else list(InputError.of("bhxh explain", field, repr(found), names).problems)


def _year(year: int, until: int) -> list[Problem]:
    if FIRST_YEAR <= year <= until:
        return []
    nearest = str(min(max(year, FIRST_YEAR), until))
    return [Problem("bhxh explain", 0, 0, "year", str(year), f"{FIRST_YEAR} to {until} (--until)", nearest)]


def _stop(problems: list[Problem]) -> None:
    if problems:
        raise InputError(problems)
