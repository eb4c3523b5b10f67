"""`scenario show`: every difference from the baseline, with the law it touches; files for new scenarios."""

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bhxh_forecast.analysis.changes import Change, changes
from bhxh_forecast.cli import call
from bhxh_forecast.inputs import Inputs, load_inputs, load_scenario, scenario_names
from bhxh_forecast.inputs.yaml_positions import read_yaml
from bhxh_forecast.reporting.answers_scenario import ScenarioWords, scenario_answer

Captured = pytest.CaptureFixture[str]


@cache
def inputs() -> Inputs:
    return load_inputs()


def found(name: str) -> tuple[Change, ...]:
    return changes(load_scenario(name, inputs()), inputs())


def own(tmp_path: Path, body: str) -> tuple[Change, ...]:
    path = tmp_path / "own.yaml"
    path.write_text(f"name: own\n{body}", encoding="utf-8")
    return changes(load_scenario(path, inputs()), inputs())


def test_the_baseline_changes_nothing() -> None:
    assert found("current_policy") == ()


def test_support_touches_the_resolution_in_force() -> None:
    change = {c.id: c for c in found("subsidy_raise")}["subsidy.city_share.other"]
    assert (change.before, change.after, change.from_, change.to) == (0.1, 0.3, date(2027, 1, 1), None)
    assert change.law[0].act == "resolution_hn_17_2026"
    assert change.law[0].status == "unverified"


def test_an_effort_touches_no_law() -> None:
    by_id = {c.id: c for c in found("outreach_push")}
    assert by_id["outreach.contacts"].law == ()
    assert by_id["outreach.budget"].after == pytest.approx(1.5 * by_id["outreach.budget"].before)


def test_a_delayed_line_differs_for_one_year(tmp_path: Path) -> None:
    (change,) = found("poverty_line_delayed")
    assert (change.before, change.after) == (2_200_000, 1_500_000)
    assert (change.from_, change.to) == (date(2027, 1, 1), date(2027, 12, 31))
    assert "351/2025" in change.law[0].reference


def test_a_whole_act_names_every_provision_that_it_takes_away() -> None:
    ids = {c.id for c in found("law_2014")}
    assert {"vsi.maternity_benefit", "sp.level_national", "csi.scope.part_time"} <= ids
    assert all(c.setting == "law_41_2024" for c in found("law_2014"))


def test_a_pulse_and_a_ramp(tmp_path: Path) -> None:
    steps = "[{from: 2027-03, to: 2027-03, add: 60000}, {from: 2028-01, value: 600, ramp: 6}]"
    body = f"levers: {{outreach: {{contacts: {steps}}}}}\n"
    pulse, ramp = own(tmp_path, body)
    assert (pulse.from_, pulse.to, pulse.after) == (date(2027, 3, 1), date(2027, 3, 31), 60_000)
    assert (ramp.ramp, ramp.after) == (6, 600)


def test_a_number_counts_from_the_month_after_as_of(tmp_path: Path) -> None:
    (change,) = own(tmp_path, "levers: {service: {online_share: 0.9}}\n")
    assert change.from_ == date(2026, 8, 1)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_shipped_scenario_is_said_in_words_and_as_a_table(lang: str) -> None:
    for name in scenario_names(inputs()):
        scenario = load_scenario(name, inputs())
        answer = scenario_answer(scenario, found(name), inputs(), lang)
        text = answer.text(200)
        assert scenario.title[lang] in text
        assert " nan" not in text
        if found(name):
            assert len(answer.grids[0].rows) == len(found(name))
            words = ScenarioWords(scenario, found(name), inputs(), lang)
            assert all(
                words.name(change) in line
                for change, line in zip(found(name), answer.head[-len(found(name)) :], strict=True)
            )


def validator() -> Draft202012Validator:
    schema = json.loads(
        (inputs().folder.root / "schema" / "scenario.schema.json").read_text(encoding="utf-8")
    )
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_the_schema_accepts_what_ships_and_knows_levers_and_law_by_name() -> None:
    check = validator()
    for path in (inputs().folder.root / "scenarios").glob("*.yaml"):
        node, _ = read_yaml(path.read_bytes(), path.name)
        assert node is not None
        assert list(check.iter_errors(node.plain())) == [], path.name
    bad = {"name": "x", "law": {"poverty_line.rurl": {"absent": True}}}
    assert "poverty_line.rurl" in next(check.iter_errors(bad)).message
    assert not list(
        check.iter_errors(
            {"name": "x", "law": {"law_41_2024": {"absent": True}, "csi.scope": {"absent": True}}}
        )
    )


def test_a_new_file_tells_the_editor_where_the_schema_lies(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "mine.yaml"
    assert call(["scenario", "new", "mine", "--out", str(path)]) == 0, capsys.readouterr().err
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (tmp_path / first.split("=", 1)[1]).resolve().is_file()


def test_a_copy_keeps_the_comments(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "mine.yaml"
    assert call(["scenario", "new", "mine", "--copy", "outreach_push", "--out", str(path)]) == 0
    source = (inputs().folder.root / "scenarios" / "outreach_push.yaml").read_text(encoding="utf-8")
    comments = [line.strip() for line in source.splitlines() if line.strip().startswith("#")][1:]
    text = path.read_text(encoding="utf-8")
    assert len(comments) > 4
    assert all(comment in text for comment in comments)
    mine, old = (load_scenario(s, inputs()).as_dict() for s in (path, "outreach_push"))
    assert mine["levers"] == old["levers"]
    assert mine["name"] == "mine"
    capsys.readouterr()
    assert (
        call(
            [
                "scenario",
                "new",
                "two",
                "--copy",
                "no_top_up+outreach_push",
                "--out",
                str(tmp_path / "two.yaml"),
            ]
        )
        == 2
    )
    assert "one scenario or file" in capsys.readouterr().err
