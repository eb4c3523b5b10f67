"""When a share first passes what a target asks, draw by draw, and in which Decembers half of the draws have it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.coverage.types import Array
from bhxh_forecast.timeline import Timeline

CHUNK = 12  # months read at a time: they stay in the processor's cache
FIRST_DECEMBER = "2016-12"


def met(values: Array, comparison: str, required: float) -> NDArray[np.bool_]:
    """Where the share meets the target, elementwise."""
    return values > required if comparison == "gt" else values >= required


@dataclass(frozen=True)
class Passage:
    """What is known after reading a number of months.

    Attributes
    ----------
    months
        How many months were read.
    ever
        Draws that have passed in one of them, (N,).
    half
        First month by which half of the draws have passed, None if not yet.
    december
        First December, as an index of months, in which half of the draws pass; None if not yet.
    """

    months: int
    ever: NDArray[np.bool_]
    half: int | None = None
    december: int | None = None

    def text(self, line: Timeline) -> tuple[str, float]:
        """The month as YYYY-MM, empty if none, and the year of the December, NaN if none."""
        month = "" if self.half is None else str(line.months[self.half])
        if self.december is None:
            return month, np.nan
        return month, float(str(line.months[self.december])[:4])


def follow(
    share: Callable[[slice], Array],
    comparison: str,
    required: float,
    line: Timeline,
    start: Passage,
    stop: int,
) -> Passage:
    """Read on from where a passage ends to month ``stop`` (exclusive).

    Parameters
    ----------
    share
        Draws of some months, (rows, N).
    start
        What is known: ``Passage(0, none)`` at the beginning.
    """
    ever, half, december = start.ever.copy(), start.half, start.december
    needed = (len(ever) - 1) // 2 + 1
    first = line.index(FIRST_DECEMBER)
    for t in range(start.months, stop, CHUNK):
        ok = met(share(slice(t, min(t + CHUNK, stop))), comparison, required)
        for k, row in enumerate(ok):
            if half is None:
                ever |= row
                half = t + k if np.count_nonzero(ever) >= needed else None
            yearly = t + k >= first and (t + k - first) % 12 == 0
            if december is None and yearly and 2 * np.count_nonzero(row) >= len(row):
                december = t + k
        if half is not None and december is not None:
            break
    return Passage(stop, ever, half, december)
