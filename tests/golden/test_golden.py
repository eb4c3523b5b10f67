"""Key results of the shipped data, so that no number changes without a line in the changelog.

Tolerance: five Monte Carlo standard errors of the stored run. Draws are resampled by comparing floating-point
weights, so that another processor may keep other (equally good) draws; on one machine results are identical to the
byte (see tests/results). A change of data, law, priors or equations moves these figures by more, or does not matter.
"""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from bhxh_forecast.results.projection import Projection
from bhxh_forecast.simulation import simulate

GOLDEN = Path(__file__).with_name("current_policy.csv")
DRAWS = 4096


@cache
def run() -> Projection:
    return simulate("current_policy", draws=DRAWS)


def measured() -> pd.DataFrame:
    """Rows: quantity, value, standard error. ``python -m tests.golden.test_golden`` prints them."""
    inner, rows = run().inner, []
    effective = len(set(inner.ancestor.tolist()))

    def add(name: str, values: object) -> None:
        array = pd.Series(values)
        rows.append((name, float(array.mean()), float(array.std() / effective**0.5)))

    for month in ("2021-12", "2025-12", "2027-12", "2030-12"):
        t = inner.line.index(month)
        for series in (
            "csi_participants",
            "vsi_participants",
            "ui_participants",
            "pension_monthly_beneficiaries",
        ):
            add(f"{series} {month}", inner.counts[series][t])
        for base in ("lfs_working_age", "agency"):
            add(f"si_share {base} {month}", inner.share("si_share", base)[t])
        add(f"old_age_share {month}", inner.share("old_age_share", "past_retirement_age")[t])
    years = inner.budget.years.tolist()
    for programme in ("vsi_state_support", "vsi_city_top_up", "social_pension", "total"):
        for year in (2026, 2027, 2030):
            add(f"{programme} {year}", inner.budget.programme(programme)[years.index(year)])
    return pd.DataFrame(rows, columns=["quantity", "value", "standard_error"])


def test_key_results_are_those_of_the_changelog() -> None:
    stored, now = (frame.set_index("quantity") for frame in (pd.read_csv(GOLDEN), measured()))
    assert list(stored.index) == list(now.index)
    away = (now["value"] - stored["value"]).abs() / stored["standard_error"]
    assert away.max() <= 5.0, away.sort_values().tail(3).to_dict()


@pytest.mark.parametrize(("year", "programme"), [(2027, "vsi_state_support")])
def test_support_rises_by_the_new_line_and_less_than_its_step_when_some_paid_ahead(
    year: int, programme: str
) -> None:
    """The line rises 46.7% on 1 January 2027: cost per paid month rises by as much, less the months paid in advance."""
    inner = run().inner
    years = inner.budget.years.tolist()
    cost = inner.budget.programme(programme, recognition="month_covered").mean(axis=1)
    paid = inner.counts["vsi_paying"][1:].reshape(-1, 12, DRAWS).mean(axis=(1, 2))
    i = years.index(year)
    step = (cost[i] / paid[i - 1]) / (cost[i - 1] / paid[i - 2])
    assert 1.30 < step < 1.50


if __name__ == "__main__":
    measured().to_csv(GOLDEN, index=False, float_format="%.8g", lineterminator="\n")
