"""Inputs, unit costs and person-months: the sheets that everything else is computed from."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bhxh_forecast.coverage.types import GROUPS
from bhxh_forecast.reporting.estimate.budget_forms import rule_of
from bhxh_forecast.reporting.estimate.central import PENSION, Block, Central, Period
from bhxh_forecast.reporting.estimate.figures_given import Given
from bhxh_forecast.reporting.estimate.policy import MEASURES, Policy
from bhxh_forecast.reporting.workbook.book import YELLOW, Book

ELDER_TERMS = ("level", "increment", "salary", "card_rate", "standard", "multiple")
FACTORS = ("members", "density", "pensioners")


@dataclass(frozen=True)
class ElderPeriod:
    """Months with the same enacted levels for social pensioners, cards and funerals."""

    period: Period
    values: dict[str, float]


def elder_periods(central: Central) -> list[ElderPeriod]:
    """Periods of all years of the estimate, cut at each January."""
    pension, cards, funerals = central.block(PENSION, "by_age"), central.cards, central.funerals
    columns = {
        "level": pension["line"],
        "increment": pension["unit_city"],
        "salary": cards["line"],
        "card_rate": cards["rate"],
        "standard": funerals["line"],
        "multiple": funerals["rate"],
    }
    dates = pension.frame["date"]
    table = np.stack(list(columns.values()))
    here = np.flatnonzero(pension.years >= central.current)
    cuts = [i for i in here[1:] if (table[:, i] != table[:, i - 1]).any() or dates[i].month == 1]
    edges = [int(here[0]), *map(int, cuts), int(here[-1]) + 1]
    return [
        ElderPeriod(Period(dates[a], dates[b - 1]), {k: float(v[a]) for k, v in columns.items()})
        for a, b in itertools.pairwise(edges)
    ]


def support_periods(central: Central) -> list[Period]:
    """Law periods of all years of the estimate."""
    return [period for year in central.years for period in central.periods(year)]


def month_text(day: pd.Timestamp) -> str:
    """Month as printed: 01/2027."""
    return f"{day.month:02d}/{day.year}"


# -- inputs ----------------------------------------------------------------------------------------------------------
def write_inputs(book: Book, policy: Policy, given: Given) -> None:
    """The one sheet that may be changed: yellow cells."""
    t, central = book.page.text, policy.central
    row = book.heading(
        "inputs", t("estimate.inputs.title"), t("estimate.inputs.unit"), t("estimate.inputs.note"), 11
    )
    ws = book.sheets["inputs"]
    ws.set_column(0, 1, 11)
    ws.set_column(2, 11, 13)
    row = _block(book, row, t("estimate.inputs.support"), [
        t("estimate.from"), t("estimate.to"), t("estimate.term.line"), t("estimate.term.rate"),
        *(f"{t('estimate.term.norm_share')}: {t.label('group', g)}" for g in GROUPS),
        *(f"{t('estimate.term.city_share')}: {t.label('group', g)}" for g in GROUPS),
    ])  # fmt: skip
    for number, period in enumerate(support_periods(central)):
        at = index_of(central.members[GROUPS[0]], period.first)
        _dates(book, row, period)
        other = central.members["other"]
        _input(book, row, 2, ("line", number), float(other["line"][at]), "vnd")
        _input(book, row, 3, ("rate", number), float(other["rate"][at]), "share")
        for g, group in enumerate(GROUPS):
            for k, name in enumerate(("norm_share", "city_share")):
                value = float(central.members[group][name][at])
                _input(book, row, 4 + 4 * k + g, (name, number, group), value, "share")
        row += 1
    heads = [t("estimate.from"), t("estimate.to"), *(t(f"estimate.term.{k}") for k in ELDER_TERMS)]
    row = _block(book, row + 1, t("estimate.inputs.elders"), heads)
    for number, part in enumerate(elder_periods(central)):
        _dates(book, row, part.period)
        for k, name in enumerate(ELDER_TERMS):
            _input(
                book, row, 2 + k, (name, number), part.values[name], "share" if name == "card_rate" else "vnd"
            )
        row += 1
    _yearly(book, row + 1, policy, given)


def _yearly(book: Book, row: int, policy: Policy, given: Given) -> None:
    t, central, rule = book.page.text, policy.central, rule_of(book.page)
    row = _block(book, row, t("estimate.inputs.yearly"), ["", "", *map(str, central.years)])
    lines: list[tuple[str, str, dict[int, Any]]] = [
        (f"factor.{name}", "ratio", dict.fromkeys(central.years, 1.0)) for name in FACTORS
    ]
    lines += [
        (f"measure.{name}", "vnd", {y: policy.mean(name, y) for y in central.years}) for name in MEASURES
    ]
    lines += [
        ("central_share", "share", dict.fromkeys(central.years, rule.central_share)),
        ("commune_share", "share", dict.fromkeys(central.years, rule.commune_share)),
        ("central_targeted", "vnd", {y: given.figure("central_targeted", y) or 0.0 for y in central.years}),
        ("ceiling", "vnd", {y: given.ceiling(y) for y in central.years}),
    ]
    for name, kind, values in lines:
        book.sheets["inputs"].merge_range(
            row, 0, row, 1, t(f"estimate.inputs.{name}"), book.cell_format("text")
        )
        book.sheets["inputs"].set_row(row, 16 * (1 + len(t(f"estimate.inputs.{name}")) // 24))
        for k, year in enumerate(central.years):
            _input(book, row, 2 + k, (name, year), values[year], kind)
        row += 1


def _block(book: Book, row: int, title: str, heads: list[str]) -> int:
    ws = book.sheets["inputs"]
    ws.merge_range(row, 0, row, 11, title, book.format(bold=True))
    style = book.format(bold=True, border=1, align="center", text_wrap=True, font_size=10)
    ws.set_row(row + 1, 60)
    for column, head in enumerate(heads):
        ws.write_string(row + 1, column, head, style)
    return row + 2


def _dates(book: Book, row: int, period: Period) -> None:
    style = book.cell_format("text")
    for column, day in enumerate((period.first, period.last)):
        book.put("inputs", row, column, month_text(day), style)


def _input(book: Book, row: int, column: int, key: tuple[Any, ...], value: Any, kind: str) -> None:
    style = book.cell_format(kind, bg_color=YELLOW, locked=False)
    if value is None:
        book.sheets["inputs"].write_blank(row, column, None, style)
    else:
        book.put("inputs", row, column, value, style)
    book.mark(("input", *key), "inputs", row, column)


def index_of(block: Block, day: pd.Timestamp) -> int:
    """Place of a month in a block."""
    return int(np.flatnonzero((block.frame["date"] == day).to_numpy())[0])
