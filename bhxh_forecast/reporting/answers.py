"""An answer to a question, as text for a terminal and as blocks for a page: lines, tables, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import TYPE_CHECKING, Any

from bhxh_forecast.reporting import blocks
from bhxh_forecast.reporting.text import capital

if TYPE_CHECKING:
    from bhxh_forecast.reporting.text import Text

ENDLESS = 10_000  # characters, to measure what a table needs


@dataclass(frozen=True)
class Grid:
    """A table: its title, headings (the first ``words`` columns hold words, the others numbers) and printed cells."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1
    note: str = ""
    data: Any = field(default=None, compare=False)


@dataclass(frozen=True)
class Answer:
    """Lines above, tables, lines below."""

    head: Sequence[str]
    grids: Sequence[Grid] = ()
    foot: Sequence[str] = ()

    def text(self, width: int | None) -> str:
        """The answer for a terminal.

        Parameters
        ----------
        width
            Characters in a line, None: of the terminal; more where a table would lose part of a number.
        """
        from rich.console import Console
        from rich.measure import Measurement

        tables = [_rich(grid) for grid in self.grids]
        plain = Console(width=ENDLESS)
        needed = [Measurement.get(plain, plain.options, table).minimum for table in tables]
        page = StringIO()  # no terminal: no colours
        console = Console(
            file=page, width=max([width or Console().width, *needed]), highlight=False, markup=False
        )
        for line in self.head:
            console.print(line)
        for grid, table in zip(self.grids, tables, strict=True):
            console.print()
            console.print(table)
            if grid.note:
                console.print(grid.note)
        if self.foot:
            console.print()
        for line in self.foot:
            console.print(line)
        return "\n".join(line.rstrip() for line in page.getvalue().splitlines()) + "\n"

    def block(self) -> blocks.Block:
        """The answer for a page."""
        parts = [blocks.paragraph(line) for line in self.head]
        for grid in self.grids:
            columns = [
                blocks.Column(head, "left" if k < grid.words else "right", wide=0 < k < grid.words)
                for k, head in enumerate(grid.heads)
            ]
            rows = [blocks.Row(list(cells)) for cells in grid.rows]
            parts.append(blocks.Table(grid.title, "", columns, rows, grid.note, data=grid.data).block())
        if self.foot:
            parts.append(blocks.bullets(list(self.foot)))
        return blocks.stack(*parts)


def _rich(grid: Grid) -> Any:
    from rich import box
    from rich.table import Table

    table = Table(title=grid.title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for k, head in enumerate(grid.heads):
        words = k < grid.words
        table.add_column(head, justify="left" if words else "right", no_wrap=not words, overflow="fold")
    for cells in grid.rows:
        table.add_row(*cells)
    return table


def base_words(text: Text, base: str, as_written: str, as_reported: str) -> str:
    """Say on which base a share stands and, where it is not the plan's, that the plan is worded on another.

    A share is never set beside a target without these words.
    """
    name, written = text.label("base", base), text.label("base", as_written)
    if base == as_written:
        key = "both" if base == as_reported else "as_written"
        return text(f"on_base.{key}", base=name)
    key = "as_reported" if base == as_reported else "other"
    return text(f"on_base.{key}", base=name, written=written)


def target_words(text: Text, target: str, level: str, year: int) -> str:
    """A target with its level and date, to begin a line."""
    return capital(text("answer.target", name=text.label("target_short", target), required=level, year=year))
