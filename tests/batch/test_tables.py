"""Tables as written: the contract's columns, order and number format, the same bytes every time."""

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bhxh_forecast.batch.tables import (
    TABLES,
    TableError,
    csv_bytes,
    parquet_bytes,
    read_parts,
    tidy,
)


def population(ages: list[str]) -> pd.DataFrame:
    rows = len(ages)
    fixed = {
        "scenario": "current_policy",
        "world": "reference",
        "geo": "VN-HN",
        "sex": "total",
        "unit": "persons",
    }
    numbers = {name: np.arange(rows) / 3 for name in ("mean", "p10", "p50", "p90")}
    return pd.DataFrame(
        {**fixed, "date": pd.Timestamp("2030-01-01"), "age_group": ages, **numbers}, index=range(rows)
    )


def test_age_groups_stand_in_the_order_of_age() -> None:
    frame = tidy(population(["100+", "10-14", "5-9", "0-4"]), "population")
    assert frame["age_group"].tolist() == ["0-4", "5-9", "10-14", "100+"]
    assert tuple(frame.columns) == TABLES["population"].columns


@pytest.mark.parametrize("change", [{"drop": ["p90"]}, {"add": {"extra": 1}}])
def test_a_column_too_many_or_too_few_is_refused(change: dict) -> None:
    frame = population(["0-4"]).drop(columns=change.get("drop", [])).assign(**change.get("add", {}))
    with pytest.raises(TableError, match="columns missing or unknown"):
        tidy(frame, "population")


def test_two_rows_with_the_same_keys_are_refused() -> None:
    with pytest.raises(TableError, match="two rows for current_policy"):
        tidy(population(["0-4", "0-4"]), "population")


def test_csv_as_the_contract_says() -> None:
    frame = pd.DataFrame(
        {
            "share": [0.1 + 0.2, np.nan, 1 / 3],
            "memo": [True, False, True],
            "note": ["tỷ đồng, ước tính", None, 'a "quote"'],
            "date": pd.to_datetime(["2030-12-31"] * 3),
            "year": [2030, 2031, 2032],
            "money": [133_405_664_000.0, 1.0, 0.0],
            "first": pd.array([2029, None, 2030], dtype="Int64"),
        }
    )
    text = csv_bytes(frame)
    assert not text.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in text
    assert text.decode("utf-8").splitlines() == [
        "share,memo,note,date,year,money,first",
        '0.3,true,"tỷ đồng, ước tính",2030-12-31,2030,1.33405664e+11,2029',
        ",false,,2030-12-31,2031,1,",
        '0.3333333333,true,"a ""quote""",2030-12-31,2032,0,2030',
    ]


@given(st.lists(st.floats(-1e15, 1e15), min_size=1, max_size=20))
def test_numbers_read_back_to_ten_digits(values: list[float]) -> None:
    back = pd.read_csv(io.BytesIO(csv_bytes(pd.DataFrame({"value": values}))))["value"]
    np.testing.assert_allclose(back.to_numpy(), values, rtol=1e-9)


def test_the_same_rows_give_the_same_bytes_whatever_their_order() -> None:
    frame = population([f"{a}-{a + 4}" for a in range(0, 100, 5)])
    mixed = frame.sample(frac=1, random_state=1)
    assert parquet_bytes(tidy(frame, "population")) == parquet_bytes(tidy(mixed, "population"))
    assert csv_bytes(tidy(frame, "population")) == csv_bytes(tidy(mixed, "population"))


def test_parts_join_in_the_order_given() -> None:
    parts = [parquet_bytes(population(["0-4"])), parquet_bytes(population(["5-9"]))]
    assert read_parts(parts)["age_group"].tolist() == ["0-4", "5-9"]
    assert len(read_parts(parts[:1])) == 1
