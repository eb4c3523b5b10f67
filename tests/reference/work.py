"""Months, law, population and workforce of the reference model: sections 1 to 4 of the technical note."""

from math import exp, floor, isnan, log

POOR, NEAR, MINORITY, OTHER = GROUPS = range(4)


def at(year, month):
    return (year - 2015) * 12 + month - 12


def year_of(t):
    return 2015 + (11 + t) // 12


def month_of(t):
    return (11 + t) % 12 + 1


def sigma(x):
    return 1 / (1 + exp(-x))


def logit(p):
    return log(p / (1 - p))


def hazard(share):
    return -log(1 - share) / 12


def damped(t, z, a, phi):
    return (t - z) / 12 if t <= a else (a - z) / 12 + (1 - phi ** ((t - a) / 12)) / -log(phi)


def settle(before, target, half_life):
    return before + (target - before) * (1 - 2 ** (-1 / half_life))


def number(s, name, t):
    """The number of the law in month t; 0 where none is in force."""
    value = s.drivers["law"][name][t]
    return 0.0 if isnan(value) else value


def in_force(s, name, t):
    flags = s.drivers["flags"]
    return bool(flags[name][t]) if name in flags else not isnan(s.drivers["law"][name][t])


def lever(s, name, t):
    return s.drivers["levers"][name][t]


def change(s, name, t):
    return s.drivers["levers"][name][t] - s.drivers["baseline"][name][t]


def life_table(m, sex):
    """Person-years lived L(0..100) of one newborn; 1a0 of Coale-Demeny West, the last age is open."""
    low, high = ((0.045 + 2.684 * m[0], 0.33), (0.053 + 2.8 * m[0], 0.35))[sex]
    alive, lived = 1.0, []
    for x in range(100):
        a = (high if m[0] >= 0.107 else low) if x == 0 else 0.5
        left = alive * (1 - m[x] / (1 + (1 - a) * m[x]))
        lived.append(left + a * (alive - left))
        alive = left
    return [*lived, alive / m[100]]


def population(inp, draw):
    """P[year - 2015][sex][age] of 1 January, from 2015 to until + 1."""
    stocks, rates = [[[float(v) for v in row] for row in draw["base"]]], draw["rates"]
    for y in range(2015, inp["until"] + 1):
        old, lived = stocks[-1], [life_table(rates["mx"][y][sex], sex) for sex in (0, 1)]
        new = [[0.0] + [old[i][x] * lived[i][x + 1] / lived[i][x] for x in range(99)] for i in (0, 1)]
        for i in (0, 1):
            new[i].append((old[i][99] + old[i][100]) * lived[i][100] / (lived[i][99] + lived[i][100]))
        births = sum(rates["asfr"][y][x] * (old[1][x] + new[1][x]) / 2 for x in range(101))
        boys = rates["srb"][y] / (1 + rates["srb"][y])
        for i, part in ((0, boys), (1, 1 - boys)):
            new[i][0] = births * part * lived[i][0]
            new[i] = [new[i][x] + rates["migration"][y][i][x] for x in range(101)]
        stocks.append(new)
    return stocks


def monthly(stocks, t):
    i, w = year_of(t) - 2015, month_of(t) / 12
    return [[(1 - w) * stocks[i][s][x] + w * stocks[i + 1][s][x] for x in range(101)] for s in (0, 1)]


def threshold(ages, until):
    """Latest birth month past retirement age at the end of each month from -1 on; ages: year -> months."""
    best, path = -(10**9), []
    for u in range(-12, at(until, 12) + 1):
        best = max(best, int(u - ages[year_of(u)]))
        if u >= -1:
            path.append(best)
    return path


def participation(s, definition, sex, x, t):
    """p(s, x, t) under the 13th or the 19th ICLS, each with the retirement age of its own reference year."""
    profile = s.draw["profile"][definition]
    if not 50 <= x <= 65:
        return profile[sex][x]
    ages = s.inp["retirement"][sex]
    steps = ages[year_of(t)] - ages[s.draw["profile_year"][definition]]
    place = min(100.0, max(0.0, x - s.p["lfpr_retirement_shift"] * steps / 12))
    low = min(99, floor(place))
    return profile[sex][low] * (low + 1 - place) + profile[sex][low + 1] * (place - low)


def workforce(s):
    """Population, retirement and labour force; the pools of wage jobs."""
    p, o = s.p, s.out
    cut = [threshold(s.inp["retirement"][i], s.inp["until"]) for i in (0, 1)]
    s.people = [monthly(s.stocks, t) for t in range(s.T)]
    for t, people in enumerate(s.people):
        past = crossing = lf13 = lf19 = within13 = within19 = 0.0
        for i in (0, 1):
            k = t - cut[i][t + 1]
            x0, r = k // 12, k % 12
            past += sum(people[i][x0 + 1 :]) + people[i][x0] * (12 - r) / 12
            crossing += (cut[i][t + 1] - cut[i][t]) * people[i][x0] / 12
            for x in range(15, 101):
                inside = 1.0 if x < x0 else r / 12 if x == x0 else 0.0
                new = people[i][x] * participation(s, 19, i, x, t)
                old = people[i][x] * participation(s, 13, i, x, t)
                lf19, within19 = lf19 + new, within19 + new * inside
                lf13, within13 = lf13 + old, within13 + old * inside
        noise, now = exp(s.paths["lambda"][t]), t >= at(2021, 1)
        c19, c13 = noise * p["lf_ratio_19"], noise * p["lf_ratio_13"]
        drift = damped(t, at(2024, 12), s.a, p["trend_rho"])
        wage = sigma(logit(p["wage_share_2024"]) + p["wage_share_trend"] * drift)
        liable = c19 * lf19 * (1 - p["unemployment_rate"]) * wage * p["liable_share"]
        adults = sum(sum(people[i][15:]) for i in (0, 1))
        for name, value in {
            "past_retirement_age": past, "crossers": crossing, "working_age_population": adults - past,
            "labour_force_19": c19 * lf19, "lfs_15plus": c19 * lf19 if now else c13 * lf13,
            "lfs_working_age": c19 * within19 if now else c13 * within13, "agency": s.paths["agency"][t],
            "agency_voluntary": s.paths["agency_voluntary"][t], "liable_resident": liable,
            "liable_registered_basis": liable * p["in_registration"],
        }.items():  # fmt: skip
            o.setdefault(name, []).append(value)


def reorganisation(t):
    """h(t): the temporary part of the 2025 reorganisation."""
    start, full = at(2025, 3), at(2025, 8)
    return 0.0 if t < start else (t - start + 1) / 6 if t <= full else 2 ** (-(t - full) / 12)


def duty(s, t):
    """q(t): share of household-business owners whose duty has begun."""
    if in_force(s, "csi.scope.household_business_all", t):
        return 1.0
    if not in_force(s, "csi.scope.household_business_declaration", t):
        return 0.0
    first, more = s.p["hb_declaring_2025"], s.p["hb_declaring_2026"]
    return first + (more * (1 - first) if in_force(s, "tax.household_business_lumpsum_abolished", t) else 0.0)


def compliance(s, latent, t, before):
    """x(t): what inspections and notices beyond the baseline have added, in logit units."""
    p, pool = s.p, s.out["liable_registered_basis"]
    r, r_before, r_anchor = sigma(latent[t]), sigma(latent[t - 1]), sigma(latent[s.a])
    nu = p["notice_share_large"] * p["notice_large"] + (1 - p["notice_share_large"]) * p["notice_small"]
    found = change(s, "compliance.inspections", t) * p["yield_inspect"] * (1 + p["deter_spill"])
    noticed = pool[t - 1] * r_before * (exp(nu) - 1) * change(s, "compliance.notices", t) / 12
    gained = found * (1 - r) / (1 - r_anchor) + noticed
    return before * exp(log(p["persist_inspect"]) / 24) + gained / (pool[t] * r * (1 - r))


def compulsory(s):
    p, o, pool = s.p, s.out, s.out["liable_registered_basis"]
    drift = [damped(t, at(2024, 12), s.a, p["trend_rho"]) for t in range(s.T)]
    latent = [p["csi_logit_2024"] + p["csi_drift"] * drift[t] + s.paths["z"][t] for t in range(s.T)]
    x, owners, since = 0.0, 0.0, 0
    for t in range(s.T):
        x = compliance(s, latent, t, x) if t > s.a else 0.0
        match = change(s, "compliance.data_matching", t)
        shock = -p["reorg_shock"] * reorganisation(t)
        employees = pool[t] * sigma(latent[t] + shock + x + p["data_match_logit"] * match)
        aim = min(1, p["hb_compliance"] * (1 + p["hb_matching_gain"] * match))
        aim *= p["hb_owners"] * (1 - p["hb_not_liable"]) * duty(s, t)
        owners = settle(owners, aim, p["hb_ramp_half_life"])
        there = in_force(s, "csi.scope.part_time", t)
        since += there
        others = p["law2024_other_groups"] * (1 - 2 ** (-since / 6)) * there
        for name, value in {
            "employees": employees, "household_business": owners, "other_groups": others,
            "csi": employees + owners + others,
            "csi_resident": employees / p["in_registration"] + owners + others,
        }.items():  # fmt: skip
            o.setdefault(name, []).append(value)


def unemployment(s):
    for t in range(s.T):
        law = t >= at(2026, 1) and in_force(s, "act:law_74_2025", t)
        w = s.p["ui_logit"] + s.paths["v"][t] + (s.p["ui_law_2026"] if law else 0.0)
        s.out.setdefault("ui", []).append(s.out["employees"][t] * sigma(w))
