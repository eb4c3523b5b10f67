"""The targets table: odds of each target of the plan on each base, and of all together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhxh_forecast.coverage.types import Array
from bhxh_forecast.results.draws import SHARE_BASES, ScenarioDraws
from bhxh_forecast.results.first_reached import FIRST_DECEMBER, Passage, follow, met
from bhxh_forecast.results.ledger import current
from bhxh_forecast.results.quantiles import THREE, clustered_error, lower_median, odds, quantiles
from bhxh_forecast.threads import in_threads
from bhxh_forecast.timeline import Timeline

SERIES = {
    "si_coverage": "si_share",
    "vsi_coverage": "vsi_share",
    "ui_coverage": "ui_share",
    "old_age_coverage": "old_age_share",
}
HALF_POINT = 0.005
COUNTED = {
    "si_coverage": ("csi_participants", "vsi_participants"),
    "vsi_coverage": ("vsi_participants",),
    "ui_coverage": ("ui_participants",),
}
COLUMN_NAMES = (
    "scenario world geo target_id year base as_written as_reported comparison required unit status probability "
    "probability_within_half_point mc_error p10 p50 p90 first_month_p50 year_reached_p50 note"
)
COLUMNS = COLUMN_NAMES.split()
UNITS = {"transaction_hours": "hours_per_year", "online_services_level4": "none"}


def year_end_counts(observations: pd.DataFrame, geo: str) -> pd.DataFrame:
    """Published counts of 31 December of a place: id, series, use and year."""
    rows = observations[(observations["geo"] == geo) & observations["value"].notna()]
    rows = rows[(rows["period_kind"] == "point") & (rows["qualifier"] != "target")]
    ends = pd.to_datetime(rows["period_end"])
    rows = rows.assign(year=ends.dt.year)[(ends.dt.month == 12) & (ends.dt.day == 31)]
    return rows[["id", "series", "use", "year"]]


def year_end_figures(counts: pd.DataFrame, target: str, year: int) -> list[str]:
    """Ids of the counts of 31 December for every part of a target's numerator; empty if one is missing."""
    rows = counts[counts["year"] == year]
    total = rows[rows["series"] == "si_total_participants"]
    if target == "si_coverage" and len(total):
        return [str(total["id"].iloc[0])]
    found = []
    for series in COUNTED.get(target, ("old_age_coverage",)):
        match = rows[rows["series"] == series]
        if match.empty:
            return []
        chosen = match[match["use"] == "fit"]
        found.append(str((chosen if len(chosen) else match)["id"].iloc[0]))
    return found


Passed = dict[tuple[str, str, str, float], Passage]


def passage(
    draws: ScenarioDraws, series: str, base: str, target: Any, shared: Passed | None
) -> tuple[str, float]:
    """Median first month in which the share is reached, and the first year whose December is met in half the draws.

    ``shared`` holds what scenarios with one history know at its end, filled by the first; None in a counterfactual.
    """
    line, key = draws.line, (series, base, str(target.comparison), float(target.value))
    comparison, required = key[2:]

    def share(rows: slice) -> Array:
        return draws.share(series, base, rows)

    if current() is not None:  # blocks are counted month by month
        return _counted(met(share(slice(None)), comparison, required), line)
    begin = Passage(0, np.zeros(len(draws.ancestor), dtype=bool))
    if shared is None:
        return follow(share, comparison, required, line, begin, len(line.months)).text(line)
    if key not in shared:
        shared[key] = follow(share, comparison, required, line, begin, line.first_projected)
    return follow(share, comparison, required, line, shared[key], len(line.months)).text(line)


def _counted(ok: NDArray[np.bool_], line: Timeline) -> tuple[str, float]:
    """The same from counts of draws by first month, (T, N)."""
    never = len(line.months)
    half = lower_median(np.where(ok.any(axis=0), ok.argmax(axis=0), never), never)
    decembers = np.arange(line.index(FIRST_DECEMBER), never, 12)
    reached = decembers[odds(ok[decembers]) >= 0.5]
    december = int(reached[0]) if len(reached) else None
    ever = np.asarray(ok.any(axis=0), dtype=np.bool_)
    return Passage(never, ever, half if half < never else None, december).text(line)


def bases_of(target: str) -> tuple[str, ...]:
    """Bases on which a target is shown."""
    if target == "old_age_coverage":
        return ("past_retirement_age",)
    return SHARE_BASES if target in SERIES else ("none",)


def status_of(draws: ScenarioDraws, t: int, figures: list[str], probability: float) -> str:
    """Met or missed with a published figure, nowcast without, projected after as-of."""
    if t > draws.line.as_of_index:
        return "projected"
    if figures:
        return "met" if probability >= 0.5 else "missed"
    return "nowcast"


def rows_of(
    draws: ScenarioDraws, target: Any, counts: pd.DataFrame, shared: Passed | None
) -> Iterator[dict[str, Any]]:
    """Rows of one target and year, one per base."""
    line, year = draws.line, int(target.year)
    figures = year_end_figures(counts, target.id, year)
    for base in bases_of(target.id):
        row: dict[str, Any] = {
            "target_id": target.id,
            "year": year,
            "base": base,
            "as_written": base == target.base_as_written,
            "as_reported": base == target.base_as_reported,
            "comparison": target.comparison,
            "required": target.value,
            "unit": UNITS.get(target.id, "share"),
        }
        t = line.index(f"{year}-12")
        if target.id not in SERIES or t >= len(line.months):
            yield row | {"status": "no_figure", "note": "no figure for the city: see data/missing"}
            continue
        values = draws.share(SERIES[target.id], base, slice(t, t + 1))[0]
        reached = met(values, target.comparison, target.value)
        p10, p50, p90 = quantiles(values, THREE)
        month, first_year = passage(draws, SERIES[target.id], base, target, shared)
        probability = float(odds(reached))
        yield row | {
            "status": status_of(draws, t, figures, probability),
            "probability": probability,
            "probability_within_half_point": float(
                odds(met(values + HALF_POINT, target.comparison, target.value))
            ),
            "mc_error": clustered_error(reached.astype(float), draws.ancestor),
            "p10": p10,
            "p50": p50,
            "p90": p90,
            "first_month_p50": month,
            "year_reached_p50": first_year,
            "note": "; ".join(figures),
        }


def joint_rows(draws: ScenarioDraws, targets: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Odds that social, voluntary and unemployment insurance and old age are all reached, by year and wording."""
    known = targets[targets["id"].isin(SERIES)]
    for year, group in known.groupby("year"):
        t = draws.line.index(f"{year}-12")
        if t >= len(draws.line.months):
            continue
        for wording in ("as_written", "as_reported"):
            every, near = np.ones(len(draws.ancestor), bool), np.ones(len(draws.ancestor), bool)
            for target in group.itertuples():
                value = draws.share(
                    SERIES[str(target.id)], getattr(target, f"base_{wording}"), slice(t, t + 1)
                )[0]
                comparison, required = str(target.comparison), float(str(target.value))
                every &= met(value, comparison, required)
                near &= met(value + HALF_POINT, comparison, required)
            yield {
                "target_id": "all",
                "year": int(str(year)),
                "base": "none",
                "as_written": wording == "as_written",
                "as_reported": wording == "as_reported",
                "comparison": "ge",
                "unit": "share",
                "status": "projected" if t > draws.line.as_of_index else "nowcast",
                "probability": float(odds(every)),
                "probability_within_half_point": float(odds(near)),
                "mc_error": clustered_error(every.astype(float), draws.ancestor),
                "note": "si, vsi, ui and old age together",
            }


def targets_table(
    draws: ScenarioDraws,
    targets: pd.DataFrame,
    observations: pd.DataFrame,
    geo: str,
    shared: Passed | None = None,
) -> pd.DataFrame:
    """Build the table of one scenario; every filled cell of the plan has a row. ``shared`` as for ``passage``."""
    counts = year_end_counts(observations, geo)
    found = in_threads(lambda target: list(rows_of(draws, target, counts, shared)), targets.itertuples())
    rows = [row for part in found for row in part]
    rows += joint_rows(draws, targets)
    frame = pd.DataFrame(rows, columns=[c for c in COLUMNS if c not in ("scenario", "world", "geo")])
    frame = frame.assign(scenario=draws.name, world=draws.world, geo=geo)[COLUMNS]
    frame["year_reached_p50"] = frame["year_reached_p50"].astype("Int64")
    text = ["first_month_p50", "note"]
    frame[text] = frame[text].fillna("")
    return frame
