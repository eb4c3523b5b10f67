"""Examples that a finance officer can redo on paper."""

import numpy as np
import pytest

from bhxh_forecast.budget import basis, compute
from bhxh_forecast.budget.programmes import RECOGNITIONS
from tests.budget.toy import LINE, T, coverage, drivers, params

YEARS = list(range(2015, 2031))


def members(group: int, persons: float, n: int = 1) -> np.ndarray:
    people = np.zeros((T, 4, n))
    people[:, group] = persons
    return people


def test_count_times_twelve_overstates_what_is_paid():
    # 112,293 members, support of 30% of 22% x 1,500,000: 99,000 a month
    block = coverage(2, group_members=members(3, 112_293, 2))
    result = compute(block, drivers(), params(2, density=np.array([1.0, 0.76])), LINE)
    year = YEARS.index(2026)
    total = result.programme("vsi_state_support")[year] + result.programme("vsi_city_top_up")[year]
    assert total[0] == pytest.approx(112_293 * 12 * 99_000, rel=1e-11)
    assert total[0] / 1e9 == pytest.approx(133.4, abs=0.05)
    assert total[1] / 1e9 == pytest.approx(101.4, abs=0.05)


def test_law_takes_effect_on_its_date():
    result = compute(
        coverage(1, group_members=members(0, 100.0)), drivers(), params(density=1.0), LINE, monthly=True
    )
    keys = {a.programme: a for a in result.monthly if a.recognition == "month_transferred"}

    def month(programme: str, when: str) -> float:
        return float(result.monthly[keys[programme]][LINE.index(when), 0]) / 100

    assert month("vsi_state_support", "2017-12") == 0
    assert month("vsi_state_support", "2018-01") == 0.22 * 700e3 * 0.3
    assert month("vsi_state_support", "2025-06") == 99_000
    assert month("vsi_state_support", "2025-07") == 165_000
    assert month("vsi_city_top_up", "2022-07") == 0
    assert month("vsi_city_top_up", "2025-12") == 99_000
    assert month("vsi_city_top_up", "2026-01") == 165_000
    assert month("vsi_state_support", "2026-12") == 165_000
    assert month("vsi_state_support", "2027-01") == 242_000  # the line rises by 46.7% overnight
    assert month("vsi_city_top_up", "2027-01") == 242_000


def test_a_year_with_a_change_of_law_the_cap_and_a_prepaying_member():
    """Group other, 2026: city share 10%, from July 15%; 5% beyond the cap; 10 of 1,000 lock in December."""
    december = LINE.index("2026-12")
    locked = np.zeros((T, 4, 1))
    locked[december : december + 7, 3] = 10.0  # 6 months ahead: January to June 2027
    law = drivers()
    law.city_share[3, LINE.index("2026-07") :] = 0.15
    block = coverage(1, group_members=members(3, 1000.0), group_locked=locked, capped_share=0.05)
    values = params(density=0.8, prepay_months=6.9)
    old, new = 330_000, 484_000
    state = {2026: 12 * 800 * 0.95 * old * 0.20, 2027: (12 * 800 - 6 * 10) * 0.95 * new * 0.20}
    city = {2026: 6 * 800 * 0.95 * old * (0.10 + 0.15), 2027: (12 * 800 - 6 * 10) * 0.95 * new * 0.15}
    assert (state[2026], city[2026]) == pytest.approx((601_920_000, 376_200_000))
    prepaid_state, prepaid_city = (
        10 * 6 * 0.95 * old * 0.20,
        10 * 6 * 0.95 * old * 0.15,
    )  # the old line is kept

    for recognition, year in (
        ("month_collected", 2026),
        ("month_transferred", 2027),
        ("month_covered", 2027),
    ):
        result = compute(block, law, values, LINE)
        for y in (2026, 2027):
            extra = y == year
            got = [
                result.programme(name, recognition=recognition)[YEARS.index(y), 0]
                for name in ("vsi_state_support", "vsi_city_top_up")
            ]
            assert got == pytest.approx(
                [state[y] + extra * prepaid_state, city[y] + extra * prepaid_city], rel=1e-11
            )

    rows = [r.means() for r in basis(block, law, values, LINE) if r.year == 2026 and r.group == "other"]
    assert [(r["first"], r["last"], r["city_share"]) for r in rows] == [
        ("2026-01", "2026-06", 0.10),
        ("2026-07", "2026-12", 0.15),
    ]
    assert rows[0]["person_months"] == pytest.approx(4800)
    assert rows[0]["base"] == old
    assert rows[1]["persons"] == 1000
    for r in rows:
        by_hand = r["persons"] * r["months"] * r["density"] * r["supported_share"]
        assert by_hand * (r["state_unit"] + r["city_unit"]) == pytest.approx(r["total"], rel=1e-11)
    assert rows[0]["total"] + rows[1]["total"] == pytest.approx(state[2026] + city[2026], rel=1e-11)


def test_prepaid_months_beyond_the_run_are_promised():
    locked = np.zeros((T, 4, 1))
    locked[T - 3 : T, 0] = 7.0
    law = drivers(new_line_month=T - 2)
    block = coverage(1, group_locked=locked, group_members=locked)
    result = compute(block, law, params(prepay_months=10, density=1.0), LINE)
    # paid in the third month from the end, on top of that month's own payment: 2 of 10 months fall in the run
    month = 7 * law.line[T - 3] * 0.22 * 0.5
    last = {r: result.programme("vsi_state_support", recognition=r)[-1, 0] for r in RECOGNITIONS}
    assert last["month_covered"] == pytest.approx(3 * month)
    assert last["month_collected"] == pytest.approx(11 * month)
    assert last["month_transferred"] == pytest.approx(month)
    assert result.promised["vsi_state_support"][0] == pytest.approx(8 * month)


def test_support_follows_its_own_base_and_members_the_poverty_line():
    law = drivers(new_line_month=None)
    law.line[:] = 2e6  # the city supports on a line above the rural one
    result = compute(
        coverage(1, group_members=members(3, 10.0), vsi_paying=10.0), law, params(density=1.0), LINE
    )
    year = YEARS.index(2026)
    support = 10 * 12 * 440e3 * 0.3
    assert result.programme("total")[year, 0] == pytest.approx(support)
    own = result.programme("participant_contributions", memo=True)[year, 0]
    assert own == pytest.approx(10 * 12 * 330e3 * 1.3 - support)


def test_social_pension_and_what_comes_with_it():
    block = coverage(1, social_pension_law=1000.0, social_pension_poor=200.0, social_pension_extension=50.0)
    result = compute(block, drivers(), params(), LINE)

    def year(programme: str, y: int) -> float:
        return float(result.programme(programme)[YEARS.index(y), 0])

    assert year("social_pension", 2024) == 1200 * 6 * (360e3 + 500e3)  # the assistance that it replaced
    assert year("social_pension", 2026) == 1200 * 12 * 500e3
    assert year("social_pension_city_increment", 2025) == 50 * 12 * 500e3
    assert year("social_pension_city_increment", 2026) == 12 * (1250 * 150e3 + 50 * 500e3)
    card = 1250 * 0.045 * 0.4 * 6
    assert year("health_cards", 2026) == pytest.approx(card * (2.34e6 + 2.53e6), rel=1e-11)
    assert year("health_cards", 2027) == pytest.approx(card * 2.53e6 * (1 + np.exp(0.06)), rel=1e-11)
    assert year("health_cards", 2030) == pytest.approx(
        card * 2.53e6 * (np.exp(0.18) + np.exp(0.24)), rel=1e-11
    )
    assert year("funeral_support", 2020) == 0
    assert year("funeral_support", 2026) == pytest.approx(1250 * 0.08 * 20 * 500e3, rel=1e-11)


def test_base_salary_that_never_changes_counts_from_the_first_month():
    law = drivers()
    law.law["base_salary"] = np.full(T, 1e6)
    result = compute(coverage(1, social_pension_law=1.0), law, params(card_share=1.0), LINE)
    cards = result.programme("health_cards")[:, 0]
    assert cards[YEARS.index(2015)] == pytest.approx(45_000)
    assert cards[YEARS.index(2016)] == pytest.approx(45_000 * 6 * (1 + np.exp(0.06)), rel=1e-9)


def test_measures_cost_what_they_add_to_the_baseline():
    law = drivers(price_index=np.where(np.arange(T) < LINE.index("2030-01"), 1.0, 1.2))
    law.baseline["outreach.assisted_registration"][:] = 0.05
    law.levers["outreach.assisted_registration"][:] = 0.05
    law.baseline["service.satisfaction_effort"][:] = 0.1
    law.levers["service.satisfaction_effort"][:] = 0.1
    new = {
        "outreach.budget": 7e8,
        "outreach.contacts": 1500.0,
        "outreach.assisted_registration": 0.25,
        "outreach.reminders": 0.8,
        "compliance.inspections": 80.0,
        "compliance.notices": 0.3,
        "compliance.data_matching": 1.0,
        "service.online_share": 0.9,
        "service.satisfaction_effort": 0.5,
    }
    for key, value in new.items():
        law.levers[key][LINE.index("2030-01") :] = value
    result = compute(coverage(1, members=1e5, employees=2e6), law, params(), LINE)
    assisted = 1500 * 0.25 - 1000 * 0.05
    outreach = 12 * (2e8 + 1.2 * (500 * 20e3 + assisted * 60e3 + 0.8 * 1e5 * 900 / 3))
    inspection = 1.2 * (12 * (30 * 3e6 + 0.2 / 12 * 2e6 * 15e3) + 2.4e9)
    service = 1.2 * (0.2 * 1.2e9 + 0.4 * 6e8)
    for name, amount in (("outreach", outreach), ("inspection", inspection), ("service", service)):
        assert result.programme(name)[-1, 0] == pytest.approx(amount, rel=1e-11)
        assert not result.programme(name)[:-1].any()


@pytest.mark.parametrize(
    ("lever", "programme"),
    [
        ("outreach.budget", "outreach"),
        ("outreach.contacts", "outreach"),
        ("compliance.inspections", "inspection"),
        ("service.online_share", "service"),
    ],
)
def test_doing_less_than_the_baseline_is_no_income(lever, programme):
    law = drivers()
    law.levers[lever][-1] = 0.0
    assert not compute(coverage(1), law, params(), LINE).programme(programme).any()


def test_memo_lines():
    law = drivers()
    block = coverage(1, group_members=members(3, 1000.0), vsi_paying=800.0, ui=1e6)
    result = compute(block, law, params(density=0.8), LINE)

    def year(programme: str, y: int) -> float:
        return float(result.programme(programme, memo=True)[YEARS.index(y), 0])

    assert year("vsi_maternity", 2024) == 0
    assert year("vsi_maternity", 2025) == pytest.approx(800 * 6 * 2e6 * 0.03 / 12)
    own = 800 * 12 * 330e3 * (1.3 - 0.3)
    assert year("participant_contributions", 2026) == pytest.approx(own)
    assert year("agents_commission", 2026) == pytest.approx(0.14 * own)
    assert year("agents_commission", 2019) == 0
    # wage base of June 2025, data to December, then 5% a year (log)
    level = [law.income_index[LINE.index("2025-12")] * np.exp(0.05 * m / 12) for m in range(1, 13)]
    assert year("ui_state_support", 2026) == pytest.approx(0.01 * 1e6 * 7e6 * sum(level), rel=1e-11)
    assert result.programme("total")[YEARS.index(2026), 0] == pytest.approx(800 * 12 * 330e3 * 0.3)


def test_members_never_pay_less_than_nothing():
    law = drivers()
    law.city_share[:] = 0.9  # with the State's 50% more than the whole contribution
    block = coverage(1, group_members=members(0, 10.0), vsi_paying=7.6)
    result = compute(block, law, params(chosen_base_ratio=0.8), LINE)  # nobody pays on less than the line
    own = result.programme("participant_contributions", memo=True)
    assert own.min() == 0
    assert own[YEARS.index(2016), 0] == pytest.approx(7.6 * 12 * 154e3 * (1 - 0.9))
    assert result.programme("agents_commission", memo=True)[YEARS.index(2026), 0] == 0


def test_constant_prices():
    flat = compute(coverage(2), drivers(), params(2, inflation_shift=np.array([0.0, 0.02])), LINE)
    assert flat.deflator[YEARS.index(2025)] == pytest.approx([1, 1])
    assert flat.deflator[YEARS.index(2030), 0] == pytest.approx(1.03**5, rel=1e-11)
    months = np.arange(LINE.index("2030-01"), T)
    path = 1.03 ** ((months - LINE.index("2025-06")) / 12) * np.exp(
        0.02 * (months - LINE.index("2026-06")) / 12
    )
    base = 1.03 ** ((np.arange(12) - 5) / 12)
    assert flat.deflator[-1, 1] == pytest.approx(path.mean() / base.mean(), rel=1e-11)
    assert flat.constant(flat.deflator * 5e9) == pytest.approx(np.full((16, 2), 5e9))
