"""One figure in all draws: the blocks of a run one after the other, keeping only what explains it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bhxh_forecast.analysis.terms import Term, join
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.results.quantiles import block_mean
from bhxh_forecast.simulation import Chain, ScenarioBlock
from bhxh_forecast.threads import in_threads


@dataclass(frozen=True)
class Part:
    """One block of draws: terms, the figure itself, the same at prices of 2025, and parameters."""

    terms: list[Term]
    figure: Array
    constant: Array
    params: dict[str, Array]


@dataclass(frozen=True)
class Whole:
    """All draws."""

    terms: list[Term]
    figure: Array
    constant: Array
    means: dict[str, float]

    @classmethod
    def of(cls, chain: Chain, part: Callable[[ScenarioBlock], Part], wanted: Sequence[str]) -> Whole:
        """Run the only scenario of a chain block by block, keeping of each what explains the figure."""
        blocks = in_threads(lambda b: [part(run) for run in chain.runs(b)], chain.blocks)
        parts = [p for block in blocks for p in block]
        means = {
            name: float(block_mean(np.concatenate([p.params[name] for p in parts])))
            for name in wanted
            if all(name in p.params for p in parts)
        }
        return cls(
            join([p.terms for p in parts], [p.figure.size for p in parts]),
            np.concatenate([p.figure for p in parts]),
            np.concatenate([p.constant for p in parts]),
            means,
        )


def sampled(run: ScenarioBlock) -> dict[str, Array]:
    """Parameters of a block that differ from draw to draw, (n,)."""
    return {name: np.asarray(value) for name, value in run.block.params.items() if np.ndim(value) == 1}
