"""Draws of the nation's voluntary and compulsory counts given the figures known on a day, to a last year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.calibration.adapt import draw, learn
from bhxh_forecast.calibration.latent import Path
from bhxh_forecast.calibration.models import logit_model
from bhxh_forecast.calibration.nation import Nation, national_context
from bhxh_forecast.calibration.national_fit import FULL, NationalFit, Variant
from bhxh_forecast.calibration.noise import Noise, Term
from bhxh_forecast.calibration.space import log_normal
from bhxh_forecast.calibration.weights import effective_size, systematic
from bhxh_forecast.coverage.convert import damped_years, sigmoid
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.coverage.voluntary import start, step
from bhxh_forecast.inputs.draws import BLOCK, Streams, sample_priors
from bhxh_forecast.inputs.priors import Prior

Params = dict[str, Array]
ROUND = 2048  # draws of a step of learning
LEVEL, LEVEL_SD = -1.0, 1.0  # logit of compulsory participants over the labour force: the figures decide


@dataclass(frozen=True)
class NationalDraws:
    """Published counts by month, (T, n), and the effective number of candidates behind them."""

    counts: Array
    effective: float


def picked(weight: Array, size: int, streams: Streams, name: str) -> NDArray[np.int64]:
    """Indices of equally weighted draws."""
    return systematic(weight, size, float(streams.uniforms(f"{name}:pick", 0, (1,))[0]))


def voluntary_draws(
    nation: Nation, priors: Mapping[str, Prior], streams: Streams, size: int, variant: Variant = FULL
) -> NationalDraws:
    """Condition the voluntary stage of the nation and carry it on to the end of the axis."""
    fit = NationalFit(nation, priors, streams, variant)
    proposal = learn(fit.space, fit.likelihood, streams, "nation", ROUND)
    z = draw(proposal, streams, "nation:last", BLOCK)
    p, peak = fit.params(z)
    path, weight = fit.path(p, peak, "nation:u").fit(streams, BLOCK)
    weight = weight + log_normal(z) - proposal.log_density(z)
    later = sample_priors({name: fit.priors[name] for name in ("vsi_drift", "trend_rho")}, streams, 1)
    index = picked(weight, size, streams, "nation:u")
    chosen = {name: value[index] for name, value in p.items()} | {k: v[:size] for k, v in later.items()}
    members = run(nation, chosen, path[:, index])
    peak = peak[:, index]
    ahead = [t for t in nation.peak_months if t > nation.line.as_of_index]
    drawn = streams.uniforms("nation:peak", 0, (len(nation.line.months), size))
    for t in ahead:
        peak[t] = np.where(drawn[t] < chosen["peak_probability"], np.expm1(chosen["yearend_peak"]), 0.0)
    return NationalDraws(members * (1.0 + peak), effective_size(weight))


def run(nation: Nation, p: Params, path: Array) -> Array:
    """Members by month under a path of entry, (T, n)."""
    ctx = national_context(nation, p)
    state = start(p["vsi_start"], ctx)
    members = np.empty_like(path)
    members[0] = p["vsi_start"]
    for t in range(1, len(path)):
        members[t] = step(state, ctx, t, path[t]).members.sum(axis=0)
    return members


def compulsory_draws(
    nation: Nation, priors: Mapping[str, Prior], streams: Streams, size: int
) -> NationalDraws:
    """Condition the nation's compulsory count: logit over the labour force with drift, damped after the as-of month."""
    p = sample_priors(priors, streams, 1)
    line, months = nation.line, len(nation.line.months)
    years = damped_years(months, line.as_of_index, line.as_of_index, p["trend_rho"])
    drift = priors["csi_drift"]
    terms = [
        Term("level", LEVEL, LEVEL_SD, np.ones((months, 1))),
        Term("csi_drift", drift.p1, drift.p2, years),
    ]
    pool = np.repeat(np.log(nation.labour_force)[:, None], BLOCK, axis=1)
    zero, at = np.zeros_like(pool), [f.month for f in nation.compulsory]
    walk = Noise(np.ones(BLOCK), p["csi_sigma"] / np.sqrt(12.0), np.zeros(BLOCK))
    path, weight = Path(
        "nation:z",
        months,
        nation.compulsory,
        walk,
        terms,
        lambda rows: logit_model(pool[:, rows], zero[:, rows], at),
        rounds=3,
        solves=0,
    ).fit(streams, BLOCK)
    index = picked(weight, size, streams, "nation:z")
    return NationalDraws(np.exp(pool[:, index]) * sigmoid(path[:, index]), effective_size(weight))
