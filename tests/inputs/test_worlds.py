"""Worlds change uncertainties, from the as-of date on, and leave every other draw alone."""

# ruff: noqa: E501  (files and messages stand here as they are written)

import numpy as np

from bhxh_forecast.inputs import load_world, resolve_world

MONTHS = np.arange("2025-10", "2028-01", dtype="datetime64[M]")


def world(inputs, tmp_path, body):
    path = tmp_path / "own.yaml"
    path.write_text(f"name: own\n{body}", encoding="utf-8")
    return load_world(path, inputs)


def test_the_reference_changes_nothing(small):
    assert resolve_world(load_world("reference", small), small, MONTHS) == {}


def test_a_change_without_dates_begins_after_the_as_of_date(small, tmp_path):
    own = world(small, tmp_path, "assumptions: {growth: {shift: 0.5}}\n")
    draws = resolve_world(own, small, MONTHS)["growth"].apply(np.array([1.0, 2.0]))
    assert draws.shape == (2, len(MONTHS))
    assert (draws[:, :3] == [[1.0], [2.0]]).all()  # October to December 2025
    assert (draws[:, 3:] == [[1.5], [2.5]]).all()


def test_dated_changes_end_and_each_kind_does_what_it_says(small, tmp_path):
    body = "assumptions:\n  growth:\n    - {from: 2026-02, to: 2026-03, scale: 2}\n    - {from: 2026-05, to: 2026-05, value: 7}\n"
    draws = resolve_world(world(small, tmp_path, body), small, MONTHS)["growth"].apply(np.array([1.0, 3.0]))
    assert list(draws[1, 3:10]) == [3, 6, 6, 3, 7, 3, 3]


def test_history_belongs_to_the_world_only_if_it_is_counterfactual(small, tmp_path):
    body = "assumptions: {growth: [{from: 2025-11, shift: 1}]}\n"
    plain = resolve_world(world(small, tmp_path, body), small, MONTHS)["growth"]
    other = resolve_world(world(small, tmp_path, f"counterfactual: true\n{body}"), small, MONTHS)["growth"]
    assert list(plain.shift[:4]) == [0, 0, 0, 1]
    assert list(other.shift[:4]) == [0, 1, 1, 1]


def test_worlds_extend_each_other(small, tmp_path):
    own = world(small, tmp_path, "extends: reference\nassumptions: {frozen: {value: 0.6}}\n")
    assert own.extends == ("reference",)
    assert own.assumptions["frozen"][0].amount == 0.6
