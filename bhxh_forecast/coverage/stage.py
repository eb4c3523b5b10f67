"""The coverage stage: compulsory, unemployment, voluntary and old age for one block of draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bhxh_forecast.coverage import compulsory as csi
from bhxh_forecast.coverage.cap import capped_share
from bhxh_forecast.coverage.context import build_context, group_shares
from bhxh_forecast.coverage.convert import sigmoid
from bhxh_forecast.coverage.old_age import old_age
from bhxh_forecast.coverage.types import GROUPS, Array, CoverageBlock, Drivers, Paths, Pools
from bhxh_forecast.coverage.voluntary import start, step
from bhxh_forecast.coverage.voluntary_types import VoluntaryContext, VoluntaryState
from bhxh_forecast.timeline import Timeline, month_number, year_of

Params = dict[str, Array]


@dataclass
class Members:
    """Members of voluntary insurance month by month, (T, ...), and the state at a month that scenarios share."""

    total: Array  # (T, n)
    groups: Array  # (T, 4, n)
    locked: Array  # (T, 4, n)
    joiners: Array  # (T, n)
    lapsers: Array  # (T, n)

    @classmethod
    def empty(cls, months: int, n: int) -> Members:
        """Arrays to be filled."""
        by_group = (months, len(GROUPS), n)
        flows = (np.zeros((months, n)) for _ in range(2))
        return cls(np.empty((months, n)), np.empty(by_group), np.zeros(by_group), *flows)

    def record(self, t: int, state: VoluntaryState) -> None:
        """Write the stocks of a month."""
        self.groups[t] = state.members()
        self.total[t] = self.groups[t].sum(axis=0)
        self.locked[t] = state.locked


@dataclass(frozen=True)
class History:
    """Voluntary insurance up to a month, shared by all scenarios with the same law until then."""

    month: int
    state: VoluntaryState
    members: Members


def run_voluntary(
    ctx: VoluntaryContext,
    start_members: Array,
    noise: Array,
    history: History | None = None,
    stop: int | None = None,
) -> tuple[Members, VoluntaryState]:
    """Advance voluntary insurance from December 2015, or from a shared history, to month ``stop`` (exclusive)."""
    months, n = noise.shape
    stop = months if stop is None else stop
    members = Members.empty(months, n)
    if history is None:
        first, state = 1, start(start_members, ctx)
        members.record(0, state)
    else:
        first, state = history.month + 1, history.state.copy()
        for mine, theirs in zip(vars(members).values(), vars(history.members).values(), strict=True):
            mine[:first] = theirs[:first]
    for t in range(first, stop):
        flows = step(state, ctx, t, noise[t])
        members.record(t, state)
        members.joiners[t] = flows.joiners.sum(axis=0)
        members.lapsers[t] = flows.lapsers.sum(axis=0)
    return members, state


def december_peak(line: Timeline, p: Params, peak_u: Array) -> Array:
    """Reporting peak of the published count, 0 outside December, (T, n)."""
    result = np.zeros((len(line.months), peak_u.shape[1]))
    size = np.expm1(p["peak_local"] * p["yearend_peak"])
    first = int(year_of(line.months)[0])
    for t in np.flatnonzero(month_number(line.months) == 12):
        year = int(year_of(line.months)[t])
        result[t] = np.where(peak_u[year - first] < p["peak_probability"], size, 0.0)
    return result


@dataclass(frozen=True)
class Employment:
    """Compulsory and unemployment insurance of a block, persons (T, n)."""

    employees: Array
    owners: Array
    others: Array
    ui: Array
    resident: Array

    @property
    def participants(self) -> Array:
        """csi_participants."""
        return self.employees + self.owners + self.others


def run_employment(line: Timeline, drivers: Drivers, p: Params, pools: Pools, paths: Paths) -> Employment:
    """Compulsory and unemployment insurance under the drivers of a scenario."""
    base = csi.registered(line, p, paths.z)
    added = csi.compliance(line, drivers, p, base, pools.liable)
    logit = base.logit if added is None else base.logit + added
    employees = pools.liable * sigmoid(logit)
    owners = csi.owners(line, drivers, p)
    others = csi.other_groups(line, drivers, p)
    ui = csi.unemployment(line, drivers, p, paths.v, employees)
    return Employment(employees, owners, others, ui, employees / p["in_registration"] + owners + others)


def run_context(
    line: Timeline, drivers: Drivers, p: Params, pools: Pools, paths: Paths
) -> tuple[Employment, VoluntaryContext]:
    """Employment, and what the voluntary stage reads of it."""
    work = run_employment(line, drivers, p, pools, paths)
    share = group_shares(line, drivers, p)
    return work, build_context(line, drivers, p, pools, share, work.resident, work.employees, work.owners)


def run_coverage(
    line: Timeline, drivers: Drivers, p: Params, pools: Pools, paths: Paths, history: History | None = None
) -> tuple[CoverageBlock, VoluntaryContext]:
    """Run the stage for a block.

    Parameters
    ----------
    p
        Sampled parameters, each (n,).
    history
        Voluntary stocks up to a month, when the scenario shares them.

    Returns
    -------
    CoverageBlock
        Monthly series.
    VoluntaryContext
        What the voluntary stage was given, so that a history can be continued.
    """
    work, ctx = run_context(line, drivers, p, pools, paths)
    share = ctx.share
    members, _ = run_voluntary(ctx, p["vsi_start"], paths.u, history)
    elders = old_age(line, drivers, p, pools, share, paths.zeta)
    capped = capped_share(
        line, members.total, members.joiners, drivers.cap_months, p["density"], p["density_concentration"]
    )
    block = CoverageBlock(
        csi=work.participants,
        csi_resident=work.resident,
        employees=work.employees,
        household_business=work.owners,
        other_groups=work.others,
        ui=work.ui,
        members=members.total,
        group_members=members.groups,
        group_locked=members.locked,
        joiners=members.joiners,
        lapsers=members.lapsers,
        capped_share=capped,
        group_share=share,
        eligible=ctx.eligible,
        vsi_participants=members.total * (1.0 + december_peak(line, p, paths.peak_u)),
        vsi_paying=members.total * p["density"],
        pensions=elders.pensions,
        new_pensions=elders.new_pensions,
        pensions_past_age=elders.pensions * p["pension_share_past"],
        social_pension_law=elders.by_age,
        social_pension_poor=elders.poor,
        social_pension_extension=elders.extension,
    )
    return block, ctx


def share_history(ctx: VoluntaryContext, start_members: Array, noise: Array, month: int) -> History:
    """Voluntary insurance up to and including a month, to be continued by every scenario."""
    members, state = run_voluntary(ctx, start_members, noise, stop=month + 1)
    return History(month, state, members)
