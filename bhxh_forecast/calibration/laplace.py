"""Log likelihood of parameters with the latent path integrated out around its posterior mode."""

from __future__ import annotations

import numpy as np

from bhxh_forecast.calibration.path import Problem, products, solve
from bhxh_forecast.coverage.types import Array

LEAST = -1e6  # where the model gives no number


def marginal(
    problem: Problem, target: Array, sd: Array, rounds: int, begin: Array | None = None
) -> tuple[Array, Array]:
    """Log density of the figures up to a constant, and the mode: Gauss-Newton, then the Gaussian integral.

    Exact where the log values are linear in the path.

    Parameters
    ----------
    target, sd
        Logs of the figures and their errors, (K,).
    rounds
        Gauss-Newton steps.
    begin
        Where they begin, (rows + P, 1); default: the prior mean.

    Returns
    -------
    tuple
        Log density (n,) and mode (rows + P, n).
    """
    shape = (problem.rows + len(problem.terms), problem.size)
    mode = np.zeros(shape) if begin is None else np.broadcast_to(begin, shape)
    ridge = np.diag(sd**2)
    for step in range(rounds + 1):
        value, slopes = problem.linearise(mode)
        gap = target[:, None] - value + np.einsum("ktn,tn->kn", slopes, mode)
        spread = products(slopes, slopes) + ridge
        weights = solve(spread, gap)
        if step < rounds:
            mode = np.asarray(np.einsum("ktn,kn->tn", slopes, weights), dtype=np.float64)
    found: Array = -0.5 * (gap * weights).sum(axis=0) - 0.5 * np.linalg.slogdet(spread)[1]
    return np.where(np.isfinite(found), found, LEAST), mode
