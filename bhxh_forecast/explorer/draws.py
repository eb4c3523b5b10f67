"""What is kept of a block of draws between settings, and what the pictures need of a setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bhxh_forecast.coverage.stage import Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bhxh_forecast.budget import BudgetBlock
    from bhxh_forecast.coverage.stage import History
    from bhxh_forecast.coverage.types import Array, Paths, Pools
    from bhxh_forecast.timeline import Timeline

RENEWED = 16_384  # draws of settings after which parts are forgotten: 4 settings of 4,096, 16 of 1,000


@dataclass
class Kept:
    """What every scenario of a world shares on one block of draws."""

    params: dict[str, Array]
    pools: Pools
    paths: Paths
    stage: Stage
    history: History
    ancestor: NDArray[np.int64]
    bases: dict[str, Array]  # (rows, n), the rows that are shown
    past: BudgetBlock  # the baseline's: its years before the as-of date are those of every scenario on this history
    most: int  # results of each part that the stage keeps
    draws: int = 0  # of the settings that the stage has run

    def ready(self, line: Timeline) -> Stage:
        """The stage, which keeps parts of settings; begun anew now and then so that memory stays bounded."""
        n = len(self.ancestor)
        if self.draws + n > RENEWED:
            self.stage, self.draws = Stage(line, self.params, self.pools, self.paths, self.most), 0
        self.draws += n
        return self.stage


@dataclass(frozen=True)
class Draws:
    """What the pictures need of one setting, draw by draw.

    Attributes
    ----------
    counts, bases
        Head-counts and denominators at the months shown, persons (rows, n).
    sources, programmes
        Cost by funding source and by programme without memo lines, VND at current prices, (years, n); ``all`` is the
        total.
    ancestor
        Candidate of the conditioned sample from which a draw descends, (n,).
    """

    counts: dict[str, Array]
    bases: dict[str, Array]
    sources: dict[str, Array]
    programmes: dict[str, Array]
    ancestor: NDArray[np.int64]

    @classmethod
    def joined(cls, parts: list[Draws]) -> Draws:
        """Blocks one after the other."""
        if len(parts) == 1:
            return parts[0]
        counts, bases, sources, programmes = (
            {name: np.concatenate([group[name] for group in groups], axis=-1) for name in groups[0]}
            for groups in zip(*((p.counts, p.bases, p.sources, p.programmes) for p in parts), strict=True)
        )
        return cls(counts, bases, sources, programmes, np.concatenate([p.ancestor for p in parts]))
