"""Scores put together: by horizon, against each benchmark paired by origin, and against the bars set beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhxh_forecast.analysis.backtest.benchmarks import NAMES

Array = NDArray[np.float64]
MODEL = "model"
SPANS = {"1": (1, 1), "2": (2, 2), "3-5": (3, 5)}
RESAMPLES = 2000
BLOCK_OF_ORIGINS = 3
LEVELS = {"50": ("p25", "p75"), "80": ("p10", "p90"), "90": ("p05", "p95")}


def by_horizon(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean scores by series, place, method and horizon."""
    made = rows.assign(
        ape=rows["error"].abs(),
        mae=(rows["p50"] - rows["actual"]).abs(),
        width_80=np.log(rows["p90"] / rows["p10"]),
        **{
            f"inside_{level}": ((rows["actual"] >= rows[low]) & (rows["actual"] <= rows[high])).astype(float)
            for level, (low, high) in LEVELS.items()
        },
    )
    keys = ["series", "geo", "method", "horizon"]
    scores = ["mae", "ape", "crps", "log_score", "width_80", *(f"inside_{level}" for level in LEVELS)]
    grouped = made.groupby(keys)
    table = grouped[scores].mean()
    table.insert(0, "count", grouped.size())
    return table.reset_index().rename(columns={"ape": "mape"})


def paired(rows: pd.DataFrame, series: str, geo: str, score: str, span: tuple[int, int]) -> pd.DataFrame:
    """A score added up over the horizons of a span, origins by methods; only what every method forecast.

    Sums, so that every projection counts alike and the spans agree with the table by horizon.
    """
    mine = rows[(rows["series"] == series) & (rows["geo"] == geo) & rows["horizon"].between(span[0], span[1])]
    wide = mine.pivot_table(index=["origin", "horizon"], columns="method", values=score).dropna()
    return wide.groupby("origin").sum()


def skill(model: Array, benchmark: Array) -> float:
    """Share of the benchmark's mean score that the model saves."""
    return float(1.0 - model.mean() / benchmark.mean())


def interval(model: Array, benchmark: Array, level: float = 0.9) -> tuple[float, float]:
    """Interval of the skill from moving blocks of origins, model and benchmark drawn together."""
    count = len(model)
    block = min(BLOCK_OF_ORIGINS, count)
    rng = np.random.default_rng(count)
    starts = rng.integers(0, count - block + 1, (RESAMPLES, -(-count // block)))
    index = (starts[..., None] + np.arange(block)).reshape(RESAMPLES, -1)[:, :count]
    found = 1.0 - model[index].mean(axis=1) / benchmark[index].mean(axis=1)
    low, high = np.quantile(found, [(1.0 - level) / 2, (1.0 + level) / 2])
    return float(low), float(high)


def skills(rows: pd.DataFrame, score: str = "crps") -> pd.DataFrame:
    """CRPS skill of the model against each benchmark, by series and span of horizons."""

    def found() -> Iterator[dict[str, Any]]:
        for series, geo in rows[["series", "geo"]].drop_duplicates().itertuples(index=False):
            for span, bounds in SPANS.items():
                table = paired(rows, str(series), str(geo), score, bounds)
                for name in [n for n in NAMES if n in table.columns and len(table)]:
                    model, other = table[MODEL].to_numpy(), table[name].to_numpy()
                    low, high = interval(model, other)
                    yield {
                        "series": series,
                        "geo": geo,
                        "span": span,
                        "benchmark": name,
                        "origins": len(table),
                        "skill": skill(model, other),
                        "low": low,
                        "high": high,
                    }

    columns = ["series", "geo", "span", "benchmark", "origins", "skill", "low", "high"]
    return pd.DataFrame(found(), columns=columns)


def uniformity(rows: pd.DataFrame, series: str, geo: str) -> float:
    """Kolmogorov-Smirnov p value that the places of one-year figures in the model's bands are uniform."""
    from scipy.stats import kstest

    mine = rows[(rows["series"] == series) & (rows["geo"] == geo) & (rows["method"] == MODEL)]
    return float(kstest(mine.loc[mine["horizon"] == 1, "pit"], "uniform").pvalue)


def width_ratio(rows: pd.DataFrame, series: str, geo: str, span: tuple[int, int] = (1, 5)) -> float:
    """Mean width of the model's 80% band, in logs, over that of drift."""
    made = rows.assign(width=np.log(rows["p90"] / rows["p10"]))
    table = paired(made, series, geo, "width", span)
    return float(table[MODEL].mean() / table["drift"].mean())


def alternatives_table(rows: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Mean CRPS by span and the width of the 80% band over drift's, of the model and its structural alternatives."""
    if others.empty:
        return pd.DataFrame()
    keys = ["series", "geo"]
    mine = rows.merge(others[keys].drop_duplicates(), on=keys)
    every = pd.concat([mine, others], ignore_index=True)
    every["width"] = np.log(every["p90"] / every["p10"])
    drift = every[every["method"] == "drift"]
    width = every.groupby("method")["width"].mean() / drift["width"].mean()
    chosen = every[every["method"].str.startswith(MODEL) | every["method"].isin(NAMES)]
    spans = {
        span: chosen[chosen["horizon"].between(low, high)].groupby(["method", "origin"])["crps"].mean()
        for span, (low, high) in SPANS.items()
    }
    table = pd.DataFrame({f"crps_{span}": s.groupby("method").mean() for span, s in spans.items()})
    return table.assign(width_over_drift=width).sort_values("crps_3-5").reset_index()


def bars(rows: pd.DataFrame, nation: str, national: tuple[str, str]) -> pd.DataFrame:
    """The bars set beforehand, what was measured, and whether each is met.

    Parameters
    ----------
    nation
        Code of the nation.
    national
        Its voluntary and its compulsory series.
    """
    voluntary, compulsory = national
    table = skills(rows)
    mine = table[(table["geo"] == nation) & (table["series"] == voluntary)]
    made: list[tuple[str, str, float, float, bool]] = []
    for span, required in (("1", 0.0), ("3-5", 0.15)):
        for row in mine[mine["span"] == span].to_dict("records"):
            value = float(row["skill"])
            made.append((f"skill_{span}", str(row["benchmark"]), value, required, value >= required))
    other = table[(table["geo"] == nation) & (table["series"] == compulsory)]
    for row in other[other["benchmark"] == "drift"].to_dict("records"):
        value = float(row["skill"])
        made.append((f"compulsory_{row['span']}", "drift", value, -0.05, value >= -0.05))
    for series in national:
        p = uniformity(rows, series, nation)
        made.append((f"uniform_{series}", MODEL, p, 0.05, p >= 0.05))
        ratio = width_ratio(rows, series, nation)
        made.append((f"width_{series}", "drift", ratio, 1.25, ratio <= 1.25))
    return pd.DataFrame(made, columns=["bar", "against", "value", "required", "met"])
