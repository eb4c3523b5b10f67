"""Targets draw by draw agree with the targets table, and no share is set beside a target without its base."""

from functools import cache

import numpy as np
import pytest

from bhxh_forecast.analysis.outlook import Outlook, outlook
from bhxh_forecast.inputs import Inputs, load_inputs
from bhxh_forecast.reporting.answers import base_words
from bhxh_forecast.reporting.answers_outlook import OutlookWords, outlook_answer
from bhxh_forecast.reporting.figures.outlook import reached_by
from bhxh_forecast.reporting.text import Text
from bhxh_forecast.results.draws import BASES
from bhxh_forecast.results.projection import Projection
from bhxh_forecast.simulation import simulate

DRAWS = 300


@cache
def inputs() -> Inputs:
    return load_inputs()


@cache
def run() -> Projection:
    return simulate("combined", draws=DRAWS, inputs=inputs())


@cache
def look(base: str = "as_written") -> Outlook:
    return outlook(run(), base=base)


@pytest.mark.parametrize("base", ["as_written", "as_reported"])
def test_odds_are_those_of_the_targets_table(base: str) -> None:
    table = run().targets()
    rows = table[(table["year"] == 2030) & table[base] & table["probability"].notna()].set_index("target_id")
    odds = look(base).odds().set_index("target")
    assert (odds["probability"] == rows.loc[odds.index, "probability"]).all()
    assert (odds["mc_error"] == rows.loc[odds.index, "mc_error"]).all()
    assert look(base).together()["all"].iloc[0] == rows.loc["all", "probability"]


def test_distance_in_points_and_in_people_say_the_same() -> None:
    odds = look().odds()
    assert (np.sign(odds["points_p50"]) == np.sign(odds["heads_p50"])).all()
    assert ((odds["points_p10"] <= odds["points_p50"]) & (odds["points_p50"] <= odds["points_p90"])).all()
    reached = odds["points_p50"] >= 0
    assert (reached == (odds["probability"] >= 0.5)).all()


def test_the_first_month_comes_before_or_with_the_date_and_the_odds_by_year_never_fall() -> None:
    table = look().first_month()
    by = table[[c for c in table.columns if c.startswith("by_")]].to_numpy()
    assert (np.diff(by, axis=1) >= 0).all()
    assert np.allclose(by[:, -1] + table["never"], 1.0)
    odds = look().odds()
    assert (by[:, -1] >= odds["probability"].to_numpy()).all()  # met at the date: reached at least once
    found = table.loc[table["target"] == "ui_coverage", "p50"].iloc[0]
    assert len(found) == 7


def test_two_targets_together_are_no_likelier_than_either() -> None:
    table = look().together()
    square = table.drop(columns="all").to_numpy()
    alone = np.diag(square)
    assert (square <= np.minimum.outer(alone, alone) + 1e-12).all()
    assert (square == square.T).all()
    assert (table["all"] <= square.min(axis=1) + 1e-12).all()


def test_the_path_ends_at_the_plan_and_its_odds_are_the_targets() -> None:
    path, odds = look().path(), look().odds().set_index("target")
    last = path[path["at"] == 2030].set_index("target")
    assert (last["needed"] == odds["required"]).all()
    assert (last["probability"] == odds["probability"]).all()
    assert (path["safe"] <= path["p50"]).all()
    assert set(path.loc[path["submitted"], "target"]) == {"si_coverage", "ui_coverage"}
    ui = path[path["target"] == "ui_coverage"]
    assert set(ui["needed"]) == {0.5}  # reached already: the level stays


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("base", BASES)
def test_a_share_on_another_base_than_the_plans_is_never_without_the_words(lang: str, base: str) -> None:
    text = Text(lang)
    for written in ("lfs_working_age", "past_retirement_age"):
        for reported in ("agency", "agency_voluntary", written):
            words = base_words(text, base, written, reported)
            assert text.label("base", base) in words
            if base != written:
                assert text.label("base", written) in words
                assert {"vi": "kế hoạch ghi theo", "en": "the plan is worded on"}[lang] in words


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("base", ["as_written", "as_reported", "lfs_15plus"])
def test_every_row_and_title_says_its_base(lang: str, base: str) -> None:
    found = look(base)
    words = OutlookWords(found, lang)
    grids = {row[0]: row[1] for row in words.odds().rows}
    for goal, path in zip(found.goals, words.path(), strict=True):
        expected = base_words(words.text, goal.base, goal.as_written, goal.as_reported)
        assert grids[words.name(goal.target)] == expected
        assert expected in path.title


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_words_and_picture(lang: str) -> None:
    assert "nan" not in outlook_answer(look(), lang).text(160)
    assert "<table" in outlook_answer(look(), lang).block().html
    assert len(reached_by(look(), lang).axes[0].lines) >= 4
    assert look().as_dict()["scenario"] == "combined"
