"""Unit costs by date and group with their legal basis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bhxh_forecast.coverage.types import GROUPS
from bhxh_forecast.reporting.estimate import law
from bhxh_forecast.reporting.estimate.central import CARDS, FUNERAL, PENSION, Block, Period
from bhxh_forecast.reporting.estimate.policy import Policy
from bhxh_forecast.reporting.workbook.book import Book
from bhxh_forecast.reporting.workbook.live import (
    ELDER_TERMS,
    ElderPeriod,
    elder_periods,
    index_of,
    month_text,
    support_periods,
)

if TYPE_CHECKING:
    from xlsxwriter.format import Format


def write_unit_costs(book: Book, policy: Policy) -> None:
    """Unit costs by date and group with their legal basis; formulas from the inputs."""
    t, page, central = book.page.text, book.page, policy.central
    row = book.heading("unit_costs", t("estimate.unit_costs.title"), t("estimate.unit_costs.unit"), width=10)
    names = (
        "from",
        "to",
        "group",
        "line",
        "base",
        "norm_share",
        "city_share",
        "unit_norm",
        "unit_city",
        "legal",
        "status",
    )
    row = book.head("unit_costs", row, [t(f"estimate.unit_costs.{n}") for n in names])
    ws = book.sheets["unit_costs"]
    ws.set_column(0, 1, 10)
    ws.set_column(2, 2, 24)
    ws.set_column(3, 8, 13)
    ws.set_column(9, 9, 44)
    ws.set_column(10, 10, 18)
    for number, period in enumerate(support_periods(central)):
        for group in GROUPS:
            _support_unit(book, row, central.members[group], number, period)
            provisions = law.group_provisions(group)
            _legal(book, row, page, provisions, period)
            row += 1
    for number, part in enumerate(elder_periods(central)):
        for item in (PENSION, "city_extension", CARDS, FUNERAL):
            _elder_unit(book, row, number, part, item)
            provisions = law.PROVISIONS[
                "social_pension" if item == PENSION else item if item in law.PROVISIONS else _CITY
            ]
            _legal(
                book, row, page, provisions + (law.PROVISIONS[_CITY] if item == PENSION else ()), part.period
            )
            row += 1


_CITY = "social_pension_city_increment"


def _support_unit(book: Book, row: int, block: Block, number: int, period: Period) -> None:
    at, group = index_of(block, period.first), block.group
    line, rate = float(block["line"][at]), float(block["rate"][at])
    shares = [float(block[n][at]) for n in ("norm_share", "city_share")]
    text, vnd, share = (book.cell_format(k) for k in ("text", "vnd", "share"))
    for column, words in enumerate(
        (month_text(period.first), month_text(period.last), book.page.text.label("group_long", group))
    ):
        book.put("unit_costs", row, column, words, text)
    refs = [book.ref("input", "line", number), book.ref("input", "rate", number)]
    refs += [book.ref("input", n, number, group) for n in ("norm_share", "city_share")]
    at_row = row + 1
    cells: list[tuple[str, float, Format]] = [
        (f"={refs[0]}", line, vnd),
        (f"={refs[0]}*{refs[1]}", line * rate, vnd),
        (f"={refs[2]}", shares[0], share),
        (f"={refs[3]}", shares[1], share),
        (f"=E{at_row}*F{at_row}", line * rate * shares[0], vnd),
        (f"=E{at_row}*G{at_row}", line * rate * shares[1], vnd),
    ]
    for k, (formula, value, style) in enumerate(cells):
        book.formula("unit_costs", row, 3 + k, formula, value, style)
    for k, name in enumerate(("base", "norm_share", "city_share", "unit_norm", "unit_city")):
        book.mark(("unit", name, number, group), "unit_costs", row, 4 + k)


def _elder_unit(book: Book, row: int, number: int, part: ElderPeriod, item: str) -> None:
    text, vnd = (book.cell_format(kind) for kind in ("text", "vnd"))
    name = book.page.text(f"estimate.unit_costs.item.{item}")
    for column, words in enumerate((month_text(part.period.first), month_text(part.period.last), name)):
        book.put("unit_costs", row, column, words, text)
    for column in range(3, 7):
        book.put("unit_costs", row, column, "", text)
    v, ref = part.values, {n: book.ref("input", n, number) for n in ELDER_TERMS}
    cells = {
        PENSION: [(f"={ref['level']}", v["level"]), (f"={ref['increment']}", v["increment"])],
        "city_extension": [("=0", 0.0), (f"={ref['level']}+{ref['increment']}", v["level"] + v["increment"])],
        CARDS: [(f"={ref['salary']}*{ref['card_rate']}", v["salary"] * v["card_rate"]), ("=0", 0.0)],
        FUNERAL: [(f"={ref['standard']}*{ref['multiple']}", v["standard"] * v["multiple"]), ("=0", 0.0)],
    }[item]
    for k, (formula, value) in enumerate(cells):
        book.formula("unit_costs", row, 7 + k, formula, value, vnd)
        book.mark(("unit", ("unit_norm", "unit_city")[k], number, item), "unit_costs", row, 7 + k)


def _legal(book: Book, row: int, page: Any, provisions: tuple[str, ...], period: Period) -> None:
    day, text = period.last.date(), book.cell_format("text", font_size=9)
    legal = law.references(page, provisions, day)
    book.fit("unit_costs", row, [(legal, 44)], 9)
    book.put("unit_costs", row, 9, legal, text)
    ok = law.checked(page, provisions, day)
    book.put("unit_costs", row, 10, page.text("estimate.checked" if ok else "estimate.not_checked"), text)
