"""``reach``: the least that makes a target likely, over one to three levers with limits.

A few settings are run on the same draws, each draw's share is followed between them (``design``), the answer is
looked for on that surface, and then run itself: what is reported of the answer comes from that run, not from the
surface.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bhxh_forecast.analysis.design import Design
from bhxh_forecast.analysis.frontier import frontier_of, marginals
from bhxh_forecast.analysis.goal import find_goal
from bhxh_forecast.analysis.known import identified
from bhxh_forecast.analysis.reached import Attained, Frontier, Marginal, Reach
from bhxh_forecast.analysis.search import Search, attained, least, runs_odds, shift_to
from bhxh_forecast.analysis.trials import Runs, Trials, with_levers
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.errors import InputError, nearest_name
from bhxh_forecast.inputs import (
    Inputs,
    Scenario,
    World,
    load_inputs,
    load_scenario,
    load_world,
    resolve_levers,
)
from bhxh_forecast.simulation import BASELINE, SEED, UNTIL
from bhxh_forecast.timeline import month_of

if TYPE_CHECKING:
    from collections.abc import Callable

DRAWS = 8192  # two blocks of draws, one for each of two threads
CLOSE = 0.004  # how far the run of an answer may lie from the probability asked for
TRIES = 4
MOST_LEVERS = 3


def reach(
    target: str,
    *,
    year: int = 2030,
    base: str = "as_written",
    probability: float = 0.8,
    levers: Mapping[str, tuple[float, float]],
    minimise: str = "cost",
    required: float | None = None,
    scenario: str | Scenario = BASELINE,
    world: str | World = "reference",
    start: str | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    until: int = UNTIL,
    samples: int = 1,
    inputs: Inputs | None = None,
) -> Reach:
    """Find the least cost, or the least of one lever, with which a target is met with a probability.

    Parameters
    ----------
    target, year, base
        Target of the plan, the year judged, and the denominator (``as_written``, ``as_reported`` or a base).
    probability
        What is asked for, 0-1.
    levers
        One to three levers with their lowest and highest values; they take them from the month after the as-of date,
        or from ``start`` (YYYY-MM), to the end.
    minimise
        ``cost`` (mean nominal local-budget total over the baseline, first month after as-of to ``until``) or a lever.
    required
        Another share than the plan's, 0-1.
    scenario, world, draws, seed, until, inputs
        As for ``simulate``; the levers are set on top of the scenario.
    samples
        Conditioned samples among which the draws are shared, of this seed and the next ones: four halve the
        simulation error at the same cost, once each has been conditioned.

    Raises
    ------
    InputError
        For a target, base or lever that is not there, or limits outside a lever's range.

    Examples
    --------
    >>> found = reach("ui_coverage", levers={"compliance.notices": (0.0, 0.5)}, draws=256)
    >>> found.status
    'already'
    """
    inputs = inputs or load_inputs()
    goal = find_goal(inputs, target, year, base, required)
    own = scenario if isinstance(scenario, Scenario) else load_scenario(scenario, inputs)
    _check(levers, minimise, probability, inputs)
    place = world if isinstance(world, World) else load_world(world, inputs)
    trials = Trials(
        inputs, place, draws, seed, max(until, year), goal.series, goal.bases, goal.month, samples
    )
    names = tuple(levers)

    def setting(unit: Array) -> Scenario:
        return with_levers(own, dict(zip(names, design.levels(unit), strict=True)), start)

    design = Design(*(np.array([limits[k] for limits in levers.values()], float) for k in (0, 1)))
    runs = trials.run([own, *(setting(unit) for unit in design.points)])
    starts = np.array([_without(name, own, inputs) for name in names])
    search = Search(goal, names, design, runs, starts)
    return _answer(search, probability, minimise, trials, setting, inputs)


def _without(lever: str, scenario: Scenario, inputs: Inputs) -> float:
    """Value of a lever under the scenario in the month after the as-of date."""
    month = np.array([month_of(inputs.as_of) + 1])
    return float(resolve_levers(scenario, inputs, month)[lever][0])


def _check(
    levers: Mapping[str, tuple[float, float]], minimise: str, probability: float, inputs: Inputs
) -> None:
    check_levers(levers, inputs)
    if not 0.0 < probability < 1.0:
        raise InputError.of("reach", "probability", f"{probability:.10g}", "a number between 0 and 1")
    if minimise != "cost" and minimise not in levers:
        raise InputError.of("reach", "minimise", repr(minimise), ["cost", *levers])


def check_levers(levers: Mapping[str, tuple[float, float]], inputs: Inputs) -> None:
    """Refuse too many levers, a lever that is not there, and limits outside its range.

    Raises
    ------
    InputError
        What is wrong.
    """
    if not 1 <= len(levers) <= MOST_LEVERS:
        raise InputError.of("reach", "levers", f"{len(levers)} levers", f"1 to {MOST_LEVERS}")
    for name, (low, high) in levers.items():
        spec = inputs.levers.get(name)
        if spec is None:
            near = nearest_name(name, inputs.levers)
            raise InputError.of("reach", "lever", repr(name), list(inputs.levers) if not near else [near])
        if not spec.minimum <= low < high <= spec.maximum:
            allowed = f"LO:HI within {spec.minimum:.10g}:{spec.maximum:.10g} {spec.unit}, LO below HI"
            raise InputError.of("reach", f"lever {name}", f"{low:.10g}:{high:.10g}", allowed)


def _answer(
    search: Search,
    probability: float,
    minimise: str,
    trials: Trials,
    setting: Callable[[Array], Scenario],
    inputs: Inputs,
) -> Reach:
    surface = search.design.grid()
    odds = search.odds(surface)
    best = surface[int(np.argmax(odds))]
    before = attained(search, None, 0, probability)
    if before.probability[search.goal.base] >= probability:
        status, unit, at, runs = "already", best, 0, search.runs
    elif odds.max() < probability:
        runs = search.runs.joined(trials.run([setting(best)]))
        tried = np.concatenate([search.design.points, best[None, :]])
        at = 1 + int(np.argmax([runs_odds(search.goal, runs, k + 1) for k in range(len(tried))]))
        unit = tried[at - 1]
        status = "reached" if runs_odds(search.goal, runs, at) >= probability else "not_reachable"
    else:
        unit, runs, at = _refined(search, probability, minimise, trials, setting, (surface, odds))
        status = "reached"
    found = replace(search, runs=runs)
    found_marginals = tuple(
        replace(m, known=identified(m.lever, inputs, runs.params)) for m in marginals(search, unit)
    )
    return _reach(found, status, unit, at, before, probability, minimise, found_marginals, surface, odds)


def _refined(
    search: Search,
    probability: float,
    minimise: str,
    trials: Trials,
    setting: Callable[[Array], Scenario],
    surface: tuple[Array, Array],
) -> tuple[Array, Runs, int]:
    """Look for the least setting on the surface, run it, and move the surface to what the run gave."""
    runs, shift, margin = search.runs, 0.0, 0.0
    unit = least(search, probability, minimise, shift, surface)
    enough: list[tuple[float, Array, int]] = []
    for _ in range(TRIES):
        runs = runs.joined(trials.run([setting(unit)]))
        at = len(runs.local_cost) - 1
        found = runs_odds(search.goal, runs, at)
        if found >= probability:
            enough.append((float(search.effort(unit, minimise)[0]), unit, at))
            if found - probability <= CLOSE:
                break
        else:  # the surface was a little too hopeful here: ask it for a little more
            margin += CLOSE / 4
        shift = shift_to(search, unit, found)
        unit = least(search, min(probability + margin, 0.9999), minimise, shift, None)
    if not enough:  # a corner of the design that is known to do
        tried = [(float(search.effort(u, minimise)[0]), u, k + 1) for k, u in enumerate(search.design.points)]
        enough = [one for one in tried if runs_odds(search.goal, runs, one[2]) >= probability] or [
            (0.0, unit, at)
        ]
    _, unit, at = min(enough, key=lambda one: one[0])
    return unit, runs, at


def _reach(
    search: Search,
    status: str,
    unit: Array,
    at: int,
    before: Attained,
    probability: float,
    minimise: str,
    found: tuple[Marginal, ...],
    surface: Array,
    odds: Array,
) -> Reach:
    start = before.probability[search.goal.base]
    curve: Frontier = frontier_of(search, surface, odds, probability, start)
    return Reach(
        goal=search.goal,
        asked=probability,
        minimise=minimise,
        limits={
            name: (float(a), float(b))
            for name, a, b in zip(search.names, search.design.low, search.design.high, strict=True)
        },
        status=status,
        before=before,
        answer=attained(search, None if status == "already" else unit, at, probability),
        marginals=found,
        frontier=curve,
        model_runs=len(search.runs.local_cost),
        draws=search.runs.local_cost.shape[1],
    )
