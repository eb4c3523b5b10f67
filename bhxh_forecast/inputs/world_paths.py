"""How a world changes an uncertainty, month by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.timeline import Months


@dataclass(frozen=True, slots=True)
class WorldChange:
    """One change: ``shift``, ``scale`` or ``value`` from one month to another (inclusive).

    Without ``from_`` it begins in the first month after the as-of date, without ``to`` it lasts.
    """

    kind: str
    amount: float
    from_: np.datetime64 | None = None
    to: np.datetime64 | None = None


@dataclass(frozen=True, slots=True)
class UncertaintyPath:
    """What a world does to one uncertainty: arrays (T,), neutral where nothing is set.

    Attributes
    ----------
    shift, scale
        Added to, and multiplying, every draw (0 and 1 where neutral).
    value
        Replaces every draw (NaN where neutral).
    """

    shift: NDArray[np.float64]
    scale: NDArray[np.float64]
    value: NDArray[np.float64]

    def apply(self, draws: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return draws by month, shape (D, T), from one value per draw (D,) or from draws by month (D, T)."""
        values = draws[:, None] if draws.ndim == 1 else draws
        return np.where(np.isnan(self.value), values * self.scale + self.shift, self.value)


def follow_changes(changes: tuple[WorldChange, ...], months: Months, first: int) -> UncertaintyPath:
    """Path of one uncertainty over months, from month index ``first`` on."""
    size = len(months)
    arrays = {"shift": np.zeros(size), "scale": np.ones(size), "value": np.full(size, np.nan)}
    for change in changes:
        begin = first if change.from_ is None else max(first, int((change.from_ - months[0]).astype(int)))
        end = size if change.to is None else min(size, int((change.to - months[0]).astype(int)) + 1)
        if begin < end:
            arrays[change.kind][begin:end] = change.amount
    return UncertaintyPath(**arrays)
