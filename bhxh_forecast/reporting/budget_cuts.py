"""Cuts of the budget table along one dimension, so that the parts add up to the total."""

from __future__ import annotations

import pandas as pd

DIMENSIONS = ("programme", "legal_origin", "funding_source", "spending_field")
ORDER = (
    "vsi_state_support",
    "vsi_city_top_up",
    "social_pension",
    "social_pension_city_increment",
    "funeral_support",
    "health_cards",
    "outreach",
    "inspection",
    "service",
    "vsi_maternity",
    "participant_contributions",
    "agents_commission",
    "ui_state_support",
    "city",
    "commune",
    "central_targeted",
    "central",
    "undetermined",
    "participant",
    "employer",
    "si_fund",
    "ui_fund",
    "government_norm",
    "city_resolution",
    "none",
    "social_protection",
    "health_population_family",
    "other",
)  # fmt: skip - the order of public finance tables, one for all dimensions
MEASURES = ["mean", "p10", "p50", "p80", "p90"]


def chosen(
    budget: pd.DataFrame, price_basis: str = "nominal", recognition: str = "month_transferred"
) -> pd.DataFrame:
    """Rows of one price basis and one way of booking."""
    mask = (budget["price_basis"] == price_basis) & (budget["recognition"] == recognition)
    return budget[mask].reset_index(drop=True)


def cut(budget: pd.DataFrame, by: str, *, memo: bool = False) -> pd.DataFrame:
    """Mean cost by fiscal year (columns) and one dimension (rows), VND; memo programmes or all the others.

    Along the other dimensions the row "all" is used where a programme has one, else its parts are added: means
    add up.  Quantiles do not, so they are not cut.

    Raises
    ------
    ValueError
        The dimension is not one of the table's.
    """
    if by not in DIMENSIONS:
        raise ValueError(f"by must be one of {', '.join(DIMENSIONS)}, found {by!r}")
    rows = budget[(budget["programme"] != "total") & (budget["memo"].astype(bool) == memo)]
    for dimension in DIMENSIONS[1:]:
        rows = _parts(rows, dimension) if dimension == by else _whole(rows, dimension)
    table = rows.pivot_table(index=by, columns="fiscal_year", values="mean", aggfunc="sum", sort=False)
    place = {name: i for i, name in enumerate(ORDER)}
    return table.loc[sorted(table.index, key=lambda name: place.get(name, len(ORDER)))].sort_index(axis=1)


def totals(budget: pd.DataFrame) -> pd.DataFrame:
    """Total without memo programmes: fiscal_year and the measures (VND)."""
    mask = budget["programme"] == "total"
    for dimension in DIMENSIONS[1:]:
        mask &= budget[dimension] == "all"
    return budget.loc[mask, ["fiscal_year", *MEASURES]].sort_values("fiscal_year").reset_index(drop=True)


def _whole(rows: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """Per programme and year: the row "all" where there is one, else the parts."""
    is_all = rows[dimension] == "all"
    has_all = is_all.groupby([rows["programme"], rows["fiscal_year"]]).transform("any")
    return rows[is_all | ~has_all]


def _parts(rows: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """Per programme and year: the parts where there are any, else the row "all"."""
    is_part = rows[dimension] != "all"
    has_part = is_part.groupby([rows["programme"], rows["fiscal_year"]]).transform("any")
    return rows[is_part | ~has_part]
