"""The central projection: means over draws of people, months and unit costs by month, from which estimates are built.

Everything here is linear in the draws, so that people x months x unit cost of the central projection gives the mean
of the cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bhxh_forecast.budget.prices import base_salary, draws_of
from bhxh_forecast.budget.programmes import RECOGNITIONS
from bhxh_forecast.budget.support import prepaid, unit_amounts
from bhxh_forecast.budget.window import law_path
from bhxh_forecast.coverage.types import GROUPS, OTHER, Array, CoverageBlock, Drivers
from bhxh_forecast.timeline import Timeline

_NEEDED = (
    "base_salary_growth",
    "card_share",
    "density",
    "density_concentration",
    "prepay_months",
    "settlement_lag_months",
    "sp_mortality",
)
PENSIONERS = ("by_age", "poor_near_poor", "city_extension")
Sums = dict[str, Array]


def first_month(line: Timeline) -> int:
    """Index of the January before the as-of year: the estimate compares with the year before."""
    return max(line.index(f"{line.as_of.year - 1}-01"), 0)


def central_sums(
    coverage: CoverageBlock,
    transfer: Array,
    drivers: Drivers,
    params: Mapping[str, Array],
    line: Timeline,
) -> Sums:
    """Sums over the draws of a block; blocks are added in their order and divided once.

    Parameters
    ----------
    coverage, drivers, params, line
        As for ``compute``.
    transfer
        Share of the group *other* moved to compulsory insurance by law, (T, n).

    Returns
    -------
    dict
        ``members``, ``paid``, ``supported`` (M, 4) of members who pay month by month, M months from
        `first_month`; ``prepaid`` (3, M, 4) supported months by recognition; ``prepaid_paid`` the same before the
        cap; ``pensioners`` (M, 3); ``cards``, ``card_factor``, ``deaths``, ``transferred`` (M,); ``stock`` and
        ``joiners`` (T,) of voluntary members; ``density``, ``concentration``, ``draws`` (1,).
    """
    p = draws_of(params, _NEEDED, coverage.members.shape[-1])
    months = slice(first_month(line), line.months.size)
    result = _monthly(coverage, drivers, p, months)
    result |= _prepaid(coverage, drivers, p, months)
    result |= _elders(coverage, drivers, p, line, months)
    before = np.maximum(np.arange(months.start, months.stop) - 1, 0)
    moved = np.einsum("tn,tn->t", transfer[months], coverage.group_members[before, OTHER])
    return result | {
        "transferred": moved,
        "stock": coverage.members.sum(axis=1),
        "joiners": coverage.joiners.sum(axis=1),
        "density": p["density"].sum(keepdims=True),
        "concentration": p["density_concentration"].sum(keepdims=True),
        "draws": np.array([float(coverage.members.shape[-1])]),
    }


def _monthly(coverage: CoverageBlock, drivers: Drivers, p: Mapping[str, Array], months: slice) -> Sums:
    """Members who pay month by month, what they pay, and what of it is within the cap."""
    members, density = coverage.group_members[months], p["density"]
    within = 1.0 - coverage.capped_share[months]
    persons = members.sum(axis=2)
    paid = np.einsum("tgn,n->tg", members, density)
    supported = np.einsum("tgn,tn->tg", members, within * density)
    if drivers.new_line_month is not None and drivers.new_line_month < months.stop:
        first = max(drivers.new_line_month - months.start, 0)
        locked = coverage.group_locked[months][first:]
        persons[first:] -= locked.sum(axis=2)
        paid[first:] -= locked.sum(axis=2)
        supported[first:] -= np.einsum("tgn,tn->tg", locked, within[first:])
    return {"members": persons, "paid": paid, "supported": supported}


def _prepaid(coverage: CoverageBlock, drivers: Drivers, p: Mapping[str, Array], months: slice) -> Sums:
    """Months that were paid ahead, by recognition."""
    part = prepaid(coverage, drivers, p)
    size, groups = months.stop - months.start, len(GROUPS)
    if part is None:
        nothing = np.zeros((len(RECOGNITIONS), size, groups))
        return {"prepaid": nothing, "prepaid_paid": nothing.copy()}
    sums = {"prepaid": np.zeros((len(RECOGNITIONS), size, groups))}
    sums["prepaid_paid"] = np.zeros_like(sums["prepaid"])
    start = max(part.month - months.start, 0)  # nothing is recognised before
    index = np.arange(months.start + start, months.stop, dtype=np.float64)[:, None]
    for r, recognition in enumerate(RECOGNITIONS):
        recognised = part.months(recognition, index)
        active = np.flatnonzero(recognised.any(axis=1))
        for name, people in (("prepaid", part.supported), ("prepaid_paid", part.persons)):
            sums[name][r, start + active] = np.einsum("tn,gn->tg", recognised[active], people)
    return sums


def _elders(
    coverage: CoverageBlock, drivers: Drivers, p: Mapping[str, Array], line: Timeline, months: slice
) -> Sums:
    """Social pensioners by entitlement, those without another card, and deaths."""
    parts = (coverage.social_pension_law, coverage.social_pension_poor, coverage.social_pension_extension)
    people = parts[0][months] + parts[1][months] + parts[2][months]
    _, factors, steps = base_salary(drivers, p["base_salary_growth"], line)
    with_card = factors[steps[months]] * p["card_share"]
    return {
        "pensioners": np.stack([part[months].sum(axis=1) for part in parts], axis=1),
        "cards": np.einsum("tn,n->t", people, p["card_share"]),
        "card_factor": np.einsum("tn,tn->t", people, with_card),
        "deaths": np.einsum("tn,n->t", people, p["sp_mortality"]) / 12.0,
    }


def added(blocks: Sequence[Sums]) -> Sums:
    """Means over all draws from the sums of blocks, given in their order."""
    draws = sum(float(block["draws"][0]) for block in blocks)
    result = {name: array.copy() for name, array in blocks[0].items()}
    for block in blocks[1:]:
        for name, array in block.items():
            result[name] += array
    return {name: array / draws for name, array in result.items() if name != "draws"}


@dataclass(frozen=True)
class CentralLaw:
    """Unit costs of the months from `first_month`, the same in every draw.

    Attributes
    ----------
    line, rate
        Supported line (VND per month) and contribution rate, (M,).
    norm_share, city_share, unit_norm, unit_city
        Shares of the contribution and VND per supported month, (4, M).
    prepaid
        The same six at the month of prepayment, None without one: line, rate, and (4,) each.
    level, increment
        VND per social pensioner and month, (M,).
    card, funeral
        What a card (a month) and a death are paid on: base salary and rate, assistance standard and multiple,
        each (M,); the salary is the enacted one.
    cap
        Months of support a person may have at the end of the run, NaN without a cap.
    """

    line: Array
    rate: Array
    norm_share: Array
    city_share: Array
    unit_norm: Array
    unit_city: Array
    prepaid: tuple[float, float, Array, Array, Array, Array] | None
    level: Array
    increment: Array
    card: tuple[Array, Array]
    funeral: tuple[Array, Array]
    cap: float


def central_law(drivers: Drivers, line: Timeline) -> CentralLaw:
    """Unit costs by month of the estimate."""
    months = slice(first_month(line), line.months.size)
    norm, city = unit_amounts(drivers)
    shares = [np.nan_to_num(s) for s in (drivers.state_share, drivers.city_share)]
    at = None if drivers.new_line_month is None else drivers.new_line_month - 1
    terms = None
    if at is not None:
        parts = [array[:, at] for array in (*shares, norm, city)]
        terms = (float(drivers.line[at]), float(drivers.contribution_rate[at]), *parts)
    law = {
        name: np.nan_to_num(law_path(drivers, name)[months])
        for name in (
            "sa.standard_national",
            "sp.city_topup",
            "sp.funeral_support_min_multiple",
            "hi.rate",
            "base_salary",
        )
    }
    pension = law_path(drivers, "sp.level_national")[months]
    return CentralLaw(
        line=drivers.line[months],
        rate=drivers.contribution_rate[months],
        norm_share=shares[0][:, months],
        city_share=shares[1][:, months],
        unit_norm=norm[:, months],
        unit_city=city[:, months],
        prepaid=terms,  # type: ignore[arg-type]
        level=np.where(np.isnan(pension), law["sa.standard_national"], pension),
        increment=law["sp.city_topup"],
        card=(law["base_salary"], law["hi.rate"]),
        funeral=(law["sa.standard_national"], law["sp.funeral_support_min_multiple"]),
        cap=float(drivers.cap_months[-1]),
    )
