"""All origins of a backtest, one after the other, with the time each took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from bhxh_forecast.analysis.backtest import place
from bhxh_forecast.analysis.backtest.origins import (
    DRAWS,
    HORIZONS,
    MODEL,
    ORIGINS,
    SEED,
    SERIES,
    Case,
    as_of,
    national_case,
    national_cases,
    outcomes,
    records,
    yearly,
)
from bhxh_forecast.analysis.backtest.store import FOLDER, backtest_key, write, write_alternatives
from bhxh_forecast.calibration.nation import build_nation, nation_of
from bhxh_forecast.calibration.national_draws import voluntary_draws
from bhxh_forecast.calibration.national_fit import ALTERNATIVES
from bhxh_forecast.inputs.draws import BLOCK, Streams
from bhxh_forecast.inputs.reader import load_inputs

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs

ALTERNATIVE_DRAWS = 2048
VOLUNTARY = SERIES[0]
KEYS = ["geo", "series", "origin", "years", "method"]


def cases(origin: int, data: Path | None, today: Inputs) -> Iterator[Case]:
    """All series of an origin."""
    yield from national_cases(origin, data, today)
    if origin in place.ORIGINS:
        yield from place.place_cases(origin, data, today)


def origin_rows(origin: int, data: Path | None, today: Inputs) -> pd.DataFrame:
    """Scores of one origin, sorted by their keys."""
    found: list[dict[str, Any]] = [row for case in cases(origin, data, today) for row in records(case)]
    return pd.DataFrame(found).sort_values(KEYS).reset_index(drop=True)


def alternatives(
    data: Path | None = None,
    origins: Iterable[int] = ORIGINS,
    say: Callable[[str], None] = lambda _: None,
) -> pd.DataFrame:
    """Scores of the structural alternatives on the nation's voluntary series, kept in the data folder.

    Parameters as for ``backtest``.
    """
    today = load_inputs(data)
    actual = outcomes(today, nation_of(today))[VOLUNTARY]
    found: list[dict[str, Any]] = []
    for origin in origins:
        inputs = load_inputs(data, as_of=as_of(origin))
        nation = build_nation(inputs, origin + HORIZONS)
        logs, last = yearly(nation.voluntary, nation.line)
        for variant in ALTERNATIVES:
            made = voluntary_draws(nation, inputs.priors, Streams(SEED), ALTERNATIVE_DRAWS, variant)
            case = national_case(
                VOLUNTARY, nation_of(today), origin, logs, last, made.counts, nation.line, actual
            )
            named = f"{MODEL}:{variant.name}"
            found += [row | {"method": named} for row in records(case) if row["method"] == MODEL]
            say(f"{origin} {variant.name}: {made.effective:.0f} effective of {BLOCK}")
    rows = pd.DataFrame(found).sort_values(KEYS).reset_index(drop=True)
    write_alternatives(today.data_dir / FOLDER, rows)
    return rows


def backtest(
    data: Path | None = None,
    origins: Iterable[int] = ORIGINS,
    say: Callable[[str], None] = lambda _: None,
    *,
    keep: bool = True,
) -> pd.DataFrame:
    """Run the backtest and, if asked, keep it in the data folder.

    Parameters
    ----------
    data
        Data folder; default: the project's own.
    origins
        Years.
    say
        Told of each origin that is done.
    keep
        Whether to write ``backtest/`` in the data folder.
    """
    today = load_inputs(data)
    parts, seconds = [], {}
    for origin in origins:
        began = time.monotonic()
        parts.append(origin_rows(origin, data, today))
        seconds[str(origin)] = round(time.monotonic() - began, 1)
        say(f"{origin} (as of {as_of(origin)}): {len(parts[-1])} scores, {seconds[str(origin)]} s")
    rows = pd.concat(parts, ignore_index=True)
    if keep:
        about = {
            "sha256": backtest_key(today),
            "as_of": today.as_of.isoformat(),
            "seed": SEED,
            "draws": DRAWS,
        }
        write(today.data_dir / FOLDER, rows, about | {"seconds": seconds})
    return rows
