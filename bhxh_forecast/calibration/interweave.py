"""Moves that leave every path and therefore the likelihood as it is: parameters of noise against its shocks.

With many months of noise and few figures a spread and the shocks that it multiplies are bound together (a centred and a
non-centred form mix badly in opposite places). These moves hold the path x = level + noise fixed, change the parameters
of level and noise, and let the shocks make up for it (Yu and Meng 2011). They need no run of the model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bhxh_forecast.calibration.joint import Joint
from bhxh_forecast.calibration.noise import Noise
from bhxh_forecast.calibration.parts import autoregression, walk
from bhxh_forecast.coverage.compulsory import ANCHOR
from bhxh_forecast.coverage.context import regime
from bhxh_forecast.coverage.convert import damped_years
from bhxh_forecast.coverage.types import Array

Params = dict[str, Array]
SHORTEST, LONGEST = 0.02, 1.0  # of a step, in prior standard deviations


@dataclass(frozen=True)
class Bound:
    """A path whose parameters move against its shocks.

    Attributes
    ----------
    path
        Name of the shocks.
    params
        Parameters that move.
    noise, level
        Noise, and what is added to it (T, n), from the parameters.
    absorbs
        Parameter that takes up the change of the first month of a walk, if any.
    """

    path: str
    params: tuple[str, ...]
    noise: Callable[[Params], Noise]
    level: Callable[[Params], Array | float] = lambda _: 0.0
    absorbs: str = ""


def white(scale: Array) -> Noise:
    """Independent months of a spread."""
    return Noise(np.zeros(len(scale)), scale, scale)


def bound_paths(joint: Joint) -> list[Bound]:
    """All paths of the model."""
    line, months = joint.s.line, joint.months
    half = np.full(1, 0.5)  # damping begins after these months
    years = damped_years(joint.s.months, line.index(ANCHOR), line.as_of_index, half)[:months]
    shape = regime(line)[:months, None] - 1.0
    return [
        Bound(
            "lambda",
            ("lf_noise_sigma", "lf_noise_rho"),
            lambda p: autoregression(p["lf_noise_rho"], p["lf_noise_sigma"]),
        ),
        Bound(
            "z",
            ("csi_sigma", "csi_logit_2024", "csi_drift"),
            lambda p: walk(p["csi_sigma"]),
            lambda p: p["csi_logit_2024"] + p["csi_drift"] * years + p["csi_z0"],
            "csi_z0",
        ),
        Bound("v", ("ui_sigma",), lambda p: walk(p["ui_sigma"])),
        Bound(
            "slow",
            ("entry_level", "mu_regime", "sigma_entry", "vsi_noise_rho"),
            lambda p: autoregression(p["vsi_noise_rho"], p["sigma_entry"]),
            lambda p: p["entry_level"] + p["mu_regime"] * shape,
        ),
        Bound("burst", ("entry_burst",), lambda p: white(p["entry_burst"])),
        Bound("zeta", ("pension_noise_sd",), lambda p: white(p["pension_noise_sd"])),
    ]


class Interweave:
    """The moves of all paths."""

    def __init__(self, joint: Joint) -> None:
        self.joint, self.bound = joint, bound_paths(joint)

    def run(self, z: Array, rng: np.random.Generator, times: int = 4) -> Array:
        """Move draws (d, n); every path stays what it was."""
        for _ in range(times):
            for bound in self.bound:
                z = self.step(z, bound, rng)
            z = self.exchange(z, rng)
        return z

    def values(self, z: Array, names: tuple[str, ...]) -> Params:
        """Some parameters, (n,) each."""
        return {name: self.joint.quantiles[name].value(z[self.joint.place[name]][0]) for name in names}

    def step(self, z: Array, bound: Bound, rng: np.random.Generator) -> Array:
        """Move the parameters of one path by a random walk of a random length."""
        names = (*bound.params, bound.absorbs) if bound.absorbs else bound.params
        rows = [self.joint.place[name].start for name in bound.params]
        place, months = self.joint.place[bound.path], self.joint.months
        p = self.values(z, names)
        noise = bound.noise(p)
        path = bound.level(p) + noise.slow(z[place], months)
        new = z.copy()
        length = np.exp(rng.uniform(np.log(SHORTEST), np.log(LONGEST), z.shape[1]))
        new[rows] += length * rng.standard_normal((len(rows), z.shape[1]))
        q = self.values(new, names)
        rest = path - bound.level(q)
        if bound.absorbs:
            row = self.joint.place[bound.absorbs].start
            new[row] = self.joint.quantiles[bound.absorbs].normal(q[bound.absorbs] + rest[0])
            rest = rest - rest[0]
            rows = [*rows, row]
        other = bound.noise(q)
        new[place] = other.shocks(rest, z[place][0])
        ratio = 0.5 * (z[rows] ** 2).sum(axis=0) - 0.5 * (new[rows] ** 2).sum(axis=0)
        ratio += 0.5 * (z[place] ** 2).sum(axis=0) - 0.5 * (new[place] ** 2).sum(axis=0)
        ratio += noise.log_volume(months) - other.log_volume(months)
        return np.where(np.log(rng.random(z.shape[1])) < ratio, new, z)

    def exchange(self, z: Array, rng: np.random.Generator) -> Array:
        """Move entry between its slow part and its bursts, the sum fixed."""
        joint, months = self.joint, self.joint.months
        p = self.values(z, ("vsi_noise_rho", "sigma_entry", "entry_burst"))
        slow, burst = z[joint.place["slow"]], z[joint.place["burst"]]
        noise = autoregression(p["vsi_noise_rho"], p["sigma_entry"])
        length = np.exp(rng.uniform(np.log(SHORTEST), np.log(LONGEST), z.shape[1]))
        moved = np.sqrt(1.0 - length**2) * slow + length * rng.standard_normal(slow.shape)
        change = noise.slow(slow, months) - noise.slow(moved, months)
        other = burst + change / np.maximum(p["entry_burst"], 1e-12)
        ratio = 0.5 * (burst**2).sum(axis=0) - 0.5 * (other**2).sum(axis=0)
        taken = np.log(rng.random(z.shape[1])) < ratio
        new = z.copy()
        new[joint.place["slow"]] = np.where(taken, moved, slow)
        new[joint.place["burst"]] = np.where(taken, other, burst)
        return new
