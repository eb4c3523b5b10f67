"""Tables: every bad cell at once with its place, what was known on a day, and overlays on top."""

# ruff: noqa: E501  (files and messages stand here as they are written)

from datetime import date

import pandas as pd
import pytest

from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs import load_inputs

from .conftest import FILES, LAW, OBSERVATIONS, PRIORS, write

OBS = "observations/observations.csv"


def refused(path, **options):
    with pytest.raises(InputError) as caught:
        load_inputs(path, **options)
    return [str(problem).split(OBS + ":")[-1] for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",100,persons", ",\"1,5\",persons", "2:66: members.here.2017-12-31.value: found '1,5'; allowed a number; did you mean 1.5?"),
        (",100,persons", ",0100,persons", "2:66: members.here.2017-12-31.value: found '0100'; allowed a number; did you mean 100?"),
        (",100,persons", ",no,persons", "2:66: members.here.2017-12-31.value: found 'no'; allowed a number"),
        (",100,persons", ",-1,persons", "2:66: members.here.2017-12-31.value: found -1; allowed a number above 0 where use is fit"),
        (",200,persons", ",,persons", "3:66: members.here.2019-12-31.value: found nothing; allowed a number above 0 where use is fit"),
        ("2018-02-14", "2018-02-30", "2:84: members.here.2017-12-31.published: found '2018-02-30'; allowed a date, YYYY-MM-DD"),
        ("2018-02-14", "14/2/2018", "2:84: members.here.2017-12-31.published: found '14/2/2018'; allowed a date, YYYY-MM-DD"),
        ("2018-02-14", "2017-11-14", "2:84: members.here.2017-12-31.published: found 2017-11-14; allowed a day not before period_end, unless the qualifier is estimate or target"),
        ("nearly,", "almost,", "4:80: members.here.2019-12-31.2.qualifier: found 'almost'; allowed exact, more_than, nearly, estimate, target"),
        ("stated,g1,show", "stated,g1,fit", "4:112: members.here.2019-12-31.2.sd_log: found nothing; allowed a number above 0 where use is fit"),
        ("persons,target,2026-06-01", ",target,2026-06-01", "7:70: members.here.2030-12-31.unit: found nothing; allowed a unit where there is a value"),
        ("here.2019-12-31.2,", "here.2019-12-31,", "4:1: members.here.2019-12-31.id: found members.here.2019-12-31 again; allowed each id once"),
    ],
)  # fmt: skip
def test_bad_cells_have_line_column_and_what_may_stand_there(folder, old, new, message):
    assert old in OBSERVATIONS
    assert message in refused(folder({OBS: OBSERVATIONS.replace(old, new)}))


def test_lines_are_counted_through_cells_that_span_two(folder):
    text = OBSERVATIONS.replace(",300,persons", ",x,persons")
    assert refused(folder({OBS: text})) == [
        "6:66: members.here.2025-06-30.value: found 'x'; allowed a number",
    ]


def test_one_figure_enters_the_conditioning_once(folder):
    text = OBSERVATIONS.replace("stated,g1,show,", "stated,g1,fit,0.02")
    found = refused(folder({OBS: text}))
    assert found == [
        "4:108: members.here.2019-12-31.2.use: found fit again in group g1; allowed one fit row in each duplicate_group"
    ]


def test_a_missing_column_and_a_short_row_are_told(folder):
    assert "found no such column" in refused(folder({OBS: OBSERVATIONS.replace(",sd_log", ",sdlog")}))[0]
    short = OBSERVATIONS.replace(",fit,0.01,,cited,a,,,", ",fit")
    assert refused(folder({OBS: short})) == ["2:1: row: found 13 cells; allowed 20 cells"]


def test_problems_of_all_files_come_together(folder):
    changes = {
        OBS: OBSERVATIONS.replace("2018-02-14", "x"),
        "law/law.yaml": LAW.replace("from: 2018-01-01", "from: 2018-13-01"),
        "priors/priors.csv": PRIORS.replace("normal,0.04,0.01", "normal,0.04,0"),
        "place.yaml": "geo: 5\n",
    }
    with pytest.raises(InputError) as caught:
        load_inputs(folder(changes))
    fields = {problem.field for problem in caught.value.problems}
    assert fields == {
        "members.here.2017-12-31.published",
        "state.poor.rows[0].from",
        "state.other.rows[0].from",
        "growth.p2",
        "geo",
        "place.name",
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("enacted: 2025-12-30", "enactd: 2025-12-30", "line.rows[2].enactd: found 'enactd'; allowed from, to, value"),
        ("from: 2027-01-01, value", "from: 2026-06-01, value", "line.rows[2].from: found 2026-06-01; allowed rows that do not overlap (the one before lasts 2026-12-31)"),
        ("from: 2022-01-01, to: 2026-12-31", "from: 2015-01-01, to: 2026-12-31", "line.rows[1].from: found 2015-01-01; allowed a date after 2016-01-01: rows stand in order of time"),
        ("to: 2021-12-31, value: 700000", "to: 2015-12-31, value: 700000", "line.rows[0].to: found '2015-12-31'; allowed a date from 2016-01-01 on"),
        ("value: 0.22", "value: [0.22]", "rate.rows[0].value: found a list; allowed a number, true, false or text"),
        ("reference: k, status: cited", "reference: k, status: sure", "method.rows[0].status: found 'sure'; allowed cited, derived, unverified, expert"),
        ("enacted: 2022-07-06, enacted_basis: stated", "enacted: 2022-09-06, enacted_basis: assumed", "city.other.rows[0].enacted: found '2022-09-06'; allowed an assumed date not after 2022-08-01 (from)"),
        ("unit: bool", "unit: ", "owners.unit: found nothing; allowed text (in quotes)"),
        ("{vi: \"Chuẩn\", en: \"Line\"}", "{vi: \"Chuẩn\"}", "line.name.en: found nothing; allowed this key with a value"),
        ("act: law_new, enacted: 2024-06-29", "act: law_new, checked: yes, enacted: 2024-06-29", "owners.rows[0].checked: found 'yes'; allowed true or false; did you mean true?"),
    ],
)  # fmt: skip
def test_bad_law_rows_are_told(folder, old, new, message):
    assert old in LAW
    with pytest.raises(InputError) as caught:
        load_inputs(folder({"law/law.yaml": LAW.replace(old, new)}))
    assert message in str(caught.value)


def test_figures_published_later_are_not_seen(folder):
    path = folder()
    seen = load_inputs(path, as_of=date(2020, 1, 31)).observations
    assert list(seen["id"]) == ["members.here.2017-12-31", "members.here.2019-12-31"]
    assert list(load_inputs(path, as_of=date(2020, 1, 19)).observations["id"]) == ["members.here.2017-12-31"]
    assert len(load_inputs(path, as_of=date(2020, 2, 20)).observations) == 3


def test_the_default_day_is_the_newest_figure_or_law_and_never_a_target(folder):
    assert load_inputs(folder()).as_of == date(2025, 12, 30)  # the newest act, not the target of June 2026
    newer = OBSERVATIONS.replace(
        "2025-06-30,point,300,persons,estimate,2025-06-10", "2026-03-31,point,300,persons,exact,2026-04-02"
    ).replace("2025-06-30,2026", "2026-03-31,2026")
    assert load_inputs(folder({OBS: newer})).as_of == date(2026, 4, 2)


def test_a_target_assigned_later_is_not_seen(folder):
    assert load_inputs(folder(), as_of=date(2020, 12, 31)).assigned.empty
    assert len(load_inputs(folder(), as_of=date(2021, 1, 1)).assigned) == 1


def test_an_overlay_replaces_rows_and_keys_and_adds_new_ones(folder, tmp_path):
    row = OBSERVATIONS.splitlines()[1]
    law = 'rate:\n  name: {vi: "a", en: "b"}\n  unit: share\n  rows:\n    - {from: 2014-01-01, value: 0.24, act: x, enacted: 2013-01-01, enacted_basis: stated, reference: x, status: cited}\n'
    header = OBSERVATIONS.splitlines()[0]
    over = write(
        tmp_path / "over",
        {
            OBS: f"{header}\n{row.replace(',100,', ',150,')}\n{row.replace('members.here', 'others.here').replace('members', 'others')}\n",
            "law/more.yaml": law,
            "assumptions/register.yaml": FILES["assumptions/register.yaml"].replace(
                "value: 0.7", "value: 0.8"
            ),
            "extra/table.csv": "year,value\n2020,1\n",
        },
    )
    base, mixed = load_inputs(folder()), load_inputs(folder(), overlays=[over])
    assert len(mixed.observations) == len(base.observations) + 1
    assert mixed.observations.set_index("id")["value"]["members.here.2017-12-31"] == 150
    assert mixed.law.value("rate", date(2020, 1, 1)) == 0.24
    assert mixed.law.rows("line") == base.law.rows("line")
    assert mixed.levers["effort.reach"].baseline == 0.8
    assert list(mixed.table("extra/table")["value"]) == [1]
    assert mixed.files["over/extra/table.csv"] != mixed.files["over/law/more.yaml"]


def test_an_overlay_without_an_id_column_replaces_the_file(folder, tmp_path):
    path = folder({"demography/base.csv": "year,age,value\n2019,0,1\n2019,1,2\n"})
    over = write(tmp_path / "over", {"demography/base.csv": "year,age,value\n2019,0,9\n"})
    frame = load_inputs(path, overlays=[over]).table("demography/base")
    assert frame.to_dict("list") == {"year": [2019], "age": [0], "value": [9]}


def test_a_scenario_of_an_overlay_is_found(folder, tmp_path):
    from bhxh_forecast.inputs import load_scenario, scenario_names

    over = write(tmp_path / "over", {"scenarios/mine.yaml": "name: mine\nextends: push\n"})
    inputs = load_inputs(folder(), overlays=[over])
    assert scenario_names(inputs) == ["current_policy", "mine", "push", "raise"]
    assert "effort.budget" in load_scenario("mine", inputs).levers


def test_folders_must_exist(tmp_path):
    with pytest.raises(InputError, match="found no such folder"):
        load_inputs(tmp_path / "nothing")


def test_a_table_is_read_once_and_dates_are_dates(folder):
    inputs = load_inputs(folder({"macro/macro.csv": "series,day,value\ncpi,2020-01-31,1.5\n"}))
    assert inputs.macro is inputs.table("macro/macro")
    assert inputs.macro["day"][0] == pd.Timestamp("2020-01-31")


RATES = "provision,group,value,unit,from,to,reference,source_title,publisher,url,note\n"


def test_rates_filled_in_take_the_place_of_what_was_assumed(folder):
    name = "missing/resolution_99_rates.csv"
    bare = load_inputs(folder())
    empty = load_inputs(folder({name: RATES}))
    filled = load_inputs(folder({name: RATES + "city,other,0.15,share,2026-07-01,,NQ 99,Gazette,,,\n"}))
    assert empty.law.rows("city.other") == bare.law.rows("city.other")
    assert filled.law.value("city.other", date(2026, 6, 30)) == 0.1
    assert filled.law.value("city.other", date(2026, 7, 1)) == 0.15
    row = filled.law.rows("city.other")[-1]
    assert (row.act, row.status, row.reference, row.line) == ("resolution_03", "cited", "NQ 99", 2)
    with pytest.raises(InputError, match=r"found 'city\.othr'.*did you mean city\.other\?"):
        load_inputs(folder({name: RATES + "city,othr,0.15,share,2026-07-01,,,,,,\n"}))
