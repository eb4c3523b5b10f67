"""From the baseline to a scenario, or from the reference world to another: what each part of the way contributes.

Every combination of the parts is run on the same draws, and each part's contribution is averaged over the orders in
which the parts could be put in (Shapley). Contributions add up to the whole difference in every draw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bhxh_forecast.analysis.goal import Goal, find_goal
from bhxh_forecast.analysis.shapley import shapley, subsets
from bhxh_forecast.analysis.trials import NUMERATORS, Bases, Collected, collect, local_cost
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs import Inputs, Scenario, World, load_inputs, load_scenario, load_world, world_names
from bhxh_forecast.results.quantiles import THREE, block_mean, column, quantiles
from bhxh_forecast.simulation import BASELINE, SEED, UNTIL, Chain, ScenarioBlock
from bhxh_forecast.timeline import year_of

if TYPE_CHECKING:
    import xarray as xr

REFERENCE = "reference"
DRAWS = 4096
MOST = 6  # parts: 2^6 runs
UNITS = {"share": "share", "probability": "share", "cost": "VND", "paid": "person-years"}


@dataclass(frozen=True)
class Decomposition:
    """Contributions of the parts of a scenario or world.

    Attributes
    ----------
    name, kind
        What was taken apart; ``scenario`` or ``world``.
    goal
        The share that is watched, by year up to the goal's.
    parts
        Lever groups, provisions of law, or assumptions of the world.
    years
        Decembers from the year of the as-of date on, (Y,).
    start, effects
        By measure (``share``, ``probability``, ``cost`` and ``paid`` person-years a year): values without any part
        (Y, n), contributions (parts, Y, n).
    model_runs
        Combinations run.
    """

    name: str
    kind: str
    goal: Goal
    parts: tuple[str, ...]
    years: tuple[int, ...]
    start: dict[str, Array]
    effects: dict[str, Array]
    end: dict[str, Array]
    model_runs: int

    def draws(self, measure: str = "share") -> xr.DataArray:
        """Contributions draw by draw, dimensions (part, year, draw)."""
        import xarray as xr

        attrs = {"unit": UNITS[measure], "base": self.goal.base if measure == "share" else "none"}
        coords = {"part": list(self.parts), "year": list(self.years)}
        return xr.DataArray(
            self.effects[measure], dims=("part", "year", "draw"), coords=coords, name=measure, attrs=attrs
        )

    def table(self, year: int | None = None) -> pd.DataFrame:
        """Means and quantiles of every contribution; ``start``, the parts, ``end`` of one year or of all.

        Means add up; quantiles do not.
        """
        rows: list[dict[str, Any]] = []
        for measure, start in self.start.items():
            steps = [
                ("start", start),
                *zip(self.parts, self.effects[measure], strict=True),
                ("end", self.end[measure]),
            ]
            for part, values in steps:
                for k, at in enumerate(self.years):
                    if year in (None, at):
                        found = quantiles(values[k], THREE) if measure != "probability" else [np.nan] * 3
                        spread = dict(zip(map(column, THREE), map(float, found), strict=True))
                        mean = float(block_mean(values[k]))
                        rows.append(
                            {
                                "measure": measure,
                                "year": at,
                                "part": part,
                                "unit": UNITS[measure],
                                "mean": mean,
                                **spread,
                            }
                        )
        return pd.DataFrame(rows)

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain values."""
        table = self.table().astype(object)
        return {
            "name": self.name, "kind": self.kind, "target": self.goal.target, "year": self.goal.year,
            "base": self.goal.base, "base_role": self.goal.role(self.goal.base), "required": self.goal.required,
            "parts": list(self.parts), "model_runs": self.model_runs,
            "table": table.where(table.notna(), None).to_dict("records"),
        }  # fmt: skip


def decompose(
    name: str | Scenario | World,
    *,
    target: str = "vsi_coverage",
    year: int = 2030,
    base: str = "as_written",
    required: float | None = None,
    world: str | World = REFERENCE,
    draws: int = DRAWS,
    seed: int = SEED,
    until: int = UNTIL,
    inputs: Inputs | None = None,
) -> Decomposition:
    """Take a scenario apart into its lever and law groups, or a world into its assumptions.

    Parameters
    ----------
    name
        Scenario (name, file, ``A+B``) or world; scenarios are measured against the baseline in ``world``, worlds
        against the reference world under the baseline.
    target, year, base, required
        The share that is watched, as for ``reach``.

    Raises
    ------
    InputError
        When nothing differs, or more than six groups do.

    Examples
    --------
    >>> found = decompose("subsidy_raise+outreach_push", draws=64)
    >>> found.parts
    ('outreach', 'subsidy')
    """
    inputs = inputs or load_inputs()
    goal = find_goal(inputs, target, year, base, required)
    settings = {"draws": draws, "seed": seed, "until": max(until, year), "inputs": inputs}
    if isinstance(name, World) or (isinstance(name, str) and name in world_names(inputs)):
        chosen = name if isinstance(name, World) else load_world(name, inputs)
        parts: dict[str, tuple[str, ...]] = {key: (key,) for key in sorted(chosen.assumptions)}
        _check(parts, chosen.name)
        reference = load_world(REFERENCE, inputs)
        found = [
            _run([BASELINE], _world_of(chosen, reference, subset), goal, settings)
            for subset in subsets(parts)
        ]
        kept = {key: np.concatenate([f.kept[key] for f in found]) for key in found[0].kept}
        return _answer(chosen.name, "world", goal, parts, kept, inputs)
    own = name if isinstance(name, Scenario) else load_scenario(name, inputs)
    parts = parts_of(own)
    _check(parts, own.name)
    scenarios = [_scenario_of(own, [n for part in subset for n in parts[part]]) for subset in subsets(parts)]
    return _answer(own.name, "scenario", goal, parts, _run(scenarios, world, goal, settings).kept, inputs)


def parts_of(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Lever groups and law settings of a scenario, each with the ids it holds."""
    parts: dict[str, list[str]] = {}
    for lever in sorted(scenario.levers):
        parts.setdefault(lever.split(".")[0], []).append(lever)
    for name in sorted(scenario.law):
        parts.setdefault(f"law:{name}", []).append(name)
    return {key: tuple(ids) for key, ids in parts.items()}


def _check(parts: Mapping[str, Any], name: str) -> None:
    if not 1 <= len(parts) <= MOST:
        raise InputError.of(
            "decompose", "name", f"{name}, which changes {len(parts)} groups", f"1 to {MOST} of them"
        )


def _scenario_of(scenario: Scenario, ids: Sequence[str]) -> Scenario:
    """The scenario with only some of its settings."""
    return replace(
        scenario,
        name=f"{scenario.name}[{'+'.join(ids)}]",
        levers={name: steps for name, steps in scenario.levers.items() if name in ids},
        law={name: setting for name, setting in scenario.law.items() if name in ids},
    )


def _world_of(world: World, reference: World, names: Sequence[str]) -> World:
    kept = {name: world.assumptions[name] for name in names}
    return replace(world, name=f"{world.name}[{'+'.join(names)}]", assumptions=kept) if names else reference


def _run(scenarios: Sequence[Any], world: str | World, goal: Goal, settings: Mapping[str, Any]) -> Collected:
    chain = Chain.of(list(scenarios), world=world, **settings)
    first = int(year_of(chain.line.months)[chain.line.as_of_index])
    months = np.array([chain.line.index(f"{y}-12") for y in range(first, goal.year + 1)])

    def keep(run: ScenarioBlock, bases: Bases) -> dict[str, Array]:
        share = NUMERATORS[goal.series](run.coverage)[months] / bases[goal.base]
        years = (run.budget.years >= first) & (run.budget.years <= goal.year)
        people = run.coverage.vsi_paying + run.coverage.csi
        paid = np.stack([people[t - 11 : t + 1].sum(axis=0) / 12.0 for t in months])
        probability = goal.met(share).astype(float)
        return {
            "share": share,
            "probability": probability,
            "cost": local_cost(run.budget)[years],
            "paid": paid,
        }

    return collect(chain, keep, months)


def _answer(
    name: str, kind: str, goal: Goal, parts: Mapping[str, Any], kept: Mapping[str, Array], inputs: Inputs
) -> Decomposition:
    weights = shapley(len(parts))
    return Decomposition(
        name=name,
        kind=kind,
        goal=goal,
        parts=tuple(parts),
        years=tuple(range(goal.year + 1 - kept["share"].shape[1], goal.year + 1)),
        start={measure: values[0] for measure, values in kept.items()},
        effects={measure: np.tensordot(weights, values, axes=1) for measure, values in kept.items()},
        end={measure: values[-1] for measure, values in kept.items()},
        model_runs=weights.shape[1],
    )
