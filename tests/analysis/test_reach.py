"""``reach``: its answer holds when run again, least is least, and what cannot be had is said so."""

from functools import cache

import numpy as np
import pytest

from bhxh_forecast.analysis.design import Design
from bhxh_forecast.analysis.reach import reach
from bhxh_forecast.analysis.reached import Reach
from bhxh_forecast.analysis.trials import Runs, pooled, with_levers
from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs import load_inputs, load_scenario
from bhxh_forecast.reporting.answers_reach import ReachWords, reach_answer
from bhxh_forecast.reporting.figures.reach import frontier
from bhxh_forecast.simulation import simulate

DRAWS = 512
OTHER = "subsidy.city_share.other"
CITY = {OTHER: (0.1, 0.8)}
REALISTIC = {OTHER: (0.1, 0.8), "outreach.contacts": (0, 20_000), "outreach.assisted_registration": (0, 0.5)}


@cache
def inputs():
    return load_inputs()


@cache
def one(required: float = 0.045) -> Reach:
    return reach("vsi_coverage", required=required, levers=CITY, draws=DRAWS, inputs=inputs())


@cache
def two() -> Reach:
    levers = {OTHER: (0.1, 0.8), "outreach.contacts": (0.0, 20_000.0)}
    return reach("vsi_coverage", required=0.045, levers=levers, draws=DRAWS, inputs=inputs())


@cache
def plan() -> Reach:
    return reach("vsi_coverage", levers=REALISTIC, draws=DRAWS, inputs=inputs())


def test_the_answer_has_the_probability_asked_for_when_it_is_simulated() -> None:
    found = one()
    assert found.status == "reached"
    setting = with_levers(load_scenario("current_policy", inputs()), found.levers)
    run = simulate(setting, draws=DRAWS, inputs=inputs())
    share = run.draws("vsi_share", base="lfs_working_age").values[:, -1]
    assert (share >= 0.045).mean() == found.probability
    assert 0.8 <= found.probability <= 0.81
    base = simulate(draws=DRAWS, inputs=inputs())
    years = run.inner.budget.years >= 2026
    extra = run.minus(base).budget()[years].sum(axis=0).mean()
    assert found.cost == pytest.approx(extra, rel=1e-9)


def test_a_little_less_is_not_enough() -> None:
    found = one()
    less = with_levers(load_scenario("current_policy", inputs()), {OTHER: found.levers[OTHER] - 0.03})
    share = (
        simulate(less, draws=DRAWS, inputs=inputs()).draws("vsi_share", base="lfs_working_age").values[:, -1]
    )
    assert (share >= 0.045).mean() < 0.8


def test_two_measures_cost_no_more_than_one_of_them() -> None:
    assert two().status == "reached"
    assert two().probability >= 0.8
    assert two().cost <= one().cost * 1.01


def test_least_of_one_lever_uses_less_of_it_than_least_cost() -> None:
    levers = {OTHER: (0.1, 0.8), "outreach.contacts": (0.0, 20_000.0)}
    found = reach(
        "vsi_coverage",
        required=0.045,
        levers=levers,
        minimise="outreach.contacts",
        draws=DRAWS,
        inputs=inputs(),
    )
    assert found.levers["outreach.contacts"] <= two().levers["outreach.contacts"] + 1.0


def test_ten_per_cent_is_not_reachable_within_realistic_limits_and_the_best_odds_are_told_on_each_base() -> (
    None
):
    found = plan()
    assert found.status == "not_reachable"
    assert all(found.levers[name] >= 0.9 * high for name, (_, high) in REALISTIC.items())
    assert set(found.answer.probability) == set(found.goal.bases)
    assert max(found.answer.probability.values()) < 0.8
    assert found.answer.probability["agency_voluntary"] > found.answer.probability["lfs_working_age"]
    words = reach_answer(found, inputs().levers, "en").text(160)
    assert "Not reachable within the limits" in words
    assert words.count("not identified from these data") >= 3
    odds = ReachWords(found, inputs().levers, "en").odds()
    others = [row[0] for row in odds.rows if row[0] != odds.rows[0][0]]
    assert all("the plan is worded on the labour force of working age" in words for words in others)


def test_what_is_likely_already_costs_nothing() -> None:
    found = reach("ui_coverage", levers={"compliance.notices": (0.0, 0.5)}, draws=DRAWS, inputs=inputs())
    assert (found.status, found.cost, found.levers) == ("already", 0.0, {})
    assert "Already likely enough" in reach_answer(found, inputs().levers, "en").text(160)


def test_the_frontier_rises_and_begins_above_today() -> None:
    for found in (one(), two(), plan()):
        table = found.frontier.table.dropna()
        assert (np.diff(table["cost"]) >= 0).all()
        assert table["probability"].min() > found.before.probability[found.goal.base]


def test_more_of_a_measure_costs_and_buys_and_much_of_support_goes_to_those_who_pay_anyway() -> None:
    (m,) = one().marginals
    assert m.cost > 0
    assert m.points > 0
    assert m.per_person_year == pytest.approx(m.cost / m.person_years)
    assert 0.3 < m.deadweight_share < 1.0
    assert m.known is not None
    assert not m.known.identified
    outreach = plan().marginals[1]
    assert np.isnan(outreach.deadweight_share)
    assert outreach.known is not None
    assert outreach.known.parameters == ("contact_conv_incr",)


@pytest.mark.parametrize("levers", [1, 2, 3])
def test_the_surface_passes_through_its_runs(levers: int) -> None:
    design = Design(np.zeros(levers), np.ones(levers))
    assert np.allclose(design.weights(design.points), np.eye(len(design.points)), atol=1e-9)
    assert np.allclose(design.weights(design.grid()).sum(axis=1), 1.0, atol=0.02)


def test_the_surface_follows_a_smooth_outcome() -> None:
    for levers, worst in ((1, 0.001), (2, 0.01), (3, 0.02)):  # of the range
        design = Design(np.zeros(levers), np.ones(levers))
        outcome = np.exp(0.5 * design.points.sum(axis=1) + 0.2 * design.points.prod(axis=1))[:, None]
        unit = design.grid()
        truth = np.exp(0.5 * unit.sum(axis=1) + 0.2 * unit.prod(axis=1))
        assert np.abs((design.weights(unit) @ outcome)[:, 0] - truth).max() < worst * np.ptp(truth)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ({"target": "vsi_covrage"}, "target: found 'vsi_covrage'; allowed old_age_coverage, si_coverage"),
        ({"base": "agncy"}, "base: found 'agncy'; allowed agency, agency_voluntary"),
        ({"year": 2028}, "year: found 2028; allowed 2021, 2025, 2030, or a required share"),
        ({"required": 3.0}, "required: found 3; allowed a share above 0 and up to 1"),
        ({"probability": 1.0}, "probability: found 1; allowed a number between 0 and 1"),
        ({"levers": {"subsidy.city_share.othr": (0, 1)}}, "did you mean subsidy.city_share.other?"),
        ({"levers": {OTHER: (0.5, 0.2)}}, f"lever {OTHER}: found 0.5:0.2; allowed LO:HI within 0:1 share"),
        ({"levers": {}}, "levers: found 0 levers; allowed 1 to 3"),
        ({"minimise": "cots"}, "minimise: found 'cots'; allowed cost"),
    ],
)
def test_a_question_that_cannot_be_answered(question: dict, says: str) -> None:
    asked = {"target": "vsi_coverage", "levers": CITY, "draws": 64} | question
    with pytest.raises(InputError) as caught:
        reach(asked.pop("target"), inputs=inputs(), **asked)
    assert says in str(caught.value)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_words_and_picture_in_both_languages(lang: str) -> None:
    for found in (one(), plan()):
        answer = reach_answer(found, inputs().levers, lang)
        assert "nan" not in answer.text(160)
        assert len(answer.block().html) > 1000
        figure = frontier(found, inputs().levers, lang)
        assert figure.texts[0].get_text()
    assert one().as_dict()["reachable"] is True


def test_samples_are_pooled_without_common_ancestors() -> None:
    def part(draws: int, value: float) -> Runs:
        fields = {name: np.full((2, draws), value) for name in ("local_cost", "support", "voluntary", "paid")}
        return Runs(
            {"b": np.full((2, draws), value)}, params={"p": np.full(draws, value)},
            ancestor=np.arange(draws) // 2, **fields,
        )  # fmt: skip

    both = pooled([part(4, 1.0), part(6, 2.0)])
    assert both.share["b"].shape == both.paid.shape == (2, 10)
    assert list(both.params["p"]) == [1.0] * 4 + [2.0] * 6
    assert list(both.ancestor) == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    one = part(4, 1.0)
    assert pooled([one]) is one
