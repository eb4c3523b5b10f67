"""The tables of a run: their columns, their order, and the one way in which they are written."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

FLOAT_FORMAT = "%.10g"
_WHERE = ("scenario", "world", "geo")
_QUANTILES = ("mean", "p05", "p10", "p25", "p50", "p75", "p90", "p95")
_SHORT = ("mean", "p10", "p50", "p90")


@dataclass(frozen=True)
class Table:
    """Columns of one table; rows are sorted by ``keys`` and no two rows share them."""

    name: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]


def _table(name: str, keys: str, columns: str) -> Table:
    return Table(name, (*_WHERE, *keys.split()), (*_WHERE, *columns.split()))


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "targets",
            "target_id year base as_written as_reported",  # "all" has a row for each reading of the plan
            "target_id year base as_written as_reported comparison required unit status probability "
            "probability_within_half_point mc_error p10 p50 p90 first_month_p50 year_reached_p50 note",
        ),
        _table(
            "coverage", "date series base", " ".join(("date phase series base unit", *_QUANTILES))
        ),
        _table(
            "budget",
            "fiscal_year programme legal_origin funding_source spending_field recognition price_basis",
            "fiscal_year programme legal_origin funding_source spending_field recognition memo legal_status "
            "price_basis unit mean p10 p50 p80 p90",
        ),
        _table("population", "date sex age_group", " ".join(("date sex age_group unit", *_SHORT))),
        _table("workforce", "date base sex", " ".join(("date base sex unit", *_SHORT))),
        _table("indicators", "date indicator group", " ".join(("date indicator group unit", *_SHORT))),
        _table(
            "estimate",
            "date item group recognition",
            "date item group recognition persons months_paid months_supported line rate norm_share city_share "
            "unit_norm unit_city norm city",
        ),
        _table(
            "sufficiency",
            "fiscal_year programme_set kind level",
            "fiscal_year programme_set kind level amount probability excess price_basis unit",
        ),
        Table(
            "assumptions",
            ("id",),
            ("id", "name_vi", "name_en", "value_or_distribution", "unit", "status", "source", "effect_on_probability"),
        ),
        Table(
            "assumption_effects",
            ("id", "outcome"),
            ("id", "outcome", "year", "effect", "standard_error", "clear", "unit"),
        ),
    )
}  # fmt: skip

ONE_FOR_ALL = (
    "assumptions",
    "assumption_effects",
)  # the same for all scenarios: the baseline's stand for them


class TableError(ValueError):
    """A table of the model is not what the contract says: a fault of the program, not of its user."""


def tidy(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a table with the contract's columns in their order, sorted by its keys.

    Parameters
    ----------
    frame
        Rows of one or more scenarios.
    name
        One of `TABLES`.

    Raises
    ------
    TableError
        A column is missing or unknown, or two rows share all keys.
    """
    table = TABLES[name]
    if set(frame.columns) != set(table.columns):
        odd = sorted(set(frame.columns) ^ set(table.columns))
        raise TableError(f"table {name}: columns missing or unknown: {', '.join(odd)}")
    frame = frame.loc[:, list(table.columns)]
    order = frame.sort_values(list(table.keys), key=_sort_key, kind="stable")
    doubles = order.duplicated(list(table.keys))
    if doubles.any():
        row = order.loc[doubles, list(table.keys)].iloc[0]
        raise TableError(f"table {name}: two rows for {', '.join(map(str, row))}")
    return order.reset_index(drop=True)


def csv_bytes(frame: pd.DataFrame) -> bytes:
    r"""Return a table as CSV: UTF-8 without BOM, LF, ``%.10g``, empty for missing, true/false, ISO dates.

    Examples
    --------
    >>> csv_bytes(pd.DataFrame({"a": [0.1 + 0.2, None], "b": [True, False], "c": ["tỷ đồng", None]}))
    b'a,b,c\n0.3,true,t\xe1\xbb\xb7 \xc4\x91\xe1\xbb\x93ng\n,false,\n'
    """
    plain = pd.DataFrame({str(name): _plain(frame[name]) for name in frame.columns})
    text = plain.to_csv(
        index=False, float_format=FLOAT_FORMAT, na_rep="", lineterminator="\n", date_format="%Y-%m-%d"
    )
    return text.encode("utf-8")


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """Return a table as Parquet (zstd, no index): the same bytes for the same rows."""
    stream = io.BytesIO()
    frame.to_parquet(stream, engine="pyarrow", compression="zstd", index=False)
    return stream.getvalue()


def read_parts(parts: Iterable[bytes]) -> pd.DataFrame:
    """Join tables written by `parquet_bytes`, in the order given."""
    frames = [pd.read_parquet(io.BytesIO(part)) for part in parts]
    return pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]


def _plain(column: pd.Series) -> pd.Series:
    """Booleans as words; the rest as pandas writes it."""
    if pd.api.types.is_bool_dtype(column.dtype):
        return column.map({True: "true", False: "false"})
    return column


def _sort_key(column: pd.Series) -> pd.Series:
    """Age groups by their first age; everything else by its own order (text by code point)."""
    if column.name == "age_group":
        return column.str.extract(r"(\d+)", expand=False).fillna("-1").astype(np.int64)
    return column
