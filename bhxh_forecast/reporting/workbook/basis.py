"""The basis of calculation as a sheet: one line per group and law period, every amount a formula in full đồng."""

from __future__ import annotations

from typing import Any

import numpy as np

from bhxh_forecast.coverage.types import GROUPS
from bhxh_forecast.reporting.estimate.central import PREPAID, VSI, Period
from bhxh_forecast.reporting.estimate.form_table import FormTable, form_of
from bhxh_forecast.reporting.estimate.pension_forms import basis_pension
from bhxh_forecast.reporting.estimate.policy import Policy
from bhxh_forecast.reporting.estimate.support_forms import flows, support_row
from bhxh_forecast.reporting.workbook.book import Book
from bhxh_forecast.reporting.workbook.forms import WIDTHS, write_form
from bhxh_forecast.reporting.workbook.months import LETTER, Months

SHEET = "basis"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def write_basis(book: Book, policy: Policy, months: Months) -> None:
    """Write all years of the estimate; social pensions, cards and funerals follow below."""
    t, form = book.page.text, form_of(book.page, "B03")
    table = FormTable(book.page, form, [])
    width = len(form.columns) - 1
    row = book.heading(SHEET, table.title, t("estimate.unit.vnd_full"), table.number_line, width)
    for position, column in enumerate(form.columns):
        book.widen(SHEET, position, {**WIDTHS, "name": 26, "period": 12}.get(column.id, 12))
    heads, letters = [table.head(c) for c in form.columns], [c.letter for c in form.columns]
    row = book.head(SHEET, row, heads, letters, height=92)
    for year in policy.central.years:
        row = _year(book, policy, months, row, year)
    row = book.notes(SHEET, row, [t("estimate.note.basis"), *flows(policy, policy.central.years)], width)
    write_form(book, SHEET, basis_pension(policy), top=row + 1)


def _year(book: Book, policy: Policy, months: Months, row: int, year: int) -> int:
    """The total of a year, then its lines; return the next row."""
    central, t, top = policy.central, book.page.text, row
    row += 1
    for group in GROUPS:
        for period in central.periods(year):
            values = support_row(policy, group, period.first, period.last)
            _line(book, months, row, (VSI, group), period, values)
            row += 1
        block = months.rows.get((PREPAID, group))
        if block is not None and year in block.first:
            _ahead(book, policy, months, row, group, year)
            row += 1
    book.put(SHEET, top, 1, t("estimate.year_total", year=year), book.cell_format("text", "total"))
    amounts = policy.amounts(year)
    totals = {"norm": amounts["vsi_norm"], "city": amounts["vsi_city"], "total": amounts["vsi"]}
    columns = [c.id for c in form_of(book.page, "B03").columns]
    for column, name in enumerate(columns):
        style = book.cell_format("vnd" if name in totals else "text", "total")
        if name in totals:
            letter = LETTERS[column]
            book.formula(SHEET, top, column, f"=SUM({letter}{top + 2}:{letter}{row})", totals[name], style)
        elif name != "name":
            book.put(SHEET, top, column, "", style)
    return row


def _span(months: Months, key: tuple[str, str], period: Period, column: str) -> str:
    """Months of a period on the sheet of person-months."""
    rows, year = months.rows[key], period.first.year
    start = rows.first[year] + period.first.month - 1
    letter = LETTER[column]
    return f"'{months.book.name('person_months')}'!${letter}${start}:${letter}${start + period.months - 1}"


def _line(
    book: Book, months: Months, row: int, key: tuple[str, str], period: Period, values: dict[str, Any]
) -> None:
    """One group and law period."""
    n, first = row + 1, months.rows[key].first[period.first.year] + period.first.month - 1
    sheet = f"'{book.name('person_months')}'!"

    def at(column: str, offset: int = 0) -> str:
        return f"{sheet}${LETTER[column]}${first + offset}"

    begins = period.first.month == 1 and period.first.year == months.central.current
    persons = _span(months, key, period, "persons_used")
    paid, supported = (_span(months, key, period, c) for c in ("paid", "supported"))
    formulas = {
        "up": f"MAX(G{n}-D{n},0)",
        "down": f"MAX(D{n}-G{n},0)",
        "closing": at("persons_used", period.months - 1),
        "average": f"AVERAGE({persons})",
        "density": f"IF(SUM({persons})=0,0,SUM({paid})/SUM({persons}))",
        "within": f"IF(SUM({paid})=0,0,SUM({supported})/SUM({paid}))",
        "months": f"SUM({supported})",
        "line": book.ref("input", "line", months.support.index(period)),
        "base": at("base"),
        "norm_share": at("norm_share"),
        "city_share": at("city_share"),
        "unit_norm": at("unit_norm"),
        "unit_city": at("unit_city"),
        "norm": f"K{n}*P{n}",
        "city": f"K{n}*Q{n}",
        "total": f"R{n}+S{n}",
    }
    if not begins:
        formulas["opening"] = at("persons_used", -1)
    values |= {"total": values["norm"] + values["city"]}
    _write(book, row, values, formulas)


def _ahead(book: Book, policy: Policy, months: Months, row: int, group: str, year: int) -> None:
    """Members who paid ahead: months recognised this year at the terms of the payment."""
    key, n, block = (PREPAID, group), row + 1, months.blocks[(PREPAID, group)]
    rows, at = months.rows[key], np.flatnonzero(block.years == year)
    first = f"'{book.name('person_months')}'!$%s${rows.first[year]}"
    formulas = {c: first % LETTER[c] for c in ("base", "norm_share", "city_share", "unit_norm", "unit_city")}
    formulas |= {
        "months": f"SUM({months.span(PREPAID, group, 'supported', year)})",
        "norm": f"K{n}*P{n}",
        "city": f"K{n}*Q{n}",
        "total": f"R{n}+S{n}",
    }
    values: dict[str, Any] = {
        c: float(block[c][at[0]]) for c in ("norm_share", "city_share", "unit_norm", "unit_city", "line")
    }
    values |= {
        "name": book.page.text("estimate.prepaid", group=book.page.text.label("group_long", group)),
        "base": values["line"] * float(block["rate"][at[0]]),
        "months": block.sum("months_supported", year),
        "norm": block.sum("norm", year),
        "city": block.sum("city", year),
        "legal": book.page.text("estimate.prepaid_terms"),
    }
    _write(book, row, values | {"total": values["norm"] + values["city"]}, formulas)


def _write(book: Book, row: int, values: dict[str, Any], formulas: dict[str, str]) -> None:
    columns = form_of(book.page, "B03").columns
    book.fit(
        SHEET,
        row,
        [(values.get(c.id, ""), {**WIDTHS, "name": 26, "period": 12}.get(c.id, 12)) for c in columns],
    )
    for position, column in enumerate(columns):
        kind = "vnd" if column.kind == "money" else column.kind
        style, value = book.cell_format(kind), values.get(column.id, "")
        if column.id in formulas:
            book.formula(SHEET, row, position, f"={formulas[column.id]}", value or 0.0, style)
        else:
            book.put(SHEET, row, position, value, style)
