"""The law takes effect on its day, and nobody sees it before it was enacted."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs.law import LawBook, LawRow, Provision, lay_over
from bhxh_forecast.inputs.law_switch import LawSetting, LawStep
from bhxh_forecast.timeline import month_end

MONTHS = np.arange("2015-12", "2031-01", dtype="datetime64[M]")


def at(path, month):
    return path[int((np.datetime64(month, "M") - MONTHS[0]).astype(int))]


def rows(book, provision):
    return [(str(r.from_), str(r.to or ""), r.value) for r in book.rows(provision)]


def test_a_value_holds_from_its_first_to_its_last_day(small):
    law = small.law
    assert law.value("line", date(2026, 12, 31)) == 1_500_000
    assert law.value("line", date(2027, 1, 1)) == 2_200_000
    assert law.value("line", date(2015, 12, 31)) is None
    assert law.value("owners", date(2029, 6, 30)) is None
    assert law.value("owners", date(2029, 7, 1)) is True
    assert law.value("method", date(2020, 1, 1)) == "monthly"


def test_a_month_has_the_value_of_its_last_day(small):
    path = small.law.monthly("state.poor", MONTHS)
    assert np.isnan(at(path, "2017-12"))
    assert at(path, "2018-01") == 0.3
    assert at(path, "2025-06") == 0.3
    assert at(path, "2025-07") == 0.5
    assert at(small.law.monthly("owners", MONTHS), "2029-07") == 1.0


def test_text_has_no_monthly_path(small):
    with pytest.raises(InputError, match="method: found 'monthly'; allowed a number"):
        small.law.monthly("method", MONTHS)


def test_an_unknown_provision_names_the_nearest(small):
    with pytest.raises(InputError, match=r"found 'state\.por'.*did you mean state\.poor\?"):
        small.law.value("state.por", date(2020, 1, 1))


def test_before_a_law_is_enacted_the_one_before_goes_on(small):
    early = small.law.seen_from(date(2018, 12, 31))
    assert rows(early, "line") == [("2016-01-01", "", 700000)]
    assert at(early.monthly("line", MONTHS), "2030-12") == 700000
    assert rows(early, "owners") == []
    assert early.value("city.other", date(2025, 1, 1)) is None


def test_the_day_of_enactment_is_seen_and_the_day_before_is_not(small):
    assert small.law.seen_from(date(2025, 12, 29)).value("line", date(2027, 1, 1)) == 1_500_000
    assert small.law.seen_from(date(2025, 12, 30)).value("line", date(2027, 1, 1)) == 2_200_000


def test_an_end_that_the_text_itself_set_stays():
    """A gap means that the rule ended by itself: a later act does not show that it would have gone on."""
    old = LawRow("x", date(2018, 1, 1), date(2020, 12, 31), 1.0, enacted=date(2017, 1, 1))
    new = LawRow("x", date(2023, 1, 1), None, 2.0, enacted=date(2022, 1, 1))
    book = LawBook({"x": Provision("x", {}, "share", (old, new))}, date(2019, 1, 1))
    assert book.value("x", date(2022, 6, 1)) is None


def switched(book, counterfactual=False, **settings):
    named = {name.replace("__", "."): setting for name, setting in settings.items()}
    return book.switched(named, counterfactual=counterfactual)


def test_a_change_that_never_comes_leaves_the_rule_before(small):
    book = switched(small.law, line=LawSetting(absent=True))
    assert rows(book, "line") == [("2016-01-01", "2021-12-31", 700000), ("2022-01-01", "", 1500000)]
    assert rows(switched(small.law, owners=LawSetting(absent=True)), "owners") == []


def test_a_delayed_change_comes_on_its_new_day(small):
    book = switched(small.law, line=LawSetting(starts=date(2028, 1, 1)))
    assert rows(book, "line")[1:] == [("2022-01-01", "2027-12-31", 1500000), ("2028-01-01", "", 2200000)]


def test_a_change_may_come_earlier(small):
    book = switched(small.law, line=LawSetting(starts=date(2026, 10, 1)))
    assert rows(book, "line")[1:] == [("2022-01-01", "2026-09-30", 1500000), ("2026-10-01", "", 2200000)]


def test_delay_past_a_second_change_brings_what_is_due_then():
    steps = [
        LawRow("x", date(2026 + k, 1, 1), date(2026 + k, 12, 31) if k < 3 else None, float(k))
        for k in range(4)
    ]
    book = LawBook({"x": Provision("x", {}, "years", tuple(steps))}, date(2026, 6, 1))
    late = switched(book, x=LawSetting(starts=date(2028, 7, 1)))
    assert rows(late, "x") == [
        ("2026-01-01", "2028-06-30", 0.0),
        ("2028-07-01", "2028-12-31", 2.0),
        ("2029-01-01", "", 3.0),
    ]


def test_a_whole_act_is_gone_with_what_was_issued_under_it(small):
    book = switched(small.law, counterfactual=True, law_new=LawSetting(absent=True))
    assert rows(book, "state.poor") == [("2018-01-01", "", 0.3)]
    assert rows(book, "state.other") == [("2018-01-01", "", 0.1)]
    assert rows(book, "owners") == []
    assert rows(book, "line") == rows(small.law, "line")


def test_a_whole_act_may_come_later(small):
    book = switched(small.law, counterfactual=True, law_new=LawSetting(starts=date(2028, 1, 1)))
    assert rows(book, "state.poor") == [("2018-01-01", "2027-12-31", 0.3), ("2028-01-01", "", 0.5)]


def test_a_group_is_every_id_below_it(small):
    step = LawStep(date(2027, 1, 1), date(2027, 12, 31), 0.25)
    book = switched(small.law, state=LawSetting(steps=(step,)))
    assert {book.value(name, date(2027, 6, 1)) for name in ("state.poor", "state.other")} == {0.25}
    assert book.value("state.poor", date(2028, 1, 1)) == 0.5


def test_the_narrower_name_wins_in_any_order(small):
    group = LawSetting(steps=(LawStep(date(2027, 1, 1), None, 0.25),))
    own = LawSetting(steps=(LawStep(date(2027, 1, 1), None, 0.4),))
    one = small.law.switched({"state": group, "state.poor": own})
    other = small.law.switched({"state.poor": own, "state": group})
    for book in (one, other):
        assert book.value("state.poor", date(2028, 1, 1)) == 0.4
        assert book.value("state.other", date(2028, 1, 1)) == 0.25


@pytest.mark.parametrize(
    "setting",
    [
        LawSetting(absent=True),
        LawSetting(starts=date(2025, 1, 1)),
        LawSetting(steps=(LawStep(date(2025, 1, 1), None, 0.4),)),
    ],
)
def test_the_past_stays_unless_the_scenario_is_counterfactual(small, setting):
    with pytest.raises(InputError, match="counterfactual: true"):
        small.law.switched({"state.poor": setting})
    assert small.law.switched({"state.poor": setting}, counterfactual=True)


def test_a_switch_without_anything_to_switch_says_so(small):
    book = small.law.switched({"rate": LawSetting(starts=date(2028, 1, 1))})
    assert book.rows("rate") == small.law.rows("rate")
    assert book.notes == ("rate: no coming change to move after 2025-12-30",)


def test_an_act_that_is_not_known_yet_is_noted_once(small):
    early = small.law.seen_from(date(2018, 12, 31))
    book = early.switched({"law_new": LawSetting(absent=True)}, counterfactual=True)
    assert book.notes == ("law_new: nothing to take away after 2018-12-31",)


def test_in_a_view_in_advance_a_change_not_yet_enacted_cannot_be_switched(small):
    early = small.law.seen_from(date(2018, 12, 31))
    for setting in (LawSetting(absent=True), LawSetting(starts=date(2028, 1, 1))):
        book = early.switched({"line": setting})
        assert book.rows("line") == early.rows("line")
        assert len(book.notes) == 1


days = st.dates(date(2016, 1, 1), date(2030, 12, 1))


@st.composite
def provisions(draw):
    starts = sorted(draw(st.lists(days, min_size=1, max_size=6, unique=True)))
    result = []
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        last = following - timedelta(days=1) if following else None
        if draw(st.booleans()):
            longest = (last or date(2031, 6, 1)) - start
            last = start + timedelta(days=draw(st.integers(0, longest.days)))
        enacted = draw(st.dates(date(2014, 1, 1), date(2030, 1, 1)))
        result.append(LawRow("x", start, last, float(len(result)), enacted=enacted))
    return tuple(result)


@given(provisions(), st.dates(date(2015, 1, 1), date(2031, 1, 1)))
def test_monthly_equals_the_value_on_each_last_day(found, as_of):
    book = LawBook({"x": Provision("x", {}, "share", found)}, as_of)
    by_day = [book.value("x", day.item()) for day in month_end(MONTHS)]
    expected = np.array([np.nan if value is None else value for value in by_day])
    np.testing.assert_array_equal(book.monthly("x", MONTHS), expected)


@given(provisions(), st.dates(date(2015, 1, 1), date(2031, 1, 1)))
def test_what_is_seen_on_a_day_does_not_depend_on_later_acts(found, as_of):
    """No row of a later act is there, and the rows that are do not overlap."""
    book = LawBook({"x": Provision("x", {}, "share", found)}, as_of)
    assert all(row.enacted <= as_of for row in book.rows("x"))
    seen = book.rows("x")
    for row, following in pairwise(seen):
        assert row.to is not None
        assert row.to < following.from_


@given(provisions(), days, st.integers(0, 900))
def test_a_scenario_value_rules_its_days_and_no_others(found, first, length):
    last = first + timedelta(days=length)
    book = LawBook({"x": Provision("x", {}, "share", found)})
    over = LawBook({"x": Provision("x", {}, "share", lay_over(found, LawRow("x", first, last, 99.0)))})
    for day in (first, last):
        assert over.value("x", day) == 99.0
    for day in (first - timedelta(days=1), last + timedelta(days=1), date(2015, 12, 31), date(2031, 1, 1)):
        if not first <= day <= last:
            assert over.value("x", day) == book.value("x", day)
