"""Published figures that reports show beside the model's, and the one numerator over three denominators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from bhxh_forecast.reporting.page import Page

# Series of the tables -> series of the observations that publish the same thing.
OBSERVED = {
    "csi_participants": ("csi_participants",),
    "si_participants": ("si_participants", "si_total_participants"),
    "vsi_participants": ("vsi_participants",),
    "ui_participants": ("ui_participants",),
    "csi_share": ("csi_share", "csi_share_labour_force"),
    "si_share": ("si_share", "si_total_share_labour_force"),
    "vsi_share": ("vsi_share", "vsi_share_labour_force"),
    "ui_share": ("ui_share", "ui_share_labour_force"),
    "old_age_share": ("old_age_share", "elderly_with_benefit_share"),
    "lfs_15plus": ("labour_force_15plus", "lfs_15plus"),
    "satisfaction": ("satisfaction",),
    "transaction_hours": ("transaction_hours", "hours_si_procedures"),
    "pension_monthly_beneficiaries": ("pension_monthly_beneficiaries",),
    "social_pension_beneficiaries": ("social_pension_beneficiaries",),
}
SHOWN = ("fit", "show")  # uses of a figure that may stand in a picture


def observed(page: Page, series: str, *, since: str | None = None) -> pd.DataFrame:
    """Published figures of a series for the run's place: columns date, value, id, source; one per date.

    Where a date has several figures the one that enters the fit comes first. Shares are 0-1. An average stands at the
    middle of its period.
    """
    frame = page.inputs.observations
    rows = frame[(frame["geo"] == page.geo) & frame["series"].isin(OBSERVED.get(series, (series,)))]
    rows = rows[rows["value"].notna() & (rows["qualifier"] != "target") & rows["use"].isin(SHOWN)]
    rows = rows.assign(date=_moment(rows), first=(rows["use"] != "fit").astype(int))
    if since is not None:
        rows = rows[rows["date"] >= pd.Timestamp(since)]
    rows = rows.sort_values(["date", "first"], kind="stable").drop_duplicates("date")
    value = rows["value"].astype(float).where(rows["unit"] != "%", rows["value"].astype(float) / 100)
    return pd.DataFrame(
        {"date": rows["date"], "value": value, "id": rows["id"], "source": rows["publisher"]}
    ).reset_index(drop=True)


def _moment(rows: pd.DataFrame) -> pd.Series:
    """Day that a figure describes: its date, or the middle of the period of an average."""
    end, start = pd.to_datetime(rows["period_end"]), pd.to_datetime(rows["period_start"])
    middle = (start + (end - start) / 2).dt.normalize()
    return middle.where((rows["period_kind"] == "average") & middle.notna(), end)


@dataclass(frozen=True)
class PublishedBases:
    """One published numerator over the denominators in use.

    Attributes
    ----------
    date
        Last date at which compulsory and voluntary counts are both published.
    participants, voluntary
        Head-counts at that date.
    voluntary_base, survey_base
        Denominators implied by the published voluntary share, and of the labour force survey.
    agency_low, agency_high
        The published share of the agency, and the share when its figure is read as compulsory members only.
    agency_base
        Denominator under the second reading.
    """

    date: pd.Timestamp
    participants: float
    voluntary: float
    voluntary_base: float
    survey_base: float
    agency_low: float
    agency_high: float
    agency_base: float

    @property
    def on_voluntary(self) -> float:
        """Participants over the base of the published voluntary share."""
        return self.participants / self.voluntary_base

    @property
    def on_survey(self) -> float:
        """Participants over the survey's labour force."""
        return self.participants / self.survey_base


def published_bases(page: Page) -> PublishedBases | None:
    """The published numerator and its denominators, or None when the counts or shares are not published."""
    compulsory, voluntary = observed(page, "csi_participants"), observed(page, "vsi_participants")
    both = compulsory.merge(voluntary, on="date", suffixes=("_c", "_v"))
    shares = {name: observed(page, name) for name in ("si_share", "vsi_share", "lfs_15plus")}
    if both.empty or any(frame.empty for frame in shares.values()):
        return None
    last = both.iloc[-1]
    participants = float(last["value_c"] + last["value_v"])
    at = {name: _nearest(frame, last["date"]) for name, frame in shares.items()}
    return PublishedBases(
        date=last["date"],
        participants=participants,
        voluntary=float(last["value_v"]),
        voluntary_base=float(last["value_v"]) / at["vsi_share"],
        survey_base=at["lfs_15plus"],
        agency_low=at["si_share"],
        agency_high=participants * at["si_share"] / float(last["value_c"]),
        agency_base=float(last["value_c"]) / at["si_share"],
    )


def _nearest(frame: pd.DataFrame, day: pd.Timestamp) -> float:
    return float(frame["value"].iloc[(frame["date"] - day).abs().argmin()])
