"""The central projection of one scenario, month by month, as the estimate reads it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bhxh_forecast.budget.programmes import HEADLINE
from bhxh_forecast.coverage.types import GROUPS, OTHER, Array

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page

PENSIONERS = ("by_age", "poor_near_poor", "city_extension")
VSI, PREPAID, PENSION, CARDS, FUNERAL = (
    "vsi",
    "vsi_prepaid",
    "social_pension",
    "health_cards",
    "funeral_support",
)
TRANSFER = "transfer_to_compulsory"
TERMS = ("line", "rate", "norm_share", "city_share")
_DECEMBER = 12


@dataclass(frozen=True)
class Block:
    """Months of one item and group; arrays (M,) from January of the year before the estimate's current year.

    ``density`` is months paid per member and month, ``within`` the part of them within the cap; both are ratios of
    means, so that persons x density x within x unit cost is the amount.
    """

    item: str
    group: str
    frame: pd.DataFrame

    @cached_property
    def _columns(self) -> dict[str, Array]:
        names = [
            n
            for n in self.frame.columns
            if n not in ("scenario", "world", "geo", "date", "item", "group", "recognition")
        ]
        return {name: self.frame[name].to_numpy(dtype=np.float64) for name in names}

    def __getitem__(self, name: str) -> Array:
        return self._columns[name]

    @cached_property
    def years(self) -> Array:
        """Calendar year of each month."""
        return np.asarray(self.frame["date"].dt.year.to_numpy())

    @cached_property
    def density(self) -> Array:
        """Months paid over persons, (M,); 0 where nobody is."""
        return _ratio(self["months_paid"], self["persons"])

    @cached_property
    def within(self) -> Array:
        """Supported months over months paid, (M,); 1 where nothing is paid."""
        return _ratio(self["months_supported"], self["months_paid"], 1.0)

    @cached_property
    def growth(self) -> Array:
        """Unit cost over line x rate: growth of the base salary for cards, 1 for all others."""
        if self.item != CARDS:
            return np.ones(len(self.frame))
        return _ratio(self["unit_norm"], self["line"] * self["rate"], 1.0)

    def sum(self, name: str, year: int) -> float:
        """Sum of a column over a year."""
        return float(self[name][self.years == year].sum())


def _ratio(upper: Array, lower: Array, empty: float = 0.0) -> Array:
    return np.divide(upper, lower, out=np.full_like(upper, empty), where=lower > 0)


@dataclass(frozen=True)
class Period:
    """Months with the same terms of support, first and last as dates."""

    first: pd.Timestamp
    last: pd.Timestamp

    @property
    def months(self) -> int:
        """Number of months."""
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1


class Central:
    """Blocks of the estimate, with its years.

    Parameters
    ----------
    page
        Scenario, world and language.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.current = page.as_of.year
        self.next = self.current + 1
        self.years = tuple(range(self.current, page.until + 1))

    @cached_property
    def table(self) -> pd.DataFrame:
        """All rows of the estimate table."""
        return self.page.table("estimate")

    @cached_property
    def _blocks(self) -> dict[tuple[str, str], pd.DataFrame]:
        rows = self.table[self.table["recognition"].isin(["all", HEADLINE])].sort_values("date")
        return {(str(i), str(g)): part for (i, g), part in rows.groupby(["item", "group"], sort=False)}

    def block(self, item: str, group: str = "all") -> Block:
        """Months of one item and group in the headline's recognition."""
        rows = self._blocks.get((item, group), self.table.iloc[:0])
        return Block(item, group, rows.reset_index(drop=True))

    @cached_property
    def members(self) -> dict[str, Block]:
        """Members who pay month by month, by group; a group without people takes the ratios of *other*."""
        return {group: self.block(VSI, group) for group in GROUPS}

    @cached_property
    def prepaid(self) -> dict[str, Block]:
        """Months paid ahead, by group, in the months in which their support is transferred."""
        return {group: self.block(PREPAID, group) for group in GROUPS}

    def prepaid_by(self, recognition: str) -> pd.DataFrame:
        """Months paid ahead with their amounts in another recognition."""
        table = self.table
        return table[(table["item"] == PREPAID) & (table["recognition"] == recognition)]

    @cached_property
    def pensioners(self) -> dict[str, Block]:
        """Social pensioners by entitlement; those with nobody are left out."""
        found = {group: self.block(PENSION, group) for group in PENSIONERS}
        return {group: block for group, block in found.items() if block["persons"].any() or group == "by_age"}

    @cached_property
    def cards(self) -> Block:
        """Health cards."""
        return self.block(CARDS)

    @cached_property
    def funerals(self) -> Block:
        """Deaths with funeral support."""
        return self.block(FUNERAL)

    @cached_property
    def moved(self) -> Array:
        """Members of *other* moved to compulsory insurance by law in the twelve months to each month, (M,)."""
        flow = self.block(TRANSFER, GROUPS[OTHER])["persons"]
        total = np.cumsum(np.concatenate([[0.0], flow]))
        ends = np.arange(1, len(flow) + 1)
        return np.asarray(total[ends] - total[np.maximum(ends - _DECEMBER, 0)])

    @cached_property
    def changes(self) -> tuple[pd.Timestamp, ...]:
        """First months of new terms of support: values that change, or a new row of law with the same value."""
        dates = self.members[GROUPS[0]].frame["date"]
        cut = np.zeros(len(dates), dtype=bool)
        for block in self.members.values():
            for name in TERMS:
                values = block[name]
                cut[1:] |= values[1:] != values[:-1]
        days = self._law_days()
        cut |= np.array([any(d.year == s.year and d.month == s.month for s in days) for d in dates])
        return tuple(dates[cut])

    def _law_days(self) -> set[pd.Timestamp]:
        from bhxh_forecast.reporting.estimate.law import support_rows

        return {pd.Timestamp(row.from_) for rows in support_rows(self.page).values() for row in rows}

    def periods(self, year: int) -> list[Period]:
        """Law periods of a year, in order."""
        dates = [d for d in self.members[GROUPS[0]].frame["date"] if d.year == year]
        starts = [dates[0], *(d for d in self.changes if d.year == year and d > dates[0])]
        ends = [dates[dates.index(s) - 1] for s in starts[1:]] + [dates[-1]]
        return [Period(first, last) for first, last in zip(starts, ends, strict=True)]
