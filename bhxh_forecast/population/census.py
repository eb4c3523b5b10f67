"""A user's table of people by age: graduated to single years, raked to known totals, and told what was changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from bhxh_forecast.errors import InputError
from bhxh_forecast.population.graduate import graduate
from bhxh_forecast.population.lifetable import SEXES, Array
from bhxh_forecast.population.rake import Margin, rake

TOTAL, ALL = "total", "all"
_AGES = re.compile(r"^(\d{1,3})(?:\s*[-–]\s*(\d{1,3})|\s*(\+))?$")


@dataclass(frozen=True)
class Prepared:
    """A table made ready for the engine.

    Attributes
    ----------
    people
        Persons by sex and single age, (2, A), men first.
    changes
        What was done: columns step (graduated, split by sex, open group, raked, scaled), sex, ages, before, after.
    """

    people: Array
    changes: pd.DataFrame


def age_range(label: str, ages: int) -> tuple[int, int] | None:
    """First and last age of 7, 5-9, 80+ or all; None for anything else.

    Examples
    --------
    >>> age_range("5-9", 101), age_range("80+", 101), age_range("7", 101), age_range("all", 101), age_range("old", 101)
    ((5, 9), (80, 100), (7, 7), (0, 100), None)
    """
    text = label.strip().lower()
    if text in (ALL, TOTAL, ""):
        return 0, ages - 1
    found = _AGES.match(text)
    if found is None:
        return None
    first = int(found[1])
    last = ages - 1 if found[3] else int(found[2]) if found[2] else first
    return (first, min(last, ages - 1)) if first <= min(last, ages - 1) else None


def prepare(
    table: pd.DataFrame, shape: Array, *, margins: pd.DataFrame | None = None, name: str = "base"
) -> Prepared:
    """Turn a table of one date into persons by sex and single age.

    Parameters
    ----------
    table
        Rows sex (male, female, total), age (a single age, the lowest age of a group, a label such as 5-9 or 80+,
        or ``all``), value. Single ages, five-year or other groups; both sexes, or ``total`` by age with or without
        totals by sex; or totals by sex alone. The highest age is open.
    shape
        Persons by sex and single age, (2, A), all positive: gives the fine shape within groups, the split by sex
        where the table has none, and the ages where it has none.
    margins
        Further totals to which the result is raked, in the same columns; where the table says otherwise they rule.
    name
        How messages call the table.

    Raises
    ------
    InputError
        If a row cannot be read, groups overlap or leave a gap, or totals contradict each other.
    """
    ages = shape.shape[1]
    rows = _rows(table, ages, name)
    by_age = [r for r in rows if (r[1], r[2]) != (0, ages - 1) or ages == 1]
    of_sex = {r[0]: r[3] for r in rows if (r[1], r[2]) == (0, ages - 1)}
    sexes = {r[0] for r in by_age}
    changes: list[tuple[str, str, str, float, float]] = []
    own: list[Margin] = []
    if sexes >= set(SEXES):
        people = _graduated([r for r in by_age if r[0] in SEXES], shape, changes, name)
    elif sexes == {TOTAL}:
        lower, counts = _groups([r for r in by_age if r[0] == TOTAL], ages, name)
        whole = _smooth(counts, lower, shape.sum(axis=0), TOTAL, changes)
        people = whole * shape / shape.sum(axis=0)
        changes.append(("split by sex", TOTAL, ALL, float(whole.sum()), float(people.sum())))
        group = np.searchsorted(lower, np.arange(ages), side="right") - 1
        own.append(Margin(f"{name} by age", np.tile(group, (2, 1)).astype(np.int64), counts))
    elif not sexes and of_sex:
        people = shape.astype(float)
        changes.append(("ages of the shape", TOTAL, ALL, float(shape.sum()), float(sum(of_sex.values()))))
    else:
        raise InputError.of(
            "", f"{name}.sex", ", ".join(sorted(sexes)) or "no rows", "male and female, or total"
        )
    if set(SEXES) <= set(of_sex):
        own.append(
            Margin(
                f"{name} by sex", np.repeat([[0], [1]], ages, axis=1), np.array([of_sex[s] for s in SEXES])
            )
        )
    elif TOTAL in of_sex:
        own.append(Margin(f"{name} total", np.zeros((2, ages), dtype=np.int64), np.array([of_sex[TOTAL]])))
    extra = [] if margins is None else [_margin(r, ages) for r in _rows(margins, ages, "margins")]
    consistent = _raked(people, own, changes)  # the table in itself; then the margins rule
    return Prepared(_raked(consistent, extra, changes), _frame(changes))


Parsed = tuple[str, int, int, float]


def _rows(table: pd.DataFrame, ages: int, name: str) -> list[Parsed]:
    """Rows as (sex, first age, last age, persons); a bare number is told from a group's lowest age later."""
    found: list[Parsed] = []
    for sex, age, value in zip(table["sex"], table["age"], table["value"], strict=True):
        span = age_range("" if pd.isna(age) else str(age).removesuffix(".0"), ages)
        if str(sex) not in (*SEXES, TOTAL):
            raise InputError.of("", f"{name}.sex", repr(str(sex)), "male, female, total")
        if span is None:
            raise InputError.of("", f"{name}.age", repr(str(age)), "an age, 5-9, 80+ or all")
        if not np.isfinite(float(value)) or float(value) < 0:
            raise InputError.of("", f"{name}.value", repr(value), "persons, zero or more")
        found.append((str(sex), *span, float(value)))
    return found


def _groups(rows: Sequence[Parsed], ages: int, name: str) -> tuple[list[int], Array]:
    """Lowest ages and persons of one sex's groups, in order; the last is open."""
    lower = sorted(r[1] for r in rows)
    if lower[0] != 0 or len(set(lower)) < len(lower):
        found = "no group from age 0" if lower[0] else f"age {_doubled(lower)} twice"
        raise InputError.of("", f"{name}.age", found, "groups from age 0 on, each once")
    ordered = sorted(rows, key=lambda r: r[1])
    for (_, first, last, _), (_, following, _, _) in pairwise(ordered):
        if last > first and last + 1 != following:
            raise InputError.of(
                "", f"{name}.age", f"{first}-{last} before {following}", "groups without gap or overlap"
            )
    return lower, np.array([r[3] for r in ordered])


def _doubled(values: Iterable[int]) -> int:
    seen: set[int] = set()
    return next(v for v in values if v in seen or seen.add(v))  # type: ignore[func-returns-value]


def _graduated(
    rows: Sequence[Parsed], shape: Array, changes: list[tuple[str, str, str, float, float]], name: str
) -> Array:
    """Single ages of both sexes, (2, A)."""
    people = np.empty(shape.shape)
    for s, sex in enumerate(SEXES):
        lower, counts = _groups([r for r in rows if r[0] == sex], shape.shape[1], name)
        people[s] = _smooth(counts, lower, shape[s], sex, changes)
    return people


def _smooth(
    counts: Array, lower: list[int], shape: Array, sex: str, changes: list[tuple[str, str, str, float, float]]
) -> Array:
    """Single ages (A,) of groups (G,), and a line on what was spread."""
    ages, last = len(shape), lower[-1]
    single = np.diff([*lower, ages]) == 1
    if single.all():
        return counts.astype(float)
    people = graduate(np.maximum(counts, 1e-9), lower, shape)
    if not single[:-1].all():
        spread = counts[:-1][~single[:-1]].sum()
        changes.append(("graduated", sex, f"0-{last - 1}", float(spread), float(people[:last].sum())))
    if last < ages - 1:
        changes.append(("open group", sex, f"{last}+", float(counts[-1]), float(people[last:].sum())))
    return people


def _margin(row: Parsed, ages: int) -> Margin:
    """Margin of one total."""
    sex, first, last, value = row
    labels = np.full((2, ages), -1, dtype=np.int64)
    rows = slice(None) if sex == TOTAL else SEXES.index(sex)
    labels[rows, first : last + 1] = 0
    return Margin(f"{sex} {_span(first, last, ages)}", labels, np.array([value]))


def _span(first: int, last: int, ages: int) -> str:
    if (first, last) == (0, ages - 1):
        return ALL
    return f"{first}+" if last == ages - 1 else f"{first}-{last}" if last > first else str(first)


def _raked(people: Array, margins: list[Margin], changes: list[tuple[str, str, str, float, float]]) -> Array:
    """People that meet the margins, with a line for each total that moved and for the cell that moved most."""
    if not margins:
        return people
    found = rake(people, margins)
    for margin in margins:
        factor = found.scaled.get(margin.name, 1.0)
        if factor != 1.0:
            changes.append(
                (
                    "scaled",
                    margin.name,
                    ALL,
                    float(margin.targets.sum()),
                    float(margin.targets.sum() * factor),
                )
            )
        for k in range(len(margin.targets)):
            here = margin.labels == k
            before, after = float(people[here].sum()), float(found.values[here].sum())
            if abs(after / before - 1.0) > 1e-9:
                ages = np.flatnonzero(here.any(axis=0))
                changes.append(("raked", margin.name, f"{ages[0]}-{ages[-1]}", before, after))
    ratio = np.divide(found.values, people, out=np.ones_like(people), where=people > 0)
    s, a = np.unravel_index(np.argmax(np.abs(np.log(np.maximum(ratio, 1e-12)))), ratio.shape)
    if ratio[s, a] != 1.0:
        changes.append(("largest change", SEXES[s], str(a), float(people[s, a]), float(found.values[s, a])))
    return found.values


def _frame(changes: list[tuple[str, str, str, float, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(changes, columns=["step", "sex", "ages", "before", "after"])
    with np.errstate(divide="ignore", invalid="ignore"):
        frame["ratio"] = frame["after"] / frame["before"]
    return frame
