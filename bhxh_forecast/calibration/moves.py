"""Moves of draws that leave prior times a power of the likelihood as it is: Crank-Nicolson steps around a Gaussian.

A step z' = m + sqrt(1 - b^2) (z - m) + b e with e ~ N(0, C) leaves N(m, C) as it is for any b, in any number of
dimensions; what the target differs from that Gaussian decides about acceptance. At first C = (I + H)^-1, with H the
mean over some draws of J' R^-1 J: J the slopes of the log values of the figures, R their errors; later moments of the
draws in the directions that H sees. What no figure sees keeps its prior.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bhxh_forecast.calibration.interweave import Interweave
from bhxh_forecast.calibration.joint import STAGES, Joint
from bhxh_forecast.calibration.state import Index, State, either, some
from bhxh_forecast.coverage.types import Array

WIDTH = 1e-3  # of the differences that stand for slopes, in standard deviations
SEEN = 0.05  # a direction of less information than this keeps its prior
SHRINK = 0.2  # share of the linearised spread in the learnt one
WANTED = 0.3  # acceptance at which steps are as long as they should be
LONGEST, SHORTEST = 1.0, 0.01


@dataclass(frozen=True)
class Part:
    """The Gaussian of some coordinates given the others.

    Attributes
    ----------
    rows
        The coordinates that move.
    root
        Lower triangular root of their precision.
    pull
        Matrix (rows, d) that takes a distance from the mean to the shift of the conditional mean, 0 on ``rows``.
    mean
        Mean of all coordinates, (d,).
    """

    rows: Index
    root: Array
    pull: Array
    mean: Array

    def step(self, z: Array, length: float, normals: Array) -> tuple[Array, Array]:
        """New places (d, n), and log density of the Gaussian here less there, (n,)."""
        from scipy.linalg import solve_triangular

        centre = self.mean[self.rows, None] - self.pull @ (z - self.mean[:, None])
        away = z[self.rows] - centre
        new = np.sqrt(1.0 - length**2) * away
        new += length * solve_triangular(self.root, normals, lower=True, trans="T")
        here, there = (-0.5 * ((self.root.T @ x) ** 2).sum(axis=0) for x in (away, new))
        moved = z.copy()
        moved[self.rows] = centre + new
        return moved, np.asarray(here - there, dtype=np.float64)


class Gaussian:
    """A normal distribution that differs from N(0, I) only in directions that the figures see."""

    def __init__(self, mean: Array, precision: Array) -> None:
        self.mean, self.precision = mean, precision

    @classmethod
    def around(cls, z: Array, information: Array) -> Gaussian:
        """N(m, (I + H)^-1) around the mean of draws (d, n)."""
        seen = directions(information)[0]
        mean: Array = seen @ (seen.T @ z.mean(axis=1))
        return cls(mean, np.eye(len(z)) + information)

    @classmethod
    def fitted(cls, z: Array, information: Array) -> Gaussian:
        """Moments of draws (d, n) in the directions seen, drawn a little towards those of ``around``."""
        seen, values = directions(information)
        inside = seen.T @ z
        spread = (1.0 - SHRINK) * np.cov(inside) + SHRINK * np.diag(1.0 / (1.0 + values))
        change = np.linalg.inv(spread) - np.eye(len(values))
        return cls(seen @ inside.mean(axis=1), np.eye(len(z)) + seen @ change @ seen.T)

    def part(self, rows: Index) -> Part:
        """The conditional of some coordinates."""
        own = self.precision[np.ix_(rows, rows)]
        across = self.precision[rows].copy()
        across[:, rows] = 0.0
        root = np.asarray(np.linalg.cholesky(own), dtype=np.float64)
        return Part(rows, root, np.asarray(np.linalg.solve(own, across), dtype=np.float64), self.mean)


def directions(information: Array) -> tuple[Array, Array]:
    """Directions (d, r) about which the figures say something, and how much (r,)."""
    values, vectors = np.linalg.eigh(information)
    seen = values > SEEN
    return np.asarray(vectors[:, seen], dtype=np.float64), np.asarray(values[seen], dtype=np.float64)


def information(joint: Joint, state: State, chosen: Index) -> Array:
    """Mean over some draws of J' R^-1 J, by differences, (d, d)."""
    found = np.zeros((joint.size, joint.size))
    for k in chosen:
        slopes = joint.slopes(some(state, np.array([k])), WIDTH)
        found += slopes.T @ slopes
    return found / len(chosen)


def move(
    joint: Joint,
    state: State,
    part: Part,
    first: str,
    power: float,
    length: float,
    rng: np.random.Generator,
) -> tuple[State, float]:
    """One Metropolis step of every draw; returns the draws and the share that moved.

    Parameters
    ----------
    part
        What moves.
    first
        First stage that is touched.
    power
        Power of the likelihood in the target.
    length
        b, between 0 and 1.
    """
    n = state.z.shape[1]
    z, ratio = part.step(state.z, length, rng.standard_normal((len(part.rows), n)))
    new = joint.moved(state, z, first)
    ratio += 0.5 * ((state.z[part.rows] ** 2).sum(axis=0) - (z[part.rows] ** 2).sum(axis=0))
    ratio += power * (new.log - state.log)
    taken = np.log(rng.random(n)) < ratio
    return either(state, new, taken), float(taken.mean())


MOVES = {"pool": ("people", "employment"), **{stage: (stage,) for stage in STAGES}}
TIMES = {"voluntary": 14}  # the voluntary stage is far from linear and cheap: many short steps


class Sweep:
    """The moves of a sweep, with step lengths that follow acceptance while draws are still tempered."""

    def __init__(self, joint: Joint) -> None:
        self.joint, self.interweave = joint, Interweave(joint)
        self.length = dict.fromkeys(MOVES, 0.3)
        self.accepted = dict.fromkeys(MOVES, 0.0)
        self.parts: dict[str, Part] = {}

    def learn(self, gaussian: Gaussian) -> None:
        """Take a Gaussian for all moves."""
        for name, stages in MOVES.items():
            rows = np.sort(np.concatenate([self.joint.blocks[stage] for stage in stages]))
            self.parts[name] = gaussian.part(rows)

    def run(self, state: State, power: float, rng: np.random.Generator, *, adapt: bool) -> State:
        """Move every draw once by each move."""
        for name in [move for move in MOVES for _ in range(TIMES.get(move, 1))]:
            first, length = MOVES[name][0], self.length[name]
            state, share = move(self.joint, state, self.parts[name], first, power, length, rng)
            self.accepted[name] = share
            if adapt:
                longer = length * float(np.exp(0.5 * (share - WANTED)))
                self.length[name] = float(np.clip(longer, SHORTEST, LONGEST))
        state.z = self.interweave.run(state.z, rng)
        return state
