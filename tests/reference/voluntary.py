"""Voluntary insurance of the reference model: section 5 of the technical note."""

from math import exp, floor, isnan, log
from types import SimpleNamespace

from scipy.special import betainc

from tests.reference.work import (
    GROUPS,
    NEAR,
    OTHER,
    POOR,
    at,
    change,
    damped,
    hazard,
    in_force,
    lever,
    logit,
    month_of,
    sigma,
    year_of,
)  # fmt: skip


def prices(s):
    """c, b, Y and X_g of every month; reference price in the law as enacted in June 2025."""
    d, p, known = s.drivers, s.p, s.drivers["income_known"]
    last = d["income_index"][known]
    s.income = d["income_index"][: known + 1]
    s.income += [last * exp(p["income_growth"] * (t - known) / 12) for t in range(known + 1, s.T)]
    s.base = [d["contribution_rate"][t] * d["line"][t] for t in range(s.T)]
    s.gross = [d["contribution_rate"][t] * d["law"]["poverty_line.rural"][t] for t in range(s.T)]

    def burden(gross, support, income):
        return log((max(0, gross - support) + p["p0_hassle"] * gross) / income)

    gross, share = d["reference_log_price_base"]
    first = burden(gross, share * gross, s.income[at(2025, 6)])
    s.X = [
        [burden(s.gross[t], s.base[t] * (d["state_share"][g][t] + d["city_share"][g][t]), s.income[t]) - first
         for g in GROUPS]
        for t in range(s.T)
    ]  # fmt: skip


def shares_of_groups(s, t):
    """pi_g(t)."""
    p, start = s.p, s.drivers["new_line_month"]
    poor, near = s.drivers["poor_share"][t], s.drivers["near_poor_share"][t]
    if start is not None and t >= start:
        fall = exp(-p["poverty_decay"] * (t - start) / 12)
        poor, near = p["poor_share_new_line"] * fall, p["near_poor_share_new_line"] * fall
    return [poor, near, p["ethnic_minority_share"], 1 - poor - near - p["ethnic_minority_share"]]


def regroup(stock, before, now):
    """Move one stock (a list over groups) with the shares of the groups, all from the same starting stock."""
    moved = list(stock)
    for g in (POOR, NEAR):
        d = now[g] - before[g]
        into = min(1, d / before[OTHER]) * stock[OTHER] if d > 0 else 0.0
        amount = d / before[g] * stock[g] if d < 0 else into
        moved[g], moved[OTHER] = moved[g] + amount, moved[OTHER] - amount
    return moved


def adstock(before, intensity, kept_a_year):
    keep = kept_a_year ** (1 / 12)
    return before * keep + (1 - keep) * intensity


def entry(s, g, t, reach, total):
    """Monthly entry hazard h_g(t); total is P(t-1)."""
    p, o, assigned = s.p, s.out, s.drivers["assigned"][t]
    regime = min(1, max(0, (t - at(2018, 12)) / 24))
    j = max(0, t - 12)
    spread = 1 + p["q_imitation"] * 100 * o["members"][j] / o["eligible"][j]
    usual = 1 + p["q_imitation"] * 100 * p["vsi_reference_penetration"]
    pressure = p["target_pressure_reference"] if isnan(assigned) else max(0, log(assigned / total))
    drift = damped(t, s.a, s.a, p["trend_rho"]) if t > s.a else 0.0
    return exp(
        p["entry_level"] - log(12) + (p["poor_offset"] if g in (POOR, NEAR) else 0.0)
        + p["eps_price"] * s.X[t][g] + p["theta_outreach"] * log(max(s.outreach, 0.1))
        + p["mu_regime"] * (regime - 1)
        + log(spread) - log(usual) + log(1 + (exp(p["assist_registration"]) - 1) * reach)
        + p["law2024_entry"] * in_force(s, "vsi.maternity_benefit", t)
        + p["target_pressure"] * (pressure - p["target_pressure_reference"])
        + p["vsi_drift"] * drift + p["vsi_process_shift"] + s.paths["u"][t]
    )  # fmt: skip


def joiners(s, t, pool, shares, total, taken):
    """N_g(t); total is P(t-1), taken is P_g(t-1) + D_g(t-1) after the moves between groups."""
    open_pool, result = max(1, pool - total), []
    contacts, more = lever(s, "outreach.contacts", t), change(s, "outreach.contacts", t)
    reach = min(1, 12 * contacts * lever(s, "outreach.assisted_registration", t) / open_pool)
    for g in GROUPS:
        room = max(0, shares[g] * pool - taken[g])
        direct = max(0, more) * s.p["contact_conv_incr"] * room / open_pool
        result.append(min(room, (1 - exp(-entry(s, g, t, reach, total))) * room + direct))
    return result


def lapse_hazard(s, share, g, t):
    pulse = s.p["kappa_price_lapse"] * max(0, s.X[t][g] - s.X[max(0, t - 12)][g])
    reminded = max(0, 1 - s.p["reminder_lapse"] * change(s, "outreach.reminders", t))
    online = max(0, 1 - s.p["online_lapse"] * change(s, "service.online_share", t))
    return hazard(sigma(logit(share) + pulse)) * reminded * online


def flows(s, m, t, entrants):
    """Steps 1 to 5 of the month on the stocks cohorts[j][g], settled[g], dormant[g]; returns the lapsers."""
    p, o, lapsers = s.p, s.out, 0.0
    owners = p["hb_owners"] * (1 - p["hb_not_liable"])
    grown = max(0, o["household_business"][t] - o["household_business"][t - 1])
    for stock in [*m.cohorts, m.settled, m.dormant]:
        stock[OTHER] *= 1 - (p["transfer_compulsory"] * grown / owners if owners else 0)
    new_rule = t >= at(2025, 7) and in_force(s, "act:law_41_2024", t)
    lump = hazard(p["lumpsum_voluntary"]) * (exp(p["lumpsum_rule"]) if new_rule else 1)
    out = lump + hazard(p["vsi_to_csi"])
    for g in GROUPS:
        m1, m2 = lapse_hazard(s, p["lapse_first_year"], g, t), lapse_hazard(s, p["lapse_later"], g, t)
        all1, all2 = m1 + out, m2 + out + hazard(p["vsi_retire"])
        lapsed = sum(c[g] for c in m.cohorts) * m1 / all1 * (1 - exp(-all1))
        lapsed += m.settled[g] * m2 / all2 * (1 - exp(-all2))
        for c in m.cohorts:
            c[g] *= exp(-all1)
        m.settled[g] *= exp(-all2)
        m.dormant[g] = m.dormant[g] * exp(-hazard(p["dormant_exit"])) + lapsed
        back = m.dormant[g] * (1 - exp(-hazard(p["vsi_return"])))
        m.dormant[g] -= back
        m.settled[g] += back + m.cohorts[11][g]
        lapsers += lapsed
    m.cohorts = [list(entrants), *m.cohorts[:11]]
    m.settled[OTHER] += hazard(p["sep_to_vsi"]) * o["employees"][t - 1] / p["in_registration"]
    return lapsers


def lock(s, m, t):
    """Step 6: members who pay ahead of a new line."""
    start = s.drivers["new_line_month"]
    if start is None or start - 1 <= s.a:
        return
    if t == start - 1:
        m.locked = [s.p["prepay_rush"] * s.p["density"] * v for v in m.settled]
        m.settled = [m.settled[g] - m.locked[g] for g in GROUPS]
    elif t == start + floor(s.p["prepay_months"]):
        m.settled, m.locked = [m.settled[g] + m.locked[g] for g in GROUPS], [0.0] * 4


def head_counts(m):
    return [sum(c[g] for c in m.cohorts) + m.settled[g] + m.locked[g] for g in GROUPS]


def capped(s, classes, t):
    """phi(t): share of paid months beyond the cap, by year of entry."""
    cap, p, beyond = s.drivers["cap_months"][t], s.p, 0.0
    if isnan(cap):
        return 0.0
    a, b = p["density"] * p["density_concentration"], (1 - p["density"]) * p["density_concentration"]
    for k, people in classes.items():
        months = t - (at(2018, 1) if k == 2018 else at(k, 7)) + 1
        beyond += people * (1 - betainc(a + 1, b, cap / months)) if months > cap else 0.0
    return beyond / sum(classes.values())


def voluntary(s):
    p, o = s.p, s.out
    prices(s)
    s.outreach, classes, before = 1.0, {2018: p["vsi_start"]}, shares_of_groups(s, 0)
    begin = [v * p["vsi_start"] for v in before]
    m = SimpleNamespace(
        cohorts=[[p["vsi_start_first_tenure"] * v / 12 for v in begin] for _ in range(12)],
        settled=[(1 - p["vsi_start_first_tenure"]) * v for v in begin],
        dormant=[p["vsi_start_dormant"] * v for v in begin], locked=[0.0] * 4,
    )  # fmt: skip
    for t in range(s.T):
        pool = o["working_age_population"][t] - o["csi_resident"][t]
        pool = max(1, pool + p["older_eligible_share"] * o["past_retirement_age"][t])
        shares, entrants, lapsers = shares_of_groups(s, t), [0.0] * 4, 0.0
        if t > s.a:
            s.outreach = adstock(s.outreach, s.drivers["budget_ratio"][t], p["outreach_decay"])
        if t > 0:
            m.cohorts = [regroup(c, before, shares) for c in m.cohorts]
            for name in ("settled", "dormant"):
                setattr(m, name, regroup(getattr(m, name), before, shares))
            total = o["members"][t - 1]
            taken = [v + m.dormant[g] for g, v in enumerate(head_counts(m))]
            entrants = joiners(s, t, pool, shares, total, taken)
            lapsers = flows(s, m, t, entrants)
            lock(s, m, t)
            stay = max(0, sum(head_counts(m)) - sum(entrants)) / total
            classes, k = {year: v * stay for year, v in classes.items()}, max(2018, year_of(t))
            classes[k] = classes.get(k, 0.0) + sum(entrants)
        before, members = shares, sum(head_counts(m))
        peak = month_of(t) == 12 and s.draw["peak_u"][year_of(t)] < p["peak_probability"]
        for name, value in {
            "members": members, "group_members": head_counts(m), "group_locked": list(m.locked),
            "group_share": shares, "eligible": pool, "joiners": sum(entrants), "lapsers": lapsers,
            "capped_share": capped(s, classes, t), "vsi_paying": p["density"] * members,
            "vsi_participants": members * (exp(p["peak_local"] * p["yearend_peak"]) if peak else 1),
        }.items():  # fmt: skip
            o.setdefault(name, []).append(value)
