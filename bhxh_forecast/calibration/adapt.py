"""Adaptive importance sampling: from the prior towards the figures, by steps that keep enough draws."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bhxh_forecast.calibration.space import Mixture, Space, log_normal
from bhxh_forecast.calibration.weights import effective_size
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.inputs.draws import Streams

ENOUGH = 0.15  # share of effective draws that a step keeps
STEPS = 9
LogLikelihood = Callable[[Array, int], Array]  # coordinates (d, n) and the number of the step -> (n,)


def strongest(log_likelihood: Array, rest: Array) -> float:
    """Largest power of the likelihood, at most 1, under which enough draws are effective."""
    if effective_size(log_likelihood + rest) >= ENOUGH * len(rest):
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        if effective_size(middle * log_likelihood + rest) >= ENOUGH * len(rest):
            low = middle
        else:
            high = middle
    return low


def learn(space: Space, likelihood: LogLikelihood, streams: Streams, name: str, draws: int) -> Mixture:
    """A proposal that fits prior times likelihood, from at most nine rounds of tempered importance sampling.

    Parameters
    ----------
    space
        Coordinates.
    likelihood
        Log likelihood; infinite where there is none.
    draws
        Draws of a round.
    """
    proposal = Mixture.prior(space)
    finished = 0
    for step in range(STEPS):
        z = draw(proposal, streams, f"{name}:{step}", draws)
        found = likelihood(z, step)
        found = np.where(np.isfinite(found), found, -1e9)
        rest = log_normal(z) - proposal.log_density(z)
        power = strongest(found, rest)
        log_weight = power * found + rest
        proposal = Mixture.learnt(space, z, np.exp(log_weight - log_weight.max()))
        finished += power == 1.0
        if finished == 2:
            break
    return proposal


def draw(proposal: Mixture, streams: Streams, name: str, draws: int) -> Array:
    """Draws of a proposal, (d, n)."""
    size, smooth = proposal.space.size, proposal.space.smooth
    normals = streams.normals(f"{name}:z", 0, (size, draws))
    return proposal.draw(normals, streams.uniforms(f"{name}:u", 0, (1 + size - smooth, draws)))
