"""Formulas of the three-year plan and of the bridge."""

from __future__ import annotations

from bhxh_forecast.coverage.types import GROUPS
from bhxh_forecast.reporting.estimate.central import CARDS, FUNERAL, PENSION, PREPAID, VSI
from bhxh_forecast.reporting.estimate.effects import FACTORS, base_changes, bridge
from bhxh_forecast.reporting.estimate.form_table import FormTable
from bhxh_forecast.reporting.estimate.policy import MEASURES, MILLION, Policy
from bhxh_forecast.reporting.workbook.book import Book
from bhxh_forecast.reporting.workbook.months import LETTER, Months

Cells = dict[tuple[str, str], str]
MONTHS = {"persons": "growth_months", "transfer": "transfer_months", "mix": "mix_months", "density": "density_months",
          "cap": "cap_months"}  # fmt: skip


class Effects:
    """Formulas in VND by factor, from a year to the next.

    Parameters
    ----------
    months
        The sheet of person-months.
    """

    def __init__(self, months: Months) -> None:
        self.months = months
        self.central = months.central

    def _span(self, item: str, group: str, column: str, year: int) -> str:
        return self.months.span(item, group, column, year)

    def member(self, factor: str, year: int, unit: tuple[str, ...] = ("unit_norm", "unit_city")) -> str:
        """Months gained or lost for a reason, at the unit cost of the same month of the year before."""
        parts = []
        for group in GROUPS:
            gained = self._span(VSI, group, MONTHS[factor], year)
            before = "+".join(self._span(VSI, group, name, year - 1) for name in unit)
            parts.append(f"SUMPRODUCT({gained},({before}))")
        return "+".join(parts)

    def member_months(self, factor: str, year: int) -> str:
        """The months themselves."""
        return "+".join(f"SUM({self._span(VSI, group, MONTHS[factor], year)})" for group in GROUPS)

    def terms(self, factor: str, year: int) -> str:
        """What the line or a share adds on this year's months."""
        parts = []
        for group in GROUPS:
            now = {
                n: self._span(VSI, group, n, year) for n in ("supported", "base", "norm_share", "city_share")
            }
            past = {n: self._span(VSI, group, n, year - 1) for n in now}
            change = {
                "line": f"({now['base']}-{past['base']})*({past['norm_share']}+{past['city_share']})",
                "norm_share": f"{now['base']}*({now['norm_share']}-{past['norm_share']})",
                "city_share": f"{now['base']}*({now['city_share']}-{past['city_share']})",
            }[factor]
            parts.append(f"SUMPRODUCT({now['supported']}*{change})")
        return "+".join(parts)

    def total(self, item: str, group: str, column: str, year: int) -> str:
        """Sum of a column, 0 where the block has no months in the year."""
        rows = self.months.rows.get((item, group))
        there = rows is not None and year in rows.first
        return f"SUM({self._span(item, group, column, year)})" if there else "0"

    def number(self, item: str, group: str, year: int) -> str:
        """People gained at the unit cost of the year before."""
        now, past = (self._span(item, group, "supported", y) for y in (year, year - 1))
        unit = "+".join(self._span(item, group, n, year - 1) for n in ("unit_norm", "unit_city"))
        return f"SUMPRODUCT(({now}-{past})*({unit}))"

    def level(self, item: str, group: str, year: int) -> str:
        """Higher unit cost of this year's people."""
        now = self._span(item, group, "supported", year)
        unit, before = (
            "+".join(self._span(item, group, n, y) for n in ("unit_norm", "unit_city"))
            for y in (year, year - 1)
        )
        return f"SUMPRODUCT({now}*(({unit})-({before})))"

    def prepaid(self, column: str, year: int) -> str:
        """Difference of what was paid ahead."""
        return "+".join(
            f"{self.total(PREPAID, g, column, year)}-{self.total(PREPAID, g, column, year - 1)}"
            for g in GROUPS
        )

    def amount(self, factor: str, year: int) -> str:
        """A factor of the bridge, VND."""
        if factor in MONTHS:
            return self.member(factor, year)
        if factor in ("line", "norm_share", "city_share"):
            return self.terms(factor, year)
        elders = list(self.central.pensioners)
        ref = self.months.book.ref
        return {
            "prepaid": lambda: self.prepaid("total", year),
            "pensioners": lambda: "+".join(self.number(PENSION, g, year) for g in elders),
            "pension_level": lambda: "+".join(self.level(PENSION, g, year) for g in elders),
            "cards_persons": lambda: self.number(CARDS, "all", year),
            "cards_level": lambda: self.level(CARDS, "all", year),
            "funeral": lambda: f"{self.number(FUNERAL, 'all', year)}+{self.level(FUNERAL, 'all', year)}",
            "measures": lambda: "+".join(
                f"{ref('input', f'measure.{m}', year)}-{ref('input', f'measure.{m}', year - 1)}"
                for m in MEASURES
            ),
        }[factor]()


def increases(book: Book, policy: Policy, months: Months) -> Cells:
    """Form 08: rounded factors, the largest takes the difference."""
    year, effects, sheet = policy.central.next, Effects(months), "increases"
    amounts = {name: value[1] for name, value in bridge(policy, year).items()}
    largest = max(FACTORS, key=lambda name: abs(amounts[name]))
    found: Cells = {}
    for name in FACTORS:
        found[(name, "amount")] = f"ROUND(({effects.amount(name, year)})/{MILLION:.0f},0)"
        if name in MONTHS:
            found[(name, "months")] = f"ROUND({effects.member_months(name, year)},0)"
    found[("prepaid", "months")] = f"ROUND({effects.prepaid('supported', year)},0)"
    start, end = book.ref("by_policy", "total", "current"), book.ref("by_policy", "total", "next")
    found |= {("start", "amount"): start, ("end", "amount"): end}
    others = "+".join(book.ref(sheet, name, "amount") for name in FACTORS if name != largest)
    found[(largest, "amount")] = f"{end}-{start}-({others})"
    return found


def three_years(book: Book, policy: Policy, months: Months, table: FormTable) -> Cells:
    """Form 06: base at the terms of the end of the current year, new spending, ceiling from the inputs."""
    central, effects, sheet = policy.central, Effects(months), "three_years"
    found: Cells = {}
    years = [y for y in range(central.current, central.current + 4) if y in central.years]
    for k, year in enumerate(years):
        here = {r.id: book.ref(sheet, r.id, f"y{k}") for r in table.records if r.kind != "text"}
        column = f"y{k}"
        found[("total", column)] = f"ROUND({book.ref('vnd', 'total', year)}/{MILLION:.0f},0)"
        found[("new.measures", column)] = _million(
            "+".join(book.ref("input", f"measure.{m}", year) for m in MEASURES)
        )
        if k:
            found[("new.line", column)] = _million(_new_line(effects, months, year))
            found[("new.shares", column)] = _million(_new_shares(effects, months, year))
            found |= _base_changes(book, policy, effects, year, k, here)
        found[("new", column)] = "+".join(here[f"new.{n}"] for n in ("line", "shares", "measures"))
        found[("base", column)] = f"{here['total']}-{here['new']}"
        ceiling = book.ref("input", "ceiling", year)
        found[("gap", column)] = f"{here['total']}-{ceiling}/{MILLION:.0f}"
    return found


def _million(vnd: str) -> str:
    return f"ROUND(({vnd})/{MILLION:.0f},0)"


def _end(months: Months, item: str, group: str, column: str) -> str:
    """Cell of the last month of the current year."""
    rows, current = months.rows[(item, group)], months.central.current
    last = rows.first[current] + rows.count[current] - 1
    return f"'{months.book.name('person_months')}'!${LETTER[column]}${last}"


def _new_line(effects: Effects, months: Months, year: int) -> str:
    parts = []
    for group in GROUPS:
        now = {n: months.span(VSI, group, n, year) for n in ("supported", "base")}
        end = {n: _end(months, VSI, group, n) for n in ("base", "norm_share", "city_share")}
        shares = f"({end['norm_share']}+{end['city_share']})"
        parts.append(f"SUMPRODUCT({now['supported']}*({now['base']}-{end['base']})*{shares})")
    return "+".join(parts)


def _new_shares(effects: Effects, months: Months, year: int) -> str:
    parts = []
    for group in GROUPS:
        now = {n: months.span(VSI, group, n, year) for n in ("supported", "base", "norm_share", "city_share")}
        end = f"({_end(months, VSI, group, 'norm_share')}+{_end(months, VSI, group, 'city_share')})"
        parts.append(
            f"SUMPRODUCT({now['supported']}*{now['base']}*({now['norm_share']}+{now['city_share']}-{end}))"
        )
    for item, group in [(PENSION, g) for g in months.central.pensioners] + [(FUNERAL, "all")]:
        unit = "+".join(months.span(item, group, n, year) for n in ("unit_norm", "unit_city"))
        base = months.span(item, group, "base_unit", year)
        parts.append(f"SUMPRODUCT({months.span(item, group, 'supported', year)}*({unit}-{base}))")
    return "+".join(parts)


def _base_changes(
    book: Book, policy: Policy, effects: Effects, year: int, k: int, here: dict[str, str]
) -> Cells:
    """What leads the base from the year before to this one; the largest change takes the rounding."""
    months, column = effects.months, f"y{k}"
    base = ("base_unit",)
    level = "+".join(_level(months, group, year) for group in GROUPS)
    elders = [(PENSION, g) for g in months.central.pensioners] + [(CARDS, "all"), (FUNERAL, "all")]
    pension = "+".join(
        f"{effects.total(i, g, 'base_amount', year)}-{effects.total(i, g, 'base_amount', year - 1)}"
        for i, g in elders
    )
    formulas = {
        "up.persons": f"{effects.member('persons', year, base)}+{effects.member('mix', year, base)}",
        "up.density": effects.member("density", year, base),
        "up.level": level,
        "up.pension": pension,
        "up.prepaid": effects.prepaid("total", year),
        "down.cap": effects.member("cap", year, base),
        "down.transfer": effects.member("transfer", year, base),
    }
    changes = base_changes(policy, year)
    largest = max(changes, key=lambda name: abs(changes[name]))
    previous = book.ref("three_years", "base", f"y{k - 1}")
    found = {(name, column): _million(text) for name, text in formulas.items()}
    others = "+".join(here[name] for name in formulas if name != largest)
    found[(largest, column)] = f"{here['base']}-{previous}-({others})"
    found[("base.previous", column)] = previous
    for side in ("up", "down"):
        found[(side, column)] = "+".join(here[n] for n in formulas if n.startswith(f"{side}."))
    return found


def _level(months: Months, group: str, year: int) -> str:
    now, past = (months.span(VSI, group, "base_unit", y) for y in (year, year - 1))
    return f"SUMPRODUCT({months.span(VSI, group, 'supported', year)}*({now}-{past}))"
