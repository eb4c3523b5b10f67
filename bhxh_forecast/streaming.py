"""More draws than fit into memory: the chain block by block, the tables from what the blocks add up to.

Means, odds and standard errors are exact sums; quantiles come from mergeable histograms (`results.sketch`). Blocks may
be counted in any order, by any number of threads, processes or machines: the tables are the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from bhxh_forecast.budget.central import added
from bhxh_forecast.results import over_blocks
from bhxh_forecast.results.collect import Collector, PeopleCollector
from bhxh_forecast.results.facts import facts_of
from bhxh_forecast.results.ledger import Call, Ledger, Tally, opened
from bhxh_forecast.results.people_tables import in_groups
from bhxh_forecast.results.projection import Projection, RunFacts, Shared
from bhxh_forecast.simulation import BASELINE, DRAWS, SEED, UNTIL, Chain
from bhxh_forecast.threads import keep_freed_memory, linear_algebra

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs
    from bhxh_forecast.inputs.scenarios import Scenario
    from bhxh_forecast.inputs.worlds import World
    from bhxh_forecast.results.draws import ScenarioDraws
    from bhxh_forecast.simulation import ScenarioBlock

EXACT = 100_000  # up to this many draws all are kept in memory and quantiles are exact
AT_ONCE = 1  # blocks in memory at a time, some 1.2 GB each: two would pass the 2 GB that a run may take
TABLES = (
    "targets", "coverage", "budget", "population", "workforce", "indicators", "estimate", "sufficiency", "assumptions",
    "assumption_effects",
)  # fmt: skip
Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Streamed:
    """Tables of one scenario in one world; the draws themselves are not kept.

    Attributes
    ----------
    frames
        Each table by name.
    facts
        What the run rests on.
    """

    frames: Frames
    facts: RunFacts

    def __getattr__(self, name: str) -> Any:
        if name in TABLES:
            return lambda: self.frames[name]
        raise AttributeError(name)

    def manifest_info(self) -> dict[str, Any]:
        """What the manifest records of the run."""
        return self.facts.manifest_info()


def stream_many(
    scenarios: Sequence[str | Scenario],
    *,
    world: str | World = "reference",
    draws: int = DRAWS,
    seed: int = SEED,
    until: int = UNTIL,
    inputs: Inputs | None = None,
) -> dict[str, Streamed]:
    """Run the chain for several scenarios on any number of draws in bounded memory.

    Parameters as for ``simulate_many``.

    Returns
    -------
    dict
        Tables by scenario.
    """
    keep_freed_memory(one_heap=True)
    chain = chain_of(scenarios, world=world, draws=draws, seed=seed, until=until, inputs=inputs)
    calls, tally = first_block(chain)
    for part in in_order(chain, calls, chain.blocks[1:]):
        tally.add(part)
        tally.fold()
    return last_pass(chain, calls, tally)


def chain_of(scenarios: Sequence[str | Scenario], **options: Any) -> Chain:
    """Return the chain with the baseline first: the others are compared with it block by block."""
    named = [s if isinstance(s, str) else s.name for s in scenarios]
    order = sorted(range(len(named)), key=lambda k: (named[k] != BASELINE, k))
    return Chain.of([scenarios[k] for k in order], **options)


def first_block(chain: Chain) -> tuple[list[Call], Tally]:
    """Count the first block; it fixes the bins of all."""
    ledger = Ledger()
    with one_product_thread():
        for _ in _tables(chain, 0, ledger):
            pass
    return ledger.calls, ledger.tally


def count_block(chain: Chain, calls: Sequence[Call], b: int) -> Tally:
    """Count one further block."""
    ledger = Ledger(calls)
    for _ in _tables(chain, b, ledger):
        pass
    return ledger.tally


def count_blocks(chain: Chain, calls: Sequence[Call], blocks: Iterable[int]) -> Tally:
    """Count some further blocks, one after the other; their tallies are joined in this order."""
    tally = Tally()
    with one_product_thread():
        for b in blocks:
            tally.add(count_block(chain, calls, b))
    return tally


def in_order(chain: Chain, calls: Sequence[Call], blocks: Sequence[int]) -> Iterator[Tally]:
    """Count blocks, a few at once, and give their tallies in the blocks' order."""
    with one_product_thread(), ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = []
        for b in blocks:
            waiting.append(pool.submit(count_block, chain, calls, b))
            if len(waiting) > AT_ONCE:  # never more finished ones in memory than threads
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()


def last_pass(chain: Chain, calls: Sequence[Call], tally: Tally) -> dict[str, Streamed]:
    """Build the tables once more on the first block, every summary answering for all draws."""
    ledger = Ledger(calls, tally.fold())
    with one_product_thread():
        return {name: Streamed(frames, facts) for name, frames, facts in _tables(chain, 0, ledger)}


def one_product_thread() -> AbstractContextManager[Any]:
    """Let numpy's products use one thread: how many they use could change the last bit."""
    limit: AbstractContextManager[Any] = linear_algebra().limit(limits=1, user_api="blas")
    return limit


def _tables(chain: Chain, b: int, ledger: Ledger) -> Iterator[tuple[str, Frames, RunFacts]]:
    """Tables of every scenario on one block, scenario by scenario so that one at a time takes memory."""
    size = min(chain.source.size, chain.draws - b * chain.source.size)
    facts = facts_of(chain.inputs, chain.line, chain.source, chain.source.streams.seed, chain.draws)
    people, shared, reference = PeopleCollector(size), None, None
    for run in chain.runs(b):
        if shared is None:
            stock = in_groups(run.block.people.population.stock)
            people.add(0, run.block.people, run.block.factor, stock)
            shared = Shared(people, chain.line, chain.inputs)
        scenario = chain.scenarios[run.number]
        inner = _draws_of(chain, run, size, people, ledger)
        if scenario.name == BASELINE:
            reference = inner
        projection = Projection(inner, scenario, chain.world, facts, chain.inputs, shared, reference)
        with opened(ledger):
            frames = {name: getattr(projection, name)() for name in TABLES}
        yield scenario.name, frames, facts
    ledger.finish(size)


def _draws_of(
    chain: Chain, run: ScenarioBlock, size: int, people: PeopleCollector, ledger: Ledger
) -> ScenarioDraws:
    """Draws of a scenario on one block; its central projection is that of all draws as soon as they are known."""
    scenario, block = chain.scenarios[run.number], run.block
    collector = Collector(scenario.name, chain.world.name, chain.line, size, scenario.counterfactual)
    collector.add(0, block.params, block.ancestor, run.coverage, run.context, run.drivers, run.budget)
    inner = collector.finish(people.bases)
    (central,) = collector.central.values()
    return replace(inner, central=added([over_blocks.added(ledger, central)]))
