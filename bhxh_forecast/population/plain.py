"""A year's step of some draws in numpy, in place: what `compiled` does with one draw at a time."""

from __future__ import annotations

import numpy as np

from bhxh_forecast.population.lifetable import SEXES, Array, a0_coale_demeny_west


def survive(now: Array, following: Array, work: Array, mx: Array, hazard: Array) -> Array:
    """Age a tile of draws by a year, in place, and return the survivorship of the newborn.

    Parameters
    ----------
    now, following
        (m, 2, A); `following` gets the survivors by age at the end, none at age 0.
    work
        (2, m, 2, A) of memory.
    mx
        Death rates of the year, (2, A).
    hazard
        Their multiplier per draw, (m,).

    Returns
    -------
    ndarray
        (m, 2): L(0) of one newborn.
    """
    over, under = work[0], work[1]
    first = hazard[:, None] * mx[:, 0]
    a0 = np.stack([a0_coale_demeny_west(first[:, i], sex) for i, sex in enumerate(SEXES)], axis=-1)
    np.multiply(hazard[:, None, None], mx * 0.5, out=under)
    np.subtract(1.0, under, out=over)
    over[..., 0] = 1.0 - a0 * first
    under += 1.0
    # The open group: T(w)/T(w-1) = (1 - m(w-1)/2) / (1 - m(w-1)/2 + m(w)).
    under[..., -1] = over[..., -2] + hazard[:, None] * mx[:, -1]
    over[..., :-1] /= under[..., 1:]
    following[..., 0] = 0.0
    np.multiply(now[..., :-1], over[..., :-1], out=following[..., 1:])
    following[..., -1] += now[..., -1] * over[..., -2]
    return 1.0 / (1.0 + (1.0 - a0) * first)


def settle(following: Array, work: Array, count: Array, pattern: Array) -> Array:
    """Add the year's migrants (m,) by pattern (2, A) in place and return how many moved, (m, 2)."""
    np.multiply(count[:, None, None], pattern, out=work)
    following += work
    moved: Array = count[:, None] * pattern.sum(axis=-1)
    if (count.min() < 0.0 or pattern.min() < 0.0) and following.min() < 0.0:  # rare
        moved = moved - np.minimum(following, 0.0).sum(axis=-1)
        np.maximum(following, 0.0, out=following)
    return moved
