"""Tables of people print what the analysis gives, in both languages."""

from html import escape

import numpy as np
import pytest

from bhxh_forecast.reporting import show
from bhxh_forecast.reporting.page import Page
from bhxh_forecast.reporting.people_tables import spreads
from bhxh_forecast.workforce.block import BASE_KINDS

TABLES = ("known_total_table", "vital_table", "other_projection_table", "spread_table", "kind_table",
          "validation_table", "flow_table", "band_table")  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_title_unit_rows_and_a_note(page: Page, name: str) -> None:
    block = getattr(show, name)(page)
    assert len(block.data) > 3
    for part in ('class="table-title"', 'class="unit"', 'class="note"', "<tbody><tr"):
        assert part in block.html
    assert "nan" not in block.html.lower()


def test_known_totals_are_printed_with_their_band(page: Page) -> None:
    block = show.known_total_table(page)
    census = block.data[(block.data["series"] == "population") & (block.data["published"] == 8053663)].iloc[0]
    for value in (census["published"], census["p50"], census["mc_error"]):
        assert f">{page.fmt.number(value)}<" in block.html
    assert escape(page.text("people.no_model")) in block.html  # figures of 2009


def test_every_denominator_has_its_kind(page: Page) -> None:
    html = show.kind_table(page).html
    for base, kind in BASE_KINDS.items():
        assert page.text.label("base", base)[1:] in html
        assert page.text(f"people.kind_{kind}") in html


def test_a_city_is_no_more_certain_than_its_nation(page: Page) -> None:
    """Bands of the last year before any figure is seen: fertility, life expectancy, migration and the total."""
    table = spreads(page)
    assert table["component"].tolist() == ["fertility", "mortality", "migration", "total"]
    assert np.all(table["place"] > 0.9 * table["nation"])  # 48 draws
