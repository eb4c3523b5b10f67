"""Puts the blocks of one scenario together, draw by draw, into the arrays that the tables read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.budget import BudgetBlock
from bhxh_forecast.budget.central import CentralLaw, Sums, added, central_law, central_sums
from bhxh_forecast.coverage.people import People
from bhxh_forecast.coverage.types import GROUPS, Array, CoverageBlock, Drivers
from bhxh_forecast.coverage.voluntary_types import VoluntaryContext
from bhxh_forecast.results.draws import ScenarioDraws
from bhxh_forecast.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Mapping


DECEMBERS = slice(12, None, 12)  # of full calendar years
KEPT = (  # series of parts of the coverage stage that scenarios may have in common
    "csi_participants",
    "ui_participants",
    "pension_monthly_beneficiaries",
    "social_pension_beneficiaries",
    "old_age_numerator",
)


def series_of(coverage: CoverageBlock) -> dict[str, Array]:
    """Published series of a block, (T, n)."""
    return {
        "csi_participants": coverage.csi,
        "si_participants": coverage.csi + coverage.vsi_participants,
        "vsi_participants": coverage.vsi_participants,
        "vsi_paying": coverage.vsi_paying,
        "ui_participants": coverage.ui,
        "pension_monthly_beneficiaries": coverage.pensions,
        "social_pension_beneficiaries": coverage.social_pensioners,
    }


def further(
    coverage: CoverageBlock, context: VoluntaryContext, drivers: Drivers, p: Mapping[str, Array]
) -> dict[str, Array]:
    """Series behind the indicators of a block: two by month (T, n), the rest by full year (Y, n)."""
    result = {
        "old_age_numerator": coverage.old_age_numerator,
        "vsi_members": coverage.members,
        "new_pensions": of_year(coverage.new_pensions),
        "joiners": of_year(coverage.joiners),
        "lapsers": of_year(coverage.lapsers),
        "lump_sums": of_year(coverage.members * context.lump_sum),
        "csi_resident_equivalent": coverage.csi_resident[DECEMBERS],
        "household_business_owners": coverage.household_business[DECEMBERS],
        "capped_share": coverage.capped_share[DECEMBERS],
    }
    gross = drivers.contribution_rate * drivers.rural_line
    support = (drivers.state_share + drivers.city_share) * (drivers.contribution_rate * drivers.line)
    net = np.maximum(0.0, gross - support)[:, DECEMBERS]
    income = np.exp(context.log_income[DECEMBERS])
    for g in range(len(GROUPS)):
        result[f"net_burden_{g}"] = net[g][:, None] / income
    return result


def of_year(flow: Array) -> Array:
    """Sum of a monthly flow over each full calendar year, (Y, n)."""
    result: Array = flow[1:].reshape(-1, 12, flow.shape[1]).sum(axis=1)
    return result


class Collector:
    """Collects one scenario.

    Parameters
    ----------
    name, world
        Scenario and world.
    draws
        Number of draws in all.
    reference
        Collector of an earlier scenario: a series that is the same there is not held twice.
    """

    def __init__(
        self,
        name: str,
        world: str,
        line: Timeline,
        draws: int,
        counterfactual: bool,
        reference: Collector | None = None,
    ) -> None:
        self.name, self.world, self.line, self.draws = name, world, line, draws
        self.counterfactual, self.reference = counterfactual, reference
        self.seen: dict[tuple[int, str], Array] = {}  # kept series of blocks that are being added
        self.same: set[str] = set()  # series that are the reference's
        self.groups: dict[str, dict[str, Array]] = {"counts": {}, "extra": {}, "params": {}}
        self.ancestor = np.empty(draws, dtype=np.int64)
        self.central: dict[int, Sums] = {}
        self.law: CentralLaw | None = None
        self.budgets: dict[int, BudgetBlock] = {}  # by first draw: blocks may arrive in any order

    def put(self, group: str, first: int, values: Mapping[str, Array]) -> None:
        """Write the draws of a block into the arrays of a group."""
        for name, block in values.items():
            if name in KEPT:
                self.seen[first, name] = block
                if self.reference is not None and self.reference.seen[first, name] is block:
                    self.same.add(name)
                    continue
            array = self.groups[group].setdefault(name, np.empty((*block.shape[:-1], self.draws)))
            array[..., first : first + block.shape[-1]] = block

    def forget(self, first: int) -> None:
        """Let go of the series of a block that every scenario has added."""
        for name in KEPT:
            del self.seen[first, name]

    def complete(self, group: str) -> dict[str, Array]:
        """The arrays of a group; what is the same in the reference is held there only."""
        mine = self.groups[group]
        if self.reference is None:
            return mine
        theirs = self.reference.groups[group]
        return mine | {name: theirs[name] for name in theirs if name in self.same or group == "params"}

    def add(
        self,
        first: int,
        params: Mapping[str, Array],
        ancestor: NDArray[np.int64],
        coverage: CoverageBlock,
        context: VoluntaryContext,
        drivers: Drivers,
        budget: BudgetBlock,
    ) -> None:
        """Add a block whose first draw has index ``first``."""
        self.put("counts", first, series_of(coverage))
        self.put("extra", first, further(coverage, context, drivers, params))
        if self.reference is None:
            self.put("params", first, {k: value for k, value in params.items() if not k.endswith("@t")})
            self.ancestor[first : first + len(ancestor)] = ancestor
        self.budgets[first] = budget
        self.central[first] = central_sums(coverage, context.transfer, drivers, params, self.line)
        self.law = central_law(drivers, self.line)

    def finish(self, bases: dict[str, Array]) -> ScenarioDraws:
        """Return all draws, with the denominators that all scenarios of the world share."""
        assert self.law is not None  # blocks were added
        return ScenarioDraws(
            name=self.name,
            world=self.world,
            line=self.line,
            counts=self.complete("counts"),
            bases=bases,
            extra=self.complete("extra"),
            params=self.complete("params"),
            ancestor=self.ancestor if self.reference is None else self.reference.ancestor,
            budget=joined([self.budgets[first] for first in sorted(self.budgets)]),
            central=added([self.central[first] for first in sorted(self.central)]),
            law=self.law,
            counterfactual=self.counterfactual,
        )


def joined(blocks: list[BudgetBlock]) -> BudgetBlock:
    """Blocks of a budget one after the other; accounts that share an array in the blocks share one in the result."""
    first = blocks[0]
    if len(blocks) == 1:
        return first
    made: dict[int, Array] = {}
    accounts = {}
    for account, amount in first.accounts.items():
        if id(amount) not in made:
            made[id(amount)] = np.concatenate([block.accounts[account] for block in blocks], axis=-1)
        accounts[account] = made[id(amount)]
    promised = {name: np.concatenate([b.promised[name] for b in blocks], axis=-1) for name in first.promised}
    deflator = np.concatenate([block.deflator for block in blocks], axis=-1)
    return BudgetBlock(first.years, accounts, first.checked, deflator, promised)


class PeopleCollector:
    """Collects what does not differ between scenarios of a world: denominators and population by age."""

    def __init__(self, draws: int) -> None:
        self.draws = draws
        self.bases: dict[str, Array] = {}
        self.by_sex: dict[tuple[str, str], Array] = {}
        self.groups: dict[str, Array] = {}

    def add(self, first: int, people: People, factor: Array, groups: Array) -> None:
        """Add a block."""
        here = slice(first, first + factor.shape[1])
        for name, block in people.bases(factor).items():
            self.bases.setdefault(name, np.empty((len(block), self.draws)))[:, here] = block
        for key, block in people.by_sex(factor).items():
            self.by_sex.setdefault(key, np.empty((len(block), self.draws)))[:, here] = block
        self.groups.setdefault("all", np.empty((*groups.shape[:-1], self.draws)))[..., here] = groups
