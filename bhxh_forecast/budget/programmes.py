"""The closed list of programmes: whose law, whose money, which spending field, in the total or beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bhxh_forecast.coverage.types import GROUPS, Array

ALL = "all"
TOTAL = "total"
LEGAL_ORIGINS = ("government_norm", "city_resolution", "none")
FUNDING_SOURCES = (
    "city",
    "commune",
    "central",
    "central_targeted",
    "participant",
    "employer",
    "si_fund",
    "ui_fund",
    "undetermined",
)
SPENDING_FIELDS = ("social_protection", "health_population_family", "other")
COVERED, COLLECTED, TRANSFERRED = RECOGNITIONS = ("month_covered", "month_collected", "month_transferred")
HEADLINE = TRANSFERRED
LEGAL_STATUSES = ("checked", "unchecked")


class Account(NamedTuple):
    """One line of the budget, all years and draws."""

    programme: str
    legal_origin: str
    funding_source: str
    spending_field: str
    recognition: str
    memo: bool


class Cell(NamedTuple):
    """An account together with the legal status of the years that it holds."""

    programme: str
    legal_origin: str
    funding_source: str
    spending_field: str
    recognition: str
    memo: bool
    legal_status: str


@dataclass(frozen=True)
class Programme:
    """What does not change from draw to draw about a programme.

    Attributes
    ----------
    name, legal_origin, spending_field
        Members of the closed lists.
    source
        Funding source when no rule says otherwise.
    memo
        True for lines that stand beside the budget and in none of its totals.
    provisions
        Dated provisions that the amount rests on; an id without the prefix of the place matches any prefix.
    """

    name: str
    legal_origin: str
    spending_field: str
    source: str
    memo: bool = False
    provisions: tuple[str, ...] = ()

    @property
    def shared_with_communes(self) -> bool:
        """Whether the share of the communes applies: a Government's norm that the local budget pays."""
        return self.legal_origin == "government_norm" and self.source == "city"


_VSI = ("vsi.contribution_rate", "poverty_line.rural", "vsi.subsidy_max_duration")
_SOCIAL, _HEALTH, _OTHER = SPENDING_FIELDS
_NORM, _CITY, _NONE = LEGAL_ORIGINS

STATE_SUPPORT = Programme(
    "vsi_state_support",
    _NORM,
    _SOCIAL,
    "city",
    False,
    _VSI + tuple(f"vsi.state_subsidy_share.{g}" for g in GROUPS),
)
CITY_TOP_UP = Programme(
    "vsi_city_top_up", _CITY, _SOCIAL, "city", False, _VSI + tuple(f"vsi_topup_share.{g}" for g in GROUPS)
)
SOCIAL_PENSION = Programme(
    "social_pension", _NORM, _SOCIAL, "city", False, ("sp.level_national", "sp.age", "sp.age_poor_near_poor")
)
CITY_INCREMENT = Programme(
    "social_pension_city_increment", _CITY, _SOCIAL, "city", False, ("sp.city_topup", "sp.level_national")
)
HEALTH_CARDS = Programme(
    "health_cards", _NORM, _HEALTH, "city", False, ("hi.rate", "base_salary", "sp.hi_card")
)
FUNERAL = Programme(
    "funeral_support",
    _NORM,
    _SOCIAL,
    "city",
    False,
    ("sp.funeral_support_min_multiple", "sa.standard_national"),
)
OUTREACH = Programme("outreach", _NONE, _OTHER, "city")
INSPECTION = Programme("inspection", _NONE, _OTHER, "city")
SERVICE = Programme("service", _NONE, _OTHER, "city")
# beside the budget
MATERNITY = Programme("vsi_maternity", _NORM, _SOCIAL, "undetermined", True, ("vsi.maternity_benefit",))
COMMISSION = Programme(
    "agents_commission", _NORM, _OTHER, "si_fund", True, ("agents.vsi_remuneration_avg_cap",)
)
UI_SUPPORT = Programme("ui_state_support", _NORM, _OTHER, "central", True, ("ui.state_support_max",))
OWN_PAYMENTS = Programme(
    "participant_contributions",
    _NONE,
    _OTHER,
    "participant",
    True,
    ("vsi.contribution_rate", "poverty_line.rural"),
)

PROGRAMMES = (
    STATE_SUPPORT,
    CITY_TOP_UP,
    MATERNITY,
    SOCIAL_PENSION,
    CITY_INCREMENT,
    HEALTH_CARDS,
    FUNERAL,
    OUTREACH,
    INSPECTION,
    SERVICE,
    COMMISSION,
    UI_SUPPORT,
    OWN_PAYMENTS,
)
PREPAID_PROGRAMMES = (STATE_SUPPORT, CITY_TOP_UP)  # the only ones whose three recognitions differ


@dataclass(frozen=True)
class FundingRule:
    """Who pays the Government's norms. Shares of the amount; by default the city pays all of it.

    Attributes
    ----------
    central_share
        Share of ``vsi_state_support`` that the central budget pays.
    commune_share
        Share of the Government's norms in the local budget that the communes pay.
    maternity_source
        Budget level of the voluntary maternity benefit; while it is ``undetermined`` the line is a memo.

    Raises
    ------
    ValueError
        When the shares are negative or add to more than 1, or the source is not in the closed list.
    """

    central_share: float = 0.0
    commune_share: float = 0.0
    maternity_source: str = "undetermined"

    def __post_init__(self) -> None:
        shares = (self.central_share, self.commune_share)
        if min(shares) < 0 or sum(shares) > 1:
            raise ValueError(f"funding shares {shares}: each must be at least 0 and their sum at most 1")
        if self.maternity_source not in FUNDING_SOURCES:
            raise ValueError(
                f"maternity_source {self.maternity_source!r}: allowed {', '.join(FUNDING_SOURCES)}"
            )

    @classmethod
    def from_params(cls, params: Mapping[str, Array]) -> FundingRule:
        """Read ``central_share_vsi`` and ``commune_share``, fixed entries of the register; 0 when absent."""
        central, commune = (
            float(np.ravel(params.get(k, 0.0))[0]) for k in ("central_share_vsi", "commune_share")
        )
        return cls(central, commune)

    def split(self, programme: Programme) -> list[tuple[str, float]]:
        """Return the sources of a programme and their shares, without those that pay nothing.

        Examples
        --------
        >>> FundingRule(central_share=0.25).split(STATE_SUPPORT)
        [('city', 0.75), ('central', 0.25)]
        """
        if programme is MATERNITY:
            return [(self.maternity_source, 1.0)]
        central = self.central_share if programme is STATE_SUPPORT else 0.0
        commune = self.commune_share if programme.shared_with_communes else 0.0
        parts = [(programme.source, 1.0 - central - commune), ("commune", commune), ("central", central)]
        return [(source, share) for source, share in parts if share > 1e-12]  # 1 - 0.7 - 0.3 is not 0

    def memo(self, programme: Programme) -> bool:
        """Whether the programme stands beside the budget under this rule."""
        if programme is MATERNITY:
            return self.maternity_source == "undetermined"
        return programme.memo
