"""Conditioning of a path against what is known exactly: Gaussian posteriors, and integrals over one normal."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm

from bhxh_forecast.calibration.models import log_model, logit_model
from bhxh_forecast.calibration.noise import Noise, Term
from bhxh_forecast.calibration.path import Problem, condition_path

MONTHS, AT = 9, [2, 5, 8]
TARGET, SD = np.array([0.4, -0.2, 0.7]), np.array([0.05, 0.1, 0.02])
LEVEL = np.linspace(0.0, 0.3, MONTHS)


def toy(rho, sigma, burst, mean=0.1, spread=0.5):
    """An autoregression with bursts and a coefficient of a trend, seen in three months; parameters (n,) each."""
    rho, sigma, burst = (np.asarray(v, dtype=float) for v in (rho, sigma, burst))
    noise = Noise(rho, sigma, sigma / np.sqrt(1 - rho**2), burst)
    trend = Term("trend", mean, spread, np.linspace(-1, 1, MONTHS)[:, None])
    base = np.repeat(LEVEL[:, None], len(rho), axis=1)
    return Problem(log_model(base, AT), noise, [trend], MONTHS)


def exact(rho, sigma, burst, mean=0.1, spread=0.5):
    """Values at nothing and their slopes in all normals (shocks, bursts, trend), written out for one draw."""
    slow = np.zeros((MONTHS, MONTHS))
    for t in range(MONTHS):
        for k in range(t + 1):
            slow[t, k] = rho ** (t - k) * (sigma / np.sqrt(1 - rho**2) if k == 0 else sigma)
    profile = np.linspace(-1, 1, MONTHS)
    slopes = np.concatenate([slow, burst * np.eye(MONTHS), spread * profile[:, None]], axis=1)
    return (LEVEL + mean * profile)[AT], slopes[AT]


@pytest.mark.parametrize("solves", [0, 3])
def test_mean_and_variance_of_a_linear_path_are_those_of_the_gaussian_posterior(solves):
    """The draw is linear in its normals: one draw at nothing gives the mean, one draw for each normal the spread."""
    rho, sigma, burst = 0.8, 0.2, 0.1
    rows, figures = 2 * MONTHS + 1, len(AT)
    units = np.concatenate([np.zeros((rows + figures, 1)), np.eye(rows + figures)], axis=1)
    n = units.shape[1]
    found = condition_path(
        toy(*(np.full(n, v) for v in (rho, sigma, burst))),
        TARGET,
        SD,
        units[:rows],
        units[rows:],
        solves=solves,
    )
    eta = np.concatenate([found.shocks, (found.terms["trend"][None] - 0.1) / 0.5])
    value, slopes = exact(rho, sigma, burst)
    gain = slopes.T @ np.linalg.inv(slopes @ slopes.T + np.diag(SD**2))
    assert eta[:, 0] == pytest.approx(gain @ (TARGET - value), abs=1e-8)
    spread = eta[:, 1:] - eta[:, :1]
    assert spread @ spread.T == pytest.approx(np.eye(rows) - gain @ slopes, abs=1e-8)


@pytest.mark.parametrize("solves", [0, 3])
def test_weights_of_a_linear_path_are_the_marginal_likelihoods(solves):
    """Whatever the normals of a draw, its weight depends on its parameters only, and as the likelihood does."""
    rng, n = np.random.default_rng(3), 60
    rho, sigma, burst = rng.uniform(0.3, 0.95, n), rng.uniform(0.05, 0.5, n), rng.uniform(0.01, 0.3, n)
    shocks, errors = rng.standard_normal((2 * MONTHS + 1, n)), rng.standard_normal((len(AT), n))
    found = condition_path(toy(rho, sigma, burst), TARGET, SD, shocks, errors, solves=solves)
    expected = []
    for i in range(n):
        value, slopes = exact(rho[i], sigma[i], burst[i])
        expected.append(multivariate_normal(value, slopes @ slopes.T + np.diag(SD**2)).logpdf(TARGET))
    constant = len(AT) / 2 * np.log(2 * np.pi) + np.log(SD).sum()
    assert found.log_weight == pytest.approx(np.array(expected) + constant, abs=1e-7)


@pytest.mark.parametrize("solves", [0, 5])
def test_weights_make_up_for_a_curve(solves):
    """One figure of a logit with a wide prior: weighted draws give the integrals over the one normal.

    Means of 40,000 draws: within four standard errors.
    """
    n, spread, target, sd = 40_000, 1.5, np.log(0.9), 0.05
    rng = np.random.default_rng(11)
    noise = Noise(np.zeros(n), np.full(n, spread), np.full(n, spread))
    model = logit_model(np.zeros((1, n)), np.zeros((1, n)), [0])
    found = condition_path(
        Problem(model, noise, [], 1),
        np.array([target]),
        np.array([sd]),
        rng.standard_normal((1, n)),
        rng.standard_normal((1, n)),
        solves=solves,
    )
    weight, x = np.exp(found.log_weight), found.shocks[0]

    def likelihood(e):
        return np.exp(-0.5 * ((target + np.log1p(np.exp(-spread * e))) / sd) ** 2) * norm.pdf(e)

    total = quad(likelihood, -8, 8, points=[0, 1, 2, 3])[0]
    mean = quad(lambda e: e * likelihood(e), -8, 8, points=[0, 1, 2, 3])[0] / total
    error = weight.std() / weight.mean() / np.sqrt(n)
    assert weight.mean() == pytest.approx(total, rel=4 * error + 1e-6)
    ours = (weight * x).sum() / weight.sum()
    spread_of_mean = np.sqrt((weight**2 * (x - ours) ** 2).sum()) / weight.sum()
    assert ours == pytest.approx(mean, abs=4 * spread_of_mean)
