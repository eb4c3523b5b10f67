"""One origin: data exactly as known then, the model's and the benchmarks' forecasts, and what came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.analysis.backtest.benchmarks import forecasts, places
from bhxh_forecast.analysis.backtest.scores import score
from bhxh_forecast.calibration.figures import Figure, without_voluntary
from bhxh_forecast.calibration.nation import as_then, build_nation, known_figures, nation_of
from bhxh_forecast.calibration.national_draws import compulsory_draws, voluntary_draws
from bhxh_forecast.inputs.draws import Streams
from bhxh_forecast.inputs.reader import load_inputs
from bhxh_forecast.timeline import Timeline, month_number, year_of

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs

Array = NDArray[np.float64]
HORIZONS = 5
ORIGINS = range(2013, 2024)
PUBLIC = (3, 31)  # the year's figures are public by the end of March of the next
DRAWS = 4096
SEED = 20181116
AUTUMN = 9  # a figure from September on stands for its year where December has none
SERIES = ("vsi_participants", "csi_participants")
MODEL = "model"


@dataclass(frozen=True)
class Case:
    """What a series was at the origin and what became of it.

    Attributes
    ----------
    yearly
        Logs of yearly figures known at the origin, gaps filled linearly, (Y,).
    last
        Year of the last of them.
    ahead
        By years since December of the origin: the model's forecast (n,), the figure that came and the error of its log.
    """

    series: str
    geo: str
    origin: int
    yearly: Array
    last: int
    ahead: dict[float, tuple[Array, Figure]]


def as_of(origin: int) -> date:
    """Day on which the projection of an origin is made."""
    return date(origin + 1, *PUBLIC)


def yearly(found: Sequence[Figure], line: Timeline) -> tuple[Array, int]:
    """Logs of the last figure of each year's autumn or December without gaps, and the last year."""
    years, months = year_of(line.months), month_number(line.months)
    by_year = {int(years[f.month]): f.log_value for f in found if months[f.month] >= AUTUMN}
    if not by_year:
        return np.empty(0), 0
    span = np.arange(min(by_year), max(by_year) + 1)
    return np.interp(span, list(by_year), list(by_year.values())), int(span[-1])


def of_december(found: Sequence[Figure], line: Timeline) -> dict[int, Figure]:
    """Figures of 31 December by year."""
    years, months = year_of(line.months), month_number(line.months)
    return {int(years[f.month]): f for f in found if months[f.month] == 12}


def outcomes(today: Inputs, geo: str) -> dict[str, dict[int, Figure]]:
    """Figures of December as known today, by series and year; compulsory ones may be totals less voluntary ones."""
    line = Timeline(today.as_of, today.as_of.year, np.datetime64("2010-12", "M"))
    rows = as_then(today.observations)
    voluntary, split, total = (
        known_figures(rows, name, geo, line)
        for name in ("vsi_participants", "csi_participants", "si_total_participants")
    )
    compulsory = without_voluntary(total, split, voluntary, voluntary[0].value)
    return {
        "vsi_participants": of_december(voluntary, line),
        "csi_participants": of_december(compulsory, line),
    }


def national_cases(origin: int, data: Path | None, today: Inputs, draws: int = DRAWS) -> Iterator[Case]:
    """The nation's two series at an origin."""
    inputs = load_inputs(data, as_of=as_of(origin))
    nation = build_nation(inputs, origin + HORIZONS)
    geo = nation_of(inputs)
    streams, actual = Streams(SEED), outcomes(today, geo)
    made = {
        "vsi_participants": voluntary_draws(nation, inputs.priors, streams, draws).counts,
        "csi_participants": compulsory_draws(nation, inputs.priors, streams, draws).counts,
    }
    known = {"vsi_participants": nation.voluntary, "csi_participants": nation.compulsory}
    for series in SERIES:
        logs, last = yearly(known[series], nation.line)
        yield national_case(series, geo, origin, logs, last, made[series], nation.line, actual[series])


def national_case(
    series: str,
    geo: str,
    origin: int,
    logs: Array,
    last: int,
    counts: Array,
    line: Timeline,
    actual: dict[int, Figure],
) -> Case:
    """Case of draws by month (T, n) against the Decembers whose figure has come."""
    ahead = {
        float(year - origin): (counts[line.index(f"{year}-12")], actual[year])
        for year in range(origin + 1, origin + HORIZONS + 1)
        if year in actual
    }
    return Case(series, geo, origin, logs, last, ahead)


def records(case: Case) -> Iterator[dict[str, Any]]:
    """One row for each method and figure that has come; the horizon is the number of years begun."""
    bands = forecasts(case.yearly, HORIZONS + case.origin - case.last)
    for years, (draws, figure) in case.ahead.items():
        horizon = int(np.ceil(years - 1e-9))
        made = {MODEL: draws} | {
            name: places(*between(mean, sd, case.yearly[-1], years + case.origin - case.last))
            for name, (mean, sd) in bands.items()
        }
        for method, values in made.items():
            key = {
                "series": case.series,
                "geo": case.geo,
                "origin": case.origin,
                "years": round(years, 4),
                "horizon": horizon,
                "method": method,
            }
            label = "/".join(map(str, key.values()))
            yield {**key, "actual": figure.value, **score(values, figure.value, figure.sd, label)}


def between(mean: Array, sd: Array, start: float, years: float) -> tuple[float, float]:
    """Mean and spread of a log some years after the last figure, between whole years linear in mean and variance."""
    at = np.arange(len(mean) + 1.0)
    variance = np.interp(years, at, np.concatenate([[0.0], sd**2]))
    return float(np.interp(years, at, np.concatenate([[start], mean]))), float(np.sqrt(variance))
