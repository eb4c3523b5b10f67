"""Any budget or coverage figure taken apart: what was multiplied and added, and what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from bhxh_forecast.analysis import rests_on
from bhxh_forecast.analysis.budget_terms import YearOfBlock, total_terms, year_terms
from bhxh_forecast.analysis.coverage_terms import coverage_terms, figure
from bhxh_forecast.analysis.explanation import Explanation, Line, Result
from bhxh_forecast.analysis.names import check_programme, check_series, chosen_base
from bhxh_forecast.analysis.rests_on import Grounds
from bhxh_forecast.analysis.sources import assumptions, data_rows, law_rows, levers_used
from bhxh_forecast.analysis.support_terms import PAYERS, support_terms
from bhxh_forecast.analysis.terms import Term, add_up
from bhxh_forecast.analysis.whole import Part, Whole, sampled
from bhxh_forecast.budget.programmes import ALL, HEADLINE, TOTAL
from bhxh_forecast.budget.types import BudgetBlock
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs.reader import Inputs, load_inputs
from bhxh_forecast.inputs.scenarios import Scenario
from bhxh_forecast.results.quantiles import RISK, SEVEN, block_mean, column, quantiles
from bhxh_forecast.simulation import BASELINE, DRAWS, SEED, UNTIL, Chain, ScenarioBlock
from bhxh_forecast.timeline import month_end, year_of

if TYPE_CHECKING:
    from bhxh_forecast.inputs.worlds import World

LEAST_VND, LEAST_PERSONS, LEAST_SHARE = 0.5, 1e-3, 1e-12  # smaller differences are rounding


def explain(kind: str, name: str, year: int, *, base: str | None = None, **options: Any) -> Explanation:
    """Take a figure of either kind apart: ``explain_budget`` or ``explain_coverage``.

    Parameters
    ----------
    kind
        ``budget`` or ``coverage``.
    name, year
        Programme or series, and year.
    base
        Of a coverage figure only.
    options
        As for the two functions.

    Raises
    ------
    InputError
        With the nearest name; or when money is asked for on a base.
    """
    if kind == "coverage":
        return explain_coverage(name, year, base=base, **options)
    if base is not None:
        raise InputError.of("bhxh explain", "--base", repr(base), "no base with a budget figure")
    return explain_budget(name, year, **options)


def explain_budget(
    programme: str,
    year: int,
    *,
    scenario: str | Scenario = BASELINE,
    world: str | World = "reference",
    draws: int = DRAWS,
    seed: int = SEED,
    until: int = UNTIL,
    inputs: Inputs | None = None,
) -> Explanation:
    """Take the cost of a programme in a fiscal year apart.

    Parameters
    ----------
    programme
        A programme of the budget table, memo programmes included, or ``total``.
    year
        Fiscal year from 2016 to ``until``.
    scenario, world, draws, seed, until, inputs
        As for ``simulate``; the same draws give exactly the mean of its budget table (nominal, all sources,
        support by month transferred).

    Returns
    -------
    Explanation
        Lines in VND that add up to the result.

    Raises
    ------
    InputError
        With the nearest name, when there is no such programme or year.
    """
    check_programme(programme, year, until)
    chain = Chain.of([scenario], world=world, draws=draws, seed=seed, until=until, inputs=inputs)
    grounds = rests_on.BUDGET[programme]

    def part(run: ScenarioBlock) -> Part:
        row = int(np.flatnonzero(run.budget.years == year)[0])
        amount = run.budget.programme(programme, memo=_is_memo(run.budget, programme))[row]
        terms = _budget_terms(run, chain, programme, year)
        return Part(terms, amount, amount / run.budget.deflator[row], sampled(run))

    whole = Whole.of(chain, part, list(chain.inputs.priors))
    value = float(block_mean(whole.figure))
    result = Result(
        value=value,
        unit="VND",
        quantiles=_quantiles(whole.figure, RISK),
        price_basis="nominal",
        recognition=HEADLINE,
        constant_2025=float(block_mean(whole.constant)),
    )
    lines = add_up(whole.terms, value, LEAST_VND)
    provisions = (*rests_on.PROVISIONS[programme], *_assistance(programme, chain, year), *grounds.provisions)
    return _explanation("budget", programme, year, chain, seed, grounds, provisions, result, lines, whole)


def explain_coverage(
    series: str,
    year: int,
    *,
    base: str | None = None,
    scenario: str | Scenario = BASELINE,
    world: str | World = "reference",
    draws: int = DRAWS,
    seed: int = SEED,
    until: int = UNTIL,
    inputs: Inputs | None = None,
) -> Explanation:
    """Take a coverage figure of 31 December apart.

    Parameters
    ----------
    series
        A series of the coverage table.
    year
        Calendar year from 2016 to ``until``.
    base
        Denominator of a share, or ``as_written`` (the plan's, by default) or ``as_reported``.
    scenario, world, draws, seed, until, inputs
        As for ``simulate``; the same draws give exactly the mean of its coverage table.

    Returns
    -------
    Explanation
        Lines in persons, or in shares of the base, that add up to the result.

    Raises
    ------
    InputError
        With the nearest name, when there is no such series, base or year.
    """
    inputs = inputs or load_inputs()
    check_series(series, year, until)
    base = chosen_base(series, year, base, inputs.targets)
    chain = Chain.of([scenario], world=world, draws=draws, seed=seed, until=until, inputs=inputs)
    t = chain.line.index(f"{year}-12")
    count = rests_on.COVERAGE.get(series, rests_on.COVERAGE.get(series.replace("_share", "_participants")))
    grounds = rests_on.join(count or Grounds(), rests_on.BASES[base])

    def part(run: ScenarioBlock) -> Part:
        values = figure(run, series, base, t)
        return Part(coverage_terms(run, series, base, t, f"{year}-12"), values, values, sampled(run))

    whole = Whole.of(chain, part, list(inputs.priors))
    value = float(block_mean(whole.figure))
    share = base != "none"
    result = Result(
        value=value,
        unit="share" if share else "persons",
        quantiles=_quantiles(whole.figure, SEVEN),
        date=str(month_end(chain.line.months)[t]),
        base=base,
    )
    lines = add_up(whole.terms, value, LEAST_SHARE if share else LEAST_PERSONS)
    return _explanation(
        "coverage", series, year, chain, seed, grounds, grounds.provisions, result, lines, whole
    )


def _budget_terms(run: ScenarioBlock, chain: Chain, programme: str, year: int) -> list[Term]:
    if programme in PAYERS:
        return support_terms(run, chain.line, programme, year)
    in_year = YearOfBlock.of(run, chain.line, year)
    return total_terms(in_year) if programme == TOTAL else year_terms(in_year, programme)


def _is_memo(budget: BudgetBlock, programme: str) -> bool:
    """Whether this run has the programme beside its budget."""
    return any(a.memo for a in budget.accounts if a.programme == programme and a.funding_source == ALL)


def _quantiles(values: Array, wanted: Sequence[float]) -> dict[str, float]:
    found = quantiles(values[None, :], wanted)[:, 0]
    return {column(q): float(x) for q, x in zip(wanted, found, strict=True)}


def _assistance(programme: str, chain: Chain, year: int) -> tuple[str, ...]:
    """The assistance standard stands for the social pension's level in months without one."""
    if programme not in ("social_pension", "social_pension_city_increment", TOTAL):
        return ()
    levels = chain.drivers[0].law["sp.level_national"][year_of(chain.line.months) == year]
    return ("sa.standard_national",) if np.isnan(levels).any() else ()


def _explanation(
    kind: str,
    name: str,
    year: int,
    chain: Chain,
    seed: int,
    grounds: Grounds,
    provisions: Sequence[str],
    result: Result,
    lines: tuple[Line, ...],
    whole: Whole,
) -> Explanation:
    """Put the figure and what it rests on together."""
    inputs, scenario, drivers = chain.inputs, chain.scenarios[0], chain.drivers[0]
    law = inputs.law.switched(scenario.law, counterfactual=scenario.counterfactual)
    first, last = date(year, 1, 1), date(year, 12, 31)
    paid = chain.line.months[(drivers.new_line_month or 1) - 1]
    if any(line.key == "prepaid" for line in lines):  # prepaid months keep the law of the month of payment
        first = min(first, paid.astype("datetime64[D]").astype(object))
    base = f" --base {result.base}" if result.base not in ("", "none") else ""
    return Explanation(
        title=f"{kind} {name} {year}{base}",
        kind=kind,
        name=name,
        year=year,
        scenario=scenario.name,
        world=chain.world.name,
        geo=inputs.geo,
        as_of=inputs.as_of,
        draws=chain.draws,
        seed=seed,
        result=result,
        lines=lines,
        law=law_rows(provisions, law, first, last),
        levers=levers_used(drivers, grounds.levers, inputs, chain.line, year),
        data=data_rows(grounds.series, inputs, last),
        assumptions=assumptions(grounds, inputs, whole.means),
    )
