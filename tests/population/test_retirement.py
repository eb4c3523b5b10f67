"""The Labour Code's rising retirement age, as birth dates: who crosses when, and that nobody comes back."""

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bhxh_forecast.population.retirement import (
    age_weights,
    crossing_weights,
    crossings,
    exact_age,
    month_end_stock,
    thresholds,
    working_weights,
)

MONTHS = np.arange(np.datetime64("2015-12"), np.datetime64("2041-01"))
YEAR = MONTHS.astype("datetime64[Y]").astype(int) + 1970
MONTH = MONTHS.astype(int) % 12 + 1


@pytest.fixture(scope="module")
def law(request):
    """Legal ages by month, men and women, from the project's dated law."""
    path = request.config.rootpath / "data" / "law" / "retirement_age.yaml"
    book = yaml.safe_load(path.read_text(encoding="utf-8"))
    ages = np.full((2, len(MONTHS)), np.nan)
    for s, who in enumerate(("men", "women")):
        for row in book[f"retirement_age_months.{who}"]["rows"]:
            last = np.datetime64(row.get("to") or "2100-12-31").astype("datetime64[M]")
            ages[s, (np.datetime64(row["from"]).astype("datetime64[M]") <= MONTHS) & (last >= MONTHS)] = row[
                "value"
            ]
    return ages


@pytest.mark.parametrize(
    ("sex", "idle", "last_step", "share"), [(0, 3, 2028, 9), (1, 4, 2035, 8)], ids=["men", "women"]
)
def test_who_crosses_while_the_age_rises(law, sex, idle, last_step, share):
    """Men: none in January-March to 2028, 9 birth months a year; women: none in January-April to 2035, 8."""
    flow = crossings(law[sex])
    for year in range(2021, last_step + 1):
        of_year = flow[year == YEAR]
        assert np.all(of_year[:idle] == 0)
        assert np.all(of_year[idle:] == 1)
        assert of_year.sum() == share
    for year in (2016, 2020, last_step + 1, last_step + 4):
        assert flow[year == YEAR].tolist() == [1] * 12


def test_a_man_and_a_woman_by_hand(law):
    """Men of December 1960 reached 60 in December 2020; those of January 1961 wait for 60 years 3 months: April.

    Women of January 1966 reach 55 years 4 months in May 2021.
    """
    first = int(MONTHS[0].astype(int))
    born = {"man": 1960 * 12 + 11 - 1970 * 12, "next": 1961 * 12 - 1970 * 12, "woman": 1966 * 12 - 1970 * 12}
    men, women = (thresholds(law[s])[1:] + first for s in (0, 1))
    assert MONTHS[np.argmax(men >= born["man"])] == np.datetime64("2020-12")
    assert MONTHS[np.argmax(men >= born["next"])] == np.datetime64("2021-04")
    assert MONTHS[np.argmax(women >= born["woman"])] == np.datetime64("2021-05")


def test_the_split_year_of_age_by_hand(law):
    """End of 2024: men from 61 years (k = 732); women from 56 years 4 months, so 8/12 of those of 56."""
    t = int(np.argmax(np.datetime64("2024-12") == MONTHS))
    assert [int(exact_age(law[s])[t]) for s in (0, 1)] == [732, 676]
    weights = age_weights(law)[t]
    assert weights[0, 60] == 0
    assert weights[0, 61] == 1
    assert weights[1, 55] == 0
    assert weights[1, 56] == pytest.approx(8 / 12)
    assert weights[1, 57] == 1


def test_past_retirement_and_working_age_are_complements(law):
    both = age_weights(law) + working_weights(law)
    assert np.allclose(both[..., 15:], 1.0)
    assert np.all(both[..., :15] == 0.0)


LAWS = st.lists(st.integers(600, 780), min_size=1, max_size=30).map(
    lambda v: np.repeat(np.array(v, float), 12)
)


@given(LAWS)
@settings(max_examples=60)
def test_nobody_ever_leaves_whatever_the_law_does(legal):
    """The last birth month that is past never falls; crossers are the birth months between two thresholds."""
    line = thresholds(legal)
    assert np.all(np.diff(line) >= 0)
    assert crossings(legal).sum() == line[-1] - line[0]
    reached = np.arange(len(legal)) - legal
    assert np.all(line[1:] >= reached)


def test_crossers_are_the_change_of_the_stock_when_nobody_dies(law):
    """1,200 people at every age who all live to 101: the stock past retirement changes by crossers less leavers."""
    people = np.full((2, 101), 1200.0)
    past = np.einsum("tsa,sa->ts", age_weights(law), people)
    crossing = np.einsum("tsa,sa->ts", crossing_weights(law), people)
    ageing_out = 100.0  # a twelfth of the people who pass 101 each month
    assert np.allclose(np.diff(past, axis=0), crossing[1:] - ageing_out)


def test_month_ends_lie_between_the_januaries():
    stock = np.stack([np.full((2, 3), 100.0), np.full((2, 3), 220.0), np.full((2, 3), 340.0)])
    assert np.allclose(month_end_stock(stock, 0), 110.0)
    assert np.allclose(month_end_stock(stock, 11), 220.0)
    assert np.allclose(month_end_stock(stock, 12), 230.0)


def test_gaps_in_the_law_are_refused():
    with pytest.raises(ValueError, match="every month"):
        thresholds(np.array([720.0, np.nan]))
