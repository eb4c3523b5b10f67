"""The data that the project ships keep their own rules."""

# ruff: noqa: E501  (files and messages stand here as they are written)

import json
import pickle
import shutil
import time
from datetime import date
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import yaml

from bhxh_forecast.inputs import (
    load_inputs,
    load_scenario,
    load_world,
    resolve_levers,
    scenario_names,
    world_names,
)
from bhxh_forecast.inputs.check import check
from bhxh_forecast.inputs.folder import DataFolder
from bhxh_forecast.inputs.schema import schema_texts

MONTHS = np.arange("2015-12", "2031-01", dtype="datetime64[M]")
SCENARIOS = (
    "current_policy", "combined", "compliance_drive", "digital_service", "law_2014", "no_top_up", "outreach_push",
    "poverty_line_delayed", "subsidy_raise",
)  # fmt: skip
WORLDS = ("reference", "downturn", "fast_formalisation", "high_migration", "low_migration")


def at(path, month):
    return path[int((np.datetime64(month, "M") - MONTHS[0]).astype(int))]


def test_the_whole_folder_is_in_order_within_two_seconds():
    begin = time.perf_counter()
    outcome = check()
    assert [str(problem) for problem in outcome.problems] == []
    assert time.perf_counter() - begin < 2
    assert outcome.summary["scenarios"] == 9
    assert outcome.summary["worlds"] == 5


def test_nine_scenarios_and_five_worlds_load(real):
    assert tuple(scenario_names(real)) == SCENARIOS
    assert tuple(world_names(real)) == WORLDS
    for name in SCENARIOS:
        assert load_scenario(name, real).title["vi"]
    for name in WORLDS:
        assert load_world(name, real).title["vi"]


def test_the_combined_scenario_is_its_four_parts(real):
    whole = load_scenario("combined", real)
    parts = load_scenario("outreach_push+subsidy_raise+compliance_drive+digital_service", real)
    assert whole.levers == parts.levers


def test_only_the_counterfactual_changes_the_past(real):
    base = resolve_levers(load_scenario("current_policy", real), real, MONTHS)
    past = real.as_of.strftime("%Y-%m")
    for name in SCENARIOS:
        scenario = load_scenario(name, real)
        found = resolve_levers(scenario, real, MONTHS)
        same = all(np.array_equal(at_or_before(found[k], past), at_or_before(base[k], past)) for k in base)
        assert same != scenario.counterfactual


def at_or_before(path, month):
    return path[np.datetime64(month, "M") >= MONTHS]


def test_support_falls_back_to_the_law_of_2014(real):
    found = resolve_levers(load_scenario("law_2014", real), real, MONTHS)
    for group, share in (("poor", 0.3), ("near_poor", 0.25), ("other", 0.1), ("ethnic_minority", 0.1)):
        assert at(found[f"subsidy.state_share.{group}"], "2026-06") == share
    assert at(found["old_age.social_pension_age"], "2026-06") == 80


def test_without_the_top_up_only_the_state_pays(real):
    found = resolve_levers(load_scenario("no_top_up", real), real, MONTHS)
    assert at(found["subsidy.city_share.other"], "2026-12") > 0
    assert at(found["subsidy.city_share.other"], "2027-01") == 0
    assert at(found["subsidy.state_share.other"], "2027-01") == 0.2


def test_the_new_line_raises_the_base_by_46_7_percent_overnight(real):
    base = resolve_levers(load_scenario("current_policy", real), real, MONTHS)["subsidy.base"]
    late = resolve_levers(load_scenario("poverty_line_delayed", real), real, MONTHS)["subsidy.base"]
    assert at(base, "2027-01") / at(base, "2026-12") == pytest.approx(2200 / 1500)
    assert at(late, "2027-12") == at(base, "2026-12")
    assert at(late, "2028-01") == at(base, "2027-01")


def test_seven_to_twelve_2025_support_totals_80_65_30_percent(real):
    found = resolve_levers(load_scenario("current_policy", real), real, MONTHS)
    for group, total in (("poor", 0.8), ("near_poor", 0.65), ("other", 0.3), ("ethnic_minority", 0.4)):
        paid = at(found[f"subsidy.state_share.{group}"], "2025-10") + at(
            found[f"subsidy.city_share.{group}"], "2025-10"
        )
        assert paid == pytest.approx(total)


def test_the_outreach_baseline_is_the_citys_part_of_the_national_budget(real):
    national = real.law.value("outreach.national_budget_2026", date(2026, 6, 30))
    members = 2_200_462 + 112_293
    assert real.levers["outreach.budget"].baseline == pytest.approx(
        national * 1e9 * members / 20.1e6 / 12, rel=1e-3
    )


def test_the_view_in_advance_leaks_nothing():
    day = date(2018, 12, 31)
    then = load_inputs(as_of=day)
    assert (then.observations["published"].dt.date <= day).all()
    assert (then.assigned["published"].dt.date <= day).all()
    assert all(row.enacted <= day for name in then.law.ids for row in then.law.rows(name))
    assert all(p.data_to is None or p.data_to <= day or p.is_weak for p in then.priors.values() if p.sampled)
    for name in SCENARIOS:
        assert resolve_levers(load_scenario(name, then), then, MONTHS)
    assert at(then.law.monthly("poverty_line.rural", MONTHS), "2030-12") == 700_000


def test_no_law_row_is_a_computed_copy(real):
    assert "vsi.state_subsidy_amount.other" in real.computed
    assert not any(
        name in real.law.everything for name in real.computed if "amount" in name or "total" in name
    )


def test_schemas_are_what_the_grammar_generates():
    folder = DataFolder()
    for name, text in schema_texts(folder).items():
        assert (folder.root / name).read_text(encoding="utf-8") == text, (
            "run python -m bhxh_forecast.inputs.schema"
        )


@pytest.mark.parametrize(("place", "names"), [("scenario", SCENARIOS), ("world", WORLDS)])
def test_shipped_files_keep_to_the_schema(real, place, names):
    root = real.data_dir
    schema = json.loads((root / f"schema/{place}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for name in names:
        text = (root / f"{place}s/{name}.yaml").read_text(encoding="utf-8")
        jsonschema.validate(yaml.load(text, Loader=yaml.BaseLoader) | numbers(text), schema)


def numbers(text):
    """The sections whose numbers matter, with dates left as text as in YAML 1.2."""
    from bhxh_forecast.inputs.yaml_positions import read_yaml

    root, problems = read_yaml(text.encode(), "f.yaml")
    assert root is not None
    assert not problems
    return root.plain()


def test_inputs_travel_to_another_process(real):
    copy = pickle.loads(pickle.dumps(real))
    assert copy.as_of == real.as_of
    assert copy.law.rows("sp.age") == real.law.rows("sp.age")


@pytest.fixture
def copied(real, tmp_path):
    return Path(shutil.copytree(real.data_dir, tmp_path / "data"))


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("levers.yaml", "law:sp.age\n", "law:sp.aeg\n", "old_age.social_pension_age.baseline_source: found 'sp.aeg'"),
        ("levers.yaml", "unit: units/month", "unit: unts/month", "compliance.inspections.unit: found 'unts/month'"),
        ("targets/targets.csv", ",lfs_working_age,agency,", ",lfs_workng_age,agency,", "found 'lfs_workng_age'; allowed"),
        ("scenarios/no_top_up.yaml", "value: 0}]              #", "value: 2}]              #", "found 2; allowed a number from 0 to 1"),
        ("worlds/downturn.yaml", "scale: 1.5", "scale: -1", "found -1; allowed a number above 0"),
        ("datapackage.json", "\"path\": \"levers.yaml\"", "\"path\": \"lever.yaml\"", "levers.yaml: found a file that is not listed"),
        ("datapackage.json", "{", "{,", "json: found"),
        ("schema/world.schema.json", "WorldFile", "Worldfile", "schema: found another text"),
    ],
)  # fmt: skip
def test_the_check_finds_what_is_broken(copied, name, old, new, message):
    path = copied / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [str(problem) for problem in check(copied).problems]
    assert any(message in line for line in found), found


def test_a_sampled_prior_without_a_basis_fails_the_check(copied):
    import csv

    path = copied / "priors/priors.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0]["basis"] = rows[0]["weak_distribution"] = ""
    rows[0]["data_to"] = "2024-12-31"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    found = "\n".join(str(problem) for problem in check(copied).problems)
    assert f"{rows[0]['id']}.basis: found nothing; allowed a value, since it is sampled" in found
    assert (
        f"{rows[0]['id']}.weak_distribution: found nothing; allowed a weak version (data to 2024-12-31)"
        in found
    )
