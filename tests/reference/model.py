"""One draw of the whole chain in plain loops, written from docs/technical-note.md without seeing the package.

``inp``: drivers (the fields of ``Drivers`` by name, plain lists), retirement[sex][year] in months,
as_of_index, until. ``draw``: params, paths, peak_u[year], base[sex][age], rates (mx[year][sex][age],
asfr[year][age] births per woman, srb[year] boys per girl, migration[year][sex][age] in persons),
profile[13 or 19][sex][age] and profile_year[13 or 19] (whose retirement age is behind it).
Sections 1 to 4 of the note are in work.py, 5 in voluntary.py, 6, 7 and the shares here.
"""

from math import exp, floor, isnan
from types import SimpleNamespace

from tests.reference.voluntary import voluntary
from tests.reference.work import (
    GROUPS,
    at,
    change,
    compulsory,
    in_force,
    lever,
    month_of,
    number,
    population,
    settle,
    unemployment,
    workforce,
    year_of,
)

RECOGNITIONS = ("month_covered", "month_collected", "month_transferred")
SUPPORT = ("vsi_state_support", "vsi_city_top_up")
MEMO = ("vsi_maternity", "agents_commission", "ui_state_support", "participant_contributions")
BASES = ("working_age_population", "lfs_15plus", "lfs_working_age", "agency", "agency_voluntary")


def older_than(people, age):
    """N_A: people of exact age A and over, a birthday cohort spread evenly over its year."""
    low = floor(age)
    return sum(sum(row[low:]) - (age - low) * row[low] for row in people)


def pensioners(s):
    """PB and NP."""
    p, o, stock = s.p, s.out, s.p["pension_start"]
    for t in range(s.T):
        short = number(s, "pension.min_contribution_years", t) == 15
        take = p["pension_take"] * (1 + p["pension_rule15"] * short)
        early, new = p["reorg_pensions"] / 10 if at(2025, 3) <= t <= at(2025, 12) else 0.0, 0.0
        if t > 0:
            new = o["crossers"][t - 1] * take + stock * p["pension_other_inflow"] / 12 + early
            noise = p["pension_noise_sd"] / 12**0.5 * stock * s.paths["zeta"][t]
            stock = stock * exp(-p["pension_exit"] / 12) + new + noise
        o.setdefault("pensions", []).append(stock)
        o.setdefault("new_pensions", []).append(new)


def old_age(s):
    p, o, granted = s.p, s.out, None
    pensioners(s)
    for t, people in enumerate(s.people):
        age = min(80, max(70, lever(s, "old_age.social_pension_age", t)))
        n75, of_age, poor = older_than(people, 75), older_than(people, age), sum(o["group_share"][t][:2])
        covered = p["pension_share_75"] * o["pensions"][t]
        due = p["sp_takeup"] * max(0, of_age - covered * of_age / n75)
        granted = due if granted is None else settle(granted, due, p["sp_ramp_half_life"])
        without, poor_part = p["sp_takeup"] * (1 - min(1, covered / n75)), 0.0
        if t >= at(2025, 7) and in_force(s, "sp.age_poor_near_poor", t):
            start = min(75, max(70, number(s, "sp.age_poor_near_poor", t)))
            poor_part = poor * without * max(0, older_than(people, start) - of_age)
        younger = without * max(0, older_than(people, 70) - of_age)
        extension = lever(s, "old_age.city_extension_70_74", t) * younger * (1 - poor)
        past = p["pension_share_past"] * o["pensions"][t]
        for name, value in {
            "pensions_past_age": past, "social_pension_law": granted, "social_pension_poor": poor_part,
            "social_pension_extension": extension, "social_pensioners": granted + poor_part + extension,
            "old_age_numerator": past + granted + poor_part + extension,
        }.items():  # fmt: skip
            o.setdefault(name, []).append(value)


def indices(s):
    """CPI of every month, and base salary with its growth after the last enacted step."""
    d, known, salary = s.drivers, s.drivers["price_known"], s.drivers["law"]["base_salary"]
    s.cpi = [v * exp(s.p["inflation_shift"] * max(0, t - known) / 12) for t, v in enumerate(d["price_index"])]
    steps = [t for t in range(1, s.T) if salary[t] != salary[t - 1] and not isnan(salary[t])]
    last = year_of(steps[-1]) if steps else 2015
    years = [max(0, year_of(t) - last - (month_of(t) < 7)) for t in range(s.T)]
    growth = exp(s.p["base_salary_growth"])
    s.salary = [number(s, "base_salary", t) * growth**n for t, n in enumerate(years)]


def locked_support(s):
    """Members paid ahead: the month J-1, how many months, and (state, city) support of one month."""
    start = s.drivers["new_line_month"]
    if start is None or start - 1 <= s.a or start - 1 >= s.T:
        return s.T, 0, (0.0, 0.0)
    j, d = start - 1, s.drivers
    base = [k * (1 - s.out["capped_share"][j]) * s.base[j] for k in s.out["group_locked"][j]]
    support = tuple(sum(base[g] * d[f"{who}_share"][g][j] for g in GROUPS) for who in ("state", "city"))
    return j, floor(s.p["prepay_months"]), support


def voluntary_money(s, t, ahead):
    """State and city support by recognition, contributions of the participants; VND of month t."""
    j, months, amounts = ahead
    p, d, o, lag = s.p, s.drivers, s.out, int(s.p["settlement_lag_months"])
    paid = [p["density"] * o["group_members"][t][g] - o["group_locked"][t][g] * (t > j) for g in GROUPS]
    part = (1 - o["capped_share"][t]) * s.base[t]
    booked = (j < t <= j + months, months * (t == j), months * (t == j + lag))
    times = dict(zip(RECOGNITIONS, booked, strict=True))
    money = {}
    for name, who, amount in zip(SUPPORT, ("state", "city"), amounts, strict=True):
        now = sum(paid[g] * part * d[f"{who}_share"][g][t] for g in GROUPS)
        money[name] = {r: now + amount * times[r] for r in RECOGNITIONS}
    full = o["vsi_paying"][t] * s.gross[t] * max(1, p["chosen_base_ratio"])
    own = max(0, full - sum(money[name]["month_covered"] for name in SUPPORT))
    money["participant_contributions"] = own
    money["agents_commission"] = own * number(s, "agents.vsi_remuneration_avg_cap", t)
    return money


def lever_money(s, t):
    """Costs of levers above the baseline, at prices of 2025 times the CPI since; VND of month t."""
    p, o, before = s.p, s.out, max(0, t - 1)
    prices = s.cpi[t] / (sum(s.cpi[at(2025, 1) : at(2025, 12) + 1]) / 12)
    helped, usual = (
        d["outreach.contacts"][t] * d["outreach.assisted_registration"][t]
        for d in (s.drivers["levers"], s.drivers["baseline"])
    )
    outreach = change(s, "outreach.contacts", t) * p["cost_per_contact"]
    outreach += (helped - usual) * p["cost_per_assisted"]
    outreach += change(s, "outreach.reminders", t) * o["members"][before] * p["cost_per_reminder"] / 3
    inspection = change(s, "compliance.inspections", t) * p["cost_per_inspection"]
    inspection += change(s, "compliance.notices", t) / 12 * o["employees"][before] * p["cost_per_notice"]
    inspection += change(s, "compliance.data_matching", t) * p["cost_data_matching"] / 12
    service = change(s, "service.online_share", t) * p["cost_online"] / 12
    service += change(s, "service.satisfaction_effort", t) * p["cost_satisfaction"] / 12
    return {
        "outreach": max(0, change(s, "outreach.budget", t) + outreach * prices),
        "inspection": max(0, inspection * prices),
        "service": max(0, service * prices),
    }


def old_age_money(s, t):
    """Programmes of the social pension, and the memo lines that have no recognition rule; VND of month t."""
    p, o = s.p, s.out
    extension, total = o["social_pension_extension"][t], o["social_pensioners"][t]
    assistance, level = number(s, "sa.standard_national", t), number(s, "sp.level_national", t)
    national = level if in_force(s, "sp.level_national", t) else assistance
    wages = p["ui_wage_base"] * s.income[t] / s.income[at(2025, 6)]
    born = p["maternity_rate"] / 12 * o["vsi_paying"][t]
    died = p["sp_mortality"] / 12 * total
    return {
        "vsi_maternity": number(s, "vsi.maternity_benefit", t) * born,
        "social_pension": national * (total - extension),
        "social_pension_city_increment": number(s, "hn.sp.city_topup", t) * total + level * extension,
        "health_cards": number(s, "hi.rate", t) * s.salary[t] * p["card_share"] * total,
        "funeral_support": died * number(s, "sp.funeral_support_min_multiple", t) * assistance,
        "ui_state_support": number(s, "ui.state_support_max", t) * o["ui"][t] * wages,
    }


def budget_by_month(s):
    """Amounts[programme][recognition] by month in VND, and their total."""
    indices(s)
    ahead, found = locked_support(s), {}
    for t in range(s.T):
        flows = {**voluntary_money(s, t, ahead), **old_age_money(s, t), **lever_money(s, t)}
        for name, value in flows.items():
            for r in RECOGNITIONS:
                amount = value[r] if isinstance(value, dict) else value
                for programme in (name,) if name in MEMO else (name, "total"):
                    months = found.setdefault(programme, {}).setdefault(r, [0.0] * s.T)
                    months[t] += amount
    return found


def budget(s, by_month):
    """budget[programme][recognition][year] in VND, nominal and in prices of 2025."""
    nominal, prices = {}, {}
    for t in range(s.T):
        y = year_of(t)
        prices.setdefault(y, []).append(s.cpi[t])
        for name, rows in by_month.items():
            for r, months in rows.items():
                years = nominal.setdefault(name, {}).setdefault(r, {})
                years[y] = years.get(y, 0.0) + months[t]
    level = {y: sum(v) / len(v) for y, v in prices.items()}
    constant = {
        name: {r: {y: v / (level[y] / level[2025]) for y, v in row.items()} for r, row in rows.items()}
        for name, rows in nominal.items()
    }
    return nominal, constant


def target_shares(s):
    """Shares[series][base] by month; numerators as published."""
    o = s.out
    o["si_participants"] = [a + b for a, b in zip(o["csi"], o["vsi_participants"], strict=True)]
    counts = {"csi": "csi", "si": "si_participants", "vsi": "vsi_participants", "ui": "ui"}
    table = {
        f"{name}_share": {base: [n / d for n, d in zip(o[series], o[base], strict=True)] for base in BASES}
        for name, series in counts.items()
    }
    past = zip(o["old_age_numerator"], o["past_retirement_age"], strict=True)
    table["old_age_share"] = {"past_retirement_age": [n / d for n, d in past]}
    return table


def start(inp, draw):
    """The state of one draw before anything is computed."""
    s = SimpleNamespace(inp=inp, draw=draw, drivers=inp["drivers"], p=draw["params"], paths=draw["paths"])
    s.out, s.a, s.T = {}, inp["as_of_index"], at(inp["until"], 12) + 1
    return s


def people_of(inp, draw):
    """Population and labour force: sections 1 and 2, the same under every scenario with these retirement ages."""
    s = start(inp, draw)
    s.stocks = population(inp, draw)
    workforce(s)
    return s


def run(inp, draw, people=None):
    """All series (lists over months), budget, budget_constant and shares of one draw."""
    people, s = people or people_of(inp, draw), start(inp, draw)
    s.stocks, s.people, s.out = people.stocks, people.people, dict(people.out)
    for stage in (compulsory, unemployment, voluntary, old_age):
        stage(s)
    by_month = budget_by_month(s)
    money, constant = budget(s, by_month)
    shares = target_shares(s)
    return {
        **s.out,
        "population": s.stocks,
        "population_by_month": s.people,
        "budget": money,
        "budget_by_month": by_month,
        "budget_constant": constant,
        "shares": shares,
    }
