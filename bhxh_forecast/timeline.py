"""The months of a run: from December 2015 to December of the last year, stocks at the end of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Months = NDArray[np.datetime64]
FIRST_MONTH = np.datetime64("2015-12", "M")
FIRST_YEAR = 2015  # the population begins on 1 January of this year


def month_of(day: date) -> np.datetime64:
    """Return the month that contains a day."""
    return np.datetime64(f"{day.year:04d}-{day.month:02d}", "M")


def year_of(months: Months) -> NDArray[np.int64]:
    """Return the calendar year of each month."""
    return months.astype("datetime64[Y]").astype(np.int64) + 1970


def month_number(months: Months) -> NDArray[np.int64]:
    """Return the month of the year, 1 to 12."""
    return months.astype(np.int64) % 12 + 1


def month_end(months: Months) -> Months:
    """Return the last day of each month, the date of a stock."""
    following: Months = (months + 1).astype("datetime64[D]")
    return np.asarray(following - 1, dtype="datetime64[D]")


@dataclass(frozen=True)
class Timeline:
    """Monthly axis of a run.

    Attributes
    ----------
    as_of
        The day up to which data and law are known; levers act from the month after it.
    until
        Last calendar year of the projection.
    first
        First month; longer series than the run's begin earlier.

    Examples
    --------
    >>> line = Timeline(date(2026, 7, 15), 2030)
    >>> len(line.months), str(line.months[line.as_of_index]), str(line.months[line.first_projected])
    (181, '2026-07', '2026-08')
    """

    as_of: date
    until: int = 2030
    first: np.datetime64 = FIRST_MONTH

    @cached_property
    def months(self) -> Months:
        """All months, shape (T,)."""
        return np.arange(self.first, np.datetime64(f"{self.until + 1:04d}-01", "M"))

    @cached_property
    def years(self) -> NDArray[np.int64]:
        """Population dates: 1 January of each of these years, from 2015 to ``until + 1``."""
        return np.arange(FIRST_YEAR, self.until + 2)

    @property
    def as_of_index(self) -> int:
        """Index of the month that contains the as-of date (clipped to the axis)."""
        return int(np.clip(self.index(month_of(self.as_of)), 0, len(self.months) - 1))

    @property
    def first_projected(self) -> int:
        """Index of the first month in which a lever may act."""
        return self.as_of_index + 1

    def index(self, month: np.datetime64 | str) -> int:
        """Position of a month on the axis (may lie outside it)."""
        return int((np.datetime64(str(month), "M") - self.first).astype(int))

    @cached_property
    def interpolation(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Index of the 1 January before each month end and the weight of the next one, each (T,)."""
        return year_of(self.months) - FIRST_YEAR, month_number(self.months) / 12.0
