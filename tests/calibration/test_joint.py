"""The sampler: moves that keep what they must, draws that a run sees as the sampler did, rounding that stays small."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bhxh_forecast.calibration.calibrate import mixed
from bhxh_forecast.calibration.drawn import sample_of
from bhxh_forecast.calibration.interweave import Interweave, bound_paths
from bhxh_forecast.calibration.joint import PATHS, PEAK, STAGES, Joint, setting_of
from bhxh_forecast.calibration.moves import Gaussian, move
from bhxh_forecast.calibration.packing import SHOCK, round_path, round_values, unpacked
from bhxh_forecast.calibration.population import Population, next_power
from bhxh_forecast.calibration.posterior import Posterior
from bhxh_forecast.calibration.source import ConditionedSource
from bhxh_forecast.calibration.state import State
from bhxh_forecast.calibration.weights import effective_size
from bhxh_forecast.coverage.types import Pools
from bhxh_forecast.inputs.draws import Streams
from bhxh_forecast.simulation import prepare
from tests.calibration.test_published_figures import counts
from tests.draws import small_engine


@pytest.fixture(scope="module")
def joint():
    return Joint(setting_of(small_engine(64).inputs))


@pytest.fixture(scope="module")
def places(joint):
    return 0.5 * np.random.default_rng(2).standard_normal((joint.size, 16))


SLOPES = np.array([[2.0, 1.0, 0.0], [0.0, 4.0, -1.0]])
SEEN = np.array([1.5, -3.0])


def linear(z):
    """Draws under two figures that are linear in three coordinates."""
    none = np.zeros((1, z.shape[1]))
    return State(z, Pools(none, none, none, none, none), none, {"old_age": SEEN[:, None] - SLOPES @ z})


STUB = SimpleNamespace(moved=lambda state, z, first: linear(z))
EXACT = Gaussian(
    np.linalg.solve(np.eye(3) + SLOPES.T @ SLOPES, SLOPES.T @ SEEN), np.eye(3) + SLOPES.T @ SLOPES
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(range(3)), min_size=1, unique=True), st.floats(0.01, 1.0), st.integers(0, 99))
def test_around_the_exact_posterior_every_step_of_any_length_is_taken(rows, length, seed):
    rng = np.random.default_rng(seed)
    state = linear(rng.standard_normal((3, 20)))
    part = EXACT.part(np.sort(np.array(rows)))
    new, share = move(STUB, state, part, "old_age", 1.0, length, rng)
    assert share == 1.0
    others = np.setdiff1d(np.arange(3), rows)
    assert np.array_equal(new.z[others], state.z[others])


def test_around_a_wrong_gaussian_draws_still_come_to_the_posterior():
    rng = np.random.default_rng(5)
    state = linear(rng.standard_normal((3, 4000)))
    wrong = Gaussian(np.array([0.3, 0.0, 0.5]), np.diag([3.0, 6.0, 1.0]))
    for k in range(120):
        part = wrong.part(np.array([[0, 1, 2], [0, 1], [1, 2]][k % 3]))
        state, _ = move(STUB, state, part, "old_age", 1.0, 0.6, rng)
    assert state.z.mean(axis=1) == pytest.approx(EXACT.mean, abs=0.06)
    assert np.cov(state.z) == pytest.approx(np.linalg.inv(EXACT.precision), abs=0.06)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 50), st.floats(0.0, 0.99))
def test_a_step_of_tempering_keeps_half_of_the_draws_or_is_the_last(seed, power):
    log = 30.0 * np.random.default_rng(seed).standard_normal(200)
    found = next_power(log, power)
    kept = effective_size((found - power) * log)
    assert power < found <= 1.0
    assert found == 1.0 or kept == pytest.approx(100, rel=0.02)
    assert kept >= 99


def test_interweaving_moves_parameters_and_leaves_every_figure_where_it_was(joint, places):
    moved = Interweave(joint).run(places, np.random.default_rng(3))
    for bound in bound_paths(joint):
        assert (moved[joint.place[bound.params[0]]] != places[joint.place[bound.params[0]]]).any()
    before, after = joint.state(places), joint.state(moved)
    for stage in STAGES:
        assert after.gaps[stage] == pytest.approx(before.gaps[stage], abs=1e-8)


def test_interweaving_leaves_the_prior_as_it_is(joint):
    """Started from prior draws, parameters and shocks stay independent standard normals."""
    z = np.random.default_rng(7).standard_normal((joint.size, 2000))
    weave, rng = Interweave(joint), np.random.default_rng(8)
    for _ in range(5):
        z = weave.run(z, rng)
    names = [name for bound in bound_paths(joint) for name in (*bound.params, bound.absorbs) if name]
    rows = [joint.place[name].start for name in names]
    assert z[rows].mean(axis=1) == pytest.approx(np.zeros(len(rows)), abs=5 / np.sqrt(2000))
    assert z[rows].std(axis=1) == pytest.approx(np.ones(len(rows)), abs=5 / np.sqrt(4000))
    size = np.sqrt((z[joint.place["z"]] ** 2).mean(axis=0))
    assert abs(np.corrcoef(z[joint.place["csi_sigma"]][0], size)[0, 1]) < 5 / np.sqrt(2000)


def test_stages_that_have_not_moved_are_not_run_again_and_need_not_be(joint, places):
    state, rng = joint.state(places), np.random.default_rng(4)
    for stage in STAGES:
        z = places.copy()
        z[joint.blocks[stage]] += 0.1 * rng.standard_normal((len(joint.blocks[stage]), 16))
        assert joint.moved(state, z, stage).log == pytest.approx(joint.state(z).log, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 200), st.floats(0.0, 1.0))
def test_a_rounded_path_stays_within_half_a_step(seed, rho):
    shocks = np.random.default_rng(seed).standard_normal((60, 3))
    back, path, other = unpacked(round_path(shocks, np.full(3, rho))), np.zeros(3), np.zeros(3)
    for one, two in zip(shocks, back, strict=True):
        path, other = rho * path + one, rho * other + two
        assert np.abs(path - other).max() <= SHOCK / 2 + 1e-9


def test_a_run_sees_stored_draws_as_the_sampler_saw_them(joint, places):
    """Counts of the simulation at the dates of the figures are those of the likelihood."""
    values = {
        name: round_values(places[joint.place[name]]) for name in (*joint.quantiles, *joint.noise, PEAK)
    }
    values |= {name: round_path(places[joint.place[name]], np.zeros(16)) for name in PATHS}
    stored = Posterior(values, np.arange(16), {"ess": 16})
    state, engine = joint.state(joint.places(stored, slice(None))), small_engine(64)
    source = ConditionedSource(sample_of(stored, engine.inputs, engine.line, 9), Streams(9), engine.line, "")
    block = prepare(engine.inputs, engine.line, source.block(0, 16), {}, engine.baseline)
    model = counts(engine.line, engine.baseline, block)
    stages = {
        "old_age": ("pensions", "pension_monthly_beneficiaries"),
        "voluntary": ("voluntary", "vsi_participants"),
    }
    for stage, (name, series) in stages.items():
        at = joint.figures[name]
        target, sd = (np.array([getattr(f, x) for f in at])[:, None] for x in ("log_value", "sd"))
        seen = (target - np.log(model[series][[f.month for f in at]])) / sd
        assert seen == pytest.approx(state.gaps[stage], abs=1e-6)
    force = joint.figures["labour_force_15plus"]
    seen = [(f.log_value - np.log(model["labour_force_15plus"][f.month])) / f.sd for f in force]
    assert np.array(seen) == pytest.approx(state.gaps["people"][-len(force) :], abs=1e-6)


def test_every_block_of_a_run_has_all_chains_in_one_order():
    """Errors are clustered by chain: a block must not know one population better than another."""
    rng = np.random.default_rng(1)
    populations = [
        Population(rng.standard_normal((12, 3, 256)), np.zeros((1, 1, 256)), [0.0, 1.0], {}) for _ in range(4)
    ]
    z, chain = mixed(populations, Streams(2))
    first, second, third = np.split(chain, 3)
    assert np.array_equal(first, second)
    assert np.array_equal(second, third)
    assert np.unique(first, return_counts=True)[1].tolist() == [4] * 1024
    states = np.concatenate([p.z for p in populations], axis=2)
    assert np.array_equal(np.sort(z[0]), np.sort(states[:, 0].ravel()))
    k = int(chain[5000])
    assert z[:, 5000].tolist() in states[:, :, k].tolist()
