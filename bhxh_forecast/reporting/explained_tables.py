"""Words and tables of an explanation, in Vietnamese or English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from bhxh_forecast.reporting.explained_rows import factor_order, month_year
from bhxh_forecast.reporting.fmt import NIL, Fmt, rounded_parts
from bhxh_forecast.reporting.text import Text, capital

if TYPE_CHECKING:
    from rich.table import Table

    from bhxh_forecast.analysis.explanation import Explanation, Line

RATIO_DECIMALS, SHARE_DECIMALS = 4, 3
NARROWEST, NAME = 11, 28  # characters: heading of a column of numbers, name of a row


class Printed:
    """One explanation in one language.

    Parameters
    ----------
    found
        What is printed.
    lang
        ``vi`` or ``en``.
    """

    def __init__(self, found: Explanation, lang: str) -> None:
        self.found, self.lang = found, lang
        self.text, self.fmt = Text(lang), Fmt(lang)

    # -- words -------------------------------------------------------------------------------------------------------
    def head(self) -> list[str]:
        """Lines above the tables."""
        e, t, f = self.found, self.text, self.fmt
        kind = "programme" if e.kind == "budget" else "series"
        name = t("explain.total") if e.name == "total" else t.label(kind, e.name)
        lines = [capital(t("explain.heading", name=name, year=e.year))]
        lines.append(
            t(
                "explain.run",
                scenario=e.scenario,
                world=e.world,
                as_of=f.short_date(e.as_of),
                draws=f.number(e.draws),
                seed=e.seed,
            )
        )
        if e.kind == "budget":
            lines.append(t("explain.money_basis"))
        else:
            base = t("explain.base", base=t.label("base", e.result.base)) if e.result.base != "none" else ""
            lines.append(
                "; ".join(x for x in (t("explain.stock", date=f.short_date(e.result.date)), base) if x)
            )
        return [*lines, *self.results()]

    def results(self) -> list[str]:
        """The figure and its percentiles."""
        t, result = self.text, self.found.result
        spread = "; ".join(f"{q.upper()} {self.whole(x)}" for q, x in result.quantiles.items())
        lines = [t("explain.result", value=self.whole(result.value)), t("explain.quantiles", values=spread)]
        if result.constant_2025 is not None:
            lines.append(t("explain.constant", value=self.whole(result.constant_2025)))
        return lines

    def whole(self, value: float) -> str:
        """A value in the unit of the result, with the unit."""
        unit = self.found.result.unit
        if unit == "VND":
            return self.fmt.money(value)
        return self.fmt.share(value, 2) if unit == "share" else self.fmt.persons(value)

    def value(self, value: float | int | bool | str, unit: str) -> str:
        """A factor, a provision or a figure by its unit."""
        if isinstance(value, bool):
            return self.text("truth.true" if value else "truth.false")
        if isinstance(value, str):
            return value
        if unit.startswith("share"):
            return self.fmt.share(value)
        if unit.startswith(("VND", "persons", "units", "months")) and value == round(value):
            return self.fmt.number(value)
        if unit.startswith(("VND", "persons", "months")):
            return self.fmt.number(value, 0 if abs(value) >= 1000 else 1)
        return self.fmt.number(value) if value == round(value) else self.fmt.number(value, RATIO_DECIMALS)

    def label(self, line: Line) -> str:
        """What a row counts."""
        t = self.text
        if self.found.name == "total":
            return capital(t.label("programme", line.key))
        name = t.label("explain.line", line.key)
        return capital(name if line.group == "all" else f"{t.label('group', line.group)}: {name}")

    # -- tables ------------------------------------------------------------------------------------------------------
    def tables(self) -> list[Table]:
        """Calculation, law, settings of the scenario, figures, assumptions; those that hold nothing are left out."""
        made = (self.lines(), self.law(), self.levers(), self.data(), self.assumptions())
        return [table for table in made if table is not None]

    def lines(self) -> Table | None:
        """The calculation; amounts are rounded so that the rows add up as printed."""
        e = self.found
        if not e.lines:
            return None
        names = factor_order(e.lines)
        columns = ["line", "period", *names, "amount"]
        share = e.result.unit == "share"
        scale, decimals = (100.0, SHARE_DECIMALS) if share else (1.0, 0)
        parts, whole = rounded_parts([line.amount * scale for line in e.lines], decimals)
        mark = "%" if share else ""
        table = self._table("lines", [self._column(name) for name in columns], right_from=2)
        for line, part in zip(e.lines, parts, strict=True):
            known = {f.name: self.value(f.value, f.unit) for f in line.factors}
            period = "–".join(dict.fromkeys((month_year(line.first), month_year(line.last))))
            cells = [known.get(name, "") for name in names]
            table.add_row(self.label(line), period, *cells, self.fmt.number(part, decimals) + mark)
        for column in table.columns[1:]:  # a number is never broken in two, its heading is
            widest = max(NARROWEST, *(len(str(cell)) for cell in column.cells))
            column.header = fill(str(column.header), widest)
            column.min_width = max(widest, *map(len, str(column.header).splitlines()))
            column.no_wrap = True
        table.columns[0].min_width = NAME
        table.add_section()
        total = self.fmt.number(whole, decimals) + mark
        table.add_row(self.text("explain.sum"), "", *[""] * len(names), total, style="bold")
        return table

    def law(self) -> Table | None:
        """Dated rows of the law."""
        t, f = self.text, self.fmt
        names = ("provision", "value", "from", "to", "reference", "act", "status", "checked")
        rows = [
            (
                f"{row.name[self.lang]} [{row.provision}]",
                self.value(row.value, row.unit),
                f.short_date(row.from_),
                f.short_date(row.to) if row.to else t("explain.open_end"),
                row.reference,
                row.act,
                t.label("source_status", row.status),
                t("truth.true" if row.checked else "truth.false"),
            )
            for row in self.found.law
        ]
        return self._filled("law", names, rows)

    def levers(self) -> Table | None:
        """What the scenario sets."""
        rows = [
            (
                f"{row.name[self.lang]} [{row.lever}]",
                self.value(row.baseline, row.unit),
                self.value(row.value, row.unit),
            )
            for row in self.found.levers
        ]
        return self._filled("levers", ("line", "baseline", "scenario"), rows)

    def data(self) -> Table | None:
        """Published figures."""
        rows = [
            (
                row.id,
                self.value(row.value, row.unit),
                self.fmt.short_date(row.date),
                f"{row.source} ({row.publisher})",
            )
            for row in self.found.data
        ]
        return self._filled("data", ("id", "value", "date", "source"), rows)

    def assumptions(self) -> Table | None:
        """Assumptions that stand in the calculation."""
        t, f = self.text, self.fmt
        rows = [
            (
                f"{row.name[self.lang]} [{row.id}]",
                f.technical(row.text),
                t.unit(row.unit),
                NIL if row.mean is None else f.number(row.mean, 0 if abs(row.mean) >= 1000 else 4),
                t.label("source_status", row.status),
            )
            for row in self.found.assumptions
            if row.role == "formula"
        ]
        return self._filled("assumptions", ("assumption", "distribution", "unit", "mean", "status"), rows)

    def foot(self) -> list[str]:
        """Lines below the tables."""
        t = self.text
        blocks = Counter(row.block for row in self.found.assumptions if row.role == "people")
        nothing = [] if self.found.lines else [t("explain.nothing")]
        if not blocks:
            return nothing
        counts = ", ".join(f"{block} {count}" for block, count in blocks.items())
        return [*nothing, t("explain.behind", blocks=counts)]

    def _column(self, name: str) -> str:
        t = self.text
        if name == "amount":
            return t.label("explain.column", f"amount_{self.found.result.unit.lower()}")
        if t.has(f"explain.column.{name}"):
            return t(f"explain.column.{name}")
        stock = name == "persons" and self.found.kind == "coverage"
        return t.label("explain.factor", "stock" if stock else re.sub(r"\W", "_", name))

    def _filled(self, key: str, names: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Table | None:
        if not rows:
            return None
        table = self._table(key, [self.text(f"explain.column.{name}") for name in names])
        for row in rows:
            table.add_row(*row)
        return table

    def _table(self, key: str, columns: Sequence[str], right_from: int = 99) -> Table:
        from rich import box
        from rich.table import Table

        title = self.text(f"explain.{key}")
        table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
        for at, name in enumerate(columns):
            table.add_column(name, justify="right" if at >= right_from else "left", overflow="fold")
        return table
