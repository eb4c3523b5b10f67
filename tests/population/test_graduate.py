"""Age groups become single ages without losing anybody."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bhxh_forecast.population.graduate import graduate, rogers_castro

LOWER = list(range(0, 85, 5))
STANDARD = {"a1": 0.02, "alpha1": 0.1, "a2": 0.06, "alpha2": 0.1, "mu2": 20.0, "lambda2": 0.4, "c": 0.003}


@given(st.lists(st.floats(100, 1e6), min_size=17, max_size=17))
def test_groups_add_up_again_and_nobody_is_negative(counts):
    reference = np.linspace(100, 1, 101)
    people = graduate(np.array(counts), LOWER, reference)
    assert np.allclose(np.add.reduceat(people, LOWER), counts)
    assert people.min() > 0


def test_a_copy_of_the_reference_is_returned_unchanged():
    """Where the region is a tenth of the nation at every age, so is each single age, dents included."""
    reference = 1000 + 300 * np.sin(np.arange(101))
    counts = np.add.reduceat(reference, LOWER) / 10
    assert np.allclose(graduate(counts, LOWER, reference), reference / 10)


def test_neighbouring_ages_change_smoothly_against_the_reference():
    reference = np.full(101, 100.0)
    counts = np.linspace(800, 200, 17)
    ratio = graduate(counts, LOWER, reference)
    assert np.abs(np.diff(np.log(ratio[:78]))).max() < 0.06


def test_groups_that_do_not_begin_at_zero_are_refused():
    with pytest.raises(ValueError, match="begin at 0"):
        graduate(np.ones(2), [1, 5], np.ones(20))


def test_migrants_are_young_adults_and_small_children():
    """Rogers and Castro's standard schedule: a peak just after 20, fewer at 15, more infants than pupils."""
    shares = rogers_castro(STANDARD)
    assert shares.sum() == pytest.approx(1)
    assert 20 <= np.argmax(shares) <= 25
    assert shares[0] > shares[12]
    assert shares[22] > 3 * shares[60]
