"""A latent path of one model fitted to its figures piece by piece, noise and linear terms together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bhxh_forecast.calibration.figures import Figure
from bhxh_forecast.calibration.noise import Noise, Term
from bhxh_forecast.calibration.path import Conditioned, Model, Problem, condition_path
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.inputs.draws import Streams
from bhxh_forecast.threads import in_threads

PIECE = 512  # draws fitted together


@dataclass(frozen=True)
class Path:
    """A latent path to be conditioned: its noise, its linear terms, the figures and how the model sees them."""

    name: str
    months: int
    found: Sequence[Figure]
    noise: Noise
    terms: Sequence[Term]
    model: Callable[[slice], Model]
    rounds: int
    solves: int

    def fit(self, streams: Streams, count: int) -> tuple[Array, Array]:
        """Path (T, n) given the figures, prior noise after the last of them, and log weights (n,)."""
        last = self.found[-1].month + 1
        shocks = streams.normals(self.name, 0, (self.noise.rows(self.months), count))
        now = np.arange(len(shocks)) % self.months < last
        extra = streams.normals(f"{self.name}:terms", 0, (len(self.terms), count))
        errors = streams.normals(f"{self.name}:errors", 0, (len(self.found), count))
        target, sd = np.array([f.log_value for f in self.found]), np.array([f.sd for f in self.found])

        def piece(first: int) -> Conditioned:
            rows = slice(first, first + PIECE)
            terms = [
                Term(t.name, t.mean, t.sd, t.profile if t.profile.shape[1] == 1 else t.profile[:, rows])
                for t in self.terms
            ]
            problem = Problem(self.model(rows), self.noise.block(rows), terms, last)
            begin = np.concatenate([shocks[now][:, rows], extra[:, rows]])
            return condition_path(problem, target, sd, begin, errors[:, rows], self.rounds, self.solves)

        parts = in_threads(piece, range(0, count, PIECE))
        shocks[now] = np.concatenate([part.shocks for part in parts], axis=1)
        path = self.noise.build(shocks, self.months)
        for term in self.terms:
            path += np.concatenate([part.terms[term.name] for part in parts]) * term.profile
        return path, np.concatenate([part.log_weight for part in parts])
