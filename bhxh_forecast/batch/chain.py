"""The real chain as the batch calls it, each part imported when it is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bhxh_forecast.batch.context import Model

if TYPE_CHECKING:
    from bhxh_forecast.inputs import Inputs, Scenario, World


def chain() -> Model:
    """Return the chain of this package over the data folder that a run names."""
    return Model(
        load_inputs=_load_inputs,
        scenario_names=_scenario_names,
        load_scenario=_load_scenario,
        load_world=_load_world,
        simulate_many=simulate_many,
        fixed_effects=_fixed_effects,
    )


def _load_inputs(data: Path, as_of: date | None) -> Inputs:
    from bhxh_forecast.calibration.posterior import current_posterior
    from bhxh_forecast.coverage.indices import POVERTY, poverty_shares
    from bhxh_forecast.inputs import load_inputs
    from bhxh_forecast.timeline import Timeline

    inputs = load_inputs(data, as_of=as_of)
    poverty_shares(
        inputs.table(POVERTY), Timeline(inputs.as_of)
    )  # a day too early for any run is refused here
    current_posterior(inputs)  # a stale one is refused before anything is computed
    return inputs


def _scenario_names(inputs: Inputs) -> Sequence[str]:
    from bhxh_forecast.inputs import scenario_names

    return scenario_names(inputs)


def _load_scenario(source: str, inputs: Inputs) -> Scenario:
    from bhxh_forecast.inputs import load_scenario

    return load_scenario(source, inputs)


def _load_world(source: str, inputs: Inputs) -> World:
    from bhxh_forecast.inputs import load_world

    return load_world(source, inputs)


def _fixed_effects(inputs: Inputs, **options: Any) -> Any:
    from bhxh_forecast.analysis.fixed_effects import fixed_effects

    return fixed_effects(inputs, **options)


def simulate_many(scenarios: Sequence[Scenario], *, inputs: Inputs, **options: Any) -> Mapping[str, Any]:
    """Run the chain for scenarios, each beside the baseline, so that its tables do not depend on what else is run.

    More draws than fit into memory are taken block by block (`streaming`).
    """
    from bhxh_forecast.inputs import load_scenario
    from bhxh_forecast.simulation import BASELINE, simulate_many
    from bhxh_forecast.streaming import EXACT, stream_many

    named = {scenario.name: scenario for scenario in scenarios}
    if BASELINE not in named:
        named = {BASELINE: load_scenario(BASELINE, inputs), **named}
    run: Any = stream_many if options["draws"] > EXACT else simulate_many
    found: Mapping[str, Any] = run(list(named.values()), inputs=inputs, **options)
    return found
