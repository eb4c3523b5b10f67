"""The stored posterior: parameters and noise that the dated figures move, and what it rests on."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bhxh_forecast.calibration.digests import code_digest, posterior_rows
from bhxh_forecast.calibration.packing import unpacked
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.errors import StalePosteriorError

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs

FOLDER, DRAWS, ABOUT = "posterior", "draws.npz", "about.json"
CHAIN = "chain"
PROBES = 8  # first draws whose likelihood is stored beside them
SAME = 1e-6  # of a log likelihood that is the same


@dataclass(frozen=True)
class Posterior:
    """Equally weighted draws.

    Attributes
    ----------
    values
        Standard normals in steps (rows, N), by name of parameter, of yearly noise or of a path's shocks.
    chain
        Chain that each draw comes from, (N,).
    about
        Keys, as-of date and diagnostics.
    """

    values: Mapping[str, NDArray[np.generic]]
    chain: NDArray[np.int64]
    about: Mapping[str, Any]

    @property
    def size(self) -> int:
        """Number of draws."""
        return len(self.chain)

    @property
    def key(self) -> str:
        """Hash of data rows, priors and draws."""
        return str(self.about["sha256"])

    def normals(self, name: str) -> Array:
        """Standard normals of a name, (rows, N)."""
        return unpacked(self.values[name])

    def to_bytes(self) -> bytes:
        """Serialise; the same draws give the same bytes."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **{CHAIN: self.chain.astype(np.int16), **self.values})  # type: ignore[arg-type]
        return buffer.getvalue()


@cache
def code_key() -> str:
    """Hash of the code that the likelihood rests on."""
    return code_digest(("calibration", "coverage", "population", "workforce"))


def write_posterior(folder: Path, posterior: Posterior) -> None:
    """Write both files, each whole or not at all, the one that names the key last."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(dict(posterior.about), indent=1, sort_keys=True) + "\n"
    for name, content in ((DRAWS, posterior.to_bytes()), (ABOUT, text.encode())):
        temporary = folder / f"{name}.part"
        temporary.write_bytes(content)
        temporary.replace(folder / name)


def read_posterior(data: Path) -> Posterior | None:
    """The posterior stored in a data folder, whatever it was made from; None where there is none.

    Raises
    ------
    StalePosteriorError
        The files cannot be read.
    """
    folder = data / FOLDER
    if not (folder / ABOUT).is_file():
        return None
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        with np.load(folder / DRAWS, allow_pickle=False) as stored:
            values = {name: stored[name] for name in stored.files}
        chain = values.pop(CHAIN).astype(np.int64)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise StalePosteriorError(
            f"{folder}: the stored posterior cannot be read ({error}); {REMEDY}"
        ) from error
    return Posterior(values, chain, about)


REMEDY = "bhxh calibrate makes it anew in some minutes; without the folder runs use the conditioned prior"


def current_posterior(inputs: Inputs) -> Posterior | None:
    """The posterior for a run on these inputs.

    A run that knows everything in the data uses the stored posterior, which must have been made from the same rows and
    priors, by the same code or by code that gives its draws the same likelihood. A run as of an earlier day knows less
    than the posterior does and conditions its priors instead, as does a data folder without one.

    Raises
    ------
    StalePosteriorError
        The stored posterior was made from other data, priors or code.
    """
    if inputs.as_of < inputs.newest:
        return None
    found = read_posterior(inputs.data_dir)
    if found is None:
        return None
    if found.about["rows"] != posterior_rows(inputs):
        raise StalePosteriorError(
            f"{inputs.data_dir / FOLDER}: made from other figures, priors or law than this run has; {REMEDY}"
        )
    if found.about["code"] != code_key() and not same_likelihood(found, inputs):
        raise StalePosteriorError(
            f"{inputs.data_dir / FOLDER}: made by code with other equations than this one; {REMEDY}"
        )
    return found


def same_likelihood(posterior: Posterior, inputs: Inputs) -> bool:
    """Whether the first draws have the likelihood that is stored with them: code that was only rewritten."""
    from bhxh_forecast.calibration.joint import Joint, setting_of

    joint = Joint(setting_of(inputs))
    try:
        log = joint.state(joint.places(posterior, slice(0, PROBES))).log
    except (KeyError, ValueError):
        return False
    stored = np.array(posterior.about["log_likelihood"])
    return bool(log.shape == stored.shape and np.allclose(log, stored, rtol=0.0, atol=SAME))
