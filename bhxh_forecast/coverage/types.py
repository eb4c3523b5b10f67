"""What goes into the coverage stage and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
GROUPS = ("poor", "near_poor", "ethnic_minority", "other")
POOR, NEAR, MINORITY, OTHER = range(4)


@dataclass(frozen=True)
class Drivers:
    """What law and levers say month by month; the same in every draw. All arrays (T,) unless said.

    Attributes
    ----------
    line
        VND per person and month: the line whose contribution the State supports (lever ``subsidy.base``).
    rural_line
        VND per person and month: the rural poverty line, which sets the least a member pays.
    contribution_rate, state_share, city_share, cap_months
        Shares of the base; (4, T) by support group for the two supports; cap in months, NaN without a cap.
    reference_log_price_base
        Least gross contribution and total share of *other* at the reference month, in the law as enacted.
    budget_ratio
        Outreach intensity relative to the baseline at the as-of month; 1 up to that month.
    levers, baseline
        Every lever's path and the same path in the baseline scenario, by lever id.
    new_line_month
        Index of the first month after as-of with another rural line, or None.
    flags
        0/1 arrays of provisions in force, by provision id.
    law
        Numeric provisions by id, NaN where not in force.
    poor_share, near_poor_share
        Dated shares of households that are poor and near-poor (last figure carried forward).
    assigned
        Head-count of voluntary members assigned for the year of each month, NaN where none is known.
    price_index, income_index
        CPI and income index: data up to the last figure, then the central path (2025 = 1 for prices).
    price_known, income_known
        Index of the last month that rests on a published figure.
    """

    line: Array
    rural_line: Array
    contribution_rate: Array
    state_share: Array
    city_share: Array
    cap_months: Array
    reference_log_price_base: tuple[float, float]
    budget_ratio: Array
    levers: dict[str, Array]
    baseline: dict[str, Array]
    new_line_month: int | None
    flags: dict[str, Array]
    law: dict[str, Array]
    poor_share: Array
    near_poor_share: Array
    assigned: Array
    price_index: Array
    income_index: Array
    price_known: int
    income_known: int

    def change(self, lever: str) -> Array:
        """Lever minus baseline, (T,)."""
        return self.levers[lever] - self.baseline[lever]


@dataclass
class CoverageBlock:
    """Monthly result of the coverage stage for a block of draws; persons, (T, n) unless said.

    Time comes first so that one month of all draws is contiguous in memory.
    """

    csi: Array
    csi_resident: Array
    employees: Array
    household_business: Array
    other_groups: Array
    ui: Array
    members: Array  # P, locked ones included
    group_members: Array  # (T, 4, n) P_g, locked ones included
    group_locked: Array  # (T, 4, n) K_g
    joiners: Array
    lapsers: Array
    capped_share: Array
    group_share: Array  # (T, 4, n) pi_g
    eligible: Array  # E
    vsi_participants: Array
    vsi_paying: Array
    pensions: Array
    new_pensions: Array
    pensions_past_age: Array
    social_pension_law: Array  # k_sp, by age
    social_pension_poor: Array
    social_pension_extension: Array
    social_pensioners: Array  # the three together
    old_age_numerator: Array  # people past retirement age with a pension, benefit or social pension
    extra: dict[str, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class Pools:
    """What the workforce stage hands to coverage; persons, (T, n) unless said.

    Attributes
    ----------
    working_age_population, past_retirement
        People of 15 and over within legal working age, and past it.
    liable
        L, liable wage jobs on the registration basis.
    elders
        People of at least 70, 71, ..., 80 years on each 1 January, (Y + 1, 11, n).
    crossing
        People who reach their legal retirement age in the month.
    """

    working_age_population: Array
    past_retirement: Array
    liable: Array
    elders: Array
    crossing: Array


@dataclass(frozen=True)
class Paths:
    """Realised latent paths, given to the stage: time first, (T, n); ``peak_u`` uniforms by calendar year (Y, n)."""

    z: Array
    v: Array
    u: Array
    zeta: Array
    peak_u: Array
