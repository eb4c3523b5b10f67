"""A weighted sample of everything that is random, resampled stage by stage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.calibration.weights import effective_size, systematic
from bhxh_forecast.coverage.types import Array


@dataclass
class Sample:
    """Draws by name; the last axis of every array counts the draws.

    Quantities that no figure has touched yet keep their prior draws when the others are resampled: they are
    independent of them, so that the joint distribution is the same and no draw is wasted.

    Attributes
    ----------
    values
        Arrays by name.
    touched
        Names that already belong together.
    sizes
        Effective number of draws of each stage.
    """

    values: dict[str, Array]
    touched: set[str] = field(default_factory=set)
    sizes: dict[str, float] = field(default_factory=dict)

    def touch(self, names: Iterable[str]) -> None:
        """Mark quantities that the next weights depend on."""
        self.touched.update(names)

    def resample(
        self, stage: str, log_weight: Array, uniform: float, size: int | None = None
    ) -> NDArray[np.int64]:
        """Resample what was touched; returns the index of each new draw's parent.

        Parameters
        ----------
        stage
            Name under which the effective size is reported.
        log_weight
            Log importance weights of the draws, (M,).
        uniform
            Uniform in (0, 1) that places the systematic grid.
        size
            Draws to keep; then all quantities are brought to it.
        """
        count = len(log_weight)
        self.sizes[stage] = effective_size(log_weight)
        index = systematic(log_weight, size or count, uniform)
        for name, array in self.values.items():
            if name in self.touched:
                self.values[name] = array[..., index]
            elif size is not None:
                self.values[name] = array[..., :size]
        return index
