"""A figure taken apart is the figure of the run, and its rows add up to it."""

import json
import math
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest

from bhxh_forecast.analysis import rests_on
from bhxh_forecast.analysis.explain import explain_budget, explain_coverage
from bhxh_forecast.analysis.explanation import Explanation, Line
from bhxh_forecast.analysis.names import bases, chosen_base, programme_names, series_names
from bhxh_forecast.analysis.sources import provision_ids
from bhxh_forecast.analysis.terms import Piece, Quantity, Term, add_up, join
from bhxh_forecast.budget import PARAMETERS
from bhxh_forecast.cli import call
from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs.reader import Inputs, load_inputs
from bhxh_forecast.reporting.explained_tables import Printed
from bhxh_forecast.reporting.text import Text
from bhxh_forecast.simulation import Chain, Projection, simulate
from bhxh_forecast.timeline import month_end

Captured = pytest.CaptureFixture[str]
DRAWS = 96
SCENARIOS = ("current_policy", "combined", "law_2014")


@cache
def inputs() -> Inputs:
    return load_inputs()


@cache
def run(scenario: str) -> Projection:
    return simulate(scenario, draws=DRAWS, inputs=inputs())


@cache
def budget(programme: str, year: int, scenario: str = "current_policy") -> Explanation:
    return explain_budget(programme, year, scenario=scenario, draws=DRAWS, inputs=inputs())


@cache
def coverage(series: str, year: int, base: str, scenario: str = "current_policy") -> Explanation:
    return explain_coverage(series, year, base=base, scenario=scenario, draws=DRAWS, inputs=inputs())


@cache
def budget_rows(scenario: str) -> pd.DataFrame:
    rows = run(scenario).budget()
    rows = rows[(rows["recognition"] == "month_transferred") & (rows["funding_source"] == "all")]
    grand = (rows["legal_origin"] == "all") & (rows["spending_field"] == "all")
    return rows[(rows["programme"] != "total") | grand]


def product(line: Line) -> float:
    return math.prod(1 / f.value if f.divides else f.value for f in line.factors)


# -- the figure and its rows -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("programme", programme_names())
def test_a_budget_figure_is_that_of_the_run_and_its_rows_add_up(programme: str, scenario: str) -> None:
    table = budget_rows(scenario)
    for year in (2026, 2027, 2029):
        found = budget(programme, year, scenario)
        rows = table[(table["programme"] == programme) & (table["fiscal_year"] == year)]
        nominal = rows[rows["price_basis"] == "nominal"].iloc[0]
        assert found.result.value == nominal["mean"]
        assert dict(found.result.quantiles) == {q: nominal[q] for q in ("p10", "p50", "p80", "p90")}
        assert found.result.constant_2025 == rows[rows["price_basis"] == "constant_2025"]["mean"].iloc[0]
        assert math.fsum(line.amount for line in found.lines) == pytest.approx(found.result.value, abs=1)
        for line in found.lines:
            assert line.amount == pytest.approx(product(line), rel=1e-12) or not line.factors


@pytest.mark.parametrize("series", series_names())
def test_a_coverage_figure_is_that_of_the_run_and_its_rows_add_up(series: str) -> None:
    table = run("combined").coverage()
    ends = table["date"].astype(str)
    for base in bases(series):
        found = coverage(series, 2029, base, "combined")
        row = table[(table["series"] == series) & (table["base"] == base) & (ends == "2029-12-31")].iloc[0]
        assert found.result.value == row["mean"]
        assert found.result.quantiles["p90"] == row["p90"]
        assert found.result.unit == row["unit"]
        assert math.fsum(line.amount for line in found.lines) == pytest.approx(found.result.value, rel=1e-12)
        assert all(f.divides == (f.name == "denominator") for line in found.lines for f in line.factors)


def test_every_programme_and_series_has_grounds() -> None:
    assert set(rests_on.BUDGET) == set(programme_names()) == set(rests_on.PROVISIONS)
    assert {b for s in series_names() for b in bases(s)} == set(rests_on.BASES)
    formula = {name for grounds in rests_on.BUDGET.values() for name in grounds.formula}
    assert set(PARAMETERS) - formula == set()
    in_force = {name for entry in rests_on.BUDGET.values() for name in entry.register}
    money = {name for name, entry in inputs().register.items() if "budget" in entry["affects"]}
    assert money - in_force == set()


@pytest.mark.parametrize(
    "grounds", [*rests_on.BUDGET.values(), *rests_on.COVERAGE.values(), *rests_on.BASES.values()]
)
def test_grounds_name_what_the_data_hold(grounds: rests_on.Grounds) -> None:
    known = inputs()
    assert all(provision_ids([name], known.law) for name in grounds.provisions)
    assert set(grounds.series) <= set(known.observations["series"])
    assert set(grounds.formula) <= set(known.priors)
    assert set(grounds.register) <= set(known.register)
    assert set(grounds.blocks) <= {prior.block for prior in known.priors.values()}
    assert all(any(name.startswith(lever) for name in known.levers) for lever in grounds.levers)


# -- support of contributions ------------------------------------------------------------------------------------------
def test_support_is_people_x_months_x_base_x_share() -> None:
    found = budget("vsi_state_support", 2027)
    law = inputs().law
    line = law.value("poverty_line.rural", date(2027, 12, 31))
    rate = law.value("vsi.contribution_rate", date(2027, 12, 31))
    share = law.value("vsi.state_subsidy_share.other", date(2027, 12, 31))
    assert isinstance(line, int | float)
    assert isinstance(rate, int | float)
    monthly = next(x for x in found.lines if (x.key, x.group) == ("support", "other"))
    factors = {f.name: f.value for f in monthly.factors}
    assert list(factors) == ["persons", "months", "density", "supported_share", "base", "support_share"]
    assert factors["months"] == 12
    assert factors["base"] == pytest.approx(line * rate)
    assert factors["support_share"] == share
    assert (monthly.first, monthly.last) == ("2027-01", "2027-12")


def test_a_change_of_law_within_a_year_makes_two_rows() -> None:
    lines = [x for x in budget("vsi_state_support", 2025).lines if x.group == "other"]
    assert [(x.first, x.last) for x in lines] == [("2025-01", "2025-06"), ("2025-07", "2025-12")]
    before, after = ({f.name: f.value for f in x.factors} for x in lines)
    assert before["support_share"] == 0.1
    assert after["support_share"] == 0.2


def test_prepaid_months_stand_apart_at_the_terms_of_their_payment() -> None:
    found = budget("vsi_state_support", 2027)
    prepaid = [x for x in found.lines if x.key == "prepaid"]
    monthly = next(x for x in found.lines if x.key == "support")
    assert prepaid
    old, new = (next(f.value for f in x.factors if f.name == "base") for x in (prepaid[0], monthly))
    assert old < new
    lines = {row.value for row in found.law if row.provision == "poverty_line.rural"}
    assert len(lines) == 2  # that of the payment and that of the year
    assert not [x for x in budget("vsi_state_support", 2029).lines if x.key == "prepaid"]


def test_support_needs_no_line_for_correlation() -> None:
    for programme in (
        "vsi_state_support",
        "vsi_city_top_up",
        "social_pension",
        "social_pension_city_increment",
    ):
        assert {x.key for x in budget(programme, 2027).lines}.isdisjoint({"correlation", "floor"})


def test_the_total_names_the_programmes() -> None:
    found = budget("total", 2028, "combined")
    for line in found.lines:
        assert line.amount == budget(line.key, 2028, "combined").result.value
    assert "participant_contributions" not in {line.key for line in found.lines}


# -- what it rests on --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("programme", programme_names())
def test_law_rows_are_those_in_force_in_the_year(programme: str) -> None:
    for year in (2018, 2026, 2029):
        for row in budget(programme, year).law:
            assert row.from_ <= date(year, 12, 31)
            assert row.to is None or row.to >= date(year, 1, 1)
            assert row in budget(programme, year).law
            assert row.reference
            assert row.status
            same = [x for x in inputs().law.rows(row.provision) if x.from_ == row.from_]
            assert same[0].value == row.value


def test_a_switch_of_the_law_shows_in_the_rows() -> None:
    usual = {(r.provision, r.value) for r in budget("vsi_state_support", 2029).law}
    old = {(r.provision, r.value) for r in budget("vsi_state_support", 2029, "law_2014").law}
    share = "vsi.state_subsidy_share.other"
    assert (share, 0.2) in usual
    assert (share, 0.1) in old


def test_figures_are_published_ones_up_to_the_year() -> None:
    found = coverage("vsi_share", 2024, "agency_voluntary")
    table = inputs().observations.set_index("id")
    assert {row.series for row in found.data} >= {"vsi_participants", "agency_voluntary"}
    for row in found.data:
        assert table.loc[row.id, "value"] == row.value
        assert row.date <= date(2024, 12, 31)
        assert row.source


def test_assumptions_of_the_calculation_come_with_their_mean() -> None:
    found = budget("vsi_state_support", 2027)
    density = next(row for row in found.assumptions if row.id == "density")
    assert density.role == "formula"
    assert density.text.startswith(inputs().priors["density"].distribution)
    assert density.mean == pytest.approx(run("current_policy").inner.params["density"].mean())
    behind = {row.id for row in found.assumptions if row.role == "people"}
    assert {"entry_level", "eps_price", "lapse_first_year"} <= behind


def test_what_a_scenario_sets_is_named() -> None:
    assert budget("outreach", 2029).levers == ()
    set_by = {row.lever for row in budget("outreach", 2029, "combined").levers}
    assert "outreach.contacts" in set_by
    assert all(name.startswith("outreach.") for name in set_by)


# -- sums of products --------------------------------------------------------------------------------------------------
def test_correlation_is_the_mean_of_products_less_the_product_of_means() -> None:
    people, rate = np.array([100.0, 300.0]), np.array([0.1, 0.3])
    amount = people * rate
    quantities = (Quantity("persons", "persons", people), Quantity("rate", "share", rate))
    term = Term("x", "2027-01", "2027-12", quantities, amount)
    first, rest = add_up([term], float(amount.mean()), 0.5)
    assert first.amount == pytest.approx(40.0)
    assert rest.key == "correlation"
    assert rest.amount == pytest.approx(10.0)


def test_a_cost_below_nothing_is_named() -> None:
    term = Term("x", "2027-01", "2027-12", (), np.array([-10.0, 30.0]))
    lines = add_up([term], 15.0, 0.5)
    assert [(line.key, line.amount) for line in lines] == [("x", 10.0), ("floor", 5.0)]


def test_blocks_of_draws_make_one_term() -> None:
    def term(key: str, values: list[float]) -> Term:
        people = np.array(values)
        return Term(key, "2027-03", "2027-03", (Quantity("persons", "persons", people),), people)

    a, b = [term("support", [1.0, 2.0]), term("prepaid", [4.0, 6.0])], [term("support", [3.0])]
    lines = add_up(join([a, b], [2, 1]), 2.0 + 10.0 / 3.0, 1e-9)
    assert [line.key for line in lines] == ["support", "prepaid"]
    assert lines[0].amount == pytest.approx(2.0)
    assert lines[1].amount == pytest.approx(10.0 / 3.0)


def test_a_piece_is_cut_where_the_law_changes() -> None:
    months = np.arange("2027-01", "2027-07", dtype="datetime64[M]")
    level = np.array([[5.0]] * 2 + [[7.0]] * 4)
    people = np.full((6, 3), 10.0)
    terms = Piece("x", [("persons", "persons", people), ("level", "VND/month", level)]).terms(months)
    assert [(t.first, t.last) for t in terms] == [("2027-01", "2027-02"), ("2027-03", "2027-06")]
    assert [float(t.amount[0]) for t in terms] == [100.0, 280.0]
    yearly = Piece("x", [("persons", "persons", people)], "years").terms(months)
    assert float(yearly[0].amount[0]) == pytest.approx(5.0)


def test_a_run_is_the_same_in_blocks_as_in_the_tables() -> None:
    chain = Chain.of(["current_policy", "combined"], draws=8, inputs=inputs())
    blocks = [block for b in chain.blocks for block in chain.runs(b)]
    assert [block.number for block in blocks] == [0, 1]
    t = chain.line.index("2027-12")
    assert str(month_end(chain.line.months)[t]) == "2027-12-31"
    both = [block.coverage.members[: chain.line.as_of_index + 1] for block in blocks]
    assert np.array_equal(both[0], both[1])  # one history


# -- names -------------------------------------------------------------------------------------------------------------
def test_unknown_names_give_the_nearest(capsys: Captured) -> None:
    assert call(["explain", "budget", "vsi_state_suport", "2035"]) == 2
    error = capsys.readouterr().err
    assert "did you mean vsi_state_support?" in error
    assert "found 2035; allowed 2016 to 2030 (--until); did you mean 2030?" in error
    assert call(["explain", "coverage", "vsi_shares", "2027"]) == 2
    assert "did you mean vsi_share?" in capsys.readouterr().err
    assert call(["explain", "coverage", "vsi_share", "2027", "--base", "agncy"]) == 2
    assert "did you mean agency?" in capsys.readouterr().err
    assert call(["explain", "budget", "outreach", "2027", "--scenario", "combind"]) == 2
    assert "did you mean combined?" in capsys.readouterr().err
    assert call(["explain", "budget", "outreach", "2027", "--base", "agency"]) == 2
    assert "no base with a budget figure" in capsys.readouterr().err
    with pytest.raises(InputError):
        explain_coverage("old_age_share", 2027, base="agency", inputs=inputs())


def test_the_base_is_the_plans_unless_said() -> None:
    targets = inputs().targets
    assert chosen_base("si_share", 2021, None, targets) == "working_age_population"
    assert chosen_base("si_share", 2027, None, targets) == "lfs_working_age"
    assert chosen_base("si_share", 2035, "as_reported", targets) == "agency"
    assert chosen_base("vsi_share", 2030, "as_reported", targets) == "agency_voluntary"
    assert chosen_base("csi_participants", 2030, None, targets) == "none"
    assert chosen_base("old_age_share", 2030, "as_written", targets) == "past_retirement_age"


# -- the command -------------------------------------------------------------------------------------------------------
def test_the_command_explains_itself(capsys: Captured) -> None:
    assert call(["explain", "--help"]) == 0
    assert "Usage: bhxh explain" in capsys.readouterr().out


def test_json_is_one_object(capsys: Captured) -> None:
    few = ["--draws", str(DRAWS), "--json"]
    assert call(["explain", "budget", "vsi_state_support", "2027", *few]) == 0
    text = capsys.readouterr().out
    found = json.loads(text, parse_constant=lambda name: pytest.fail(name))
    assert found["result"]["value"] == budget("vsi_state_support", 2027).result.value
    assert found["result"]["unit"] == "VND"
    assert {"from", "to", "value", "reference", "act", "status", "checked"} <= set(found["law"][0])
    assert {"id", "value", "date", "source"} <= set(found["data"][0])
    assert call(["explain", "coverage", "si_share", "2030", "--base", "as_reported", *few]) == 0
    assert json.loads(capsys.readouterr().out)["result"]["base"] == "agency"


@pytest.mark.parametrize(("lang", "words"), [("vi", "Căn cứ"), ("en", "Rural poverty line")])
def test_the_text_reads_in_both_languages(lang: str, words: str, capsys: Captured) -> None:
    command = ["explain", "budget", "vsi_state_support", "2027", "--draws", str(DRAWS), "--lang", lang]
    assert call(command) == 0
    text = capsys.readouterr().out
    assert words in text
    printed = Printed(budget("vsi_state_support", 2027), lang)
    total = printed.fmt.number(budget("vsi_state_support", 2027).result.value)
    assert total in text  # not broken in two


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_row_and_factor_has_a_name(lang: str) -> None:
    text = Text(lang)
    found = [budget(p, y, s) for p in programme_names() for y in (2027, 2029) for s in SCENARIOS]
    found += [coverage(s, 2029, bases(s)[-1], "combined") for s in series_names()]
    for one in found:
        lines = one.lines if one.name != "total" else ()
        assert all(text.has(f"explain.line.{line.key}") for line in lines)
        names = {f.name.replace(".", "_") for line in lines for f in line.factors}
        assert all(text.has(f"explain.factor.{name}") for name in names)


def test_printed_rows_add_up() -> None:
    table = Printed(budget("vsi_state_support", 2027), "en").lines()
    assert table is not None
    *parts, whole = (int(str(cell).replace(",", "")) for cell in table.columns[-1].cells)
    assert sum(parts) == whole


def test_a_programme_that_costs_nothing_says_so(capsys: Captured) -> None:
    assert call(["explain", "budget", "outreach", "2027", "--draws", str(DRAWS)]) == 0
    assert Text("en")("explain.nothing") in capsys.readouterr().out
