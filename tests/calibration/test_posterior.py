"""The posterior: densities that are densities, samplers that find known ones, a store that refuses what is stale."""

import json
import shutil
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from bhxh_forecast.calibration.adapt import draw, learn
from bhxh_forecast.calibration.digests import code_text, rows_digest
from bhxh_forecast.calibration.ensemble import sample_stage
from bhxh_forecast.calibration.laplace import marginal
from bhxh_forecast.calibration.models import employment_model, log_model
from bhxh_forecast.calibration.noise import Noise, Pair, Term
from bhxh_forecast.calibration.path import Problem
from bhxh_forecast.calibration.posterior import (
    DRAWN,
    Posterior,
    current_posterior,
    posterior_key,
    read_posterior,
    write_posterior,
)
from bhxh_forecast.calibration.space import OWN, POOLED, UNIFORM, Mixture, Space, log_normal
from bhxh_forecast.calibration.stages import Stage
from bhxh_forecast.cli import STALE_POSTERIOR, call
from bhxh_forecast.errors import StalePosteriorError
from bhxh_forecast.inputs.draws import Streams
from bhxh_forecast.inputs.reader import load_inputs

NAMES = (
    "lapse_first_year",
    "sigma_entry",
    "peak_probability",
    f"{OWN}sigma_entry",
    f"{UNIFORM}2023",
    f"{UNIFORM}2024",
)


@pytest.fixture(scope="module")
def inputs():
    return load_inputs()


@pytest.fixture(scope="module")
def space(inputs):
    return Space(inputs.priors, NAMES)


def test_coordinates_are_the_priors_as_normals(space, inputs):
    z = np.random.default_rng(1).standard_normal((space.size, 4000))
    found = space.values(z)
    for name in NAMES[:3]:
        assert found[name] == pytest.approx(inputs.priors[name].sample(norm.cdf(z[NAMES.index(name)])))
    assert found[NAMES[4]] == pytest.approx(norm.cdf(z[4]))
    own, other = found[NAMES[3]], inputs.priors["sigma_entry"]
    assert np.quantile(own, [0.1, 0.5, 0.9]) == pytest.approx(
        other.sample(np.array([0.1, 0.5, 0.9])), rel=0.1
    )
    u = norm.ppf(np.argsort(np.argsort(own)) / 4000 + 1 / 8000)
    assert np.corrcoef(u, z[1])[0, 1] == pytest.approx(POOLED, abs=0.03)


def test_a_learnt_proposal_is_a_density_switches_included(space):
    """Prior over proposal averages to one over the proposal's draws, and so do its moments."""
    streams = Streams(4)
    z = draw(Mixture.prior(space), streams, "a", 4000)
    tilt = np.exp(z[0] + 2.0 * space.on(z)[0] - z[1])
    proposal = Mixture.learnt(space, z, tilt)
    assert proposal.rate[0] > proposal.rate[1]
    again = draw(proposal, streams, "b", 40_000)
    weight = np.exp(log_normal(again) - proposal.log_density(again))
    error = weight.std() / np.sqrt(weight.size)
    assert weight.mean() == pytest.approx(1.0, abs=4 * error)
    for k in range(space.size):
        assert (weight * again[k]).mean() == pytest.approx(0.0, abs=5 * (weight * again[k]).std() / 200)


def linear(z):
    """Log likelihood of two figures, linear in two coordinates."""
    return -0.5 * ((z[0] + z[1] - 1.5) / 0.2) ** 2 - 0.5 * ((z[1] - 0.5) / 0.5) ** 2


def exact():
    """Mean and covariance of the posterior of the two coordinates."""
    slopes, sd = np.array([[1.0, 1.0], [0.0, 1.0]]), np.array([0.2, 0.5])
    precision = np.eye(2) + slopes.T @ np.diag(sd**-2) @ slopes
    cov = np.linalg.inv(precision)
    return cov @ slopes.T @ (np.array([1.5, 0.5]) / sd**2), cov


def test_learning_and_the_chains_find_a_known_posterior(inputs):
    space = Space(inputs.priors, ("lapse_first_year", "lapse_later"))
    proposal = learn(space, lambda z, _: linear(z), Streams(2), "toy", 2000)
    mean, cov = exact()
    assert proposal.mean == pytest.approx(mean, abs=0.06)
    chains = sample_stage(Stage("toy", space, linear, linear), Streams(2), 64, 50, 300)
    flat = chains.z.reshape(-1, 2)
    assert flat.mean(axis=0) == pytest.approx(mean, abs=0.05)
    assert np.cov(flat.T) == pytest.approx(cov, abs=0.05)
    about = chains.diagnostics(tuple(space.names))
    assert about["rhat"] < 1.01
    assert about["lengths"] >= 50
    assert chains.log_likelihood == pytest.approx(linear(chains.z.transpose(2, 0, 1)))


def test_the_integral_over_a_linear_path_is_exact():
    rho, sigma, months, at, n = 0.7, np.array([0.1, 0.3, 0.6]), 8, [2, 5, 7], 3
    target, sd = np.array([0.4, -0.2, 0.7]), np.array([0.05, 0.1, 0.02])
    noise = Noise(np.full(n, rho), sigma, sigma / np.sqrt(1 - rho**2))
    problem = Problem(
        log_model(np.zeros((months, n)), at), noise, [Term("a", 0.2, 0.5, np.ones((months, 1)))], months
    )
    found, _ = marginal(problem, target, sd, 1)
    lag = np.abs(np.subtract.outer(at, at))
    expected = [
        multivariate_normal(np.full(3, 0.2), s**2 / (1 - rho**2) * rho**lag + 0.25 + np.diag(sd**2)).logpdf(
            target
        )
        for s in sigma
    ]
    assert found - found[0] == pytest.approx(np.array(expected) - expected[0], abs=1e-8)


def test_slopes_of_the_two_insurances_are_the_changes_of_their_values():
    rng, months = np.random.default_rng(3), 6
    pool, logit = rng.normal(14, 0.1, (months, 1)), rng.normal(1, 0.2, (months, 1))
    model = employment_model(pool, logit, [1, 4], [4, 5])
    path, step = rng.normal(0, 0.5, (2 * months, 1)), 1e-6
    value, slopes = model(path)
    for t in range(2 * months):
        moved = path.copy()
        moved[t] += step
        assert (model(moved)[0] - value)[:, 0] / step == pytest.approx(slopes[:, t, 0], abs=1e-5)


def test_a_pair_of_paths_is_the_two_one_after_the_other():
    rng, months, n = np.random.default_rng(5), 5, 2
    one, other = (Noise(np.full(n, r), np.full(n, s), np.full(n, s)) for r, s in ((1.0, 0.2), (0.5, 0.7)))
    pair, shocks = Pair(one, other), rng.standard_normal((2 * months, n))
    both = pair.build(shocks, months)
    assert np.array_equal(both[:months], one.build(shocks[:months], months))
    assert np.array_equal(both[months:], other.build(shocks[months:], months))
    slopes = rng.standard_normal((3, 2 * months, n))
    back = pair.pull_back(slopes)
    assert np.einsum("ktn,tn->kn", back, shocks) == pytest.approx(np.einsum("ktn,tn->kn", slopes, both))


def small(key="k"):
    values = {"csi_sigma": np.linspace(0.1, 0.2, 8, dtype=np.float32), DRAWN: np.zeros(8, dtype=np.float32)}
    return Posterior({"employment": values}, {"sha256": key, "as_of": "2026-07-15"})


def test_a_stored_posterior_comes_back_and_has_one_form(tmp_path):
    write_posterior(tmp_path / "posterior", small())
    found = read_posterior(tmp_path)
    assert found is not None
    assert found.size == 8
    assert found.to_bytes() == small().to_bytes()
    (tmp_path / "posterior" / "draws.npz").write_bytes(b"broken")
    with pytest.raises(StalePosteriorError, match="bhxh calibrate"):
        read_posterior(tmp_path)


def folder_with(tmp_path, posterior):
    root = tmp_path / "data"
    shutil.copytree(load_inputs().data_dir, root, ignore=shutil.ignore_patterns("posterior", "backtest"))
    if posterior is not None:
        write_posterior(root / "posterior", posterior)
    return root


def test_a_run_takes_the_posterior_only_if_it_is_its_own(tmp_path, inputs):
    root = folder_with(tmp_path, small(posterior_key(inputs)))
    now = load_inputs(root)
    found = current_posterior(now)
    assert found is not None
    assert current_posterior(load_inputs(root, as_of=date(2018, 12, 31))) is None
    changed = now.observations.copy()
    chosen = np.flatnonzero((changed["use"] == "fit") & (changed["series"] == "ui_participants"))[0]
    changed.loc[chosen, "value"] += 1000
    with pytest.raises(StalePosteriorError, match="other figures, priors or code"):
        current_posterior(replace(now, observations=changed))
    shutil.rmtree(root / "posterior")
    assert current_posterior(load_inputs(root)) is None


def test_a_stale_posterior_ends_a_run_with_code_three_and_says_what_to_do(tmp_path, capsys):
    root = folder_with(tmp_path, small("another"))
    code = call(
        [
            "--data",
            str(root),
            "run",
            "current_policy",
            "--draws",
            "64",
            "--only",
            "tables",
            "--out",
            str(tmp_path / "run"),
        ]
    )
    assert code == STALE_POSTERIOR
    assert "bhxh calibrate" in capsys.readouterr().err
    assert call(["--data", str(root), "calibrate", "--check"]) == STALE_POSTERIOR


def test_comments_and_layout_do_not_change_the_code_digest(tmp_path):
    one, other = tmp_path / "a.py", tmp_path / "b.py"
    one.write_text('"""Doc."""\nx = 1  # why\n\n\ndef f():\n    """More."""\n    return x\n')
    other.write_text("x = 1\ndef f():\n    return x\n")
    assert code_text(one) == code_text(other)
    other.write_text("x = 2\ndef f():\n    return x\n")
    assert code_text(one) != code_text(other)


def test_rows_that_calibration_does_not_read_do_not_change_its_digest(inputs):
    rows = inputs.observations.copy()
    other = np.flatnonzero(rows["series"] == "average_pension")[0]
    rows.loc[other, "value"] = 1.0
    assert rows_digest(replace(inputs, observations=rows)) == rows_digest(inputs)
    json.dumps(dict(small().about))
