"""Form 03: the basis of calculation of the support, one line per group and law period."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from bhxh_forecast.coverage.types import GROUPS
from bhxh_forecast.reporting.estimate import law
from bhxh_forecast.reporting.estimate.form_table import FormTable, Record, form_of
from bhxh_forecast.reporting.estimate.policy import MILLION, Policy
from bhxh_forecast.reporting.estimate.rounding import add_up

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page


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
