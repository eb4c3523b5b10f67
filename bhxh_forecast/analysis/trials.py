"""Runs many settings of one scenario on the same draws and keeps only what the questions of analysis need."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from bhxh_forecast.calibration.posterior import current_posterior
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.inputs.levers import Step
from bhxh_forecast.simulation import Chain, ScenarioBlock
from bhxh_forecast.threads import in_threads, keep_freed_memory
from bhxh_forecast.timeline import year_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bhxh_forecast.budget import BudgetBlock
    from bhxh_forecast.inputs import Inputs, Scenario, World

LOCAL_SOURCES = ("city", "commune")  # who counts as the local budget
SUPPORTS = ("vsi_state_support", "vsi_city_top_up")
NUMERATORS: dict[str, Callable[[Any], Array]] = {
    "si_share": lambda c: c.csi + c.vsi_participants,
    "vsi_share": lambda c: c.vsi_participants,
    "ui_share": lambda c: c.ui,
    "old_age_share": lambda c: c.pensions_past_age + c.social_pensioners,
}
Bases = dict[str, Array]
Keep = Callable[[ScenarioBlock, Bases], dict[str, Array]]


@dataclass(frozen=True)
class Collected:
    """What was kept of every setting, (settings, ..., draws), and the draws they share."""

    kept: dict[str, Array]
    params: dict[str, Array]
    ancestor: NDArray[np.int64]


def collect(chain: Chain, keep: Keep, months: NDArray[np.int64]) -> Collected:
    """Run every scenario of a chain and keep what ``keep`` returns.

    Parameters
    ----------
    keep
        Takes one scenario on one block and the denominators at ``months`` (M, n); returns arrays (..., n).
    """
    keep_freed_memory()

    def of_block(b: int) -> tuple[list[dict[str, Array]], dict[str, Array], NDArray[np.int64]]:
        parts: list[dict[str, Array]] = []
        bases: Bases = {}
        params: dict[str, Array] = {}
        for run in chain.runs(b):
            if not bases:  # the same for every setting
                known = run.block.people.bases(run.block.factor)
                bases = {name: values[months].copy() for name, values in known.items()}
                params = {n: v for n, v in run.block.params.items() if not n.endswith("@t")}
            parts.append(keep(run, bases))
            ancestor = run.block.ancestor
        return parts, params, ancestor

    blocks = in_threads(of_block, chain.blocks)
    settings = range(len(chain.scenarios))
    return Collected(
        {
            name: np.stack(
                [np.concatenate([parts[k][name] for parts, _, _ in blocks], axis=-1) for k in settings]
            )
            for name in blocks[0][0][0]
        },
        {name: np.concatenate([params[name] for _, params, _ in blocks]) for name in blocks[0][1]},
        np.concatenate([ancestor for _, _, ancestor in blocks]),
    )


def local_cost(budget: BudgetBlock) -> Array:
    """Local-budget total by year, VND at current prices, (Y, n)."""
    sources = {account.funding_source for account in budget.accounts if account.programme == "total"}
    parts = [budget.programme("total", source=source) for source in LOCAL_SOURCES if source in sources]
    return np.asarray(np.sum(parts, axis=0), np.float64)


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


def pooled(parts: Sequence[Runs]) -> Runs:
    """The same settings on the draws of several samples, one after the other; no ancestor is common to two samples."""
    if len(parts) == 1:
        return parts[0]
    first: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts], axis=-1)
        for name in ("local_cost", "support", "voluntary", "paid")
    }
    starts = np.cumsum([0, *(int(part.ancestor.max()) + 1 for part in parts[:-1])])
    return Runs(
        {base: np.concatenate([part.share[base] for part in parts], axis=-1) for base in parts[0].share},
        params={name: np.concatenate([p.params[name] for p in parts]) for name in parts[0].params},
        ancestor=np.concatenate([p.ancestor + start for p, start in zip(parts, starts, strict=True)]),
        **first,
    )


@dataclass(frozen=True)
class Trials:
    """Where settings are tried: data, world, draws, and the share that is watched.

    Attributes
    ----------
    series, bases, month
        Share, its bases and the month (YYYY-MM) at whose end it is read.
    samples
        Conditioned samples, of this seed and the next ones, that share the draws evenly. Draws of a stored posterior
        are one sample whatever the seed, so that there is nothing to share.
    """

    inputs: Inputs
    world: World
    draws: int
    seed: int
    until: int
    series: str
    bases: tuple[str, ...]
    month: str
    samples: int = 1

    def run(self, scenarios: Sequence[Scenario]) -> Runs:
        """Run the chain for every setting on the same draws."""
        return pooled([self._of_seed(scenarios, self.seed + k) for k in range(self.shared)])

    @property
    def shared(self) -> int:
        """Samples among which the draws are shared."""
        return self.samples if current_posterior(self.inputs) is None else 1

    def _of_seed(self, scenarios: Sequence[Scenario], seed: int) -> Runs:
        chain = Chain.of(
            list(scenarios),
            world=self.world,
            draws=self.draws // self.shared,
            seed=seed,
            until=self.until,
            inputs=self.inputs,
        )
        t, first = chain.line.index(self.month), chain.line.first_projected
        begin = int(year_of(chain.line.months)[min(first, len(chain.line.months) - 1)])

        def keep(run: ScenarioBlock, bases: Bases) -> dict[str, Array]:
            years = run.budget.years >= begin
            support = sum(run.budget.programme(name)[years].sum(axis=0) for name in SUPPORTS)
            voluntary = run.coverage.vsi_paying[first:].sum(axis=0) / 12.0
            numerator = NUMERATORS[self.series](run.coverage)[t]
            return {f"share:{base}": numerator / bases[base][0] for base in self.bases} | {
                "local_cost": local_cost(run.budget)[years].sum(axis=0),
                "support": np.asarray(support),
                "voluntary": voluntary,
                "paid": voluntary + run.coverage.csi[first:].sum(axis=0) / 12.0,
            }

        found = collect(chain, keep, np.array([t]))
        rest: dict[str, Any] = {
            name: found.kept[name] for name in ("local_cost", "support", "voluntary", "paid")
        }
        share = {base: found.kept[f"share:{base}"] for base in self.bases}
        return Runs(share, params=found.params, ancestor=found.ancestor, **rest)


def with_levers(scenario: Scenario, levels: Mapping[str, float], start: str | None = None) -> Scenario:
    """Return the scenario with some levers at plain levels, from the month after as-of or from ``start`` (YYYY-MM)."""
    begin = None if start is None else np.datetime64(start, "M")
    own = {name: (Step("value", float(level), begin),) for name, level in levels.items()}
    text = "+".join(f"{name}={level:.10g}" for name, level in levels.items())
    return replace(scenario, name=f"{scenario.name}[{text}]", levers={**scenario.levers, **own})
