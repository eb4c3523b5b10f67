"""Administrative denominators pass through the figures that imply them and never follow a trend."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bhxh_forecast.workforce.bridge import Walk, agency_bridge, bridge_noise_length

T = 181
WALK = Walk(sigma=0.02, step=0.05, window=(73, 96), start=0.15)


def paths(months, values, sd, n=4000, walk=WALK, seed=1):
    noise = np.random.default_rng(seed).standard_normal((n, bridge_noise_length(T, len(months))))
    arrays = (np.array(months, dtype=int), np.array(values, float), np.array(sd, float))
    return agency_bridge(*arrays, walk, noise, centre=4.8e6)


def test_exact_figures_are_hit_by_every_path():
    found = paths([60, 84, 114], [4.69e6, 4.908e6, 4.63e6], [0, 0, 0])
    for month, value in ((60, 4.69e6), (84, 4.908e6), (114, 4.63e6)):
        assert np.allclose(found[month], value, rtol=1e-9)


@given(st.lists(st.integers(0, T - 1), min_size=1, max_size=6, unique=True), st.floats(0.001, 0.05))
def test_uncertain_figures_are_met_within_their_error(months, sd):
    found = paths(sorted(months), [4.7e6] * len(months), [sd] * len(months), n=400)
    spread = np.log(found[sorted(months)] / 4.7e6)
    assert np.abs(spread.mean(axis=1)).max() < 0.3 * sd + 0.01
    assert np.all(spread.std(axis=1) < 1.2 * sd)


def test_beyond_the_last_figure_a_random_walk_without_trend():
    """Rising figures do not make the future rise: the median stays, the variance grows by sigma squared a year."""
    found = np.log(paths([0, 60, 120], [4.0e6, 4.4e6, 4.8e6], [0, 0, 0], n=20_000))
    after = found[120:] - found[120]
    assert np.abs(np.median(after, axis=1)).max() < 0.002
    assert after[60].std() == pytest.approx(0.02 * np.sqrt(5), rel=0.03)


def test_between_two_figures_the_law_of_a_brownian_bridge():
    """Variance s(1 - s/S) of the elapsed variance, mean on the line (no break inside the interval)."""
    found = np.log(paths([12, 60], [4.0e6, 4.4e6], [0, 0], n=20_000))
    s, total = 0.02**2 * 1.0, 0.02**2 * 4.0
    assert found[24].mean() == pytest.approx(np.log(4e6) + 0.25 * np.log(1.1), abs=5e-4)
    assert found[24].std() == pytest.approx(np.sqrt(s * (1 - s / total)), rel=0.03)


def test_the_break_of_two_years_takes_the_step():
    """Between figures on both sides of the window most of a large step falls inside it."""
    walk = Walk(sigma=0.01, step=0.3, window=(73, 96))
    found = np.log(paths([48, 120], [5.0e6, 3.5e6], [0, 0], walk=walk))
    inside = (found[96] - found[72]).mean() / (np.log(3.5 / 5.0))
    assert inside > 0.98


def test_without_figures_the_level_is_only_the_centre():
    found = paths([], [], [])
    assert np.log(found[0] / 4.8e6).std() == pytest.approx(0.15, rel=0.05)
    assert np.log(found[-1] / 4.8e6).mean() == pytest.approx(0.0, abs=0.01)


def test_draws_do_not_depend_on_their_order():
    noise = np.random.default_rng(2).standard_normal((50, T + 1))
    args = (np.array([60]), np.array([4.7e6]), np.array([0.01]), WALK)
    whole = agency_bridge(*args, noise, centre=4.8e6)
    turned = agency_bridge(*args, noise[::-1], centre=4.8e6)
    assert np.allclose(whole, turned[:, ::-1], rtol=1e-12)


def test_figures_off_the_axis_are_refused():
    with pytest.raises(ValueError, match="on the axis"):
        paths([T], [4.7e6], [0.01])
