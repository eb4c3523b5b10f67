"""Forms 01 to 04: by policy, by source, basis of calculation, by commune."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from bhxh_forecast.budget.programmes import FundingRule
from bhxh_forecast.coverage.types import GROUPS
from bhxh_forecast.reporting.estimate import law
from bhxh_forecast.reporting.estimate.figures_given import Given
from bhxh_forecast.reporting.estimate.form_table import FormTable, Record, form_of, labelled
from bhxh_forecast.reporting.estimate.policy import (
    MEMO,
    MILLION,
    NORMS,
    PROGRAMME_OF,
    Policy,
    branch,
    with_sums,
)
from bhxh_forecast.reporting.estimate.rounding import add_up
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


def basis_support(policy: Policy, years: tuple[int, ...] | None = None) -> FormTable:
    """Form 03: one line per group and law period; lines of a year add to form 01."""
    page = policy.page
    form, records = form_of(page, "B03"), []
    years = years or (policy.central.current, policy.central.next)
    for year in years:
        total, rows = policy.printed(year), _support_rows(policy, year)
        for side in ("norm", "city"):
            for group in GROUPS:
                here = {i: r[side] / MILLION for i, (g, r) in enumerate(rows) if g == group}
                for i, value in add_up(here, total[f"vsi_{side}.{group}"]).items():
                    rows[i][1][side] = value
        sums = {side: total[f"vsi_{side}"] for side in ("norm", "city")}
        words = {"name": page.text("estimate.year_total", year=year), "number": ""}
        months = sum(r["months"] for _, r in rows)
        records.append(Record("total", words | sums | {"total": total["vsi"], "months": months}, str(year)))
        for position, (_, row) in enumerate(rows, start=1):
            row |= {"number": str(position), "total": row["norm"] + row["city"]}
            records.append(Record("leaf", row))
    return FormTable(page, form, records, " ".join([page.text("estimate.note.basis"), *flows(policy, years)]))


def flows(policy: Policy, years: Iterable[int]) -> list[str]:
    """Sentences on gross joiners and leavers of all groups together; by group the model keeps net changes only."""
    page, found = policy.page, []
    table = page.table("indicators")
    for year in years:
        of_year = table[(table["date"].dt.year == year) & (table["group"] == "all")].set_index("indicator")[
            "mean"
        ]
        if not {"vsi_joiners", "vsi_lapsers"} <= set(of_year.index):
            continue
        blocks = policy.central.members.values()
        months = [b.years == year for b in blocks]
        ends = [
            b["persons"][at][-1] - b["persons"][max(int(at.argmax()) - 1, 0)]
            for b, at in zip(blocks, months, strict=True)
        ]
        net, new, gone = round(sum(ends)), round(of_year["vsi_joiners"]), round(of_year["vsi_lapsers"])
        values = {"new": new, "gone": gone, "other": net - new + gone, "net": net}
        words = {k: page.fmt.number(v, sign=k in ("other", "net")) for k, v in values.items()}
        found.append(page.text("estimate.note.flows", year=year, **words))
    return found


def _support_rows(policy: Policy, year: int) -> list[tuple[str, dict[str, Any]]]:
    central, rows = policy.central, []
    for group in GROUPS:
        for period in central.periods(year):
            rows.append((group, support_row(policy, group, period.first, period.last)))
        ahead = central.prepaid[group]
        if ahead.sum("months_supported", year):
            rows.append((group, _prepaid_row(policy, group, year)))
    return rows


def support_row(policy: Policy, group: str, first: pd.Timestamp, last: pd.Timestamp) -> dict[str, Any]:
    """One group in one law period, amounts in VND."""
    page, block = policy.page, policy.central.members[group]
    dates = block.frame["date"]
    at = ((dates >= first) & (dates <= last)).to_numpy()
    start = int(at.argmax())
    persons, paid, months = (block[k] for k in ("persons", "months_paid", "months_supported"))
    opening = float(persons[max(start - 1, 0)])
    closing, average = float(persons[at][-1]), float(persons[at].mean())
    stock = average * at.sum()
    terms = {
        k: float(block[k][start]) for k in ("line", "norm_share", "city_share", "unit_norm", "unit_city")
    }
    return {
        "name": page.text.label("group_long", group),
        "period": span(page, first, last),
        "opening": opening,
        "up": max(closing - opening, 0.0),
        "down": max(opening - closing, 0.0),
        "closing": closing,
        "average": average,
        "density": float(paid[at].sum() / stock) if stock else None,
        "within": float(months[at].sum() / paid[at].sum()) if paid[at].sum() else None,
        "months": float(months[at].sum()),
        **terms,
        "base": terms["line"] * float(block["rate"][start]),
        "norm": float(block["norm"][at].sum()),
        "city": float(block["city"][at].sum()),
        "legal": law.references(page, law.group_provisions(group)[2:], last.date()),
    }


def _prepaid_row(policy: Policy, group: str, year: int) -> dict[str, Any]:
    page, block = policy.page, policy.central.prepaid[group]
    at = block.years == year
    dates = block.frame["date"][at]
    terms = {
        k: float(block[k][at][0]) for k in ("line", "norm_share", "city_share", "unit_norm", "unit_city")
    }
    period = span(page, dates.iloc[0], dates.iloc[-1])
    empty = dict.fromkeys(("opening", "up", "down", "closing", "average", "density", "within"), "")
    return {
        "name": page.text("estimate.prepaid", group=page.text.label("group_long", group)),
        "period": period,
        **empty,
        "months": block.sum("months_supported", year),
        **terms,
        "base": terms["line"] * float(block["rate"][at][0]),
        "norm": block.sum("norm", year),
        "city": block.sum("city", year),
        "legal": page.text("estimate.prepaid_terms"),
    }


def span(page: Page, first: pd.Timestamp, last: pd.Timestamp) -> str:
    """Months as printed: 01–06/2026."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{last.month:02d}/{last.year}"
    return f"{first.month:02d}–{last.month:02d}/{last.year}"
