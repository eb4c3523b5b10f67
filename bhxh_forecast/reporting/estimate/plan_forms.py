"""Forms 05 to 08: execution estimate, three-year plan, five-year plan, increases and decreases."""

from __future__ import annotations

import itertools
from typing import Any

from bhxh_forecast.budget.programmes import COLLECTED, COVERED
from bhxh_forecast.reporting.estimate.budget_forms import _million
from bhxh_forecast.reporting.estimate.effects import FACTORS, base_and_new, base_changes, bridge
from bhxh_forecast.reporting.estimate.figures_given import Given
from bhxh_forecast.reporting.estimate.form_table import (
    FormTable,
    Record,
    classification,
    form_of,
    labelled,
    year_words,
)
from bhxh_forecast.reporting.estimate.policy import (
    BELOW,
    LEAVES,
    MEASURES,
    MILLION,
    PROGRAMME_OF,
    Policy,
    branch,
    with_sums,
)
from bhxh_forecast.reporting.estimate.rounding import into_largest, top_down
from bhxh_forecast.reporting.fmt import NIL

EXECUTION = {
    "vsi": ("vsi_norm", "vsi_city"),
    "sp": ("sp_norm", "sp_city"),
    "total": ("vsi", "sp", "funeral", "cards", *MEASURES),
}


# -- form 05 ---------------------------------------------------------------------------------------------------------
def months_of(policy: Policy, months: range) -> dict[str, float]:
    """Model's amounts by leaf in some months of the current year, VND, by month of transfer."""
    central, found = policy.central, dict.fromkeys(LEAVES, 0.0)

    def part(block: Any, side: str) -> float:
        frame = block.frame
        at = (frame["date"].dt.year == central.current) & frame["date"].dt.month.isin(months)
        return float(frame.loc[at, side].sum())

    for side in ("norm", "city"):
        for group, block in central.members.items():
            found[f"vsi_{side}.{group}"] = part(block, side) + part(central.prepaid[group], side)
        for group, block in central.pensioners.items():
            name = f"sp_{side}.{group}"
            if name in found:
                found[name] = part(block, side)
    found["funeral"], found["cards"] = part(central.funerals, "norm"), part(central.cards, "norm")
    for name in MEASURES:  # they act after the as-of month
        ahead = range(central.page.as_of.month + 1, 13)
        share = len([m for m in ahead if m in months]) / len(ahead) if ahead else 0.0
        found[name] = policy.mean(name, central.current) * share
    return found


def execution(policy: Policy, given: Given, months: int) -> FormTable:
    """Form 05: months done and months estimated; actual figures replace the model's where they are confirmed."""
    page, year = policy.page, policy.central.current
    form = form_of(page, "B05_6_6" if months == 6 else "B05_10_2")
    whole = policy.printed(year)
    later = with_sums({k: v / MILLION for k, v in months_of(policy, range(months + 1, 13)).items()})
    still = top_down({name: later[name] for name in (row.id for row in form.rows)}, EXECUTION)
    actual = _actuals(given, months)
    records = []
    for row in form.rows:
        name = row.id
        rest = still[name]
        model_done = whole[name] - rest
        incurred, transferred = actual.get(name, (None, None))
        spent = model_done if transferred is None else transferred
        allocated, supplement, carried = (
            _million(given.figure(kind, year, name)) for kind in ("allocated", "supplement", "carried_over")
        )
        available = None if allocated is None else allocated + (supplement or 0) + (carried or 0)
        total = spent + rest
        records.append(labelled(page, row, {
            "allocated": allocated, "supplement": supplement, "carried": carried, "available": available,
            "incurred": incurred, "transferred": transferred,
            "due": None if incurred is None or transferred is None else incurred - transferred,
            "model_done": model_done, "rest": rest, "year": total,
            "percent": None, "balance": None,
            "range": _band(policy, name, year), "cause": "",
        }))  # fmt: skip
    return FormTable(page, form, _added(records), page.text("estimate.note.execution"))


def _actuals(given: Given, months: int) -> dict[str, tuple[float | None, float | None]]:
    """Incurred and transferred so far, million VND, by line."""
    norm, city = (_million(given.done(months, [c])) for c in ("state_support_vnd", "city_topup_vnd"))
    if norm is None or city is None:
        return {}
    paid = _million(given.done(months, ["transferred_vnd"]))
    part = None if paid is None or not norm + city else round(paid * norm / (norm + city))
    rest = None if paid is None or part is None else paid - part
    return {"vsi_norm": (norm, part), "vsi_city": (city, rest), "vsi": (norm + city, paid)}


def _added(records: list[Record]) -> list[Record]:
    """Totals of the columns that add from the lines below, so that printed rows add up."""
    below = {r.id: dict(r.cells) for r in records}
    for parent, parts in EXECUTION.items():
        below[parent]["year"] = sum(below[c]["year"] for c in parts)
    for cells in below.values():
        if cells["available"] is not None:
            cells["percent"] = cells["year"] / cells["available"] if cells["available"] else None
            cells["balance"] = cells["available"] - cells["year"]
    return [Record(r.kind, below[r.id], r.id) for r in records]


def _band(policy: Policy, line: str, year: int) -> str:
    programme = "total" if line == "total" else PROGRAMME_OF.get(line)
    if programme is None:
        return ""
    low, high = (policy.risk(programme, year, m) for m in ("p10", "p90"))
    f = policy.page.fmt
    if low is None or high is None:
        return ""
    return NIL if high == 0.0 else f"{f.cell(low / MILLION)}–{f.cell(high / MILLION)}"


# -- form 06 ---------------------------------------------------------------------------------------------------------
def three_years(policy: Policy, given: Given) -> FormTable:
    """Form 06: base and new spending, the ceiling as notified, the gap, the risk forecast."""
    page, n = policy.page, policy.central.current
    form, tags = form_of(page, "B06"), classification(page)
    years = [y for y in range(n, n + 4) if y in policy.central.years]
    columns = {year: _plan_year(policy, given, year) for year in years}
    for previous, year in itertools.pairwise(years):
        _chain(policy, columns[previous], columns[year], year)
    notes = {
        f"new.{k}": f"{page.text('estimate.class.' + v['class'])}: {v['reason'][page.lang]}"
        for k, v in tags.items()
    }
    records = []
    for row in form.rows:
        values: dict[str, Any] = {f"y{i}": columns[y].get(row.id) for i, y in enumerate(years)}
        values["note"] = notes.get(row.id, "")
        if row.id == "solution":
            values = dict.fromkeys(values, "") | {"note": page.text("estimate.solution")}
        if row.id in ("ceiling", "gap"):
            values = {
                k: page.text("estimate.not_notified") if v is None and k != "note" else v
                for k, v in values.items()
            }
        records.append(labelled(page, row, values))
    return FormTable(page, form, records, page.text("estimate.note.three_years"))


def _plan_year(policy: Policy, given: Given, year: int) -> dict[str, float | None]:
    """What a year's column says by itself, million VND."""
    total = policy.printed(year)["total"]
    parts = base_and_new(policy, year)
    raw = {
        "base": parts.base,
        "new.line": parts.line,
        "new.shares": parts.shares,
        "new.measures": parts.measures,
    }
    column: dict[str, float | None] = dict(into_largest({k: v / MILLION for k, v in raw.items()}, total))
    column |= {"total": total, "new": sum(column[k] or 0.0 for k in raw if k != "base")}
    ceiling = _million(given.ceiling(year))
    column |= {"ceiling": ceiling, "gap": None if ceiling is None else total - ceiling}
    return column | {
        f"risk.{m}": _million(policy.risk("total", year, m)) for m in ("p10", "p50", "p80", "p90")
    }


def _chain(policy: Policy, before: dict[str, float | None], now: dict[str, float | None], year: int) -> None:
    """Lead the base from the year before to this one, in printed figures."""
    start, end = before["base"] or 0.0, now["base"] or 0.0
    changes = into_largest({k: v / MILLION for k, v in base_changes(policy, year).items()}, end - start)
    now |= changes
    now["base.previous"] = start
    for side in ("up", "down"):
        now[side] = sum(v for k, v in changes.items() if k.startswith(f"{side}."))


# -- form 07 ---------------------------------------------------------------------------------------------------------
def five_years(policy: Policy, given: Given) -> FormTable:
    """Form 07: five years in billion VND; years before the current one stay open unless accounts were entered."""
    page, words = policy.page, year_words(policy.page)
    form, span = form_of(page, "B07"), [words[f"f{k}"] for k in range(5)]
    lines = {year: _billions(policy, year) for year in span if year in policy.central.years}
    records = []
    for row in form.rows:
        values: dict[str, Any] = {f"y{k}": lines.get(y, {}).get(row.id) for k, y in enumerate(span)}
        known = [v for v in values.values() if v is not None]
        past = [given.figure("final_accounts", words[f"q{k}"], row.id) for k in range(5)]
        values["past"] = None if any(p is None for p in past) else round(sum(p or 0.0 for p in past) / 1e9, 1)
        values["sum"] = round(sum(known), 1) if len(known) == len(span) else None
        first, last = (known[0], known[-1]) if known else (0.0, 0.0)
        values["growth"] = (
            (last / first) ** (1 / (len(known) - 1)) - 1 if first > 0 and len(known) > 1 else NIL
        )
        records.append(labelled(page, row, values))
    return FormTable(page, form, records, page.text("estimate.note.five_years"))


def _billions(policy: Policy, year: int) -> dict[str, float]:
    amounts = policy.leaves(year)
    parts: dict[str, float] = {}
    for leaf, value in amounts.items():
        parts[branch(leaf)] = parts.get(branch(leaf), 0.0) + value / 1e9
    return {k: round(v, 1) for k, v in top_down(with_sums(parts), BELOW, decimals=1).items()}


# -- form 08 ---------------------------------------------------------------------------------------------------------
def increases(policy: Policy, year: int | None = None) -> FormTable:
    """Form 08: factors from this year's estimate to next year's, adding exactly."""
    page, year = policy.page, year or policy.central.next
    form, found = form_of(page, "B08"), bridge(policy, year)
    start, end = policy.printed(year - 1)["total"], policy.printed(year)["total"]
    amounts = into_largest({k: found[k][1] / MILLION for k in FACTORS}, end - start)
    ends = {"start": start, "end": end}
    records = [
        labelled(page, row, {
            "months": round(found[row.id][0]) if row.id in found else "",
            "amount": ends.get(row.id, amounts.get(row.id)),
            "note": "",
        })
        for row in form.rows
    ]  # fmt: skip
    return FormTable(page, form, records, page.text("estimate.note.increases"))


def prepaid_dates(policy: Policy) -> list[dict[str, Any]]:
    """Support paid ahead by fiscal year on its three dates: covered, collected, transferred, million VND."""
    central, rows = policy.central, []
    frames = {r: central.prepaid_by(r) for r in (COVERED, COLLECTED, "month_transferred")}
    for year in central.years:
        row: dict[str, Any] = {"year": year}
        for name, frame in frames.items():
            here = frame[frame["date"].dt.year == year]
            row[name] = round(float(here["norm"].sum() + here["city"].sum()) / MILLION)
        rows.append(row)
    return rows
