"""Condition a latent path on dated figures; the noise is integrated out, up to a linearisation that is weighed.

For given other parameters the path x = A eta is linear in independent standard normals eta (monthly shocks and the
coefficients that enter linearly). The model's log values at the dates of the figures are linearised in eta at their
posterior mode (Gauss-Newton), eta is drawn from that Gaussian posterior (Matheron's rule), and the importance weight
p(y | eta) p(eta) / q(eta) makes up for the linearisation. Where the model is linear the weight is the exact
marginal likelihood of the other parameters: noise is marginalised, never sampled blindly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bhxh_forecast.calibration.noise import Noise, Pair, Term
from bhxh_forecast.coverage.types import Array

# path (T, n) -> log values at the figures (K, n) and their slopes in the path (K, T, n)
LONGEST_STEP = 2.0  # of a Newton step, in prior standard deviations
TOLERANCE = 0.02  # of a solved value, in standard errors of its figure
Model = Callable[[Array], tuple[Array, Array]]


@dataclass(frozen=True)
class Conditioned:
    """Result for a block: shocks (rows, n), linear coefficients by name (n,), log weights (n,)."""

    shocks: Array
    terms: dict[str, Array]
    log_weight: Array


class Problem:
    """One path, its terms and its figures for a block of draws."""

    def __init__(self, model: Model, noise: Noise | Pair, terms: Sequence[Term], months: int) -> None:
        self.model, self.noise, self.terms, self.months = model, noise, terms, months
        self.rows = noise.rows(months)
        self.profiles = [noise.cut(term.profile, months) for term in terms]

    @property
    def size(self) -> int:
        """Number of draws."""
        return self.noise.size

    def total(self, eta: Array) -> Array:
        """Noise and linear terms together, (T, n), from eta (rows + P, n)."""
        path = self.noise.build(eta, self.months)
        for k, term in enumerate(self.terms):
            path += (term.mean + term.sd * eta[self.rows + k]) * self.profiles[k]
        return path

    def linearise(self, eta: Array) -> tuple[Array, Array]:
        """Log values (K, n) and slopes in eta (K, rows + P, n)."""
        value, slopes = self.model(self.total(eta))
        shocks = self.noise.pull_back(slopes)
        if not self.terms:
            return value, shocks
        linear = [
            (slopes * profile).sum(axis=1) * term.sd
            for term, profile in zip(self.terms, self.profiles, strict=True)
        ]
        return value, np.concatenate([shocks, np.stack(linear, axis=1)], axis=1)


def solve(matrix: Array, right: Array) -> Array:
    """S^-1 r for each draw: (n, K, K), (K, n) -> (K, n)."""
    found = np.linalg.solve(matrix, right.T[..., None])[..., 0].T
    return np.asarray(found, dtype=np.float64)


def times(matrix: Array, right: Array) -> Array:
    """S r for each draw: (n, K, K), (K, n) -> (K, n)."""
    result: Array = np.einsum("nkj,jn->kn", matrix, right)
    return result


def products(left: Array, right: Array) -> Array:
    """Inner products over the shocks, (K, rows, n) twice -> (n, K, K)."""
    first, second = np.moveaxis(left, 2, 0), np.moveaxis(right, 2, 0)
    result: Array = first @ np.swapaxes(second, 1, 2)
    return result


@dataclass(frozen=True)
class Frame:
    """Coordinates of eta along the slopes at the posterior mode.

    ``basis`` (K, rows, n) is orthonormal, ``factor`` L (n, K, K) lower triangular with G G' = L L', so that the values
    change by L per unit of the coordinates.
    """

    mode: Array  # coordinates of the mode, (K, n)
    value: Array  # log values there, (K, n)
    basis: Array
    factor: Array
    mean: Array  # linearised posterior of the coordinates, (K, n)
    precision: Array  # (n, K, K)


def find_frame(problem: Problem, target: Array, sd: Array, start: Array, rounds: int) -> Frame:
    """Posterior mode by Gauss-Newton and the coordinates along its slopes."""
    mode = np.zeros(start.shape)
    ridge = np.diag(sd**2)
    for _ in range(rounds):
        value, slopes = problem.linearise(mode)
        gap = target[:, None] - value + np.einsum("ktn,tn->kn", slopes, mode)
        weights = solve(products(slopes, slopes) + ridge, gap)
        mode = np.asarray(np.einsum("ktn,kn->tn", slopes, weights), dtype=np.float64)
    value, slopes = problem.linearise(mode)
    count = slopes.shape[0]
    inner = products(slopes, slopes)
    inner += 1e-12 * np.trace(inner, axis1=1, axis2=2)[:, None, None] * np.eye(count)
    factor = np.asarray(np.linalg.cholesky(inner), dtype=np.float64)
    inverse = np.linalg.inv(factor)
    basis = np.einsum("nkj,jtn->ktn", inverse, slopes, optimize=True)
    at: Array = np.einsum("ktn,tn->kn", basis, mode)
    scaled = factor / sd[None, :, None]
    precision: Array = np.eye(count) + np.swapaxes(scaled, 1, 2) @ scaled
    gap = (target[:, None] - value + times(factor, at)) / sd[:, None] ** 2
    mean = solve(precision, np.asarray(np.einsum("njk,jn->kn", factor, gap)))
    return Frame(at, value, basis, factor, mean, precision)


def condition_path(
    problem: Problem, target: Array, sd: Array, shocks: Array, errors: Array, rounds: int = 3, solves: int = 0
) -> Conditioned:
    """Draw path and linear coefficients given the figures.

    The coordinates along the slopes are drawn from their linearised posterior; with ``solves`` > 0 they are then
    moved (Newton) until the model itself, with the draw's own noise in all other directions, gives what was meant.
    The weight is the ratio of posterior to proposal density, the change of coordinates included.

    Parameters
    ----------
    target, sd
        Logs of the figures and their errors, (K,).
    shocks
        Standard normals (rows + P, n): the prior draw, kept in every direction that no figure sees.
    errors
        Standard normals (K, n) that place the coordinates.
    rounds
        Gauss-Newton steps from the prior mean to the mode.
    solves
        Newton steps of each draw; 0 where the model is close to linear.
    """
    frame = find_frame(problem, target, sd, shocks, rounds)
    upper = np.swapaxes(np.linalg.cholesky(frame.precision), 1, 2)
    meant = frame.mean + solve(upper, errors)
    wanted = frame.value + times(frame.factor, meant - frame.mode)
    free = shocks - np.einsum("ktn,kn->tn", frame.basis, np.einsum("ktn,tn->kn", frame.basis, shocks))
    here = meant
    for _ in range(solves):
        value, slopes = problem.linearise(free + np.einsum("ktn,kn->tn", frame.basis, here))
        change = solve(products(slopes, frame.basis), wanted - value)
        here = here + np.clip(change, -LONGEST_STEP, LONGEST_STEP)
    eta = free + np.einsum("ktn,kn->tn", frame.basis, here)
    value, slopes = problem.linearise(eta)
    log_weight = -0.5 * (here**2).sum(axis=0) - 0.5 * (((target[:, None] - value) / sd[:, None]) ** 2).sum(
        axis=0
    )
    log_weight -= log_density(meant - frame.mean, frame.precision)
    if solves:
        log_weight += np.linalg.slogdet(frame.factor)[1] - np.linalg.slogdet(products(slopes, frame.basis))[1]
        missed = np.abs((value - wanted) / sd[:, None]).max(axis=0) > TOLERANCE
        log_weight = np.where(
            missed, -np.inf, log_weight
        )  # no solution along these directions: not a proposal
    terms = {t.name: t.mean + t.sd * eta[problem.rows + k] for k, t in enumerate(problem.terms)}
    return Conditioned(eta[: problem.rows], terms, np.where(np.isnan(log_weight), -np.inf, log_weight))


def log_density(away: Array, precision: Array) -> Array:
    """Log of a Gaussian density up to its constant, (K, n) away from the mean -> (n,)."""
    result: Array = -0.5 * (away * times(precision, away)).sum(axis=0) + 0.5 * np.linalg.slogdet(precision)[1]
    return result
