"""Rules of the tables: accounts add up in every draw, draws are the same everywhere, what is past is shared."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from bhxh_forecast.batch.tables import csv_bytes, tidy
from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs.draws import BLOCK
from bhxh_forecast.results.draws import BASES, SHARE_BASES
from bhxh_forecast.results.projection import Projections
from bhxh_forecast.results.quantiles import SEVEN, clustered_error, quantiles
from bhxh_forecast.simulation import simulate, simulate_many

DRAWS = 300
TABLES = (
    "targets",
    "coverage",
    "budget",
    "population",
    "workforce",
    "indicators",
    "assumptions",
    "assumption_effects",
    "estimate",
    "sufficiency",
)
COLUMNS = {
    "targets": "scenario world geo target_id year base as_written as_reported comparison required unit status "
    "probability probability_within_half_point mc_error p10 p50 p90 first_month_p50 year_reached_p50 note",
    "coverage": "scenario world geo date phase series base unit mean p05 p10 p25 p50 p75 p90 p95",
    "budget": "scenario world geo fiscal_year programme legal_origin funding_source spending_field recognition memo "
    "legal_status price_basis unit mean p10 p50 p80 p90",
    "population": "scenario world geo date sex age_group unit mean p10 p50 p90",
    "workforce": "scenario world geo date base sex unit mean p10 p50 p90",
    "indicators": "scenario world geo date indicator group unit mean p10 p50 p90",
    "assumption_effects": "id outcome year effect standard_error clear unit",
    "estimate": "scenario world geo date item group recognition persons months_paid months_supported line rate "
    "norm_share city_share unit_norm unit_city norm city",
    "sufficiency": "scenario world geo fiscal_year programme_set kind level amount probability excess price_basis unit",
    "assumptions": "id name_vi name_en value_or_distribution unit status source effect_on_probability",
}


@cache
def runs() -> Projections:
    return simulate_many(["current_policy", "combined", "law_2014"], draws=DRAWS)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("scenario", ["current_policy", "law_2014"])
def test_tables_have_the_contract_s_columns_in_order(table: str, scenario: str) -> None:
    frame = getattr(runs()[scenario], table)()
    assert list(frame.columns) == COLUMNS[table].split()
    assert len(frame) > 0


def test_the_same_seed_gives_the_same_bytes() -> None:
    again = simulate_many(["current_policy", "combined", "law_2014"], draws=DRAWS)
    for table in TABLES:
        first, second = (csv_bytes(tidy(getattr(r["combined"], table)(), table)) for r in (runs(), again))
        assert first == second


def test_another_seed_gives_other_draws() -> None:
    here = simulate("current_policy", draws=64)
    with pytest.raises(ValueError, match="same draws"):
        here.minus(runs()["current_policy"])


def test_a_draw_does_not_depend_on_how_many_are_asked_for() -> None:
    few, many = simulate("combined", draws=64), runs()["combined"]
    for series in ("csi_participants", "vsi_participants"):
        np.testing.assert_allclose(
            few.draws(series).values, many.draws(series).values[:64], rtol=1e-12, err_msg=series
        )


def test_social_insurance_is_compulsory_and_voluntary_in_every_draw() -> None:
    counts = runs()["combined"].inner.counts
    np.testing.assert_allclose(
        counts["si_participants"], counts["csi_participants"] + counts["vsi_participants"], rtol=1e-14
    )


def test_unemployment_insurance_never_exceeds_compulsory() -> None:
    for run in runs().values():
        assert np.all(run.inner.counts["ui_participants"] < run.inner.counts["csi_participants"])


def test_past_retirement_and_working_age_are_complements() -> None:
    inner = runs()["current_policy"].inner
    groups = runs()["current_policy"].shared.people.groups["all"]
    adults = groups[:, 2, 3:].sum(axis=1)  # 15 and over on 1 January
    december = inner.bases["working_age_population"][0::12] + inner.bases["past_retirement_age"][0::12]
    np.testing.assert_allclose(december, adults[1:], rtol=1e-12)


def test_sexes_add_up_to_the_total() -> None:
    people = runs()["current_policy"].shared.people
    groups = people.groups["all"]
    np.testing.assert_allclose(groups[:, 0] + groups[:, 1], groups[:, 2], rtol=1e-12)
    for base in ("working_age_population", "lfs_15plus", "lfs_working_age", "past_retirement_age"):
        both = people.by_sex[base, "male"] + people.by_sex[base, "female"]
        np.testing.assert_allclose(both, people.bases[base], rtol=1e-12)


def test_sources_fields_and_origins_add_to_the_total_in_every_draw() -> None:
    for run in runs().values():
        accounts = run.inner.budget.accounts
        total = run.inner.budget.programme("total")
        for axis in ("funding_source", "spending_field", "legal_origin"):
            parts = [
                amount
                for account, amount in accounts.items()
                if account.programme == "total"
                and not account.memo
                and account.recognition == "month_transferred"
                and getattr(account, axis) != "all"
            ]
            assert np.array_equal(np.sum(parts, axis=0), total)


def test_a_scenario_is_the_baseline_plus_its_effects() -> None:
    baseline, other = runs()["current_policy"], runs()["combined"]
    effects = other.minus(baseline)
    for series, base in (("vsi_participants", "none"), ("si_share", "lfs_working_age")):
        back = baseline.draws(series, base=base) + effects.draws(series, base=base)
        np.testing.assert_allclose(back.values, other.draws(series, base=base).values, rtol=1e-9)
    np.testing.assert_allclose(
        baseline.inner.budget.programme("total") + effects.budget(),
        other.inner.budget.programme("total"),
        rtol=1e-9,
    )


def test_nothing_happens_before_the_levers_act() -> None:
    baseline, other = runs()["current_policy"].inner, runs()["combined"].inner
    known = baseline.line.first_projected
    for series in baseline.counts:
        assert np.array_equal(baseline.counts[series][:known], other.counts[series][:known]), series


def test_a_counterfactual_lives_its_own_past_from_the_law_on() -> None:
    baseline, other = runs()["current_policy"].inner, runs()["law_2014"].inner
    july = baseline.line.index("2025-07")
    assert np.array_equal(baseline.counts["csi_participants"][:july], other.counts["csi_participants"][:july])
    assert np.all(baseline.counts["csi_participants"][july] > other.counts["csi_participants"][july])


def test_quantiles_are_ordered_and_means_lie_between() -> None:
    frame = runs()["current_policy"].coverage()
    steps = frame[["p05", "p10", "p25", "p50", "p75", "p90", "p95"]].to_numpy()
    quarter = pd.to_datetime(frame["date"]).dt.month % 3 == 0
    assert np.all(np.diff(steps[quarter], axis=1) >= 0)
    assert np.all(np.diff(steps[:, [1, 3, 5]], axis=1) >= 0)
    assert np.isnan(steps[~quarter][:, [0, 2, 4, 6]]).all()  # all seven at quarter ends only
    assert frame.loc[frame["unit"] == "share", "mean"].between(0, 2).all()


def test_every_share_stands_on_every_base_but_people_past_retirement() -> None:
    frame = runs()["current_policy"].coverage()
    for series in ("csi_share", "si_share", "vsi_share", "ui_share"):
        assert set(frame.loc[frame["series"] == series, "base"]) == set(SHARE_BASES)
    assert set(frame.loc[frame["series"] == "old_age_share", "base"]) == {"past_retirement_age"}
    assert set(runs()["current_policy"].workforce()["base"]) == set(BASES)


def test_phases_follow_the_last_figure_and_the_as_of_month() -> None:
    frame = runs()["current_policy"].coverage()
    voluntary = frame[frame["series"] == "vsi_participants"].set_index("date")["phase"]
    assert voluntary[pd.Timestamp("2025-06-30")] == "history"
    assert voluntary[pd.Timestamp("2025-07-31")] == "nowcast"
    assert voluntary[pd.Timestamp("2026-07-31")] == "nowcast"
    assert voluntary[pd.Timestamp("2026-08-31")] == "projection"


def test_every_filled_cell_of_the_plan_has_a_row() -> None:
    run = runs()["current_policy"]
    frame = run.targets()
    cells = {(row.id, int(row.year)) for row in run.inputs.targets.itertuples()}
    assert cells <= set(zip(frame["target_id"], frame["year"], strict=True))
    silent = frame[frame["status"] == "no_figure"]
    assert set(silent["target_id"]) == {
        "satisfaction",
        "e_transactions",
        "online_services_level4",
        "transaction_hours",
    }
    assert silent["probability"].isna().all()
    both = frame[(frame["target_id"] == "all") & (frame["year"] == 2030)]
    assert sorted(both["as_written"]) == [False, True]


def test_a_target_of_the_past_is_met_or_missed_by_a_published_figure() -> None:
    frame = runs()["current_policy"].targets().set_index(["target_id", "year", "base"])
    voluntary = frame.loc[("vsi_coverage", 2021, "lfs_working_age")]
    assert voluntary["status"] == "met"
    assert "vsi_participants" in voluntary["note"]
    assert frame.loc[("si_coverage", 2025, "lfs_working_age"), "status"] == "nowcast"
    assert frame.loc[("ui_coverage", 2021, "lfs_15plus"), "status"] == "nowcast"  # no count for 12/2021


def test_joint_odds_never_exceed_the_least_of_the_parts() -> None:
    frame = runs()["combined"].targets()
    for year in (2025, 2030):
        now = frame[(frame["year"] == year) & frame["probability"].notna()]
        parts = now[now["as_written"] & (now["target_id"] != "all")]["probability"]
        joint = now[now["as_written"] & (now["target_id"] == "all")]["probability"].item()
        assert joint <= parts.min() + 1e-12


def test_uncertainty_cannot_be_off_unseen() -> None:
    run = runs()["current_policy"]
    info = run.manifest_info()
    assert set(info["random"]).isdisjoint(info["frozen"])
    assert {name for name, prior in run.inputs.priors.items() if prior.sampled} <= set(info["random"])
    assert {name for name, prior in run.inputs.priors.items() if not prior.sampled} <= set(info["frozen"])
    for name in info["random"]:
        values = run.inner.params.get(name)
        assert values is None or np.ptp(values) > 0, name
    assert set(run.assumptions()["id"]) >= set(run.inputs.priors) | set(run.inputs.register)
    assert info["posterior"]["kind"] == "prior"
    assert info["posterior"]["ess_min"] > 100


def test_worlds_move_what_they_name_and_nothing_before_as_of() -> None:
    here, high = (
        simulate("current_policy", draws=64),
        simulate("current_policy", world="high_migration", draws=64),
    )
    a = here.inner.line.as_of_index
    assert np.all(high.inner.bases["lfs_15plus"][-1] > here.inner.bases["lfs_15plus"][-1])
    for series in high.inner.counts:
        assert np.array_equal(high.inner.counts[series][: a + 1], here.inner.counts[series][: a + 1]), series
    fast = simulate("current_policy", world="fast_formalisation", draws=64)
    assert np.all(fast.inner.counts["csi_participants"][-1] > here.inner.counts["csi_participants"][-1])
    np.testing.assert_allclose(
        fast.inner.counts["csi_participants"][:a], here.inner.counts["csi_participants"][:a], rtol=1e-12
    )


def test_a_misspelt_scenario_names_the_nearest() -> None:
    with pytest.raises(InputError, match="current_policy"):
        simulate("curent_policy", draws=16)


def test_quantiles_are_numpy_s() -> None:
    values = np.random.default_rng(1).normal(size=(3, 501))
    np.testing.assert_allclose(quantiles(values, SEVEN), np.quantile(values, SEVEN, axis=-1), rtol=1e-13)


def test_draws_of_one_ancestor_count_as_one() -> None:
    met = np.repeat([1.0, 0.0, 1.0, 0.0], 25)
    alone, shared = np.arange(100), np.repeat(np.arange(4), 25)
    assert clustered_error(met, shared) == pytest.approx(5 * clustered_error(met, alone))


def test_blocks_share_one_past_and_differ_later() -> None:
    run = simulate("current_policy", draws=BLOCK + 40)
    values, a = run.draws("vsi_participants").values, run.inner.line.as_of_index
    np.testing.assert_allclose(values[:40, : a + 1], values[BLOCK:, : a + 1], rtol=1e-9)
    assert not np.any(values[:40, -1] == values[BLOCK:, -1])


def test_a_unit_cost_has_no_effect_on_odds() -> None:
    frame = simulate("current_policy", draws=BLOCK).assumptions().set_index("id")["effect_on_probability"]
    for name in ("cost_per_contact", "cost_online", "chosen_base_ratio", "card_share", "cost_data_matching"):
        assert frame[name] == 0.0, name
    assert abs(frame["entry_level"]) > 0.0
