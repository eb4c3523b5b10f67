"""Administrative denominators: random walks in logs through the dated figures that imply them, never a trend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Walk:
    """How an administrative level moves.

    Attributes
    ----------
    sigma
        Standard deviation of a year's change, ln.
    step
        Standard deviation of a break, spread evenly over the months of the window, ln.
    window
        First and last month (index) of the break.
    start
        Standard deviation of the level in the first month before any figure is seen, ln.
    """

    sigma: float
    step: float = 0.0
    window: tuple[int, int] = (0, -1)
    start: float = 0.3

    def variances(self, months: int) -> Array:
        """Variance of each month's move, (T,); the first is that of the level itself."""
        variances = np.full(months, self.sigma**2 / 12.0)
        first, last = max(self.window[0], 0), min(self.window[1], months - 1)
        if last >= first:
            variances[first : last + 1] += self.step**2 / (self.window[1] - self.window[0] + 1)
        variances[0] = self.start**2
        return variances


def bridge_noise_length(months: int, figures: int) -> int:
    """Standard normals per draw that a bridge needs: one a month and one a figure."""
    return months + figures


def agency_bridge(
    obs_months: NDArray[np.int64],
    obs_values: Array,
    obs_sd: Array,
    walk: Walk,
    noise: Array,
    *,
    centre: float,
) -> Array:
    """Paths of an administrative level, conditioned exactly on the figures.

    Parameters
    ----------
    obs_months
        Index of the month of each figure, (m,).
    obs_values
        Figures, persons, (m,).
    obs_sd
        Their errors, ln, (m,); zero makes every path pass through the figure.
    walk
        How the level moves.
    noise
        Standard normals, (n, T + m): the moves, then the errors of the figures.
    centre
        Level of the first month before any figure is seen, persons.

    Returns
    -------
    ndarray
        Persons, (T, n).

    Notes
    -----
    Matheron's rule: a free path plus the gain times the difference between the figures (with errors drawn) and
    the free path at their dates has exactly the conditional distribution. Beyond the last figure the path is a
    random walk without drift.
    """
    count = len(obs_months)
    months = noise.shape[1] - count
    if months < 1 or np.any((obs_months < 0) | (obs_months >= months)):
        raise ValueError("figures must lie on the axis, and noise must be (n, months + figures)")
    variances = walk.variances(months)
    free = np.cumsum(noise[:, :months].T * np.sqrt(variances)[:, None], axis=0)
    if count:
        # Moves are independent, so that two dates share the variance up to the earlier of them.
        total = np.cumsum(variances)
        with_figures = total[np.minimum.outer(np.arange(months), obs_months)]
        between = total[np.minimum.outer(obs_months, obs_months)] + np.diag(obs_sd**2)
        drawn = np.log(obs_values / centre)[:, None] - free[obs_months]
        drawn -= noise[:, months:].T * obs_sd[:, None]
        free += with_figures @ np.linalg.solve(between, drawn)
    paths: Array = centre * np.exp(free)
    return paths
