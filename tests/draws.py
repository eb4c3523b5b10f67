"""The engine on a few draws of the conditioned sample, for tests that look inside one month of one draw."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from bhxh_forecast.calibration.source import ConditionedSource, NoiseBlock
from bhxh_forecast.coverage.drivers import build_drivers
from bhxh_forecast.coverage.stage import Stage
from bhxh_forecast.coverage.types import CoverageBlock, Drivers
from bhxh_forecast.inputs.reader import Inputs, load_inputs
from bhxh_forecast.inputs.scenarios import load_scenario, scenario_names
from bhxh_forecast.simulation import BASELINE, SEED, UNTIL, Block, prepare
from bhxh_forecast.timeline import Timeline


@dataclass(frozen=True)
class Engine:
    """Inputs, months, and one block of draws ready for any drivers."""

    inputs: Inputs
    line: Timeline
    baseline: Drivers
    source: ConditionedSource
    block: Block

    def drivers(self, scenario: str) -> Drivers:
        return build_drivers(load_scenario(scenario, self.inputs), self.inputs, self.line)

    def coverage(self, drivers: Drivers, *, shared: bool = True) -> CoverageBlock:
        """The stage under any drivers; ``shared``: after the history of the baseline, as scenarios run."""
        b = self.block
        history = b.history if shared else None
        return b.stage.run(drivers, history)[0]

    def scenario(self, name: str) -> CoverageBlock:
        own = load_scenario(name, self.inputs).counterfactual
        return self.coverage(self.drivers(name), shared=not own)

    def with_params(self, **values: float | np.ndarray) -> "Engine":
        """The same people and paths with some parameters set, and the history that these parameters make."""
        b = self.block
        params = b.params | {
            name: np.broadcast_to(v, b.params[name].shape).copy() for name, v in values.items()
        }
        stage = Stage(self.line, params, b.pools, b.paths)
        return replace(
            self, block=replace(b, params=params, history=stage.history(self.baseline), stage=stage)
        )


def chosen(noise: NoiseBlock, index: np.ndarray) -> NoiseBlock:
    """Some draws of a block."""
    params, paths, yearly = (
        {name: values[..., index] for name, values in group.items()}
        for group in (noise.params, noise.paths, noise.yearly)
    )
    return NoiseBlock(params, paths, yearly, noise.ancestor[index])


@cache
def small_engine(draws: int, among: int = 256, seed: int = 20160101) -> Engine:
    """``draws`` of the first ``among`` of block 0, chosen at random but always the same."""
    inputs = load_inputs()
    line = Timeline(inputs.as_of, UNTIL)
    baseline = build_drivers(load_scenario(BASELINE, inputs), inputs, line)
    source = ConditionedSource.of(inputs, line, baseline, SEED)
    index = np.sort(np.random.default_rng(seed).choice(among, draws, replace=False))
    block = prepare(inputs, line, chosen(source.block(0, among), index), {}, baseline)
    return Engine(inputs, line, baseline, source, block)


def shipped() -> list[str]:
    """Names of all shipped scenarios."""
    return list(scenario_names(load_inputs()))
