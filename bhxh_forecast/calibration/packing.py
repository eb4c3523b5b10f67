"""Standard normals in few bits: rounded so that the rounding of a shock is made up for by the next ones of its path."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.coverage.types import Array

SHOCK, FINE = 1.0 / 24.0, 1.0 / 1024.0  # steps of rounding: monthly shocks, everything else


def round_path(shocks: Array, rho: Array) -> NDArray[np.int8]:
    """Shocks (T, n) in steps of 1/24; the path y(t) = rho y(t-1) + e(t) stays within 1/48 of what it was."""
    found = np.empty(shocks.shape, dtype=np.int8)
    left = np.zeros(shocks.shape[1])
    for t, shock in enumerate(shocks):
        wanted = shock + rho * left
        found[t] = np.clip(np.rint(wanted / SHOCK), -127, 127)
        left = wanted - found[t] * SHOCK
    return found


def round_values(values: Array) -> NDArray[np.int16]:
    """Standard normals in steps of 1/1024."""
    found: NDArray[np.int16] = np.rint(values / FINE).astype(np.int16)
    return found


def unpacked(stored: NDArray[np.generic]) -> Array:
    """Standard normals of what was rounded."""
    step = SHOCK if stored.dtype == np.int8 else FINE
    found: Array = stored.astype(np.float64) * step
    return found
