"""The estimate table: people, paid months and unit costs of the central projection by month, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from bhxh_forecast.budget.central import PENSIONERS, CentralLaw, Sums, first_month
from bhxh_forecast.budget.programmes import RECOGNITIONS
from bhxh_forecast.coverage.types import GROUPS, OTHER, Array
from bhxh_forecast.results.draws import ScenarioDraws
from bhxh_forecast.timeline import month_end

EVERY = "all"
COLUMN_NAMES = (
    "scenario world geo date item group recognition persons months_paid months_supported line rate norm_share "
    "city_share unit_norm unit_city norm city"
)
Part = dict[str, Any]


def _row(item: str, group: str, recognition: str = EVERY, **values: Array | float) -> Part:
    return {"item": item, "group": group, "recognition": recognition, **values}


def members(central: Sums, law: CentralLaw) -> Iterator[Part]:
    """Voluntary members who pay month by month, by support group."""
    for g, name in enumerate(GROUPS):
        yield _row(
            "vsi",
            name,
            persons=central["members"][:, g],
            months_paid=central["paid"][:, g],
            months_supported=central["supported"][:, g],
            line=law.line,
            rate=law.rate,
            norm_share=law.norm_share[g],
            city_share=law.city_share[g],
            unit_norm=law.unit_norm[g],
            unit_city=law.unit_city[g],
        )


def ahead(central: Sums, law: CentralLaw) -> Iterator[Part]:
    """Months that members paid ahead at the old line, by group and recognition."""
    if law.prepaid is None:
        return
    line, rate, *terms = law.prepaid
    names = ("norm_share", "city_share", "unit_norm", "unit_city")
    for r, recognition in enumerate(RECOGNITIONS):
        for g, name in enumerate(GROUPS):
            values = {key: float(term[g]) for key, term in zip(names, terms, strict=True)}
            yield _row(
                "vsi_prepaid",
                name,
                recognition,
                persons=np.nan,
                months_paid=central["prepaid_paid"][r, :, g],
                months_supported=central["prepaid"][r, :, g],
                line=line,
                rate=rate,
                **values,
            )


def elders(central: Sums, law: CentralLaw) -> Iterator[Part]:
    """Social pensioners, health cards and funerals; months equal persons, a death counts once."""
    level = {"by_age": 1.0, "poor_near_poor": 1.0, "city_extension": 0.0}
    for k, name in enumerate(PENSIONERS):
        people = central["pensioners"][:, k]
        yield _row(
            "social_pension",
            name,
            persons=people,
            months_paid=people,
            months_supported=people,
            line=law.level,
            rate=1.0,
            unit_norm=level[name] * law.level,
            unit_city=law.increment + (1.0 - level[name]) * law.level,
        )
    cards = central["cards"]
    growth = np.divide(central["card_factor"], cards, out=np.ones_like(cards), where=cards > 0)
    for item, people, (line, rate), factor in (
        ("health_cards", cards, law.card, growth),
        ("funeral_support", central["deaths"], law.funeral, 1.0),
    ):
        yield _row(
            item,
            EVERY,
            persons=people,
            months_paid=people,
            months_supported=people,
            line=line,
            rate=rate,
            unit_norm=line * rate * factor,
            unit_city=0.0,
        )


def moved(central: Sums) -> Part:
    """Members of the group *other* whom the law moves to compulsory insurance in the month; no cost."""
    return _row("transfer_to_compulsory", GROUPS[OTHER], persons=central["transferred"])


def estimate_table(draws: ScenarioDraws, geo: str) -> pd.DataFrame:
    """Build the table of one scenario: a row per month, item, group and (prepaid months) recognition.

    ``norm`` and ``city`` are VND at current prices: ``months_supported`` x unit costs. Means over draws.
    """
    central, law = draws.central, draws.law
    dates = month_end(draws.line.months)[first_month(draws.line) :]
    parts = [*members(central, law), *ahead(central, law), *elders(central, law), moved(central)]
    frames = [pd.DataFrame({"date": dates}).assign(**part) for part in parts]
    table = pd.concat(frames, ignore_index=True)
    prepaid = (table["item"] == "vsi_prepaid") & (table["months_paid"] == 0.0)
    table = table[~prepaid].reset_index(drop=True)
    for name in ("norm", "city"):
        table[name] = table["months_supported"] * table[f"unit_{name}"]
    return table.assign(scenario=draws.name, world=draws.world, geo=geo)[COLUMN_NAMES.split()]
