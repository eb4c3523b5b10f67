"""Stocks of voluntary insurance, and what a month of it depends on."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from bhxh_forecast.coverage.types import Array


@dataclass(frozen=True)
class VoluntaryContext:
    """What a month of voluntary insurance depends on besides its own stocks.

    Attributes
    ----------
    eligible
        E(t), persons (T, n).
    share
        pi_g(t), (T, 4, n).
    base
        All terms of the log monthly entry hazard that do not depend on group, stocks or noise, (T, n).
    price
        X_g(t), (T, 4, n); ``price_rise`` = max(0, X_g(t) - X_g(t-12)), (T, 4, n).
    price_weight
        Elasticity of entry, (n,).
    offset
        o_g, (4, n).
    imitation, reference_penetration
        q and P*/E*.
    pressure, assigned, pressure_reference
        Response to assigned head-counts, the head-counts by month (NaN where none) and the reference gap.
    direct, assisted_reach, assist_gain
        Contacts above the baseline times their conversion (T, n), 12 x contacts x assisted share (T,), exp(b) - 1 (n,).
    first, later
        Odds of annual lapse in the first tenure and later, (n,); ``lapse_scale`` (T, n) multiplies the monthly hazards.
    pulse
        Logit of lapse per unit of price rise, (n,).
    leave_first, leave_later
        Other monthly exits (T, n): first tenure and established.
    dormant_exit, back
        Monthly hazards of dormant members, (n,).
    transfer
        Share of *other* moved to compulsory insurance by law, (T, n).
    separated
        Former employees who go on, persons (T, n).
    lock_month, unlock_month, rush
        Month in which members prepay before a new line (or None), month of return (n,) and the share of established
        members who prepay (n,).
    start_first, start_dormant
        Shares of the first stock that are in their first year, and dormant, (n,).
    lump_sum
        Monthly hazard of a lump sum, part of the exits, (T, n).
    log_income
        ln of the income index, (T, n).
    """

    eligible: Array
    share: Array
    base: Array
    price: Array
    price_rise: Array
    price_weight: Array
    offset: Array
    imitation: Array
    reference_penetration: float
    pressure: Array
    assigned: Array
    pressure_reference: float
    direct: Array
    assisted_reach: Array
    assist_gain: Array
    first: Array
    later: Array
    lapse_scale: Array
    pulse: Array
    leave_first: Array
    leave_later: Array
    dormant_exit: Array
    back: Array
    transfer: Array
    separated: Array
    lock_month: int | None
    unlock_month: Array
    rush: Array
    start_first: Array
    start_dormant: Array
    lump_sum: Array
    log_income: Array

    @cached_property
    def dormant_keep(self) -> Array:
        """Share of dormant members who stay in a month, (n,)."""
        result: Array = np.exp(-self.dormant_exit)
        return result

    @cached_property
    def return_share(self) -> Array:
        """Share of dormant members who return in a month, (n,)."""
        result: Array = 1.0 - np.exp(-self.back)
        return result


COHORTS = 12  # months of first tenure
SMALLEST = 1e-60  # a scale below this is taken into the cohorts


@dataclass
class VoluntaryState:
    """Stocks at the end of a month; ``penetration`` keeps P/E of the last twelve months for imitation.

    All members of a group in their first tenure leave at one rate. So the twelve cohorts of a group share a scale, and
    a month changes the scale, not every cohort: cohort = entries x scale. ``oldest`` is the row that graduates next.
    """

    entries: Array  # (12, 4, n)
    scale: Array  # (4, n)
    established: Array  # (4, n)
    dormant: Array  # (4, n)
    locked: Array  # (4, n)
    oldest: int = COHORTS - 1
    penetration: list[Array] = field(default_factory=list)

    @classmethod
    def of(cls, cohorts: Array, established: Array, dormant: Array) -> VoluntaryState:
        """Start from cohorts by months since joining, (12, 4, n), and the other stocks, (4, n)."""
        return cls(cohorts, np.ones_like(established), established, dormant, np.zeros_like(established))

    @property
    def cohorts(self) -> Array:
        """Members by months since joining, 0 = joined this month, (12, 4, n)."""
        order = (self.oldest + 1 + np.arange(COHORTS)) % COHORTS
        ordered: Array = self.entries[order] * self.scale
        return ordered

    def first_tenure(self) -> Array:
        """Members in their first tenure, (4, n)."""
        total: Array = self.entries.sum(axis=0)
        total *= self.scale
        return total

    def members(self) -> Array:
        """P_g, locked ones included, (4, n)."""
        total = self.first_tenure()
        total += self.established
        total += self.locked
        return total

    def settle(self) -> None:
        """Take the scale into the cohorts: needed before they mix at gains, or once a scale has almost vanished."""
        self.entries *= self.scale
        self.scale[:] = 1.0

    def graduate(self, joiners: Array) -> Array:
        """Take out the oldest cohort and put the joiners (4, n) in its place."""
        leaving: Array = self.entries[self.oldest] * self.scale
        np.divide(joiners, self.scale, out=self.entries[self.oldest])
        self.oldest = (self.oldest - 1) % COHORTS
        return leaving

    def copy(self) -> VoluntaryState:
        """Independent copy, so that scenarios may branch from a shared history."""
        return VoluntaryState(
            self.entries.copy(),
            self.scale.copy(),
            self.established.copy(),
            self.dormant.copy(),
            self.locked.copy(),
            self.oldest,
            list(self.penetration),
        )


@dataclass
class Flows:
    """Flows of one month, persons (4, n), and the members at its end."""

    joiners: Array
    lapsers: Array
    members: Array
