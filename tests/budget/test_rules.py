"""Rules that any budget must keep: things add up, in every draw, to the last đồng."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bhxh_forecast.budget import PARAMETERS, PROGRAMMES, FundingRule, basis, compute
from bhxh_forecast.budget.prices import INCOME_REFERENCE, base_year_price, year_starts
from bhxh_forecast.budget.programmes import (
    ALL,
    HEADLINE,
    LEGAL_ORIGINS,
    RECOGNITIONS,
    SPENDING_FIELDS,
    Account,
)
from bhxh_forecast.budget.window import law_path
from bhxh_forecast.timeline import Timeline
from tests.budget.toy import LINE, PARAMS, T, coverage, crowd, drivers, params

SEEDS = st.integers(0, 2**32 - 1)


def busy(seed: int = 1, n: int = 3):
    """Random people under random measures, some of them smaller than the baseline."""
    rng, law = np.random.default_rng(seed), drivers()
    for path in law.levers.values():
        path[LINE.first_projected :] *= rng.uniform(0.5, 2)
    law.levers["outreach.reminders"][-20:] = 0.5
    law.levers["outreach.assisted_registration"][-9:] = 0.1
    law.levers["service.satisfaction_effort"][-5:] = 1.0
    spread = {k: v * rng.uniform(0.8, 1.2, n) for k, v in PARAMS.items()}
    spread |= {"prepay_months": rng.uniform(1, 60, n), "settlement_lag_months": np.full(n, 3.0)}
    return crowd(n, seed, spread["prepay_months"], spread["density"]), law, spread


@settings(max_examples=20)
@given(SEEDS, st.floats(0, 0.5), st.floats(0, 0.5))
def test_everything_adds_up_exactly(seed, central, commune):
    block, law, values = busy(seed)
    result = compute(block, law, values, LINE, funding=FundingRule(central, commune), monthly=True)
    accounts = result.accounts
    for recognition in RECOGNITIONS:
        inside = {a: v for a, v in accounts.items() if a.recognition == recognition and not a.memo}
        single = {a: v for a, v in inside.items() if a.programme != "total"}
        for a in [a for a in single if a.funding_source == ALL]:
            parts = [v for b, v in single.items() if b.programme == a.programme and b.funding_source != ALL]
            assert np.array_equal(sum(parts), accounts[a])
        grand = accounts[Account("total", ALL, ALL, ALL, recognition, False)]
        programmes = [v for a, v in single.items() if a.funding_source == ALL]
        assert len(programmes) == 9
        assert np.array_equal(sum(programmes), grand)
        for column in ("funding_source", "spending_field", "legal_origin"):
            parts = [v for a, v in inside.items() if a.programme == "total" and getattr(a, column) != ALL]
            assert np.array_equal(sum(parts), grand), column
    starts = year_starts(LINE.months)
    for account, months in result.monthly.items():
        assert np.array_equal(np.add.reduceat(months, starts, axis=0), accounts[account])


@settings(max_examples=20)
@given(SEEDS)
def test_three_recognitions_have_the_same_total_in_the_long_run(seed):
    block, law, values = busy(seed)
    result = compute(block, law, values, LINE)
    for name in ("vsi_state_support", "vsi_city_top_up"):
        covered, collected, transferred = (
            result.programme(name, recognition=r).sum(axis=0) for r in RECOGNITIONS
        )
        assert np.array_equal(covered + result.promised[name], collected)
        assert np.array_equal(collected, transferred)


@settings(max_examples=20)
@given(SEEDS)
def test_state_city_and_members_pay_the_whole_contribution(seed):
    block, law, values = busy(seed)
    values["chosen_base_ratio"] = np.full(3, 1.5)
    result = compute(block, law, values, LINE, monthly=True)
    by_name = {a.programme: v for a, v in result.monthly.items() if a.recognition == "month_covered"}
    together = (
        by_name["vsi_state_support"] + by_name["vsi_city_top_up"] + by_name["participant_contributions"]
    )
    least = law.rural_line * 0.22
    assert together == pytest.approx(block.vsi_paying * least[:, None] * 1.5, rel=1e-9)
    assert np.array_equal(by_name["participant_contributions"] >= 0, np.ones_like(together, dtype=bool))


@settings(max_examples=20)
@given(SEEDS, st.floats(0.1, 10))
def test_cost_is_linear_in_persons(seed, factor):
    block, law, values = busy(seed)
    once = compute(block, law, values, LINE)
    for name in ("group_members", "group_locked", "social_pension_law", "social_pension_poor",
                 "social_pension_extension"):  # fmt: skip
        getattr(block, name)[:] *= factor
    scaled = compute(block, law, values, LINE)
    for name in ("vsi_state_support", "vsi_city_top_up", "social_pension", "social_pension_city_increment",
                 "health_cards", "funeral_support"):  # fmt: skip
        assert scaled.programme(name) == pytest.approx(once.programme(name) * factor, rel=1e-8, abs=1)


@settings(max_examples=20)
@given(SEEDS, st.integers(0, 3), st.floats(0, 0.4))
def test_more_support_never_costs_less_for_the_same_people(seed, group, more):
    block, law, values = busy(seed)
    before = compute(block, law, values, LINE)
    law.city_share[group] += more
    after = compute(block, law, values, LINE)
    for recognition in RECOGNITIONS:
        gain = after.programme("total", recognition=recognition) - before.programme(
            "total", recognition=recognition
        )
        assert gain.min() >= 0
    own = (result.programme("participant_contributions", memo=True) for result in (before, after))
    assert (next(own) - next(own)).min() >= 0


@settings(max_examples=20)
@given(SEEDS, st.sampled_from(RECOGNITIONS))
def test_basis_of_calculation_adds_to_the_budget_exactly(seed, recognition):
    block, law, values = busy(seed)
    result = compute(block, law, values, LINE)
    rows = basis(block, law, values, LINE, recognition=recognition)
    for name, column in (("vsi_state_support", "state"), ("vsi_city_top_up", "city")):
        budget = result.programme(name, recognition=recognition)
        for i, year in enumerate(result.years):
            lines = [getattr(r, column) for r in rows if r.year == year]
            assert np.array_equal(sum(lines), budget[i])
    assert {r.persons.shape for r in rows} == {budget[0].shape}  # one number per draw


def test_lines_of_the_basis_follow_law_periods():
    block, law, values = busy(4)
    rows = basis(block, law, values, LINE, recognition="month_covered")
    poor = [(r.first, r.last) for r in rows if r.group == "poor" and not r.prepaid and 2025 <= r.year <= 2026]
    assert poor == [("2025-01", "2025-06"), ("2025-07", "2025-12"), ("2026-01", "2026-12")]
    prepaid = next(r.means() for r in rows if r.prepaid and r.group == "poor")
    assert (prepaid["first"], prepaid["line"], prepaid["base"]) == ("2027-01", 1.5e6, 330e3)
    by_hand = (
        prepaid["persons"]
        * prepaid["months"]
        * prepaid["density"]
        * prepaid["supported_share"]
        * prepaid["state_unit"]
    )
    assert by_hand == pytest.approx(prepaid["state"], rel=1e-9)
    empty = basis(coverage(2), drivers(new_line_month=None), params(2), LINE)[0].means()
    assert (empty["density"], empty["supported_share"], empty["total"]) == (0, 0, 0)


def test_without_a_new_line_the_three_recognitions_are_one():
    result = compute(coverage(2), drivers(new_line_month=None), params(2), LINE)
    for account, amount in result.accounts.items():
        assert amount is result.accounts[account._replace(recognition=HEADLINE)]
    assert not np.any(list(result.promised.values()))


def test_programmes_are_the_closed_list():
    names = {p.name for p in PROGRAMMES if not p.memo}
    supports = {"vsi_state_support", "vsi_city_top_up", "social_pension", "social_pension_city_increment"}
    assert names == supports | {"health_cards", "funeral_support", "outreach", "inspection", "service"}
    memo = {p.name for p in PROGRAMMES if p.memo}
    assert memo == {"agents_commission", "ui_state_support", "participant_contributions", "vsi_maternity"}
    for programme in PROGRAMMES:
        assert programme.legal_origin in LEGAL_ORIGINS
        assert programme.spending_field in SPENDING_FIELDS
    block, law, values = busy()
    values |= {"central_share_vsi": 0.3, "commune_share": np.full(3, 0.1)}
    result = compute(block, law, values, LINE)
    parts = [result.programme("vsi_state_support", source=s) for s in ("city", "central", "commune", "all")]
    assert parts[1] == pytest.approx(0.3 * parts[3], rel=1e-9)
    assert parts[2] == pytest.approx(0.1 * parts[3], rel=1e-9)
    assert result.programme("health_cards", source="commune").any()
    with pytest.raises(KeyError, match="source commune"):
        result.programme("vsi_city_top_up", source="commune")


def test_maternity_enters_the_total_once_its_budget_level_is_known():
    block, law, values = busy()
    memo = compute(block, law, values, LINE)
    entered = compute(block, law, values, LINE, funding=FundingRule(maternity_source="central"))
    amount = entered.programme("vsi_maternity", source="central")
    assert amount.any()
    assert np.array_equal(memo.programme("vsi_maternity", source="undetermined", memo=True), amount)
    assert np.array_equal(entered.programme("total") - memo.programme("total"), amount)


@pytest.mark.parametrize("rule", [{"central_share": -0.1}, {"central_share": 0.6, "commune_share": 0.6},
                                  {"maternity_source": "somebody"}])  # fmt: skip
def test_impossible_funding_is_refused(rule):
    with pytest.raises(ValueError, match=r"funding shares|maternity_source"):
        FundingRule(**rule)


def test_shares_that_leave_nothing_make_no_line():
    sources = {a.funding_source for a in compute(*busy()[:3], LINE, funding=FundingRule(0.7, 0.3)).accounts
               if a.programme == "vsi_state_support"}  # fmt: skip
    assert sources == {"central", "commune", "all"}


def test_a_cell_is_checked_only_when_all_its_provisions_are_all_year():
    block, law, values = busy()
    since = (LINE.months >= np.datetime64("2028-07")).astype(float)
    for provision in ("hi.rate", "base_salary", "sp.hi_card", "xx.sp.city_topup"):
        law.flags[f"checked:{provision}"] = since
    law.flags["checked:sp.level_national"] = np.zeros(T)
    result = compute(block, law, values, LINE)
    cells = {
        c: v for c, v in result.cells.items() if c.recognition == HEADLINE and c.funding_source == "city"
    }
    cards = {c.legal_status: c for c in cells if c.programme == "health_cards"}
    assert set(cards) == {"checked", "unchecked"}
    assert result.years[result.years_of(cards["checked"])].tolist() == [2029, 2030]
    assert np.array_equal(sum(cells[c] for c in cards.values()), result.programme("health_cards"))
    assert not cells[cards["unchecked"]][-2:].any()
    for name in ("social_pension_city_increment", "outreach", "total"):
        assert {c.legal_status for c in cells if c.programme == name} == {"unchecked"}
    health = {
        c.legal_status for c in result.cells if c.programme == "total" and c.spending_field[:6] == "health"
    }
    assert health == {"checked", "unchecked"}


def test_a_total_with_everything_checked_is_checked():
    block, law, values = busy()
    law.flags.update({f"checked:{p}": np.ones(T) for programme in PROGRAMMES for p in programme.provisions})
    result = compute(block, law, values, LINE)
    assert all(result.checked[Account("total", ALL, ALL, ALL, HEADLINE, False)])
    assert not any(result.checked[Account("total", ALL, ALL, "other", HEADLINE, False)])  # rests on no law


def test_a_provision_must_be_there_and_be_one():
    law = drivers()
    law.law["yy.sp.city_topup"] = law.law["xx.sp.city_topup"]
    with pytest.raises(KeyError, match=r"xx\.sp\.city_topup"):
        law_path(law, "sp.city_topup")
    del law.law["xx.sp.city_topup"], law.law["yy.sp.city_topup"]
    with pytest.raises(KeyError, match="none"):
        compute(coverage(1), law, params(), LINE)
    assert set(PARAMETERS) == set(PARAMS)


def test_inputs_are_left_alone():
    block, law, values = busy()
    arrays = [v for v in vars(block).values() if isinstance(v, np.ndarray)] + [law.line, law.city_share]
    copies = [a.copy() for a in arrays]
    compute(block, law, values, LINE)
    basis(block, law, values, LINE)
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(arrays, copies, strict=True))


def test_single_numbers_serve_as_parameters():
    block, law, _ = busy()
    wide = compute(block, law, params(3), LINE).accounts
    short = compute(block, law, {k: np.float64(v) for k, v in PARAMS.items()}, LINE).accounts
    assert all(np.array_equal(wide[a], short[a]) for a in wide)


def test_a_run_that_ends_before_2025_keeps_the_index():
    line = Timeline(date(2018, 12, 31), 2022)
    assert base_year_price(drivers(), np.zeros(2), line).tolist() == [1, 1]
    assert line.index(INCOME_REFERENCE) > line.months.size
