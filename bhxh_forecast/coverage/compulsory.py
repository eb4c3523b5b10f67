"""Compulsory and unemployment insurance on the registration basis (docs/technical-note.md, sections 3 and 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bhxh_forecast.coverage.convert import accumulated, damped_years, sigmoid
from bhxh_forecast.coverage.types import Array, Drivers
from bhxh_forecast.timeline import Timeline

Params = dict[str, Array]
ANCHOR = "2024-12"
REORGANISATION = "2025-03"  # first month of the shock; it is full after six months and halves every twelve
UI_LAW = "2026-01"
OWNERS_FIRST = "csi.scope.household_business_declaration"
OWNERS_LUMP_SUM = "tax.household_business_lumpsum_abolished"
OWNERS_ALL = "csi.scope.household_business_all"
PART_TIME = "csi.scope.part_time"
UI_WIDER = "act:law_74_2025"


@dataclass(frozen=True)
class Registered:
    """The part that no lever touches: latent logit with shock and its share of the pool, (T, n)."""

    logit: Array
    share: Array  # r(t), without the shock of the reorganisation


def registered(line: Timeline, p: Params, z: Array) -> Registered:
    """Latent logit l(t) + s(t) and r(t) = sigma(l(t))."""
    years = damped_years(len(line.months), line.index(ANCHOR), line.as_of_index, p["trend_rho"])
    latent = p["csi_logit_2024"] + accumulated(p, "csi_drift", years) + z
    shape = reorganisation(line)[:, None]
    return Registered(latent - p["reorg_shock"] * shape, sigmoid(latent))


def reorganisation(line: Timeline) -> Array:
    """Profile of the shock of the state's reorganisation: up to 1 in six months, then halved every twelve, (T,)."""
    since = np.arange(len(line.months)) - line.index(REORGANISATION) + 1.0
    rising = np.clip(since / 6.0, 0.0, 1.0)
    fading = 0.5 ** (np.maximum(0.0, since - 6.0) / 12.0)
    result: Array = rising * fading
    return result


def compliance(line: Timeline, drivers: Drivers, p: Params, base: Registered, pool: Array) -> Array | None:
    """Logit added by inspections, notices and data matching above the baseline, (T, n); None when nothing differs."""
    units, notices = drivers.change("compliance.inspections"), drivers.change("compliance.notices")
    matching = drivers.change("compliance.data_matching")
    if not (np.any(units) or np.any(notices) or np.any(matching)):
        return None
    keep = np.exp(np.log(p["persist_inspect"]) / 24.0)
    per_unit = p["yield_inspect"] * (1.0 + p["deter_spill"])
    large = p["notice_share_large"]
    notice = np.expm1(large * p["notice_large"] + (1.0 - large) * p["notice_small"])
    added = np.zeros_like(pool)
    effect = np.zeros(pool.shape[1])
    first = line.first_projected
    for t in range(first, len(line.months)):
        r = base.share[t]
        gained = units[t] * per_unit * (1.0 - r) / (1.0 - base.share[line.as_of_index])
        gained = gained + pool[t - 1] * base.share[t - 1] * notice * (notices[t] / 12.0)
        effect = effect * keep + gained / (pool[t] * r * (1.0 - r))
        added[t] = effect
    added[first:] += matching[first:, None] * p["data_match_logit"]
    return added


def owners(line: Timeline, drivers: Drivers, p: Params) -> Array:
    """Household-business owners registered, persons (T, n)."""
    begun, lump = drivers.flags[OWNERS_FIRST] > 0, drivers.flags[OWNERS_LUMP_SUM] > 0
    everyone = drivers.flags[OWNERS_ALL] > 0
    liable = p["hb_owners"] * (1.0 - p["hb_not_liable"])
    step = -np.expm1(-np.log(2.0) / p["hb_ramp_half_life"])
    matching = drivers.change("compliance.data_matching")
    counted = np.zeros((len(line.months), len(liable)))
    for t in range(1, len(line.months)):
        if everyone[t]:
            duty = np.ones_like(liable)
        elif begun[t] and lump[t]:
            duty = p["hb_declaring_2025"] + p["hb_declaring_2026"] * (1.0 - p["hb_declaring_2025"])
        elif begun[t]:
            duty = p["hb_declaring_2025"]
        else:
            duty = np.zeros_like(liable)
        if not (everyone[t] or begun[t]) and not counted[t - 1].any():
            continue
        settled = np.minimum(1.0, p["hb_compliance"] * (1.0 + p["hb_matching_gain"] * matching[t]))
        counted[t] = counted[t - 1] + (liable * duty * settled - counted[t - 1]) * step
    return counted


def other_groups(line: Timeline, drivers: Drivers, p: Params) -> Array:
    """Part-timers, commune staff and unpaid managers, persons (T, n)."""
    months = np.cumsum(drivers.flags[PART_TIME] > 0) * (drivers.flags[PART_TIME] > 0)
    reached = 1.0 - 0.5 ** (months / 6.0)
    result: Array = reached[:, None] * p["law2024_other_groups"]
    return result


def unemployment(line: Timeline, drivers: Drivers, p: Params, v: Array, employees: Array) -> Array:
    """Participants in unemployment insurance among employees, persons (T, n)."""
    wider = np.asarray(line.months >= np.datetime64(UI_LAW, "M")) & (drivers.flags[UI_WIDER] > 0)
    logit = p["ui_logit"] + v + wider[:, None] * p["ui_law_2026"]
    result: Array = employees * sigmoid(logit)
    return result
