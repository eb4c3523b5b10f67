"""Support of voluntary contributions, group by group, and the part that is prepaid before a new line.

Technical note, section 7. The base is the contribution on the supported line, not on the income that a member
chooses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bhxh_forecast.budget.programmes import COLLECTED, COVERED, PREPAID_PROGRAMMES, Programme
from bhxh_forecast.budget.window import Window, on_grid
from bhxh_forecast.coverage.types import GROUPS, Array, CoverageBlock, Drivers


def support_base(drivers: Drivers) -> Array:
    """b(t): contribution on the supported line, VND per person and month, (T,)."""
    return drivers.contribution_rate * drivers.line


def least_contribution(drivers: Drivers) -> Array:
    """c(t): contribution on the rural poverty line, the least a member pays in gross, VND per month, (T,)."""
    return drivers.contribution_rate * drivers.rural_line


def unit_amounts(drivers: Drivers) -> tuple[Array, Array]:
    """State and city support, VND per supported person-month, each (4, T); 0 where no share is in force."""
    base = support_base(drivers)
    return base * np.nan_to_num(drivers.state_share), base * np.nan_to_num(drivers.city_share)


def person_months(window: Window, group: int) -> Array:
    """Months that a group pays month by month, (months, n); from a new line on without the prepaid ones."""
    cover, new_line = window.coverage, window.drivers.new_line_month
    paid: Array = cover.group_members[window.months, group] * window.params["density"]
    if new_line is not None and new_line < window.stop:
        first = max(new_line, window.start)
        paid[first - window.start :] -= cover.group_locked[first : window.stop, group]
    return paid


@dataclass(frozen=True)
class GroupSupport:
    """Paid and supported person-months and amounts, (months, n) each; one group or all of them."""

    paid: Array
    supported: Array
    state: Array
    city: Array


def group_support(window: Window, group: int, units: tuple[Array, Array]) -> GroupSupport:
    """Return what one group pays and receives month by month (prepaid months apart)."""
    paid = person_months(window, group)
    supported = paid * (1.0 - window.coverage.capped_share[window.months])
    state, city = (on_grid(supported * unit[group, window.months, None]) for unit in units)
    return GroupSupport(paid, supported, state, city)


def support(window: Window, units: tuple[Array, Array]) -> tuple[Array, Array]:
    """Return state support and city support of all groups, (months, n) each, prepaid months apart."""
    state, city = window.zeros(), window.zeros()
    uncapped = 1.0 - window.coverage.capped_share[window.months]
    for group in range(len(GROUPS)):
        rates = [unit[group, window.months, None] for unit in units]
        if not any(rate.any() for rate in rates):
            continue
        months = person_months(window, group)
        months *= uncapped
        for amount, rate in zip((state, city), rates, strict=True):
            amount += on_grid(months * rate)
    return state, city


@dataclass(frozen=True)
class Prepaid:
    """Members who lock the old line by paying ahead in the month before a new one.

    Attributes
    ----------
    month
        Index of the month in which they pay.
    persons, supported
        All of them and those within the cap, by group, (4, n).
    ahead
        Whole months paid ahead, (n,).
    lag
        Months from collection to transfer, (n,).
    state, city
        Support for one month at the line and shares of the month of payment, VND, (4, n).
    """

    month: int
    persons: Array
    supported: Array
    ahead: Array
    lag: Array
    state: Array
    city: Array

    def months(self, recognition: str, index: Array) -> Array:
        """How many of the prepaid months are recognised in each month, (months, n).

        ``index`` counts months as in ``Window.index``. Covered: one a month from the month after payment;
        collected: all in the month of payment; transferred: all when the list is settled.
        """
        if recognition == COVERED:
            return ((index > self.month) & (index <= self.month + self.ahead)).astype(np.float64)
        when = self.month if recognition == COLLECTED else self.month + self.lag
        at_once: Array = (index == when) * self.ahead
        return at_once

    def units(self) -> list[tuple[Programme, Array]]:
        """Support of all groups for one prepaid month, VND, (n,), by programme."""
        return list(zip(PREPAID_PROGRAMMES, (self.state.sum(axis=0), self.city.sum(axis=0)), strict=True))

    def covered_after(self, months: int) -> Array:
        """How many prepaid months are covered after a run of so many months, (n,)."""
        late: Array = np.clip(self.month + self.ahead - (months - 1), 0.0, self.ahead)
        return late


def prepaid(coverage: CoverageBlock, drivers: Drivers, params: Mapping[str, Array]) -> Prepaid | None:
    """Return the prepaid part, or None in a run without a new line.

    ``params`` holds ``prepay_months``, of which whole months count, and ``settlement_lag_months``, (n,) each.
    """
    if drivers.new_line_month is None:
        return None
    month = drivers.new_line_month - 1
    persons = coverage.group_locked[month]
    supported = persons * (1.0 - coverage.capped_share[month])
    state, city = (on_grid(supported * unit[:, month, None]) for unit in unit_amounts(drivers))
    ahead = np.floor(params["prepay_months"])
    return Prepaid(month, persons, supported, ahead, params["settlement_lag_months"], state, city)
