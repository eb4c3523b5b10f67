"""The sheet of person-months: month by month, group by group, formulas down to the amount."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bhxh_forecast.coverage.types import GROUPS
from bhxh_forecast.reporting.estimate.central import CARDS, FUNERAL, PENSION, PREPAID, VSI, Block
from bhxh_forecast.reporting.estimate.policy import Policy
from bhxh_forecast.reporting.workbook.book import Book
from bhxh_forecast.reporting.workbook.live import elder_periods, month_text, support_periods

SHEET = "person_months"
COLUMNS = (
    "month", "kind", "group", "persons", "persons_used", "density", "density_used", "paid", "within", "supported",
    "base", "norm_share", "city_share", "growth", "unit_norm", "unit_city", "norm", "city", "total", "base_unit",
    "base_amount", "growth_months", "transfer_months", "mix_months", "density_months", "cap_months",
)  # fmt: skip
LETTER = dict(zip(COLUMNS, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", strict=True))
KINDS = {
    **dict.fromkeys(("month", "kind", "group"), "text"),
    **dict.fromkeys(("density", "density_used", "within", "norm_share", "city_share"), "share"),
    "growth": "ratio",
}
ELDERS = (PENSION, CARDS, FUNERAL)


@dataclass(frozen=True)
class Rows:
    """Where a block stands on the sheet: first row by year (from 1), and how many months each year has."""

    first: dict[int, int]
    count: dict[int, int]

    def span(self, column: str, year: int) -> str:
        """A column of one year, for a formula on another sheet (without the sheet's name)."""
        letter, first = LETTER[column], self.first[year]
        return f"${letter}${first}:${letter}${first + self.count[year] - 1}"


class Months:
    """Writes the sheet and knows where everything stands.

    Parameters
    ----------
    book, policy
        What is written.
    """

    def __init__(self, book: Book, policy: Policy) -> None:
        self.book, self.policy, self.central = book, policy, policy.central
        self.rows: dict[tuple[str, str], Rows] = {}
        self.blocks: dict[tuple[str, str], Block] = {}
        self.support = support_periods(self.central)
        self.elders = [part.period for part in elder_periods(self.central)]
        self._place()

    def _place(self) -> None:
        """Fix the rows of every block before anything is written: formulas refer to each other."""
        central, row = self.central, 6
        found = [(VSI, g, b) for g, b in central.members.items()]
        found += [(PREPAID, g, b) for g, b in central.prepaid.items() if len(b.frame)]
        found += [(PENSION, g, b) for g, b in central.pensioners.items()]
        found += [(CARDS, "all", central.cards), (FUNERAL, "all", central.funerals)]
        for item, group, block in found:
            first, count = {}, {}
            for year in central.years:
                months = int((block.years == year).sum())
                if months:
                    first[year], count[year] = row + 1, months
                    row += months
            self.rows[(item, group)], self.blocks[(item, group)] = Rows(first, count), block

    def span(self, item: str, group: str, column: str, year: int) -> str:
        """A column of one block and year as other sheets refer to it."""
        return f"'{self.book.name(SHEET)}'!{self.rows[(item, group)].span(column, year)}"

    def write(self) -> None:
        """Write the sheet."""
        t, book = self.book.page.text, self.book
        width = len(COLUMNS) - 1
        row = book.heading(
            SHEET, t("estimate.months.title"), t("estimate.months.unit"), t("estimate.months.note"), width
        )
        book.head(SHEET, row + 1, [t(f"estimate.months.{name}") for name in COLUMNS], height=60)
        ws = book.sheets[SHEET]
        ws.set_column(0, 0, 9)
        ws.set_column(1, 2, 15)
        ws.set_column(3, width, 11)
        for (item, group), block in self.blocks.items():
            rows = self.rows[(item, group)]
            for year, first in rows.first.items():
                start = int(np.flatnonzero(block.years == year)[0])
                for k in range(rows.count[year]):
                    self._row(block, start + k, first + k, year)

    def _row(self, block: Block, at: int, number: int, year: int) -> None:
        """One month: ``at`` in the block, ``number`` on the sheet (from 1)."""
        book, t = self.book, self.book.page.text
        day = block.frame["date"].iloc[at]
        words = (month_text(day), t(f"estimate.months.item.{block.item}"), self._group(block))
        for column, text in enumerate(words):
            book.put(SHEET, number - 1, column, text, book.cell_format("text"))
        for name, (formula, value) in self._cells(block, at, number, year).items():
            column = COLUMNS.index(name)
            style = book.cell_format(KINDS.get(name, "vnd"))
            if formula:
                book.formula(SHEET, number - 1, column, f"={formula}", value, style)
            else:
                book.put(SHEET, number - 1, column, value, style)

    def _group(self, block: Block) -> str:
        t = self.book.page.text
        if block.item in (VSI, PREPAID):
            return t.label("group_long", block.group)
        return t(f"estimate.pensioner.{block.group}") if block.item == PENSION else ""

    def _cells(self, block: Block, at: int, n: int, year: int) -> dict[str, tuple[str, Any]]:
        ref = self.book.ref
        members = block.item == VSI
        who = "members" if block.item in (VSI, PREPAID) else "pensioners"
        persons = float(block["months_paid"][at] if block.item == PREPAID else block["persons"][at])
        cells: dict[str, tuple[str, Any]] = {
            "persons": ("", persons),
            "persons_used": (f"D{n}*{ref('input', f'factor.{who}', year)}", persons),
            "density": ("", float(block.density[at]) if members else 1.0),
            "density_used": ("", 1.0),
            "paid": (f"E{n}*G{n}", float(block["months_paid"][at])),
            "within": ("", float(block.within[at])),
            "supported": (f"H{n}*I{n}", float(block["months_supported"][at])),
            "growth": ("", float(block.growth[at])),
            "norm": (f"J{n}*O{n}", float(block["norm"][at])),
            "city": (f"J{n}*P{n}", float(block["city"][at])),
            "total": (f"Q{n}+R{n}", float(block["norm"][at] + block["city"][at])),
        }
        if members:
            cells["density_used"] = (f"F{n}*{ref('input', 'factor.density', year)}", float(block.density[at]))
        cells |= self._units(block, at, n)
        cells |= self._base(block, at, n, year)
        return cells | (self._effects(block, at, n) if members and year > self.central.current else {})

    def _units(self, block: Block, at: int, n: int) -> dict[str, tuple[str, Any]]:
        ref, day = self.book.ref, block.frame["date"].iloc[at]
        values = {k: float(block[k][at]) for k in ("unit_norm", "unit_city")}
        if block.item in ELDERS:
            number = next(i for i, p in enumerate(self.elders) if p.first <= day <= p.last)
            item = "city_extension" if block.group == "city_extension" else block.item
            return {k: (f"{ref('unit', k, number, item)}*N{n}", v) for k, v in values.items()}
        if block.item == PREPAID:  # at the terms of the last month of the current year
            number = self._last_period()
        else:
            number = next(i for i, p in enumerate(self.support) if p.first <= day <= p.last)
        shares = {k: float(block[k][at]) for k in ("norm_share", "city_share")}
        base = {"base": float(block["line"][at] * block["rate"][at])}
        return {k: (ref("unit", k, number, block.group), v) for k, v in (base | shares | values).items()}

    def _last_period(self) -> int:
        """Place of the last support period of the current year."""
        return max(i for i, p in enumerate(self.support) if p.last.year == self.central.current)

    def _base(self, block: Block, at: int, n: int, year: int) -> dict[str, tuple[str, Any]]:
        """Unit cost at the terms of the end of the current year, and the amount at it."""
        unit = block["unit_norm"] + block["unit_city"]
        last = np.flatnonzero(block.years == self.central.current)
        if year == self.central.current or block.item in (PREPAID, CARDS) or not last.size:
            formula, value = f"O{n}+P{n}", float(unit[at])
        else:
            rows = self.rows[(block.item, block.group)]
            end = rows.first[self.central.current] + rows.count[self.central.current] - 1
            formula, value = f"$O${end}+$P${end}", float(unit[last[-1]])
        amount = value * float(block["months_supported"][at])
        return {"base_unit": (formula, value), "base_amount": (f"J{n}*T{n}", amount)}

    def _effects(self, block: Block, at: int, n: int) -> dict[str, tuple[str, Any]]:
        """Person-months by reason against the same month of the year before (12 rows above)."""
        p, offset = n - 12, n - self._first(block.group)
        now = "+".join(f"E{self._first(g) + offset}" for g in GROUPS)
        before = "+".join(f"E{self._first(g) + offset - 12}" for g in GROUPS)
        moved = f"{float(self.central.moved[at])!r}" if block.group == "other" else "0"
        growth = f"E{p}*(({now})/({before})-1)"
        value = self._effect_values(block, at)
        return {
            "transfer_months": (f"-{moved}*G{p}*I{p}", value["transfer"]),
            "growth_months": (f"{growth}*G{p}*I{p}-W{n}", value["growth"]),
            "mix_months": (f"(E{n}-E{p}-{growth})*G{p}*I{p}", value["mix"]),
            "density_months": (f"E{n}*(G{n}-G{p})*I{p}", value["density"]),
            "cap_months": (f"E{n}*G{n}*(I{n}-I{p})", value["cap"]),
        }

    def _first(self, group: str) -> int:
        return self.rows[(VSI, group)].first[self.central.current]

    def _effect_values(self, block: Block, at: int) -> dict[str, float]:
        members, past = self.central.members, at - 12
        total = [sum(float(b["persons"][i]) for b in members.values()) for i in (at, past)]
        here, before = float(block["persons"][at]), float(block["persons"][past])
        density, within = block.density, block.within
        rate = float(density[past] * within[past])
        out = -float(self.central.moved[at]) if block.group == "other" else 0.0
        growth = before * (total[0] / total[1] - 1.0)
        return {
            "transfer": out * rate,
            "growth": (growth - out) * rate,
            "mix": (here - before - growth) * rate,
            "density": here * float(density[at] - density[past]) * float(within[past]),
            "cap": here * float(density[at]) * float(within[at] - within[past]),
        }
