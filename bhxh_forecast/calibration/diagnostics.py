"""What the populations say about themselves: agreement, effective numbers, and what the figures taught."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from bhxh_forecast.calibration.joint import Joint
from bhxh_forecast.calibration.population import Population
from bhxh_forecast.coverage.types import Array

LIKELIHOOD = "log_likelihood"
BINS = 20  # of the prior's distribution function, for the overlap


def diagnose(joint: Joint, populations: list[Population]) -> dict[str, Any]:
    """R-hat over the populations and bulk effective numbers over their chains, and prior against posterior.

    The draws of a population count as one chain for R-hat (nested R-hat of Margossian and others 2022), early states
    before late ones, so that populations that differ and states that still drift both raise it.
    """
    names = [LIKELIHOOD, *joint.quantiles]
    trace = np.stack([found.trace for found in populations])  # (P, S, K, C)
    last = np.stack([found.z for found in populations])  # (P, kept, d, C)
    by_name = {}
    for k, name in enumerate(names):
        rhat, ess = agreement(trace[:, :, k])
        by_name[name] = {"rhat": round(rhat, 5), "ess": round(ess)}
        if name in joint.quantiles:
            by_name[name] |= learnt(last[:, :, joint.place[name].start].ravel())
    return {
        "rhat": max(found["rhat"] for found in by_name.values()),
        "ess": min(found["ess"] for found in by_name.values()),
        "populations": len(populations),
        "chains": trace.shape[3],
        "temperatures": [len(found.temperatures) - 1 for found in populations],
        "by_parameter": by_name,
    }


def agreement(trace: Array) -> tuple[float, float]:
    """R-hat and bulk effective number of one quantity, (populations, states, chains)."""
    with warnings.catch_warnings():  # once a day and machine it announces its next version
        warnings.simplefilter("ignore", FutureWarning)
        import arviz
    stats: Any = arviz
    populations, states, chains = trace.shape
    each = trace.transpose(0, 2, 1).reshape(populations * chains, states)
    return (
        float(stats.rhat(np.ascontiguousarray(trace.reshape(populations, -1)))),
        float(stats.ess(np.ascontiguousarray(each))),
    )


def learnt(z: Array) -> dict[str, float]:
    """Posterior of a parameter as a standard normal: shift, spread over the prior's, and overlap with the prior."""
    from scipy.special import ndtr

    share = np.histogram(ndtr(z), bins=BINS, range=(0.0, 1.0))[0] / z.size
    return {
        "shift": round(float(z.mean()), 3),
        "spread": round(float(z.std()), 3),
        "overlap": round(float(np.minimum(share, 1.0 / BINS).sum()), 3),
    }
