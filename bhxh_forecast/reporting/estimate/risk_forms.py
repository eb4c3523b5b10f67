"""Risk forecast, odds that an amount suffices, targets, options, reconciliation."""

from __future__ import annotations

from typing import Any

import pandas as pd

from bhxh_forecast.reporting.estimate.central import Central
from bhxh_forecast.reporting.estimate.figures_given import Given
from bhxh_forecast.reporting.estimate.form_table import FormTable, Record, form_of
from bhxh_forecast.reporting.estimate.policy import MILLION, Policy
from bhxh_forecast.reporting.fmt import is_missing
from bhxh_forecast.reporting.headline import denominator, outcome_words, required_text, target_pairs
from bhxh_forecast.reporting.page import Page
from bhxh_forecast.reporting.text import capital

MEASURES = ("p10", "p50", "p80", "p90")
SETS = {
    "total": "total",
    "vsi_support": "vsi",
    "social_pension_all": "sp",
    "health_cards": "cards",
    "funeral_support": "funeral",
}
OPTIONS = ("current_policy", "subsidy_raise", "outreach_push")


def _suffices(policy: Policy, year: int, name: str) -> pd.DataFrame:
    table = policy.sufficiency
    return table[(table["fiscal_year"] == year) & (table["programme_set"] == name)]


def risk(policy: Policy) -> FormTable:
    """Form 09: by fiscal year and policy the amount proposed, its odds, and the quantiles of the cost."""
    return policy.once("risk", lambda: _risk(policy))


def _risk(policy: Policy) -> FormTable:
    page = policy.page
    form, records = form_of(page, "B09"), []
    for year in policy.central.years:
        printed = policy.printed(year)
        for name, line in SETS.items():
            rows = _suffices(policy, year, name)
            if rows.empty:
                continue
            at = rows[(rows["kind"] == "proposed") & (rows["level"] == 1.0)].iloc[0]
            values = _quantiles(policy, rows, name, year)
            records.append(Record("total" if name == "total" else "leaf", {
                "name": page.text(f"estimate.set.{name}"), "year": str(year), "proposed": printed[line],
                "odds": float(at["probability"]), **values, "excess": round(float(at["excess"]) / MILLION),
            }, f"{name}.{year}"))  # fmt: skip
    return FormTable(page, form, records, page.text("estimate.note.risk"))


def _quantiles(policy: Policy, rows: pd.DataFrame, name: str, year: int) -> dict[str, float | None]:
    """From the budget table for the total; for sets of programmes from the odds table."""
    if name == "total":
        found = {m: policy.risk("total", year, m) for m in MEASURES}
    else:
        amounts = rows[rows["kind"] == "odds"].set_index("level")["amount"]
        found = {m: _near(amounts, int(m[1:]) / 100) for m in MEASURES}
    return {m: None if v is None else round(v / MILLION) for m, v in found.items()}


def _near(amounts: pd.Series, level: float) -> float | None:
    at = [float(v) for k, v in amounts.items() if abs(float(str(k)) - level) < 1e-9]
    return at[0] if at else None


def odds(policy: Policy) -> FormTable:
    """Form 10: odds by amount set aside, and what happens when the cost exceeds it."""
    page, year = policy.page, policy.central.next
    rows = _suffices(policy, year, "total")
    rows = rows[rows["kind"] == "proposed"].sort_values("level")
    found = [{str(k): v for k, v in row.items()} for row in rows.to_dict("records")]
    action = page.text("estimate.exceeded")
    records = [
        Record("total" if r["level"] == 1.0 else "leaf", {
            "level": r["level"], "amount": round(r["amount"] / MILLION), "odds": r["probability"],
            "excess": round(r["excess"] / MILLION), "action": action if r["level"] == 1.0 else "",
        }, f"{r['level']:g}")
        for r in found
    ]  # fmt: skip
    return FormTable(page, form_of(page, "B10"), records, page.text("estimate.note.odds"))


def risk_by_source(policy: Policy) -> list[tuple[str, dict[str, float]]]:
    """Quantiles of the next year's total by funding source, million VND."""
    page = policy.page
    table = policy.budget
    rows = table[(table["programme"] == "total") & (table["fiscal_year"] == policy.central.next)]
    rows = rows[
        (rows["funding_source"] != "all")
        & (rows["legal_origin"] == "all")
        & (rows["spending_field"] == "all")
    ]
    return [
        (capital(page.text.label("funding_source", str(row["funding_source"]))),
         {m: round(float(row[m]) / MILLION) for m in ("mean", *MEASURES)})
        for _, row in rows.iterrows()
    ]  # fmt: skip


def targets(page: Page) -> FormTable:
    """Form 11: every target of the last year on both bases."""
    records = []
    year = max(int(w["year"]) for w, _ in target_pairs(page))
    for number, (written, reported) in enumerate(target_pairs(page, year), start=1):
        rows = [written] if written["base"] == reported["base"] else [written, reported]
        for position, row in enumerate(rows):
            records.append(Record("part" if position == 0 else "leaf", {
                "number": str(number) if position == 0 else "",
                "name": capital(page.text.label("target_phrase", str(row["target_id"]))) if position == 0 else "",
                "base": _base(page, row), "required": required_text(page, row), **_odds_cells(page, row),
            }, f"{row['target_id']}.{row['base']}"))  # fmt: skip
    return FormTable(page, form_of(page, "B11"), records, page.text("estimate.note.targets"))


def _base(page: Page, row: dict[str, Any]) -> str:
    roles = ("as_written", "as_reported")
    if row["target_id"] == "all":
        return page.text("role." + next(r for r in roles if row[r]))
    name = capital(page.text.label("base", str(row["base"])))
    size = denominator(page, str(row["base"]), int(row["year"]))
    return name if is_missing(size) else f"{name} ({page.fmt.millions(size)})"


def _odds_cells(page: Page, row: dict[str, Any]) -> dict[str, Any]:
    f = page.fmt
    band = "" if is_missing(row["p10"]) else f.share_range(row["p10"], row["p90"])
    if row["unit"] != "share" and row["target_id"] != "all":
        band = ""
    return {
        "p50": row["p50"] if row["unit"] == "share" else None,
        "range": band,
        "odds": f.probability(row["probability"]),
        "error": row["mc_error"],
        "words": outcome_words(page, row),
    }


def reconciliation(given: Given) -> FormTable:
    """Form 12: figures of the agency beside the department's, to be signed by both; blank where none was entered."""
    page = given.page
    t, records, table = page.text, [], given.actuals
    lines = (
        "participants",
        "person_months",
        "state_support_vnd",
        "city_topup_vnd",
        "transferred_vnd",
        "settled_vnd",
    )
    for number, name in enumerate(lines, start=1):
        seen = pd.to_numeric(table[name], errors="coerce").dropna() if len(table) else pd.Series(dtype=float)
        day = page.fmt.short_date(table.loc[seen.index[-1], "date"]) if len(seen) else ""
        values = {
            "agency": float(seen.iloc[-1]) if len(seen) else None,
            "department": None,
            "difference": None,
        }
        words = {"number": str(number), "name": t(f"estimate.actual.{name}"), "period": day, "reason": ""}
        records.append(Record("leaf", words | values, name))
    return FormTable(page, form_of(page, "B12"), records, t("estimate.note.reconciliation"))


def options(policy: Policy) -> FormTable:
    """Form 13: options of the run beside the baseline: cost, people, cost of one more person, deadweight, odds."""
    return policy.once("options", lambda: _options(policy))


def _options(policy: Policy) -> FormTable:
    page, year = policy.page, policy.central.next
    names = [n for n in dict.fromkeys([*OPTIONS, page.scenario]) if n in page.run.scenarios]
    base = _option(Page(page.run, names[0], page.world, page.lang), year)
    records = []
    for number, name in enumerate(names, start=1):
        sibling = Page(page.run, name, page.world, page.lang)
        own = _option(sibling, year)
        extra, people = own["cost"] - base["cost"], own["people"] - base["people"]
        bought = own["months"] - base["months"]
        spent = own["support"] - base["support"]
        wasted = None if abs(spent) < 1 else 1.0 - bought * own["unit"] / spent
        first = name == names[0]
        records.append(Record("leaf", {
            "number": str(number), "name": sibling.scenario_title, "cost": round(own["cost"] / MILLION),
            "extra_cost": round(own["cost"] / MILLION) - round(base["cost"] / MILLION), "extra_persons": people,
            "unit": "" if first or people < 1 else extra / people,
            "deadweight": "" if first or wasted is None or not 0 <= wasted <= 1 else wasted, "odds": own["odds"],
        }, name))  # fmt: skip
    return FormTable(page, form_of(page, "B13"), records, page.text("estimate.note.options"))


def _option(page: Page, year: int) -> dict[str, float]:
    central = Central(page)
    policy = Policy(central)
    amounts = policy.amounts(year)
    months = sum(b.sum("months_supported", year) for b in central.members.values())
    ahead = sum(b.sum("norm", year) + b.sum("city", year) for b in central.prepaid.values())
    paid = sum(b.sum("months_paid", year) for b in central.members.values())
    odds_of = [w for w, _ in target_pairs(page) if w["target_id"] == "vsi_coverage"]
    return {
        "cost": amounts["total"],
        "support": amounts["vsi"] - ahead,
        "months": months,
        "unit": (amounts["vsi"] - ahead) / months if months else 0.0,
        "people": paid / 12.0,
        "odds": float(odds_of[0]["probability"]),
    }
