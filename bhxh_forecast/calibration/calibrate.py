"""``bhxh calibrate``: sample the posterior, check it, and store it."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.calibration.diagnostics import diagnose
from bhxh_forecast.calibration.digests import posterior_rows
from bhxh_forecast.calibration.interweave import bound_paths
from bhxh_forecast.calibration.joint import PATHS, PEAK, Joint, setting_of
from bhxh_forecast.calibration.packing import round_path, round_values
from bhxh_forecast.calibration.population import Plan, Population, run_population
from bhxh_forecast.calibration.posterior import (
    FOLDER,
    PROBES,
    Posterior,
    code_key,
    write_posterior,
)
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.inputs.draws import BLOCK, Streams
from bhxh_forecast.inputs.reader import load_inputs

SEED = 20181116
POPULATIONS = 4
PROCESSES = 2
CHECKED = 512  # draws whose log likelihood is compared before and after rounding
TRIED = 16  # prior draws at which a parameter's influence on the figures is looked for
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def calibrate(
    data: Path | None = None,
    seed: int = SEED,
    say: Callable[[str], None] = lambda _: None,
    *,
    plan: Plan | None = None,
    keep: bool = True,
) -> Posterior:
    """Sample the posterior and, if asked, store it in the data folder.

    Parameters
    ----------
    data
        Data folder; default: the project's own.
    seed
        Seed of the sampler; another gives the same summaries within their Monte Carlo error.
    say
        Told of each population that is done.
    plan
        Lengths of the populations.
    keep
        Whether to write ``posterior/`` in the data folder.
    """
    began, plan = time.monotonic(), plan or Plan()
    for name in THREADS:  # one population a processor: products of matrices must not ask for more
        os.environ.setdefault(name, "1")
    populations = []
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        for k, found in enumerate(pool.map(partial(one, data, seed, plan), range(POPULATIONS))):
            populations.append(found)
            say(f"population {k + 1}: {len(found.temperatures) - 1} temperatures, {rates(found)}")
    inputs = load_inputs(data)
    joint = Joint(setting_of(inputs))
    z, chain = mixed(populations, Streams(seed))
    posterior = packed(joint, z, chain, Streams(seed))
    log = joint.state(joint.places(posterior, slice(0, CHECKED))).log
    rounding = log - joint.state(z[:, :CHECKED]).log
    about: dict[str, Any] = {
        "sha256": hashlib.sha256(f"{posterior_rows(inputs)} {hashed(posterior)}".encode()).hexdigest(),
        "rows": posterior_rows(inputs),
        "code": code_key(),
        "log_likelihood": log[:PROBES].tolist(),
        "rounding": round(float(rounding.std()), 4),
        "as_of": inputs.as_of.isoformat(),
        "seed": seed,
        "draws": posterior.size,
        **diagnose(joint, populations),
        "seconds": round(time.monotonic() - began, 1),
    }
    posterior = Posterior(posterior.values, posterior.chain, about)
    if keep:
        write_posterior(inputs.data_dir / FOLDER, posterior)
    return posterior


def one(data: Path | None, seed: int, plan: Plan, k: int) -> Population:
    """Population ``k``."""
    with np.errstate(all="ignore"):  # prior draws far from any figure overflow; they have no likelihood
        return run_population(Joint(setting_of(load_inputs(data))), plan, np.random.default_rng([seed, k]))


def rates(found: Population) -> str:
    """Acceptance by move, in words."""
    return ", ".join(f"{name} {share:.2f}" for name, share in found.accepted.items())


def hashed(posterior: Posterior) -> str:
    """Hash of the draws."""
    return hashlib.sha256(posterior.to_bytes()).hexdigest()


def mixed(populations: list[Population], streams: Streams) -> tuple[Array, NDArray[np.int64]]:
    """Draws (d, N) and the chain of each: every block of a run has all chains, in one random order."""
    states = np.concatenate([found.z for found in populations], axis=2)
    kept, _, chains = states.shape
    together = max(1, BLOCK // chains)
    order = streams.generator("order", 0).permutation(together * chains)
    z, chain = [], []
    for first in range(0, kept, together):
        block = np.concatenate(list(states[first : first + together]), axis=1)
        mine = order[order < block.shape[1]]
        z.append(block[:, mine])
        chain.append(mine % chains)
    return np.concatenate(z, axis=1), np.concatenate(chain)


def packed(joint: Joint, z: Array, chain: NDArray[np.int64], streams: Streams) -> Posterior:
    """Draws (d, N) rounded for the store; only what figures move."""
    with np.errstate(all="ignore"):
        moved = joint.moved_by(streams.normals("tried", 0, (joint.size, TRIED)))
    values: dict[str, Any] = {
        name: round_values(z[joint.place[name]]) for name in (*moved, *joint.noise, PEAK)
    }
    carry = carried(joint, z)
    values |= {name: round_path(z[joint.place[name]], carry[name]) for name in PATHS}
    return Posterior(values, chain, {})


def carried(joint: Joint, z: Array) -> dict[str, Array]:
    """How much of a path's value is carried into the next month, (n,), by path."""
    p = joint.params(z)
    return {bound.path: bound.noise(p).rho for bound in bound_paths(joint)}
