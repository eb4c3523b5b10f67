"""The reference model against sums that can be done by hand."""

import math
from types import SimpleNamespace

import pytest

from tests.reference.example import STILL, example
from tests.reference.model import older_than, run, voluntary_money
from tests.reference.voluntary import adstock, capped, flows, head_counts, regroup
from tests.reference.work import at, damped, life_table, month_of, population, threshold, year_of

MEN = dict.fromkeys(range(2014, 2021), 720) | {2021: 723, 2022: 726, 2023: 729, 2024: 732}


def test_months_count_from_december_2015():
    assert [(year_of(t), month_of(t)) for t in (-1, 0, 1, 13)] == [
        (2015, 11),
        (2015, 12),
        (2016, 1),
        (2017, 1),
    ]
    assert at(2015, 12) == 0
    assert at(2024, 12) == 108


def test_support_is_person_months_times_base_times_share():
    """1,000 members paying 8 months in 10, 22% of 1.5 million, 10% to June and 20% from July 2025."""
    first, months = at(2025, 1), at(2025, 12) + 1
    share = [0.1 if t < at(2025, 7) else 0.2 for t in range(months)]
    none = [0.0] * months
    s = SimpleNamespace(
        p={"density": 0.8, "settlement_lag_months": 3, "chosen_base_ratio": 1.0},
        base=[0.22 * 1_500_000] * months,
        gross=[0.22 * 1_500_000] * months,
        drivers={
            "state_share": [none, none, none, share],
            "city_share": [none] * 4,
            "law": {"agents.vsi_remuneration_avg_cap": [0.14] * months},
        },
        out={
            "group_members": [[0.0, 0.0, 0.0, 1000.0]] * months,
            "group_locked": [[0.0] * 4] * months,
            "capped_share": none,
            "vsi_paying": [800.0] * months,
        },
    )
    year = [voluntary_money(s, t, (months, 0, (0.0, 0.0))) for t in range(first, months)]
    assert sum(m["vsi_state_support"]["month_covered"] for m in year) == pytest.approx(
        800 * 330_000 * (6 * 0.1 + 6 * 0.2)
    )
    assert sum(m["vsi_state_support"]["month_transferred"] for m in year) == pytest.approx(475_200_000)
    assert sum(m["vsi_city_top_up"]["month_covered"] for m in year) == 0
    assert sum(m["participant_contributions"] for m in year) == pytest.approx(
        800 * 330_000 * 12 - 475_200_000
    )


def test_men_born_in_december_1960_retire_before_the_steps_and_january_1961_after_the_first():
    path = threshold(MEN, 2024)
    past = {t: path[t + 1] for t in range(len(path) - 1)}
    born_1960, born_1961 = at(1960, 12), at(1961, 1)
    assert past[at(2020, 11)] < born_1960 <= past[at(2020, 12)]
    assert (
        past[at(2021, 3)] < born_1961 <= past[at(2021, 4)]
    )  # 60 years and 3 months in April; pension from May
    crossings = [past[t] - past[t - 1] for t in range(at(2021, 1), at(2021, 12) + 1)]
    assert crossings == [0, 0, 0] + [1] * 9  # nine twelfths of a birth year cross in a year of steps


def test_steady_stock_is_joiners_over_exits():
    """One hazard for everybody, 100 joiners a month: S = S exp(-h) + 100."""
    months, lapse, job = 600, 0.2, 0.1
    p = STILL | {"lapse_first_year": lapse, "lapse_later": lapse, "vsi_to_csi": job}
    s = SimpleNamespace(
        p=p,
        X=[[0.0] * 4] * months,
        drivers={"levers": {}, "baseline": {}, "flags": {"act:law_41_2024": [0] * months}},
        out={"household_business": [0.0] * months, "employees": [1e6] * months},
    )
    for name in ("outreach.reminders", "service.online_share"):
        s.drivers["levers"][name] = s.drivers["baseline"][name] = [0.0] * months
    m = SimpleNamespace(
        cohorts=[[0.0] * 4 for _ in range(12)], settled=[0.0] * 4, dormant=[0.0] * 4, locked=[0.0] * 4
    )
    for t in range(1, months):
        lapsers = flows(s, m, t, [0.0, 0.0, 0.0, 100.0])
    h = -(math.log(1 - lapse) + math.log(1 - job)) / 12
    assert sum(head_counts(m)) == pytest.approx(100 / (1 - math.exp(-h)))
    assert sum(head_counts(m)) == pytest.approx(100 / h, rel=0.02)
    cohort_year = [sum(c) for c in m.cohorts]
    assert cohort_year[11] == pytest.approx(100 * math.exp(-11 * h))
    assert lapsers == pytest.approx(
        100 * math.log(0.8) / (math.log(0.8) + math.log(0.9))
    )  # one of two causes


def test_outreach_stock_keeps_a_quarter_after_a_year():
    stock = 1.0
    for _ in range(12):
        stock = adstock(stock, 2.0, 0.25)
    assert stock == pytest.approx(0.25 * 1 + 0.75 * 2)


def test_drift_is_straight_to_the_as_of_month_and_damped_after():
    a = z = 108
    assert damped(96, z, a, 0.5) == -1
    assert damped(a + 12, z, a, 0.5) == pytest.approx(0.5 / math.log(2))
    assert damped(a + 24, z, a, 0.5) == pytest.approx(0.75 / math.log(2))
    assert damped(a + 1200, z, a, 0.5) == pytest.approx(1 / math.log(2))
    assert damped(a + 12, z - 12, a, 0.5) == pytest.approx(1 + 0.5 / math.log(2))


def test_a_new_line_moves_members_without_losing_any():
    moved = regroup([1.0, 10.0, 5.0, 984.0], [0.001, 0.010, 0.005, 0.984], [0.011, 0.005, 0.005, 0.979])
    assert moved == pytest.approx([11.0, 5.0, 5.0, 979.0])
    assert sum(moved) == pytest.approx(1000)


def test_share_beyond_the_cap_is_the_tail_of_paid_months():
    """Five in six of 144 possible months are needed for 120: a Beta density summed in small steps."""
    p = {"density": 0.76, "density_concentration": 4.0}
    t = at(2018, 1) + 143
    s = SimpleNamespace(p=p, drivers={"cap_months": [120.0] * (t + 1)})
    a, b, n = 0.76 * 4, 0.24 * 4, 200_000
    grid = [(i + 0.5) / n for i in range(n)]
    weight = [x**a * (1 - x) ** (b - 1) for x in grid]
    expected = sum(w for x, w in zip(grid, weight, strict=True) if x > 120 / 144) / sum(weight)
    assert capped(s, {2018: 5.0}, t) == pytest.approx(expected, abs=2e-4)
    assert capped(s, {2018: 5.0, 2029: 15.0}, t) == pytest.approx(expected / 4, abs=1e-4)


def test_one_year_of_population_by_hand():
    """Rate 0.2 at every age: half the exposure lost, so survival (2 - 0.2)/(2 + 0.2) from age 1 to 98."""
    inp, draw = example()
    flat = [[0.2] * 101] * 2
    draw["rates"]["mx"] = dict.fromkeys(draw["rates"]["mx"], flat)
    draw["rates"]["migration"] = dict.fromkeys(draw["rates"]["migration"], [[7.0] * 101] * 2)
    draw["base"] = [[1000.0] * 101] * 2
    first = population(inp, draw)[1]
    assert first[0][50] == pytest.approx(1000 * 1.8 / 2.2 + 7)
    survivors = 1000 * 1.8 / 2.2
    births = sum(draw["rates"]["asfr"][2015]) * (1000 + survivors) / 2
    boys_alive = births * 1.1 / 2.1 * (1 - 0.67 * 0.2 / (1 + 0.67 * 0.2))  # L0 = 1 - (1 - a0) q0, a0 = 0.33
    assert first[0][0] == pytest.approx(boys_alive + 7)
    lived = life_table([0.2] * 101, 1)
    assert first[1][100] == pytest.approx(2000 * lived[100] / (lived[99] + lived[100]) + 7)


def test_people_over_a_fractional_age():
    people = [[12.0] * 101, [0.0] * 101]
    assert older_than(people, 75) - older_than(people, 74.5) == pytest.approx(-6)


@pytest.fixture(scope="module")
def result():
    return run(*example())


def test_accounts_of_the_whole_chain(result):
    budget = result["budget"]
    programmes = [
        *("vsi_state_support", "vsi_city_top_up", "social_pension", "social_pension_city_increment"),
        *("health_cards", "funeral_support", "outreach", "inspection", "service"),
    ]
    for r, total in budget["total"].items():
        for year, value in total.items():
            assert value == pytest.approx(sum(budget[name][r][year] for name in programmes))
    for t in range(1, len(result["members"])):
        people = result["population_by_month"][t]
        adults = sum(sum(row[15:]) for row in people)
        assert result["working_age_population"][t] + result["past_retirement_age"][t] == pytest.approx(adults)
        assert sum(result["group_members"][t]) == pytest.approx(result["members"][t])
        assert sum(result["group_share"][t]) == pytest.approx(1)
        assert min(result["group_members"][t]) >= 0
        assert 0 < result["members"][t] < result["eligible"][t]
        assert result["csi_resident"][t] < result["csi"][t]


def test_prepaid_months_are_booked_once_on_every_recognition(result):
    """A line that rises in January 2027 and 24 months paid in December 2026."""
    kept = [sum(row) for row in result["group_locked"]]
    j = at(2026, 12)
    assert [t for t, v in enumerate(kept) if v > 0] == list(range(j, j + 25))
    assert len(set(kept[j : j + 25])) == 1  # nobody prepaid lapses
    rows = result["budget"]["vsi_state_support"]
    totals = [sum(row.values()) for row in rows.values()]
    assert totals[0] == pytest.approx(totals[1])
    assert totals[0] == pytest.approx(totals[2])
    assert rows["month_collected"][2026] > rows["month_transferred"][2026] == rows["month_covered"][2026]


def test_shares_are_counts_over_bases(result):
    t = at(2025, 6)
    both = result["csi"][t] + result["vsi_participants"][t]
    assert result["shares"]["si_share"]["agency"][t] == both / result["agency"][t]
    assert result["shares"]["old_age_share"]["past_retirement_age"][t] == pytest.approx(
        (result["pensions_past_age"][t] + result["social_pensioners"][t]) / result["past_retirement_age"][t]
    )
