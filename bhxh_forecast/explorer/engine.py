"""The model made ready for one setting after another: what scenarios share is lived once and kept."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.budget import compute
from bhxh_forecast.budget.programmes import ALL, HEADLINE, TOTAL
from bhxh_forecast.coverage.drivers import RATE, RURAL_LINE, build_drivers, outreach_ratio, support_shares
from bhxh_forecast.coverage.kept import MOST
from bhxh_forecast.explorer.controls import GOALS, Controls
from bhxh_forecast.explorer.draws import Draws, Kept
from bhxh_forecast.explorer.summary import Goal, goal_of, summarise
from bhxh_forecast.inputs.levers import resolve_levers
from bhxh_forecast.results.collect import series_of
from bhxh_forecast.simulation import BASELINE, SEED, UNTIL, Chain, prepare
from bhxh_forecast.threads import keep_freed_memory
from bhxh_forecast.timeline import month_number, year_of

if TYPE_CHECKING:
    from bhxh_forecast.budget import BudgetBlock
    from bhxh_forecast.coverage.types import Array, Drivers
    from bhxh_forecast.explorer.state import State
    from bhxh_forecast.inputs import Inputs, Scenario

FIRST_SHOWN = 2018  # the pictures begin here
FAST, FINE = 1_000, 10_000
KEPT_WORLDS, KEPT_RUNS = (
    6,
    36,
)  # worlds; blocks of settings: ten visitors' and the baseline's while they are refined


class Engine:
    """Computes settings on a fixed number of draws; safe to be called from several threads, one at a time works.

    Parameters
    ----------
    inputs
        Data as known on a day.
    draws, seed, until
        As for ``simulate``, whose numbers it reproduces for the same setting and the same number of draws.
    """

    def __init__(self, inputs: Inputs, *, draws: int = FAST, seed: int = SEED, until: int = UNTIL) -> None:
        keep_freed_memory()
        self.inputs, self.draws, self.seed = inputs, draws, seed
        self.controls = Controls.of(inputs, until)
        self.most = MOST if draws <= FAST else 1  # of many draws only the baseline's parts stay
        self._chains: dict[str, Chain] = {}
        self._worlds: OrderedDict[tuple[str, int], Kept] = OrderedDict()
        self._law: OrderedDict[str, Drivers] = OrderedDict()
        self._runs: OrderedDict[tuple[str, int], Draws] = OrderedDict()
        self._goals: dict[tuple[int, str], list[Goal]] = {}
        self._baselines: OrderedDict[tuple[str, int, str], dict[str, Any]] = OrderedDict()
        self._lock = RLock()
        self.line = self.chain("reference").line
        months = self.line.months
        quarter_ends = (month_number(months) % 3 == 0) & (year_of(months) >= FIRST_SHOWN)
        self.rows: NDArray[np.int64] = np.flatnonzero(quarter_ends)
        self.years: NDArray[np.int64] = np.arange(inputs.as_of.year, until + 1)

    @property
    def blocks(self) -> range:
        """Numbers of the blocks of draws."""
        return self.chain("reference").blocks

    def chain(self, world: str) -> Chain:
        """The chain of a world; worlds share the conditioned sample."""
        if world not in self._chains:
            until = self.controls.until
            self._chains[world] = Chain.of(
                [BASELINE], world=world, draws=self.draws, seed=self.seed, until=until, inputs=self.inputs
            )
        return self._chains[world]

    def shared(self, world: str, b: int) -> Kept:
        """What the scenarios of a world share on block ``b``."""
        if (world, b) not in self._worlds:
            chain = self.chain(world)
            noise = chain.source.block(b, min(chain.source.size, self.draws - b * chain.source.size))
            block = prepare(self.inputs, self.line, noise, chain.changes, chain.baseline, self.most)
            bases = {name: base[self.rows] for name, base in block.people.bases(block.factor).items()}
            coverage, _ = block.stage.run(chain.baseline, block.history)
            past = compute(coverage, chain.baseline, block.params, self.line)
            kept = Kept(
                block.params,
                block.pools,
                block.paths,
                block.stage,
                block.history,
                block.ancestor,
                bases,
                past,
                self.most,
            )
            _keep(self._worlds, (world, b), kept, KEPT_WORLDS)
        return self._worlds[world, b]

    def goals(self, year: int, base: str) -> list[Goal]:
        """The plan's targets as asked in a year on a base: see `goal_of`."""
        if (year, base) not in self._goals:
            self._goals[year, base] = [goal_of(self.inputs.targets, target, year, base) for target in GOALS]
        return self._goals[year, base]

    def baseline_of(self, state: State) -> tuple[Draws, dict[str, Any]]:
        """Draws of the baseline in a setting's world, and their summary for what the setting asks."""
        before = at_baseline(state)
        draws, key = self.draws_of(before), (before.key, state.year, state.base)
        if key not in self._baselines:
            _keep(self._baselines, key, summarise(self, before, draws, draws), KEPT_RUNS)
        return draws, self._baselines[key]

    def draws_of(self, state: State) -> Draws:
        """All draws of a setting."""
        return Draws.joined([self.block_of(state, b) for b in self.blocks])

    def block_of(self, state: State, b: int) -> Draws:
        """Draws of a setting on block ``b``; what was asked lately is kept."""
        with self._lock:
            if not self.has(state, b):
                _keep(self._runs, (state.key, b), self._compute(state, b), KEPT_RUNS)
            self._runs.move_to_end((state.key, b))
            return self._runs[state.key, b]

    def has(self, state: State, b: int) -> bool:
        """Whether a block of a setting was computed lately."""
        return (state.key, b) in self._runs

    def drivers(self, scenario: Scenario) -> Drivers:
        """Monthly drivers, as ``build_drivers`` gives them; what follows from the law alone is kept.

        Raises
        ------
        InputError
            When state and city support together exceed the whole contribution.
        """
        key = repr((scenario.counterfactual, scenario.as_dict()["law"]))
        levers = resolve_levers(scenario, self.inputs, self.line.months)
        if key not in self._law:
            bare = replace(scenario, levers={})
            _keep(self._law, key, build_drivers(bare, self.inputs, self.line), KEPT_WORLDS)
        law = self._law[key]
        return replace(
            law,
            line=levers["subsidy.base"] / law.law[RATE],
            rural_line=law.law[RURAL_LINE],
            state_share=support_shares(levers, "state_share"),
            city_share=support_shares(levers, "city_share"),
            cap_months=levers["subsidy.cap_months"],
            budget_ratio=outreach_ratio(levers, law.baseline, self.line),
            levers=levers,
        )

    def _compute(self, state: State, b: int) -> Draws:
        scenario = state.scenario(self.controls)
        drivers, kept = self.drivers(scenario), self.shared(state.world, b)
        own = scenario.counterfactual
        coverage, _ = kept.ready(self.line).run(drivers, None if own else kept.history)
        counts = {name: values[self.rows] for name, values in series_of(coverage).items()}
        counts["old_age_numerator"] = (coverage.pensions_past_age + coverage.social_pensioners)[self.rows]
        budget = compute(coverage, drivers, kept.params, self.line, past=None if own else kept.past)
        rows = np.isin(budget.years, self.years)
        sources = {s: a[rows] for s, a in _totals(budget).items()}
        return Draws(counts, kept.bases, sources, _programmes(budget, rows), kept.ancestor)


def _totals(budget: BudgetBlock) -> dict[str, Array]:
    """Totals without memo lines by funding source, and of all sources."""
    return {
        account.funding_source: amount
        for account, amount in budget.accounts.items()
        if account.programme == TOTAL
        and account.recognition == HEADLINE
        and (account.legal_origin, account.spending_field) == (ALL, ALL)
    }


def _programmes(budget: BudgetBlock, rows: NDArray[np.bool_]) -> dict[str, Array]:
    """Programmes that enter the total, all sources."""
    return {
        account.programme: amount[rows]
        for account, amount in budget.accounts.items()
        if account.programme != TOTAL
        and account.recognition == HEADLINE
        and account.funding_source == ALL
        and not account.memo
    }


def _keep(kept: OrderedDict[Any, Any], key: Any, value: Any, most: int) -> None:
    """Keep a value and forget the oldest beyond ``most``."""
    kept[key] = value
    while len(kept) > most:
        kept.popitem(last=False)


def at_baseline(state: State) -> State:
    """The baseline in the same world, asked the same question."""
    return replace(state, start=BASELINE, levers={}, law={})
