"""A workbook being written: sheets in their order, formats, print set-up, cells that others refer to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from bhxh_forecast.reporting.estimate.law import gate_short, may_submit
from bhxh_forecast.reporting.fmt import MISSING, is_missing

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from bhxh_forecast.reporting.page import Page

SHEETS = (
    "cover", "summary", "by_policy", "by_source", "basis", "by_commune", "execution", "three_years", "five_years",
    "increases", "inputs", "unit_costs", "person_months", "risk", "targets", "reconciliation", "assumptions",
    "sources", "checks",
)  # fmt: skip
PORTRAIT = ("cover", "inputs", "sources", "increases")
FONT = "Times New Roman"
NUMBERS = {
    "money": '#,##0;-#,##0;"-"',
    "billion": '#,##0.0;-#,##0.0;"-"',
    "vnd": '#,##0;-#,##0;"-"',
    "count": '#,##0;-#,##0;"-"',
    "share": "0.0%",
    "percent": "0.0%",
    "ratio": "0.0000",
    "effect": '+0.0%;-0.0%;"-"',
}
YELLOW, GREY, RED, GREEN = "#FFF2CC", "#E7E6E6", "#C00000", "#00795A"
A4 = 9


class Book:
    """The workbook of one scenario in one language.

    Parameters
    ----------
    page
        What it is about; the as-of date is its date of creation, so that the same inputs give the same bytes.
    """

    def __init__(self, page: Page) -> None:
        import xlsxwriter

        self.page = page
        self.stream = BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(self.stream, options)
        day = page.as_of
        self.book.set_properties({
            "title": page.text("estimate.book_title", year=day.year + 1),
            "comments": gate_short(page),
            "created": datetime(day.year, day.month, day.day),  # noqa: DTZ001 - a date, not a moment
        })  # fmt: skip
        self.book.set_calc_mode("auto")
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.sheets = {name: self._sheet(name) for name in SHEETS}
        self.cells: dict[tuple[Any, ...], str] = {}
        self.widths: dict[tuple[str, int], float] = {}

    def widen(self, sheet: str, column: int, width: float) -> None:
        """Make a column at least so wide, in characters: tables below each other share their columns."""
        whole = max(width, self.widths.get((sheet, column), 0.0))
        self.widths[(sheet, column)] = whole
        self.sheets[sheet].set_column(column, column, whole)

    def name(self, sheet: str) -> str:
        """Name of a sheet in the page's language."""
        return self.page.text(f"estimate.sheet.{sheet}")

    def _sheet(self, name: str) -> Worksheet:
        ws = self.book.add_worksheet(self.name(name))
        ws.set_paper(A4)
        if name not in PORTRAIT:
            ws.set_landscape()
        ws.fit_to_pages(1, 0)
        ws.set_margins(left=0.6, right=0.4, top=0.8, bottom=0.7)
        gate = gate_short(self.page)
        ws.set_header(f'&L&"{FONT},Bold"&9{gate}&R&"{FONT}"&9{self.name(name)}')
        ws.set_footer(f'&C&"{FONT}"&9&P/&N')
        ws.hide_gridlines(2)
        return ws

    def format(self, **properties: Any) -> Format:
        """A format with the book's font; equal properties share one."""
        whole = {"font_name": FONT, "font_size": 11, "valign": "vcenter"} | properties
        key = tuple(sorted(whole.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(whole)
        return self._formats[key]

    def cell_format(self, kind: str, row: str = "leaf", **more: Any) -> Format:
        """Format of a table cell by the kind of its values and of its row."""
        properties: dict[str, Any] = {"border": 1, "text_wrap": kind == "text"} | more
        if kind != "text":
            properties |= {"num_format": NUMBERS[kind], "align": "right"}
        if row in ("total", "field", "programme", "memo_head"):
            properties["bold"] = True
        if row == "memo":
            properties["italic"] = True
        return self.format(**properties)

    def heading(self, sheet: str, title: str, unit: str = "", note: str = "", width: int = 8) -> int:
        """Gate, title and unit on top of a sheet; return the next free row."""
        ws = self.sheets[sheet]
        ws.merge_range(
            0,
            0,
            0,
            width,
            gate_short(self.page),
            self.format(bold=True, font_color=GREEN if may_submit(self.page) else RED, align="center"),
        )
        ws.merge_range(
            1, 0, 1, width, title, self.format(bold=True, font_size=13, align="center", text_wrap=True)
        )
        ws.set_row(1, 34)
        ws.merge_range(2, 0, 2, width, note, self.format(italic=True, align="center", text_wrap=True))
        ws.merge_range(3, 0, 3, width, unit, self.format(italic=True, align="right"))
        return 4

    def head(
        self, sheet: str, row: int, heads: Sequence[str], letters: Sequence[str] = (), height: float = 48
    ) -> int:
        """Heading row of a table, the row of letters, repeated on every printed page; return the next row."""
        ws = self.sheets[sheet]
        style = self.format(bold=True, border=1, align="center", text_wrap=True, bg_color=GREY)
        ws.set_row(row, height)
        for column, head in enumerate(heads):
            ws.write_string(row, column, head, style)
        if letters:
            small = self.format(italic=True, border=1, align="center", font_size=9)
            for column, letter in enumerate(letters):
                ws.write_string(row + 1, column, letter, small)
        last = row + bool(letters)
        ws.repeat_rows(row, last)
        ws.freeze_panes(last + 1, 2)
        return last + 1

    def put(self, sheet: str, row: int, column: int, value: Any, style: Format) -> None:
        """Write a value: words as words, what is not available as an ellipsis."""
        ws = self.sheets[sheet]
        if isinstance(value, str):
            ws.write_string(row, column, value, style)
        elif is_missing(value):
            ws.write_string(row, column, MISSING, style)
        else:
            ws.write_number(row, column, float(value), style)

    def formula(self, sheet: str, row: int, column: int, text: str, value: Any, style: Format) -> None:
        """Write a formula with the value it has now."""
        shown = value if isinstance(value, str) else float(value)
        self.sheets[sheet].write_formula(row, column, text, style, shown)

    def mark(self, key: tuple[Any, ...], sheet: str, row: int, column: int) -> None:
        """Remember a cell under a key, for formulas elsewhere."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        self.cells[key] = f"'{self.name(sheet)}'!{xl_rowcol_to_cell(row, column, True, True)}"

    def ref(self, *key: Any) -> str:
        """The cell remembered under a key."""
        return self.cells[key]

    def fit(self, sheet: str, row: int, cells: Iterable[tuple[Any, float]], size: float = 11) -> None:
        """Make a row as high as its longest text needs, from the widths of the columns."""
        per_line = [
            (len(str(text)), 1.15 * width * 11 / size) for text, width in cells if isinstance(text, str)
        ]
        lines = max((math.ceil(length / room) for length, room in per_line if length), default=1)
        if lines > 1:
            self.sheets[sheet].set_row(row, 1.36 * size * lines + 2)

    def notes(self, sheet: str, row: int, texts: Sequence[str], width: int) -> int:
        """Remarks below a table; return the next free row."""
        ws = self.sheets[sheet]
        style = self.format(italic=True, font_size=10, text_wrap=True, valign="top")
        for text in [t for t in texts if t]:
            ws.merge_range(row, 0, row, width, text, style)
            ws.set_row(row, 15 * (1 + len(text) // (14 * width)))
            row += 1
        return row

    def sign_off(self, sheet: str, row: int, width: int, key: str = "sign") -> None:
        """The blocks to sign, left blank."""
        t, ws = self.page.text, self.sheets[sheet]
        place = self.page.inputs.place[self.page.lang]
        date_style = self.format(italic=True, align="right")
        ws.merge_range(row + 1, 0, row + 1, width, t("estimate.place_date", place=place), date_style)
        third = (width + 1) // 3
        bold, small = (
            self.format(bold=True, align="center", text_wrap=True),
            self.format(italic=True, align="center"),
        )
        for position in range(3):
            first = position * third
            last = width if position == 2 else first + third - 1
            for below, words, style in (
                (2, f"{key}_{position + 1}", bold),
                (3, f"{key}_note_{position + 1}", small),
            ):
                _span(ws, row + below, first, last, t(f"estimate.{words}"), style)
        ws.set_row(row + 2, 32)

    def bytes(self) -> bytes:
        """Close the workbook and return it."""
        self.book.close()
        return self.stream.getvalue()


def _span(ws: Worksheet, row: int, first: int, last: int, text: str, style: Format) -> None:
    if last > first:
        ws.merge_range(row, first, row, last, text, style)
    else:
        ws.write_string(row, first, text, style)
