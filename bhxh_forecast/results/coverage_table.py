"""The coverage table: counts and shares month by month; all seven quantiles at quarter ends, the main three always."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from bhxh_forecast.coverage.types import Array
from bhxh_forecast.results.draws import COUNTS, OLD_AGE, SHARE_BASES, SHARES, ScenarioDraws
from bhxh_forecast.results.quantiles import SEVEN, THREE, block_mean, column, quantiles, stacked
from bhxh_forecast.threads import in_threads
from bhxh_forecast.timeline import Months, Timeline, month_end, month_number, month_of

Summary = tuple[Array, Array]  # mean (T,) and quantiles (7, T)


@dataclass
class History:
    """Summaries that scenarios of one world share.

    Attributes
    ----------
    past
        The months up to the as-of date, by series and base, filled by the first scenario with that history.
    whole
        All months of series that no lever of a scenario touches, with the array that they summarise.
    """

    past: dict[tuple[str, str], Summary] = field(default_factory=dict)
    whole: dict[tuple[str, str], tuple[Array, Summary]] = field(default_factory=dict)


OBSERVED_AS = {
    "csi_share": "csi_participants",
    "vsi_share": "vsi_participants",
    "ui_share": "ui_participants",
}
NEVER = -1


def emitted() -> Iterator[tuple[str, str, str]]:
    """Series, base and unit of every block of rows."""
    for name in COUNTS:
        yield name, "none", "persons"
    for name in SHARES:
        for base in SHARE_BASES:
            yield name, base, "share"
    yield OLD_AGE[0], OLD_AGE[2], "share"


def last_observed(observations: pd.DataFrame, geo: str, line: Timeline) -> dict[str, int]:
    """Index of the last month with a published figure, by series (-1 if none)."""
    rows = observations[(observations["geo"] == geo) & observations["value"].notna()]
    rows = rows[rows["qualifier"] != "target"]
    found = {}
    for series, group in rows.groupby("series"):
        months = [line.index(month_of(pd.Timestamp(end).date())) for end in group["period_end"].dropna()]
        found[str(series)] = max((m for m in months if m < len(line.months)), default=NEVER)
    split = min(found.get("csi_participants", NEVER), found.get("vsi_participants", NEVER))
    found["si_participants"] = max(found.get("si_total_participants", NEVER), split)
    return found


def phases(
    series: str, observed: dict[str, int], line: Timeline
) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    """history, nowcast or projection for each month, (T,)."""
    source = {"si_share": "si_participants", OLD_AGE[0]: "old_age_coverage"}.get(
        series, OBSERVED_AS.get(series, series)
    )
    last = observed.get(source, NEVER)
    t = np.arange(len(line.months))
    return np.where(t <= last, "history", np.where(t <= line.as_of_index, "nowcast", "projection"))


def monthly_quantiles(values: Array, months: Months) -> Array:
    """All seven quantiles at quarter ends and the main three in other months, NaN elsewhere, (7, T)."""
    found = np.full((len(SEVEN), len(values)), np.nan)
    ends = month_number(months) % 3 == 0
    found[:, ends] = quantiles(values[ends], SEVEN)
    main = quantiles(values[~ends], THREE)
    for k, q in enumerate(THREE):
        found[SEVEN.index(q), ~ends] = main[k]
    return found


def summary(draws: ScenarioDraws, series: str, base: str, shared: History, counterfactual: bool) -> Summary:
    """Mean (T,) and quantiles (7, T); what scenarios share is summarised once."""
    key, counted = (series, base), draws.numerator(series)
    known = shared.whole.get(key)
    if known is not None and known[0] is counted:
        return known[1]
    found = _summary(draws, series, base, None if counterfactual else shared.past)
    if known is None:
        shared.whole[key] = counted, found
    return found


def _summary(
    draws: ScenarioDraws, series: str, base: str, past: dict[tuple[str, str], Summary] | None
) -> Summary:
    a, months = draws.line.as_of_index, draws.line.months
    key = (series, base)
    if past is not None and key in past:
        mean, found = past[key]
        later = draws.series(series, base, slice(a + 1, None))
        new_found = monthly_quantiles(later, months[a + 1 :])
        return np.concatenate([mean, block_mean(later)]), np.concatenate([found, new_found], axis=1)
    values = draws.series(series, base)
    mean, found = block_mean(values), monthly_quantiles(values, months)
    if past is not None:
        past[key] = (mean[: a + 1], found[:, : a + 1])
    return mean, found


def coverage_table(draws: ScenarioDraws, geo: str, observed: dict[str, int], shared: History) -> pd.DataFrame:
    """Build the table of one scenario.

    Parameters
    ----------
    observed
        Last observed month by series.
    shared
        Summaries that scenarios have in common.
    """
    dates = month_end(draws.line.months)
    blocks = list(emitted())
    found = in_threads(lambda block: summary(draws, block[0], block[1], shared, draws.counterfactual), blocks)
    keys, parts = [], []
    for (series, base, unit), (mean, values) in zip(blocks, found, strict=True):
        keys.append({"series": series, "base": base, "unit": unit})
        part = {"date": dates, "phase": phases(series, observed, draws.line), "mean": mean}
        parts.append(part | {column(q): values[k] for k, q in enumerate(SEVEN)})
    frame = pd.DataFrame(stacked(keys, parts)).assign(scenario=draws.name, world=draws.world, geo=geo)
    order = [
        "scenario",
        "world",
        "geo",
        "date",
        "phase",
        "series",
        "base",
        "unit",
        "mean",
        *map(column, SEVEN),
    ]
    return frame[order]
