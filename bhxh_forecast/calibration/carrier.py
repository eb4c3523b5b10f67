"""What the stages of conditioning share: the sample of candidates, its streams, and the fit of one path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from bhxh_forecast.calibration.figures import Figure, figures
from bhxh_forecast.calibration.path import Conditioned, Model, Noise, Problem, Term, condition_path
from bhxh_forecast.calibration.sample import Sample
from bhxh_forecast.coverage.convert import monthly_ar1
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
        self.inputs, self.line, self.drivers, self.streams = inputs, line, drivers, streams
        self.count = blocks * BLOCK
        self.params = sample_priors(inputs.priors, streams, blocks)
        self.sample = Sample(dict(self.params))
        self.blocks_of = {name: prior.block for name, prior in inputs.priors.items()}
        self.months = len(line.months)

    def normals(self, name: str, rows: int) -> Array:
        """Standard normals (rows, M), block by block."""
        parts = [self.streams.normals(name, b, (rows, BLOCK)) for b in range(self.count // BLOCK)]
        return np.concatenate(parts, axis=1)

    def uniform(self, name: str) -> float:
        """One uniform, the place of a systematic grid."""
        return float(self.streams.uniforms(f"resample:{name}", 0, (1,))[0])

    def found(self, series: str) -> list[Figure]:
        """Figures of a series up to the as-of month."""
        rows = figures(self.inputs.observations, series, self.inputs.geo, self.line)
        return [f for f in rows if f.month <= self.line.as_of_index]

    def of_blocks(self, *blocks: str) -> list[str]:
        """Ids of the parameters of some blocks."""
        return [name for name, block in self.blocks_of.items() if block in blocks]

    def p(self) -> dict[str, Array]:
        """Parameters as they stand."""
        return {name: self.sample.values[name] for name in self.params}

    def term(self, name: str, profile: Array) -> Term:
        """A parameter with a normal prior that enters a path linearly."""
        prior = self.inputs.priors[name]
        return Term(name, prior.p1, prior.p2, profile)

    def fit(
        self,
        stage: str,
        found: Sequence[Figure],
        noise: Noise,
        terms: Sequence[Term],
        model: Callable[[slice, Params], Model],
        rounds: int = 2,
        solves: int = 0,
    ) -> tuple[Array, Array]:
        """Condition a path block by block; returns its shocks over all months (rows, M) and log weights (M,).

        Months after the last figure keep their prior shocks. Coefficients of the terms replace the sample's.
        """
        shocks = self.normals(stage, noise.rows(self.months))
        if not found:
            return shocks, np.zeros(self.count)
        last = found[-1].month + 1
        now = np.arange(noise.rows(self.months)) % self.months < last  # rows of months that figures can reach
        extra = self.normals(f"terms:{stage}", max(1, len(terms)))[: len(terms)]
        errors = self.normals(f"errors:{stage}", len(found))
        target, sd = np.array([f.log_value for f in found]), np.array([f.sd for f in found])
        p = self.p()

        def of_block(first: int) -> Conditioned:
            rows = slice(first, first + BLOCK_FIT)
            cut = [
                Term(t.name, t.mean, t.sd, t.profile if t.profile.shape[1] == 1 else t.profile[:, rows])
                for t in terms
            ]
            mine = {name: v[rows] for name, v in p.items()}
            problem = Problem(model(rows, mine), noise.block(rows), cut, last)
            start = np.concatenate([shocks[now][:, rows], extra[:, rows]])
            return condition_path(problem, target, sd, start, errors[:, rows], rounds, solves)

        parts = in_threads(of_block, range(0, self.count, BLOCK_FIT))
        shocks[now] = np.concatenate([part.shocks for part in parts], axis=1)
        for name in parts[0].terms:
            self.sample.values[name] = np.concatenate([part.terms[name] for part in parts])
        return shocks, np.concatenate([part.log_weight for part in parts])

    def walk(self, sigma: Array) -> Noise:
        """Random walk from nothing with an annual step."""
        return Noise(np.ones(self.count), sigma / np.sqrt(12.0), np.zeros(self.count))

    def autoregression(self, rho: Array, sigma: Array, burst: Array | None = None) -> Noise:
        """Stationary AR(1) with annual coefficient and innovation, with independent monthly bursts if given."""
        rho_m, sigma_m = monthly_ar1(rho, sigma)
        return Noise(rho_m, sigma_m, sigma / np.sqrt(1.0 - rho**2), burst)
