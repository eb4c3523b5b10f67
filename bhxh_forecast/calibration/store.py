"""The conditioned sample: prior draws that agree with the dated figures, built once and kept in a small file."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.coverage.types import Array


@dataclass(frozen=True)
class ConditionedSample:
    """Equally weighted draws of the parameters and of all noise up to the as-of month.

    Attributes
    ----------
    params
        Parameters by id, (S,).
    paths
        Realised monthly paths and shocks up to the as-of month by name, (a + 1, S).
    yearly
        Yearly shocks by name, (Y, S), years up to the as-of year.
    ancestor
        Candidate from which each draw descends, (S,).
    sizes
        Effective number of candidates by stage.
    candidates
        Number of candidates.
    """

    params: dict[str, Array]
    paths: dict[str, Array]
    yearly: dict[str, Array]
    ancestor: NDArray[np.int64]
    sizes: dict[str, float]
    candidates: int
    kind: str = "prior"

    @property
    def size(self) -> int:
        """Number of stored draws."""
        return len(self.ancestor)

    @property
    def ess_min(self) -> float:
        """Smallest effective size of the stages."""
        return min(self.sizes.values(), default=float(self.candidates))

    def to_bytes(self) -> bytes:
        """Serialise; the same sample gives the same bytes."""
        arrays: dict[str, NDArray[np.generic]] = {
            "ancestor": self.ancestor,
            "candidates": np.array(self.candidates),
            "kind": np.array(self.kind),
        }
        for group in ("params", "paths", "yearly"):
            arrays |= {f"{group}/{name}": value for name, value in getattr(self, group).items()}
        arrays |= {f"sizes/{name}": np.array(value) for name, value in self.sizes.items()}
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)  # type: ignore[arg-type]
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> ConditionedSample:
        """Read what ``to_bytes`` wrote."""
        groups: dict[str, dict[str, Array]] = {"params": {}, "paths": {}, "yearly": {}, "sizes": {}}
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            for key in stored.files:
                group, _, name = key.partition("/")
                if name:
                    groups[group][name] = stored[key]
            sizes = {name: float(value) for name, value in groups["sizes"].items()}
            return cls(
                groups["params"],
                groups["paths"],
                groups["yearly"],
                stored["ancestor"],
                sizes,
                int(stored["candidates"]),
                str(stored["kind"]),
            )


def read_sample(path: Path) -> ConditionedSample | None:
    """Read a kept sample; None when there is none or the file is damaged (it is then built anew)."""
    try:
        return ConditionedSample.from_bytes(path.read_bytes())
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
