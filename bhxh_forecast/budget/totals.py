"""The budget of a block of draws: every programme month by month, summed to years, sources and totals."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bhxh_forecast.budget import levers, memo, social_pension
from bhxh_forecast.budget import programmes as p
from bhxh_forecast.budget.ledger import Ledger, add_totals, checked_years
from bhxh_forecast.budget.prices import (
    INCOME_REFERENCE,
    base_salary,
    base_year_price,
    draws_of,
    income_path,
    price_path,
    year_starts,
)
from bhxh_forecast.budget.programmes import RECOGNITIONS, FundingRule, Programme
from bhxh_forecast.budget.support import Prepaid, least_contribution, prepaid, support, unit_amounts
from bhxh_forecast.budget.types import BudgetBlock
from bhxh_forecast.budget.window import Window
from bhxh_forecast.coverage.types import Array, CoverageBlock, Drivers
from bhxh_forecast.timeline import Timeline, year_of

PARAMETERS = (
    "base_salary_growth",
    "card_share",
    "chosen_base_ratio",
    "cost_data_matching",
    "cost_online",
    "cost_per_assisted",
    "cost_per_contact",
    "cost_per_inspection",
    "cost_per_notice",
    "cost_per_reminder",
    "cost_satisfaction",
    "density",
    "income_growth",
    "inflation_shift",
    "maternity_rate",
    "prepay_months",
    "settlement_lag_months",
    "sp_mortality",
    "ui_wage_base",
)


class Run:
    """What every year of one call shares.

    Parameters
    ----------
    coverage, drivers, params, line
        As for ``compute``.
    """

    def __init__(
        self, coverage: CoverageBlock, drivers: Drivers, params: Mapping[str, Array], line: Timeline
    ) -> None:
        self.coverage, self.drivers, self.line = coverage, drivers, line
        self.params = draws_of(params, PARAMETERS, coverage.members.shape[-1])
        self.units = unit_amounts(drivers)
        self.least = least_contribution(drivers)
        self.salary = base_salary(drivers, self.params["base_salary_growth"], line)
        self.price_2025 = base_year_price(drivers, self.params["inflation_shift"], line)
        reference = np.array([[float(np.clip(line.index(INCOME_REFERENCE), 0, line.months.size - 1))]])
        self.reference_income = income_path(drivers, self.params["income_growth"], reference)
        self.prepaid = prepaid(coverage, drivers, self.params)

    def window(self, start: int, stop: int) -> Window:
        """The months ``start`` to ``stop`` (exclusive)."""
        return Window(start, stop, self.coverage, self.drivers, self.params)

    def price(self, window: Window) -> Array:
        """Price level over that of 2025, (months, n)."""
        path = price_path(self.drivers, self.params["inflation_shift"], window.index)
        path /= self.price_2025
        return path

    def amounts(self, window: Window, price: Array) -> dict[Programme, Array]:
        """Every programme in a window, (months, n), without the prepaid part of the supports."""
        state, city = support(window, self.units)
        received = state + city
        if self.prepaid is not None:
            covered = self.prepaid.months(p.COVERED, window.index)
            for _, unit in self.prepaid.units():
                received += covered * unit
        own = memo.own_payments(window, self.least, received)
        people = social_pension.recipients(window)
        return {
            p.STATE_SUPPORT: state,
            p.CITY_TOP_UP: city,
            p.MATERNITY: memo.maternity(window),
            p.SOCIAL_PENSION: social_pension.national(window),
            p.CITY_INCREMENT: social_pension.city_increment(window, people),
            p.HEALTH_CARDS: social_pension.health_cards(window, people, self.salary),
            p.FUNERAL: social_pension.funeral(window, people),
            p.OUTREACH: levers.outreach(window, price),
            p.INSPECTION: levers.inspection(window, price),
            p.SERVICE: levers.service(window, price),
            p.COMMISSION: memo.commission(window, own),
            p.UI_SUPPORT: memo.unemployment_support(window, self.reference_income),
            p.OWN_PAYMENTS: own,
        }


def compute(
    coverage: CoverageBlock,
    drivers: Drivers,
    params: Mapping[str, Array],
    line: Timeline,
    *,
    funding: FundingRule | None = None,
    monthly: bool = False,
    past: BudgetBlock | None = None,
) -> BudgetBlock:
    """Cost of every programme by fiscal year, source, spending field and recognition.

    Parameters
    ----------
    coverage, drivers
        The people and the law of this block of draws.
    params
        Sampled and fixed quantities of ``PARAMETERS``, each (n,) or a single number.
    line
        The months of the run.
    funding
        Who pays the Government's norms; by default read from ``params`` (the city pays everything).
    monthly
        Keep the monthly amounts of every programme as well.
    past
        Budget of another scenario on the same draws and with the same history: calendar years before the as-of date's
        are taken over instead of being computed again.

    Returns
    -------
    BudgetBlock
        VND at current prices, (Y, n).

    Raises
    ------
    KeyError
        When a provision, a lever or a parameter is missing.
    """
    run = Run(coverage, drivers, params, line)
    return _block(run, funding or FundingRule.from_params(params), monthly, None if monthly else past)


def _block(run: Run, rule: FundingRule, monthly: bool, past: BudgetBlock | None) -> BudgetBlock:
    """Go through the years; one calendar year of all draws at a time stays in the processor's cache."""
    starts = year_starts(run.line.months)
    size, draws = run.line.months.size, run.coverage.members.shape[-1]
    deflator = np.empty((starts.size, draws))
    known = 0
    if past is not None:
        known = int(np.searchsorted(starts, run.line.as_of_index, side="right")) - 1
        deflator[:known] = past.deflator[:known]
    accounts = None if past is None else past.accounts
    ledger = Ledger(rule, starts.size, draws, size if monthly else None, accounts, known)
    ends = [*starts[1:], size]
    for year in range(known, starts.size):
        start, stop = starts[year], ends[year]
        window = run.window(int(start), int(stop))
        price = run.price(window)
        deflator[year] = price.mean(axis=0)
        _enter(ledger, run.prepaid, year, window, run.amounts(window, price))
    by_programme = checked_years(run.drivers, starts)
    checked = {account: by_programme[account.programme] for account in ledger.annual}
    return BudgetBlock(
        years=year_of(run.line.months)[starts],
        accounts=ledger.annual | add_totals(ledger.annual, checked),
        checked=checked,
        deflator=deflator,
        promised=_promised(run.prepaid, size, draws),
        monthly=ledger.monthly,
    )


def _enter(
    ledger: Ledger, part: Prepaid | None, year: int, window: Window, amounts: dict[Programme, Array]
) -> None:
    """Enter all programmes of one year; only prepaid supports differ between recognitions."""
    for programme, amount in amounts.items():
        if part is None or programme not in p.PREPAID_PROGRAMMES:
            ledger.enter(programme, RECOGNITIONS, year, window.months, amount)
    if part is None:
        return
    for recognition in RECOGNITIONS:
        months = part.months(recognition, window.index)
        for programme, unit in part.units():
            ledger.enter(programme, (recognition,), year, window.months, amounts[programme] + months * unit)


def _promised(part: Prepaid | None, months: int, draws: int) -> dict[str, Array]:
    """Prepaid support of the months covered after the run, by programme, VND, (n,)."""
    if part is None:
        return {programme.name: np.zeros(draws) for programme in p.PREPAID_PROGRAMMES}
    late = part.covered_after(months)
    return {programme.name: unit * late for programme, unit in part.units()}
