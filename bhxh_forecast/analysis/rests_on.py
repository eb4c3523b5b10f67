"""Which provisions, published series and assumptions a figure rests on, by id."""

from __future__ import annotations

from dataclasses import dataclass

from bhxh_forecast.budget import programmes as p
from bhxh_forecast.coverage.types import GROUPS

RETIREMENT = ("retirement_age_months.men", "retirement_age_months.women")
SHARES = tuple(f"vsi.state_subsidy_share.{g}" for g in GROUPS) + tuple(f"vsi_topup_share.{g}" for g in GROUPS)
PEOPLE, ELDERS = ("population", "workforce"), ("population", "old_age")
WORKERS = (*PEOPLE, "compulsory")
MEMBERS = (*WORKERS, "voluntary")
PENSION_DATA = ("pension_monthly_beneficiaries", "social_pension_beneficiaries")
PRICES = ("inflation_shift",)


@dataclass(frozen=True)
class Grounds:
    """What one figure rests on.

    Attributes
    ----------
    provisions
        Beside those of the programme itself; without the prefix of a place.
    series
        Published series behind the people.
    formula
        Priors that stand in the calculation.
    blocks
        Blocks of priors behind the people.
    register
        Fixed assumptions.
    levers
        Beginnings of the levers that matter.
    """

    provisions: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    formula: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    register: tuple[str, ...] = ()
    levers: tuple[str, ...] = ()


def join(*grounds: Grounds) -> Grounds:
    """Everything that any of them rests on, in order, each once."""
    parts = [dict.fromkeys(x for g in grounds for x in getattr(g, name)) for name in vars(Grounds())]
    return Grounds(*(tuple(part) for part in parts))


OUTREACH = ("outreach.", "service.", "subsidy.")
SUPPORT = Grounds(
    provisions=("vsi.contribution_rate", "poverty_line.rural", "vsi.maternity_benefit"),
    series=("vsi_participants", "csi_participants"),
    formula=("density", "density_concentration", "prepay_rush", "prepay_months", "settlement_lag_months"),
    blocks=MEMBERS,
    register=("one_payment_completion", "online_share_baseline", "communes_covered_baseline"),
    levers=OUTREACH,
)
OWN = join(SUPPORT, Grounds(provisions=SHARES, formula=("chosen_base_ratio",)))
SOCIAL_PENSION = Grounds(
    provisions=("sp.age", "sp.age_poor_near_poor", *RETIREMENT),
    series=PENSION_DATA,
    blocks=ELDERS,
    levers=("old_age.",),
)
BUDGET: dict[str, Grounds] = {
    p.STATE_SUPPORT.name: join(SUPPORT, Grounds(formula=("central_share_vsi", "commune_share"))),
    p.CITY_TOP_UP.name: join(SUPPORT, Grounds(register=("top_up_after_2026_07", "top_up_capped"))),
    p.SOCIAL_PENSION.name: join(
        SOCIAL_PENSION, Grounds(formula=("commune_share",), register=("social_pension_level",))
    ),
    p.CITY_INCREMENT.name: join(SOCIAL_PENSION, Grounds(register=("social_pension_level",))),
    p.HEALTH_CARDS.name: join(SOCIAL_PENSION, Grounds(formula=("card_share", "base_salary_growth"))),
    p.FUNERAL.name: join(
        SOCIAL_PENSION, Grounds(formula=("sp_mortality",), register=("funeral_of_other_groups",))
    ),
    p.OUTREACH.name: Grounds(
        series=("vsi_participants",),
        formula=("cost_per_contact", "cost_per_assisted", "cost_per_reminder", *PRICES),
        levers=("outreach.",),
    ),
    p.INSPECTION.name: Grounds(
        series=("csi_participants",),
        formula=("cost_per_inspection", "cost_per_notice", "cost_data_matching", *PRICES),
        levers=("compliance.",),
    ),
    p.SERVICE.name: Grounds(
        formula=("cost_online", "cost_satisfaction", *PRICES),
        register=("online_share_baseline",),
        levers=("service.",),
    ),
    p.MATERNITY.name: join(SUPPORT, Grounds(formula=("maternity_rate",))),
    p.COMMISSION.name: OWN,
    p.UI_SUPPORT.name: Grounds(
        series=("ui_participants", "csi_participants"),
        formula=("ui_wage_base", "income_growth"),
        blocks=(*WORKERS, "unemployment"),
        register=("ui_participation_of_added_groups",),
        levers=("compliance.",),
    ),
    p.OWN_PAYMENTS.name: OWN,
}
BUDGET[p.TOTAL] = join(*(BUDGET[programme.name] for programme in p.PROGRAMMES if not programme.memo))

_CSI = Grounds(
    provisions=(
        "csi.scope.household_business_declaration",
        "csi.scope.household_business_all",
        "csi.scope.part_time",
        "tax.household_business_lumpsum_abolished",
        *RETIREMENT,
    ),
    series=("csi_participants",),
    blocks=WORKERS,
    levers=("compliance.",),
)
_VSI = Grounds(
    provisions=(*SUPPORT.provisions, *SHARES),
    series=("vsi_participants",),
    blocks=MEMBERS,
    register=("top_up_after_2026_07", "online_share_baseline", "communes_covered_baseline"),
    levers=OUTREACH,
)
_UI = Grounds(
    provisions=RETIREMENT,
    series=("ui_participants", "csi_participants"),
    blocks=(*WORKERS, "unemployment"),
    register=("ui_participation_of_added_groups",),
    levers=("compliance.",),
)
_PENSIONS = Grounds(
    provisions=("pension.min_contribution_years", *RETIREMENT),
    series=PENSION_DATA[:1],
    formula=("pension_take", "pension_other_inflow", "pension_exit"),
    blocks=ELDERS,
)
COVERAGE: dict[str, Grounds] = {
    "csi_participants": _CSI,
    "si_participants": join(_CSI, _VSI, Grounds(series=("si_total_participants",))),
    "vsi_participants": _VSI,
    "vsi_paying": join(_VSI, Grounds(formula=("density",))),
    "ui_participants": _UI,
    "pension_monthly_beneficiaries": _PENSIONS,
    "social_pension_beneficiaries": SOCIAL_PENSION,
    "old_age_share": join(_PENSIONS, SOCIAL_PENSION, Grounds(formula=("pension_share_past",))),
}
BASES: dict[str, Grounds] = {
    "none": Grounds(),
    "working_age_population": Grounds(RETIREMENT, ("population_15plus", "population"), blocks=PEOPLE),
    "lfs_15plus": Grounds((), ("labour_force_15plus",), blocks=PEOPLE),
    "lfs_working_age": Grounds(RETIREMENT, ("labour_force_15plus",), blocks=PEOPLE),
    "agency": Grounds((), ("agency",), blocks=PEOPLE),
    "agency_voluntary": Grounds((), ("agency_voluntary",), blocks=PEOPLE),
    "past_retirement_age": Grounds(
        RETIREMENT, ("past_retirement_age_population", "elderly_population"), blocks=PEOPLE
    ),
}
PROVISIONS = {programme.name: programme.provisions for programme in p.PROGRAMMES}
PROVISIONS[p.TOTAL] = tuple(
    x for programme in p.PROGRAMMES if not programme.memo for x in programme.provisions
)
