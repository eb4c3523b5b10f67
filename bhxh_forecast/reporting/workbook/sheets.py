"""The other sheets: cover, summary with charts, registers, sources, checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bhxh_forecast.reporting.estimate import law
from bhxh_forecast.reporting.estimate.policy import LEAVES, Policy
from bhxh_forecast.reporting.estimate.risk_forms import SETS, risk
from bhxh_forecast.reporting.estimate.words import summary
from bhxh_forecast.reporting.workbook.book import Book
from bhxh_forecast.reporting.workbook.charts import finish
from bhxh_forecast.reporting.workbook.formulas import sum_of

if TYPE_CHECKING:
    from bhxh_forecast.reporting.estimate.words import Sentence


def write_cover(book: Book, policy: Policy) -> None:
    """Name, submission, scenario, cut-off, law, status, seed."""
    page, t = book.page, book.page.text
    row = book.heading("cover", t("estimate.book_title", year=policy.central.next), "", "", 3)
    ws = book.sheets["cover"]
    ws.set_column(0, 0, 34)
    ws.set_column(1, 3, 26)
    manifest, f = page.run.manifest, page.fmt
    round_key = "estimate.round_november" if page.as_of.month > 10 else "estimate.round_july"
    lines = [
        ("round", t(round_key, year=page.as_of.year)),
        ("scenario", page.scenario_title),
        ("world", page.title_of("worlds", page.world)),
        ("as_of", f.date(page.as_of)),
        ("law", f.date(manifest.get("law_vintage"))),
        ("status", law.gate_text(page)),
        ("draws", f.number(manifest["draws"])),
        ("seed", str(manifest["seed"])),
        ("prices", t("price.nominal")),
        ("recalculate", t("estimate.cover.recalculate_text")),
    ]
    for key, value in lines:
        book.put("cover", row, 0, t(f"estimate.cover.{key}"), book.cell_format("text", "total"))
        ws.merge_range(row, 1, row, 3, value, book.cell_format("text"))
        ws.set_row(row, 16 * (1 + len(value) // 72))
        row += 1
    row += 1
    for name in list(book.sheets)[1:]:
        style = book.format(font_color="#1F4E79")
        ws.write_url(row, 0, f"internal:'{book.name(name)}'!A1", style, book.name(name))
        book.put("cover", row, 1, t(f"estimate.sheet_is.{name}"), book.format())
        row += 1


def write_summary(book: Book, policy: Policy) -> None:
    """Cost by policy with its risk forecast, conclusions, charts."""
    t, n = book.page.text, policy.central.current
    row = book.heading("summary", t("estimate.summary.title"), t("estimate.unit.million_vnd"), width=7)
    book.sheets["summary"].set_column(0, 0, 44)
    book.sheets["summary"].set_column(1, 7, 14)
    heads = [t("estimate.summary.policy"), t("estimate.summary.current", year=n)]
    heads += [
        t("estimate.summary.next", year=n + 1),
        "P10",
        t("measure.p50"),
        "P80",
        "P90",
        t("estimate.summary.odds"),
    ]
    row = book.head("summary", row, heads)
    at = {r.id: r for r in risk(policy).records}
    for name, line in SETS.items():
        record, kind = at[f"{name}.{n + 1}"], "total" if name == "total" else "leaf"
        book.put("summary", row, 0, str(record.cells["name"]), book.cell_format("text", kind))
        style = book.cell_format("money", kind)
        for column, which, year in ((1, "current", n), (2, "next", n + 1)):
            cell = book.ref("by_policy", line, which)
            book.formula("summary", row, column, f"={cell}", policy.printed(year)[line], style)
        for column, measure in enumerate(("p10", "p50", "p80", "p90"), start=3):
            book.put("summary", row, column, record.cells[measure], style)
        book.put("summary", row, 7, record.cells["odds"], book.cell_format("share", kind))
        row += 1
    texts: list[Sentence] = summary(policy)
    row = book.notes("summary", row, [t("estimate.summary.note")], 7)
    ws, style = book.sheets["summary"], book.format(text_wrap=True, valign="top")
    for sentence in texts:
        ws.merge_range(row, 0, row, 7, sentence.text, style)
        ws.set_row(row, 16 * (1 + len(sentence.text) // 120))
        row += 1
    _charts(book, policy, row + 1)


def _charts(book: Book, policy: Policy, row: int) -> None:
    """Sources stacked by policy and year, and the fan of the cost."""
    t, ws, years = book.page.text, book.sheets["summary"], policy.central.years
    heads = [t("estimate.chart.data"), *map(str, years)]
    lines = ("vsi_norm", "vsi_city", "sp_norm", "sp_city", "funeral", "cards")
    start = row + 18  # below the charts
    style = book.format(bold=True, border=1, align="center")
    for column, head in enumerate(heads):
        book.put("summary", start, column, head, style)
    stack = book.book.add_chart({"type": "column", "subtype": "stacked"})
    fan = book.book.add_chart({"type": "line"})
    name, last = book.name("summary"), len(years)
    for k, line in enumerate(lines, start=1):
        book.put("summary", start + k, 0, t(f"estimate.line.{line}"), book.cell_format("text"))
        for column, year in enumerate(years, start=1):
            leaves = [book.ref("vnd", leaf, year) for leaf in LEAVES if leaf.split(".")[0] == line]
            value = policy.amounts(year)[line] / 1e9
            book.formula(
                "summary",
                start + k,
                column,
                f"=({sum_of(leaves)})/1000000000",
                value,
                book.cell_format("billion"),
            )
        stack.add_series(_series(name, start, k, last))
    for k, measure in enumerate(("p10", "p50", "p80", "p90"), start=len(lines) + 1):
        book.put("summary", start + k, 0, t(f"measure.{measure}"), book.cell_format("text"))
        for column, year in enumerate(years, start=1):
            book.put(
                "summary",
                start + k,
                column,
                (policy.risk("total", year, measure) or 0.0) / 1e9,
                book.cell_format("billion"),
            )
        fan.add_series(_series(name, start, k, last))
    for chart, key, column in ((stack, "stack", 0), (fan, "fan", 3)):
        finish(book, chart, t(f"estimate.chart.{key}"), t("unit.billion"))
        ws.insert_chart(row, column, chart, {"x_offset": 5, "y_offset": 5})


def _series(sheet: str, start: int, row: int, last: int) -> dict[str, Any]:
    return {
        "name": [sheet, start + row, 0],
        "categories": [sheet, start, 1, start, last],
        "values": [sheet, start + row, 1, start + row, last],
    }
