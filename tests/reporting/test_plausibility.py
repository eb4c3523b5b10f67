"""Arithmetic that anyone can redo, from data and law."""

from html import unescape

import pytest

from bhxh_forecast.reporting import plausibility
from bhxh_forecast.reporting.headline import denominator
from bhxh_forecast.reporting.page import Page
from tests.reporting.test_tables import number, printed


def test_support_by_count_is_133_billion_and_by_months_paid_about_101(page: Page) -> None:
    a = plausibility.support_arithmetic(page)
    assert (a.members, a.monthly) == (112293, pytest.approx(99_000))
    assert a.by_count == pytest.approx(112293 * 12 * 99_000)
    assert round(a.by_count / 1e9) == 133
    assert a.density == pytest.approx(16 / 21)
    assert round(a.by_months_paid / 1e9, 0) in (101, 102)


def test_the_table_prints_each_step_and_the_models_years(page: Page) -> None:
    rows = [cells for _, cells in printed(plausibility.support_table(page))]
    figures = {cells[0]: cells[1] for cells in rows if len(cells) == 3}
    assert number(page, figures[page.text("plausibility.by_count")]) == 133.4
    model = plausibility.model_support(page)
    assert min(model) == page.as_of.year
    for year, value in model.items():
        assert figures[page.text("plausibility.model_year", year=year)] == page.fmt.number(value / 1e9, 1)


def test_growth_needed_reaches_the_target_on_each_base(page: Page) -> None:
    table = plausibility.growth_needed(page).set_index(["target_id", "base"])
    row = table.loc[("si_coverage", "lfs_working_age")]
    assert row["now"] == 2312755
    assert row["needed"] == pytest.approx(0.7 * denominator(page, "lfs_working_age", 2030))
    assert row["now"] * (1 + row["growth_needed"]) ** 5.5 == pytest.approx(row["needed"], rel=2e-3)
    assert {base for target, base in table.index if target == "vsi_coverage"} == {
        "lfs_working_age",
        "agency_voluntary",
    }
    assert table["growth_recent"].between(0, 0.5).all()


def test_differences_are_explained(page: Page) -> None:
    assert page.text("plausibility.support_note") in unescape(plausibility.support_table(page).html)
    assert page.text("plausibility.growth_note") in unescape(plausibility.growth_table(page).html)
