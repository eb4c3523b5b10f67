"""Sampling of a stage by emcee: independent chains whose proposals were learnt by importance sampling before."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from bhxh_forecast.calibration.adapt import learn
from bhxh_forecast.calibration.space import Mixture, log_normal
from bhxh_forecast.calibration.stages import Stage
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.inputs.draws import Streams
from bhxh_forecast.threads import in_threads

ENSEMBLES = 4
LEAP = 0.7  # share of proposals drawn anew from what was learnt; the others are small steps
ROUND = 2048
LONG = 50  # autocorrelation times that a chain must last


@dataclass(frozen=True)
class Chains:
    """Chains of a stage.

    Attributes
    ----------
    z
        Coordinates, (steps, walkers, d), burn-in left out; walkers of one ensemble lie together.
    log_likelihood
        (steps, walkers).
    accepted
        Mean acceptance.
    """

    z: Array
    log_likelihood: Array
    accepted: float

    def diagnostics(self, names: tuple[str, ...]) -> dict[str, Any]:
        """R-hat over the ensembles, bulk effective size and autocorrelation time, the worst of all coordinates."""
        with warnings.catch_warnings():  # once a day and machine it announces its next version
            warnings.simplefilter("ignore", FutureWarning)
            import arviz
        from emcee.autocorr import integrated_time

        steps, walkers, size = self.z.shape
        grouped = self.z.reshape(steps, ENSEMBLES, walkers // ENSEMBLES, size)
        draws = grouped.transpose(1, 2, 0, 3).reshape(ENSEMBLES, -1, size)
        found = {
            name: (
                float(arviz.rhat(np.ascontiguousarray(draws[..., k]))),
                float(arviz.ess(np.ascontiguousarray(self.z[..., k].T))),
                float(integrated_time(self.z[:, :, k, None], quiet=True, has_walkers=True)[0]),
            )
            for k, name in enumerate(names)
        }
        longest = max(tau for _, _, tau in found.values())
        return {
            "rhat": max(rhat for rhat, _, _ in found.values()),
            "ess": min(ess for _, ess, _ in found.values()),
            "autocorrelation": longest,
            "lengths": steps / longest,
            "acceptance": self.accepted,
            "steps": steps,
            "walkers": walkers,
            "by_coordinate": {
                name: {"rhat": round(r, 5), "ess": round(e), "autocorrelation": round(t, 2)}
                for name, (r, e, t) in found.items()
            },
        }


def halves(stage: Stage, z: Array) -> Array:
    """Log likelihood of coordinates (d, n) on two threads."""
    parts = in_threads(stage.likelihood, np.array_split(z, 2, axis=1))
    return np.concatenate(parts)


def sample_stage(stage: Stage, streams: Streams, walkers: int, burn: int, steps: int) -> Chains:
    """Learn a proposal, then run the chains from over-dispersed starts (the prior).

    Parameters
    ----------
    walkers
        Chains in all, in four ensembles.
    burn, steps
        Steps left out and kept.
    """
    import emcee

    size = stage.space.size
    proposal = learn(stage.space, lambda z, _: halves(stage, z), streams, f"learn:{stage.name}", ROUND)
    move = emcee.moves.MHMove(Leaps(proposal))
    sampler = emcee.EnsembleSampler(
        walkers,
        size,
        lambda z: _posterior(stage, z),
        moves=[(move, 1.0)],
        vectorize=True,
        blobs_dtype=[("log_likelihood", float)],
    )
    sampler.random_state = np.random.RandomState(streams.seed).get_state()  # what emcee takes
    begin = streams.normals(f"chains:{stage.name}", 0, (walkers, size))
    sampler.run_mcmc(begin, burn + steps, skip_initial_state_check=True)
    return Chains(
        np.asarray(sampler.get_chain(discard=burn), dtype=np.float64),
        np.asarray(sampler.get_blobs(discard=burn)["log_likelihood"], dtype=np.float64),
        float(np.mean(sampler.acceptance_fraction)),
    )


def _posterior(stage: Stage, z: Array) -> Array:
    """Log posterior and log likelihood of walkers (n, d), (n, 2)."""
    found = halves(stage, z.T)
    return np.stack([found + log_normal(z.T), found], axis=1)


class Leaps:
    """Proposal of every walker for itself: a fresh draw of what was learnt, or a small step from where it is."""

    def __init__(self, proposal: Mixture) -> None:
        self.proposal, self.scale = proposal, 1.2 / np.sqrt(proposal.space.smooth)

    def __call__(self, z: Array, rng: np.random.RandomState) -> tuple[Array, Array]:
        """New places (n, d) and the log ratio of the proposal densities, (n,)."""
        space = self.proposal.space
        n, smooth = len(z), space.smooth
        normals = rng.standard_normal((space.size, n))
        uniforms = rng.uniform(size=(1 + space.size - smooth, n))
        fresh = self.proposal.draw(normals, uniforms)
        near = z.T.copy()
        near[:smooth] += self.scale * (self.proposal.root @ normals[:smooth])
        leap = rng.uniform(size=n) < LEAP
        new = np.where(leap, fresh, near)
        ratio = self.proposal.log_density(z.T) - self.proposal.log_density(new)
        return np.ascontiguousarray(new.T), np.where(leap, ratio, 0.0)
