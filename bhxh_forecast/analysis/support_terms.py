"""Support of voluntary contributions: people x months x base x share, one term per group and law period."""

from __future__ import annotations

from bhxh_forecast.analysis.terms import Quantity, Term
from bhxh_forecast.budget import programmes as p
from bhxh_forecast.budget.basis import BasisRow, basis
from bhxh_forecast.simulation import ScenarioBlock
from bhxh_forecast.timeline import Timeline

PAYERS = {p.STATE_SUPPORT.name: "state", p.CITY_TOP_UP.name: "city"}


def support_terms(block: ScenarioBlock, line: Timeline, programme: str, year: int) -> list[Term]:
    """Terms from the basis of calculation; the prepaid months of a group stand apart."""
    rows = basis(block.coverage, block.drivers, block.block.params, line)
    return [_term(row, PAYERS[programme]) for row in rows if row.year == year]


def _term(row: BasisRow, payer: str) -> Term:
    share: float = getattr(row, f"{payer}_share")
    persons = Quantity("persons", "persons", row.persons)
    if row.prepaid:
        months = [Quantity("prepaid_months", "months", row.person_months, row.persons)]
    else:
        stock = row.persons * row.months
        months = [
            Quantity("months", "months", float(row.months)),
            Quantity("density", "share", row.person_months, stock),
        ]
    quantities = (
        persons,
        *months,
        Quantity("supported_share", "share", row.supported, row.person_months),
        Quantity("base", "VND/month", row.base),
        Quantity("support_share", "share", share),
    )
    key = "prepaid" if row.prepaid else "support"
    return Term(key, row.first, row.last, quantities, getattr(row, payer), row.group)
