"""The stored posterior as the sample of a run: its parameters and paths, fresh noise for what no figure moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from bhxh_forecast.calibration.joint import PATHS, PEAK
from bhxh_forecast.calibration.noise import Noise
from bhxh_forecast.calibration.parts import autoregression, walk
from bhxh_forecast.calibration.posterior import Posterior
from bhxh_forecast.calibration.quantile import Quantile
from bhxh_forecast.calibration.store import ConditionedSample
from bhxh_forecast.coverage.people import AGENCY, noise_rows
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.inputs.draws import BLOCK, Streams, sample_prior
from bhxh_forecast.timeline import Timeline, year_of

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs

STAGE = "posterior"  # under which the effective number stands


def sample_of(posterior: Posterior, inputs: Inputs, line: Timeline, seed: int) -> ConditionedSample:
    """Draws of the posterior with parameters that no figure moves from their priors.

    Parameters
    ----------
    line
        Months of the run.
    seed
        Seed of what is not stored.
    """
    from scipy.special import ndtr

    streams, count = Streams(seed), posterior.size
    params = params_of(posterior, inputs, streams)

    def normals(name: str, rows: int) -> Array:
        return blocks_of(count, lambda b: streams.normals(name, b, (rows, BLOCK)))

    last, year = line.as_of_index + 1, line.as_of.year - int(year_of(line.months)[0]) + 1
    shocks = {name: extended(posterior.normals(name), normals(name, last)) for name in PATHS}
    slow = noise_of("slow", params).slow(shocks["slow"], last)
    paths = {
        "lambda": noise_of("lambda", params).build(shocks["lambda"], last),
        "z": noise_of("z", params).build(shocks["z"], last) + params["csi_z0"],
        "v": noise_of("v", params).build(shocks["v"], last),
        "u": slow + params["entry_burst"] * shocks["burst"],
        "u_slow": slow,
        "zeta": shocks["zeta"],
        **{f"{base}_noise": normals(f"{base}_noise", len(line.months))[:last] for base in AGENCY},
    }
    yearly = {name: normals(name, rows) for name, rows in noise_rows(inputs, line).items()}
    for name in yearly.keys() & posterior.values.keys():
        yearly[name] = extended(posterior.normals(name), yearly[name][:year])
    fresh = blocks_of(count, lambda b: streams.uniforms(PEAK, b, (year, BLOCK)))
    return ConditionedSample(
        params=params,
        paths=paths,
        yearly=yearly | {PEAK: extended(np.asarray(ndtr(posterior.normals(PEAK))), fresh)},
        ancestor=posterior.chain,
        sizes={STAGE: float(posterior.about["ess"])},
        candidates=count,
        kind="posterior",
    )


def blocks_of(count: int, block: Callable[[int], Array]) -> Array:
    """Draws of a stream block by block, as many as asked."""
    return np.concatenate([block(b) for b in range(-(-count // BLOCK))], axis=-1)[..., :count]


def params_of(posterior: Posterior, inputs: Inputs, streams: Streams) -> dict[str, Array]:
    """Parameters of the posterior, from their priors where no figure moves them, (N,) each."""
    blocks, found = -(-posterior.size // BLOCK), {}
    for name, prior in inputs.priors.items():
        if name in posterior.values:
            found[name] = Quantile(prior).value(posterior.normals(name)[0])
        else:
            found[name] = sample_prior(prior, streams, blocks)[: posterior.size]
    return found


def extended(known: Array, fresh: Array) -> Array:
    """Stored rows, then fresh ones up to the length of ``fresh``."""
    rows = min(len(known), len(fresh))
    return np.concatenate([known[:rows], fresh[rows:]])


def noise_of(path: str, p: dict[str, Array]) -> Noise:
    """Noise of a path that is not white."""
    if path == "lambda":
        return autoregression(p["lf_noise_rho"], p["lf_noise_sigma"])
    if path == "slow":
        return autoregression(p["vsi_noise_rho"], p["sigma_entry"])
    return walk(p["csi_sigma" if path == "z" else "ui_sigma"])
