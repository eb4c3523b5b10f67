"""A small, realistic run for the tests of reports: tables with the contract's columns, two scenarios.

The figures come from a toy of four lines (growth with noise), never from the model; reports must not care.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bhxh_forecast.reporting.run_tables import RunTables

AS_OF, UNTIL, DRAWS, SEED = date(2026, 7, 15), 2030, 400, 20181116
MONTHS = pd.date_range("2015-12-31", f"{UNTIL}-12-31", freq="ME")
LAST_OBSERVED = pd.Timestamp("2025-06-30")
GEO = "VN-HN"
SCENARIOS: dict[str, dict[str, Any]] = {
    "current_policy": {
        "title": {"vi": "Giữ nguyên chính sách hiện hành", "en": "Current policy"},
        "description": {"vi": "Kịch bản cơ sở.", "en": "The baseline."},
        "entry": 0.0, "compliance": 0.0, "top_up": 0.10,
    },
    "subsidy_raise": {
        "title": {"vi": "Nâng mức hỗ trợ tiền đóng", "en": "Higher contribution support"},
        "description": {"vi": "Tăng mức hỗ trợ thêm từ tháng 01/2027.", "en": "A larger top-up from January 2027."},
        "entry": 0.10, "compliance": 0.0, "top_up": 0.30,
    },
}  # fmt: skip
QUANTILES = (5, 10, 25, 50, 75, 90, 95)
BASES = ("working_age_population", "lfs_15plus", "lfs_working_age", "agency", "agency_voluntary")
# target, series, {year: (comparison, required, as written, as reported)}
TARGETS: dict[str, dict[int, tuple[str, float, str, str]]] = {
    "si_coverage": {
        2021: ("ge", 0.40, "working_age_population", "agency"),
        2025: ("ge", 0.50, "lfs_working_age", "agency"),
        2030: ("ge", 0.70, "lfs_working_age", "agency"),
    },
    "vsi_coverage": {
        2021: ("gt", 0.01, "lfs_working_age", "agency_voluntary"),
        2025: ("ge", 0.03, "lfs_working_age", "agency_voluntary"),
        2030: ("ge", 0.10, "lfs_working_age", "agency_voluntary"),
    },
    "ui_coverage": {
        2021: ("ge", 0.33, "lfs_15plus", "agency"),
        2025: ("ge", 0.40, "lfs_working_age", "agency"),
        2030: ("ge", 0.50, "lfs_working_age", "agency"),
    },
    "old_age_coverage": {
        2021: ("ge", 0.45, "past_retirement_age", "past_retirement_age"),
        2025: ("ge", 0.55, "past_retirement_age", "past_retirement_age"),
        2030: ("ge", 0.65, "past_retirement_age", "past_retirement_age"),
    },
}
NO_FIGURE = [
    ("satisfaction", 2021, "ge", 0.80, "share"),
    ("satisfaction", 2025, "ge", 0.85, "share"),
    ("satisfaction", 2030, "ge", 0.90, "share"),
    ("e_transactions", 2021, "ge", 1.0, "share"),
    ("online_services_level4", 2021, "done", np.nan, "none"),
    ("transaction_hours", 2021, "le", np.nan, "hours_per_year"),
]
# Observations behind a target met or missed in 2021; those without one are estimated.
NOTES = {
    "si_coverage": "csi_participants.vn-hn.2021-12-31; vsi_participants.vn-hn.2021-12-31.2",
    "vsi_coverage": "vsi_participants.vn-hn.2021-12-31.2",
}


def _stock(
    rng: np.random.Generator, anchors: list[tuple[str, float]], growth: float, spread: float
) -> np.ndarray:
    """Draws of a stock through dated anchors, then growing at an uncertain rate: (draws, months)."""
    when = (
        np.array([pd.Timestamp(day).to_datetime64() for day, _ in anchors])
        .astype("datetime64[D]")
        .astype(float)
    )
    months = MONTHS.to_numpy().astype("datetime64[D]").astype(float)
    level = np.interp(months, when, np.log([value for _, value in anchors]))
    ahead = np.clip((months - when[-1]) / 365.25, 0, None)
    rate = rng.normal(growth, spread, (DRAWS, 1))
    noise = rng.normal(0, 0.004, (DRAWS, len(MONTHS)))
    return np.exp(level + rate * ahead + noise)


def draws_of(scenario: str) -> dict[str, np.ndarray]:
    """Draws of every stock and base of a scenario; the same noise for each scenario."""
    settings = SCENARIOS[scenario]
    rng = np.random.default_rng(SEED)
    ahead = np.clip((MONTHS - pd.Timestamp("2026-12-31")).days.to_numpy() / 365.25, 0, None)
    csi = _stock(rng, [("2015-12-31", 1.25e6), ("2019-12-31", 1.77e6), ("2021-12-31", 1.862e6),
                       ("2022-12-31", 1.983e6), ("2025-06-30", 2.2005e6)], 0.035, 0.012)  # fmt: skip
    vsi = _stock(rng, [("2015-12-31", 14e3), ("2018-12-31", 22.5e3), ("2021-12-31", 64.4e3),
                       ("2024-06-30", 86.1e3), ("2025-06-30", 112293)], 0.09, 0.06)  # fmt: skip
    december = np.where(MONTHS.month == 12, 0.05, 0.0)
    vsi = vsi * np.exp(settings["entry"] * ahead)
    counted = vsi * np.exp(december * rng.uniform(0, 1, (DRAWS, 1)))
    past = _stock(rng, [("2015-12-31", 1.02e6), ("2025-06-30", 1.30e6)], 0.022, 0.004)
    share = (
        0.40
        + 0.02 * np.clip((MONTHS.year.to_numpy() - 2015) / 1.0, 0, 15) / 2
        + rng.normal(0, 0.04, (DRAWS, 1))
    )
    return {
        "csi_participants": csi,
        "vsi_participants": counted,
        "vsi_paying": vsi * 0.76,
        "si_participants": csi + counted,
        "ui_participants": csi * 0.965,
        "old_age": past * np.clip(share, 0.2, 0.95),
        "working_age_population": _stock(rng, [("2015-12-31", 4.70e6), ("2025-06-30", 5.15e6)], 0.008, 0.004),
        "lfs_15plus": _stock(rng, [("2015-12-31", 3.9e6), ("2019-06-30", 4.12e6), ("2025-06-30", 4.2e6)], 0.008, 0.005),
        "lfs_working_age": _stock(rng, [("2015-12-31", 3.60e6), ("2025-06-30", 3.86e6)], 0.008, 0.006),
        "agency": _stock(rng, [("2015-12-31", 4.75e6), ("2022-12-31", 4.91e6), ("2025-06-30", 4.64e6)], 0.0, 0.012),
        "agency_voluntary": _stock(rng, [("2015-12-31", 3.78e6), ("2025-06-30", 3.20e6)], 0.0, 0.02),
        "past_retirement_age": past,
    }  # fmt: skip


def _phase(series: str) -> np.ndarray:
    last = LAST_OBSERVED if series != "old_age_share" else pd.Timestamp("2025-09-30")
    first_projected = pd.Timestamp(AS_OF) + pd.offsets.MonthEnd(0)
    return np.where(last >= MONTHS, "history", np.where(first_projected >= MONTHS, "nowcast", "projection"))


def _coverage(scenario: str, draws: dict[str, np.ndarray]) -> pd.DataFrame:
    parts = []
    counts = ("csi_participants", "si_participants", "vsi_participants", "vsi_paying", "ui_participants")
    shares = [(f"{s}_share", f"{s}_participants", BASES) for s in ("csi", "si", "vsi", "ui")]
    series: list[tuple[str, str, str, np.ndarray]] = [(c, "none", "persons", draws[c]) for c in counts]
    series += [(n, b, "share", draws[c] / draws[b]) for n, c, bases in shares for b in bases]
    series.append(
        ("old_age_share", "past_retirement_age", "share", draws["old_age"] / draws["past_retirement_age"])
    )
    quarter = np.isin(MONTHS.month, (3, 6, 9, 12))
    for name, base, unit, values in series:
        found = np.percentile(values, QUANTILES, axis=0)
        frame = pd.DataFrame({f"p{q:02d}": row for q, row in zip(QUANTILES, found, strict=True)})
        frame.loc[~quarter, ["p05", "p25", "p75", "p95"]] = np.nan
        frame.insert(0, "mean", values.mean(axis=0))
        head = {"scenario": scenario, "world": "reference", "geo": GEO, "date": MONTHS.date, "phase": _phase(name),
                "series": name, "base": base, "unit": unit}  # fmt: skip
        parts.append(pd.concat([pd.DataFrame(head), frame], axis=1))
    return pd.concat(parts, ignore_index=True)


def _target_row(scenario: str, target: str, year: int, base: str, spec: tuple[str, float, str, str],
                draws: dict[str, np.ndarray], met: dict[tuple[int, str], np.ndarray]) -> dict[str, Any]:  # fmt: skip
    comparison, required, written, reported = spec
    series = "old_age" if target == "old_age_coverage" else f"{target.split('_')[0]}_participants"
    share = draws[series] / draws[base]
    at = share[:, MONTHS.get_loc(pd.Timestamp(f"{year}-12-31"))]
    hit = at > required if comparison == "gt" else at >= required
    probability = float(hit.mean())
    known = "met" if probability >= 0.5 else "missed"
    past = known if year == 2021 and target in NOTES else "nowcast"
    status = "projected" if year > AS_OF.year else past
    for role, name in (("written", written), ("reported", reported)):
        if base == name:
            met[(year, role)] = met.get((year, role), np.ones(DRAWS, bool)) & hit
    mid = np.median(share, axis=0)
    first = np.flatnonzero(mid >= required)
    decembers = [
        y for y in range(2016, UNTIL + 1) if mid[MONTHS.get_loc(pd.Timestamp(f"{y}-12-31"))] >= required
    ]
    return {
        "scenario": scenario, "world": "reference", "geo": GEO, "target_id": target, "year": year, "base": base,
        "as_written": base == written, "as_reported": base == reported, "comparison": comparison, "required": required,
        "unit": "share", "status": status, "probability": probability,
        "probability_within_half_point": float((at >= required - 0.005).mean()),
        "mc_error": float(np.sqrt(probability * (1 - probability) / DRAWS)),
        "p10": np.percentile(at, 10), "p50": np.percentile(at, 50), "p90": np.percentile(at, 90),
        "first_month_p50": f"{MONTHS[first[0]]:%Y-%m}" if len(first) else "",
        "year_reached_p50": decembers[0] if decembers else pd.NA,
        "note": NOTES.get(target, "") if status in ("met", "missed") else "",
    }  # fmt: skip


def _targets(scenario: str, draws: dict[str, np.ndarray]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    met: dict[tuple[int, str], np.ndarray] = {}
    for target, years in TARGETS.items():
        for year, spec in years.items():
            bases = ("past_retirement_age",) if target == "old_age_coverage" else BASES
            rows += [_target_row(scenario, target, year, base, spec, draws, met) for base in bases]
    for (year, role), hit in met.items():
        rows.append(_bare(scenario, "all", year, "none") | {
            "as_written": role == "written", "as_reported": role == "reported", "comparison": "ge",
            "status": "projected" if year > AS_OF.year else "nowcast", "probability": float(hit.mean()),
            "mc_error": float(np.sqrt(hit.mean() * (1 - hit.mean()) / DRAWS))})  # fmt: skip
    for target, year, comparison, required, unit in NO_FIGURE:
        rows.append(_bare(scenario, target, year, "none") | {
            "as_written": True, "as_reported": True, "comparison": comparison, "required": required, "unit": unit,
            "status": "no_figure"})  # fmt: skip
    return pd.DataFrame(rows)


def _bare(scenario: str, target: str, year: int, base: str) -> dict[str, Any]:
    return {
        "scenario": scenario, "world": "reference", "geo": GEO, "target_id": target, "year": year, "base": base,
        "as_written": True, "as_reported": True, "comparison": "ge", "required": np.nan, "unit": "share",
        "status": "no_figure", "probability": np.nan, "probability_within_half_point": np.nan, "mc_error": np.nan,
        "p10": np.nan, "p50": np.nan, "p90": np.nan, "first_month_p50": "", "year_reached_p50": pd.NA, "note": "",
    }  # fmt: skip


PROGRAMMES: list[tuple[str, str, str, str, bool]] = [
    # programme, legal origin, funding source, spending field, memo
    ("vsi_state_support", "government_norm", "city", "social_protection", False),
    ("vsi_city_top_up", "city_resolution", "city", "social_protection", False),
    ("social_pension", "government_norm", "city", "social_protection", False),
    ("social_pension_city_increment", "city_resolution", "city", "social_protection", False),
    ("health_cards", "government_norm", "city", "health_population_family", False),
    ("funeral_support", "government_norm", "commune", "social_protection", False),
    ("outreach", "none", "city", "other", False),
    ("inspection", "none", "city", "other", False),
    ("service", "none", "city", "other", False),
    ("agents_commission", "none", "si_fund", "other", True),
    ("ui_state_support", "government_norm", "central", "other", True),
    ("participant_contributions", "none", "participant", "other", True),
    ("vsi_maternity", "government_norm", "undetermined", "social_protection", True),
]


def _cost(programme: str, scenario: str, year: int, draws: dict[str, np.ndarray]) -> np.ndarray:
    months = np.flatnonzero(MONTHS.year == year)
    person_months = draws["vsi_paying"][:, months].sum(axis=1)
    line = 1.5e6 if year < 2027 else 2.2e6
    pensioners = draws["old_age"][:, months].mean(axis=1) * 0.11
    fixed = {"outreach": 12e9, "inspection": 6e9, "service": 4e9, "funeral_support": 31e9, "agents_commission": 9e9,
             "ui_state_support": 0.0}  # fmt: skip
    rates = {
        "vsi_state_support": person_months * line * 0.22 * 0.20,
        "vsi_city_top_up": person_months * line * 0.22 * SCENARIOS[scenario]["top_up"],
        "social_pension": pensioners * 12 * 5e5,
        "social_pension_city_increment": pensioners * 12 * 1.5e5,
        "health_cards": pensioners * 12 * 105e3,
        "participant_contributions": person_months * line * 0.22 * 0.9,
        "vsi_maternity": person_months * 2e3,
    }
    return rates.get(programme, np.full(DRAWS, fixed.get(programme, 0.0)) * (1 + 0.03 * (year - 2026)))


def _budget(scenario: str, draws: dict[str, np.ndarray]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for year in range(2025, UNTIL + 1):
        total = np.zeros(DRAWS)
        for programme, origin, source, spending, memo in PROGRAMMES:
            cost = _cost(programme, scenario, year, draws)
            total = total if memo else total + cost
            legal = "unchecked" if origin == "city_resolution" else "checked"
            rows += [_money(scenario, year, programme, origin, fund, spending, memo, legal, basis, cost)
                     for fund in (source, "all") for basis in ("nominal", "constant_2025")]  # fmt: skip
        rows += [_money(scenario, year, "total", "all", "all", "all", False, "unchecked", basis, total)
                 for basis in ("nominal", "constant_2025")]  # fmt: skip
    return pd.DataFrame(rows)


def _money(scenario: str, year: int, programme: str, origin: str, source: str, spending: str, memo: bool, legal: str,
           basis: str, cost: np.ndarray) -> dict[str, Any]:  # fmt: skip
    cost = cost / (1.035 ** (year - 2025) if basis == "constant_2025" else 1.0)
    p10, p50, p80, p90 = np.percentile(cost, (10, 50, 80, 90))
    return {
        "scenario": scenario, "world": "reference", "geo": GEO, "fiscal_year": year, "programme": programme,
        "legal_origin": origin, "funding_source": source, "spending_field": spending,
        "recognition": "month_transferred", "memo": memo, "legal_status": legal, "price_basis": basis, "unit": "VND",
        "mean": cost.mean(), "p10": p10, "p50": p50, "p80": p80, "p90": p90,
    }  # fmt: skip


def _population(scenario: str) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    groups = [f"{a}-{a + 4}" for a in range(0, 100, 5)] + ["100+"]
    for year in range(2015, UNTIL + 2):
        width = 0.004 + 0.002 * max(0, year - 2019)
        for sex, tilt in (("male", 0.49), ("female", 0.51)):
            for i, group in enumerate(groups):
                mid = (
                    1.62e6
                    * tilt
                    * np.exp(-(((i - 7 - 0.1 * (year - 2015)) / 9.0) ** 2))
                    * (1 + 0.013 * (year - 2015))
                    / 2
                )
                rows.append(_spread(scenario, f"{year}-01-01", sex, group, mid, width))
    frame = pd.DataFrame(rows)
    total = frame.groupby(["scenario", "world", "geo", "date", "age_group", "unit"], as_index=False)[
        ["mean", "p10", "p50", "p90"]].sum().assign(sex="total")  # fmt: skip
    return pd.concat([frame, total], ignore_index=True)[list(frame.columns)]


def _spread(scenario: str, day: str, sex: str, group: str, mid: float, width: float) -> dict[str, Any]:
    return {"scenario": scenario, "world": "reference", "geo": GEO, "date": date.fromisoformat(day), "sex": sex,
            "age_group": group, "unit": "persons", "mean": mid, "p10": mid * (1 - width), "p50": mid,
            "p90": mid * (1 + width)}  # fmt: skip


def _workforce(scenario: str, draws: dict[str, np.ndarray]) -> pd.DataFrame:
    parts = []
    for base in (*BASES, "past_retirement_age"):
        for sex, part in (("total", 1.0), ("male", 0.52), ("female", 0.48)):
            values = draws[base] * part
            p10, p50, p90 = np.percentile(values, (10, 50, 90), axis=0)
            parts.append(pd.DataFrame({
                "scenario": scenario, "world": "reference", "geo": GEO, "date": MONTHS.date, "base": base, "sex": sex,
                "unit": "persons", "mean": values.mean(axis=0), "p10": p10, "p50": p50, "p90": p90}))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _assumptions() -> pd.DataFrame:
    rows = [
        ("density", "Tỷ lệ tháng thực đóng", "Contribution density", "Beta(16; 5)", "share", "derived", "", 0.031),
        ("formal_trend", "Đà tăng BHXH bắt buộc", "Growth of compulsory membership", "Normal(0.035; 0.012)", "ln/year",
         "derived", "VSS", 0.112),
        ("eps_price", "Độ co giãn của số tham gia mới theo giá", "Price elasticity of entry", "TruncNormal(-0.4; 0.35)",
         "ratio", "cited", "RCT", 0.024),
        ("pension_share", "Tỷ lệ người hưởng đã qua tuổi nghỉ hưu", "Share of recipients past retirement age",
         "Beta(12; 5)", "share", "expert", "", 0.094),
        ("city_share_2026h2", "Mức hỗ trợ thêm từ 01/7/2026", "Top-up, July 2026", "0.10", "share", "unverified", "",
         np.nan),
    ]  # fmt: skip
    columns = [
        "id",
        "name_vi",
        "name_en",
        "value_or_distribution",
        "unit",
        "status",
        "source",
        "effect_on_probability",
    ]
    return pd.DataFrame(rows, columns=columns)


def _indicators(scenario: str, draws: dict[str, np.ndarray]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for year in range(2020, UNTIL + 1):
        at = MONTHS.get_loc(pd.Timestamp(f"{year}-12-31"))
        values = {
            ("contributors_per_pensioner", "all", "ratio"): draws["csi_participants"][:, at]
            / draws["old_age"][:, at],
            ("csi_resident_equivalent", "all", "persons"): draws["csi_participants"][:, at] / 1.1,
            ("net_contribution_share_of_income", "other", "share"): np.linspace(0.02, 0.03, DRAWS),
            ("vsi_share_by_group", "15-34", "share"): np.full(DRAWS, np.nan),
            ("cost_per_extra_paid_person_year", "all", "VND"): np.full(DRAWS, 31e6),
        }
        for (indicator, group, unit), found in values.items():
            p10, p50, p90 = np.percentile(found, (10, 50, 90)) if unit != "VND" else (np.nan, np.nan, np.nan)
            rows.append({"scenario": scenario, "world": "reference", "geo": GEO, "date": date(year, 12, 31),
                         "indicator": indicator, "group": group, "unit": unit, "mean": found.mean(), "p10": p10,
                         "p50": p50, "p90": p90})  # fmt: skip
    return pd.DataFrame(rows)


def _estimate(scenario: str, draws: dict[str, np.ndarray]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    place = {"scenario": scenario, "world": "reference", "geo": GEO, "recognition": "all"}
    for at in np.flatnonzero(MONTHS.year >= 2025):
        paying, line = float(draws["vsi_paying"][:, at].mean()), 1.5e6 if MONTHS[at].year < 2027 else 2.2e6
        for group, part, norm, city in (("poor", 0.01, 0.5, 0.5), ("near_poor", 0.02, 0.4, 0.6),
                                        ("ethnic_minority", 0.01, 0.3, 0.1), ("other", 0.96, 0.2, 0.1)):  # fmt: skip
            months, base = paying * part, 0.22 * line
            rows.append(place | {
                "date": MONTHS[at].date(), "item": "vsi", "group": group, "persons": months / 0.8,
                "months_paid": months, "months_supported": months, "line": line, "rate": 0.22, "norm_share": norm,
                "city_share": city, "unit_norm": base * norm, "unit_city": base * city,
                "norm": months * base * norm, "city": months * base * city})  # fmt: skip
        people = float(draws["old_age"][:, at].mean()) * 0.11
        for item, group, persons, norm, city in (
            ("social_pension", "by_age", people, 5e5, 1.5e5), ("health_cards", "all", people * 0.7, 105e3, 0.0),
            ("funeral_support", "all", people * 0.007, 1e7, 0.0)):  # fmt: skip
            rows.append(place | {
                "date": MONTHS[at].date(), "item": item, "group": group, "persons": persons, "months_paid": persons,
                "months_supported": persons, "line": np.nan, "rate": np.nan, "norm_share": np.nan,
                "city_share": np.nan, "unit_norm": norm, "unit_city": city, "norm": persons * norm,
                "city": persons * city})  # fmt: skip
    return pd.DataFrame(rows)


def _sufficiency(scenario: str, draws: dict[str, np.ndarray]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for year in range(2026, UNTIL + 1):
        cost = sum(_cost(p, scenario, year, draws) for p, _, _, _, memo in PROGRAMMES if not memo)
        for level in (0.9, 1.0, 1.1):
            amount = float(cost.mean()) * level
            over = cost[cost > amount]
            rows.append({
                "scenario": scenario, "world": "reference", "geo": GEO, "fiscal_year": year,
                "programme_set": "total", "kind": "proposed", "level": level, "amount": amount,
                "probability": float((cost <= amount).mean()),
                "excess": float((over - amount).mean()) if len(over) else 0.0, "price_basis": "nominal",
                "unit": "VND"})  # fmt: skip
    return pd.DataFrame(rows)


def _assumption_effects() -> pd.DataFrame:
    rows = [("density", "budget_total", 2027, 3.1e10, 2e9, True, "VND"),
            ("density", "vsi_coverage", 2030, 0.004, 0.003, False, "share")]  # fmt: skip
    return pd.DataFrame(rows, columns=["id", "outcome", "year", "effect", "standard_error", "clear", "unit"])


def sample_frames() -> dict[str, pd.DataFrame]:
    """The tables, both scenarios."""
    tables: dict[str, list[pd.DataFrame]] = {}
    for scenario in SCENARIOS:
        draws = draws_of(scenario)
        made = {
            "targets": _targets(scenario, draws), "coverage": _coverage(scenario, draws),
            "budget": _budget(scenario, draws), "population": _population(scenario),
            "workforce": _workforce(scenario, draws), "indicators": _indicators(scenario, draws),
            "estimate": _estimate(scenario, draws), "sufficiency": _sufficiency(scenario, draws),
        }  # fmt: skip
        for name, frame in made.items():
            tables.setdefault(name, []).append(frame)
    frames = {name: pd.concat(parts, ignore_index=True) for name, parts in tables.items()}
    frames["targets"]["year_reached_p50"] = frames["targets"]["year_reached_p50"].astype("Int64")
    return frames | {"assumptions": _assumptions(), "assumption_effects": _assumption_effects()}


def sample_manifest() -> dict[str, Any]:
    """Manifest of the sample run."""
    entries = [
        {
            "name": name,
            "title": s["title"],
            "description": s["description"],
            "counterfactual": False,
            "folder": name,
        }
        for name, s in SCENARIOS.items()
    ]
    world = {"name": "reference", "title": {"vi": "Điều kiện bên ngoài tham chiếu", "en": "Reference conditions"},
             "description": {"vi": "", "en": ""}, "folder": "reference"}  # fmt: skip
    return {
        "schema_version": 1, "run_id": "sample", "started": "2026-07-16T08:00:00+07:00", "status": "done",
        "finished": "2026-07-16T08:01:00+07:00", "seed": SEED, "draws": DRAWS,
        "as_of": AS_OF.isoformat(), "until": UNTIL,
        "scenarios": entries, "worlds": [world], "languages": ["vi", "en"],
        "code": {"version": "0.1.0", "commit": "0000000", "dirty": False}, "python": "3.11",
        "packages": {}, "inputs": {},
        "posterior": {"kind": "prior", "sha256": "0" * 64, "ess_min": 412.0}, "law_vintage": AS_OF.isoformat(),
        "random": ["density", "formal_trend", "eps_price", "pension_share"], "frozen": ["city_share_2026h2"],
        "jobs": [], "outputs": {},
    }  # fmt: skip


def write_sample_run(folder: Path) -> Path:
    """Write the sample run to a folder and return it."""
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    for name, frame in sample_frames().items():
        frame.to_parquet(folder / "tables" / f"{name}.parquet", index=False)
    (folder / "manifest.json").write_text(json.dumps(sample_manifest(), ensure_ascii=False), encoding="utf-8")
    return folder


def sample_run(folder: Path | None = None) -> RunTables:
    """The sample run in memory (or from its folder), with the project's own inputs."""
    if folder is not None:
        return RunTables(write_sample_run(folder))
    return RunTables(frames=sample_frames(), manifest=sample_manifest())
