"""What a coverage figure is made of at the end of a year: parts of the numerator, over the denominator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bhxh_forecast.analysis.terms import ALL_GROUPS, Quantity, Term
from bhxh_forecast.coverage.types import GROUPS, Array
from bhxh_forecast.results.collect import series_of
from bhxh_forecast.results.draws import OLD_AGE, SHARES
from bhxh_forecast.simulation import ScenarioBlock

PERSONS, SHARE = "persons", "share"
Numerator = Callable[[ScenarioBlock, int], list[Term]]


def _count(key: str, stock: Array, group: str = ALL_GROUPS) -> Term:
    return Term(key, "", "", (Quantity(PERSONS, PERSONS, stock),), stock, group)


def _compulsory(block: ScenarioBlock, t: int) -> list[Term]:
    c = block.coverage
    return [
        _count("employees", c.employees[t]),
        _count("household_business", c.household_business[t]),
        _count("other_groups", c.other_groups[t]),
    ]


def _peak(block: ScenarioBlock, t: int) -> Term:
    return _count("reporting_peak", block.coverage.vsi_participants[t] - block.coverage.members[t])


def _voluntary(block: ScenarioBlock, t: int) -> list[Term]:
    members = block.coverage.group_members[t]
    groups = [_count("voluntary_members", members[g], name) for g, name in enumerate(GROUPS)]
    return [*groups, _peak(block, t)]


def _all(block: ScenarioBlock, t: int) -> list[Term]:
    voluntary = _count("voluntary_members", block.coverage.members[t])
    return [*_compulsory(block, t), voluntary, _peak(block, t)]


def _paying(block: ScenarioBlock, t: int) -> list[Term]:
    c = block.coverage
    density = Quantity("density", SHARE, c.vsi_paying[t], c.members[t])
    members = Quantity(PERSONS, PERSONS, c.members[t])
    return [Term("voluntary_members", "", "", (members, density), c.vsi_paying[t])]


def _unemployment(block: ScenarioBlock, t: int) -> list[Term]:
    c = block.coverage
    take = Quantity("ui_take_up", SHARE, c.ui[t], c.employees[t])
    employees = Quantity(PERSONS, PERSONS, c.employees[t])
    return [Term("employees", "", "", (employees, take), c.ui[t])]


def _pensions(block: ScenarioBlock, t: int) -> list[Term]:
    c = block.coverage
    new = c.new_pensions[t - 11 : t + 1].sum(axis=0)
    return [
        _count("pensions_year_before", c.pensions[t - 12]),
        _count("new_pensions", new),
        _count("pensions_ended", c.pensions[t] - c.pensions[t - 12] - new),
    ]


def _social_pensions(block: ScenarioBlock, t: int) -> list[Term]:
    c = block.coverage
    return [
        _count("social_pension_by_age", c.social_pension_law[t]),
        _count("social_pension_poor", c.social_pension_poor[t]),
        _count("city_extension", c.social_pension_extension[t]),
    ]


def _old_age(block: ScenarioBlock, t: int) -> list[Term]:
    return [_count("pensions_past_age", block.coverage.pensions_past_age[t]), *_social_pensions(block, t)]


COUNTED: Mapping[str, Numerator] = {
    "csi_participants": _compulsory,
    "si_participants": _all,
    "vsi_participants": _voluntary,
    "vsi_paying": _paying,
    "ui_participants": _unemployment,
    "pension_monthly_beneficiaries": _pensions,
    "social_pension_beneficiaries": _social_pensions,
}
NUMERATORS = {
    **COUNTED,
    **{share: COUNTED[count] for share, count in SHARES.items()},
    OLD_AGE[0]: _old_age,
}


def coverage_terms(block: ScenarioBlock, series: str, base: str, t: int, month: str) -> list[Term]:
    """Terms of a series at month index ``t``; on a base each part is divided by it."""
    terms = [replace(term, first=month, last=month) for term in NUMERATORS[series](block, t)]
    if base == "none":
        return terms
    people, factor = block.block.people, block.block.factor
    whole = people.bases(factor)[base][t]
    over = Quantity("denominator", PERSONS, whole, divides=True)
    return [replace(term, quantities=(*term.quantities, over), amount=term.amount / whole) for term in terms]


def figure(block: ScenarioBlock, series: str, base: str, t: int) -> Array:
    """The series itself as the tables read it, (n,)."""
    if series == OLD_AGE[0]:
        count: Array = block.coverage.pensions_past_age[t] + block.coverage.social_pensioners[t]
    else:
        count = series_of(block.coverage)[SHARES.get(series, series)][t]
    if base == "none":
        return count
    whole = block.block.people.bases(block.block.factor)[base][t]
    share: Array = count / whole
    return share
