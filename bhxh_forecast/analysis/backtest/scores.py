"""Scores of one forecast against the figure that came: error, CRPS, log score, place in the distribution."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
PROBABILITIES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
QUANTILES = tuple(f"p{round(100 * q):02d}" for q in PROBABILITIES)


def score(draws: Array, actual: float, sd: float, key: str) -> dict[str, float]:
    """Scores of equally weighted draws.

    Parameters
    ----------
    draws
        Forecast of the count, (n,).
    actual, sd
        Published figure and the standard error of its log; the forecast is of the figure, so that the error belongs
        to it.
    key
        Makes the random part of the place within ties its own and the same every time.

    Returns
    -------
    dict
        Quantiles in persons; ``error`` of the median and ``crps`` as shares of the figure; ``log_score`` of the log,
        lower is better; ``pit``.
    """
    import scoringrules

    rng = np.random.default_rng(zlib.crc32(key.encode()))
    seen = np.sort(draws * np.exp(sd * rng.standard_normal(draws.size)))
    bands, logs = np.quantile(seen, PROBABILITIES), np.log(seen)
    crps = float(scoringrules.crps_ensemble(actual, seen)) / actual
    below, above = np.searchsorted(seen, actual, "left"), np.searchsorted(seen, actual, "right")
    pit = (below + rng.random() * (above - below + 1)) / (seen.size + 1)
    return {
        **dict(zip(QUANTILES, map(float, bands), strict=True)),
        "error": float(bands[3] / actual - 1.0),
        "crps": crps,
        "log_score": log_score(logs, float(np.log(actual))),
        "pit": float(pit),
    }


def log_score(logs: Array, actual: float) -> float:
    """Minus the log density of the log of the figure, by a normal kernel of Silverman's width."""
    spread = min(float(logs.std()), float(np.subtract(*np.quantile(logs, [0.75, 0.25]))) / 1.34)
    width = max(1e-4, 0.9 * spread * logs.size**-0.2)
    exponent = -0.5 * ((actual - logs) / width) ** 2
    peak = exponent.max()
    density = peak + np.log(np.exp(exponent - peak).mean()) - np.log(width * np.sqrt(2.0 * np.pi))
    return float(-density)
