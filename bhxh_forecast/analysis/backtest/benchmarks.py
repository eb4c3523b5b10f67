"""Benchmarks named beforehand, on logs of the yearly figures known at the origin.

Each gives normal bands on the log scale; draws are its quantiles at even places, so that scores have no noise of
their own.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
PLACES = 2000
LEAST_SD = 0.005  # of a log: no method is surer than the figures themselves
LEAST_YEARS = 4  # yearly figures that a fitted method needs
NAMES = ("no_change", "drift", "local_level", "ets", "arima", "theta")


def forecasts(logs: Array, steps: int) -> dict[str, tuple[Array, Array]]:
    """Mean and standard deviation of the log by method and horizon, each (steps,).

    Parameters
    ----------
    logs
        Logs of yearly figures without gaps, oldest first, (Y,).
    steps
        Years ahead.
    """
    found = {"no_change": no_change(logs, steps)}
    if len(logs) >= 3:
        found["drift"] = drift(logs, steps)
    if len(logs) >= LEAST_YEARS:
        fitted: dict[str, Callable[[Array, int], tuple[Array, Array]]] = {
            "local_level": local_level,
            "ets": ets,
            "arima": arima,
            "theta": theta,
        }
        import statsmodels.tools.sm_exceptions  # noqa: F401  # it sets filters of its own when first imported

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # short series: the libraries warn about starting values
            found |= {name: method(logs, steps) for name, method in fitted.items()}
    return {name: (mean, np.maximum(sd, LEAST_SD)) for name, (mean, sd) in found.items()}


def places(mean: float, sd: float) -> Array:
    """Values at even places of a log-normal distribution, (PLACES,)."""
    from scipy.special import ndtri

    return np.asarray(np.exp(mean + sd * ndtri((np.arange(PLACES) + 0.5) / PLACES)), dtype=np.float64)


def no_change(logs: Array, steps: int) -> tuple[Array, Array]:
    """The last figure, with the spread of yearly changes."""
    spread = float(np.sqrt(np.mean(np.diff(logs) ** 2))) if len(logs) > 1 else 0.1
    return np.full(steps, logs[-1]), spread * np.sqrt(np.arange(1, steps + 1))


def drift(logs: Array, steps: int) -> tuple[Array, Array]:
    """Random walk with drift, the drift's own error included."""
    changes, ahead = np.diff(logs), np.arange(1, steps + 1)
    spread = float(changes.std(ddof=1))
    return logs[-1] + changes.mean() * ahead, spread * np.sqrt(ahead * (1.0 + ahead / len(changes)))


def local_level(logs: Array, steps: int) -> tuple[Array, Array]:
    """Local level (random walk plus noise)."""
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    found = UnobservedComponents(logs, "llevel").fit(disp=False).get_forecast(steps)
    return np.asarray(found.predicted_mean), np.asarray(found.se_mean)


def ets(logs: Array, steps: int) -> tuple[Array, Array]:
    """Exponential smoothing: level, trend or damped trend, whichever the corrected criterion prefers."""
    import pandas as pd
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    series = pd.Series(logs)

    def fits() -> Iterator[tuple[float, Any]]:
        for trend, damped in ((None, False), ("add", False), ("add", True)):
            size = 2 + 2 * (trend is not None) + damped + 1
            if len(logs) > size + 1:
                fit = ETSModel(series, error="add", trend=trend, damped_trend=damped).fit(disp=False)
                yield corrected(float(fit.llf), size, len(logs)), fit
        if len(logs) <= 4:
            yield np.inf, ETSModel(series, error="add").fit(disp=False)

    best = min(fits(), key=lambda pair: pair[0])[1]
    found = best.get_prediction(start=len(logs), end=len(logs) + steps - 1)
    return np.asarray(found.predicted_mean), np.sqrt(np.asarray(found.forecast_variance))


def arima(logs: Array, steps: int) -> tuple[Array, Array]:
    """ARIMA of first differences with or without drift, orders up to one, by the corrected criterion."""
    from statsmodels.tsa.arima.model import ARIMA

    def fits() -> Iterator[tuple[float, Any]]:
        for p, q, trend in product((0, 1), (0, 1), ("n", "t")):
            size = p + q + (trend == "t") + 1
            if len(logs) - 1 > size + 1:
                fit = ARIMA(logs, order=(p, 1, q), trend=trend).fit()
                yield corrected(float(fit.llf), size, len(logs) - 1), fit

    best = min(fits(), key=lambda pair: pair[0])[1]
    found = best.get_forecast(steps)
    return np.asarray(found.predicted_mean), np.asarray(found.se_mean)


def theta(logs: Array, steps: int) -> tuple[Array, Array]:
    """Theta, without seasons."""
    from statsmodels.tsa.forecasting.theta import ThetaModel

    fit = ThetaModel(logs, period=1, deseasonalize=False).fit()
    bounds = np.asarray(fit.prediction_intervals(steps, alpha=0.3173))
    return np.asarray(fit.forecast(steps)), (bounds[:, 1] - bounds[:, 0]) / 2.0


def corrected(log_likelihood: float, size: int, count: int) -> float:
    """Akaike's criterion corrected for few figures; infinite where it has no meaning."""
    if count <= size + 1:
        return np.inf
    return 2.0 * size - 2.0 * log_likelihood + 2.0 * size * (size + 1) / (count - size - 1)
