"""The register of assumptions: every sampled prior and every fixed value, with its effect on the odds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bhxh_forecast.coverage.types import Array
from bhxh_forecast.results import over_blocks
from bhxh_forecast.results.draws import Index, ScenarioDraws
from bhxh_forecast.results.first_reached import met
from bhxh_forecast.results.ledger import current
from bhxh_forecast.results.targets_table import SERIES

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs

CLEAR = 3.0  # standard errors from which a difference of odds is shown
COLUMNS = [
    "id",
    "name_vi",
    "name_en",
    "value_or_distribution",
    "unit",
    "status",
    "source",
    "effect_on_probability",
]


def last_year_odds(draws: ScenarioDraws, targets: pd.DataFrame) -> dict[str, Array]:
    """1 where a target of the plan's last year is met on the base as written, by target."""
    known = targets[targets["id"].isin(SERIES)]
    last = known[known["year"] == known["year"].max()]
    result = {}
    for target in last.itertuples():
        t = draws.line.index(f"{int(target.year)}-12")
        if t < len(draws.line.months):
            value = draws.share(SERIES[str(target.id)], str(target.base_as_written), slice(t, t + 1))[0]
            result[str(target.id)] = met(value, str(target.comparison), float(str(target.value))).astype(
                float
            )
    return result


def halves(values: Array) -> NDArray[np.bool_] | None:
    """Draws in which an assumption is above its median; None when it does not vary."""
    ledger = current()
    if ledger is not None:
        return over_blocks.halves(ledger, values)
    high = values > np.median(values)
    return high if high.any() and not high.all() else None


def difference(ok: Array, high: NDArray[np.bool_], ancestor: Index) -> tuple[float, float]:
    """Odds where an assumption is high less those where it is low, and its standard error over ancestors."""
    ledger = current()
    if ledger is not None:
        return over_blocks.difference(ledger, ok, high, ancestor)
    above, below = ok[high].mean(), ok[~high].mean()
    part = np.where(high, (ok - above) / high.sum(), -(ok - below) / (~high).sum())
    by_cluster = np.bincount(ancestor, weights=part)
    return float(above - below), float(np.sqrt((by_cluster**2).sum()))


def effect(values: Array, odds: Mapping[str, Array], ancestor: Index) -> float:
    """Largest difference of odds between the upper and the lower half of an assumption's draws, with its sign.

    0 where no target's difference stands out of the noise of the draws (three standard errors).
    """
    high = halves(values)
    if high is None:
        return float("nan")
    found = (difference(ok, high, ancestor) for ok in odds.values())
    clear = [value for value, error in found if abs(value) > CLEAR * error]
    return max(clear, key=abs, default=0.0)


def rows(inputs: Inputs, draws: ScenarioDraws) -> Iterator[dict[str, Any]]:
    """Sampled priors, recorded values, the register, and law in force that nobody has confirmed."""
    odds = last_year_odds(draws, inputs.targets)
    for name, prior in inputs.priors.items():
        values = draws.params.get(name)
        change = (
            effect(values, odds, draws.ancestor) if prior.sampled and values is not None else float("nan")
        )
        yield {
            "id": name,
            "name_vi": prior.name["vi"],
            "name_en": prior.name["en"],
            "value_or_distribution": prior.text,
            "unit": prior.unit,
            "status": prior.status,
            "source": prior.basis,
            "effect_on_probability": change,
        }
    for name, entry in inputs.register.items():
        yield {
            "id": name,
            "name_vi": entry["name"]["vi"],
            "name_en": entry["name"]["en"],
            "value_or_distribution": f"{entry['value']} ({entry['low']} .. {entry['high']})",
            "unit": entry["unit"],
            "status": entry["status"],
            "source": entry["source"],
            "effect_on_probability": float("nan"),
        }
    yield from unverified_law(inputs)


def unverified_law(inputs: Inputs) -> Iterator[dict[str, Any]]:
    """Provisions in force on the as-of date, or later, whose value is not confirmed by a source."""
    for provision in inputs.law.ids:
        for row in inputs.law.rows(provision):
            if row.status != "unverified" or (row.to is not None and row.to < inputs.as_of):
                continue
            names = inputs.labels.get(provision, {"vi": provision, "en": provision})
            yield {
                "id": f"law:{provision}:{row.from_.isoformat()}",
                "name_vi": names["vi"],
                "name_en": names["en"],
                "value_or_distribution": str(row.value),
                "unit": "law",
                "status": row.status,
                "source": row.reference,
                "effect_on_probability": float("nan"),
            }


def assumptions_table(inputs: Inputs, draws: ScenarioDraws) -> pd.DataFrame:
    """Build the register; the largest effect first is for the reader to sort, the table is sorted by id."""
    return pd.DataFrame(list(rows(inputs, draws)), columns=COLUMNS).sort_values("id", ignore_index=True)
