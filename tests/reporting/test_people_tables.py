"""Tables of people print what the analysis gives, in both languages."""

from html import escape
from pathlib import Path

import numpy as np
import pytest

from bhxh_forecast.inputs import load_inputs
from bhxh_forecast.reporting import show
from bhxh_forecast.reporting.page import Page
from bhxh_forecast.reporting.people_tables import spreads
from bhxh_forecast.reporting.people_view import people_of
from bhxh_forecast.reporting.run_tables import RunTables
from bhxh_forecast.workforce.block import BASE_KINDS

TABLES = ("known_total_table", "vital_table", "other_projection_table", "spread_table", "kind_table", "pools_table",
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
        assert escape(page.text.label("base", base)[1:]) in html
        assert page.text(f"people.kind_{kind}") in html


def test_a_city_is_no_more_certain_than_its_nation(page: Page) -> None:
    """Bands of the last year before any figure is seen: fertility, life expectancy, migration and the total."""
    table = spreads(page)
    assert table["component"].tolist() == ["fertility", "mortality", "migration", "total"]
    assert np.all(table["place"] > 0.9 * table["nation"])  # 48 draws


def test_a_census_table_dropped_in_is_read_and_what_it_changes_is_shown(page: Page, tmp_path: Path) -> None:
    """An overlay with five-year ages of 2019, a tenth fewer at 65 and over than the model has."""
    file = "missing/census_age_sex.csv"
    assert file in show.census_table(page).html
    stock = people_of(page).stock_at(2019, 0.25).mean(axis=0)
    stock[:, 65:] *= 0.9
    sums = np.add.reduceat(stock, range(0, 85, 5), axis=1).round()
    lines = [f"{page.geo},2019-04-01,{sex},{5 * k},{sums[s, k]:.0f},,,,"
             for s, sex in enumerate(("male", "female")) for k in range(17)]  # fmt: skip
    (tmp_path / "missing").mkdir()
    header = "geo,date,sex,age,value,source_title,publisher,url,note"
    (tmp_path / file).write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    inputs = load_inputs(overlays=[tmp_path], as_of=page.as_of)
    run = RunTables(frames={"targets": page.run.table("targets")}, manifest=page.run.manifest, inputs=inputs)
    data = show.census_table(Page(run, page.scenario, page.world, page.lang)).data.set_index(["sex", "ages"])
    assert abs(data.loc[("female", "70-74"), "gap"]) < 0.02
    assert data.loc[("female", "70-74"), "model"] < data.loc[("female", "70-74"), "estimate"]
