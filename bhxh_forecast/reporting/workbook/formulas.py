"""Formulas of the forms: from the sheet of person-months to every printed total."""

from __future__ import annotations

from collections.abc import Sequence

from bhxh_forecast.reporting.estimate.central import CARDS, FUNERAL, PENSION, PREPAID, VSI
from bhxh_forecast.reporting.estimate.form_table import FormTable
from bhxh_forecast.reporting.estimate.policy import LEAVES, MEASURES, MILLION, NORMS, PARENTS, Policy, branch
from bhxh_forecast.reporting.workbook.book import Book
from bhxh_forecast.reporting.workbook.months import Months

Cells = dict[tuple[str, str], str]
SUMS = ("vsi_norm", "vsi_city", "sp_norm", "sp_city", "vsi", "sp", "social_protection", "health", "other")


def leaf_amount(months: Months, leaf: str, year: int, first: int = 1) -> str:
    """Amount of a leaf in a year, from one month on, VND, as a formula."""
    book, (name, _, group) = months.book, leaf.partition(".")
    if name in MEASURES:
        return book.ref("input", f"measure.{name}", year)
    column = "city" if name.endswith("city") else "norm"
    items = {"vsi_norm": (VSI, PREPAID), "vsi_city": (VSI, PREPAID), "sp_norm": (PENSION,), "sp_city": (PENSION,),
             "funeral": (FUNERAL,), "cards": (CARDS,)}[name]  # fmt: skip
    parts = []
    for item in items:
        rows = months.rows.get((item, group or "all"))
        if rows is None or year not in rows.first:
            continue
        if first == 1:
            parts.append(f"SUM({months.span(item, group or 'all', column, year)})")
            continue
        block = months.blocks[(item, group or "all")]
        days = block.frame["date"][block.years == year]
        skip = int((days.dt.month < first).sum())
        if skip < rows.count[year]:
            letter = months.span(item, group or "all", column, year)
            sheet, span = letter.rsplit("!", 1)
            column_letter = span.split("$")[1]
            start, end = rows.first[year] + skip, rows.first[year] + rows.count[year] - 1
            parts.append(f"SUM({sheet}!${column_letter}${start}:${column_letter}${end})")
    return "+".join(parts) or "0"


def children(line: str) -> list[str]:
    """Lines right below a line."""
    leaves = [leaf for leaf in LEAVES if "." in leaf and branch(leaf) == line]
    return leaves or [name for name, parent in PARENTS.items() if parent == line]


def sum_of(cells: Sequence[str]) -> str:
    """Sum of cells as a formula, without the name of their own sheet."""
    return "+".join(cells) or "0"


def policy_formulas(book: Book, policy: Policy, sheet: str, column: str, year: int) -> Cells:
    """A year's column of form 01: rounded leaves, the largest takes the difference, lines above are sums."""
    leaves = policy.leaves(year)
    largest = max(leaves, key=lambda leaf: abs(leaves[leaf]))
    found: Cells = {}
    for leaf in LEAVES:
        found[(leaf, column)] = f"ROUND({book.ref('vnd', leaf, year)}/{MILLION:.0f},0)"
    others = [book.ref(sheet, leaf, column) for leaf in LEAVES if leaf != largest]
    total = f"ROUND({book.ref('vnd', 'total', year)}/{MILLION:.0f},0)"
    found[(largest, column)] = f"{total}-({sum_of(others)})"
    for line in (*SUMS, "total"):
        found[(line, column)] = sum_of([book.ref(sheet, child, column) for child in children(line)])
    return found


def by_policy(book: Book, policy: Policy) -> Cells:
    """Form 01."""
    n, sheet = policy.central.current, "by_policy"
    found = policy_formulas(book, policy, sheet, "current", n)
    found |= policy_formulas(book, policy, sheet, "next", n + 1)
    for line in (*LEAVES, *SUMS, "total"):
        now, after = book.ref(sheet, line, "current"), book.ref(sheet, line, "next")
        found[(line, "change")] = f"{after}-{now}"
        found[(line, "percent")] = f"IF({now}=0,0,{after}/{now})"
    return found


def by_source(book: Book, policy: Policy, table: FormTable) -> Cells:
    """Form 02: shares of the inputs on the amounts of form 01."""
    year, sheet = policy.central.next, "by_source"
    found: Cells = {}
    ids = [r.id for r in table.records if r.id not in ("memo", "other_way")]
    single = [
        i for i in ids if i in ("vsi_norm", "vsi_city", "sp_norm", "sp_city", "funeral", "cards", *MEASURES)
    ]
    for line in ids:
        here = {c: book.ref(sheet, line, c) for c in ("total", "local", "city", "commune", "central")}
        if line in single:
            found[(line, "total")] = book.ref("by_policy", line, "next")
            share = book.ref("input", "commune_share", year) if line in NORMS else "0"
            central = book.ref("input", "central_share", year) if line == "vsi_norm" else "0"
            given = (
                f"+ROUND({book.ref('input', 'central_targeted', year)}/{MILLION:.0f},0)"
                if line == "vsi_norm"
                else ""
            )
            found[(line, "commune")] = f"ROUND({share}*{here['total']},0)"
            found[(line, "central")] = f"ROUND({central}*{here['total']},0){given}"
            found[(line, "city")] = f"{here['total']}-{here['commune']}-{here['central']}"
        else:
            for column in ("total", "city", "commune", "central"):
                parts = [book.ref(sheet, c, column) for c in children(line) if c in ids]
                found[(line, column)] = sum_of(parts)
        found[(line, "local")] = f"{here['city']}+{here['commune']}"
    total, norm = book.ref(sheet, "total", "total"), book.ref(sheet, "vsi_norm", "total")
    found |= {("other_way", "total"): total, ("other_way", "central"): norm}
    found |= {("other_way", c): f"{total}-{norm}" for c in ("local", "city")}
    return found


def execution(book: Book, policy: Policy, months: Months, sheet: str, table: FormTable, done: int) -> Cells:
    """Form 05: months still to come, and the year, as long as no actual figure stands there."""
    year = policy.central.current
    found: Cells = {}
    for record in table.records:
        line = record.id
        if line in ("total", "vsi", "sp"):
            names = {"total": ["vsi", "sp", "funeral", "cards", *MEASURES]}.get(
                line, [f"{line}_norm", f"{line}_city"]
            )
            for column in ("model_done", "rest", "year"):
                found[(line, column)] = sum_of([book.ref(sheet, n, column) for n in names])
            continue
        leaves = [leaf for leaf in LEAVES if branch(leaf) == line]
        if line not in MEASURES:
            vnd = "+".join(leaf_amount(months, leaf, year, done + 1) for leaf in leaves)
            found[(line, "rest")] = f"ROUND(({vnd})/{MILLION:.0f},0)"
        whole, rest = book.ref("by_policy", line, "current"), book.ref(sheet, line, "rest")
        found[(line, "model_done")] = f"{whole}-{rest}"
        if record.cells["transferred"] is None:
            found[(line, "year")] = f"{book.ref(sheet, line, 'model_done')}+{rest}"
    return found


def five_years(book: Book, policy: Policy, table: FormTable, years: Sequence[int]) -> Cells:
    """Form 07 in billion VND with one decimal."""
    sheet, found = "five_years", Cells()
    single = ("vsi_norm", "vsi_city", "sp_norm", "sp_city", "funeral", "cards", *MEASURES)
    for k, year in enumerate(years):
        if year not in policy.central.years:
            continue
        amounts = policy.amounts(year)
        largest = max(single, key=lambda line: abs(amounts[line]))
        for line in single:
            leaves = [book.ref("vnd", leaf, year) for leaf in LEAVES if branch(leaf) == line]
            found[(line, f"y{k}")] = f"ROUND(({sum_of(leaves)})/1000000000,1)"
        others = [book.ref(sheet, line, f"y{k}") for line in single if line != largest]
        total = f"ROUND({book.ref('vnd', 'total', year)}/1000000000,1)"
        found[(largest, f"y{k}")] = f"ROUND({total}-({sum_of(others)}),1)"
        for line in ("vsi", "sp", "social_protection", "health", "other", "total"):
            found[(line, f"y{k}")] = (
                f"ROUND({sum_of([book.ref(sheet, c, f'y{k}') for c in children(line)])},1)"
            )
    for record in table.records:
        if record.cells.get("sum") is not None:
            found[(record.id, "sum")] = (
                f"ROUND({sum_of([book.ref(sheet, record.id, f'y{k}') for k in range(5)])},1)"
            )
    return found
