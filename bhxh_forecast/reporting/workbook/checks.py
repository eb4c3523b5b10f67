"""Yearly sums in full đồng, and pairs of values that must agree."""

from __future__ import annotations

from typing import Any

from bhxh_forecast.reporting.estimate.form_table import form_of
from bhxh_forecast.reporting.estimate.plan_forms import months_of
from bhxh_forecast.reporting.estimate.policy import LEAVES, MEASURES, Policy, ancestors, with_sums
from bhxh_forecast.reporting.workbook.book import Book
from bhxh_forecast.reporting.workbook.formulas import SUMS, leaf_amount, sum_of
from bhxh_forecast.reporting.workbook.months import Months

TOLERANCE = 1  # VND


def write_annual(book: Book, policy: Policy, months: Months) -> int:
    """Sums by line and year in full đồng on the sheet of checks; everything printed is rounded from here."""
    t, years = book.page.text, policy.central.years
    row = book.heading(
        "checks", t("estimate.checks.title"), t("estimate.unit.vnd_full"), t("estimate.checks.note"), 6
    )
    ws = book.sheets["checks"]
    ws.set_column(0, 0, 46)
    ws.set_column(1, 7, 20)
    columns: list[tuple[str, Any, str]] = [("vnd", year, str(year)) for year in years]
    first = years[0]
    columns += [
        ("rest", done, t("estimate.checks.rest", first=f"{done + 1:02d}", year=first)) for done in (6, 10)
    ]
    row = book.head("checks", row, [t("estimate.checks.line"), *(head for _, _, head in columns)])
    named = {row.id: row.label[book.page.lang] for row in form_of(book.page, "B01").rows}
    rest = {done: with_sums(months_of(policy, range(done + 1, 13))) for done in (6, 10)}
    for line in (*LEAVES, *SUMS, "total"):
        style = "total" if line == "total" else "leaf"
        label = t(f"estimate.leaf.{line}") if line in LEAVES else named[line]
        book.put("checks", row, 0, label, book.cell_format("text", style))
        for column, (name, which, _) in enumerate(columns, start=1):
            value = policy.amounts(which)[line] if name == "vnd" else rest[which][line]
            text = (
                _leaf(book, months, line, name, which, first, value)
                if line in LEAVES
                else sum_of([book.ref(name, leaf, which) for leaf in LEAVES if line in ancestors(leaf)])
            )
            book.formula("checks", row, column, f"={text}", value, book.cell_format("vnd", style))
            book.mark((name, line, which), "checks", row, column)
        row += 1
    return row + 2


def _leaf(book: Book, months: Months, leaf: str, name: str, which: int, first: int, value: float) -> str:
    """Amount of a leaf in a year, or in the months of the first year after ``which``."""
    if name == "vnd":
        return leaf_amount(months, leaf, which)
    return f"{value:.3f}" if leaf in MEASURES else leaf_amount(months, leaf, first, which + 1)


def write_checks(book: Book, policy: Policy, months: Months, row: int) -> None:
    """Pairs of values that must agree, with their difference and whether they do."""
    t = book.page.text
    heads = [t(f"estimate.checks.{k}") for k in ("what", "first", "second", "difference", "verdict")]
    style = book.format(bold=True, border=1, align="center", text_wrap=True)
    for column, head in enumerate(heads):
        book.put("checks", row, column, head, style)
    for text, first, second, value, tolerance in _pairs(book, policy):
        row += 1
        n = row + 1
        book.put("checks", row, 0, text, book.cell_format("text"))
        for column, formula in ((1, first), (2, second)):
            book.formula("checks", row, column, f"={formula}", value, book.cell_format("vnd"))
        book.formula("checks", row, 3, f"=B{n}-C{n}", 0.0, book.cell_format("vnd"))
        yes, no = t("estimate.checks.passed"), t("estimate.checks.failed")
        book.formula(
            "checks", row, 4, f'=IF(ABS(D{n})<={tolerance},"{yes}","{no}")', yes, book.cell_format("text")
        )


def _pairs(book: Book, policy: Policy) -> list[tuple[str, str, str, float, int]]:
    """What is checked: text, two formulas, their value, tolerance."""
    t, n = book.page.text, policy.central.current
    pairs = []
    for year in policy.central.years:
        total = policy.proposed(year)
        text = t("estimate.checks.model", year=year)
        pairs.append((text, book.ref("vnd", "total", year), f"{total:.3f}", total, TOLERANCE))
    for year, column in ((n, "current"), (n + 1, "next")):
        printed = policy.printed(year)["total"]
        rounded = f"ROUND({book.ref('vnd', 'total', year)}/1000000,0)"
        cell = book.ref("by_policy", "total", column)
        pairs.append((t("estimate.checks.rounded", year=year), cell, rounded, printed, 0))
    sources = sum_of([book.ref("by_source", "total", c) for c in ("local", "central")])
    after = policy.printed(n + 1)["total"]
    pairs.append((t("estimate.checks.sources"), sources, book.ref("by_policy", "total", "next"), after, 0))
    pairs.append(
        (
            t("estimate.checks.bridge"),
            book.ref("increases", "end", "amount"),
            book.ref("by_policy", "total", "next"),
            after,
            0,
        )
    )
    plan = book.ref("three_years", "total", "y1")
    parts = sum_of([book.ref("three_years", k, "y1") for k in ("base", "new")])
    pairs.append((t("estimate.checks.plan"), plan, parts, after, 0))
    return pairs
