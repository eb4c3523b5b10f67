"""What the stages of conditioning share: the sample of candidates, its streams, and the fit of one path."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from bhxh_forecast.calibration.parts import Parts, Setting
from bhxh_forecast.calibration.path import Conditioned, condition_path
from bhxh_forecast.calibration.sample import Sample
from bhxh_forecast.coverage.types import Array, Drivers
from bhxh_forecast.inputs.draws import BLOCK, Streams, sample_priors
from bhxh_forecast.threads import in_threads
from bhxh_forecast.timeline import Timeline

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs

Params = dict[str, Array]
BLOCK_FIT = 1024  # draws fitted together: their slopes stay in the processor's cache


class Carrier:
    """Carries the sample of candidates: streams, figures, and the conditioning of one path."""

    def __init__(
        self, inputs: Inputs, line: Timeline, drivers: Drivers, streams: Streams, blocks: int
    ) -> None:
        self.setting, self.streams = Setting(inputs, line, drivers), streams
        self.inputs, self.line, self.drivers = inputs, line, drivers
        self.count = blocks * BLOCK
        self.params = sample_priors(inputs.priors, streams, blocks)
        self.sample = Sample(dict(self.params))
        self.found = self.setting.found
        self.blocks_of = {name: prior.block for name, prior in inputs.priors.items()}
        self.months = len(line.months)

    def normals(self, name: str, rows: int) -> Array:
        """Standard normals (rows, M), block by block."""
        parts = [self.streams.normals(name, b, (rows, BLOCK)) for b in range(self.count // BLOCK)]
        return np.concatenate(parts, axis=1)

    def uniform(self, name: str) -> float:
        """One uniform, the place of a systematic grid."""
        return float(self.streams.uniforms(f"resample:{name}", 0, (1,))[0])

    def of_blocks(self, *blocks: str) -> list[str]:
        """Ids of the parameters of some blocks."""
        return [name for name, block in self.blocks_of.items() if block in blocks]

    def p(self) -> dict[str, Array]:
        """Parameters as they stand."""
        return {name: self.sample.values[name] for name in self.params}

    def fit(
        self, stage: str, parts: Callable[[slice, Params], Parts], rounds: int = 2, solves: int = 0
    ) -> tuple[Array, Array]:
        """Condition a path block by block; returns its shocks over all months (rows, M) and log weights (M,).

        Months after the last figure keep their prior shocks. Coefficients of the terms replace the sample's.

        Parameters
        ----------
        parts
            Figures, noise, terms and model of some of the draws, from their place and parameters.
        rounds, solves
            As for ``condition_path``.
        """
        p = self.p()
        one = parts(slice(0, 1), {name: v[:1] for name, v in p.items()})
        shocks = self.normals(stage, one.noise.rows(self.months))
        if not one.found:
            return shocks, np.zeros(self.count)
        last = max(f.month for f in one.found) + 1
        now = np.arange(len(shocks)) % self.months < last  # rows of months that figures can reach
        extra = self.normals(f"terms:{stage}", max(1, len(one.terms)))[: len(one.terms)]
        errors = self.normals(f"errors:{stage}", len(one.found))

        def of_block(first: int) -> Conditioned:
            rows = slice(first, first + BLOCK_FIT)
            mine = parts(rows, {name: v[rows] for name, v in p.items()})
            begin = np.concatenate([shocks[now][:, rows], extra[:, rows]])
            return condition_path(mine.problem, mine.target, mine.sd, begin, errors[:, rows], rounds, solves)

        found = in_threads(of_block, range(0, self.count, BLOCK_FIT))
        shocks[now] = np.concatenate([part.shocks for part in found], axis=1)
        for name in found[0].terms:
            self.sample.values[name] = np.concatenate([part.terms[name] for part in found])
        weight = np.concatenate([part.log_weight for part in found])
        return shocks, weight
