"""Whether the figures have taught anything about what a lever does, or its effect is a prior as it was put in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bhxh_forecast.coverage.types import Array

if TYPE_CHECKING:
    from bhxh_forecast.inputs import Inputs

LEARNT = 0.5  # a lever counts as identified when the figures took half of the variance of its main prior
POINTS = 4096


@dataclass(frozen=True)
class Identified:
    """What is known of one lever's effect.

    Attributes
    ----------
    lever, parameters
        The lever and the priors that carry its effect, the main one first.
    learnt
        Share of the prior variance of each that the figures have taken away (below 0: none).
    basis, status
        Where the main prior comes from, and its standing.
    identified
        Whether the figures know its main prior at least by half; False also when the lever has no known effect.
    """

    lever: str
    parameters: tuple[str, ...]
    learnt: dict[str, float]
    basis: str
    status: str
    identified: bool


def learnt_share(inputs: Inputs, name: str, draws: Array) -> float:
    """Share of a prior's variance that the draws no longer have."""
    grid = (np.arange(POINTS) + 0.5) / POINTS
    before = float(np.var(inputs.priors[name].sample(grid)))
    return 1.0 - float(np.var(draws)) / before if before > 0.0 else 0.0


def identified(lever: str, inputs: Inputs, params: Mapping[str, Array]) -> Identified:
    """Compare the draws of a lever's parameters with their priors.

    Parameters
    ----------
    lever
        Id of a lever.
    inputs
        Levers and priors.
    params
        Draws of the run, (draws,) each.
    """
    names = inputs.levers[lever].effect
    learnt = {name: learnt_share(inputs, name, params[name]) for name in names}
    if not names:
        return Identified(lever, (), {}, "", "expert", False)
    main = inputs.priors[names[0]]
    return Identified(lever, names, learnt, main.basis, main.status, learnt[names[0]] >= LEARNT)
