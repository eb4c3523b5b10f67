"""The law book: dated provisions, what was known of them on a day, and what is in force in a month."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.errors import InputError
from bhxh_forecast.inputs.faults import list_of_names
from bhxh_forecast.timeline import Months, month_end

if TYPE_CHECKING:
    from bhxh_forecast.inputs.law_switch import LawSetting

Value = float | int | bool | str
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LawRow:
    """One provision between two dates.

    Attributes
    ----------
    provision
        Id of the provision it belongs to.
    from_, to
        First and last day in force (``to`` inclusive, ``None`` while no end is known).
    value
        Number, truth value or text, in the unit of the provision.
    act, under
        Act that contains it, and the law under which that act was issued.
    enacted, enacted_basis
        Day of the act and how it is known (``stated`` or ``assumed``).
    reference, status, checked, source, url, note
        Article, standing of the figure, whether it was compared with the original text, where it was read.
    file, line
        Place of the row in the data.
    """

    provision: str
    from_: date
    to: date | None
    value: Value
    act: str = ""
    under: str = ""
    enacted: date = date.min
    enacted_basis: str = ""
    reference: str = ""
    status: str = ""
    checked: bool = False
    source: str = ""
    url: str = ""
    note: str = ""
    file: str = ""
    line: int = 0

    def belongs_to(self, act: str) -> bool:
        """Whether the row was brought by this act, or by one issued under it."""
        return act in (self.act, self.under)


@dataclass(frozen=True, slots=True)
class Provision:
    """One rule of the law over time: names in both languages, unit, rows sorted by date without overlap."""

    id: str
    name: Mapping[str, str]
    unit: str
    rows: tuple[LawRow, ...]


@dataclass(frozen=True)
class LawBook:
    """Law as known on a day.

    Attributes
    ----------
    everything
        All provisions with all rows of the data.
    as_of
        Rows enacted after this day are not seen, and the row before them goes on. ``None`` sees everything.
    changed
        Provisions whose rows a scenario replaced.
    notes
        What a switch could not do and why (for instance no later change to delay), for the report.
    """

    everything: Mapping[str, Provision]
    as_of: date | None = None
    changed: Mapping[str, tuple[LawRow, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @cached_property
    def _known(self) -> dict[str, tuple[LawRow, ...]]:
        return {}

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """All provision ids, sorted."""
        return tuple(sorted(self.everything))

    @cached_property
    def acts(self) -> frozenset[str]:
        """All acts, those named by ``under`` included."""
        rows = (row for provision in self.everything.values() for row in provision.rows)
        return frozenset(name for row in rows for name in (row.act, row.under) if name)

    def rows(self, provision: str) -> list[LawRow]:
        """Rows known on the as-of day (after switches), sorted by date; empty if none is known."""
        return list(self._rows(provision))

    def value(self, provision: str, day: date) -> Value | None:
        """Value in force on a day, ``None`` if there is none."""
        rows = self._rows(provision)
        index = bisect_right([row.from_ for row in rows], day) - 1
        if index < 0:
            return None
        row = rows[index]
        return row.value if row.to is None or day <= row.to else None

    def monthly(self, provision: str, months: Months) -> NDArray[np.float64]:
        """Value in force on the last day of each month.

        Returns
        -------
        array, shape (T,)
            NaN where nothing is in force; truth values as 1 and 0.

        Raises
        ------
        InputError
            If the provision does not exist or is text.
        """
        rows = self._rows(provision)
        result = np.full(len(months), np.nan)
        if not rows:
            return result
        text = next((row for row in rows if isinstance(row.value, str)), None)
        if text is not None:
            raise InputError.of(text.file, provision, repr(text.value), "a number", line=text.line)
        ends = month_end(np.asarray(months, dtype="datetime64[M]"))
        starts = np.array([row.from_ for row in rows], dtype="datetime64[D]")
        stops = np.array([row.to or date.max for row in rows], dtype="datetime64[D]")
        index = np.searchsorted(starts, ends, side="right") - 1
        in_force = (index >= 0) & (ends <= stops[index])
        values = np.array([float(row.value) for row in rows])
        result[in_force] = values[index[in_force]]
        return result

    def switched(self, settings: Mapping[str, LawSetting], *, counterfactual: bool = False) -> LawBook:
        """Return the book after a scenario's ``law`` settings.

        Parameters
        ----------
        settings
            Provision id, group of ids or act -> ``LawSetting``.
        counterfactual
            Whether the law may differ on or before the as-of day.

        Raises
        ------
        InputError
            If a name is unknown or a setting would change the past without ``counterfactual``.
        """
        from bhxh_forecast.inputs.law_switch import switch  # it builds on this module

        return switch(self, settings, counterfactual=counterfactual)

    def seen_from(self, as_of: date | None) -> LawBook:
        """Return the book as known on another day, without switches."""
        return LawBook(self.everything, as_of)

    def with_rows(self, changed: Mapping[str, tuple[LawRow, ...]], notes: Iterable[str] = ()) -> LawBook:
        """Return the book with the rows of some provisions replaced."""
        return replace(self, changed={**self.changed, **changed}, notes=(*self.notes, *notes))

    def _rows(self, provision: str) -> tuple[LawRow, ...]:
        if provision in self.changed:
            return self.changed[provision]
        if provision not in self._known:
            if provision not in self.everything:
                error = InputError.of("law", "provision", repr(provision), self.ids).problems[0]
                names = list_of_names(self.ids, error.nearest)
                raise InputError([replace(error, allowed=names)])
            rows = self.everything[provision].rows
            if self.as_of is not None:
                rows = without(rows, [row for row in rows if row.enacted > self.as_of])
            self._known[provision] = rows
        return self._known[provision]


def without(rows: tuple[LawRow, ...], gone: Iterable[LawRow]) -> tuple[LawRow, ...]:
    """Take rows away; a row that ended only because one of them followed goes on in its place.

    Examples
    --------
    >>> old = LawRow("x", date(2018, 1, 1), date(2021, 12, 31), 1.0)
    >>> new = LawRow("x", date(2022, 1, 1), None, 2.0)
    >>> without((old, new), [new])[0].to is None
    True
    """
    lost = set(map(id, gone))
    if not lost:
        return rows
    return join_up([row for row in rows if id(row) not in lost], rows)


def join_up(kept: list[LawRow], before: tuple[LawRow, ...]) -> tuple[LawRow, ...]:
    """Mend the ends of rows after some of ``before`` were taken away or moved.

    A row that was followed without a gap now lasts till the next one, or without end; where rows would overlap the
    later one wins.
    """
    starts = {row.from_ for row in before}
    result = []
    for row, following in zip(kept, [*kept[1:], None], strict=False):
        last = following.from_ - DAY if following is not None else None
        followed = row.to is not None and row.to + DAY in starts
        overlaps = last is not None and (row.to is None or row.to > last)
        result.append(replace(row, to=last) if followed or overlaps else row)
    return tuple(result)


def lay_over(rows: tuple[LawRow, ...], own: LawRow) -> tuple[LawRow, ...]:
    """Put a row over others: between its days it is the law, before and after they are."""
    parts = [own]
    for row in rows:
        before_ends = min(row.to or date.max, own.from_ - DAY)
        if row.from_ <= before_ends:
            parts.append(replace(row, to=before_ends))
        if own.to is not None:
            after_begins = max(row.from_, own.to + DAY)
            if row.to is None or after_begins <= row.to:
                parts.append(replace(row, from_=after_begins))
    return tuple(sorted(parts, key=lambda row: row.from_))
