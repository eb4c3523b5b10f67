"""The model's answers beside arithmetic that anyone can redo, from data and law, with the differences explained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bhxh_forecast.reporting.blocks import Block, Column, Row, Table
from bhxh_forecast.reporting.budget_cuts import chosen, cut
from bhxh_forecast.reporting.headline import denominator, target_pairs
from bhxh_forecast.reporting.published import observed
from bhxh_forecast.reporting.text import capital

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page

GROUP = "other"  # the support group nearly all members belong to
SUPPORT = ("vsi_state_support", "vsi_city_top_up")
COUNTED = {
    "si_coverage": "si_participants",
    "vsi_coverage": "vsi_participants",
    "ui_coverage": "ui_participants",
}


@dataclass(frozen=True)
class SupportArithmetic:
    """Support of one year by multiplication.

    Attributes
    ----------
    members, counted
        Voluntary members as last published, and the day of the count.
    line, rate, state_share, city_share
        Rural poverty line (VND a month), contribution rate, the Government's and the city's share of it.
    density
        Mean share of months paid (the prior's mean).
    """

    members: float
    counted: pd.Timestamp
    line: float
    rate: float
    state_share: float
    city_share: float
    density: float

    @property
    def monthly(self) -> float:
        """Support of one person for one month, VND."""
        return self.line * self.rate * (self.state_share + self.city_share)

    @property
    def by_count(self) -> float:
        """Support of a year if every counted member paid every month, VND."""
        return self.members * 12 * self.monthly

    @property
    def by_months_paid(self) -> float:
        """Support of a year by months paid, VND."""
        return self.by_count * self.density


def support_arithmetic(page: Page) -> SupportArithmetic:
    """The multiplication at the rates in force at the as-of date.

    Raises
    ------
    ValueError
        No voluntary count is published for the place.
    """
    inputs, counts = page.inputs, observed(page, "vsi_participants")
    if counts.empty:
        raise ValueError(f"no published voluntary count for {page.geo}")
    month = np.array([page.as_of.strftime("%Y-%m")], dtype="datetime64[M]")
    city = inputs.levers[f"subsidy.city_share.{GROUP}"].baseline_path(inputs.law, month)
    return SupportArithmetic(
        members=float(counts["value"].iloc[-1]),
        counted=counts["date"].iloc[-1],
        line=_law(page, "poverty_line.rural"),
        rate=_law(page, "vsi.contribution_rate"),
        state_share=_law(page, f"vsi.state_subsidy_share.{GROUP}"),
        city_share=float(city[0]),
        density=_prior_mean(page, "density"),
    )


def _law(page: Page, provision: str) -> float:
    value = page.inputs.law.value(provision, page.as_of)
    return float(value) if isinstance(value, (int, float)) else float("nan")


def _prior_mean(page: Page, name: str) -> float:
    """Mean of a beta prior."""
    prior = page.inputs.priors[name]
    return float(prior.p1) / (float(prior.p1) + float(prior.p2))


def support_table(page: Page) -> Block:
    """The multiplication, line by line, then the model's cost of the same two programmes by year."""
    t, f = page.text, page.fmt
    a = support_arithmetic(page)
    rows = [
        _line(page, "members", f.number(a.members), "persons", day=f.short_date(a.counted)),
        _line(page, "line", f.number(a.line), "VND_month"),
        _line(page, "rate", f.share(a.rate, 0), "share"),
        _line(page, "shares", f"{f.share(a.state_share, 0)} + {f.share(a.city_share, 0)}", "share"),
        _line(page, "monthly", f.number(a.monthly), "VND_month"),
        _line(page, "by_count", f.number(a.by_count / 1e9, 1), "billion_year"),
        _line(page, "density", f.number(a.density, 2), "share"),
        _line(page, "by_months_paid", f.number(a.by_months_paid / 1e9, 1), "billion_year"),
    ]
    model = model_support(page)
    rows.append(Row([t("plausibility.model_head")], "head"))
    rows += [
        Row(
            [t("plausibility.model_year", year=year), f.number(value / 1e9, 1), t("unit_name.billion_year")],
            "part",
        )
        for year, value in model.items()
    ]
    columns = [Column(t("column.step"), "left"), Column(t("column.figure")), Column(t("column.unit"), "left")]
    return Table(
        t("plausibility.support_title"), "", columns, rows, t("plausibility.support_note"), data=a
    ).block()


def _line(page: Page, key: str, figure: str, unit: str, **values: str) -> Row:
    return Row([page.text(f"plausibility.{key}", **values), figure, page.text.unit(unit)])


def model_support(page: Page) -> dict[int, float]:
    """The model's mean cost of both parts of the support by fiscal year from the as-of year, VND."""
    table = cut(chosen(page.table("budget")), "programme")
    rows = table.reindex([name for name in SUPPORT if name in table.index])
    return {int(str(y)): float(v) for y, v in rows.sum().items() if int(str(y)) >= page.as_of.year}


def growth_table(page: Page) -> Block:
    """Members the last target needs on each base, the yearly growth that takes, and the recent growth."""
    t, f = page.text, page.fmt
    rows, data = [], growth_needed(page)
    for _, row in data.iterrows():
        rows.append(Row([
            capital(t.label("target_short", row["target_id"])), t.label("base", row["base"]),
            f.number(row["now"]), f.number(row["needed"]), f.share(row["growth_needed"]), f.share(row["growth_recent"]),
            f.share(row["growth_model"]),
        ]))  # fmt: skip
    measures = ("now", "needed", "growth_needed", "growth_recent", "growth_model")
    columns = [Column(t(f"column.{c}"), "left") for c in ("target", "base")]
    columns += [Column(t(f"plausibility.column_{c}")) for c in measures]
    note = t("plausibility.growth_note")
    return Table(
        t("plausibility.growth_title"), t("unit.persons_growth"), columns, rows, note, data=data
    ).block()


def growth_needed(page: Page) -> pd.DataFrame:
    """Per target and base: members now, members needed, growth a year needed, recent and in the model's median."""
    coverage, rows = page.table("coverage"), []
    last = max(int(w["year"]) for w, _ in target_pairs(page))
    for written, reported in target_pairs(page, last):
        series = COUNTED.get(str(written["target_id"]))
        seen = observed(page, series) if series else pd.DataFrame()
        if series is None or len(seen) < 2:
            continue
        now, day = float(seen["value"].iloc[-1]), seen["date"].iloc[-1]
        ahead = (pd.Timestamp(f"{last}-12-31") - day).days / 365.25
        path = coverage[(coverage["series"] == series) & (coverage["date"].dt.year == last)].sort_values(
            "date"
        )
        for row in (written, reported):
            needed = float(row["required"]) * denominator(page, str(row["base"]), last)
            rows.append({
                "target_id": str(row["target_id"]), "base": str(row["base"]), "now": now, "needed": needed,
                "growth_needed": (needed / now) ** (1 / ahead) - 1, "growth_recent": _recent(seen),
                "growth_model": (float(path["p50"].iloc[-1]) / now) ** (1 / ahead) - 1,
            })  # fmt: skip
    return pd.DataFrame(rows).drop_duplicates(["target_id", "base"])


def _recent(seen: pd.DataFrame) -> float:
    """Yearly growth to the last figure from the figure nearest to three years earlier."""
    last = seen.iloc[-1]
    start = seen.iloc[(seen["date"] - (last["date"] - pd.DateOffset(years=3))).abs().argmin()]
    years = (last["date"] - start["date"]).days / 365.25
    return float((last["value"] / start["value"]) ** (1 / years) - 1) if years > 0 else float("nan")
