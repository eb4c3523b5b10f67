"""The track record on a page: the stored errors in the page's own format, and nothing of them in a view of the past."""

from dataclasses import replace
from datetime import date

import pandas as pd

from bhxh_forecast.analysis.backtest.store import read
from bhxh_forecast.analysis.backtest.summary import by_horizon
from bhxh_forecast.reporting.front import front_page
from bhxh_forecast.reporting.page import Page
from bhxh_forecast.reporting.run_tables import RunTables
from bhxh_forecast.reporting.track_record import bar_table, stored, track_line, track_table


def model_errors(page):
    """Mean absolute error of the nation's two series by horizon."""
    table = by_horizon(read(page.inputs.data_dir).rows)
    mine = table[(table["method"] == "model") & (table["geo"] == min(table["geo"], key=len))]
    return mine.set_index(["series", "horizon"])["mape"]


def test_the_sentence_of_page_one_holds_the_stored_errors(page):
    line, errors = track_line(page), model_errors(page)
    for series in ("vsi_participants", "csi_participants"):
        assert all(page.fmt.share(errors[series, years], 0) in line for years in (1, 3, 5))
    assert line in front_page(page).html.replace("&#x27;", "'")


def test_the_table_has_a_row_for_every_series_place_and_horizon(page):
    found = track_table(page)
    groups = found.data[["geo", "series", "horizon"]].drop_duplicates()
    assert found.html.count('<tr class="plain">') == len(groups)
    assert page.text("track.title") in found.html


def test_every_bar_has_its_name_and_verdict(page):
    html = bar_table(page).html
    assert "track.bars" not in html
    assert page.text("track.met") in html or page.text("track.missed") in html


def test_a_view_of_the_past_does_not_know_its_own_record(page):
    run = RunTables(
        frames={name: page.run.table(name, None, None) for name in ("targets", "coverage")},
        manifest=page.run.manifest | {"as_of": "2018-12-31"},
        inputs=replace(page.inputs, as_of=date(2018, 12, 31)),
    )
    early = Page(run, page.scenario, page.world, page.lang)
    assert stored(early) is None
    assert track_line(early) == page.text("track.none")
    assert track_table(early).html == bar_table(early).html
    assert pd.Timestamp(read(page.inputs.data_dir).about["as_of"]) > pd.Timestamp("2018-12-31")
