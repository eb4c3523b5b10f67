"""Numbers, money and dates as public documents print them."""

import math
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bhxh_forecast.reporting.fmt import Fmt, as_date, rounded_parts

VI, EN = Fmt("vi"), Fmt("en")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-02-05", "ngày 05 tháng 02 năm 2026"),
        ("2026-01-31", "ngày 31 tháng 01 năm 2026"),
        ("2026-03-09", "ngày 09 tháng 3 năm 2026"),
        ("2026-12-10", "ngày 10 tháng 12 năm 2026"),
    ],
)
def test_administrative_dates_have_two_digits_under_ten_and_in_january_and_february(
    day: str, words: str
) -> None:
    assert VI.date(day) == words


def test_english_dates() -> None:
    assert EN.date(date(2026, 2, 5)) == "5 February 2026"
    assert EN.month("2027-01") == "January 2027"


def test_months_and_short_dates() -> None:
    assert VI.month("2027-01-31") == "tháng 01/2027"
    assert VI.month(pd.Timestamp("2027-10-31")) == "tháng 10/2027"
    assert VI.short_date(date(2030, 12, 31)) == EN.short_date(date(2030, 12, 31)) == "31/12/2030"


def test_numbers_use_the_separators_of_the_language() -> None:
    assert VI.number(1234567.8, 1) == "1.234.567,8"
    assert EN.number(1234567.8, 1) == "1,234,567.8"
    assert VI.persons(112293) == "112.293 người"
    assert VI.millions(2_312_755) == "2,31 triệu người"


@pytest.mark.parametrize(
    ("vnd", "unit", "vi", "en"),
    [
        (1.2345e12, "billion", "1.234,5 tỷ đồng", "1,234.5 billion VND"),
        (12.34e12, None, "12,3 nghìn tỷ đồng", "12.3 trillion VND"),
        (133.4e9, None, "133,4 tỷ đồng", "133.4 billion VND"),
        (5.5e6, None, "5,5 triệu đồng", "5.5 million VND"),
        (99_000, None, "99.000 đồng", "99,000 VND"),
        (-2e9, None, "-2,0 tỷ đồng", "-2.0 billion VND"),
    ],
)
def test_money_says_its_unit(vnd: float, unit: str | None, vi: str, en: str) -> None:
    assert VI.money(vnd, unit) == vi
    assert EN.money(vnd, unit) == en


def test_shares_and_differences_of_shares_are_told_apart() -> None:
    assert VI.share(0.035) == "3,5%"
    assert EN.share(0.7, 0) == "70%"
    assert VI.points(0.012) == "+1,2 điểm phần trăm"
    assert EN.points(-0.012) == "-1.2 percentage points"
    assert VI.share_range(0.58, 0.662) == "58,0%–66,2%"


def test_a_simulation_never_prints_certainty() -> None:
    assert VI.probability(0.0) == "dưới 1%"
    assert VI.probability(1.0) == "trên 99%"
    assert EN.probability(0.999) == "over 99%"
    assert EN.probability(0.63) == "63%"
    assert VI.probability(0.005) == "dưới 1%"
    assert VI.probability(0.994) == "99%"


@given(st.floats(min_value=0, max_value=1))
def test_printed_odds_never_cross_a_limit_of_the_agreed_words(odds: float) -> None:
    printed = EN.probability(odds)
    shown = float(printed.rsplit(" ", 1)[-1].rstrip("%"))
    for limit in (20, 50, 80):
        assert (odds * 100 >= limit) == (shown >= limit)


def test_nil_is_a_hyphen_and_unknown_an_ellipsis_never_zero_or_nan() -> None:
    assert VI.cell(0.0, 1) == "-"
    for missing in (None, math.nan, pd.NA, pd.NaT, math.inf):
        printed = [
            VI.cell(missing),
            VI.number(missing),
            VI.share(missing),
            VI.money(missing),
            VI.probability(missing),
        ]
        assert printed == ["…"] * 5
    assert VI.date(None) == VI.month("") == VI.short_date(pd.NaT) == "…"
    assert VI.number(-0.04, 1) == "0,0"


def test_technical_texts_get_the_decimal_sign_of_the_language() -> None:
    assert VI.technical("normal(0.1, 0.05), from 0") == "normal(0,1; 0,05); from 0"
    assert EN.technical("normal(0.1, 0.05)") == "normal(0.1, 0.05)"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="vi, en"):
        Fmt("fr")


def test_as_date_reads_what_tables_hold() -> None:
    assert as_date("2027-01") == date(2027, 1, 1)
    assert as_date(pd.Timestamp("2027-01-31").to_datetime64()) == date(2027, 1, 31)


@given(
    st.lists(st.floats(min_value=-1e6, max_value=1e6), min_size=1, max_size=12),
    st.integers(min_value=0, max_value=2),
)
def test_printed_parts_add_up_to_the_printed_total(values: list[float], decimals: int) -> None:
    parts, total = rounded_parts(values, decimals)
    assert round(math.fsum(parts) - total, 6) == 0.0
    assert total == round(math.fsum(values), decimals)
    largest = max(range(len(values)), key=lambda i: abs(values[i]))
    others = [(p, v) for i, (p, v) in enumerate(zip(parts, values, strict=True)) if i != largest]
    assert all(p == round(v, decimals) for p, v in others)


def test_missing_parts_stay_missing() -> None:
    parts, total = rounded_parts([1.26, math.nan, 2.34], 1)
    assert parts[0] == 1.3
    assert math.isnan(parts[1])
    assert total == 3.6
    assert math.isnan(rounded_parts([math.nan])[1])
