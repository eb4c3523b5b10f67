"""What each programme is made of in one year: the terms of the formulas of docs/technical-note.md, section 7."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bhxh_forecast.analysis.terms import Piece, Term
from bhxh_forecast.budget import programmes as p
from bhxh_forecast.budget.prices import income_path
from bhxh_forecast.budget.social_pension import level, recipients
from bhxh_forecast.budget.totals import Run
from bhxh_forecast.budget.window import Window
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.simulation import ScenarioBlock
from bhxh_forecast.timeline import Timeline, year_of

MONTHLY, VND, PERSONS, SHARE, RATIO, YEARLY = "VND/month", "VND", "persons", "share", "ratio", "per year"
Factors = tuple[str, str, Array]


@dataclass(frozen=True)
class YearOfBlock:
    """One year of one scenario on one block of draws, with what its formulas share."""

    run: Run
    window: Window
    block: ScenarioBlock
    line: Timeline
    year: int

    @classmethod
    def of(cls, block: ScenarioBlock, line: Timeline, year: int) -> YearOfBlock:
        """Take the months of a calendar year."""
        run = Run(block.coverage, block.drivers, block.block.params, line)
        inside = np.flatnonzero(year_of(line.months) == year)
        return cls(run, run.window(int(inside[0]), int(inside[-1]) + 1), block, line, year)

    @property
    def row(self) -> int:
        """Place of the year among the fiscal years of the budget."""
        return int(np.searchsorted(self.block.budget.years, self.year))

    @property
    def price(self) -> Factors:
        """Consumer prices over those of 2025."""
        return ("price", RATIO, self.run.price(self.window))

    def people(self, stock: Array, name: str = "persons") -> Factors:
        """A stock of people in the months of the year."""
        return (name, PERSONS, stock[self.window.months])

    def law(self, provision: str, unit: str) -> Factors:
        """A provision in the months of the year."""
        return (provision, unit, self.window.law(provision))

    def parameter(self, name: str, unit: str) -> Factors:
        """A sampled or fixed quantity."""
        return (name, unit, self.run.params[name])

    def change(self, lever: str, unit: str) -> Factors:
        """A lever over its baseline."""
        return (lever, unit, self.window.change(lever))

    def covered(self, programme: str) -> Array:
        """A support of contributions by month covered, VND (n,)."""
        amount: Array = self.block.budget.programme(programme, recognition=p.COVERED)[self.row]
        return amount


def _social_pension(year: YearOfBlock) -> list[Piece]:
    amount = ("sp.level_national", MONTHLY, level(year.window))
    cover = year.window.coverage
    return [
        Piece("social_pension_by_age", [year.people(cover.social_pension_law), amount]),
        Piece("social_pension_poor", [year.people(cover.social_pension_poor), amount]),
    ]


def _increment(year: YearOfBlock) -> list[Piece]:
    people = ("persons", PERSONS, recipients(year.window))
    extension = year.people(year.window.coverage.social_pension_extension)
    return [
        Piece("city_increment", [people, year.law("sp.city_topup", MONTHLY)]),
        Piece("city_extension", [extension, ("sp.level_national", MONTHLY, level(year.window))]),
    ]


def _cards(year: YearOfBlock) -> list[Piece]:
    enacted, factors, steps = year.run.salary
    months = year.window.months
    parts = [
        ("persons", PERSONS, recipients(year.window)),
        year.law("hi.rate", SHARE),
        ("base_salary", MONTHLY, enacted[months, None]),
        year.parameter("card_share", SHARE),
    ]
    if steps[months].any():
        parts.append(("base_salary_growth", RATIO, factors[steps[months]]))
    return [Piece("health_cards", parts, cuts=steps[months, None].astype(np.float64))]


def _funeral(year: YearOfBlock) -> list[Piece]:
    parts = [
        ("persons", PERSONS, recipients(year.window)),
        year.parameter("sp_mortality", YEARLY),
        year.law("sp.funeral_support_min_multiple", RATIO),
        year.law("sa.standard_national", VND),
    ]
    return [Piece("funeral_support", parts, "years")]


def _outreach(year: YearOfBlock) -> list[Piece]:
    assisted = year.window.product_change("outreach.contacts", "outreach.assisted_registration")
    members = ("persons", PERSONS, year.window.before(year.window.coverage.members))
    contacts = year.change("outreach.contacts", "persons/month")
    reached = ("assisted_registrations", "persons/month", assisted)
    reminders = [members, year.change("outreach.reminders", SHARE)]
    return [
        Piece("outreach_budget", [year.change("outreach.budget", MONTHLY)]),
        Piece("outreach_contacts", [contacts, year.parameter("cost_per_contact", VND), year.price]),
        Piece("outreach_assisted", [reached, year.parameter("cost_per_assisted", VND), year.price]),
        Piece(
            "outreach_reminders",
            [*reminders, year.parameter("cost_per_reminder", VND), year.price],
            "quarters",
        ),
    ]


def _inspection(year: YearOfBlock) -> list[Piece]:
    employees = ("persons", PERSONS, year.window.before(year.window.coverage.employees))
    visits = year.change("compliance.inspections", "units/month")
    notices = year.change("compliance.notices", "share/year")
    matching = year.change("compliance.data_matching", SHARE)
    return [
        Piece("inspections", [visits, year.parameter("cost_per_inspection", VND), year.price]),
        Piece("notices", [employees, notices, year.parameter("cost_per_notice", VND), year.price], "years"),
        Piece(
            "data_matching", [matching, year.parameter("cost_data_matching", "VND/year"), year.price], "years"
        ),
    ]


def _service(year: YearOfBlock) -> list[Piece]:
    return [
        Piece(
            lever.split(".")[1],
            [year.change(lever, SHARE), year.parameter(cost, "VND/year"), year.price],
            "years",
        )
        for lever, cost in (
            ("service.online_share", "cost_online"),
            ("service.satisfaction_effort", "cost_satisfaction"),
        )
    ]


def _maternity(year: YearOfBlock) -> list[Piece]:
    parts = [
        year.people(year.window.coverage.vsi_paying),
        year.parameter("maternity_rate", YEARLY),
        year.law("vsi.maternity_benefit", VND),
    ]
    return [Piece("vsi_maternity", parts, "years")]


def _commission(year: YearOfBlock) -> list[Piece]:
    amounts = year.run.amounts(year.window, year.run.price(year.window))
    own = ("own_payments", MONTHLY, amounts[p.OWN_PAYMENTS])
    return [Piece("agents_commission", [own, year.law("agents.vsi_remuneration_avg_cap", SHARE)])]


def _unemployment(year: YearOfBlock) -> list[Piece]:
    growth = year.run.params["income_growth"]
    income = income_path(year.window.drivers, growth, year.window.index) / year.run.reference_income
    parts = [
        year.people(year.window.coverage.ui),
        year.parameter("ui_wage_base", MONTHLY),
        ("income_index", RATIO, income),
        year.law("ui.state_support_max", SHARE),
    ]
    return [Piece("ui_state_support", parts)]


def _gross_payments(year: YearOfBlock) -> list[Piece]:
    ratio = np.maximum(1.0, year.run.params["chosen_base_ratio"])
    least = year.run.least[year.window.months, None]
    parts = [
        year.people(year.window.coverage.vsi_paying),
        ("least_contribution", MONTHLY, least),
        ("chosen_base_ratio", RATIO, ratio),
    ]
    return [Piece("contributions", parts)]


PIECES: dict[str, Callable[[YearOfBlock], list[Piece]]] = {
    p.SOCIAL_PENSION.name: _social_pension,
    p.CITY_INCREMENT.name: _increment,
    p.HEALTH_CARDS.name: _cards,
    p.FUNERAL.name: _funeral,
    p.OUTREACH.name: _outreach,
    p.INSPECTION.name: _inspection,
    p.SERVICE.name: _service,
    p.MATERNITY.name: _maternity,
    p.COMMISSION.name: _commission,
    p.UI_SUPPORT.name: _unemployment,
    p.OWN_PAYMENTS.name: _gross_payments,
}


def year_terms(year: YearOfBlock, programme: str) -> list[Term]:
    """Terms of any programme but the supports of contributions, which have their own basis, and the total."""
    months = year.line.months[year.window.months]
    terms = [term for piece in PIECES[programme](year) for term in piece.terms(months)]
    if programme == p.OWN_PAYMENTS.name:
        first, last = str(months[0]), str(months[-1])
        for support in p.PREPAID_PROGRAMMES:
            terms.append(Term(f"less_{support.name}", first, last, (), -year.covered(support.name)))
    return terms


def total_terms(year: YearOfBlock) -> list[Term]:
    """One term per programme of the budget."""
    first, last = f"{year.year}-01", f"{year.year}-12"
    return [
        Term(account.programme, first, last, (), amount[year.row])
        for account, amount in year.block.budget.accounts.items()
        if account.funding_source == p.ALL
        and account.recognition == p.HEADLINE
        and account.programme != p.TOTAL
        and not account.memo
    ]
