"""The cap on months of support: densities in closed form against people followed one by one."""

from datetime import date

import numpy as np
import pytest

from bhxh_forecast.coverage.cap import BeyondCap, capped_share
from bhxh_forecast.timeline import Timeline

LINE = Timeline(date(2026, 7, 15), 2032)
PERSONS = 200_000
DENSITY, CONCENTRATION, EXIT = 0.76, 4.0, 0.012


def followed(cap, seed=5):
    """Members, joiners and the share of paid months beyond the cap, each (T,), of people followed month by month.

    A third of them are members from the start, the others join in random months; everybody has a density of paying of
    their own and leaves with the same chance each month. Support is counted from January 2018 on.
    """
    rng, months, begin = np.random.default_rng(seed), len(LINE.months), LINE.index("2018-01")
    entry = np.where(rng.random(PERSONS) < 1 / 3, 0, rng.integers(1, months, PERSONS))
    leaves = entry + rng.geometric(1 - np.exp(-EXIT), PERSONS)
    own = rng.beta(DENSITY * CONCENTRATION, (1 - DENSITY) * CONCENTRATION, PERSONS)
    paid, members, joiners, beyond = np.zeros(PERSONS, dtype=int), *(np.zeros(months) for _ in range(3))
    for t in range(months):
        here = (entry <= t) & (t < leaves)
        members[t], joiners[t] = here.sum(), (entry == t).sum() * (t > 0)
        if t >= begin:
            pays = here & (rng.random(PERSONS) < own)
            paid += pays
            beyond[t] = (pays & (paid > cap)).sum() / pays.sum()
    return members, joiners, beyond


@pytest.mark.parametrize(("cap", "tolerance"), [(120, 0.01), (60, 0.025)])
def test_share_beyond_the_cap_is_that_of_people_followed_one_by_one(cap, tolerance):
    """Within a point for the cap of the law, and two and a half for half of it.

    Sampling moves the share by 0.002 (two standard errors at 100,000 payers). The rest is what the closed form leaves
    out: it takes the joiners of a year all in its middle, so that a class reaches the cap at once, and the paid months
    of a person as density times months where they scatter by sqrt(n d (1-d)), 4 months of 120, around it. Both smear
    the edge by some months, which weigh twice as much where the cap is half as long.
    """
    members, joiners, beyond = followed(cap)
    column = [a[:, None] for a in (members, joiners)]
    path = np.full(len(LINE.months), float(cap))
    ours = capped_share(LINE, *column, path, BeyondCap(np.array([DENSITY]), np.array([CONCENTRATION])))[:, 0]
    assert beyond[-1] > 0.05
    assert np.abs(ours - beyond).max() < tolerance
    possible = LINE.index("2018-01") + cap
    assert (ours[:possible] == 0).all()
    assert (beyond[:possible] == 0).all()
    assert ours[possible] > 0


def test_no_cap_means_nobody_is_beyond_it():
    members = np.full((len(LINE.months), 3), 1000.0)
    path = np.full(len(LINE.months), np.nan)
    ours = capped_share(
        LINE, members, members * 0.01, path, BeyondCap(np.full(3, DENSITY), np.full(3, CONCENTRATION))
    )
    assert not ours.any()
