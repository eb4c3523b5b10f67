"""The posterior: densities that are densities, samplers that find known ones, a store that refuses what is stale."""

import json
import shutil
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.stats import norm

from bhxh_forecast.calibration.adapt import draw
from bhxh_forecast.calibration.digests import code_text, posterior_rows, rows_digest
from bhxh_forecast.calibration.joint import PATHS, PEAK, Joint, setting_of
from bhxh_forecast.calibration.models import employment_model
from bhxh_forecast.calibration.noise import Noise, Pair
from bhxh_forecast.calibration.packing import round_path, round_values
from bhxh_forecast.calibration.posterior import (
    Posterior,
    code_key,
    current_posterior,
    read_posterior,
    same_likelihood,
    write_posterior,
)
from bhxh_forecast.calibration.space import UNIFORM, Mixture, Space, log_normal
from bhxh_forecast.cli import STALE_POSTERIOR, call
from bhxh_forecast.errors import StalePosteriorError
from bhxh_forecast.inputs.draws import Streams
from bhxh_forecast.inputs.reader import load_inputs
from bhxh_forecast.population.region import NOISE

NAMES = (
    "lapse_first_year",
    "sigma_entry",
    "peak_probability",
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


def small(rows="k", code="c"):
    """A posterior of eight draws that holds what a run needs, every path at its prior."""
    rng = np.random.default_rng(8)
    values = {"csi_sigma": round_values(rng.standard_normal((1, 8)))}
    values |= {name: round_values(rng.standard_normal((12, 8))) for name in (*NOISE, PEAK)}
    values |= {name: round_path(rng.standard_normal((118, 8)), np.zeros(8)) for name in PATHS}
    about = {
        "sha256": "k",
        "rows": rows,
        "code": code,
        "as_of": "2026-07-15",
        "ess": 8,
        "log_likelihood": [0.0] * 8,
    }
    return Posterior(values, np.arange(8), about)


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
    root = folder_with(tmp_path, small(posterior_rows(inputs), code_key()))
    now = load_inputs(root)
    found = current_posterior(now)
    assert found is not None
    assert current_posterior(load_inputs(root, as_of=date(2018, 12, 31))) is None
    changed = now.observations.copy()
    chosen = np.flatnonzero((changed["use"] == "fit") & (changed["series"] == "ui_participants"))[0]
    changed.loc[chosen, "value"] += 1000
    with pytest.raises(StalePosteriorError, match="other figures, priors or law"):
        current_posterior(replace(now, observations=changed))
    write_posterior(root / "posterior", small(posterior_rows(inputs), "older"))
    with pytest.raises(StalePosteriorError, match="other equations"):
        current_posterior(now)
    shutil.rmtree(root / "posterior")
    assert current_posterior(load_inputs(root)) is None


def test_code_that_was_only_rewritten_keeps_the_posterior(inputs):
    joint, stored = Joint(setting_of(inputs)), small()
    log = joint.state(joint.places(stored, slice(0, 8))).log
    about = dict(stored.about) | {"log_likelihood": log.tolist()}
    assert same_likelihood(replace(stored, about=about), inputs)
    about["log_likelihood"] = (log + 1e-4).tolist()
    assert not same_likelihood(replace(stored, about=about), inputs)


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
