"""What a month of voluntary insurance needs, put together from terms that scenarios share where they agree."""

from __future__ import annotations

import numpy as np

from bhxh_forecast.coverage.context import (
    Params,
    assisted_reach,
    common_terms,
    eligible_people,
    group_offsets,
    log_income,
    log_prices,
    lump_sums,
    retention,
    separations,
    transfers,
    yearly_rise,
)
from bhxh_forecast.coverage.convert import hazard
from bhxh_forecast.coverage.kept import MOST, Kept
from bhxh_forecast.coverage.types import Array, Drivers, Pools
from bhxh_forecast.coverage.voluntary_types import VoluntaryContext
from bhxh_forecast.timeline import Timeline

Priced = tuple[Array, Array]  # X_g and its rise over a year, (T, 4, n) each


class ContextParts:
    """Terms of the voluntary stage on one block of draws, each computed once for drivers that agree in what it reads.

    Parameters
    ----------
    p
        Sampled parameters, each (n,).
    most
        How many results of each term stay.
    """

    def __init__(self, line: Timeline, p: Params, pools: Pools, most: int = MOST) -> None:
        def priced(drivers: Drivers, income: Array) -> Priced:
            price = log_prices(line, drivers, p, income)
            return price, yearly_rise(price)

        self.p = p
        self.income: Kept[Array] = Kept(lambda d: log_income(line, d, p), most)
        self.price: Kept[Priced] = Kept(priced, most)
        self.base: Kept[Array] = Kept(lambda d: common_terms(line, d, p), most)
        self.lump_sum: Kept[Array] = Kept(lambda d: lump_sums(line, d, p), most)
        self.leave: Kept[Priced] = Kept(lambda d, lump_sum: other_exits(lump_sum, p), most)
        self.retention: Kept[Array] = Kept(lambda d: retention(d, p), most)
        self.direct: Kept[Array] = Kept(
            lambda d: d.change("outreach.contacts")[:, None] * p["contact_conv_incr"], most
        )
        self.eligible: Kept[Array] = Kept(lambda d, resident: eligible_people(pools, resident, p), most)
        self.transfer: Kept[Array] = Kept(lambda d, owners: transfers(owners, p), most)
        self.separated: Kept[Array] = Kept(lambda d, employees: separations(employees, p), most)

    def build(
        self, drivers: Drivers, share: Array, resident: Array, employees: Array, owners: Array
    ) -> VoluntaryContext:
        """Put together what a month of voluntary insurance needs; arguments as in ``CoverageBlock``."""
        p, first = self.p, drivers.new_line_month
        income = self.income(drivers)
        price, rise = self.price(drivers, income)
        lump_sum = self.lump_sum(drivers)
        leave_first, leave_later = self.leave(drivers, lump_sum)
        return VoluntaryContext(
            eligible=self.eligible(drivers, resident),
            share=share,
            base=self.base(drivers),
            price=price,
            price_rise=rise,
            price_weight=p["eps_price"],
            offset=group_offsets(p),
            imitation=p["q_imitation"],
            reference_penetration=float(p["vsi_reference_penetration"][0]),
            pressure=p["target_pressure"],
            assigned=drivers.assigned,
            pressure_reference=float(p["target_pressure_reference"][0]),
            direct=self.direct(drivers),
            assisted_reach=assisted_reach(drivers),
            assist_gain=np.expm1(p["assist_registration"]),
            first=p["lapse_first_year"] / (1.0 - p["lapse_first_year"]),
            later=p["lapse_later"] / (1.0 - p["lapse_later"]),
            lapse_scale=self.retention(drivers),
            pulse=p["kappa_price_lapse"],
            leave_first=leave_first,
            leave_later=leave_later,
            dormant_exit=hazard(p["dormant_exit"]),
            back=hazard(p["vsi_return"]),
            transfer=self.transfer(drivers, owners),
            separated=self.separated(drivers, employees),
            lock_month=None if first is None else first - 1,
            unlock_month=unlock_month(p, first),
            rush=p["prepay_rush"] * p["density"],
            start_first=p["vsi_start_first_tenure"],
            start_dormant=p["vsi_start_dormant"],
            lump_sum=lump_sum,
            log_income=income,
        )


def unlock_month(p: Params, new_line: int | None) -> Array:
    """Month in which the paid-to date of prepaying members is reached, 0 without a new line, (n,)."""
    if new_line is None:
        return np.zeros(len(p["density"]))
    result: Array = new_line + np.floor(p["prepay_months"])
    return result


def other_exits(lump_sum: Array, p: Params) -> Priced:
    """Monthly exits besides lapse: in the first tenure, and later, (T, n) each."""
    first = lump_sum + hazard(p["vsi_to_csi"])
    return first, first + hazard(p["vsi_retire"])


def build_context(
    line: Timeline,
    drivers: Drivers,
    p: Params,
    pools: Pools,
    share: Array,
    csi_resident: Array,
    employees: Array,
    owners: Array,
) -> VoluntaryContext:
    """What a month of voluntary insurance needs, for one scenario alone."""
    return ContextParts(line, p, pools).build(drivers, share, csi_resident, employees, owners)
