"""From law, levers and dated indices to the monthly drivers of one scenario."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bhxh_forecast.coverage.indices import POVERTY, income_index, poverty_shares, price_index
from bhxh_forecast.coverage.types import GROUPS, OTHER, Array, Drivers
from bhxh_forecast.inputs.levers import resolve_levers
from bhxh_forecast.timeline import Timeline, month_end, year_of

if TYPE_CHECKING:
    from bhxh_forecast.inputs.law import LawBook
    from bhxh_forecast.inputs.reader import Inputs
    from bhxh_forecast.inputs.scenarios import Scenario

REFERENCE_MONTH = "2025-06"
RURAL_LINE = "poverty_line.rural"
RATE = "vsi.contribution_rate"
ACTS = ("law_74_2025", "law_41_2024")
PRESSURE_TARGET = "vsi_participants"


def in_force(law: LawBook, act: str, line: Timeline) -> Array:
    """1 in months at whose end some row of an act is in force, else 0, (T,)."""
    ends = month_end(line.months)
    result = np.zeros(len(ends))
    for provision in law.ids:
        for row in law.rows(provision):
            if act in (row.act, row.under):
                last = np.datetime64(row.to or "9999-12-31", "D")
                result[(ends >= np.datetime64(row.from_, "D")) & (ends <= last)] = 1.0
    return result


def numeric_provisions(law: LawBook) -> Iterable[str]:
    """Provisions all of whose rows are numbers or truth values; one that a switch has emptied is still one."""
    for provision in law.ids:
        rows = law.everything[provision].rows
        if rows and not any(isinstance(row.value, str) for row in rows):
            yield provision


def checked_flags(law: LawBook, provisions: Iterable[str], line: Timeline) -> dict[str, Array]:
    """1 where the row in force was compared with its original text, by ``checked:<provision>``."""
    ends = month_end(line.months)
    flags = {}
    for provision in provisions:
        flag = np.zeros(len(ends))
        for row in law.rows(provision):
            if row.checked:
                last = np.datetime64(row.to or "9999-12-31", "D")
                flag[(ends >= np.datetime64(row.from_, "D")) & (ends <= last)] = 1.0
        flags[f"checked:{provision}"] = flag
    return flags


def new_line(values: Array, line: Timeline) -> int | None:
    """Index of the first month after as-of in which the rural line differs from the month before."""
    for t in range(line.first_projected, len(values)):
        if values[t] != values[t - 1]:
            return t
    return None


def assigned_heads(frame: pd.DataFrame, line: Timeline, geo: str) -> Array:
    """Voluntary head-count assigned for the year of each month, NaN where none is known."""
    rows = frame[(frame["id"] == PRESSURE_TARGET) & (frame["kind"] == "persons") & (frame["geo"] == geo)]
    rows = rows[rows["value"].notna()]
    rows = rows[pd.to_datetime(rows["published"]).dt.date <= line.as_of]
    by_year = {int(year): float(value) for year, value in zip(rows["year"], rows["value"], strict=True)}
    return np.array([by_year.get(int(year), np.nan) for year in year_of(line.months)])


def outreach_ratio(levers: dict[str, Array], baseline: dict[str, Array], line: Timeline) -> Array:
    """Outreach intensity against the baseline at the as-of month, 1 up to that month, (T,)."""
    a = line.as_of_index
    ratio = np.ones(len(line.months))
    budget, communes = "outreach.budget", "outreach.communes_covered"
    now = levers[budget] / baseline[budget][a] * (levers[communes] / baseline[communes][a])
    ratio[line.first_projected :] = now[line.first_projected :]
    return ratio


def all_flags(law: LawBook, values: dict[str, Array], line: Timeline) -> dict[str, Array]:
    """Provisions in force, acts in force and provisions checked against their originals, each 0 or 1, (T,)."""
    flags = {name: np.nan_to_num(path) for name, path in values.items()}
    flags |= {f"act:{act}": in_force(law, act, line) for act in ACTS}
    return flags | checked_flags(law, values, line)


def support_shares(levers: dict[str, Array], payer: str) -> Array:
    """Shares of one payer by support group, 0 where nothing is in force, (4, T)."""
    return np.nan_to_num(np.stack([levers[f"subsidy.{payer}.{group}"] for group in GROUPS]))


def reference_price(inputs: Inputs, line: Timeline, baseline: dict[str, Array]) -> tuple[float, float]:
    """Least gross contribution and total support share of *other* at the reference month, as enacted."""
    at = min(line.index(REFERENCE_MONTH), len(line.months) - 1)
    gross = inputs.law.monthly(RATE, line.months)[at] * inputs.law.monthly(RURAL_LINE, line.months)[at]
    share = sum(support_shares(baseline, payer)[OTHER, at] for payer in ("state_share", "city_share"))
    return float(gross), float(share)


def build_drivers(scenario: Scenario, inputs: Inputs, line: Timeline) -> Drivers:
    """Resolve a scenario into monthly drivers.

    Raises
    ------
    InputError
        If a lever leaves its range or a law switch names what is not there.
    """
    law = inputs.law.switched(scenario.law, counterfactual=scenario.counterfactual)
    levers = resolve_levers(scenario, inputs, line.months)
    baseline = {name: spec.baseline_path(inputs.law, line.months) for name, spec in inputs.levers.items()}
    values = {name: law.monthly(name, line.months) for name in numeric_provisions(law)}
    rate, rural = values[RATE], values[RURAL_LINE]
    prices, price_known = price_index(inputs.table("macro/price_path"), line)
    incomes, income_known = income_index(inputs.table("macro/income_path"), line)
    poor, near_poor = poverty_shares(inputs.table(POVERTY), line)
    return Drivers(
        line=levers["subsidy.base"] / rate,  # the lever is the contribution that is supported
        rural_line=rural,
        contribution_rate=rate,
        state_share=support_shares(levers, "state_share"),
        city_share=support_shares(levers, "city_share"),
        cap_months=levers["subsidy.cap_months"],
        reference_log_price_base=reference_price(inputs, line, baseline),
        budget_ratio=outreach_ratio(levers, baseline, line),
        levers=levers,
        baseline=baseline,
        new_line_month=new_line(rural, line),
        flags=all_flags(law, values, line),
        law=values,
        poor_share=poor,
        near_poor_share=near_poor,
        assigned=assigned_heads(inputs.assigned, line, inputs.geo),
        price_index=prices,
        income_index=incomes,
        price_known=price_known,
        income_known=income_known,
    )
