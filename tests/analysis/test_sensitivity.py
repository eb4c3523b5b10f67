"""Sensitivity: known answers are found, variances add up, boxes hold on draws that did not make them."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from bhxh_forecast.analysis.discovery import Discovery, discover
from bhxh_forecast.analysis.sensitivity import Sensitivity, sensitivity
from bhxh_forecast.analysis.surface import fit_surface, normal_scores, ranks
from bhxh_forecast.analysis.uncertain import known_part
from bhxh_forecast.inputs import Inputs, load_inputs
from bhxh_forecast.reporting.answers import base_words
from bhxh_forecast.reporting.answers_sensitivity import SensitivityWords
from bhxh_forecast.reporting.figures.sensitivity import heat_map, tornado
from bhxh_forecast.results.projection import Projection
from bhxh_forecast.simulation import simulate

DRAWS = 8192


@cache
def inputs() -> Inputs:
    return load_inputs()


@cache
def run() -> Projection:
    return simulate(draws=DRAWS, inputs=inputs())


@cache
def found() -> Sensitivity:
    return sensitivity(projection=run())


@cache
def boxes() -> tuple[Discovery, ...]:
    goals = SensitivityWords(found(), (), inputs(), "en").last()
    return tuple(discover(run(), goal.target, year=goal.year, base=goal.base) for goal in goals)


def test_sobol_indices_of_a_known_function() -> None:
    """Y = 2a + b + ab of independent normals: first-order 4/6 and 1/6, totals 5/6 and 2/6; c does nothing."""
    scores = normal_scores(np.random.default_rng(1).normal(size=(3, 4096)))
    output = 2 * scores[0] + scores[1] + scores[0] * scores[1]
    surface = fit_surface(scores, output[None, :], np.arange(4096))
    assert surface.explained[0] > 0.999
    first, total, _ = surface.sobol(1024)[0]
    assert first == pytest.approx([4 / 6, 1 / 6, 0], abs=0.03)
    assert total == pytest.approx([5 / 6, 2 / 6, 0], abs=0.03)


def test_the_surface_claims_nothing_of_noise() -> None:
    generator = np.random.default_rng(2)
    scores = normal_scores(generator.normal(size=(12, 2048)))
    surface = fit_surface(scores, generator.normal(size=(1, 2048)), np.arange(2048))
    assert surface.explained[0] == 0.0


def test_later_noise_is_told_from_what_is_known() -> None:
    generator = np.random.default_rng(3)
    known = np.tile(generator.normal(size=4096), 2)
    shares = (known + 2 * generator.normal(size=8192))[None, :]
    part, used, half = known_part(shares, np.tile(np.arange(4096), 2))
    assert part[0] == pytest.approx(1 / 5, abs=0.04)
    assert half == 4096
    assert np.corrcoef(used[0], known[:4096])[0, 1] ** 2 == pytest.approx(1 / 3, abs=0.04)
    part, used, half = known_part(shares[:, :5000], np.arange(5000))
    assert (part[0], half) == (1.0, 5000)


def test_ranks_share_ties() -> None:
    assert ranks(np.array([[3.0, 1.0, 1.0, 2.0]])) @ np.array([3.0, 1.0, 1.0, 2.0]) > 0
    tied = ranks(np.array([[1.0, 1.0, 2.0]]))
    assert tied[0, 0] == tied[0, 1]


def test_every_year_and_target_has_its_indices_on_both_readings() -> None:
    years = range(2026, 2031)
    have = {(g.target, g.year, role) for g in found().goals for role in g.role(g.base).split("+")}
    targets = ("si_coverage", "vsi_coverage", "ui_coverage", "old_age_coverage")
    assert have == {(t, y, r) for t in targets for y in years for r in ("as_written", "as_reported")}
    assert (found().indices["rank"].abs() <= 1 + 1e-9).all()
    inside = found().indices.dropna(subset=["total"])
    assert set(inside.groupby(["target", "year", "base"]).size()) == {12}


def test_the_parts_of_the_variance_add_up() -> None:
    split = found().split
    assert np.allclose(split["surface"] + split["unresolved"] + split["later_noise"], 1.0)
    assert (split[["surface", "unresolved", "later_noise"]] >= -1e-9).all(axis=None)
    for _, own in split.groupby(["target", "base"]):
        assert (np.diff(own.sort_values("year")["later_noise"]) > -0.02).all()  # later years: more chance
    first = found().indices.groupby(["target", "year", "base"])["first"].sum()
    surface = split.set_index(["target", "year", "base"])["surface"]
    assert (first <= surface.loc[first.index] * 1.1 + 0.02).all()


def test_old_age_hangs_on_the_share_of_recipients_past_retirement_age() -> None:
    """The design calls it nearly unidentified: it must come out first."""
    top = found().of("old_age_coverage", 2030, "past_retirement_age").iloc[0]
    assert top["id"] == "pension_share_past"
    assert top["total"] > 0.5
    assert top["rank"] > 0.5


def test_odds_at_both_ends_differ_by_the_swing() -> None:
    swings = found().swings
    assert np.allclose(swings["high"] - swings["low"], swings["swing"])
    assert set(swings["year"]) == {2030}


def test_boxes_hold_the_draws_once_and_are_judged_on_draws_kept_apart() -> None:
    by_target = {(d.goal.target, d.goal.base): d for d in boxes()}
    vsi = by_target["vsi_coverage", "lfs_working_age"]
    assert sum(box.size for box in vsi.boxes) == pytest.approx(1.0)
    assert sum(box.covered for box in vsi.boxes) == pytest.approx(1.0)
    assert sum(box.size * box.failing for box in vsi.boxes) == pytest.approx(vsi.failing)
    assert vsi.boxes[0].failing_elsewhere > vsi.boxes[-1].failing_elsewhere + 0.1
    assert by_target["old_age_coverage", "past_retirement_age"].boxes == ()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_words_and_pictures(lang: str) -> None:
    words = SensitivityWords(found(), boxes(), inputs(), lang)
    text = words.answer().text(160)
    assert "nan" not in text
    for goal, grid in zip(words.last(), words.answer().grids, strict=True):
        assert base_words(words.text, goal.base, goal.as_written, goal.as_reported) in grid.title
    assert len(tornado(words, words.last()[0]).axes[0].patches) > 4
    assert len(heat_map(words).axes) == 4
    content = found().as_dict()
    assert len(content["indices"]) == len(found().indices)


def test_few_draws_cannot_tell_later_noise_and_say_so() -> None:
    small = sensitivity("ui_coverage", projection=replace(run(), inner=_first(run(), 600)))
    assert (small.split["known"] == 1.0).all()


def _first(projection: Projection, n: int):
    inner = projection.inner
    return replace(
        inner,
        counts={k: v[:, :n] for k, v in inner.counts.items()},
        bases={k: v[:, :n] for k, v in inner.bases.items()},
        params={k: v[:n] for k, v in inner.params.items()},
        ancestor=inner.ancestor[:n],
    )
