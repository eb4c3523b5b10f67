"""Tables of an estimate: printed figures add up, one table agrees with the next, nothing is invented."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bhxh_forecast.inputs import load_inputs
from bhxh_forecast.inputs.faults import Faults
from bhxh_forecast.inputs.folder import DEFAULT_DATA, DataFolder
from bhxh_forecast.inputs.forms import read_forms
from bhxh_forecast.reporting.budget_cuts import chosen, totals
from bhxh_forecast.reporting.estimate import (
    budget_forms,
    law,
    pension_forms,
    plan_forms,
    risk_forms,
    support_forms,
)
from bhxh_forecast.reporting.estimate.central import Central
from bhxh_forecast.reporting.estimate.effects import base_and_new, base_changes, bridge
from bhxh_forecast.reporting.estimate.figures_given import Given
from bhxh_forecast.reporting.estimate.form_table import FormTable
from bhxh_forecast.reporting.estimate.policy import BELOW, LEAVES, Policy, with_sums
from bhxh_forecast.reporting.estimate.register import TARGETS, UNIT_COSTS, register
from bhxh_forecast.reporting.estimate.rounding import add_up, into_largest, top_down
from bhxh_forecast.reporting.estimate.words import summary
from bhxh_forecast.reporting.run_tables import RunTables
from bhxh_forecast.simulation import simulate
from tests.estimate_run import DRAWS, SCENARIOS, estimate_page, estimate_run, inputs, projections

NEXT = 2027


def policy_of(scenario: str = "current_policy", lang: str = "vi") -> Policy:
    return Policy(Central(estimate_page(lang, scenario)))


def all_forms(lang: str = "vi", scenario: str = "current_policy") -> list[FormTable]:
    policy = policy_of(scenario, lang)
    given = Given(policy.page)
    return [
        budget_forms.by_policy(policy, given), budget_forms.by_source(policy, given),
        support_forms.basis_support(policy), pension_forms.basis_pension(policy),
        pension_forms.by_commune(policy, given),
        plan_forms.execution(policy, given, 6), plan_forms.execution(policy, given, 10),
        plan_forms.three_years(policy, given), plan_forms.five_years(policy, given), plan_forms.increases(policy),
        risk_forms.risk(policy), risk_forms.odds(policy), risk_forms.targets(policy.page),
        risk_forms.reconciliation(given), risk_forms.options(policy),
    ]  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_people_times_months_times_unit_cost_is_the_budget(scenario: str) -> None:
    policy = policy_of(scenario)
    budget = totals(chosen(policy.page.table("budget"))).set_index("fiscal_year")["mean"]
    for year in policy.central.years:
        assert policy.proposed(year) == pytest.approx(float(budget[year]), abs=1.0)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_factors_of_the_bridge_add_to_the_difference(scenario: str) -> None:
    policy = policy_of(scenario)
    for year in policy.central.years[1:]:
        difference = policy.proposed(year) - policy.proposed(year - 1)
        assert sum(v for _, v in bridge(policy, year).values()) == pytest.approx(difference, abs=1.0)
        change = base_and_new(policy, year).base - base_and_new(policy, year - 1).base
        assert sum(base_changes(policy, year).values()) == pytest.approx(change, abs=1.0)
        assert base_and_new(policy, year).total == pytest.approx(policy.proposed(year), abs=1.0)


def test_a_higher_top_up_is_its_own_factor() -> None:
    assert bridge(policy_of("current_policy"), NEXT)["city_share"][1] == 0.0
    assert bridge(policy_of("subsidy_raise"), NEXT)["city_share"][1] > 1e10
    assert base_and_new(policy_of("subsidy_raise"), NEXT).shares > 1e10


def test_printed_lines_add_up() -> None:
    policy = policy_of()
    table = budget_forms.by_policy(policy, Given(policy.page))
    for column in ("current", "next", "change"):
        leaves = {leaf: table.value(leaf, column) for leaf in LEAVES}
        for name, value in with_sums(leaves).items():
            assert table.value(name, column) == value
    for row in ("total", "vsi", "cards"):
        assert table.value(row, "change") == table.value(row, "next") - table.value(row, "current")


def test_sources_basis_plans_and_bridge_agree_with_the_total() -> None:
    policy = policy_of()
    given, total = Given(policy.page), policy.printed(NEXT)["total"]
    sources = budget_forms.by_source(policy, given)
    for record in sources.records:
        if record.id not in ("memo", "other_way"):
            assert record.cells["total"] == record.cells["local"] + record.cells["central"]
    assert sources.value("total", "total") == total
    basis = support_forms.basis_support(policy)
    assert basis.value(str(NEXT), "total") == policy.printed(NEXT)["vsi"]
    of_year = [r for r in basis.records if r.kind == "leaf" and str(NEXT) in r.cells["period"]]
    assert sum(r.cells["total"] for r in of_year) == policy.printed(NEXT)["vsi"]
    pension = pension_forms.basis_pension(policy)
    assert (
        pension.value(str(NEXT), "total")
        == total - policy.printed(NEXT)["vsi"] - policy.printed(NEXT)["other"]
    )
    plan = plan_forms.three_years(policy, given)
    for k in range(4):
        column = f"y{k}"
        assert plan.value("base", column) + plan.value("new", column) == plan.value("total", column)
        if k:
            changes = plan.value("up", column) + plan.value("down", column)
            assert plan.value("base.previous", column) == plan.value("base", f"y{k - 1}")
            assert plan.value("base.previous", column) + changes == plan.value("base", column)
    up = plan_forms.increases(policy)
    amounts = [r.cells["amount"] for r in up.records]
    assert amounts[0] + sum(amounts[1:-1]) == amounts[-1] == total


def test_gross_joiners_and_leavers_lead_from_the_first_to_the_last_count() -> None:
    policy = policy_of(lang="en")
    (text,) = support_forms.flows(policy, [NEXT])
    new, gone, other, net = (int(n.replace(",", "")) for n in re.findall(r"[+-]?\d[\d,]*", text)[1:])
    assert new > 0
    assert gone > 0
    assert new - gone + other == net
    rows = [
        r.cells
        for r in support_forms.basis_support(policy, (NEXT,)).records
        if r.cells.get("opening", "") != ""
    ]
    assert net == pytest.approx(sum(r["closing"] - r["opening"] for r in rows), abs=1)
    assert text in support_forms.basis_support(policy, (NEXT,)).note


def test_execution_adds_months_and_lines() -> None:
    policy = policy_of()
    for months in (6, 10):
        table = plan_forms.execution(policy, Given(policy.page), months)
        for record in table.records:
            assert record.cells["model_done"] + record.cells["rest"] == record.cells["year"]
            assert record.cells["year"] == policy.printed(2026)[record.id]
            assert record.cells["transferred"] is None
            assert record.cells["allocated"] is None


def test_what_is_not_known_is_an_ellipsis_and_the_ceiling_is_never_computed() -> None:
    policy = policy_of()
    plan = plan_forms.three_years(policy, Given(policy.page))
    assert plan.value("ceiling", "y1") == plan.value("gap", "y1") == "Chưa được thông báo"
    one = budget_forms.by_policy(policy, Given(policy.page))
    printed = dict(zip([c.id for c in one.form.columns], one.printed(one.records[0]), strict=True))
    assert (printed["final"], printed["allocated"], printed["done"]) == ("…", "…", "…")
    assert pension_forms.by_commune(policy, Given(policy.page)).records == []


def with_files(tmp_path: Path, **files: str) -> RunTables:
    """The run with other files of data on top."""
    for name, text in files.items():
        path = tmp_path / "missing" / f"{name}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    run = estimate_run()
    return RunTables(frames=run._frames, manifest=run.manifest, inputs=load_inputs(overlays=[tmp_path]))


def test_figures_of_the_authorities_fill_their_cells(tmp_path: Path) -> None:
    run = with_files(
        tmp_path,
        budget_figures="fiscal_year,kind,line,value_vnd,reference,source_title,publisher,url,note\n"
        "2026,allocated,vsi_norm,90000000000,,,,,\n2027,control_figure,total,2000000000000,,,,,\n"
        "2025,final_accounts,vsi_norm,50000000000,,,,,\n",
        reconciliation_actuals="geo,date,group,participants,person_months,prepaid_months,state_support_vnd,"
        "city_topup_vnd,transferred_vnd,settled_vnd,source_title,publisher,url,note\n"
        "VN-HN,2026-06-30,all,120000,600000,0,40000000000,20000000000,54000000000,0,,,,\n",
        communes="geo,commune_code,name,kind,date,population,population_15plus,vsi_participants,poor_households,"
        "near_poor_households,minimum_wage_zone,source_title,publisher,url,note\n"
        "VN-HN,1,Một,xã,2026-06-30,1,1,300,0,0,1,,,,\nVN-HN,2,Hai,xã,2026-06-30,1,1,100,0,0,1,,,,\n",
    )
    policy = Policy(Central(estimate_page(run=run)))
    given = Given(policy.page)
    one = budget_forms.by_policy(policy, given)
    assert (one.value("vsi_norm", "allocated"), one.value("vsi_norm", "final")) == (90000, 50000)
    assert one.value("vsi", "done") == 60000
    table = plan_forms.execution(policy, given, 6)
    row = next(r.cells for r in table.records if r.id == "vsi_norm")
    assert (row["incurred"], row["transferred"], row["due"]) == (40000, 36000, 4000)
    assert row["year"] == 36000 + row["rest"]
    assert row["balance"] == 90000 - row["year"]
    plan = plan_forms.three_years(policy, given)
    assert plan.value("gap", "y1") == plan.value("total", "y1") - 2_000_000
    communes = pension_forms.by_commune(policy, given)
    assert sum(r.cells["vsi"] for r in communes.records[1:]) == policy.printed(NEXT)["vsi"]
    assert communes.records[1].cells["vsi"] == pytest.approx(0.75 * policy.printed(NEXT)["vsi"], abs=1)
    assert communes.records[1].cells["sp"] is None


def test_the_gate_opens_only_when_all_is_checked_and_reconciled(tmp_path: Path) -> None:
    page = estimate_page()
    assert not law.may_submit(page)
    assert all(name in law.gate_text(page) for name in ("17/2026", "14/2026", "BẢN NHÁP"))
    for path in (DEFAULT_DATA / "law").glob("*.yaml"):
        copy = tmp_path / "law" / path.name
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(
            path.read_text(encoding="utf-8").replace("checked: false", "checked: true"), encoding="utf-8"
        )
    rates = "provision,group,value,unit,from,to,reference,source_title,publisher,url,note\n"
    rates += "hn.vsi_topup_share,other,0.1,share of 22% x rural line,2026-07-01,,NQ 17/2026,,,,\n"
    nothing = "geo,date,group,participants,person_months,prepaid_months,state_support_vnd,city_topup_vnd,"
    nothing += "transferred_vnd,settled_vnd,source_title,publisher,url,note\n"
    almost = with_files(
        tmp_path, resolution_14_2026_rates=rates.replace("other", "poor").replace("0.1", "0.5")
    )
    assert not law.may_submit(estimate_page(run=almost))
    ready = with_files(tmp_path, reconciliation_actuals=nothing + "VN-HN,2026-06-30,all,1,1,0,1,1,1,1,,,,\n")
    assert law.missing_texts(estimate_page(run=ready)) == law.missing_texts(estimate_page())[:1]


def test_every_number_of_the_summary_stands_in_a_table() -> None:
    for lang in ("vi", "en"):
        policy = policy_of(lang=lang)
        cells = {cell for form in all_forms(lang) for record in form.records for cell in form.printed(record)}
        figures = {n for cell in cells for n in re.findall(r"\d[\d.,]*\d|\d", cell)}
        for sentence in summary(policy):
            if sentence.key == "gate":
                continue
            text = re.sub(r"\b20\d\d\b|31/12/|\bP\d\d\b|80%|31 December", "", sentence.text)
            for number in re.findall(r"\d[\d.,]*\d|\d", text):
                assert number in figures, (sentence.text, number)


def test_the_words_follow_the_probability() -> None:
    policy = policy_of()
    targets = risk_forms.targets(policy.page)
    for sentence in summary(policy):
        name = sentence.key.partition("target.")[2]
        for record in targets.records:
            if name and record.id.startswith(f"{name}.") and record.cells["odds"] != "…":
                assert record.cells["words"] in sentence.text
                assert record.cells["odds"] in sentence.text


def test_odds_rise_with_the_amount_and_the_proposal_is_the_mean_not_p80() -> None:
    policy = policy_of()
    rows = risk_forms.odds(policy).records
    odds, amounts = [r.cells["odds"] for r in rows], [r.cells["amount"] for r in rows]
    assert odds == sorted(odds)
    assert amounts == sorted(amounts)
    at = next(r.cells for r in rows if r.id == "1")
    assert at["amount"] == pytest.approx(policy.printed(NEXT)["total"], abs=1)
    record = next(r.cells for r in risk_forms.risk(policy).records if r.id == f"total.{NEXT}")
    assert record["p10"] < record["proposed"] < record["p80"]


def test_a_scenario_is_the_baseline_plus_its_effect_in_every_draw() -> None:
    runs = projections()
    base, push = runs["current_policy"].inner.budget, runs["outreach_push"].inner.budget
    effect = runs["outreach_push"].minus(runs["current_policy"])
    for programme in ("total", "vsi_state_support", "outreach"):
        assert np.array_equal(base.programme(programme) + effect.budget(programme), push.programme(programme))


def test_the_register_is_sorted_by_its_effect_and_says_how_each_was_found() -> None:
    found = register(policy_of())
    sizes = [a.size for a in found]
    assert sizes == sorted(sizes, reverse=True)
    by_id = {a.id: a for a in found}
    top_up, law_of_other = by_id["top_up_after_2026_07"], by_id["law:hn.vsi_topup_share.other:2026-07-01"]
    assert (top_up.how, law_of_other.how) == ("both_ends", "with_without")
    assert top_up.size > law_of_other.size > 1e10  # 0 to 0.3 against 0 to 0.1
    assert by_id["social_pension_level"].how == "money"
    assert by_id["social_pension_level"].budget
    for item in found:
        odds_known, money_known = set(item.odds) == set(TARGETS), item.budget is not None
        assert (odds_known, money_known) == {
            "no_range": (False, False), "left_out": (True, False),
        }.get(item.how, (True, item.id not in UNIT_COSTS)), item.id  # fmt: skip


def test_what_is_called_a_matter_of_money_moves_nobody(tmp_path: Path) -> None:
    path = tmp_path / "dearer.yaml"
    path.write_text(
        "name: dearer\ntitle: {vi: a, en: a}\ndescription: {vi: a, en: a}\nextends: current_policy\n"
        "law:\n  sp.level_national: [{from: 2027-01-01, value: 750000}]\n",
        encoding="utf-8",
    )
    dearer, base = simulate(str(path), draws=DRAWS, inputs=inputs()), projections()["current_policy"]
    for series, values in base.inner.counts.items():
        assert np.array_equal(dearer.inner.counts[series], values), series
    budget, at = base.inner.budget, int(np.flatnonzero(base.inner.budget.years == NEXT)[0])
    change = dearer.inner.budget.programme("total")[at] - budget.programme("total")[at]
    level = next(a for a in register(policy_of()) if a.id == "social_pension_level")
    assert level.budget == pytest.approx(float(change.mean()), rel=1e-6)


@given(st.lists(st.floats(0.0, 1e6), min_size=len(LEAVES), max_size=len(LEAVES)), st.sampled_from([0, 1]))
def test_every_printed_total_is_the_true_one_rounded_and_its_parts_add(
    amounts: list[float], decimals: int
) -> None:
    true = with_sums(dict(zip(LEAVES, amounts, strict=True)))
    printed = top_down(true, BELOW, decimals)
    assert printed["total"] == round(true["total"], decimals)
    for line, parts in BELOW.items():
        assert sum(printed[part] for part in parts) == pytest.approx(printed[line], abs=1e-6)
        assert (
            add_up({part: true[part] for part in parts}, printed[line], decimals).items() <= printed.items()
        )
    unit = 10.0**-decimals
    assert all(abs(printed[line] - true[line]) < unit * (1 + 1e-6) for line in true)
    assert all(printed[line] == 0.0 for line in true if true[line] == 0.0)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12))
def test_where_nothing_has_to_give_every_part_is_rounded_as_usual(amounts: list[float]) -> None:
    parts = dict(enumerate(amounts))
    usual = {k: float(math.floor(v + 0.5)) for k, v in parts.items()}
    printed = add_up(parts)
    assert sum(printed.values()) == round(math.fsum(amounts))
    if sum(usual.values()) == round(math.fsum(amounts)) and all(abs(v % 1 - 0.5) > 1e-5 for v in amounts):
        assert printed == usual


def test_the_lines_of_the_estimate_are_within_a_unit_of_what_the_model_says() -> None:
    policy = policy_of()
    table = plan_forms.five_years(policy, Given(policy.page))
    for year in policy.central.years:
        true, printed = policy.amounts(year), policy.printed(year)
        assert printed["total"] == round(true["total"] / 1e6)
        assert all(abs(printed[line] - true[line] / 1e6) < 1 for line in true)
        column = f"y{year - policy.central.years[0]}"
        assert table.value("total", column) == round(true["total"] / 1e9, 1)
        assert all(
            abs(table.value(r.id, column) - true[r.id] / 1e9) < 0.1 for r in table.records if r.id in true
        )


def test_the_bridge_puts_the_rounding_into_its_largest_factor() -> None:
    assert into_largest({"a": 0.4, "b": 0.4, "c": 10.4}) == {"a": 0.0, "b": 0.0, "c": 11.0}
    assert add_up({}, 3.0) == into_largest({}, 3.0) == {}
    assert into_largest({"a": 1.2, "b": 2.2}, 5.0) == {"a": 1.0, "b": 4.0}
    assert add_up({"a": 1.2, "b": 2.2}, 5.0) == {"a": 2.0, "b": 3.0}


def test_a_form_number_is_printed_only_when_a_person_checked_it(tmp_path: Path) -> None:
    form = next(f for f in all_forms() if f.form.code == "B01")
    assert form.form.form_number
    assert form.form.number == ""
    assert "chưa theo mẫu ban hành" in form.number_line
    source = DEFAULT_DATA / "forms" / "B01" / "2026-07.yaml"
    target = tmp_path / "forms" / "B01" / "2026-07.yaml"
    target.parent.mkdir(parents=True)
    text = source.read_text(encoding="utf-8").replace("status: not_checked", "status: checked")
    target.write_text(text, encoding="utf-8")
    faults = Faults()
    read_forms(DataFolder(tmp_path), faults)
    assert {p.field for p in faults.problems} == {"checked_by", "checked_on"}
    dated = text.replace('checked_by: ""', 'checked_by: "N. V. A"').replace(
        'checked_on: ""', "checked_on: 2026-07-20"
    )
    target.write_text(dated, encoding="utf-8")
    assert read_forms(DataFolder(tmp_path), Faults())["B01"].number == "27"
    target.write_text(
        dated.replace("kind: text", "kind: words", 1).replace("id: name", "id: number", 1), encoding="utf-8"
    )
    faults = Faults()
    read_forms(DataFolder(tmp_path), faults)
    assert {p.field for p in faults.problems} == {"columns[0].kind", "columns[1].id"}
