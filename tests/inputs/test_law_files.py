"""A broken law file is refused with its place, and says everything that is wrong at once."""

# ruff: noqa: E501  (rows stand here as they are written)

from datetime import date

import numpy as np
import pytest

from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs import load_inputs
from bhxh_forecast.inputs.law_switch import LawSetting, LawStep
from tests.inputs.conftest import LAW

TOPUP = """\
extra:
  name: {vi: "Thêm", en: "Extra"}
  unit: share
  rows:
    - {from: 2018-01-01, to: 2019-12-31, value: 0.3, act: a, enacted: 2015-12-31, enacted_basis: assumed, reference: x, status: cited}
    - {from: 2020-01-01, value: 0.4, act: b, enacted: 2019-12-31, enacted_basis: stated, reference: y, status: cited}
"""
RATES = "provision,group,value,unit,from,to,reference,source_title,url,note\n"


def problems(folder, changes):
    with pytest.raises(InputError) as caught:
        load_inputs(folder(changes))
    return [str(p) for p in caught.value.problems]


def test_a_provision_stands_once(folder):
    found = problems(folder, {"law/more.yaml": LAW.split("rate:", maxsplit=1)[0]})
    assert len(found) == 1
    assert "law/more.yaml:1:1: line: found the provision again; allowed once (" in found[0]
    assert "law.yaml:1)" in found[0]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("value: 0.3,", "value: [0.3],", "extra.rows[0].value"),
        ("to: 2019-12-31,", "to: 2017-12-31,", "a date from 2018-01-01 on"),
        ("to: 2019-12-31,", "to: 2020-06-30,", "rows that do not overlap (the one before lasts 2020-06-30)"),
        ("to: 2019-12-31, ", "", "rows that do not overlap (the one before lasts without end)"),
        ("{from: 2020-01-01,", "{from: 2017-01-01,", "rows stand in order of time"),
        ("enacted: 2015-12-31,", "enacted: 2018-06-30,", "an assumed date not after 2018-01-01 (from)"),
        ("value: 0.4,", "value: plenty,", "the kind of the row before (0.3)"),
        ("status: cited}\n    - ", "status: sited}\n    - ", "did you mean cited?"),
        ("value: 0.3, ", "", "extra.rows[0]"),
        (", reference: y, status: cited", ", reference: y", "extra.rows[1].status"),
        ("from: 2018-01-01", "from: 2018-13-01", "extra.rows[0].from"),
        ("to: 2019-12-31", "to: soon", "extra.rows[0].to"),
    ],
)
def test_a_row_that_breaks_a_rule_is_named_with_its_place(folder, old, new, told):
    assert old in TOPUP
    found = problems(folder, {"law/more.yaml": TOPUP.replace(old, new, 1)})
    assert any(told in text and "law/more.yaml:" in text for text in found), found


def test_rows_are_a_list(folder):
    text = TOPUP.split("  rows:", maxsplit=1)[0] + "  rows: none\n"
    assert any("a list of rows" in told for told in problems(folder, {"law/more.yaml": text}))


def test_a_provision_without_rows_is_refused(folder):
    text = TOPUP.split("  rows:", maxsplit=1)[0]
    assert any("extra" in told and "rows" in told for told in problems(folder, {"law/more.yaml": text}))


def test_an_empty_or_broken_file_costs_only_itself(folder):
    assert load_inputs(folder({"law/empty.yaml": "{}\n"})).law.value("rate", date(2020, 1, 1)) == 0.22
    found = problems(folder, {"law/broken.yaml": "a: [1,\n"})
    assert any("law/broken.yaml" in text for text in found)


def test_an_open_end_may_be_written_as_empty(folder):
    law = load_inputs(folder({"law/more.yaml": TOPUP.replace("value: 0.4", "to: null, value: 0.4")})).law
    assert law.value("extra", date(2040, 1, 1)) == 0.4


def test_rates_filled_in_later_rule_from_their_day(folder):
    text = RATES + "state,other,0.35,share,2026-07-01,,art. 3,text,,\n"
    law = load_inputs(folder({"missing/resolution_17_rates.csv": text}), as_of=date(2026, 8, 1)).law
    assert law.value("state.other", date(2026, 6, 30)) == 0.2
    assert law.value("state.other", date(2026, 7, 1)) == 0.35


@pytest.mark.parametrize(
    "row", ["state,otter,0.35,share,2026-07-01,,,,,", "state,other,,share,2026-07-01,,,,,"]
)
def test_rates_for_nobody_or_without_a_number_are_refused(folder, row):
    assert problems(folder, {"missing/resolution_17_rates.csv": RATES + row + "\n"})


def test_settings_are_shown_as_they_are_written():
    assert LawSetting(absent=True).shown() == "absent: true"
    assert LawSetting(starts=date(2028, 1, 1)).shown() == "starts: 2028-01-01"
    steps = (LawStep(date(2027, 1, 1), None, 0.15), LawStep(date(2029, 1, 1), date(2029, 12, 31), 0.2))
    assert LawSetting(steps=steps).shown() == "0.15 from 2027-01-01; 0.2 from 2029-01-01 to 2029-12-31"


def test_a_switch_of_a_name_that_the_law_does_not_have_is_refused(small):
    with pytest.raises(InputError, match="law_new"):
        small.law.switched({"law_now": LawSetting(absent=True)})


def test_a_month_before_any_law_has_no_value(small):
    months = np.arange("2010-01", "2010-03", dtype="datetime64[M]")
    assert np.isnan(small.law.monthly("rate", months)).all()
