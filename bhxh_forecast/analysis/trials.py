"""Runs many settings of one scenario on the same draws and keeps only what the questions of analysis need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from bhxh_forecast.coverage.types import Array
from bhxh_forecast.inputs.levers import Step
from bhxh_forecast.results.targets_table import SERIES
from bhxh_forecast.simulation import Chain, ScenarioBlock
from bhxh_forecast.threads import in_threads, keep_freed_memory
from bhxh_forecast.timeline import year_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bhxh_forecast.inputs import Inputs, Scenario, World

LOCAL_SOURCES = ("city", "commune")  # who counts as the local budget
SUPPORTS = ("vsi_state_support", "vsi_city_top_up")
NUMERATORS = {
    "si_share": lambda c: c.csi + c.vsi_participants,
    "vsi_share": lambda c: c.vsi_participants,
    "ui_share": lambda c: c.ui,
    "old_age_share": lambda c: c.pensions_past_age + c.social_pensioners,
}


@dataclass(frozen=True)
class Runs:
    """Outcomes of several settings on the same draws, (settings, draws) each.

    Attributes
    ----------
    share
        The target's share at the date, by base.
    local_cost
        Local-budget cost from the month after as-of to the last year, VND at current prices.
    support
        Contribution support, state and city, in the same months, VND.
    voluntary, paid
        Paid person-years in the same months: of voluntary members; of voluntary members and compulsory participants.
    params, ancestor
        Sampled parameters and the candidate each draw descends from, (draws,).
    """

    share: dict[str, Array]
    local_cost: Array
    support: Array
    voluntary: Array
    paid: Array
    params: dict[str, Array]
    ancestor: NDArray[np.int64]

    def joined(self, other: Runs) -> Runs:
        """These settings and then those of another call on the same draws."""
        both: dict[str, Any] = {
            name: np.concatenate([getattr(self, name), getattr(other, name)])
            for name in ("local_cost", "support", "voluntary", "paid")
        }
        share = {base: np.concatenate([values, other.share[base]]) for base, values in self.share.items()}
        return replace(self, share=share, **both)


@dataclass(frozen=True)
class Trials:
    """Where settings are tried: data, world, draws, and the share that is watched.

    Attributes
    ----------
    series, bases, month
        Share, its bases and the month (YYYY-MM) at whose end it is read.
    """

    inputs: Inputs
    world: World
    draws: int
    seed: int
    until: int
    series: str
    bases: tuple[str, ...]
    month: str

    def run(self, scenarios: Sequence[Scenario]) -> Runs:
        """Run the chain for every setting on the same draws."""
        keep_freed_memory()
        chain = Chain.of(
            list(scenarios),
            world=self.world,
            draws=self.draws,
            seed=self.seed,
            until=self.until,
            inputs=self.inputs,
        )
        t = chain.line.index(self.month)
        parts = in_threads(lambda b: self._of_block(chain, b, t), chain.blocks)
        whole = [[part[k] for part in parts] for k in range(len(scenarios))]

        def joined(name: str) -> Array:
            return np.stack([np.concatenate([part[name] for part in setting]) for setting in whole])

        params = [part[0]["params"] for part in parts]
        return Runs(
            share={base: joined(f"share:{base}") for base in self.bases},
            params={
                name: np.concatenate([p[name] for p in params])
                for name in params[0]
                if not name.endswith("@t")
            },
            ancestor=np.concatenate([part[0]["ancestor"] for part in parts]),
            **{name: joined(name) for name in ("local_cost", "support", "voluntary", "paid")},
        )

    def _of_block(self, chain: Chain, b: int, t: int) -> list[dict[str, Any]]:
        parts: list[dict[str, Any]] = []
        bases: dict[str, Array] = {}
        for run in chain.runs(b):
            if not bases:  # the same for every setting
                known = run.block.people.bases(run.block.factor)
                bases = {base: known[base][t].copy() for base in self.bases}
            parts.append(self._kept(chain, run, t, bases))
        return parts

    def _kept(self, chain: Chain, run: ScenarioBlock, t: int, bases: dict[str, Array]) -> dict[str, Any]:
        first = chain.line.first_projected
        years = run.budget.years >= int(year_of(chain.line.months)[min(first, len(chain.line.months) - 1)])
        sources = {a.funding_source for a in run.budget.accounts if a.programme == "total"}
        local = [run.budget.programme("total", source=s)[years] for s in LOCAL_SOURCES if s in sources]
        support = [run.budget.programme(name)[years] for name in SUPPORTS]
        voluntary = run.coverage.vsi_paying[first:].sum(axis=0) / 12.0
        numerator = NUMERATORS[self.series](run.coverage)[t]
        return {f"share:{base}": numerator / bases[base] for base in self.bases} | {
            "local_cost": sum(part.sum(axis=0) for part in local),
            "support": sum(part.sum(axis=0) for part in support),
            "voluntary": voluntary,
            "paid": voluntary + run.coverage.csi[first:].sum(axis=0) / 12.0,
            "params": run.block.params,
            "ancestor": run.block.ancestor,
        }


def with_levers(scenario: Scenario, levels: Mapping[str, float], start: str | None = None) -> Scenario:
    """Return the scenario with some levers at plain levels, from the month after as-of or from ``start`` (YYYY-MM)."""
    begin = None if start is None else np.datetime64(start, "M")
    own = {name: (Step("value", float(level), begin),) for name, level in levels.items()}
    text = "+".join(f"{name}={level:.10g}" for name, level in levels.items())
    return replace(scenario, name=f"{scenario.name}[{text}]", levers={**scenario.levers, **own})


def series_of(target: str) -> str:
    """Share behind a target of the plan."""
    return SERIES[target]
