"""The basis of social pensions, health cards and funerals, and the estimate by commune."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from bhxh_forecast.coverage.types import Array
from bhxh_forecast.reporting.estimate import law
from bhxh_forecast.reporting.estimate.central import CARDS, FUNERAL, Block
from bhxh_forecast.reporting.estimate.figures_given import Given
from bhxh_forecast.reporting.estimate.form_table import FormTable, Record, form_of
from bhxh_forecast.reporting.estimate.policy import MILLION, PROGRAMME_OF, Policy
from bhxh_forecast.reporting.estimate.rounding import add_up
from bhxh_forecast.reporting.estimate.support_forms import span

OLD = ("80-84", "85-89", "90-94", "95-99", "100+")
ENTITLED = ("75-79", *OLD)
STANDARD = "sa.standard_national"


def share_over_80(policy: Policy, year: int) -> float:
    """People of 80 and over among those of 75 and over, mean of the two 1 Januaries of a year."""
    table = policy.page.table("population")
    shares = []
    for january in (year, year + 1):
        rows = table[(table["sex"] == "total") & (table["date"].dt.year == january)]
        counts = rows.set_index("age_group")["mean"]
        if len(counts):
            shares.append(float(counts.reindex(OLD).sum() / counts.reindex(ENTITLED).sum()))
    return float(np.mean(shares))


def earlier_assistance(policy: Policy, year: int, months: Array) -> tuple[float, float]:
    """Recipients by age who had social assistance under the rules before July 2025 (80 and over), persons; its VND.

    The social pension of these people takes the place of an allowance that the budget paid before.
    """
    row = law.in_force(policy.page, STANDARD, date(year, 12, 31))
    before = share_over_80(policy, year) * float(months.sum())
    return before / len(months), before * (float(row.value) if row is not None else 0.0)


def periods_of(block: Block, year: int) -> list[slice]:
    """Runs of months of a year with the same enacted level and growth step."""
    here = np.flatnonzero(block.years == year)
    level = np.round(block["line"] * block["rate"], 2)
    cuts = [int(i) for i in here[1:] if level[i] != level[i - 1] or _july_step(block, int(i))]
    edges = [int(here[0]), *cuts, int(here[-1]) + 1]
    return [slice(a, b) for a, b in itertools.pairwise(edges)]


def _july_step(block: Block, at: int) -> bool:
    """Whether the expected base salary rises in this month."""
    return bool(block.growth[at] > block.growth[at - 1] * 1.001)


def basis_pension(policy: Policy, years: tuple[int, ...] | None = None) -> FormTable:
    """Form 03b: recipients x months x level; lines of a year add to form 01."""
    page, central = policy.page, policy.central
    form, records = form_of(page, "B03b"), []
    for year in years or (central.current, central.next):
        rows = [
            _pension_row(policy, group, b, p)
            for group, b in central.pensioners.items()
            for p in periods_of(b, year)
        ]
        rows += [_unit_row(policy, CARDS, central.cards, p) for p in periods_of(central.cards, year)]
        rows += [_unit_row(policy, FUNERAL, central.funerals, p) for p in periods_of(central.funerals, year)]
        _round(policy, year, rows)
        total = {k: sum(r[k] for r in rows) for k in ("norm", "city", "total", "net")}
        words = {"number": "", "name": page.text("estimate.year_total", year=year)}
        records.append(Record("total", words | dict.fromkeys(("average", "months"), "") | total, str(year)))
        for position, row in enumerate(rows, start=1):
            records.append(Record("leaf", row | {"number": str(position)}))
    return FormTable(page, form, records, page.text("estimate.note.pension"))


def _round(policy: Policy, year: int, rows: list[dict[str, Any]]) -> None:
    """Million VND that add to form 01, line by line."""
    printed = policy.printed(year)
    for line in dict.fromkeys(r["line"] for r in rows):
        for side, prefix in (("norm", "sp_norm."), ("city", "sp_city.")):
            name = f"{prefix}{line}" if line not in ("cards", "funeral") else (line if side == "norm" else "")
            here = {i: r[side] / MILLION for i, r in enumerate(rows) if r["line"] == line}
            for i, value in add_up(here, printed.get(name, 0.0)).items():
                rows[i][side] = value
    for row in rows:
        row["total"] = row["norm"] + row["city"]
        row["net"] = row["total"] - round(row["net"] / MILLION)


def _pension_row(policy: Policy, group: str, block: Block, at: slice) -> dict[str, Any]:
    page = policy.page
    months, dates = block["persons"][at], block.frame["date"].iloc[at]
    year, average = int(dates.iloc[0].year), float(months.mean())
    old, spared = earlier_assistance(policy, year, months) if group == "by_age" else (0.0, 0.0)
    names = [PROGRAMME_OF[k] for k in ("sp_norm", "sp_city")]
    return {
        "line": group,
        "name": page.text(f"estimate.pensioner.{group}"),
        "period": span(page, dates.iloc[0], dates.iloc[-1]),
        "average": average,
        "from_assistance": old,
        "new": average - old,
        "months": float(months.sum()),
        "unit_norm": float(block["unit_norm"][at][0]),
        "unit_city": float(block["unit_city"][at][0]),
        "norm": float(block["norm"][at].sum()),
        "city": float(block["city"][at].sum()),
        "net": spared,
        "legal": law.references(page, [n for k in names for n in law.PROVISIONS[k]], dates.iloc[-1].date()),
    }


def _unit_row(policy: Policy, item: str, block: Block, at: slice) -> dict[str, Any]:
    """Cards (months) or funerals (cases); the unit is the mean of the period, since the base salary is expected."""
    page = policy.page
    months, dates = block["persons"][at], block.frame["date"].iloc[at]
    amount, count = float(block["norm"][at].sum()), float(months.sum())
    case = item == FUNERAL
    return {
        "line": "funeral" if case else "cards",
        "name": page.text(f"estimate.item.{item}"),
        "period": span(page, dates.iloc[0], dates.iloc[-1]),
        "average": "" if case else float(months.mean()),
        "from_assistance": "",
        "new": "",
        "months": count,
        "unit_norm": amount / count if count else None,
        "unit_city": 0.0,
        "norm": amount,
        "city": 0.0,
        "net": 0.0,
        "legal": law.references(page, law.PROVISIONS[item], dates.iloc[-1].date()),
    }


def by_commune(policy: Policy, given: Given) -> FormTable:
    """Form 04: communes in the data, the support shared by their members; empty while none is given.

    What depends on people whose number by commune is not given stays not available.
    """
    page = policy.page
    form, table, year = form_of(page, "B04"), given.communes, policy.central.next
    if table.empty:
        return FormTable(page, form, [], page.text("estimate.note.no_communes"))
    latest = table[table["date"] == table["date"].max()]
    counts = pd.to_numeric(latest["vsi_participants"], errors="coerce").fillna(0.0).to_numpy(dtype=np.float64)
    share = counts / counts.sum() if counts.sum() else counts
    months = sum(b.sum("months_supported", year) for b in policy.central.members.values())
    amount = policy.printed(year)["vsi"]
    printed = add_up({str(i): float(s) * amount for i, s in enumerate(share)}, amount)
    unknown = dict.fromkeys(("pensioners", "sp", "cards", "funeral", "targeted"))
    records = [Record("total", {"number": "", "name": page.text("table.total"), "persons": float(counts.sum()),
                                "months": float(months), "vsi": amount, **unknown}, "total")]  # fmt: skip
    for i, name in enumerate(latest["name"]):
        values = {"persons": counts[i], "months": share[i] * months, "vsi": printed[str(i)], **unknown}
        records.append(Record("leaf", {"number": str(i + 1), "name": str(name), **values}))
    return FormTable(page, form, records, page.text("estimate.note.communes"))
