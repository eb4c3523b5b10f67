"""Printed tables: totals first, parts that add up, one unit, memo items outside."""

import re
from html import unescape
from typing import Any

import pandas as pd
import pytest

from bhxh_forecast.reporting import money_tables, registers, tables
from bhxh_forecast.reporting.blocks import Block, Column, Row, Table, heading, slug
from bhxh_forecast.reporting.budget_cuts import DIMENSIONS, chosen, cut, totals
from bhxh_forecast.reporting.page import Page

CUTS = list(DIMENSIONS)


def printed(block: Block) -> list[tuple[str, list[str]]]:
    """Rows of a rendered table: class and cells."""
    rows = re.findall(r'<tr(?: class="(\w+)")?>(.*?)</tr>', block.html, re.DOTALL)
    return [
        (kind, [unescape(c) for c in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", body)]) for kind, body in rows
    ]


def number(page: Page, cell: str) -> float:
    if cell == "-":
        return 0.0
    return float(cell.replace(".", "").replace(",", ".") if page.lang == "vi" else cell.replace(",", ""))


@pytest.mark.parametrize("by", CUTS)
def test_printed_parts_add_to_the_printed_total_down_and_across(page: Page, by: str) -> None:
    rows = printed(money_tables.budget_table(page, by))
    total = next(cells for kind, cells in rows if kind == "total")
    parts = [cells for kind, cells in rows if kind == "part"]
    for column in range(2, len(total)):
        assert round(sum(number(page, p[column]) for p in parts) - number(page, total[column]), 6) == 0
    for cells in [total, *parts]:
        assert round(sum(number(page, c) for c in cells[2:-1]) - number(page, cells[-1]), 6) == 0


@pytest.mark.parametrize("by", CUTS)
def test_every_cut_adds_to_the_total_of_the_tables(page: Page, by: str) -> None:
    budget = chosen(page.table("budget"))
    whole = totals(budget).set_index("fiscal_year")["mean"]
    pd.testing.assert_series_equal(cut(budget, by).sum(), whole, check_names=False, rtol=1e-12)


def test_a_cut_uses_the_all_rows_or_the_parts_never_both(page: Page) -> None:
    budget = chosen(page.table("budget"))
    parts_only = budget[(budget["funding_source"] != "all") | (budget["programme"] == "total")]
    pd.testing.assert_frame_equal(cut(parts_only, "programme"), cut(budget, "programme"))
    with pytest.raises(ValueError, match="programme"):
        cut(budget, "mean")


def test_the_total_stands_first_and_memo_items_outside(page: Page) -> None:
    rows = printed(money_tables.budget_table(page, "programme"))
    kinds = [kind for kind, _ in rows]
    assert kinds.index("total") < kinds.index("part") < kinds.index("memo")
    assert rows[kinds.index("total")][1][1] == page.text("table.total")
    assert [cells for kind, cells in rows if kind == "head"] == [[page.text("table.memo")]]
    memo = " ".join(cells[1] for kind, cells in rows if kind == "memo").lower()
    inside = " ".join(cells[1] for kind, cells in rows if kind == "part").lower()
    own = page.text.label("programme", "participant_contributions").lower()
    assert own in memo
    assert own not in inside


def test_the_unit_stands_right_above_the_table(page: Page) -> None:
    html = money_tables.budget_table(page).html
    assert html.index(page.text("unit.money_table")) < html.index("<table>")
    assert page.text("table.form_note") in unescape(html)


def test_the_row_of_letters_numbers_the_figures(page: Page) -> None:
    letters = next(cells for kind, cells in printed(money_tables.budget_table(page)) if kind == "letters")
    assert letters[:4] == ["A", "B", "1", "2"]


def test_nil_is_a_hyphen(page: Page) -> None:
    rows = printed(money_tables.budget_table(page))
    name = page.text.label("programme", "ui_state_support").lower()
    nil = next(cells for _, cells in rows if len(cells) > 2 and cells[1].lower() == name)
    assert set(nil[2:]) == {"-"}


def test_the_risk_table_prints_quantiles_of_the_total(page: Page) -> None:
    block = money_tables.risk_table(page)
    row = block.data.set_index("fiscal_year").loc[2027]
    cells = next(cells for _, cells in printed(block) if "2027" in cells[0])
    assert cells[1:] == [page.fmt.cell(row[m] / 1e9, 1) for m in ("mean", "p10", "p50", "p80", "p90")]
    assert page.text("table.risk_note") in unescape(block.html)


def test_prices_are_named(page: Page) -> None:
    html = unescape(money_tables.price_table(page).html).lower()
    assert page.text("price.nominal") in html
    assert page.text("price.constant_2025") in html


def test_targets_are_shown_on_both_bases_with_their_denominators(page: Page) -> None:
    rows = [cells for kind, cells in printed(tables.target_table(page, 2030)) if kind == "plain"]
    assert page.text("role_short.as_written") in rows[0][3]
    assert page.text("role_short.as_reported") in rows[1][3]
    assert page.text.label("base", "agency") in rows[1][3]
    assert number(page, rows[0][4]) > 3


def test_indicators_have_units_and_unknown_cells_an_ellipsis(page: Page) -> None:
    rows = {cells[0]: cells for kind, cells in printed(tables.indicator_table(page)) if kind == "plain"}
    name = page.text.label("indicator", "vsi_share_by_group")
    empty = next(cells for head, cells in rows.items() if head.lower() == name.lower())
    assert set(empty[2:]) == {"…"}
    cost = next(cells for cells in rows.values() if cells[1] == page.text("unit_name.million_vnd"))
    assert number(page, cost[2]) == 31.0
    assert cost[-1] == "…"


def test_the_base_table_names_every_denominator(page: Page) -> None:
    html = tables.base_table(page).html.lower()
    assert all(
        page.text.label("base", base).lower() in unescape(html) for base in page.table("workforce")["base"]
    )


def test_the_register_begins_with_the_largest_effect(page: Page) -> None:
    rows = printed(registers.assumption_table(page))[1:]
    effects = [number(page, cells[-1]) for _, cells in rows if cells[-1] != "…"]
    assert effects == sorted(effects, reverse=True)
    assert rows[-1][1][-1] == "…"
    short = registers.assumption_table(page, 2)
    assert len(printed(short)) == 3
    assert page.text("table.assumptions_more", count=5) in unescape(short.html)


@pytest.mark.parametrize(
    ("written", "vi"),
    [
        ("normal(0.1, 0.05)", "chuẩn(0,1; 0,05)"),
        ("truncnormal(0.06, 0.03, from 0)", "chuẩn bị chặn(0,06; 0,03; từ 0)"),
        ("fixed(0.02)", "0,02 (cố định)"),
        ("0.7 (0.4 .. 1.0)", "0,7 (từ 0,4 đến 1,0)"),
        ("0 (0 .. 0)", "0"),
        ("True", "có"),
    ],
)
def test_values_and_distributions_are_written_in_the_pages_language(
    make_page: Any, written: str, vi: str
) -> None:
    assert registers.value_text(make_page("vi"), written) == vi


def test_public_finance_tables_have_a_fixed_order(page: Page) -> None:
    index = list(cut(chosen(page.table("budget")), "programme").index)
    assert index[:3] == ["vsi_state_support", "vsi_city_top_up", "social_pension"]


def test_what_is_random_and_frozen_is_named(page: Page) -> None:
    html = unescape(registers.random_and_frozen(page).html)
    names = page.run.table("assumptions").set_index("id")[f"name_{page.lang}"]
    assert all(names[name] in html for name in [*page.run.manifest["random"], *page.run.manifest["frozen"]])


def test_what_is_missing_is_named_in_the_pages_language(page: Page) -> None:
    entries = registers.missing_entries(page)
    assert len(entries) >= 5
    assert all(all(entry.values()) for entry in entries)
    assert any("403/NQ-CP" in entry["name"] for entry in entries)


def test_the_scenario_table_gives_both_odds_and_the_cost(page: Page) -> None:
    rows = [cells for kind, cells in printed(registers.scenario_table(page)) if kind == "plain"]
    assert [cells[0] for cells in rows] == [page.title_of("scenarios", name) for name in page.run.scenarios]
    assert all(" / " in cells[1] for cells in rows)


def test_several_worlds_give_a_table_each(make_page: Any) -> None:
    page = make_page("vi")
    assert registers.scenario_tables(page).html.count("<table>") == 1


def test_a_table_escapes_what_it_prints() -> None:
    table = Table("a < b", "", [Column("x", "left")], [Row(["<script>"])])
    assert "<script>" not in table.block().html
    assert "a &lt; b" in table.block().html


def test_headings_have_anchors() -> None:
    assert slug("Khả năng hoàn thành: 2030") == "khả-năng-hoàn-thành-2030"
    assert heading("A & B", 3).html == '<h3 id="a-b">A &amp; B</h3>'
