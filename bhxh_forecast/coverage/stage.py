"""The coverage stage: compulsory, unemployment, voluntary and old age for one block of draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bhxh_forecast.coverage import compulsory as csi
from bhxh_forecast.coverage.cap import BeyondCap, capped_share
from bhxh_forecast.coverage.context import group_shares
from bhxh_forecast.coverage.context_parts import ContextParts
from bhxh_forecast.coverage.convert import sigmoid
from bhxh_forecast.coverage.kept import MOST, Kept
from bhxh_forecast.coverage.old_age import OldAge, old_age
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

    def until(self, month: int) -> Members:
        """The same up to and including a month, without the room for later ones."""
        return Members(*(values[: month + 1].copy() for values in vars(self).values()))

    def record(self, t: int, groups: Array, locked: Array) -> None:
        """Write the stocks of a month: members by group, locked ones included, and the locked."""
        self.groups[t], self.locked[t] = groups, locked
        np.sum(groups, axis=0, out=self.total[t])


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
        members.record(0, state.members(), state.locked)
    else:
        first, state = history.month + 1, history.state.copy()
        for mine, theirs in zip(vars(members).values(), vars(history.members).values(), strict=True):
            mine[:first] = theirs[:first]
    for t in range(first, stop):
        flows = step(state, ctx, t, noise[t])
        members.record(t, flows.members, state.locked)
        np.sum(flows.joiners, axis=0, out=members.joiners[t])
        np.sum(flows.lapsers, axis=0, out=members.lapsers[t])
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
    participants: Array  # csi_participants


def run_employment(line: Timeline, drivers: Drivers, p: Params, pools: Pools, paths: Paths) -> Employment:
    """Compulsory and unemployment insurance under the drivers of a scenario."""
    base = csi.registered(line, p, paths.z)
    added = csi.compliance(line, drivers, p, base, pools.liable)
    logit = base.logit if added is None else base.logit + added
    employees = pools.liable * sigmoid(logit)
    owners = csi.owners(line, drivers, p)
    others = csi.other_groups(line, drivers, p)
    ui = csi.unemployment(line, drivers, p, paths.v, employees)
    resident = employees / p["in_registration"] + owners + others
    return Employment(employees, owners, others, ui, resident, employees + owners + others)


class Stage:
    """The coverage stage on one block of draws; a part is computed once for scenarios that agree in what it reads.

    Parameters
    ----------
    p
        Sampled parameters, each (n,).
    most
        How many results of each part stay; 1: those of the first scenario alone.
    """

    def __init__(self, line: Timeline, p: Params, pools: Pools, paths: Paths, most: int = MOST) -> None:
        self.line, self.p, self.paths = line, p, paths
        self.work: Kept[Employment] = Kept(lambda d: run_employment(line, d, p, pools, paths), most)
        self.share: Kept[Array] = Kept(lambda d: group_shares(line, d, p), most)
        self.elders: Kept[OldAge] = Kept(lambda d, share: old_age(line, d, p, pools, share, paths.zeta), most)
        self.parts = ContextParts(line, p, pools, most)
        self.peak = 1.0 + december_peak(line, p, paths.peak_u)
        self.beyond_cap = BeyondCap(p["density"], p["density_concentration"])

    def context(self, drivers: Drivers, work: Employment | None = None) -> VoluntaryContext:
        """What the voluntary stage is given, so that a history can be made or continued."""
        work = work or self.work(drivers)
        return self.parts.build(drivers, self.share(drivers), work.resident, work.employees, work.owners)

    def history(self, drivers: Drivers) -> History:
        """Voluntary insurance up to and including the as-of month, to be continued by every scenario."""
        month = self.line.as_of_index
        members, state = run_voluntary(
            self.context(drivers), self.p["vsi_start"], self.paths.u, stop=month + 1
        )
        return History(month, state, members.until(month))

    def run(self, drivers: Drivers, history: History | None = None) -> tuple[CoverageBlock, VoluntaryContext]:
        """Run a scenario.

        Parameters
        ----------
        history
            Voluntary stocks up to a month, when the scenario shares them.

        Returns
        -------
        CoverageBlock
            Monthly series; those that no lever of the scenario touches are the very arrays of other scenarios.
        VoluntaryContext
            What the voluntary stage was given.
        """
        p, work = self.p, self.work(drivers)
        ctx = self.context(drivers, work)
        members, _ = run_voluntary(ctx, p["vsi_start"], self.paths.u, history)
        elders = self.elders(drivers, ctx.share)
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
            capped_share=capped_share(
                self.line, members.total, members.joiners, drivers.cap_months, self.beyond_cap
            ),
            group_share=ctx.share,
            eligible=ctx.eligible,
            vsi_participants=members.total * self.peak,
            vsi_paying=members.total * p["density"],
            pensions=elders.pensions,
            new_pensions=elders.new_pensions,
            pensions_past_age=elders.past_age,
            social_pension_law=elders.by_age,
            social_pension_poor=elders.poor,
            social_pension_extension=elders.extension,
            social_pensioners=elders.everyone,
            old_age_numerator=elders.numerator,
        )
        return block, ctx
