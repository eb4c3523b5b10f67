"""One population of chains: tempered from the prior to the posterior, then moved on (sequential Monte Carlo)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bhxh_forecast.calibration.joint import Joint
from bhxh_forecast.calibration.moves import Gaussian, Sweep, information
from bhxh_forecast.calibration.state import State, some
from bhxh_forecast.calibration.weights import effective_size, systematic
from bhxh_forecast.coverage.types import Array

KEEP = 0.5  # share of effective draws that a step of tempering keeps
BASES = 12  # draws at which slopes are taken
RECENT = 12  # sweeps whose draws the Gaussian is fitted to


@dataclass(frozen=True)
class Plan:
    """Lengths of a population.

    Attributes
    ----------
    chains
        Draws that move together.
    tempered
        Sweeps at each temperature.
    burn
        Sweeps at the posterior that are left out; steps are tuned and the Gaussian is learnt in them only.
    kept, apart
        States kept of each chain, and the sweeps from one to the next.
    """

    chains: int = 256
    tempered: int = 2
    burn: int = 170
    kept: int = 12
    apart: int = 24


@dataclass(frozen=True)
class Population:
    """What a population found.

    Attributes
    ----------
    z
        Coordinates, (kept, d, chains).
    trace
        Log likelihood and parameters as standard normals at every fifth sweep, (S, K, chains).
    temperatures
        Powers of the likelihood.
    accepted
        Acceptance by move over the last sweep.
    """

    z: Array
    trace: Array
    temperatures: list[float]
    accepted: dict[str, float]


def next_power(log: Array, power: float) -> float:
    """Largest power, at most 1, at which enough draws stay effective."""
    if effective_size((1.0 - power) * log) >= KEEP * len(log):
        return 1.0
    low, high = 0.0, 1.0 - power
    for _ in range(40):
        middle = (low + high) / 2.0
        if effective_size(middle * log) >= KEEP * len(log):
            low = middle
        else:
            high = middle
    return power + low


def bases(joint: Joint, state: State, rng: np.random.Generator) -> Array:
    """Information of the figures at some draws, (d, d)."""
    return information(joint, state, rng.choice(state.z.shape[1], BASES, replace=False))


def tempered(joint: Joint, sweep: Sweep, plan: Plan, rng: np.random.Generator) -> tuple[State, list[float]]:
    """From prior draws to draws at the posterior, and the powers on the way."""
    state, powers = joint.state(rng.standard_normal((joint.size, plan.chains))), [0.0]
    while powers[-1] < 1.0:
        power = next_power(state.log, powers[-1])
        weight = (power - powers[-1]) * state.log
        state = some(state, systematic(weight, plan.chains, float(rng.random())))
        powers.append(power)
        sweep.learn(Gaussian.around(state.z, power * bases(joint, state, rng)))
        for _ in range(plan.tempered):
            state = sweep.run(state, power, rng, adapt=True)
    return state, powers


def run_population(joint: Joint, plan: Plan, rng: np.random.Generator) -> Population:
    """Sample one population, independent of all others."""
    sweep = Sweep(joint)
    state, powers = tempered(joint, sweep, plan, rng)
    recent: list[Array] = []
    for k in range(plan.burn):
        if k >= RECENT and (k - RECENT) % (plan.burn // 6) == 0:
            found = bases(joint, state, rng)
            sweep.learn(Gaussian.fitted(np.concatenate(recent[-RECENT:], axis=1), found))
        state = sweep.run(state, 1.0, rng, adapt=True)
        recent = [*recent[1 - RECENT :], state.z]
    rows = [place.start for name, place in joint.place.items() if name in joint.quantiles]
    kept, trace = [], []
    for k in range(1, plan.kept * plan.apart + 1):
        state = sweep.run(state, 1.0, rng, adapt=False)
        if k % 5 == 0:
            trace.append(np.concatenate([state.log[None], state.z[rows]]))
        if k % plan.apart == 0:
            kept.append(state.z)
    return Population(np.stack(kept), np.stack(trace), powers, dict(sweep.accepted))
