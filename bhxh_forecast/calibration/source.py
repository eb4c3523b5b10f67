"""The draw source of a run: the conditioned sample for the past, fresh noise for what follows."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.calibration.condition import CANDIDATE_BLOCKS, MONTHLY, condition
from bhxh_forecast.calibration.drawn import sample_of
from bhxh_forecast.calibration.posterior import current_posterior
from bhxh_forecast.calibration.store import ConditionedSample, read_sample
from bhxh_forecast.coverage.convert import monthly_ar1
from bhxh_forecast.coverage.types import Array, Drivers
from bhxh_forecast.inputs.draws import BLOCK, Streams
from bhxh_forecast.timeline import Timeline, year_of

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs

PACKAGE = Path(__file__).resolve().parents[1]
SOURCES = ("calibration", "coverage", "population", "workforce", "inputs")  # what the sample depends on
KEPT = 8  # samples of earlier data, code or seeds that stay
CACHE = "BHXH_CACHE"  # environment variable that names another folder for kept samples


@cache
def code_digest() -> str:
    """Hash of the code that makes the sample."""
    digest = hashlib.sha256()
    for folder in SOURCES:
        for path in sorted((PACKAGE / folder).glob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def sample_key(inputs: Inputs, line: Timeline, seed: int, posterior: str = "") -> str:
    """Key of a conditioned sample: data, as-of date, code, seed, and the posterior it was drawn from."""
    parts = [
        inputs.files,
        line.as_of.isoformat(),
        line.until,
        seed,
        posterior,
        CANDIDATE_BLOCKS,
        code_digest(),
        np.__version__,
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def cache_folder() -> Path:
    """Folder of kept samples: the project's ``.cache``, or the one the environment names."""
    named = os.environ.get(CACHE)
    return Path(named) if named else PACKAGE.parent / ".cache" / "samples"


def keep_sample(path: Path, data: bytes) -> None:
    """Write atomically; a folder that cannot be written only costs the next run some seconds."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
        kept = sorted(path.parent.glob("*.npz"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in kept[KEPT:]:
            old.unlink(missing_ok=True)
    except OSError:
        return


@dataclass(frozen=True)
class NoiseBlock:
    """Parameters and noise of a block of draws; arrays time first."""

    params: dict[str, Array]
    paths: dict[str, Array]
    yearly: dict[str, Array]
    ancestor: NDArray[np.int64]


@dataclass(frozen=True)
class ConditionedSource:
    """Draws of the prior conditioned on the dated figures.

    Attributes
    ----------
    sample
        Parameters and noise up to the as-of month.
    key
        Hash of everything the sample depends on.
    """

    sample: ConditionedSample
    streams: Streams
    line: Timeline
    key: str

    @property
    def kind(self) -> str:
        """``posterior``, or ``prior``: the prior conditioned by importance weighting."""
        return self.sample.kind

    @property
    def size(self) -> int:
        """Draws of a block; blocks take the stored draws in turn and begin again at the end."""
        return min(self.sample.size, BLOCK)

    @classmethod
    def of(cls, inputs: Inputs, line: Timeline, drivers: Drivers, seed: int) -> ConditionedSource:
        """Take the stored posterior; where there is none, the kept sample, or a new one if its key has changed."""
        posterior = current_posterior(inputs)
        key = sample_key(inputs, line, seed, "" if posterior is None else posterior.key)
        if posterior is not None:
            return cls(sample_of(posterior, inputs, line, seed), Streams(seed), line, key)
        path = cache_folder() / f"{key}.npz"
        sample = read_sample(path)
        if sample is None:
            sample = condition(inputs, line, drivers, seed)
            keep_sample(path, sample.to_bytes())
        return cls(sample, Streams(seed), line, key)

    def block(self, b: int, n: int) -> NoiseBlock:
        """Draws ``b * size`` .. ``b * size + n``: the stored past with fresh noise after the as-of month."""
        first = b % max(1, self.sample.size // self.size) * self.size
        rows = slice(first, first + n)
        params = {name: value[rows] for name, value in self.sample.params.items()}
        months = len(self.line.months)
        fresh = {name: self._fresh(name, b, months - len(self.sample.paths[name])) for name in MONTHLY}
        paths = {name: self._continue(name, fresh[name], params, rows) for name in MONTHLY}
        later = slice(self.sample.paths["u"].shape[0], None)
        paths["u"][later] = paths["u_slow"][later] + params["entry_burst"] * paths["u"][later]
        years = self.line.until - int(year_of(self.line.months)[0]) + 1
        yearly = {}
        for name, known in self.sample.yearly.items():
            if name.endswith("_errors"):  # errors of figures have no later part
                yearly[name] = known[:, rows]
            elif name == "peak_u":
                later_years = (years - len(known), self.size)
                yearly[name] = self._join(known, self.streams.uniforms(f"later:{name}", b, later_years), rows)
            else:
                yearly[name] = self._join(known, self._fresh(f"yearly:{name}", b, years - len(known)), rows)
        return NoiseBlock(params, paths, yearly, self.sample.ancestor[rows])

    def _fresh(self, name: str, b: int, rows: int) -> Array:
        return self.streams.normals(f"later:{name}", b, (rows, self.size))

    def _join(self, known: Array, fresh: Array, rows: slice) -> Array:
        return np.concatenate([known[:, rows], fresh[:, : rows.stop - rows.start]])

    def _continue(self, name: str, shocks: Array, p: dict[str, Array], rows: slice) -> Array:
        """Go on with a path from the as-of month: its own recursion, or plain shocks."""
        path = self._join(self.sample.paths[name], shocks, rows)
        first = self.sample.paths[name].shape[0]
        if name in ("lambda", "u_slow"):
            ids = ("lf_noise_rho", "lf_noise_sigma") if name == "lambda" else ("vsi_noise_rho", "sigma_entry")
            rho, sigma = monthly_ar1(p[ids[0]], p[ids[1]])
        elif name in ("z", "v"):
            rho, sigma = np.ones(1), p["csi_sigma" if name == "z" else "ui_sigma"] / np.sqrt(12.0)
        else:
            return path
        for t in range(first, len(path)):
            path[t] = rho * path[t - 1] + sigma * path[t]
        return path
