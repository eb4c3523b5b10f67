"""The engine against the same model run experiment by experiment, bare and under EMA Workbench.

    .venv/bin/python benchmarks/engine.py [--experiments 40]

The one-by-one model is this package's own code on one draw at a time: what a user would hand to a workbench as a
function. All nine scenarios are policies, draws are experiments; each returns head-counts and the cost of the last
year. EMA Workbench is in the extra ``bench``; without it the bare loop alone is measured.
"""

from __future__ import annotations

import argparse
import time
import warnings
from statistics import median
from typing import Any

from bhxh_forecast.calibration.source import NoiseBlock
from bhxh_forecast.inputs import load_inputs, scenario_names
from bhxh_forecast.simulation import Chain, compute, prepare, simulate_many
from bhxh_forecast.streaming import TABLES

DRAWS = 10_000


class OneByOne:
    """The model as a function of one draw and one scenario."""

    def __init__(self) -> None:
        inputs = load_inputs()
        self.names = list(scenario_names(inputs))
        self.chain = Chain.of(self.names, draws=4096, inputs=inputs)
        self.noise = self.chain.source.block(0, 4096)

    def __call__(self, draw: int = 0, scenario: str = "current_policy") -> dict[str, float]:
        """Shares and cost of one draw."""
        chain, here = self.chain, slice(draw, draw + 1)
        groups = [
            {name: array[..., here] for name, array in getattr(self.noise, group).items()}
            for group in ("params", "paths", "yearly")
        ]
        noise = NoiseBlock(*groups, self.noise.ancestor[here])
        block = prepare(chain.inputs, chain.line, noise, chain.changes, chain.baseline)
        number = self.names.index(scenario)
        history = None if chain.scenarios[number].counterfactual else block.history
        coverage, _ = block.stage.run(chain.drivers[number], history)
        budget = compute(coverage, chain.drivers[number], block.params, chain.line)
        return {
            "csi": float(coverage.csi[-1, 0]),
            "vsi": float(coverage.vsi_participants[-1, 0]),
            "cost": float(budget.programme("total")[-1, 0]),
        }


def engine_seconds(draws: int = DRAWS) -> float:
    """Seconds per experiment of the engine: all scenarios, chain and all tables, second call in one process."""
    inputs = load_inputs()
    names = list(scenario_names(inputs))
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        found = simulate_many(names, draws=draws, inputs=inputs)
        for projection in found.values():
            for table in TABLES:
                getattr(projection, table)()
        seconds.append(time.perf_counter() - began)
    return median(seconds[1:]) / (draws * len(names))


def loop_seconds(model: OneByOne, experiments: int) -> float:
    """Seconds per experiment of a bare loop."""
    model(0)
    began = time.perf_counter()
    for k in range(experiments):
        model(k, model.names[k % len(model.names)])
    return (time.perf_counter() - began) / experiments


def workbench_seconds(model: OneByOne, experiments: int) -> float | None:
    """Seconds per experiment under EMA Workbench; None where it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import ema_workbench as ema
    except ImportError:
        return None

    def function(draw: int = 0, course: str = "current_policy") -> dict[str, Any]:
        return model(int(draw), course)  # the workbench keeps the name "scenario" for itself

    wrapped = ema.Model("chain", function=function)
    wrapped.uncertainties = [ema.IntegerParameter("draw", 0, 4095)]
    wrapped.levers = [ema.CategoricalParameter("course", model.names)]
    wrapped.outcomes = [ema.ScalarOutcome(name) for name in ("csi", "vsi", "cost")]
    policies = [ema.Policy(name, course=name) for name in model.names]
    each = max(1, experiments // len(policies))
    began = time.perf_counter()
    with ema.SequentialEvaluator(wrapped) as evaluator:
        evaluator.perform_experiments(scenarios=each, policies=policies)
    return (time.perf_counter() - began) / (each * len(policies))


def main() -> None:
    """Print seconds per experiment and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--experiments", type=int, default=45)
    wanted = parser.parse_args().experiments
    model = OneByOne()
    fast = engine_seconds()
    rows = {"engine, all tables": fast, "one by one, bare loop": loop_seconds(model, wanted)}
    under = workbench_seconds(model, wanted)
    if under is not None:
        rows["one by one, EMA Workbench"] = under
    for name, seconds in rows.items():
        print(
            f"{name:28} {1e6 * seconds:12.1f} us per draw and scenario   {seconds / fast:8.0f} x the engine"
        )


if __name__ == "__main__":
    main()
