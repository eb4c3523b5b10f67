"""Forms 01 and 02: by policy, by source."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from bhxh_forecast.budget.programmes import FundingRule
from bhxh_forecast.coverage.types import GROUPS
from bhxh_forecast.reporting.estimate import law
from bhxh_forecast.reporting.estimate.figures_given import Given
from bhxh_forecast.reporting.estimate.form_table import FormTable, form_of, labelled
from bhxh_forecast.reporting.estimate.policy import (
    MEMO,
    MILLION,
    NORMS,
    PROGRAMME_OF,
    Policy,
    branch,
    with_sums,
)
from bhxh_forecast.reporting.fmt import NIL

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page


def legal_basis(page: Page, line: str) -> str:
    """References of the law of the estimate's year behind a line; none for measures without a norm."""
    if "." in line:  # the line above it names the law
        return ""
    names = list(law.PROVISIONS.get(PROGRAMME_OF.get(line, ""), ()))
    if line in ("vsi_norm", "vsi_city"):
        kind = law.NORM if line == "vsi_norm" else law.TOP_UP
        names = [f"{kind}.{g}" for g in GROUPS]
    return law.references(page, names, date(page.as_of.year + 1, 12, 31))


def by_policy(policy: Policy, given: Given) -> FormTable:
    """Form 01: every policy, this year and next, with what was allocated where it is known."""
    page, n = policy.page, policy.central.current
    form, months = form_of(page, "B01"), 6 if page.as_of.month <= 10 else 10
    now, after = policy.printed(n), policy.printed(n + 1)
    records = []
    for row in form.rows:
        if row.id.startswith("memo"):
            records.append(labelled(page, row, _memo(policy, row.id)))
            continue
        change = after[row.id] - now[row.id]
        records.append(labelled(page, row, {
            "basis": legal_basis(page, row.id),
            "final": _million(given.figure("final_accounts", n - 1, row.id)),
            "allocated": _million(given.figure("allocated", n, row.id)),
            "done": _million(_done(given, row.id, months)),
            "current": now[row.id],
            "next": after[row.id],
            "change": change,
            "percent": after[row.id] / now[row.id] if now[row.id] else NIL,
            "note": _note(page, row.id),
        }))  # fmt: skip
    return FormTable(page, form, records, page.text("estimate.note.by_policy"))


def _memo(policy: Policy, line: str) -> dict[str, Any]:
    name = line.partition(".")[2]
    if name not in MEMO:
        return {}
    n = policy.central.current
    now, after = (round(policy.mean(name, y) / MILLION) for y in (n, n + 1))
    change = {"change": after - now, "percent": after / now if now else NIL}
    given = {"final": None, "allocated": None, "done": None}
    return {"basis": "", **given, "current": now, "next": after, **change, "note": ""}


def _million(amount: float | None) -> float | None:
    return None if amount is None else round(amount / MILLION)


def _done(given: Given, line: str, months: int) -> float | None:
    columns = {"vsi_norm": ["state_support_vnd"], "vsi_city": ["city_topup_vnd"]}
    columns["vsi"] = [*columns["vsi_norm"], *columns["vsi_city"]]
    return given.done(months, columns[line]) if line in columns else None


def _note(page: Page, line: str) -> str:
    programme = PROGRAMME_OF.get(branch(line), "")
    if "." in line or not law.PROVISIONS.get(programme):
        return ""
    day = date(page.as_of.year + 1, 12, 31)
    ok = law.checked(page, law.PROVISIONS[programme], day)
    return page.text("estimate.checked" if ok else "estimate.not_checked")


def sources_of(line: str, amount: float, rule: FundingRule, central_given: float) -> dict[str, float]:
    """City, commune and central part of a line, rounded to add to it."""
    name = branch(line)
    central = rule.central_share * amount if name == "vsi_norm" else 0.0
    commune = rule.commune_share * amount if name in NORMS else 0.0
    parts = {"commune": round(commune), "central": round(central + central_given)}
    return {"city": amount - sum(parts.values()), **parts}


def rule_of(page: Page) -> FundingRule:
    """Who pays, from the register of priors."""
    priors = page.inputs.priors
    central, commune = (
        float(priors[k].p1) if k in priors else 0.0 for k in ("central_share_vsi", "commune_share")
    )
    return FundingRule(central, commune)


def by_source(policy: Policy, given: Given) -> FormTable:
    """Form 02: who pays; participants' own payments stand outside, and the other reading of the norm is shown."""
    page, year = policy.page, policy.central.next
    form, printed, rule = form_of(page, "B02"), policy.printed(year), rule_of(page)
    parts = {line: dict.fromkeys(("city", "commune", "central"), 0.0) for line in printed}
    leaves = [row.id for row in form.rows if row.id in ("vsi_norm", "vsi_city", "sp_norm", "sp_city")]
    leaves += [row.id for row in form.rows if row.kind == "leaf_programme"]
    for line in leaves:
        targeted = given.figure("central_targeted", year, line) or 0.0
        for source, amount in sources_of(line, printed[line], rule, targeted / MILLION).items():
            for name in with_sums({line: amount}):
                parts[name][source] += amount
    records = []
    for row in form.rows:
        if row.id == "memo":
            own = round(policy.mean("participant_contributions", year) / MILLION)
            records.append(labelled(page, row, {"total": own, "note": page.text("estimate.note.own")}))
        elif row.id == "other_way":
            norm = printed["vsi_norm"]
            local = printed["total"] - norm
            records.append(labelled(page, row, {
                "total": printed["total"], "local": local, "city": local, "commune": 0.0, "central": norm,
                "note": page.text("estimate.note.other_way"),
            }))  # fmt: skip
        else:
            here = parts[row.id]
            local = here["city"] + here["commune"]
            records.append(
                labelled(page, row, {"total": printed[row.id], "local": local, **here, "note": ""})
            )
    return FormTable(page, form, records, page.text("estimate.note.by_source"))
