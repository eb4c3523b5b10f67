"""A quadratic surface through draws, in normal scores, and its Sobol indices by SALib."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.coverage.types import Array

FOLDS = 5
RESAMPLES = 30
SEED = 7  # of Sobol's scrambling and SALib's resampling: not of the model


def order_of(values: Array) -> Array:
    """Ranks from 0, ties by position; rows apart, (P, n)."""
    result: Array = np.empty(values.shape)
    rows = np.arange(len(values))[:, None]
    result[rows, np.argsort(values, axis=1, kind="stable")] = np.arange(values.shape[1], dtype=float)
    return result


def ranks(values: Array) -> Array:
    """Ranks with mean 0 and variance 1, (P, n); equal values share the mean of their ranks."""
    result: Array = np.empty(values.shape)
    for k, row in enumerate(values):
        _, place, count = np.unique(row, return_inverse=True, return_counts=True)
        middle = np.cumsum(count) - (count + 1) / 2.0
        result[k] = middle[place]
    result -= result.mean(axis=1, keepdims=True)
    spread = result.std(axis=1, keepdims=True)
    return np.asarray(np.divide(result, spread, out=np.zeros_like(result), where=spread > 0), np.float64)


def normal_scores(values: Array) -> Array:
    """Standard normal quantiles of the ranks, (P, n)."""
    from scipy.special import ndtri

    place = (order_of(values) + 0.5) / values.shape[1]
    return np.asarray(ndtri(place), dtype=np.float64)


@dataclass(frozen=True)
class Surface:
    """Coefficients of the quadratic terms, and how much of each output they explain out of sample.

    Attributes
    ----------
    inputs
        Number of uncertainties.
    weights
        (terms, outputs).
    explained
        Share of each output's variance explained in draws that were held out, (outputs,).
    """

    inputs: int
    weights: Array
    explained: Array

    def values(self, scores: Array) -> Array:
        """The surface at scores (P, m), (outputs, m)."""
        result: Array = (terms(scores).T @ self.weights).T
        return result

    def sobol(self, sample: int) -> Array:
        """First-order and total indices of every output and the total's 95% half-width, (outputs, 3, P)."""
        from SALib.analyze import sobol as analyse
        from SALib.sample import sobol as design
        from scipy.special import ndtri

        problem = self._problem
        points = design.sample(problem, sample, calc_second_order=False, seed=SEED)
        outputs = self.values(np.asarray(ndtri(np.clip(points, 1e-6, 1 - 1e-6)).T, dtype=np.float64))
        found = np.zeros((len(outputs), 3, self.inputs))
        for k, output in enumerate(outputs):
            if np.ptp(output) > 0.0:
                indices = analyse.analyze(
                    problem, output, calc_second_order=False, num_resamples=RESAMPLES, seed=SEED
                )
                found[k] = indices["S1"], indices["ST"], indices["ST_conf"]
        return found

    @cached_property
    def _problem(self) -> dict[str, object]:
        names = [f"x{k}" for k in range(self.inputs)]
        return {"num_vars": self.inputs, "names": names, "bounds": [[0.0, 1.0]] * self.inputs}


def terms(scores: Array) -> Array:
    """Constant, linear, quadratic and product terms of scores (P, n), (terms, n)."""
    count = len(scores)
    pairs = [scores[i] * scores[j] - (i == j) for i in range(count) for j in range(i, count)]
    return np.stack([np.ones(scores.shape[1]), *scores, *pairs])


def fit_surface(scores: Array, outputs: Array, ancestor: NDArray[np.int64]) -> Surface:
    """Fit by least squares with a little ridge; draws of one ancestor are held out together.

    Parameters
    ----------
    scores, outputs
        (P, n) and (outputs, n).
    ancestor
        Candidate each draw descends from, (n,).
    """
    x = terms(scores)
    middle = outputs.mean(axis=1, keepdims=True)
    fold = ancestor % FOLDS
    left = np.zeros_like(outputs)
    for k in range(FOLDS):
        held = fold == k
        if held.any() and not held.all():
            left[:, held] = (outputs[:, held] - middle) - (
                x[:, held].T @ _solve(x[:, ~held], outputs[:, ~held] - middle)
            ).T
        else:
            left[:, held] = outputs[:, held] - middle
    spread = np.var(outputs, axis=1)
    explained = 1.0 - np.divide((left**2).mean(axis=1), spread, out=np.ones_like(spread), where=spread > 0)
    return Surface(len(scores), _solve(x, outputs - middle), np.clip(explained, 0.0, 1.0))


def _solve(x: Array, outputs: Array) -> Array:
    gram = x @ x.T
    gram[np.diag_indices_from(gram)] += 1e-3 * x.shape[1]
    return np.asarray(np.linalg.solve(gram, x @ outputs.T), dtype=np.float64)
