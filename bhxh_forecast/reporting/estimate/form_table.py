"""A filled form: values in the printed unit, and how they are printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bhxh_forecast.inputs.faults import Faults
from bhxh_forecast.inputs.folder import DataFolder
from bhxh_forecast.inputs.forms import Form, FormColumn, FormRow, read_classification, read_forms
from bhxh_forecast.reporting.blocks import Column, Row, Table
from bhxh_forecast.reporting.fmt import MISSING, Fmt, is_missing

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page

Cells = Mapping[str, Any]
DECIMALS = {"billion": 1, "money": 0, "vnd": 0, "count": 0}
ROW_KIND = {
    "total": "total",
    "memo": "memo",
    "memo_head": "head",
    "field": "total",
    "programme": "part",
    "part": "part",
}


@cache
def _forms(layers: tuple[Path, ...]) -> tuple[dict[str, Form], dict[str, dict[str, Any]]]:
    faults = Faults()
    folder = DataFolder(layers[0], layers[1:])
    forms, classes = read_forms(folder, faults), read_classification(folder, faults)
    faults.stop()
    return forms, classes


def form_of(page: Page, code: str) -> Form:
    """The latest version of a form.

    Raises
    ------
    InputError
        A file of ``data/forms`` is wrong.
    """
    return _forms(page.inputs.folder.layers)[0][code]


def classification(page: Page) -> dict[str, dict[str, Any]]:
    """Which changes count as new spending, and why."""
    return _forms(page.inputs.folder.layers)[1]


def year_words(page: Page) -> dict[str, int]:
    """Years that the headings of forms name: n this year, n1 next year, f0 to f4 and q0 to q4 of five-year plans."""
    n = page.as_of.year
    first = n - (n - 1) % 5
    words = {"p": n - 1, "n": n, **{f"n{k}": n + k for k in (1, 2, 3)}, "until": page.until}
    words |= {f"f{k}": first + k for k in range(5)} | {f"q{k}": first - 5 + k for k in range(5)}
    months = months_done(page)
    return words | {"m": months, "r": 12 - months}


def months_done(page: Page) -> int:
    """Months of the current year that an execution estimate counts as done: 6 for July, 10 for November."""
    return 10 if page.as_of.month > 10 else 6


@dataclass(frozen=True)
class Record:
    """A row: kind, values by column id in the printed unit (None: not available), and its id."""

    kind: str
    cells: Cells
    id: str = ""


@dataclass(frozen=True)
class FormTable:
    """A form filled for one page.

    Attributes
    ----------
    form
        Its definition.
    records
        Rows in order.
    note
        Remarks below.
    """

    page: Page
    form: Form
    records: Sequence[Record]
    note: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Title with the years."""
        return self.form.title[self.page.lang].format(**year_words(self.page))

    @property
    def number_line(self) -> str:
        """Number of the issued form, or that it follows none."""
        t = self.page.text
        if self.form.number:
            return t("estimate.form_number", number=self.form.number, reference=self.form.reference)
        return t("estimate.form_none")

    @property
    def unit(self) -> str:
        """The unit line right above the table."""
        return self.page.text(f"estimate.unit.{self.form.unit}")

    def head(self, column: FormColumn) -> str:
        """Heading of a column with the years."""
        return column.head[self.page.lang].format(**year_words(self.page))

    def value(self, row: str, column: str) -> Any:
        """Value of a cell by the ids of its row and column."""
        return next(r.cells.get(column) for r in self.records if r.id == row)

    def printed(self, record: Record, columns: Sequence[FormColumn] | None = None) -> list[str]:
        """A row as printed."""
        return [
            print_cell(self.page.fmt, c.kind, record.cells.get(c.id, ""))
            for c in columns or self.form.columns
        ]

    def table(self, leave_out: Sequence[str] = ()) -> Table:
        """The table for a page, without some columns where there is no room."""
        columns = [c for c in self.form.columns if c.id not in leave_out]
        return Table(
            title=self.title,
            unit=self.unit,
            columns=[Column(self.head(c), "left" if c.kind == "text" else "right") for c in columns],
            rows=[
                Row([str(r.cells.get("name", ""))], "head")
                if r.kind == "memo_head"
                else Row(self.printed(r, columns), ROW_KIND.get(r.kind, "plain"))
                for r in self.records
            ],
            note=" ".join(part for part in (self.number_line + ".", self.note) if part),
            letters=True,
            data=self,
        )


def print_cell(fmt: Fmt, kind: str, value: Any) -> str:
    """A value as printed: nil is "-", not available is an ellipsis, words stay words."""
    if isinstance(value, str):
        return value
    if kind == "text":
        return "" if value is None else str(value)
    if is_missing(value):
        return MISSING
    if kind == "share":
        return fmt.share(value)
    if kind == "percent":
        return fmt.share(value)
    return fmt.cell(value, DECIMALS[kind])


def labelled(page: Page, row: FormRow, values: Cells) -> Record:
    """A standing row of a form with its number, label and values."""
    label = row.label[page.lang].format(**year_words(page))
    return Record(row.kind, {"number": row.number, "name": label, **values}, row.id)
