"""The place's own series at an origin: the whole chain run as of then, against every figure that came after."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.analysis.backtest.origins import HORIZONS, SEED, Case, as_of, yearly
from bhxh_forecast.calibration.figures import Figure, without_voluntary
from bhxh_forecast.calibration.nation import as_then, known_figures
from bhxh_forecast.inputs.reader import load_inputs
from bhxh_forecast.timeline import Timeline

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs

Array = NDArray[np.float64]
SERIES = ("vsi_participants", "csi_participants", "ui_participants")
ORIGINS = range(2018, 2024)  # before 2018 no yearly figure of a series was public
UNTIL = 2025  # at the least: the years by which the participation profile and the prices are anchored
DRAWS = 2048


def place_cases(origin: int, data: Path | None, today: Inputs, draws: int = DRAWS) -> Iterator[Case]:
    """The place's series at an origin; a series of which nothing was known yet is left out."""
    from bhxh_forecast.simulation import simulate

    inputs = load_inputs(data, as_of=as_of(origin))
    until = max(origin + HORIZONS, UNTIL)
    then, now = Timeline(inputs.as_of, until), Timeline(today.as_of, until)
    known, actual = place_figures(inputs, then), place_figures(today, now)
    projection = simulate(draws=draws, seed=SEED, until=until, inputs=inputs)
    december = then.index(f"{origin}-12")
    for series in SERIES:
        logs, last = yearly(known[series], then)
        if not len(logs):
            continue
        counts = projection.inner.counts[series]
        ahead = {
            (f.month - december) / 12.0: (counts[f.month], f)
            for f in actual[series]
            if then.as_of_index < f.month <= december + 12 * HORIZONS
        }
        yield Case(series, inputs.geo, origin, logs, last, ahead)


def place_figures(inputs: Inputs, line: Timeline) -> dict[str, list[Figure]]:
    """Figures of the place's series as known, compulsory ones from totals where there is no split."""
    rows = as_then(inputs.observations)
    found = {name: known_figures(rows, name, inputs.geo, line) for name in SERIES}
    total = known_figures(rows, "si_total_participants", inputs.geo, line)
    start = inputs.priors["vsi_start"].mean()
    found["csi_participants"] = without_voluntary(
        total, found["csi_participants"], found["vsi_participants"], start
    )
    return found
