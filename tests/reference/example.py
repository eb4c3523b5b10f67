"""A made-up city for the checks by hand: round numbers, one change of the law of each kind."""

from math import exp, nan

from tests.reference.work import at, year_of

UNTIL = 2030
T = at(UNTIL, 12) + 1
LEVERS = {
    "outreach.budget": 1e9, "outreach.contacts": 5000.0, "outreach.assisted_registration": 0.1,
    "outreach.reminders": 0.2, "service.online_share": 0.8, "service.satisfaction_effort": 0.0,
    "compliance.inspections": 100.0, "compliance.notices": 0.05, "compliance.data_matching": 0.0,
}  # fmt: skip
STILL = {  # nothing but what a test switches on
    "hb_owners": 0.0, "hb_not_liable": 0.2, "transfer_compulsory": 0.0, "lumpsum_voluntary": 0.0,
    "lumpsum_rule": 0.0, "vsi_to_csi": 0.0, "vsi_retire": 0.0, "lapse_first_year": 0.4, "lapse_later": 0.1,
    "kappa_price_lapse": 0.0, "reminder_lapse": 0.0, "online_lapse": 0.0, "dormant_exit": 0.0,
    "vsi_return": 0.0, "sep_to_vsi": 0.0, "in_registration": 1.1,
}  # fmt: skip
PARAMS = STILL | {
    "lfpr_retirement_shift": 0.6, "lf_ratio_13": 0.9, "lf_ratio_19": 0.92, "unemployment_rate": 0.03,
    "wage_share_2024": 0.65, "wage_share_trend": 0.05, "trend_rho": 0.7, "liable_share": 0.85,
    "csi_logit_2024": 1.0, "csi_drift": 0.1, "reorg_shock": 0.03, "persist_inspect": 0.6,
    "yield_inspect": 0.76, "deter_spill": 0.5, "notice_share_large": 0.5, "notice_large": 0.08,
    "notice_small": 0.02, "data_match_logit": 0.1, "hb_owners": 30000.0, "hb_declaring_2025": 0.05,
    "hb_declaring_2026": 0.15, "hb_ramp_half_life": 18.0, "hb_compliance": 0.4, "hb_matching_gain": 0.3,
    "law2024_other_groups": 2000.0, "ui_logit": 3.2, "ui_law_2026": 0.1, "older_eligible_share": 0.2,
    "ethnic_minority_share": 0.013, "poor_share_new_line": 0.0016, "near_poor_share_new_line": 0.0138,
    "poverty_decay": 0.5, "p0_hassle": 0.2, "income_growth": 0.07, "outreach_decay": 0.3,
    "entry_level": -4.3, "eps_price": -0.4, "theta_outreach": 0.2, "mu_regime": 1.0, "q_imitation": 0.1,
    "vsi_reference_penetration": 0.034, "assist_registration": 0.5, "law2024_entry": 0.1,
    "target_pressure": 0.1, "target_pressure_reference": 0.43, "vsi_drift": 0.05, "vsi_process_shift": 0.0,
    "poor_offset": 0.5, "contact_conv_incr": 0.03, "kappa_price_lapse": 0.3, "reminder_lapse": 0.1,
    "online_lapse": 0.1, "lumpsum_voluntary": 0.013, "lumpsum_rule": -0.28, "vsi_retire": 0.025,
    "vsi_to_csi": 0.05, "transfer_compulsory": 0.07, "dormant_exit": 0.2, "vsi_return": 0.1,
    "sep_to_vsi": 0.0005, "prepay_rush": 0.2, "prepay_months": 24.9, "density": 0.76,
    "density_concentration": 4.0, "vsi_start": 5000.0, "vsi_start_first_tenure": 0.3,
    "vsi_start_dormant": 0.5, "peak_probability": 0.25, "peak_local": 0.33, "yearend_peak": 0.24,
    "pension_take": 0.24, "pension_rule15": 0.1, "pension_other_inflow": 0.01, "reorg_pensions": 400.0,
    "pension_exit": 0.038, "pension_noise_sd": 0.008, "pension_start": 50000.0, "pension_share_past": 0.7,
    "pension_share_75": 0.2, "sp_takeup": 0.9, "sp_ramp_half_life": 2.0, "sp_mortality": 0.085,
    "maternity_rate": 0.015, "card_share": 0.7, "base_salary_growth": 0.06, "inflation_shift": 0.002,
    "settlement_lag_months": 3, "chosen_base_ratio": 1.3, "ui_wage_base": 7e6, "cost_per_contact": 5e4,
    "cost_per_assisted": 1e5, "cost_per_reminder": 3e3, "cost_per_inspection": 5e6, "cost_per_notice": 2e4,
    "cost_data_matching": 1e10, "cost_online": 2e10, "cost_satisfaction": 5e9,
}  # fmt: skip


def since(year, month, value=1.0, before=nan):
    return [value if t >= at(year, month) else before for t in range(T)]


def laws():
    rural = since(2022, 1, 1.5e6, 7e5)
    return {
        "poverty_line.rural": [2.2e6 if t >= at(2027, 1) else v for t, v in enumerate(rural)],
        "vsi.maternity_benefit": since(2025, 7, 2e6), "sp.age_poor_near_poor": since(2025, 7, 70.0),
        "sp.level_national": since(2025, 7, 5e5), "sa.standard_national": since(2021, 7, 3.6e5, 2.7e5),
        "pension.min_contribution_years": since(2025, 7, 15.0, 20.0), "hi.rate": [0.045] * T,
        "base_salary": since(2026, 7, 2.53e6, 1.49e6), "hn.sp.city_topup": since(2026, 1, 1.5e5),
        "sp.funeral_support_min_multiple": since(2021, 7, 20.0), "ui.state_support_max": [0.01] * T,
        "agents.vsi_remuneration_avg_cap": since(2020, 3, 0.14),
    }  # fmt: skip


def drivers(as_of):
    law = laws()
    baseline = {name: [value] * T for name, value in LEVERS.items()}
    baseline["old_age.social_pension_age"] = since(2025, 7, 75.0, 80.0)
    baseline["old_age.city_extension_70_74"] = [0.0] * T
    raised = {"outreach.contacts": 2.0, "compliance.inspections": 2.0, "outreach.reminders": 3.0}
    levers = {
        name: [v * raised.get(name, 1.0) if t > as_of else v for t, v in enumerate(path)]
        for name, path in baseline.items()
    }
    scope = "csi.scope."
    flags = {
        scope + "household_business_declaration": since(2025, 7, 1, 0),
        scope + "household_business_all": since(2029, 7, 1, 0),
        scope + "part_time": since(2025, 7, 1, 0), "act:law_41_2024": since(2025, 7, 1, 0),
        "tax.household_business_lumpsum_abolished": since(2026, 1, 1, 0),
        "act:law_74_2025": since(2026, 1, 1, 0),
    }  # fmt: skip
    return {
        "line": law["poverty_line.rural"], "contribution_rate": [0.22] * T,
        "cap_months": since(2018, 1, 120.0),
        "state_share": [since(2018, 1, v, 0.0) for v in (0.5, 0.4, 0.3, 0.2)],
        "city_share": [since(2022, 8, v, 0.0) for v in (0.3, 0.25, 0.0, 0.1)],
        "reference_log_price_base": (330000.0, 0.2),
        "budget_ratio": [1.5 if t > as_of else 1.0 for t in range(T)], "levers": levers, "baseline": baseline,
        "new_line_month": at(2027, 1), "flags": flags, "law": law,
        "poor_share": [0.03 * max(0, 1 - t / 108) for t in range(T)],
        "near_poor_share": [0.04 * max(0.1, 1 - t / 108) for t in range(T)],
        "assigned": [9000.0 if year_of(t) in (2022, 2024) else nan for t in range(T)],
        "price_index": [1.03 ** ((t - at(2025, 6)) / 12) for t in range(T)],
        "income_index": [1.07 ** ((t - at(2025, 6)) / 12) for t in range(T)],
        "price_known": at(2026, 6), "income_known": at(2025, 12),
    }  # fmt: skip


def example():
    """inp and draw of the made-up city, as-of July 2026."""
    as_of, years = at(2026, 7), range(2015, UNTIL + 1)
    ages = [
        {y: start + min(goal - start, step * max(0, y - 2020)) for y in range(2014, UNTIL + 1)}
        for start, step, goal in ((720, 3, 744), (660, 4, 720))
    ]
    mx = [[0.004 if x == 0 else f * exp(-9.5 + 0.085 * x) for x in range(101)] for f in (1.2, 0.8)]
    profile = [[0.0 if x < 15 else 0.9 * exp(-(((x - 38) / 24) ** 4)) for x in range(101)] for _ in (0, 1)]
    paths = {
        name: [size * ((37 * t + shift) % 11 - 5) / 5 for t in range(T)]
        for shift, (name, size) in enumerate(
            {"lambda": 0.01, "z": 0.05, "v": 0.1, "u": 0.2, "zeta": 1.0}.items()
        )
    }
    paths |= {"agency": [250000.0] * T, "agency_voluntary": [180000.0] * T}
    births = [0.09 if 20 <= x < 40 else 0.0 for x in range(101)]
    moves = [[20.0 if 18 <= x < 30 else 0.0 for x in range(101)]] * 2
    return (
        {"drivers": drivers(as_of), "retirement": ages, "as_of_index": as_of, "until": UNTIL},
        {
            "params": dict(PARAMS), "paths": paths,
            "peak_u": {y: (y * 7 % 10) / 10 for y in years},
            "base": [[4000.0 * exp(-((x / 70) ** 4)) for x in range(101)] for _ in (0, 1)],
            "rates": {
                "mx": dict.fromkeys(years, mx), "srb": dict.fromkeys(years, 1.1),
                "asfr": dict.fromkeys(years, births), "migration": dict.fromkeys(years, moves),
            },
            "profile": {13: profile, 19: profile}, "profile_year": {13: 2019, 19: 2020},
        },
    )  # fmt: skip
