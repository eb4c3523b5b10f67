"""Reads CSV tables: every bad cell at once, each with line and column; overlays replace rows by key."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from bhxh_forecast.inputs.faults import Faults, Place, number_meant, number_range, truth_meant
from bhxh_forecast.inputs.folder import DataFolder, shown


@dataclass(frozen=True)
class Column:
    """What a column holds: ``text``, ``number``, ``date`` or ``truth``; whether it may be empty; what is allowed."""

    kind: str = "text"
    required: bool = False
    allowed: tuple[str, ...] = ()
    low: float = -np.inf
    high: float = np.inf


@dataclass(frozen=True)
class Layout:
    """Columns that a table must have (others are kept as they are) and the columns that identify a row.

    Without a key an overlay's file replaces the whole table.
    """

    columns: Mapping[str, Column]
    key: tuple[str, ...]


def read_table(folder: DataFolder, name: str, layout: Layout, faults: Faults) -> pd.DataFrame:
    """Read a table and check it against its layout.

    Parameters
    ----------
    folder
        Data folder with overlays; a row of an overlay replaces the row with the same key, or is added.
    name
        Relative path, for example ``observations/observations.csv``.

    Returns
    -------
    DataFrame
        Numbers as float, dates as datetime64, truth values as bool, text as str (empty where nothing stands);
        the columns ``_file`` and ``_row`` say where each row stands (row counts data rows from 0).
    """
    paths = folder.paths(name)
    if not paths:
        faults.at((shown(folder.root / name), 0, 0), "file", "nothing", "this file")
    frames = [_read_checked(path, layout, faults) for path in paths]
    frames = [frame for frame in frames if frame is not None]
    if not frames:
        return pd.DataFrame(
            {column: pd.Series(dtype=object) for column in (*layout.columns, "_file", "_row")}
        )
    return _stack([frame for frame in frames if frame is not None], layout.key)


def read_free_table(folder: DataFolder, name: str) -> pd.DataFrame:
    """Read a table without a layout: kinds are inferred, an ``id`` column is the key, without one files replace."""
    paths = folder.paths(name)
    if not paths:
        raise FileNotFoundError(shown(folder.root / name))
    frames = [
        arrow_csv.read_csv(
            path,
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(strings_can_be_null=False),
        ).to_pandas(date_as_object=False)
        for path in paths
    ]
    return _stack(frames, ("id",)) if all("id" in frame for frame in frames) else frames[-1]


def place_of(row: pd.Series[Any], column: str) -> Place:
    """Find line and column of a cell of a table read with :func:`read_table`."""
    path = Path(str(row["_file"]))
    return cell_place(path, int(row["_row"]) + 1, column)


def cell_text(value: Any) -> str:
    """Say what a converted cell holds."""
    if value == "" or pd.isna(value):
        return "nothing"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def cell_place(path: Path, record: int, column: str) -> Place:
    """Find a cell in a CSV file: record 0 is the header; quoted fields may span lines."""
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    header = next(csv.reader(io.StringIO(text)), [])
    wanted = header.index(column) if column in header else 0
    line, start, field, seen, quoted = 1, 0, 0, 0, False
    for index, char in enumerate(text):
        if seen == record and field == wanted and not quoted:
            return shown(path), line, index - start + 1
        if char == '"':
            quoted = not quoted
        elif char == "\n":
            line, start = line + 1, index + 1
            if not quoted:
                seen, field = seen + 1, 0
        elif char == "," and not quoted:
            field += 1
    return shown(path), line, len(text) - start + 1


def _stack(frames: list[pd.DataFrame], key: Sequence[str]) -> pd.DataFrame:
    if len(frames) == 1:
        return frames[0]
    if not key:
        return frames[-1]
    joined = pd.concat(frames, ignore_index=True)
    return joined.drop_duplicates(list(key), keep="last").reset_index(drop=True)


def _read_checked(path: Path, layout: Layout, faults: Faults) -> pd.DataFrame | None:
    table = _read_text(path, faults)
    if table is None:
        return None
    file = shown(path)
    missing = [column for column in layout.columns if column not in table.column_names]
    for column in missing:
        spare = [name for name in table.column_names if name not in layout.columns]
        faults.at(
            (file, 1, 1), column, f"no such column (found {', '.join(spare) or 'no other'})", "this column"
        )
    if missing:
        return None
    frame: pd.DataFrame = table.to_pandas()
    bad: list[tuple[int, str, str, str]] = []
    for name, kind in layout.columns.items():
        frame[name] = _convert(frame[name], name, kind, bad)
    key = list(layout.key)
    repeated = np.flatnonzero(frame.duplicated(key).to_numpy()) if key else np.array([], dtype=int)
    for position in repeated:
        label = ", ".join(str(frame[column].iloc[position]) for column in layout.key)
        bad.append((int(position), layout.key[0], f"{label} again", f"each {' + '.join(layout.key)} once"))
    for row, name, found, allowed in bad:
        label = str(table[0][row].as_py())
        meant = number_meant(found.strip("'")) if "number" in allowed else truth_meant(found.strip("'"))
        nearest = meant if allowed.startswith(("a number", "true or")) else ""
        faults.at(cell_place(path, row + 1, name), f"{label}.{name}", found, allowed, nearest)
    return frame.assign(_file=str(path), _row=np.arange(len(frame)))


def _read_text(path: Path, faults: Faults) -> pa.Table | None:
    """Read all cells as text."""
    try:
        data = path.read_bytes()
        header = next(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")), [])
        return arrow_csv.read_csv(
            io.BytesIO(data),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: pa.string() for name in header}, strings_can_be_null=False
            ),
        )
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        faults.at((shown(path), line, 1), "text", "bytes that are not UTF-8", "UTF-8 text")
    except pa.ArrowInvalid:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        width = len(next(reader, []))
        for cells in reader:
            if cells and len(cells) != width:
                faults.at((shown(path), reader.line_num, 1), "row", f"{len(cells)} cells", f"{width} cells")
    return None


def _convert(cells: pd.Series[Any], name: str, column: Column, bad: list[tuple[int, str, str, str]]) -> Any:
    """Convert the text of a column; bad cells are listed as (row, column, found, allowed)."""
    text = cells.to_numpy(dtype=object)
    empty = text == ""

    def refuse(wrong: Any, allowed: str) -> None:
        bad.extend((int(row), name, repr(text[row]), allowed) for row in np.flatnonzero(wrong))

    if column.required:
        bad.extend((int(row), name, "nothing", "a value") for row in np.flatnonzero(empty))
    if column.kind == "number":
        numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float)
        outside = ~np.isfinite(numbers) | (numbers < column.low) | (numbers > column.high)
        outside |= cells.str.match(r"[-+]?0\d").to_numpy(dtype=bool)  # 012 is a code or a slip, no number
        refuse(outside & ~empty, number_range("a number", column.low, column.high))
        return numbers
    if column.kind == "date":
        days = pd.to_datetime(cells, format="%Y-%m-%d", errors="coerce")
        refuse((days.isna().to_numpy() | (cells.str.len() != 10).to_numpy()) & ~empty, "a date, YYYY-MM-DD")
        return days
    if column.kind == "truth":
        refuse(~np.isin(text, ["true", "false", ""]), "true or false")
        return text == "true"
    if column.allowed:
        refuse(~np.isin(text, column.allowed) & ~empty, ", ".join(column.allowed))
    return cells
