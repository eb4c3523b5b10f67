"""Formulas of the forms: from the sheet of person-months to every printed total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bhxh_forecast.reporting.estimate.central import CARDS, FUNERAL, PENSION, PREPAID, VSI
from bhxh_forecast.reporting.estimate.form_table import FormTable
from bhxh_forecast.reporting.estimate.plan_forms import EXECUTION
from bhxh_forecast.reporting.estimate.policy import BELOW, LEAVES, MEASURES, MILLION, NORMS, Policy, children
from bhxh_forecast.reporting.estimate.rounding import TIE
from bhxh_forecast.reporting.workbook.book import Book
from bhxh_forecast.reporting.workbook.months import Months

Cells = dict[tuple[str, str], str]
SUMS = tuple(line for line in BELOW if line != "total")


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


def sum_of(cells: Sequence[str]) -> str:
    """Sum of cells as a formula, without the name of their own sheet."""
    return "+".join(cells) or "0"


def apportioned(parts: Sequence[str], target: str, decimals: int = 0) -> list[str]:
    """Parts rounded by largest remainder so that they add to a target, as formulas (`rounding.add_up` in cells).

    Parameters
    ----------
    parts
        Cells or expressions in the printed unit, not rounded.
    target
        What the printed parts add to, in the printed unit.
    """
    unit = f"*{10**decimals}" if decimals else ""
    scaled = [f"({part}){unit}" for part in parts]
    left = [f"ROUND({x}-INT({x}),{TIE})" for x in scaled]
    need = f"ROUND(({target}){unit},0)" + "".join(f"-INT({x})" for x in scaled)
    found = []
    for k, x in enumerate(scaled):
        before = "".join(
            f"+({other}{'>=' if n < k else '>'}{left[k]})" for n, other in enumerate(left) if n != k
        )
        rounded = f"INT({x})+IF(AND({left[k]}>0,0{before}<{need}),1,0)"
        found.append(f"({rounded})/{10**decimals}" if decimals else rounded)
    return found


def tree_formulas(
    book: Book, sheet: str, column: str, below: Mapping[str, Sequence[str]], key: tuple[str, Any]
) -> Cells:
    """A column of lines: the total rounded, the lines below each line adding to it as printed.

    Parameters
    ----------
    key
        Under which the lines' full amounts stand on the sheet of checks: its name and the year or part of it.
    """
    decimals, unit = (1, 1e9) if sheet == "five_years" else (0, MILLION)
    name, which = key

    def exact(line: str) -> str:
        return f"{book.ref(name, line, which)}/{unit:.0f}"

    found: Cells = {("total", column): f"ROUND({exact('total')},{decimals})"}
    for line, parts in below.items():
        texts = apportioned([exact(part) for part in parts], book.ref(sheet, line, column), decimals)
        found |= {(part, column): text for part, text in zip(parts, texts, strict=True)}
    return found


def by_policy(book: Book, policy: Policy) -> Cells:
    """Form 01."""
    n, sheet = policy.central.current, "by_policy"
    found = tree_formulas(book, sheet, "current", BELOW, ("vnd", n))
    found |= tree_formulas(book, sheet, "next", BELOW, ("vnd", n + 1))
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


def execution(book: Book, policy: Policy, sheet: str, table: FormTable, done: int) -> Cells:
    """Form 05: months still to come, and the year, as long as no actual figure stands there."""
    found = tree_formulas(book, sheet, "rest", EXECUTION, ("rest", done))
    for record in table.records:
        line = record.id
        whole, rest = book.ref("by_policy", line, "current"), book.ref(sheet, line, "rest")
        found[(line, "model_done")] = f"{whole}-{rest}"
        if line in EXECUTION:
            found[(line, "year")] = sum_of([book.ref(sheet, n, "year") for n in EXECUTION[line]])
        elif record.cells["transferred"] is None:
            found[(line, "year")] = f"{book.ref(sheet, line, 'model_done')}+{rest}"
    return found


def five_years(book: Book, policy: Policy, table: FormTable, years: Sequence[int]) -> Cells:
    """Form 07 in billion VND with one decimal."""
    sheet, found = "five_years", Cells()
    lines = {line: parts for line, parts in BELOW.items() if "." not in parts[0]}
    for k, year in enumerate(years):
        if year in policy.central.years:
            found |= tree_formulas(book, sheet, f"y{k}", lines, ("vnd", year))
    for record in table.records:
        if record.cells.get("sum") is not None:
            found[(record.id, "sum")] = (
                f"ROUND({sum_of([book.ref(sheet, record.id, f'y{k}') for k in range(5)])},1)"
            )
    return found
