"""The conditioned sample: resampling that keeps expected counts, bytes that depend on the seed and nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bhxh_forecast.calibration.carrier import Carrier
from bhxh_forecast.calibration.condition import condition
from bhxh_forecast.calibration.parts import Parts, walk
from bhxh_forecast.calibration.sample import Sample
from bhxh_forecast.calibration.source import cache_folder
from bhxh_forecast.calibration.store import ConditionedSample, read_sample
from bhxh_forecast.calibration.weights import effective_size, systematic
from bhxh_forecast.coverage.drivers import build_drivers
from bhxh_forecast.inputs.draws import Streams
from bhxh_forecast.inputs.scenarios import load_scenario
from bhxh_forecast.simulation import BASELINE
from bhxh_forecast.timeline import Timeline
from tests.draws import small_engine

weights = st.lists(st.floats(-20, 5), min_size=1, max_size=40).map(np.array)


def test_without_figures_all_draws_weigh_the_same():
    engine = small_engine(64)
    c = Carrier(engine.inputs, engine.line, engine.baseline, Streams(1), 1)

    def parts(rows, p):
        nothing = lambda path: pytest.fail("no figure, nothing to model")  # noqa: E731
        return Parts([], walk(np.full(len(p["csi_sigma"]), 0.1)), [], nothing)

    shocks, weight = c.fit("toy", parts)
    assert np.array_equal(shocks, c.normals("toy", c.months))
    assert not weight.any()
    before = dict(c.sample.values)
    c.sample.touch(before)
    c.sample.resample("toy", weight, 0.5)
    assert c.sample.sizes["toy"] == c.count
    assert all(np.array_equal(c.sample.values[name], values) for name, values in before.items())


@given(weights, st.integers(1, 60), st.floats(0, 0.999))
def test_systematic_counts_are_the_expected_ones_rounded(log_weight, size, uniform):
    share = np.exp(log_weight - log_weight.max())
    share /= share.sum()
    counts = np.bincount(systematic(log_weight, size, uniform), minlength=len(share))
    assert counts.sum() == size
    assert (counts >= np.floor(size * share - 1e-9)).all()
    assert (counts <= np.ceil(size * share + 1e-9)).all()


def test_systematic_counts_are_right_on_average():
    log_weight = np.log([0.1, 0.05, 0.45, 0.4])
    places = (np.arange(2000) + 0.5) / 2000
    mean = np.mean([np.bincount(systematic(log_weight, 7, u), minlength=4) for u in places], axis=0)
    assert mean == pytest.approx(7 * np.exp(log_weight), abs=0.01)


@given(weights)
def test_effective_size_lies_between_one_and_all(log_weight):
    assert 1 - 1e-9 <= effective_size(log_weight) <= len(log_weight) + 1e-9


def test_what_no_figure_has_touched_keeps_its_draws():
    sample = Sample({"seen": np.arange(4.0), "path": np.arange(8.0).reshape(2, 4), "unseen": np.arange(4.0)})
    sample.touch(["seen", "path"])
    index = sample.resample("stage", np.log([1e-9, 1e-9, 1.0, 1e-9]), 0.5)
    assert index.tolist() == [2, 2, 2, 2]
    assert sample.values["seen"].tolist() == [2, 2, 2, 2]
    assert sample.values["path"].tolist() == [[2] * 4, [6] * 4]
    assert sample.values["unseen"].tolist() == [0, 1, 2, 3]
    assert sample.sizes["stage"] == pytest.approx(1)


def test_a_sample_has_one_form_in_bytes():
    rng = np.random.default_rng(1)
    sample = ConditionedSample(
        params={"b": rng.random(5), "a": rng.random(5)},
        paths={"z": rng.random((3, 5))},
        yearly={"peak_u": rng.random((2, 5))},
        ancestor=np.arange(5),
        sizes={"people": 3.5},
        candidates=20,
    )
    data = sample.to_bytes()
    again = ConditionedSample.from_bytes(data)
    assert again.to_bytes() == data
    assert again.sizes == sample.sizes
    assert np.array_equal(again.paths["z"], sample.paths["z"])


def test_the_kept_sample_is_the_one_in_use():
    source = small_engine(64).source
    kept = cache_folder() / f"{source.key}.npz"
    assert kept.read_bytes() == source.sample.to_bytes()


@pytest.mark.parametrize("damage", [lambda d: b"", lambda d: d[:200], lambda d: d[:99] + b"?" + d[100:]])
def test_a_damaged_sample_is_no_sample(tmp_path, damage):
    """It is then built anew."""
    data = ConditionedSample({"a": np.ones(5)}, {}, {}, np.arange(5), {}, 5).to_bytes()
    path = tmp_path / "kept.npz"
    path.write_bytes(data)
    assert read_sample(path) is not None
    path.write_bytes(damage(data))
    assert read_sample(path) is None
    assert read_sample(tmp_path / "missing.npz") is None


@pytest.mark.slow
def test_the_same_seed_gives_the_same_sample():
    inputs = small_engine(64).inputs
    line = Timeline(inputs.as_of, 2026)
    drivers = build_drivers(load_scenario(BASELINE, inputs), inputs, line)
    first, second = (condition(inputs, line, drivers, 3, blocks=1) for _ in range(2))
    assert first.to_bytes() == second.to_bytes()


def test_another_seed_gives_other_draws():
    engine = small_engine(64)
    one, other = (Carrier(engine.inputs, engine.line, engine.baseline, Streams(seed), 1) for seed in (3, 4))
    sampled = [name for name, prior in engine.inputs.priors.items() if prior.sampled]
    assert not any(np.array_equal(one.params[name], other.params[name]) for name in sampled)
