"""Registers as sheets: assumptions, legal bases, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bhxh_forecast.reporting.estimate import law
from bhxh_forecast.reporting.estimate.policy import Policy
from bhxh_forecast.reporting.estimate.register import TARGETS, open_ones
from bhxh_forecast.reporting.workbook.book import Book

SIZES = (22, 40, 22, 12, 40, 14, 12, 14, 11, 11, 11, 11, 30, 24)  # widths of the register's columns
SOURCES = (38, 40, 14, 12, 12, 16, 44)


def plain_table(
    book: Book,
    sheet: str,
    row: int,
    heads: Sequence[str],
    rows: Sequence[Sequence[Any]],
    kinds: Sequence[str],
) -> int:
    """Write a table of values; return the next free row."""
    style = book.format(bold=True, border=1, align="center", text_wrap=True)
    for column, head in enumerate(heads):
        book.put(sheet, row, column, head, style)
    for number, values in enumerate(rows, start=row + 1):
        book.fit(sheet, number, zip(values, SOURCES, strict=True))
        for column, (value, kind) in enumerate(zip(values, kinds, strict=True)):
            book.put(sheet, number, column, value, book.cell_format(kind))
    return row + len(rows) + 1


def write_assumptions(book: Book, policy: Policy) -> None:
    """Every value that nobody has confirmed, the largest effect on the budget first."""
    t = book.page.text
    named = ("id", "name", "value", "basis", "status", "review", "budget")
    heads = [t(f"estimate.register.{k}") for k in named]
    heads.insert(3, t("column.unit"))
    heads += [t("estimate.register.odds", target=t.label("target_short", name)) for name in TARGETS]
    heads += [t("estimate.register.how"), t("estimate.register.who")]
    width = len(heads) - 1
    title = t("estimate.register.title", year=policy.central.next)
    row = book.heading("assumptions", title, t("estimate.register.unit"), "", width)
    row = book.head("assumptions", row, heads, height=80)
    for position, size in enumerate(SIZES):
        book.sheets["assumptions"].set_column(position, position, size)
    kinds = ("text",) * 7 + ("money",) + ("effect",) * 4 + ("text",) * 2
    for item in open_ones(policy):
        budget = None if item.budget is None else round(item.budget / 1e6)
        odds = [item.odds.get(target) for target in TARGETS]
        status = t.label("source_status", item.status)
        values = [
            item.id,
            item.name,
            item.value,
            item.unit,
            item.basis,
            status,
            item.review,
            budget,
            *odds,
            t(f"estimate.register.ways.{item.how}"),
            "",
        ]
        book.fit("assumptions", row, zip(values, SIZES, strict=True), 9)
        for column, (value, kind) in enumerate(zip(values, kinds, strict=True)):
            book.put("assumptions", row, column, value, book.cell_format(kind, font_size=9))
        row += 1
    book.notes("assumptions", row, [t("estimate.register.note")], width)


def write_sources(book: Book, policy: Policy) -> None:
    """Legal bases with their standing, then the published figures used and what is missing."""
    page, t = book.page, book.page.text
    row = book.heading("sources", t("estimate.sources.title"), "", "", 6)
    ws = book.sheets["sources"]
    for position, size in enumerate(SOURCES):
        ws.set_column(position, position, size)
    heads = [
        t(f"estimate.sources.{k}") for k in ("name", "reference", "value", "from", "to", "status", "source")
    ]
    rows = []
    for basis in law.bases(page, policy.central.next):
        r, f = basis.row, page.fmt
        end = f.short_date(r.to) if r.to else ""
        status = t("estimate.checked" if r.checked else "estimate.not_checked")
        value = law.value_text(page, basis)
        rows.append(
            (
                basis.name,
                law.reference_text(page, r.reference),
                value,
                f.short_date(r.from_),
                end,
                status,
                r.url,
            )
        )
    row = plain_table(book, "sources", row, heads, rows, ("text",) * 7)
    missing = [
        (str(e["name"][page.lang]), str(e["what"][page.lang]), "", "", "", "", str(e["meanwhile"][page.lang]))
        for e in law.missing_register(page).values()
    ]
    heads = [t("column.missing_name"), t("column.missing_why"), "", "", "", "", t("column.missing_meanwhile")]
    plain_table(book, "sources", row + 1, heads, missing, ("text",) * 7)
