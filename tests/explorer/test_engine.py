"""The explorer's numbers are the package's, for any setting, on the same draws."""

import tracemalloc

import numpy as np
import pytest

from bhxh_forecast.explorer import draws
from bhxh_forecast.explorer.answer import answer, refined
from bhxh_forecast.explorer.engine import Engine, at_baseline
from bhxh_forecast.explorer.state import Setting, State
from bhxh_forecast.explorer.summary import goal_of
from bhxh_forecast.simulation import simulate

STATES = [
    State(),
    State(
        start="combined",
        world="downturn",
        base="as_reported",
        levers={"subsidy.city_share.other": Setting(0.45, "2027-01", "", 6)},
    ),
    State(
        levers={
            "compliance.inspections": Setting(500, "2027-01"),
            "subsidy.cap_months": Setting(60, "2027-01"),
        },
        law={"poverty_line.rural": "2028-01-01", "csi.scope.household_business_all": "2028-01-01"},
    ),
    State(start="law_2014", levers={"old_age.social_pension_age": Setting(75, "2028-01")}),
]


@pytest.mark.parametrize("state", STATES, ids=["baseline", "combined", "law", "counterfactual"])
def test_odds_coverage_and_cost_equal_a_simulation(engine: Engine, state: State) -> None:
    run = simulate(
        state.scenario(engine.controls), world=state.world, draws=engine.draws, inputs=engine.inputs
    )
    found = answer(engine, {"link": state.link(), "lang": "en"})
    targets = run.targets()
    for target, row in found["odds"].items():
        rows = targets[(targets["target_id"] == target) & (targets["year"] == 2030)]
        role = state.base if state.base.startswith("as_") else "as_written"
        expected = rows[rows[role]].iloc[0]
        assert row["probability"] == expected["probability"]
        assert row["mc_error"] == expected["mc_error"]
        if target != "all":
            assert [row[q] for q in ("p10", "p50", "p90")] == [expected[q] for q in ("p10", "p50", "p90")]
    coverage = run.coverage()
    base = found["odds"]["vsi_coverage"]["base"]
    shares = coverage[(coverage["series"] == "vsi_share") & (coverage["base"] == base)].set_index("date")
    wanted = shares.loc[[str(m) for m in np.datetime_as_string(_dates(engine), unit="D")], "p50"]
    np.testing.assert_allclose(found["fans"]["vsi_coverage"]["p50"], wanted, atol=1e-6, rtol=0)
    inner = run.inner.budget
    rows = np.isin(inner.years, engine.years)
    total = inner.programme("total")[rows]
    assert found["budget"]["total"]["mean"] == total.mean(axis=1).tolist()
    assert (
        found["budget"]["sources"]["city"]
        == inner.programme("total", source="city")[rows].mean(axis=1).tolist()
    )
    before = simulate(world=state.world, draws=engine.draws, inputs=engine.inputs).inner.budget.programme(
        "total"
    )[rows]
    assert found["cost"]["mean"] == pytest.approx((total - before).sum(axis=0).mean(), rel=1e-12, abs=1.0)


def _dates(engine: Engine) -> np.ndarray:
    from bhxh_forecast.timeline import month_end

    return month_end(engine.line.months[engine.rows])


def test_sources_and_programmes_add_up_to_the_total(engine: Engine) -> None:
    draws = engine.draws_of(STATES[1])
    for parts in (draws.sources, draws.programmes):
        total = sum(amount for name, amount in parts.items() if name != "all")
        np.testing.assert_array_equal(total, draws.sources["all"])


def test_the_baseline_costs_nothing_above_itself(engine: Engine) -> None:
    found = answer(engine, {"link": State().link(), "lang": "vi"})
    assert found["cost"]["mean"] == 0.0
    assert (
        found["odds"]["si_coverage"]["probability"] == found["baseline"]["odds"]["si_coverage"]["probability"]
    )
    assert at_baseline(STATES[1]) == State(world="downturn", base="as_reported")


def test_blocks_refined_one_by_one_give_the_answer_of_all(engine: Engine) -> None:
    question = {"link": STATES[2].link(), "lang": "vi"}
    fresh = Engine(engine.inputs, draws=engine.draws)
    steps = []
    while (found := refined(fresh, question)) is None:
        steps.append(len(steps))
    assert len(steps) == 2 * len(fresh.blocks)
    assert found["odds"] == answer(engine, question)["odds"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_support_above_the_whole_contribution_is_refused_in_words(engine: Engine, lang: str) -> None:
    link = State(levers={"subsidy.city_share.poor": Setting(0.9, "2027-01")}).link()
    found = answer(engine, {"link": link, "lang": lang})
    assert ("Mức hỗ trợ" if lang == "vi" else "support together") in found["wrong"]
    assert refined(engine, {"link": link, "lang": lang})["wrong"] == found["wrong"]


def test_a_year_between_two_of_the_plan_takes_the_next_level(engine: Engine) -> None:
    targets = engine.inputs.targets
    assert goal_of(targets, "si_coverage", 2027, "as_written").plan_year == 2030
    assert goal_of(targets, "si_coverage", 2027, "as_written").required == 0.70
    assert goal_of(targets, "ui_coverage", 2035, "agency").plan_year == 2030
    assert goal_of(targets, "old_age_coverage", 2030, "agency").base == "past_retirement_age"


def test_words_never_claim_certainty(engine: Engine) -> None:
    found = answer(engine, {"link": "", "lang": "vi"})
    old_age = found["words"]["odds"]["old_age_coverage"]
    assert found["odds"]["old_age_coverage"]["probability"] == 0
    assert old_age["odds"] == "dưới 1%"
    assert "không lần nào trong 160" in old_age["error"]
    assert "điểm phần trăm" in found["words"]["odds"]["si_coverage"]["error"]


def test_what_is_kept_between_settings_is_forgotten_in_time(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(settings_kept: int) -> int:
        monkeypatch.setattr(draws, "RENEWED", settings_kept * engine.draws)
        own = Engine(engine.inputs, draws=engine.draws, until=engine.controls.until)
        own.draws_of(State())
        tracemalloc.start()
        for k in range(18):
            levers = {
                "subsidy.city_share.other": Setting(0.3 + 0.001 * k, "2027-01"),
                "compliance.inspections": Setting(300 + k, "2027-01"),
            }
            own.draws_of(State(levers=levers))
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return size

    assert held(3) < 0.6 * held(1000)
