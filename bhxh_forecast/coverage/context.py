"""Terms of the voluntary stage that do not depend on its own stocks (docs/technical-note.md, section 5)."""

from __future__ import annotations

import numpy as np

from bhxh_forecast.coverage.convert import accumulated, damped_years, hazard
from bhxh_forecast.coverage.types import GROUPS, MINORITY, NEAR, OTHER, POOR, Array, Drivers, Pools
from bhxh_forecast.timeline import Timeline

Params = dict[str, Array]
REFERENCE_MONTH = "2025-06"
REGIME = ("2018-12", "2020-12")  # outreach and targets rise from none to today's in these two years
LUMP_SUM_RULE = "2025-07"
FLOOR_OUTREACH = 0.1  # the elasticity is no evidence about no outreach at all
MATERNITY = "vsi.maternity_benefit"


def group_shares(line: Timeline, drivers: Drivers, p: Params) -> Array:
    """pi_g(t), shares of the eligible by support group, (T, 4, n)."""
    n = len(p["entry_level"])
    share = np.empty((len(line.months), len(GROUPS), n))
    share[:, POOR] = drivers.poor_share[:, None]
    share[:, NEAR] = drivers.near_poor_share[:, None]
    first = drivers.new_line_month
    if first is not None:
        years = (np.arange(first, len(line.months)) - first)[:, None] / 12.0
        fading = np.exp(-p["poverty_decay"] * years)
        share[first:, POOR] = p["poor_share_new_line"] * fading
        share[first:, NEAR] = p["near_poor_share_new_line"] * fading
    share[:, MINORITY] = p["ethnic_minority_share"]
    share[:, OTHER] = 1.0 - share[:, POOR] - share[:, NEAR] - share[:, MINORITY]
    return share


def log_income(line: Timeline, drivers: Drivers, p: Params) -> Array:
    """Ln Y(t): data to the last figure, then each draw's growth, (T, n)."""
    months = np.maximum(0, np.arange(len(line.months)) - drivers.income_known)[:, None]
    result: Array = np.log(drivers.income_index)[:, None] + accumulated(p, "income_growth", months / 12.0)
    return result


def log_prices(line: Timeline, drivers: Drivers, p: Params, income: Array) -> Array:
    """X_g(t): log of the net least contribution over income against the reference, (T, 4, n)."""
    gross = drivers.contribution_rate * drivers.rural_line
    base = drivers.contribution_rate * drivers.line
    net = np.maximum(0.0, gross - (drivers.state_share + drivers.city_share) * base)  # (4, T)
    hassle = p["p0_hassle"]
    known_gross, known_share = drivers.reference_log_price_base
    reference_month = min(line.index(REFERENCE_MONTH), len(line.months) - 1)
    reference = (
        np.log(known_gross * max(0.0, 1.0 - known_share) + hassle * known_gross) - income[reference_month]
    )
    result = np.empty((len(line.months), len(GROUPS), len(hassle)))
    found: dict[tuple[float, float], Array] = {}  # the price changes on a handful of dates only
    for t in range(len(line.months)):
        for g in range(len(GROUPS)):
            key = (float(net[g, t]), float(gross[t]))
            if key not in found:
                found[key] = np.log(key[0] + hassle * key[1])
            result[t, g] = found[key] - income[t]
    result -= reference
    return result


def yearly_rise(price: Array) -> Array:
    """max(0, X(t) - X(t - 12)); the first twelve months compare with the first, (T, 4, n)."""
    lagged = np.concatenate([np.broadcast_to(price[:1], (12, *price.shape[1:])), price[:-12]])
    result: Array = np.maximum(0.0, price - lagged)
    return result


def log_outreach(line: Timeline, drivers: Drivers, p: Params) -> Array:
    """Ln of the outreach stock, 0 up to the as-of month, (T, n)."""
    keep = p["outreach_decay"] ** (1.0 / 12.0)
    result = np.zeros((len(line.months), len(keep)))
    if np.all(drivers.budget_ratio == 1.0):
        return result
    stock = np.ones_like(keep)
    for t in range(line.first_projected, len(line.months)):
        stock = stock * keep + (1.0 - keep) * drivers.budget_ratio[t]
        result[t] = np.log(np.maximum(stock, FLOOR_OUTREACH))
    return result


def regime(line: Timeline) -> Array:
    """O(t): outreach and targets from none in 2018 to today's from 2020 on, (T,)."""
    start, end = (line.index(month) for month in REGIME)
    result: Array = np.clip((np.arange(len(line.months)) - start) / (end - start), 0.0, 1.0)
    return result


def common_terms(line: Timeline, drivers: Drivers, p: Params) -> Array:
    """Terms of the log monthly entry hazard that are the same for every group and know no stock, (T, n)."""
    later = damped_years(len(line.months), line.as_of_index, line.as_of_index, p["trend_rho"])
    constant = (
        p["entry_level"]
        - np.log(12.0)
        - np.log1p(p["q_imitation"] * (100.0 * p["vsi_reference_penetration"]))
    )
    result: Array = constant + p["theta_outreach"] * log_outreach(line, drivers, p)
    result += p["mu_regime"] * (regime(line)[:, None] - 1.0)
    result += p["law2024_entry"] * (drivers.flags[MATERNITY] > 0)[:, None]
    result += p["vsi_drift"] * np.maximum(0.0, later)
    result += p.get("vsi_process_shift@t", p["vsi_process_shift"])
    return result


def lump_sums(line: Timeline, drivers: Drivers, p: Params) -> Array:
    """Monthly hazard of a lump sum, lower under the 2024 law, (T, n)."""
    ruled = np.asarray(line.months >= np.datetime64(LUMP_SUM_RULE, "M")) & (
        drivers.flags["act:law_41_2024"] > 0
    )
    result: Array = hazard(p["lumpsum_voluntary"]) * np.exp(ruled[:, None] * p["lumpsum_rule"])
    return result


def retention(drivers: Drivers, p: Params) -> Array:
    """Factor on the lapse hazards from reminders and online payment above the baseline, (T, n)."""
    reminded = drivers.change("outreach.reminders")[:, None] * p["reminder_lapse"]
    online = drivers.change("service.online_share")[:, None] * p["online_lapse"]
    result: Array = np.maximum(0.0, 1.0 - reminded) * np.maximum(0.0, 1.0 - online)
    return result


def transfers(owners: Array, p: Params) -> Array:
    """Share of *other* that moves to compulsory insurance as household-business owners are registered, (T, n)."""
    moved = np.maximum(0.0, np.diff(owners, axis=0, prepend=owners[:1]))
    result: Array = p["transfer_compulsory"] * moved / (p["hb_owners"] * (1.0 - p["hb_not_liable"]))
    return result


def separations(employees: Array, p: Params) -> Array:
    """Former employees living here who go on voluntarily, persons (T, n)."""
    result = np.zeros_like(employees)
    result[1:] = hazard(p["sep_to_vsi"]) * employees[:-1] / p["in_registration"]
    return result


def eligible_people(pools: Pools, csi_resident: Array, p: Params) -> Array:
    """E(t): working age and not insured compulsorily, and some past retirement age; persons, at least 1, (T, n)."""
    older = p["older_eligible_share"] * pools.past_retirement
    result: Array = np.maximum(1.0, pools.working_age_population - csi_resident + older)
    return result


def group_offsets(p: Params) -> Array:
    """o_g, the poor and near-poor against the others in log entry, (4, n)."""
    offset = np.zeros((len(GROUPS), len(p["poor_offset"])))
    offset[[POOR, NEAR]] = p["poor_offset"]
    return offset


def assisted_reach(drivers: Drivers) -> Array:
    """People a year who are helped to register at home, (T,)."""
    return 12.0 * drivers.levers["outreach.contacts"] * drivers.levers["outreach.assisted_registration"]
