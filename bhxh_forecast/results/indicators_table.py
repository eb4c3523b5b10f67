"""Further results a year: contributors per pensioner, flows, burden of the contribution, cost per extra member."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from bhxh_forecast.budget import BudgetBlock
from bhxh_forecast.budget.tail import open_months
from bhxh_forecast.coverage.types import GROUPS, Array
from bhxh_forecast.results.draws import ScenarioDraws
from bhxh_forecast.results.quantiles import THREE, block_mean, column, quantiles, stacked
from bhxh_forecast.timeline import month_end

Row = tuple[str, str, str, Array]  # indicator, group, unit, draws by December (Y, N)
SPLITS = ("male", "female", "15-34", "35-54", "55+")
SUPPORTS = ("vsi_state_support", "vsi_city_top_up")


def december(values: Array) -> Array:
    """Rows of the Decembers of full years, (Y, N)."""
    return values[12::12]


def of_scenario(draws: ScenarioDraws) -> Iterator[Row]:
    """Indicators that need one scenario only."""
    si = december(draws.counts["si_participants"])
    pensions = december(draws.counts["pension_monthly_beneficiaries"])
    yield "contributors_per_pensioner", "all", "ratio", si / pensions
    yield "new_pensions", "all", "persons", draws.extra["new_pensions"]
    yield "lump_sums", "voluntary", "persons", draws.extra["lump_sums"]
    yield "vsi_joiners", "all", "persons", draws.extra["joiners"]
    yield "vsi_lapsers", "all", "persons", draws.extra["lapsers"]
    paying = draws.counts["vsi_paying"][1:].reshape(-1, 12, len(draws.ancestor)).mean(axis=1)
    yield "vsi_paying_average", "all", "persons", paying
    yield "csi_resident_equivalent", "all", "persons", draws.extra["csi_resident_equivalent"]
    yield "household_business_owners", "all", "persons", draws.extra["household_business_owners"]
    yield "vsi_members_without_peak", "all", "persons", december(draws.extra["vsi_members"])
    yield "support_capped_share", "all", "share", draws.extra["capped_share"]
    for g, name in enumerate(GROUPS):
        yield "net_contribution_share_of_income", name, "share", draws.extra[f"net_burden_{g}"]


def promised(budget: BudgetBlock, years: int) -> Iterator[Row]:
    """Support already prepaid for months after the run; stands in the last year."""
    for programme, amount in budget.promised.items():
        values = np.full((years, len(amount)), np.nan)
        values[-1] = amount
        yield "prepaid_support_after_run", programme, "VND", values


def against(draws: ScenarioDraws, baseline: ScenarioDraws) -> Iterator[Row]:
    """Cost of one more paid person-year against the baseline, on means of draws and so without a band."""
    extra = draws.counts["vsi_paying"] - baseline.counts["vsi_paying"]
    years = extra[1:].reshape(-1, 12, extra.shape[1]).mean(axis=1)
    cost = draws.budget.programme("total")[1:] - baseline.budget.programme("total")[1:]
    more = block_mean(years)
    ratio = np.where(more > 1.0, block_mean(cost) / np.where(more > 1.0, more, 1.0), np.nan)
    yield "extra_paid_person_years", "all", "persons", years
    yield "cost_per_extra_paid_person_year", "all", "VND", np.repeat(ratio[:, None], 1, axis=1)


def open_support(draws: ScenarioDraws, years: int) -> Iterator[Row]:
    """Supported months that members at the end may still use within the cap, and their cost at the last unit cost.

    On the central projection and so without a band; stands in the last year.
    """
    c, law = draws.central, draws.law
    months = open_months(
        draws.line, c["stock"], c["joiners"], law.cap, float(c["density"][0]), float(c["concentration"][0])
    )
    last = c["supported"][-1]
    unit = float((last * (law.unit_norm[:, -1] + law.unit_city[:, -1])).sum() / max(last.sum(), 1.0))
    for name, kind, value in (
        ("support_open_months", "months", months),
        ("support_open_cost", "VND", months * unit),
    ):
        values = np.full((years, 1), np.nan)
        values[-1] = value
        yield name, "all", kind, values


def missing(draws: ScenarioDraws, years: int) -> Iterator[Row]:
    """Coverage by sex and broad age: no published split to rest on, so the cells stay empty."""
    for group in SPLITS:
        yield "vsi_share_by_group", group, "share", np.full((years, 1), np.nan)


def indicators_table(draws: ScenarioDraws, baseline: ScenarioDraws | None, geo: str) -> pd.DataFrame:
    """Build the table of one scenario; December of each full year."""
    dates = month_end(draws.line.months)[12::12]
    rows = [
        *of_scenario(draws),
        *promised(draws.budget, len(dates)),
        *open_support(draws, len(dates)),
        *missing(draws, len(dates)),
    ]
    if baseline is not None and baseline.name != draws.name:
        rows += against(draws, baseline)
    keys, parts = [], []
    for indicator, group, unit, values in rows:
        found = quantiles(values, THREE)
        band = found if values.shape[1] > 1 else np.full(found.shape, np.nan)
        keys.append({"indicator": indicator, "group": group, "unit": unit})
        part = {"date": dates, "mean": block_mean(values)}
        parts.append(part | {column(q): band[k] for k, q in enumerate(THREE)})
    frame = pd.DataFrame(stacked(keys, parts)).assign(scenario=draws.name, world=draws.world, geo=geo)
    return frame[
        ["scenario", "world", "geo", "date", "indicator", "group", "unit", "mean", *map(column, THREE)]
    ]
