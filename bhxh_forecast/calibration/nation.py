"""The nation's long series under the equations of the city: what was known on a day, month by month.

The nation is one group of support (*other*), its pool is the labour force less those insured compulsorily, and its
price is the law's; everything is read as known on the as-of day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bhxh_forecast.calibration.figures import Figure, figures, merged, month_index, without_voluntary
from bhxh_forecast.coverage.context import REGIME
from bhxh_forecast.coverage.convert import damped_years, hazard
from bhxh_forecast.coverage.types import GROUPS, OTHER, Array
from bhxh_forecast.coverage.voluntary_types import VoluntaryContext
from bhxh_forecast.timeline import Timeline, month_number

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs

FIRST = np.datetime64("2010-12", "M")  # the oldest voluntary figure that enters the likelihood
RESOLUTION = np.datetime64(
    "2018-05-23", "D"
)  # Resolution 28-NQ/TW: the regime of targets is known from here on
PROVISIONAL = 0.03  # error of a first figure that a better one has replaced since
RATE, RURAL_LINE, BASE_SALARY = "vsi.contribution_rate", "poverty_line.rural", "base_salary"
SUPPORT = "vsi.state_subsidy_share.other"
LINE_FROM = np.datetime64(
    "2016-01", "M"
)  # law 58/2014: the least income is the rural line, before the base salary
CURRENT = ("exact", "estimate", "nearly")


def as_then(observations: pd.DataFrame) -> pd.DataFrame:
    """Figures as a reader of the day used them: where the best of a group was not out yet, the last that was.

    Figures that measure the same thing form a group with one that enters the likelihood. Before that one was public
    the newest of the others stands in for it, with a wider error.
    """
    grouped = observations[observations["duplicate_group"] != ""]
    served = set(grouped.loc[grouped["use"] == "fit", "duplicate_group"])
    waiting = grouped[
        ~grouped["duplicate_group"].isin(served)
        & grouped["qualifier"].isin(CURRENT)
        & (grouped["use"] == "show")
    ]
    newest = waiting.sort_values(["published", "id"]).groupby("duplicate_group")["id"].last()
    frame = observations.copy()
    chosen = frame["id"].isin(set(newest))
    frame.loc[chosen, "use"] = "fit"
    frame.loc[chosen, "sd_log"] = PROVISIONAL
    return frame


@dataclass(frozen=True)
class Nation:
    """What is known of the nation on a day.

    Attributes
    ----------
    line
        Months from December 2010.
    voluntary, compulsory
        Figures in order of time.
    labour_force
        Persons by month, (T,): between the survey's figures linear in logs, level after the last.
    gross, support
        Least monthly contribution in VND and the state's share of it, (T,), as enacted.
    regime
        O(t), (T,); 0 throughout when the resolution behind it was not yet known.
    """

    line: Timeline
    voluntary: list[Figure]
    compulsory: list[Figure]
    labour_force: Array
    gross: Array
    support: Array
    regime: Array

    @property
    def knows_regime(self) -> bool:
        """Whether the resolution behind the regime was public."""
        return bool(np.datetime64(self.line.as_of, "D") >= RESOLUTION)

    @property
    def peak_months(self) -> list[int]:
        """Decembers whose count may be raised to reach a target: those after the regime of targets began."""
        december = month_number(self.line.months) == 12
        return [int(t) for t in np.flatnonzero(december & (self.regime > 0))]

    def compulsory_path(self) -> Array:
        """Compulsory participants by month, (T,): between figures linear in logs, level after the last."""
        months = [f.month for f in self.compulsory]
        path = np.interp(np.arange(len(self.line.months)), months, [f.log_value for f in self.compulsory])
        return np.asarray(np.exp(path), dtype=np.float64)


def nation_of(inputs: Inputs) -> str:
    """Code of the nation: the first part of the place's."""
    return inputs.geo.split("-")[0]


def known_figures(observations: pd.DataFrame, series: str, geo: str, line: Timeline) -> list[Figure]:
    """Figures of a series up to the as-of month."""
    return [f for f in figures(observations, series, geo, line) if f.month <= line.as_of_index]


def build_nation(inputs: Inputs, until: int) -> Nation:
    """Put together what is known on the as-of day of the inputs."""
    line = Timeline(inputs.as_of, until, FIRST)
    rows = as_then(inputs.observations)
    geo = nation_of(inputs)
    voluntary = known_figures(rows, "vsi_participants", geo, line)
    split = known_figures(rows, "csi_participants", geo, line)
    total = known_figures(rows, "si_total_participants", geo, line)
    compulsory = without_voluntary(total, split, voluntary, voluntary[0].value)
    months = line.months
    return Nation(
        line=line,
        voluntary=voluntary,
        compulsory=compulsory,
        labour_force=labour_force(rows, geo, line),
        gross=least_contribution(inputs, line),
        support=np.nan_to_num(inputs.law.monthly(SUPPORT, months)),
        regime=regime(line),
    )


def labour_force(rows: pd.DataFrame, geo: str, line: Timeline) -> Array:
    """Labour force of 15 and over by month, (T,)."""
    chosen = rows[(rows["series"] == "labour_force_15plus") & (rows["geo"] == geo) & (rows["use"] == "fit")]
    by_month: dict[int, list[tuple[float, float, str]]] = {}
    for _, row in chosen.iterrows():
        entry = (float(np.log(row["value"])), float(row["sd_log"]), str(row["id"]))
        by_month.setdefault(month_index(row, line), []).append(entry)
    found = [merged(month, by_month[month]) for month in sorted(by_month)]
    path = np.interp(np.arange(len(line.months)), [f.month for f in found], [f.log_value for f in found])
    return np.asarray(np.exp(path), dtype=np.float64)


def least_contribution(inputs: Inputs, line: Timeline) -> Array:
    """Least monthly contribution by law, VND (T,); months before the first known row take its value."""
    months = line.months
    base = np.where(
        months >= LINE_FROM, inputs.law.monthly(RURAL_LINE, months), inputs.law.monthly(BASE_SALARY, months)
    )
    gross = pd.Series(inputs.law.monthly(RATE, months) * base).bfill().ffill()
    return np.asarray(gross, dtype=np.float64)


def regime(line: Timeline) -> Array:
    """O(t) as known on the as-of day, (T,)."""
    if np.datetime64(line.as_of, "D") < RESOLUTION:
        return np.zeros(len(line.months))
    start, end = (line.index(month) for month in REGIME)
    result: Array = np.clip((np.arange(len(line.months)) - start) / (end - start), 0.0, 1.0)
    return result


def price(nation: Nation, p: dict[str, Array]) -> Array:
    """X(t) of the one group: log of net contribution and hassle over income, against the as-of month, (T, n)."""
    years = (np.arange(len(nation.gross)) - nation.line.as_of_index)[:, None] / 12.0
    net = nation.gross * (1.0 - nation.support)
    cost = np.log(net[:, None] + p["p0_hassle"] * nation.gross[:, None])
    result: Array = cost - p["income_growth"] * years
    result -= result[nation.line.as_of_index]
    return result


def by_group(path: Array) -> Array:
    """A path of the one group as the four groups' array, (T, 4, n); the others get the same."""
    return np.repeat(path[:, None], len(GROUPS), axis=1)


def idle(months: int, n: int) -> dict[str, Any]:
    """Terms of the voluntary stage that the nation has no figures for: levers, assigned counts, prepayment."""
    zero, none = np.zeros((months, n)), np.zeros(n)
    return {
        "pressure": none,
        "assigned": np.full(months, np.nan),
        "pressure_reference": 0.0,
        "direct": zero,
        "assisted_reach": np.zeros(months),
        "assist_gain": none,
        "transfer": zero,
        "lock_month": None,
        "unlock_month": none,
        "rush": none,
        "lump_sum": zero,
        "log_income": zero,
    }


def national_context(nation: Nation, p: dict[str, Array]) -> VoluntaryContext:
    """The voluntary stage of the nation; level and regime of entry are left to the path."""
    months, n = len(nation.line.months), len(p["eps_price"])
    compulsory = nation.compulsory_path()
    cost = by_group(price(nation, p))
    lagged = np.concatenate([np.broadcast_to(cost[:1], (12, *cost.shape[1:])), cost[:-12]])
    share = np.zeros((months, len(GROUPS), n))
    share[:, OTHER] = 1.0
    later = damped_years(months, nation.line.as_of_index, nation.line.as_of_index, p["trend_rho"])
    leave = np.broadcast_to(hazard(p["lumpsum_voluntary"]) + hazard(p["vsi_to_csi"]), (months, n))
    separated = np.zeros((months, n))
    separated[1:] = hazard(p["sep_to_vsi"]) * compulsory[:-1, None]
    return VoluntaryContext(
        eligible=np.repeat(np.maximum(1.0, nation.labour_force - compulsory)[:, None], n, axis=1),
        share=share,
        base=p["vsi_drift"] * np.maximum(0.0, later) - np.log(12.0),
        price=cost,
        price_rise=np.maximum(0.0, cost - lagged),
        price_weight=p["eps_price"],
        offset=np.zeros((len(GROUPS), n)),
        imitation=p["q_imitation"],
        reference_penetration=0.0,
        first=p["lapse_first_year"] / (1.0 - p["lapse_first_year"]),
        later=p["lapse_later"] / (1.0 - p["lapse_later"]),
        lapse_scale=np.ones((months, n)),
        pulse=p["kappa_price_lapse"],
        leave_first=leave,
        leave_later=leave + hazard(p["vsi_retire"]),
        dormant_exit=hazard(p["dormant_exit"]),
        back=hazard(p["vsi_return"]),
        separated=separated,
        start_first=p["vsi_start_first_tenure"],
        start_dormant=p["vsi_start_dormant"],
        **idle(months, n),
    )
