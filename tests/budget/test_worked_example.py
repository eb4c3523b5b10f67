"""The worked example of docs/budget.md, computed by the budget stage: the same table."""

from pathlib import Path

import numpy as np
import pytest

from bhxh_forecast.budget import basis, compute
from bhxh_forecast.budget.programmes import COLLECTED, HEADLINE
from tests.budget.toy import LINE, T, coverage, drivers, params

DOCUMENT = Path(__file__).parents[2] / "docs" / "budget.md"


def printed() -> dict[str, list[float | None]]:
    """Rows of the table, empty cells as None."""
    text = DOCUMENT.read_text(encoding="utf-8").split("<!-- worked example -->")[1].split("<!-- end -->")[0]
    rows = [line.strip("|").split("|") for line in text.strip().splitlines()[2:]]
    return {r[0].strip(): [float(c) if c.strip() else None for c in r[1:]] for r in rows}


@pytest.fixture(name="example")
def fixture_example():
    """One group of 1,000 members, one of whom pays ahead in December 2026."""
    people = coverage(1)
    people.group_members[:, 3] = 1000.0
    people.members[:] = 1000.0
    people.group_locked[LINE.index("2026-12") : LINE.index("2028-01"), 3] = 1.0
    people.capped_share[LINE.index("2026-07") :] = 0.04
    law = drivers()
    law.city_share[3, LINE.index("2026-07") :] = 0.15
    values = params(1, density=0.75, prepay_months=12.0)
    assert people.members.shape[0] == T
    return people, law, values


def test_the_document_s_table_is_what_the_stage_computes(example) -> None:
    people, law, values = example
    table = printed()
    rows = [r for r in basis(people, law, values, LINE) if r.year == 2026 and r.group == "other"]
    assert [(r.first, r.last) for r in rows] == [("2026-01", "2026-06"), ("2026-07", "2026-12")]
    for row in rows:
        m = row.means()
        found = [
            m[k]
            for k in (
                "persons",
                "months",
                "person_months",
                "supported",
                "state_unit",
                "city_unit",
                "state",
                "city",
            )
        ]
        assert found == pytest.approx(table[f"{row.first} to {row.last}"])
    budget = compute(people, law, values, LINE)
    year = int(np.flatnonzero(budget.years == 2026)[0])
    whole = table["2026, month transferred"]
    for at, programme in ((6, "vsi_state_support"), (7, "vsi_city_top_up")):
        assert float(budget.programme(programme)[year][0]) == pytest.approx(whole[at])
        ahead = table["paid ahead, month collected 2026"][at]
        collected = float(budget.programme(programme, recognition=COLLECTED)[year][0])
        assert collected == pytest.approx(whole[at] + ahead)


@pytest.mark.parametrize(("recognition", "year", "name"), [
    (COLLECTED, 2026, "paid ahead, month collected 2026"), (HEADLINE, 2027, "paid ahead, month transferred 2027"),
])  # fmt: skip
def test_months_paid_ahead_keep_the_terms_of_the_payment(
    example, recognition: str, year: int, name: str
) -> None:
    people, law, values = example
    rows = basis(people, law, values, LINE, recognition=recognition)
    row = next(r for r in rows if r.year == year and r.group == "other" and r.prepaid)
    m, wanted = row.means(), printed()[name]
    found = [m[k] for k in ("person_months", "supported", "state_unit", "city_unit", "state", "city")]
    assert found == pytest.approx(wanted[2:])
