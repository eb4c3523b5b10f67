"""Priors of everything that is random: distributions, sampling by inverse distribution function, weak versions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhxh_forecast.inputs.faults import Faults
from bhxh_forecast.inputs.folder import DataFolder
from bhxh_forecast.inputs.tables import Column, Layout, cell_text, place_of, read_table

Array = NDArray[np.float64]
FILE = "priors/priors.csv"
DISTRIBUTIONS = ("normal", "truncnormal", "lognormal", "beta", "gamma", "halfnormal", "uniform", "fixed")
LAYOUT = Layout(
    columns={
        **{name: Column(required=True) for name in ("id", "block", "name_vi", "name_en")},
        **{name: Column(required=True) for name in ("definition_vi", "definition_en", "unit")},
        "distribution": Column(required=True, allowed=DISTRIBUTIONS),
        **{name: Column("number") for name in ("p1", "p2", "lower", "upper", "weak_p1", "weak_p2")},
        "weak_distribution": Column(allowed=DISTRIBUTIONS),
        **{name: Column() for name in ("basis", "status", "derived_from", "review")},
        "data_to": Column("date"),
        "sampled": Column("truth", required=True),
    },
    key=("id",),
)
_TINY = 2.0**-53  # keeps an inverse distribution function finite at uniforms of 0 and 1


@dataclass(frozen=True, slots=True)
class Prior:
    """One uncertain quantity.

    Attributes
    ----------
    id, block, name, definition, unit
        What it is, in both languages.
    distribution, p1, p2
        normal and truncnormal (mean, sd), lognormal (mean and sd of ln), beta (a, b), gamma (shape, rate), halfnormal
        (sd), uniform (low, high), fixed (value).
    lower, upper
        Bounds; any distribution is cut there.
    basis, status, review
        Where it comes from, its standing, when to look again.
    data_to, derived_from
        Last day of the data behind it; series it was derived from.
    weak
        Distribution, p1, p2 of the version that leans on no fitted series; ``None`` if there is none.
    sampled
        Whether it is random in a run; otherwise it is recorded and not used.
    is_weak
        Whether this is the weak version.
    """

    id: str
    block: str
    name: Mapping[str, str]
    definition: Mapping[str, str]
    distribution: str
    p1: float
    p2: float
    lower: float
    upper: float
    unit: str
    basis: str
    status: str
    data_to: date | None
    derived_from: tuple[str, ...]
    weak: tuple[str, float, float] | None
    sampled: bool
    review: str = ""
    is_weak: bool = False

    def sample(self, uniforms: Array) -> Array:
        """Turn uniforms in (0, 1) into draws, one for one (any shape)."""
        low, high = self._cdf(self.lower), self._cdf(self.upper)
        u = low + np.asarray(uniforms, dtype=float) * (high - low)
        draws = self._ppf(np.clip(u, _TINY, 1.0 - _TINY))
        return np.clip(draws, self.lower, self.upper)

    def mean(self) -> float:
        """Mean; of a distribution cut at bounds by 4,096 quantiles."""
        if np.isfinite(self.lower) or np.isfinite(self.upper):
            return float(np.mean(self.sample((np.arange(4096) + 0.5) / 4096)))
        p1, p2 = self.p1, self.p2
        means: dict[str, Callable[[], float]] = {
            "lognormal": lambda: float(np.exp(p1 + p2**2 / 2)),
            "beta": lambda: p1 / (p1 + p2),
            "gamma": lambda: p1 / p2,
            "halfnormal": lambda: p1 * float(np.sqrt(2 / np.pi)),
            "uniform": lambda: (p1 + p2) / 2,
        }
        return float(means[self.distribution]() if self.distribution in means else p1)

    @property
    def text(self) -> str:
        """The distribution in short, for example ``normal(0.1, 0.05)``."""
        numbers = [self.p1] if self.distribution in ("halfnormal", "fixed") else [self.p1, self.p2]
        inside = ", ".join(f"{number:.6g}" for number in numbers)
        low = f", from {self.lower:.6g}" if np.isfinite(self.lower) else ""
        high = f", to {self.upper:.6g}" if np.isfinite(self.upper) else ""
        return f"{self.distribution}({inside}{low}{high})"

    def weakened(self) -> Prior:
        """The weak version (itself, if there is none)."""
        if self.weak is None:
            return self
        distribution, p1, p2 = self.weak
        return replace(self, distribution=distribution, p1=p1, p2=p2, is_weak=True)

    def _cdf(self, x: float) -> float:
        from scipy import special

        if np.isinf(x):
            return 0.0 if x < 0 else 1.0
        p1, p2, positive = self.p1, self.p2, max(x, 0.0)
        match self.distribution:
            case "normal" | "truncnormal":
                result = special.ndtr((x - p1) / p2)
            case "lognormal":
                result = special.ndtr((np.log(positive) - p1) / p2) if positive > 0 else 0.0
            case "beta":
                result = special.betainc(p1, p2, min(positive, 1.0))
            case "gamma":
                result = special.gammainc(p1, positive * p2)
            case "halfnormal":
                result = max(0.0, 2 * special.ndtr(x / p1) - 1)
            case "uniform":
                result = np.clip((x - p1) / (p2 - p1), 0.0, 1.0)
            case _:
                result = 0.0 if x < p1 else 1.0
        return float(result)

    def _ppf(self, u: Array) -> Array:
        from scipy import special

        p1, p2 = self.p1, self.p2
        match self.distribution:
            case "normal" | "truncnormal":
                draws = p1 + p2 * special.ndtri(u)
            case "lognormal":
                draws = np.exp(p1 + p2 * special.ndtri(u))
            case "beta":
                draws = special.betaincinv(p1, p2, u)
            case "gamma":
                draws = special.gammaincinv(p1, u) / p2
            case "halfnormal":
                draws = -p1 * special.ndtri((1 - u) / 2)
            case "uniform":
                draws = p1 + (p2 - p1) * u
            case _:
                draws = np.full_like(u, p1)
        return np.asarray(draws, dtype=float)


def read_priors(folder: DataFolder, faults: Faults) -> dict[str, Prior]:
    """Read data/priors/priors.csv as stated there, before any weak version is chosen."""
    frame = read_table(folder, FILE, LAYOUT, faults)
    priors = {}
    for _, row in frame.iterrows():
        _check(row, faults)
        priors[str(row["id"])] = _prior(row)
    return priors


def choose(priors: Mapping[str, Prior], as_of: date, fitted: Collection[str]) -> dict[str, Prior]:
    """Replace a prior by its weak version if it knows what the as-of day does not, or leans on a fitted series.

    Parameters
    ----------
    fitted
        Series that enter the conditioning, as ``series`` and as ``series.geo`` in lower case.
    """
    chosen = {}
    for name, prior in priors.items():
        late = prior.data_to is not None and prior.data_to > as_of
        circular = any(series.lower() in fitted for series in prior.derived_from)
        chosen[name] = prior.weakened() if late or circular else prior
    return chosen


def _prior(row: pd.Series[Any]) -> Prior:
    def number(column: str, default: float) -> float:
        return default if pd.isna(row[column]) else float(row[column])

    weak = None
    if row["weak_distribution"]:
        weak = (str(row["weak_distribution"]), number("weak_p1", 0.0), number("weak_p2", 0.0))
    return Prior(
        id=str(row["id"]),
        block=str(row["block"]),
        name={"vi": str(row["name_vi"]), "en": str(row["name_en"])},
        definition={"vi": str(row["definition_vi"]), "en": str(row["definition_en"])},
        distribution=str(row["distribution"]),
        p1=number("p1", 0.0),
        p2=number("p2", 0.0),
        lower=number("lower", -np.inf),
        upper=number("upper", np.inf),
        unit=str(row["unit"]),
        basis=str(row["basis"]),
        status=str(row["status"]),
        data_to=None if pd.isna(row["data_to"]) else row["data_to"].date(),
        derived_from=tuple(part.strip() for part in str(row["derived_from"]).split(";") if part.strip()),
        weak=weak,
        sampled=bool(row["sampled"]),
        review=str(row["review"]),
    )


def _check(row: pd.Series[Any], faults: Faults) -> None:
    """Parameters must make a distribution."""
    for prefix in ("", "weak_"):
        distribution, p1, p2 = row[f"{prefix}distribution"], row[f"{prefix}p1"], row[f"{prefix}p2"]
        if not distribution:
            continue
        wants_p2 = distribution not in ("halfnormal", "fixed")
        positive_p1 = distribution in ("beta", "gamma", "halfnormal")
        if pd.isna(p1) or (positive_p1 and not p1 > 0):
            _refuse(
                row, f"{prefix}p1", f"a number{' above 0' if positive_p1 else ''} for {distribution}", faults
            )
        least = p1 if distribution == "uniform" else 0.0
        if wants_p2 and not p2 > least:
            _refuse(row, f"{prefix}p2", f"a number above {least:.10g} for {distribution}", faults)
    if row["lower"] >= row["upper"]:
        _refuse(row, "upper", f"a number above {row['lower']:.10g} (lower)", faults)


def _refuse(row: pd.Series[Any], column: str, allowed: str, faults: Faults) -> None:
    faults.at(place_of(row, column), f"{row['id']}.{column}", cell_text(row[column]), allowed)
