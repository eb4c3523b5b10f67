"""The basis of calculation: people x months x base x share -> amount, one line per group and law period."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bhxh_forecast.budget.prices import draws_of, year_starts
from bhxh_forecast.budget.programmes import COVERED, HEADLINE
from bhxh_forecast.budget.support import Prepaid, group_support, prepaid, support_base, unit_amounts
from bhxh_forecast.budget.window import Window
from bhxh_forecast.coverage.types import GROUPS, Array, CoverageBlock, Drivers
from bhxh_forecast.timeline import Timeline, year_of


@dataclass(frozen=True)
class BasisRow:
    """One group in months of one fiscal year with the same line and shares. Arrays are per draw, (n,).

    Attributes
    ----------
    year, group, first, last
        Fiscal year, support group, first and last month (YYYY-MM).
    prepaid
        True for members who paid ahead: their months recognised in this year, at the terms of the payment.
    months
        Months in the period.
    opening, closing, persons
        Members who do not hold prepaid months (or do, in a prepaid line): at the end of the month before, of the
        last month, and on average over the month ends.
    person_months, supported
        Paid person-months, and those of them within the cap.
    line, base, state_share, city_share, state_unit, city_unit
        Supported line, contribution on it, shares, and VND per supported person-month; equal in all draws.
    state, city
        Support of the State and of the city, VND.
    """

    year: int
    group: str
    first: str
    last: str
    prepaid: bool
    months: int
    opening: Array
    closing: Array
    persons: Array
    person_months: Array
    supported: Array
    line: float
    base: float
    state_share: float
    city_share: float
    state_unit: float
    city_unit: float
    state: Array
    city: Array

    def means(self) -> dict[str, object]:
        """The row as printed: means over draws.

        ``density`` and ``supported_share`` are ratios of means, so that persons x months x density x
        supported_share x unit amount gives the amount.
        """
        row: dict[str, object] = {
            key: float(value.mean()) if isinstance(value, np.ndarray) else value
            for key, value in vars(self).items()
        }
        stock, paid = self.persons.mean() * self.months, self.person_months.mean()
        row["density"] = float(paid / stock) if stock else 0.0
        row["supported_share"] = float(self.supported.mean() / paid) if paid else 0.0
        row["total"] = float(self.state.mean() + self.city.mean())
        return row


def basis(
    coverage: CoverageBlock,
    drivers: Drivers,
    params: Mapping[str, Array],
    line: Timeline,
    *,
    recognition: str = HEADLINE,
) -> list[BasisRow]:
    """Return the lines that add up to the supports of contributions, exactly and in every draw.

    Parameters
    ----------
    coverage, drivers, params, line
        As for ``compute``.
    recognition
        In which month a prepaid contribution counts.

    Returns
    -------
    list of BasisRow
        By year, group and period; the prepaid line of a group after its others.
    """
    values = draws_of(
        params, ("density", "prepay_months", "settlement_lag_months"), coverage.members.shape[-1]
    )
    part, units = prepaid(coverage, drivers, values), unit_amounts(drivers)
    starts = year_starts(line.months)
    rows: list[BasisRow] = []
    for start, stop in zip(starts, [*starts[1:], line.months.size], strict=True):
        for group in range(len(GROUPS)):
            for first, last in law_periods(drivers, group, int(start), int(stop)):
                window = Window(first, last, coverage, drivers, values)
                rows.append(_row(window, group, units, line))
            if part is not None:
                window = Window(int(start), int(stop), coverage, drivers, values)
                rows += _prepaid_row(window, group, part, recognition, line)
    return rows


def law_periods(drivers: Drivers, group: int, start: int, stop: int) -> list[tuple[int, int]]:
    """Split months into runs with the same line, rate and shares: first month, month after the last."""
    terms = np.stack(
        [drivers.line, drivers.contribution_rate, drivers.state_share[group], drivers.city_share[group]]
    )
    terms = np.nan_to_num(terms)[:, start:stop]
    cuts = np.flatnonzero((terms[:, 1:] != terms[:, :-1]).any(axis=0)) + start + 1
    edges = [start, *(int(c) for c in cuts), stop]
    return list(itertools.pairwise(edges))


def _terms(drivers: Drivers, group: int, month: int) -> dict[str, float]:
    """Line, base, shares and unit amounts of a group in a month."""
    state, city = unit_amounts(drivers)
    return {
        "line": float(drivers.line[month]),
        "base": float(support_base(drivers)[month]),
        "state_share": float(np.nan_to_num(drivers.state_share[group, month])),
        "city_share": float(np.nan_to_num(drivers.city_share[group, month])),
        "state_unit": float(state[group, month]),
        "city_unit": float(city[group, month]),
    }


def _period(line: Timeline, first: int, last: int) -> tuple[int, str, str]:
    """Fiscal year and the names of the first and last month."""
    months = line.months
    return int(year_of(months)[first]), str(months[first]), str(months[last])


def _row(window: Window, group: int, units: tuple[Array, Array], line: Timeline) -> BasisRow:
    """The line of members who pay month by month."""
    amounts = group_support(window, group, units)
    cover, new_line = window.coverage, window.drivers.new_line_month
    ends = np.arange(max(window.start - 1, 0), window.stop)
    stock = cover.group_members[ends, group]
    if new_line is not None:
        stock -= cover.group_locked[ends, group] * (ends >= new_line)[:, None]
    year, first, last = _period(line, window.start, window.stop - 1)
    return BasisRow(
        year=year,
        group=GROUPS[group],
        first=first,
        last=last,
        prepaid=False,
        months=window.stop - window.start,
        opening=stock[0],
        closing=stock[-1],
        persons=stock[window.start - window.stop :].mean(axis=0),
        person_months=amounts.paid.sum(axis=0),
        supported=amounts.supported.sum(axis=0),
        state=amounts.state.sum(axis=0),
        city=amounts.city.sum(axis=0),
        **_terms(window.drivers, group, window.start),
    )


def _prepaid_row(
    window: Window, group: int, part: Prepaid, recognition: str, line: Timeline
) -> list[BasisRow]:
    """The line of members who paid ahead, if any of their months is recognised in this window."""
    by_month = part.months(recognition, window.index)
    active = np.flatnonzero(by_month.any(axis=1))
    if not active.size:
        return []
    year, first, last = _period(line, window.start + int(active[0]), window.start + int(active[-1]))
    persons, recognised = part.persons[group], by_month.sum(axis=0)
    present = by_month[active] > 0 if recognition == COVERED else np.ones((1, persons.size), dtype=bool)
    return [
        BasisRow(
            year=year,
            group=GROUPS[group],
            first=first,
            last=last,
            prepaid=True,
            months=active.size,
            opening=persons,
            closing=persons,
            persons=persons * present.mean(axis=0),
            person_months=persons * recognised,
            supported=part.supported[group] * recognised,
            state=part.state[group] * recognised,
            city=part.city[group] * recognised,
            **_terms(window.drivers, group, part.month),
        )
    ]
