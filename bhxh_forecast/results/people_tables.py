"""Population and workforce tables; the same for every scenario of a world."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from bhxh_forecast.coverage.types import Array
from bhxh_forecast.results.quantiles import THREE, block_mean, column, quantiles
from bhxh_forecast.threads import in_threads
from bhxh_forecast.timeline import Timeline, month_end

SEXES = ("male", "female", "total")
GROUP_WIDTH = 5


def age_group_names(ages: int = 101) -> list[str]:
    """Names 0-4, 5-9, ..., 95-99, 100+."""
    starts = range(0, ages - 1, GROUP_WIDTH)
    return [*(f"{a}-{a + GROUP_WIDTH - 1}" for a in starts), f"{ages - 1}+"]


def in_groups(stock: Array) -> Array:
    """Five-year groups of single ages: (n, Y, 2, A) -> (Y, 3, G, n), the third sex being both."""
    edges = np.arange(0, stock.shape[-1], GROUP_WIDTH)
    grouped = np.add.reduceat(stock, edges, axis=-1)
    both = np.concatenate([grouped, grouped.sum(axis=2, keepdims=True)], axis=2)
    return np.ascontiguousarray(np.moveaxis(both, 0, -1))


def people_frame(values: Array) -> pd.DataFrame:
    """Mean and three quantiles over the last axis, flattened in C order."""
    flat = values.reshape(-1, values.shape[-1])
    found = quantiles(flat, THREE)
    frame = pd.DataFrame({"mean": block_mean(flat)})
    for k, q in enumerate(THREE):
        frame[column(q)] = found[k]
    return frame


def population_table(groups: Array, years: Array, geo: str) -> pd.DataFrame:
    """Population on 1 January by sex and five-year age group from draws (Y, 3, G, n), without scenario and world."""
    names = age_group_names()
    dates = np.array([f"{int(year)}-01-01" for year in years], dtype="datetime64[D]")
    shape = groups.shape[:3]
    frame = people_frame(groups)
    frame["date"] = np.repeat(dates, shape[1] * shape[2])
    frame["sex"] = np.tile(np.repeat(SEXES, shape[2]), shape[0])
    frame["age_group"] = np.tile(names, shape[0] * shape[1])
    frame = frame.assign(geo=geo, unit="persons")
    return frame[["geo", "date", "sex", "age_group", "unit", "mean", *map(column, THREE)]]


def workforce_table(bases: Mapping[tuple[str, str], Array], line: Timeline, geo: str) -> pd.DataFrame:
    """Denominators by month from draws (T, n) by (base, sex), without scenario and world."""
    dates = month_end(line.months)
    parts = []
    frames = in_threads(people_frame, bases.values())
    for (base, sex), found in zip(bases, frames, strict=True):
        parts.append(found.assign(date=dates, base=base, sex=sex))
    frame = pd.concat(parts, ignore_index=True).assign(geo=geo, unit="persons")
    return frame[["geo", "date", "base", "sex", "unit", "mean", *map(column, THREE)]]


def for_scenario(frame: pd.DataFrame, scenario: str, world: str) -> pd.DataFrame:
    """Put scenario and world in front of a shared table."""
    result = frame.copy()
    result.insert(0, "scenario", scenario)
    result.insert(1, "world", world)
    return result
