"""A base population file in whatever ages it comes: read, brought to single ages, raked, with a report."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd

from bhxh_forecast.errors import InputError, Problem
from bhxh_forecast.population.census import Prepared, age_range, prepare
from bhxh_forecast.population.lifetable import SEXES, Array, columns, first_year_rule
from bhxh_forecast.population.rates import Rates, grid

FileName = str | os.PathLike[str]
_COLUMNS = ("year", "sex", "age", "value")
_CHANGES = ["step", "sex", "ages", "before", "after", "ratio"]


def is_plain(path: FileName, start: int) -> bool:
    """Whether a base is by sex and single age, so that the engine takes it as it is (or says what is wrong with it)."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
        return True
    if not set(_COLUMNS) <= set(table.columns):
        return True
    rows = table[table["year"].str.strip() == str(start)]
    if not rows["age"].str.strip().str.fullmatch(r"\d+").all():
        return bool(rows["age"].str.strip().map(lambda age: age_range(age, 1000)).isna().any())
    found = np.unique(rows["age"].astype(int))
    grouped = len(found) > 0 and 2 * len(found) <= found[-1]
    return not grouped and not (rows["sex"].str.strip() == "total").any()


def read_base(
    path: FileName,
    rates: Rates,
    *,
    start: int,
    margins: FileName | None = None,
    shape: FileName | None = None,
) -> Prepared:
    """Read a base of any ages and bring it to the ages of the rates.

    Parameters
    ----------
    path
        year, sex (male, female, total), age (single, lowest of a group, a label such as 5-9 or 80+, or all), value.
    rates
        Gives the ages; its first death rates give the shape if `shape` is None.
    start
        Year of the base.
    margins
        Totals to rake to, in the same columns.
    shape
        Population by sex and single age of the same year.

    Raises
    ------
    InputError
        What cannot be read, with the file.
    """
    ages = len(rates.ages)
    known = None if margins is None else read_groups(margins, start, ages)
    people = read_groups(path, start, ages)
    try:
        return prepare(people, _shape(shape, rates, start), margins=known)
    except InputError as error:
        files = {"margins": margins or path, "shape": shape or path}
        raise InputError([
            Problem(os.fspath(files.get(p.field.split(".")[0], path)), p.line, p.column, p.field, p.found, p.allowed)
            for p in error.problems
        ]) from None  # fmt: skip


def read_groups(path: FileName, start: int, ages: int) -> pd.DataFrame:
    """Rows of a year: sex, age as written, value; ages beyond the open group of the rates are added up in it.

    Raises
    ------
    InputError
        Every bad cell with its line.
    """
    name = os.fspath(path)
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError.of(name, "file", str(error).strip(), "a readable UTF-8 CSV file") from None
    absent = [c for c in _COLUMNS if c not in table.columns]
    if absent:
        raise InputError([Problem(name, 1, 1, c, "no such column", ",".join(_COLUMNS)) for c in absent])
    rows = table[table["year"].str.strip() == str(start)].apply(lambda column: column.str.strip())
    if rows.empty:
        raise InputError.of(name, "year", f"no rows for {start}", str(start))
    value = pd.to_numeric(rows["value"], errors="coerce")
    checks = {
        "sex": (~rows["sex"].isin([*SEXES, "total"]), "male, female, total"),
        "age": (rows["age"].map(lambda age: age_range(age, 1000) is None), "an age, 5-9, 80+ or all"),
        "value": (~np.isfinite(value) | (value < 0), "persons, zero or more"),
    }
    problems = [
        Problem(name, int(at) + 2, 1, field, repr(rows.loc[at, field]), allowed)
        for field, (bad, allowed) in checks.items()
        for at in rows.index[bad.to_numpy(dtype=bool)]
    ]
    if problems:
        raise InputError(sorted(problems, key=lambda p: p.line)[:20])
    beyond = rows["age"].str.fullmatch(r"\d+") & (pd.to_numeric(rows["age"], errors="coerce") >= ages)
    kept = pd.DataFrame(
        {"sex": rows["sex"], "age": rows["age"].where(~beyond, str(ages - 1)), "value": value}
    )
    if not beyond.any():
        return kept
    return kept.groupby(["sex", "age"], sort=False)["value"].sum().reset_index()


def _shape(path: FileName | None, rates: Rates, start: int) -> Array:
    """Persons by sex and single age, (2, A): of a file, or of the life table of the first year."""
    if path is not None:
        table = read_groups(path, start, len(rates.ages))
        whole = table.assign(year=start, age=pd.to_numeric(table["age"], errors="coerce"))
        found: Array = np.maximum(grid(whole, "shape", np.array([start]), rates.ages, sexes=True)[0], 1e-6)
        return found
    if rates.mx is None:
        raise InputError.of("", "shape", "nothing", "a population by sex and single age")
    i = rates.index(start)
    boys = rates.srb[i] / (1.0 + rates.srb[i])
    lived = columns(rates.mx[i], first_year_rule(rates.mx[i]))["Lx"]
    people: Array = np.maximum(lived * np.array([[boys], [1.0 - boys]]), 1e-12)
    return people


def write_changes(changes: pd.DataFrame | None, report: FileName) -> None:
    """Write what was changed; only the header when nothing was."""
    write_whole(pd.DataFrame(columns=_CHANGES) if changes is None else changes[_CHANGES], report)


def write_whole(table: pd.DataFrame, out: FileName) -> None:
    """Write a CSV that appears whole or not at all."""
    path = Path(out)
    part = path.with_name(f".{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(part, index=False, float_format="%.10g", lineterminator="\n")
    part.replace(path)
