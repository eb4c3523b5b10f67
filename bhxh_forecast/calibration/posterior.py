"""The stored posterior: parameters that the figures move, their paths integrated out, and what they rest on."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bhxh_forecast.calibration.digests import code_digest, rows_digest
from bhxh_forecast.coverage.types import Array
from bhxh_forecast.errors import StalePosteriorError

if TYPE_CHECKING:
    from bhxh_forecast.inputs.reader import Inputs

FOLDER, DRAWS, ABOUT = "posterior", "draws.npz", "about.json"
DRAWN = "drawn"
NATION = "nation:"  # prefix of the nation's value of a parameter that the place has its own of


@dataclass(frozen=True)
class Posterior:
    """Equally weighted draws by stage.

    Attributes
    ----------
    stages
        By stage of conditioning: values by parameter id (N,), and under ``drawn`` the log likelihood that they were
        drawn for, so that conditioning weighs what is left.
    about
        Key, as-of date and diagnostics.
    """

    stages: Mapping[str, Mapping[str, Array]]
    about: Mapping[str, Any]

    @property
    def size(self) -> int:
        """Number of draws."""
        return len(next(iter(self.stages.values()))[DRAWN])

    @property
    def key(self) -> str:
        """Hash of data rows, priors and code."""
        return str(self.about["sha256"])

    def to_bytes(self) -> bytes:
        """Serialise in single precision; the same draws give the same bytes."""
        buffer = io.BytesIO()
        arrays = {
            f"{stage}/{name}": np.asarray(values, dtype=np.float32)
            for stage, found in self.stages.items()
            for name, values in found.items()
        }
        np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
        return buffer.getvalue()


@cache
def _code() -> str:
    return code_digest(("calibration", "coverage"))


def posterior_key(inputs: Inputs) -> str:
    """Hash of the rows that calibration used, the priors, and the code of calibration and coverage."""
    return hashlib.sha256(f"{rows_digest(inputs)} {_code()}".encode()).hexdigest()


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
    stages: dict[str, dict[str, Array]] = {}
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        with np.load(folder / DRAWS, allow_pickle=False) as stored:
            for key in stored.files:
                stage, _, name = key.partition("/")
                stages.setdefault(stage, {})[name] = stored[key].astype(np.float64)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise StalePosteriorError(
            f"{folder}: the stored posterior cannot be read ({error}); {REMEDY}"
        ) from error
    return Posterior(stages, about)


REMEDY = "bhxh calibrate makes it anew in some minutes; without the folder runs use the conditioned prior"


def current_posterior(inputs: Inputs) -> Posterior | None:
    """The posterior for a run on these inputs.

    A run that knows everything in the data uses the stored posterior, which must have been made from the same rows,
    priors and code. A run as of an earlier day knows less than the posterior does and conditions its priors instead, as
    does a data folder without one.

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
    if found.key != posterior_key(inputs):
        raise StalePosteriorError(
            f"{inputs.data_dir / FOLDER}: made from other figures, priors or code than this run has; {REMEDY}"
        )
    return found
