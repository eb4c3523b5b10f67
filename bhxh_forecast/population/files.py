"""Populations and rates as CSV files: what `bhxh population` reads and writes."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd

from bhxh_forecast.errors import InputError, Problem
from bhxh_forecast.population.base_file import is_plain, read_base, write_changes, write_whole
from bhxh_forecast.population.engine import PopulationResult, Timing, project
from bhxh_forecast.population.lifetable import SEXES, Array
from bhxh_forecast.population.rates import Rates

_MOST_PROBLEMS = 20  # of one file; more would hide the first ones
_KEYS = {"year": "a whole year", "age": "a whole age, 0 or more", "sex": "male, female"}


def read_long(
    path: str | os.PathLike[str], columns: tuple[str, ...], *, signed: bool = False
) -> pd.DataFrame:
    """Read a long CSV table; columns that are not asked for are ignored.

    Parameters
    ----------
    path
        UTF-8 file with a header line.
    columns
        Key columns among year, sex, age; ``value`` is always read too.
    signed
        Whether a value may be negative.

    Raises
    ------
    InputError
        Every bad cell with file, line and column (of the character where it begins), at most 20 of them.
    """
    name = os.fspath(path)
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
        table = pd.read_csv(
            path, dtype=str, keep_default_na=False, encoding="utf-8-sig", skip_blank_lines=False
        )
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError(
            [Problem(name, 0, 0, "file", str(error).strip(), "a readable UTF-8 CSV file")]
        ) from None
    wanted = (*columns, "value")
    absent = [c for c in wanted if c not in table.columns]
    if absent or table.empty:
        header = ",".join(wanted)
        missing = [Problem(name, 1, 1, c, "no such column", header) for c in absent]
        raise InputError(missing or [Problem(name, 2, 1, "file", "no rows", "at least one row")])
    problems: list[Problem] = []
    out = pd.DataFrame({c: _parsed(table[c], c, signed, name, lines, table, problems) for c in wanted})
    doubled = out.duplicated(list(columns), keep="first").to_numpy()
    for row in np.flatnonzero(doubled)[:_MOST_PROBLEMS] if not problems else []:
        cell = ", ".join(f"{c} {out[c].iloc[row]}" for c in columns)
        problems.append(Problem(name, int(row) + 2, 1, "row", f"{cell} a second time", "one row per cell"))
    if problems:
        raise InputError(sorted(problems, key=lambda p: (p.line, p.column))[:_MOST_PROBLEMS])
    return out


def _parsed(
    cells: pd.Series,
    column: str,
    signed: bool,
    name: str,
    lines: list[str],
    table: pd.DataFrame,
    problems: list[Problem],
) -> pd.Series:
    """Turn the text of one column into numbers or sexes, noting every bad cell."""
    text = cells.str.strip()
    parsed: pd.Series = text if column == "sex" else pd.to_numeric(text, errors="coerce")
    if column == "sex":
        bad = ~text.isin(SEXES).to_numpy()
    else:
        number = parsed.to_numpy(dtype=float)
        bad = ~np.isfinite(number)
        if column != "value":
            bad |= number % 1 != 0
        if not (column == "value" and signed):
            bad |= number < 0
    allowed = _KEYS.get(column, "a number" if signed else "a number, zero or more")
    for row in np.flatnonzero(bad)[:_MOST_PROBLEMS]:
        place = _place(lines, int(row) + 2, list(table.columns).index(column))
        found = repr(str(cells.iloc[row]))
        problems.append(Problem(name, int(row) + 2, place, column, found, allowed))
    whole = column in ("year", "age") and not bad.any()
    return parsed.astype(int) if whole else parsed


def _place(lines: list[str], line: int, field: int) -> int:
    """Character, from 1, at which a field of a line begins."""
    cells = lines[line - 1].split(",") if line <= len(lines) else []
    return 1 + sum(len(c) + 1 for c in cells[:field])


def read_population_files(
    *,
    base: str | os.PathLike[str],
    mx: str | os.PathLike[str],
    asfr: str | os.PathLike[str],
    srb: str | os.PathLike[str],
    migration: str | os.PathLike[str] | None = None,
    births: str | os.PathLike[str] | None = None,
    margins: str | os.PathLike[str] | None = None,
    shape: str | os.PathLike[str] | None = None,
    start: int,
    end: int,
) -> tuple[pd.DataFrame | Array, Rates, pd.DataFrame | None]:
    """Read the base population and the rates of `bhxh population` for the years `start` to `end`.

    Returns
    -------
    tuple
        Base, rates, and what was changed of a base that is not by sex and single age (`base_file.read_base`).

    Raises
    ------
    InputError
        Bad cells, or years and ages that a file should hold but does not, with the file's name.
    """
    by_cell, by_age = ("year", "sex", "age"), ("year", "age")
    plain = margins is None and shape is None and is_plain(base, start)
    read = {
        "mx": (mx, read_long(mx, by_cell)),
        "asfr": (asfr, read_long(asfr, by_age)),
        "srb": (srb, read_long(srb, ("year",))),
    }
    if plain:
        read["base"] = (base, read_long(base, by_cell))
    if migration is not None:
        read["net_migration"] = (migration, read_long(migration, by_cell, signed=True))
    if births is not None:
        read["births"] = (births, read_long(births, ("year",)))
    span = range(start, max(end, start + 1))
    tables: dict[str, pd.DataFrame] = {}
    for kind, (path, table) in read.items():
        years = [start] if kind == "base" else span
        gone = sorted(set(years) - set(table["year"]))
        if gone and kind != "net_migration":
            raise InputError.of(
                os.fspath(path), "year", f"no rows for {gone[0]}", f"{years[0]} to {years[-1]}"
            )
        tables[kind] = table[table["year"].isin(years)]
    people = tables.pop("base", None)
    try:
        rates = Rates.from_long(**tables)
    except InputError as error:
        raise InputError([_with_file(p, read) for p in error.problems]) from None
    if people is not None:
        return people, rates, None
    prepared = read_base(base, rates, start=start, margins=margins, shape=shape)
    return prepared.people, rates, prepared.changes


def _with_file(problem: Problem, read: dict[str, tuple[str | os.PathLike[str], pd.DataFrame]]) -> Problem:
    """Say which file a problem of a table belongs to."""
    kind = problem.field.split(".")[0]
    file = os.fspath(read[kind][0]) if kind in read else problem.file
    return Problem(
        file, problem.line, problem.column, problem.field, problem.found, problem.allowed, problem.nearest
    )


def write_population(result: PopulationResult, out: str | os.PathLike[str]) -> None:
    """Write the 1 January stocks as year,sex,age,value, sorted by these; the file appears whole or not at all."""
    stock = result.population
    table = stock.to_series().rename("value").reset_index()
    table["sex"] = pd.Categorical(table["sex"], list(SEXES))
    write_whole(table.sort_values(["year", "sex", "age"]), out)


def run_files(
    *,
    base: str | os.PathLike[str],
    mx: str | os.PathLike[str],
    asfr: str | os.PathLike[str],
    srb: str | os.PathLike[str],
    migration: str | os.PathLike[str] | None = None,
    births: str | os.PathLike[str] | None = None,
    margins: str | os.PathLike[str] | None = None,
    shape: str | os.PathLike[str] | None = None,
    report: str | os.PathLike[str] | None = None,
    start: int,
    end: int,
    out: str | os.PathLike[str],
    migration_timing: Timing = "end",
) -> PopulationResult:
    """Project a population from files to a file: 1 January of `start` to `end`.

    A base by five-year ages, with an open group of its own, of both sexes together or with totals by sex alone is
    brought to single ages by `shape` (a population by sex and single age; by default the life table of the first year),
    raked to the totals of `margins`, and what was changed goes to `report`.

    Raises
    ------
    InputError
        Bad input, with file, line and column.
    """
    if end < start:
        raise InputError.of("", "--to", str(end), f"{start} or later")
    people, rates, changes = read_population_files(
        base=base, mx=mx, asfr=asfr, srb=srb, migration=migration, births=births, margins=margins, shape=shape,
        start=start, end=end,
    )  # fmt: skip
    try:
        result = project(people, rates, start=start, end=end, migration_timing=migration_timing)
    except InputError as error:
        tables = {"base": (base, pd.DataFrame())}
        raise InputError([_with_file(p, tables) for p in error.problems]) from None
    if report is not None:
        write_changes(changes, report)
    write_population(result, out)
    return result
