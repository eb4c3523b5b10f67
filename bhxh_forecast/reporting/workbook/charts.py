"""Charts of the sheets: odds of an amount, waterfall of the bridge."""

from __future__ import annotations

from typing import Any

from bhxh_forecast.reporting.estimate.plan_forms import increases
from bhxh_forecast.reporting.estimate.policy import Policy
from bhxh_forecast.reporting.workbook.book import FONT, Book


def finish(book: Book, chart: Any, title: str, unit: str) -> None:
    """Title, axis, legend and size that all charts share."""
    chart.set_title({"name": title, "name_font": {"name": FONT, "size": 12}})
    chart.set_y_axis({"name": unit, "num_format": "#,##0", "major_gridlines": {"visible": True}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 520, "height": 320})


def odds_chart(book: Book, row: int, first: int, count: int) -> None:
    """Amount set aside against the odds that it suffices."""
    t, name = book.page.text, book.name("risk")
    chart = book.book.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    last = first + count - 1
    chart.add_series({"name": t("estimate.chart.odds"), "categories": [name, first, 1, last, 1],
                      "values": [name, first, 2, last, 2]})  # fmt: skip
    finish(book, chart, t("estimate.chart.odds"), t("estimate.summary.odds"))
    chart.set_x_axis({"name": t("unit.billion"), "num_format": "#,##0,"})  # the cells hold million VND
    chart.set_y_axis({"num_format": "0%", "name": t("estimate.summary.odds")})
    book.sheets["risk"].insert_chart(row, 0, chart)


def waterfall(book: Book, policy: Policy, count: int, top: int, row: int) -> None:
    """The bridge as a waterfall: helper columns stand visibly beside the table."""
    t, ws, name = book.page.text, book.sheets["increases"], book.name("increases")
    for column, key in enumerate(("base", "up", "down"), start=6):
        book.put(
            "increases",
            top - 2,
            column,
            t(f"estimate.chart.{key}"),
            book.format(bold=True, border=1, text_wrap=True),
        )
    amounts = [float(r.cells["amount"]) for r in increases(policy).records]
    level = 0.0
    for k in range(count):
        n, value = top + k + 1, amounts[k]
        ends = k in (0, count - 1)
        before, level = level, value if ends else level + value
        low = 0.0 if ends else min(before, level)
        running = f"SUM(D{top + 1}:D{n - 1})" if k else "0"
        texts = (
            ("=0", f"=D{n}", "=0")
            if ends
            else (f"=MIN({running},{running}+D{n})", f"=MAX(D{n},0)", f"=MAX(-D{n},0)")
        )
        values = (low, value if ends else max(value, 0.0), 0.0 if ends else max(-value, 0.0))
        for column, (text, number) in enumerate(zip(texts, values, strict=True), start=6):
            book.formula("increases", top + k, column, text, number, book.cell_format("money"))
    chart = book.book.add_chart({"type": "column", "subtype": "stacked"})
    last = top + count - 1
    for column, colour in ((6, None), (7, "#1F4E79"), (8, "#C55A11")):
        fill = {"none": True} if colour is None else {"color": colour}
        chart.add_series({"name": [name, top - 2, column], "categories": [name, top, 1, last, 1],
                          "values": [name, top, column, last, column], "fill": fill, "gap": 40})  # fmt: skip
    finish(book, chart, t("estimate.chart.waterfall"), t("estimate.unit.million_vnd"))
    start = policy.printed(policy.central.current)["total"]
    chart.set_y_axis(
        {"name": t("estimate.unit.million_vnd"), "num_format": "#,##0", "min": 1e5 * int(0.8 * start / 1e5)}
    )
    chart.set_size({"width": 1000, "height": 420})
    chart.set_legend({"none": True})
    ws.insert_chart(row, 0, chart)
