"""Monthly sums over people by age, from 1 January stocks: 15 and over, past retirement age, in the labour force.

A sum over everyone past an age of k months is linear in k between whole years of age, so that a few cumulated
columns per 1 January (people, and people in the labour force, of at least a whole age) give every month.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.population.retirement import ADULT, crossings, exact_age
from bhxh_forecast.workforce.participation import MOVING, Profile
from bhxh_forecast.workforce.parts import Parts

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Axis:
    """Months of a run against its 1 Januaries.

    Attributes
    ----------
    year
        Index of the 1 January before each month end, (T,).
    weight
        Weight of the next 1 January, (T,).
    calendar
        Calendar year of each month, (T,).
    """

    year: NDArray[np.int64]
    weight: Array
    calendar: NDArray[np.int64]

    @classmethod
    def of(cls, months: NDArray[np.datetime64], first_year: int) -> Axis:
        """Build from months (datetime64[M]) and the year of the first 1 January."""
        calendar = months.astype("datetime64[Y]").astype(np.int64) + 1970
        return cls(calendar - first_year, (months.astype(np.int64) % 12 + 1) / 12.0, calendar)

    def monthly(self, yearly: Array) -> Array:
        """Interpolate values of 1 Januaries (Y + 1, ...) to month ends, (T, ...)."""
        shape = (-1,) + (1,) * (yearly.ndim - 1)
        w = self.weight.reshape(shape)
        values: Array = yearly[self.year] * (1.0 - w)
        values += yearly[self.year + 1] * w
        return values


@dataclass(frozen=True)
class Sums:
    """People by month end, sex and draw.

    Attributes
    ----------
    adults, past, crossing
        People of 15 and over, past retirement age, and reaching it in the month; (T, 2, n).
    force, force_past
        Labour force of 15 and over, and those of it past retirement age, by the definition that is published for
        the month, at the profile's rates; (T, 2, n).
    latest
        Labour force of both sexes by the latest definition in every month, (T, n).
    """

    adults: Array
    past: Array
    crossing: Array
    force: Array
    force_past: Array
    latest: Array

    @classmethod
    def empty(cls, months: int, n: int) -> Sums:
        """Memory to be filled."""
        shape = (months, 2, n)
        adults, past, force, force_past = (np.empty(shape) for _ in range(4))
        return cls(adults, past, np.zeros(shape), force, force_past, np.zeros((months, n)))


@dataclass(frozen=True)
class Participation:
    """Which profile is published for each month, and how behaviour moves with the legal retirement age.

    Attributes
    ----------
    profiles
        Participation by definition; the last is the latest definition.
    published
        Definition of each month, (T,).
    shift
        Years that behaviour between 50 and 65 moves per year that the legal age has risen since the profile's
        reference year, (n,).
    persistence
        Share of the trend of participation that is left a year later: see `Profile.in_year`.
    """

    profiles: dict[str, Profile]
    published: list[str]
    shift: Array
    persistence: float = 0.0

    def in_year(self, year: int) -> Participation:
        """The same with the profiles of a calendar year."""
        moved = {name: profile.in_year(year, self.persistence) for name, profile in self.profiles.items()}
        return replace(self, profiles=moved)

    @property
    def latest(self) -> str:
        """The latest definition."""
        return list(self.profiles)[-1]


def sums_by_month(stock: Array, axis: Axis, legal_age: Array, participation: Participation) -> Sums:
    """Sum people and labour force month by month.

    Parameters
    ----------
    stock
        Persons on 1 January, year-major, (Y + 1, n, 2, A).
    axis
        Months against 1 Januaries.
    legal_age
        Legal retirement age in months, (2, T), men first.
    participation
        Profiles, which of them a month is published by, and how they move.

    Raises
    ------
    ValueError
        If the months leave out the reference year of a profile, or the law has no age for a month.
    """
    found = Sums.empty(len(axis.year), stock.shape[1])
    for s in range(2):
        line = _Line.of(legal_age[s], axis, participation)
        parts = _parts(stock[:, :, s], line, participation, s)
        for year in np.unique(axis.year):
            here = np.flatnonzero(axis.year == year)
            if participation.persistence > 0.0:  # the profile of each year is another
                own = participation.in_year(int(axis.calendar[here[0]]))
                pair = _parts(stock[year : year + 2, :, s], line, own, s).pair(0)
                _one_year(found, pair, s, here, axis, line, own)
            else:
                _one_year(found, parts.pair(year), s, here, axis, line, participation)
    return found


def _parts(stock: Array, line: _Line, participation: Participation, s: int) -> Parts:
    """People and labour force of one sex's stocks (Y + 1, n, A) inside and outside the moving ages."""
    return Parts.of(stock, line.band, {name: p.rates[s] for name, p in participation.profiles.items()})


@dataclass(frozen=True)
class _Line:
    """The retirement line of one sex: k(t), crossing birth months, and rise of the age by definition; (T,) each."""

    k: NDArray[np.int64]
    crossing: NDArray[np.int64]
    rise: dict[str, Array]

    @classmethod
    def of(cls, legal_age: Array, axis: Axis, participation: Participation) -> _Line:
        rise = {}
        for name, profile in participation.profiles.items():
            reference = np.flatnonzero(axis.calendar == profile.year)
            if not len(reference):
                raise ValueError(f"the months must include {profile.year}, reference year of participation")
            rise[name] = np.asarray((legal_age - legal_age[reference[-1]]) / 12.0)
        return cls(exact_age(legal_age), crossings(legal_age), rise)

    @property
    def band(self) -> slice:
        """Ages that a line passes or at which behaviour moves; what lies outside is summed once."""
        first = min(MOVING[0], int(self.k.min() // 12))
        return slice(first, max(MOVING[1], int(self.k.max() // 12) + 1) + 1)


def _one_year(
    found: Sums,
    parts: Parts,
    s: int,
    here: NDArray[np.int64],
    axis: Axis,
    line: _Line,
    participation: Participation,
) -> None:
    """Fill the months `here` of one calendar year and sex from its two 1 Januaries."""
    ages = np.arange(parts.band.start, parts.band.stop)
    first = int(line.k[here].min() // 12)
    whole = np.arange(first, line.k[here].max() // 12 + 2)
    above = (ages >= np.concatenate([[ADULT], whole])[:, None]).astype(float)
    people = parts.columns(above, parts.younger, parts.older)
    force = {
        name: _blended(
            parts, above, name, participation.profiles[name], s, line.rise[name][here], participation.shift
        )
        for name in {participation.latest, *(participation.published[t] for t in here)}
    }
    for i, t in enumerate(here):
        w, column, r = axis.weight[t], line.k[t] // 12 - first + 1, (line.k[t] % 12) / 12.0
        found.adults[t, s] = _mix(people, 0, w)
        lower, upper = _mix(people, column, w), _mix(people, column + 1, w)
        found.past[t, s] = (1.0 - r) * lower + r * upper
        if line.crossing[t]:
            found.crossing[t, s] = (lower - upper) * (line.crossing[t] / 12.0)
        columns = force[participation.published[t]][i]
        found.force[t, s] = _mix(columns, 0, w)
        found.force_past[t, s] = (1.0 - r) * _mix(columns, column, w) + r * _mix(columns, column + 1, w)
        latest = participation.published[t] == participation.latest
        found.latest[t] += found.force[t, s] if latest else _mix(force[participation.latest][i], 0, w)


def _mix(pair: Array, column: int, w: float) -> Array:
    """Interpolate one column of a pair of 1 Januaries (2, C, n) to a month end, (n,)."""
    mixed: Array = pair[0, column] * (1.0 - w)
    mixed += pair[1, column] * w
    return mixed


def _blended(
    parts: Parts, above: Array, name: str, profile: Profile, s: int, rises: Array, shift: Array
) -> list[Array]:
    """Labour force columns (2, 1 + K, n) for each month of the year, as behaviour moves with the legal age.

    Between whole years the participation of an age is linear in the shift, so that the columns are blends of
    those at whole shifts.
    """
    moved = np.multiply.outer(np.unique(rises), shift)
    low, high = int(np.floor(moved.min())), int(np.ceil(moved.max()))
    at_whole = {
        j: parts.columns(above * profile.at_shift(j)[s, parts.band], *parts.force[name])
        for j in range(low, high + 1)
    }
    done: dict[float, Array] = {}
    for rise in np.unique(rises):
        years = rise * shift
        columns = np.zeros_like(at_whole[low])
        for j, values in at_whole.items():
            columns += values * np.maximum(0.0, 1.0 - np.abs(years - j))
        done[float(rise)] = columns
    return [done[float(rise)] for rise in rises]
