"""All draws of one scenario in one world, as the tables need them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.budget import BudgetBlock
from bhxh_forecast.budget.central import CentralLaw, Sums
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.timeline import Timeline

Index = NDArray[np.int64]
BASES = (
    "working_age_population",
    "lfs_15plus",
    "lfs_working_age",
    "agency",
    "agency_voluntary",
    "past_retirement_age",
)
SHARE_BASES = BASES[:-1]  # every base but people past retirement age
SHARES = {
    "csi_share": "csi_participants",
    "si_share": "si_participants",
    "vsi_share": "vsi_participants",
    "ui_share": "ui_participants",
}
OLD_AGE = ("old_age_share", "old_age_numerator", "past_retirement_age")
COUNTS = (
    "csi_participants",
    "si_participants",
    "vsi_participants",
    "vsi_paying",
    "ui_participants",
    "pension_monthly_beneficiaries",
    "social_pension_beneficiaries",
)


@dataclass
class ScenarioDraws:
    """Draws of a scenario.

    Attributes
    ----------
    counts
        Monthly head-counts by series, persons (T, N).
    bases
        Monthly denominators, persons (T, N).
    extra
        Further monthly series for indicators, (T, N).
    params
        Sampled parameters, (N,).
    ancestor
        Candidate of the conditioned sample from which a draw descends, (N,).
    budget
        Annual accounts.
    central, law
        Means by month and unit costs behind the estimate (`bhxh_forecast.budget.central`).
    """

    name: str
    world: str
    line: Timeline
    counts: dict[str, Array]
    bases: dict[str, Array]
    extra: dict[str, Array]
    params: dict[str, Array]
    ancestor: Index
    budget: BudgetBlock
    central: Sums
    law: CentralLaw
    counterfactual: bool = False
    by_sex: dict[tuple[str, str], Array] = field(default_factory=dict)

    def share(self, series: str, base: str, rows: slice = slice(None)) -> Array:
        """A share on a base, (rows, N).

        Raises
        ------
        KeyError
            When the series has no such base.
        """
        if series == OLD_AGE[0] and base == OLD_AGE[2]:
            return self.extra[OLD_AGE[1]][rows] / self.bases[base][rows]
        if base not in SHARE_BASES:
            raise KeyError(f"{series} is not published on {base}")
        return self.counts[SHARES[series]][rows] / self.bases[base][rows]

    def numerator(self, name: str) -> Array:
        """The counts behind a series or a share, (T, N): one array where scenarios have the same."""
        if name == OLD_AGE[0]:
            return self.extra[OLD_AGE[1]]
        return self.counts[SHARES.get(name, name)]

    def series(self, name: str, base: str = "none", rows: slice = slice(None)) -> Array:
        """A series, count or share, (rows, N)."""
        if base == "none":
            return self.counts[name][rows] if name in self.counts else self.extra[name][rows]
        return self.share(name, base, rows)
