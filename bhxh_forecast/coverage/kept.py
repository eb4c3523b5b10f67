"""Parts of a scenario that another scenario has already computed on the same draws.

Most scenarios move a few levers. A part is computed again only if something that it read of the drivers differs: what
a part reads is noted while it is computed, so that nobody has to keep a list of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar, cast

import numpy as np

from bhxh_forecast.coverage.types import Array, Drivers

Result = TypeVar("Result")
Reads = dict[tuple[str, str | None], Any]
KEYS = "\0keys"  # the reader looked at which names there are
MOST = 12  # results of a part that stay: the first, which most scenarios share, and those used last


class Noted(Mapping[str, Array]):
    """A table of monthly paths that notes which of them are read."""

    def __init__(self, field: str, paths: Mapping[str, Array], reads: Reads) -> None:
        self._field, self._paths, self._reads = field, paths, reads

    def __getitem__(self, name: str) -> Array:
        value = self._paths[name]
        self._reads[self._field, name] = value
        return value

    def __iter__(self) -> Iterator[str]:
        self._reads[self._field, KEYS] = frozenset(self._paths)
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __contains__(self, name: object) -> bool:
        self._reads[self._field, KEYS] = frozenset(self._paths)
        return name in self._paths


class Watched:
    """Stands in for the drivers of a scenario and notes what is read of them."""

    def __init__(self, drivers: Drivers) -> None:
        self._drivers = drivers
        self.reads: Reads = {}

    def __getattr__(self, field: str) -> Any:
        value = getattr(self._drivers, field)
        if isinstance(value, dict):
            return Noted(field, value, self.reads)
        self.reads[field, None] = value
        return value

    def change(self, lever: str) -> Array:
        """Lever minus baseline, (T,)."""
        result: Array = self.levers[lever] - self.baseline[lever]
        return result


def read(drivers: Drivers, field: str, name: str | None) -> Any:
    """Read again what a part has read; None where it is not there."""
    value = getattr(drivers, field)
    if name is None:
        return value
    return frozenset(value) if name == KEYS else value.get(name)


def equal(one: Any, other: Any) -> bool:
    """Whether two things that drivers hold say the same."""
    if one is other:
        return True
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return np.array_equal(one, other, equal_nan=True)
    return bool(one == other)


class Kept(Generic[Result]):
    """Results of one part on one block of draws, with what each of them rests on.

    Parameters
    ----------
    most
        How many results stay, at least 1.

    Examples
    --------
    A part is computed for the first drivers, and again only for drivers that differ in what it read::

        prices = Kept(lambda drivers: expensive(drivers.rural_line))
        prices(baseline) is prices(other_city_share)
    """

    def __init__(self, compute: Callable[..., Result], most: int = MOST) -> None:
        self._compute, self._most = compute, most
        self._results: list[tuple[Reads, tuple[object, ...], Result]] = []

    def __call__(self, drivers: Drivers, *before: object) -> Result:
        """Return the part for these drivers and the very results ``before`` it, computed or kept."""
        for k, (reads, used, result) in enumerate(self._results):
            if all(a is b for a, b in zip(used, before, strict=True)) and all(
                equal(value, read(drivers, *place)) for place, value in reads.items()
            ):
                if k:
                    self._results.append(self._results.pop(k))
                return result
        watched = Watched(drivers)
        result = self._compute(cast(Drivers, watched), *before)
        self._results.append((watched.reads, before, result))
        if len(self._results) > self._most:
            del self._results[1]
        return result
