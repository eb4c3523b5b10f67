"""The chain for scenarios, a world and many draws: population, workforce, coverage, budget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.budget import BudgetBlock, compute
from bhxh_forecast.calibration.source import ConditionedSource, NoiseBlock
from bhxh_forecast.coverage.drivers import build_drivers
from bhxh_forecast.coverage.kept import MOST
from bhxh_forecast.coverage.people import People, build_people
from bhxh_forecast.coverage.stage import History, Stage
from bhxh_forecast.coverage.types import Array, CoverageBlock, Drivers, Paths, Pools
from bhxh_forecast.coverage.voluntary_types import VoluntaryContext
from bhxh_forecast.coverage.world import with_world
from bhxh_forecast.inputs.reader import Inputs, load_inputs
from bhxh_forecast.inputs.scenarios import Scenario, load_scenario, scenario_names
from bhxh_forecast.inputs.worlds import World, load_world, resolve_world
from bhxh_forecast.results.collect import Collector, PeopleCollector
from bhxh_forecast.results.facts import facts_of
from bhxh_forecast.results.people_tables import in_groups
from bhxh_forecast.results.projection import Projection, Projections, Shared
from bhxh_forecast.threads import in_threads, keep_freed_memory
from bhxh_forecast.timeline import Timeline

if TYPE_CHECKING:
    from bhxh_forecast.inputs.world_paths import UncertaintyPath

BASELINE = "current_policy"
SEED = 20181116
DRAWS = 10_000
UNTIL = 2030


@dataclass(frozen=True)
class Block:
    """One block of draws, ready for any scenario: people, pools and paths, and the history that scenarios share."""

    params: dict[str, Array]
    people: People
    factor: Array
    pools: Pools
    paths: Paths
    ancestor: NDArray[np.int64]
    history: History
    stage: Stage


@dataclass(frozen=True)
class ScenarioBlock:
    """One scenario on one block of draws: all that is known of it, month by month.

    Attributes
    ----------
    number
        Place of the scenario in its run.
    first
        Index of the block's first draw.
    """

    number: int
    first: int
    block: Block
    drivers: Drivers
    coverage: CoverageBlock
    context: VoluntaryContext
    budget: BudgetBlock


@dataclass(frozen=True)
class Chain:
    """Scenarios made ready to be run block by block, in any order and by several threads.

    Attributes
    ----------
    scenarios, world, drivers
        What is run, and the months of each scenario.
    source
        Where the draws come from.
    """

    inputs: Inputs
    line: Timeline
    scenarios: list[Scenario]
    world: World
    draws: int
    source: ConditionedSource
    changes: Mapping[str, UncertaintyPath]
    baseline: Drivers
    drivers: list[Drivers]

    @classmethod
    def of(
        cls,
        scenarios: Sequence[str | Scenario],
        *,
        world: str | World = "reference",
        draws: int = DRAWS,
        seed: int = SEED,
        until: int = UNTIL,
        inputs: Inputs | None = None,
    ) -> Chain:
        """Load, resolve and condition; parameters as for ``simulate``."""
        inputs = inputs or load_inputs()
        line = Timeline(inputs.as_of, until)
        chosen = [s if isinstance(s, Scenario) else load_scenario(s, inputs) for s in scenarios]
        weather = world if isinstance(world, World) else load_world(world, inputs)
        baseline = build_drivers(load_scenario(BASELINE, inputs), inputs, line)
        drivers = [build_drivers(scenario, inputs, line) for scenario in chosen]
        source = ConditionedSource.of(inputs, line, baseline, seed)
        changes = resolve_world(weather, inputs, line.months)
        return cls(inputs, line, chosen, weather, draws, source, changes, baseline, drivers)

    @property
    def blocks(self) -> range:
        """Numbers of the blocks of draws."""
        return range(-(-self.draws // self.source.size))

    def runs(self, b: int) -> Iterator[ScenarioBlock]:
        """Every scenario on block ``b``, one after the other, so that one at a time takes memory."""
        first = b * self.source.size
        noise = self.source.block(b, min(self.source.size, self.draws - first))
        block = prepare(self.inputs, self.line, noise, self.changes, self.baseline)
        past: BudgetBlock | None = None  # of the first scenario that shares the history
        for number, (scenario, drivers) in enumerate(zip(self.scenarios, self.drivers, strict=True)):
            own = scenario.counterfactual
            history = None if own else block.history
            coverage, context = block.stage.run(drivers, history)
            budget = compute(coverage, drivers, block.params, self.line, past=None if own else past)
            past = past if own else past or budget
            yield ScenarioBlock(number, first, block, drivers, coverage, context, budget)


def simulate(
    scenario: str | Scenario = BASELINE,
    *,
    world: str | World = "reference",
    draws: int = DRAWS,
    seed: int = SEED,
    until: int = UNTIL,
    inputs: Inputs | None = None,
) -> Projection:
    """Run the chain for one scenario.

    Parameters
    ----------
    scenario
        Name, file, combination ``A+B`` or a loaded scenario.
    world
        External conditions.
    draws
        Number of draws; the same seed gives the same draws in every scenario.
    seed
        Seed of all randomness.
    until
        Last calendar year.
    inputs
        Data as known on a day; default: the project's own, all that is known.

    Examples
    --------
    >>> simulate("current_policy", draws=64).targets().target_id.nunique()
    9
    """
    runs = simulate_many([scenario], world=world, draws=draws, seed=seed, until=until, inputs=inputs)
    return next(iter(runs.values()))


def simulate_many(
    scenarios: Sequence[str | Scenario] | None = None,
    *,
    world: str | World = "reference",
    draws: int = DRAWS,
    seed: int = SEED,
    until: int = UNTIL,
    inputs: Inputs | None = None,
) -> Projections:
    """Run the chain for several scenarios on the same draws; history is lived once.

    Parameters as for ``simulate``; no scenarios: all shipped ones.
    """
    keep_freed_memory()
    inputs = inputs or load_inputs()
    names = scenarios or scenario_names(inputs)
    chain = Chain.of(names, world=world, draws=draws, seed=seed, until=until, inputs=inputs)
    line, weather = chain.line, chain.world
    people = PeopleCollector(draws)
    collectors: list[Collector] = []
    for s in chain.scenarios:
        first = collectors[0] if collectors else None
        collectors.append(Collector(s.name, weather.name, line, draws, s.counterfactual, first))

    def run_block(b: int) -> None:
        for run in chain.runs(b):
            block = run.block
            if run.number == 0:
                groups = in_groups(block.people.population.stock)
                people.add(run.first, block.people, block.factor, groups)
            collectors[run.number].add(
                run.first, block.params, block.ancestor, run.coverage, run.context, run.drivers, run.budget
            )
        for collector in collectors:
            collector.forget(b * chain.source.size)

    in_threads(run_block, chain.blocks)
    facts, shared = facts_of(inputs, line, chain.source, seed, draws), Shared(people, line, inputs)
    done = {c.name: c.finish(people.bases) for c in collectors}
    reference = done.get(BASELINE)
    return Projections(
        [Projection(done[s.name], s, weather, facts, inputs, shared, reference) for s in chain.scenarios]
    )


def prepare(
    inputs: Inputs,
    line: Timeline,
    noise: NoiseBlock,
    changes: Mapping[str, UncertaintyPath],
    baseline: Drivers,
    most: int = MOST,
) -> Block:
    """People, pools and the shared history of one block; ``most`` results of each part stay."""
    params = with_world(noise.params, changes)
    people = build_people(inputs, line, params, {**noise.paths, **noise.yearly}, changes)
    factor = np.exp(noise.paths["lambda"])
    pools = people.pools(factor, params)
    z, v, u, zeta = (noise.paths[name] for name in ("z", "v", "u", "zeta"))
    paths = Paths(z, v, u, zeta, noise.yearly["peak_u"])
    stage = Stage(line, params, pools, paths, most)
    return Block(params, people, factor, pools, paths, noise.ancestor, stage.history(baseline), stage)
