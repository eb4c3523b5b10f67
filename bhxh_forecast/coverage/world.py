"""External conditions: what a world changes in the draws, month by month."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.inputs.world_paths import UncertaintyPath

Array = NDArray[np.float64]
MONTHLY = ("income_growth", "csi_drift", "wage_share_trend", "unemployment_rate", "vsi_process_shift")
MIGRATION = "net_migration_level"
DATED = (*MONTHLY, MIGRATION)


def with_world(params: Mapping[str, Array], changes: Mapping[str, UncertaintyPath]) -> dict[str, Array]:
    """Add ``name@t`` (T, n) for every uncertainty that the world dates; the draws themselves stay.

    Raises
    ------
    KeyError
        If the world names an uncertainty that cannot be dated.
    """
    result = dict(params)
    for name, path in changes.items():
        if name == MIGRATION:
            continue
        if name not in MONTHLY:
            raise KeyError(f"a world cannot change {name}; it can change {', '.join(DATED)}")
        result[f"{name}@t"] = np.ascontiguousarray(path.apply(params[name]).T)
    return result
