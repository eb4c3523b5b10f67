"""Forms as sheets: by policy, by source, plans and bridge with live formulas, and any filled form as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bhxh_forecast.inputs.forms import FormColumn
from bhxh_forecast.reporting.estimate.form_table import FormTable, Record
from bhxh_forecast.reporting.workbook.book import Book

WIDTHS = {
    "number": 6,
    "name": 42,
    "basis": 34,
    "legal": 34,
    "note": 26,
    "action": 40,
    "cause": 16,
    "words": 26,
}
BELOW = 30  # most that a table below another widens a column
FORM_TOP = 6  # rows above the first row of a form's body
Formulas = Mapping[tuple[str, str], str]  # by row id and column id


def write_form(
    book: Book, sheet: str, table: FormTable, formulas: Formulas | None = None, top: int | None = None
) -> int:
    """Write a filled form; cells with a formula keep the form's value as what they show now.

    Returns
    -------
    int
        The next free row.
    """
    columns, ws = table.form.columns, book.sheets[sheet]
    width = len(columns) - 1
    for position, column in enumerate(columns):
        book.widen(sheet, position, _width(column) if top is None else min(_width(column), BELOW))
    if top is None:
        row = book.heading(sheet, table.title, table.unit, table.number_line, width)
    else:
        ws.merge_range(
            top, 0, top, width, f"{table.title} ({table.unit})", book.format(bold=True, align="center")
        )
        row = top + 1
    heads, letters = [table.head(c) for c in columns], [c.letter for c in columns]
    row = (
        book.head(sheet, row, heads, letters, height=64)
        if top is None
        else _plain_head(book, sheet, row, heads)
    )
    for record in table.records:
        _record(book, sheet, row, table, record, formulas or {})
        row += 1
    return book.notes(sheet, row, [table.note], width)


def _width(column: FormColumn) -> float:
    return WIDTHS.get(column.id, 30 if column.kind == "text" else 14)


def _plain_head(book: Book, sheet: str, row: int, heads: Sequence[str]) -> int:
    style = book.format(bold=True, border=1, align="center", text_wrap=True)
    book.sheets[sheet].set_row(row, 48)
    for column, head in enumerate(heads):
        book.put(sheet, row, column, head, style)
    return row + 1


def _record(book: Book, sheet: str, row: int, table: FormTable, record: Record, formulas: Formulas) -> None:
    texts = [(record.cells.get(c.id, ""), book.widths[(sheet, k)]) for k, c in enumerate(table.form.columns)]
    book.fit(sheet, row, texts)
    for position, column in enumerate(table.form.columns):
        value: Any = record.cells.get(column.id, "")
        style = book.cell_format(column.kind, record.kind)
        if (
            isinstance(value, str) and column.kind != "text"
        ):  # words in a column of numbers, such as "not notified"
            style = book.cell_format(column.kind, record.kind, text_wrap=True, font_size=9)
        formula = formulas.get((record.id, column.id))
        if record.id and not isinstance(value, str):
            book.mark((sheet, record.id, column.id), sheet, row, position)
        if formula and not isinstance(value, str) and value is not None:
            book.formula(sheet, row, position, f"={formula}", value, style)
        else:
            book.put(sheet, row, position, value, style)


def place_rows(book: Book, sheet: str, table: FormTable) -> None:
    """Remember where the cells of a form will stand, before it is written: its formulas refer to its own cells."""
    for number, record in enumerate(table.records):
        for position, column in enumerate(table.form.columns):
            if record.id:
                book.mark((sheet, record.id, column.id), sheet, FORM_TOP + number, position)
